"""What the documents name exists: commands, options, saved queries, parameters, files, public names."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

import kg
from kg import ontology
from kg.cli import app
from kg.examples import paths

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "LICENSES/README.md")]
README = DOCUMENTS[0].read_text(encoding="utf-8")
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
QUERIES = ontology.load().queries


def lines_of_code(text: str) -> Iterator[str]:
    """Yield the lines of the fenced and indented blocks of a Markdown text."""
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip()


def calls() -> list[list[str]]:
    """Return the words of every call of ``kg`` in the documents."""
    found = []
    for document in DOCUMENTS:
        for line in lines_of_code(document.read_text(encoding="utf-8")):
            for part in re.split(r"\s&&\s|\s\|\s", line.removeprefix("$ ")):
                if part.startswith("kg "):
                    whole = part if part.count("'") % 2 == 0 else f"{part}'"
                    found.append(shlex.split(whole, comments=True)[1:])
    return found


CALLS = calls()


def test_the_documents_show_enough() -> None:
    assert {words[0] for words in CALLS} >= set(COMMANDS)


@pytest.mark.parametrize("words", CALLS, ids=map(" ".join, CALLS))
def test_commands_and_options_exist(words: list[str]) -> None:
    assert words[0] in COMMANDS
    options = {name for parameter in COMMANDS[words[0]].params for name in parameter.opts + parameter.secondary_opts}
    used = {word.partition("=")[0] for word in words[1:] if word.startswith("-") and word != "-"}
    assert used <= options | {"-h", "--help"}


@pytest.mark.parametrize("words", [w for w in CALLS if w[0] == "query" and len(w) > 1], ids=" ".join)
def test_saved_queries_and_parameters_exist(words: list[str]) -> None:
    name = words[1]
    if name.startswith("-") or " " in name or name.endswith(".rq"):
        return
    assert name in QUERIES
    given = {words[i + 1].partition("=")[0] for i, word in enumerate(words) if word == "-p"}
    assert given <= {p.name for p in QUERIES[name].parameters}


def test_public_names_in_the_readme_exist() -> None:
    used = set(re.findall(r"\bkg\.([a-z_]+)\(", README))
    assert len(used) >= 3
    assert used <= set(kg.__all__)


def test_linked_files_exist() -> None:
    checked = 0
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links {target}"
            checked += 1
    assert checked >= 5


def test_the_two_commands_of_the_readme_stand_as_promised() -> None:
    code = list(lines_of_code(README))
    assert "python -m pip install . && kg demo" in code
    assert "python -m pip install '.[test]' && python -m pytest" in code


def test_the_changelog_names_every_command() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert set(COMMANDS) <= set(re.findall(r"`([a-z]+)`", text))


TUTORIAL = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def test_the_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(TUTORIAL) == 2
    (tmp_path / "papers.jsonl").write_bytes(paths().abstracts.read_bytes())
    monkeypatch.chdir(tmp_path)
    for block in TUTORIAL:
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - our own document
    assert "throughput" in capsys.readouterr().out
    assert (tmp_path / "graph.graphml").stat().st_size
    assert (tmp_path / "exports" / "graph.ttl").is_file()
