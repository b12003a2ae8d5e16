"""Papers and extractions as JSON that keeps everything, to read them back from a store as they were."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, cast

from kg.model import Entity, Evidence, Extraction, Mention, Origin, Paper, Relation, Result, Unresolved


@dataclass(frozen=True, slots=True)
class Document:
    """What a store keeps of one paper: the records that brought it, sorted, and what it says."""

    records: tuple[Paper, ...]
    extraction: Extraction


def dumps(document: Document) -> str:
    """Return a document as one line of JSON; equal documents give equal text."""
    head = _line({"records": [_row(r) for r in document.records], "paper": _row(document.extraction.paper)})
    return f"{head[:-1]},{said(document.extraction)[1:]}"


def loads(text: str) -> Document:
    """Return the document of :func:`dumps`."""
    content = json.loads(text)
    return Document(tuple(map(_paper, content["records"])), _extraction(_paper(content["paper"]), content))


def said(extraction: Extraction) -> str:
    """Return what an extraction says, without the paper that says it, as one line of JSON."""
    return _line({
        "entities": [_row(e) for e in extraction.entities],
        "introduces": [_row(r) for r in extraction.introduces],
        "relations": [_row(r) for r in extraction.relations],
        "results": [_row(r) for r in extraction.results],
        "code": [_row(m) for m in extraction.code],
        "unresolved": [_row(u) for u in extraction.unresolved],
        "notes": list(extraction.notes),
    })


def saying(paper: Paper, text: str) -> Extraction:
    """Return the extraction of a paper that says what :func:`said` gave; its text must be the same."""
    return _extraction(paper, json.loads(text))


def _line(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _extraction(paper: Paper, content: dict[str, Any]) -> Extraction:
    return Extraction(
        paper=paper, entities=tuple(map(_entity, content["entities"])),
        introduces=tuple(map(_relation, content["introduces"])),
        relations=tuple(map(_relation, content["relations"])), results=tuple(map(_result, content["results"])),
        code=tuple(Mention(*m) for m in content["code"]),
        unresolved=tuple(Unresolved(*u) for u in content["unresolved"]), notes=tuple(content["notes"]))


def _row(value: Any) -> list[Any]:
    """Return the fields of a frozen value in their order, nested values as rows themselves."""
    return [_cell(getattr(value, name)) for name in _names(type(value))]  # type: ignore[arg-type]


@cache
def _names(cls: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast("Any", cls)))


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_cell(one) for one in value]
    return _row(value) if hasattr(value, "__dataclass_fields__") else value


def _paper(row: Sequence[Any]) -> Paper:
    values = dict(zip(_names(Paper), row, strict=True))
    lists = {name: tuple(values[name]) for name in ("authors", "categories")}
    return Paper(**values | lists | {"origins": tuple(Origin(*o) for o in values["origins"])})


def _entity(row: Sequence[Any]) -> Entity:
    cls, name, mentions, *rest = row
    return Entity(cls, name, tuple(Mention(*m) for m in mentions), *rest)


def _relation(row: Sequence[Any]) -> Relation:
    subject, predicate, obj, evidence = row
    return Relation(subject, predicate, obj, Evidence(*evidence))


def _result(row: Sequence[Any]) -> Result:
    values = dict(zip(_names(Result), row, strict=True))
    lists = {name: tuple(values[name]) for name in ("baselines", "conditions")}
    return Result(**values | lists | {"evidence": Evidence(*values["evidence"])})
