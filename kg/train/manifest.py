"""What a set of weights was made from, and how good it is: ``manifest.json`` and ``MODEL_CARD.md``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kg.errors import InputError

MANIFEST = "manifest.json"
CARD = "MODEL_CARD.md"
_FORBIDDEN = ("thirdparty/", "gold/dev.jsonl")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A training file: ``name`` is its path below the data folder, ``use`` what it served for."""

    name: str
    licence: str
    use: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a model card says in words about one set of weights."""

    title: str
    summary: str
    licence: str
    limits: tuple[str, ...]


def check_sources(names: Iterable[str]) -> None:
    """Refuse files that are kept for measuring.

    Raises:
        InputError: a name lies under ``thirdparty/`` or is the development gold; it is named.
    """
    for name in names:
        if any(mark in f"/{name}" for mark in _FORBIDDEN):
            raise InputError("this file is for measuring alone", place=name, remedy="train on the training split")


def sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write(folder: Path, root: Path, sources: Sequence[Source], description: Description, *,
          settings: Mapping[str, Any], scores: Mapping[str, Any], packages: Sequence[str]) -> None:
    """Write the manifest and the model card of the weights in ``folder``; equal inputs give equal bytes.

    Raises:
        InputError: a source is kept for measuring.
    """
    check_sources(source.name for source in sources)
    ordered = sorted(sources, key=lambda s: s.name)
    manifest = {
        "files": {p.relative_to(folder).as_posix(): {"bytes": p.stat().st_size, "sha256": sha256(p)}
                  for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in (MANIFEST, CARD)},
        "licence": description.licence,
        "scores": dict(scores),
        "settings": dict(settings),
        "sources": [asdict(s) | {"sha256": sha256(root / s.name)} for s in ordered],
        "versions": {name: version(name) for name in sorted(packages)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    (folder / CARD).write_text(_card(manifest, description), encoding="utf-8", newline="\n")


def _card(manifest: Mapping[str, Any], description: Description) -> str:
    size = sum(f["bytes"] for f in manifest["files"].values()) / 1e6
    blocks = [
        f"# {description.title}", description.summary, f"Licence: {description.licence}. Size: {size:.1f} MB.",
        "## Data", _table(("file", "use", "licence", "SHA-256"), (
            (s["name"], s["use"], s["licence"], f"`{s['sha256'][:16]}…`") for s in manifest["sources"])),
        "## Scores", _table(("measure", "value"), _flat(manifest["scores"])),
        "## Settings", _table(("setting", "value"), _flat(manifest["settings"])),
        "Made with " + ", ".join(f"{k} {v}" for k, v in manifest["versions"].items()) + ".",
        "## Limits", "\n".join(f"- {limit}" for limit in description.limits),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [" | ".join(header), " | ".join("---" for _ in header), *(" | ".join(map(str, row)) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, object]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key} ")
        else:
            yield f"{prefix}{key}", value
