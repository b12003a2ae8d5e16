"""The project's own annotation of further abstracts, stand-off: what is annotated is here, the texts are not.

A line of ``abstracts.jsonl`` has the form of a gold record without ``text``, with the SHA-256 of the text that it was
made on; a result has the offsets of its quote (``at``) in place of the quote.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.interchange import Record

ANNOTATION = Path(__file__).parent / "abstracts.jsonl"
"""The annotation that ships with the package."""
TEXTS = "data/arxiv-mlsys-4k.jsonl.gz"
"""Where the texts are, below the data folder."""


def read_standoff(root: Path, annotation: Path = ANNOTATION) -> list[Record]:
    """Return the annotated records with their texts, in the file's order; the empty list where it has no line.

    Args:
        root: the data folder with the texts, ``{"id", "title", "abstract"}`` a line, by arXiv identifier.
        annotation: the stand-off annotation.

    Raises:
        InputError: a file is missing, or a text is not there or not the one that was annotated.
    """
    lines = [json.loads(line) for line in _text(annotation).splitlines()]
    wanted = {line["arxiv"] for line in lines}
    texts = _texts(root / TEXTS, wanted) if wanted else {}
    return [_with_text(line, texts, root / TEXTS) for line in lines]


def standoff(records: Iterable[Record]) -> str:
    """Return annotated records as lines of stand-off annotation, sorted by identifier: equal records, equal text."""
    lines = [_without_text(record) for record in sorted(records, key=lambda r: str(r["id"]))]
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for line in lines)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"the annotation cannot be read: {error}", place=str(path), remedy="reinstall") from error


def _texts(path: Path, wanted: set[str]) -> dict[str, tuple[str, str]]:
    """Return title and text of the wanted abstracts by identifier."""
    found: dict[str, tuple[str, str]] = {}
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for paper in map(json.loads, lines):
                if paper["id"] in wanted:
                    found[paper["id"]] = paper["title"], f"{paper['title']}\n\n{paper['abstract']}"
    except OSError as error:
        raise InputError(f"the texts of the annotation cannot be read: {error}", place=str(path),
                         remedy="name the folder that holds them") from error
    return found


def _with_text(line: Mapping[str, Any], texts: Mapping[str, tuple[str, str]], place: Path) -> Record:
    title, text = texts.get(line["arxiv"], ("", ""))
    if _sha256(text) != line["sha256"]:
        raise InputError(f"the text of {line['arxiv']} is {'another' if text else 'not there'}", place=str(place),
                         remedy="take the file that the annotation was made on")
    results = [{**r, "quote": text[slice(*r["at"])]} for r in line["results"]]
    return {**line, "title": title, "text": text, "results": results}


def _without_text(record: Record) -> dict[str, Any]:
    text = str(record["text"])
    results = [{k: v for k, v in r.items() if k != "quote"} | {"at": _place(text, r["quote"])}
               for r in record["results"]]
    kept = {k: v for k, v in record.items() if k not in {"title", "text"}}
    return kept | {"results": results, "sha256": _sha256(text)}


def _place(text: str, quote: str) -> Sequence[int]:
    at = text.find(quote)
    return (at, at + len(quote)) if at >= 0 else (0, 0)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
