"""Imports run one way, third parties have owners, and no module grows out of hand."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg

ROOT = Path(kg.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
LONGEST = 400

LAYERS = (
    "errors model model_names", "crew gathering", "terms", "ontology latex text sentences locks",
    "interchange records provenance addresses", "read", "extract", "link", "graph", "store", "documents extracted",
    "change", "lifecycle linked", "sparql worker", "query check",
    "export", "lookup contradictions", "report compare explain", "answers", "reader", "pool", "view", "outputs",
    "serve mcp exported", "stages", "assembly", "building ray_stages", "ray_engine", "notebook",
    "scores evaluate train", "examples", "cli __main__",
)
"""From the bottom up; names in one layer may import each other as long as no cycle arises."""

RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names.split()}
OWNERS = {
    "spacy": {"extract", "train"},
    "pyvis": {"view"},
    "pyshacl": {"check"},
    "networkx": {"export", "view"},
    "typer": {"cli"},
    "rich": {"cli"},
    "bibtexparser": {"read"},
    "rispy": {"read"},
    "yaml": {"read"},
    "arxiv": {"read"},
    "pylatexenc": {"text", "latex"},
    "ftfy": {"text"},
    "lxml": {"export", "read"},
    "requests": {"export", "read"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "mcp": {"mcp"},
    "ray": {"gathering"},
}


def part(path: Path) -> str:
    """Return the name of the part of the package that a file belongs to; ``kg`` for its ``__init__``."""
    first = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return "kg" if first == "__init__" else first


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and the line of everything a file imports, in functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write absolute imports"
            names = [alias.name for alias in node.names] if node.module == "kg" else []
            yield from ((f"kg.{name}", node.lineno) for name in names)
            if not names:
                yield node.module or "", node.lineno


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_part_has_a_layer() -> None:
    assert {part(p) for p in MODULES} - {"kg"} <= RANK.keys()
    assert len(MODULES) > 30


@pytest.mark.parametrize("path", MODULES, ids=map(name, MODULES))
def test_imports_run_one_way(path: Path) -> None:
    mine = part(path)
    if mine == "kg":
        return
    for imported, line in imports(path):
        if imported.startswith("kg.") and (theirs := imported.split(".")[1]) in RANK:
            assert RANK[theirs] <= RANK[mine], f"{name(path)}:{line}: {mine} must not import {theirs}"


def test_parts_of_one_layer_form_no_cycle() -> None:
    edges = {(part(p), i.split(".")[1]) for p in MODULES for i, _ in imports(p) if i.startswith("kg.")}
    equal = {(a, b) for a, b in edges if a != b and RANK.get(a, -1) == RANK.get(b, -2)}
    assert not {(a, b) for a, b in equal if (b, a) in equal}


@pytest.mark.parametrize("path", MODULES, ids=map(name, MODULES))
def test_third_parties_stay_with_their_owners(path: Path) -> None:
    for imported, line in imports(path):
        owners = OWNERS.get(imported.split(".")[0])
        assert owners is None or part(path) in owners, f"{name(path)}:{line}: {imported} belongs to {owners}"


@pytest.mark.parametrize("path", MODULES, ids=map(name, MODULES))
def test_no_module_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=map(name, MODULES))
def test_nothing_catches_everything(path: Path) -> None:
    handlers = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.ExceptHandler)]
    caught = {ast.unparse(n.type) if n.type else "everything" for n in handlers}
    assert not caught & {"everything", "Exception", "BaseException"}


def test_public_names_are_sorted_and_load() -> None:
    assert kg.__all__ == sorted(kg.__all__)
    assert len(kg.__all__) > 10
    assert all(getattr(kg, public) is not None for public in kg.__all__)
    assert set(kg.__all__) <= set(dir(kg))
    with pytest.raises(AttributeError, match="'nothing'"):
        _ = kg.nothing  # type: ignore[attr-defined]
