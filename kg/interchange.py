"""Extractions as JSON objects, one a line: what ``kg extract`` prints and what gold files hold.

Offsets count code points into the repaired text, which the record carries as ``text``. Keys always
come in the same order. A gold record may give mentions and statements as bare strings; reading it
finds their places, and what cannot be placed is named in ``Extraction.notes``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import EvaluationError
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation, Result
from kg.text import repair

Record = Mapping[str, Any]
"""One JSON object in the form of the gold files."""

_Places = dict[str, tuple[Mention, ...] | None]

GOLD_RULE = "gold"
"""The rule that statements read from a record without one carry."""


def to_record(extraction: Extraction) -> dict[str, Any]:
    """Return an extraction as a JSON object in the form of the gold files.

    Returns:
        Keys ``id, title, text, entities, introduces, relations, results, code`` in this order; the
        lists keep the order of the extraction and are empty where it has nothing. Every mention,
        relation and result has ``start`` and ``end``. ``low`` is never above ``high``; a result that goes
        from one number to another has them in order as ``before`` and ``after``.
    """
    paper = extraction.paper
    return {
        "id": paper.id,
        "title": paper.title,
        "text": paper.text,
        "entities": [_entity_record(e) for e in extraction.entities],
        "introduces": [r.object for r in extraction.introduces],
        "relations": [_relation_record(r, paper.text) for r in extraction.relations],
        "results": [_result_record(r, paper.text) for r in extraction.results],
        "code": [m.text for m in extraction.code],
    }


def dumps(record: Record) -> str:
    """Return a record as one line of JSON without a line break; text stays readable Unicode."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def _entity_record(entity: Entity) -> dict[str, Any]:
    record: dict[str, Any] = {
        "type": entity.cls,
        "name": entity.name,
        "mentions": [{"text": m.text, "start": m.start, "end": m.end} for m in entity.mentions],
    }
    if entity.count is not None:
        record["count"] = entity.count
    if entity.concept is not None:
        record["concept"] = entity.concept
    return record | {"rule": entity.rule, "confidence": entity.confidence}


def _evidence_record(evidence: Evidence, text: str) -> dict[str, Any]:
    return {
        "quote": text[evidence.start:evidence.end], "start": evidence.start, "end": evidence.end,
        "rule": evidence.rule, "confidence": evidence.confidence,
        "polarity": evidence.polarity, "modality": evidence.modality,
    }


def _relation_record(relation: Relation, text: str) -> dict[str, Any]:
    ends = {"subject": relation.subject, "predicate": relation.predicate, "object": relation.object}
    return ends | _evidence_record(relation.evidence, text)


def _result_record(result: Result, text: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "subject": result.subject, "metric": result.metric,
        "low": min(result.low, result.high), "high": max(result.low, result.high),
        "unit": result.unit, "change": result.change, "bound": result.bound, "form": result.form,
        "baseline": result.baseline, "baselines": list(result.baselines), "conditions": list(result.conditions),
        "raw": result.raw,
    }
    if result.form == "from-to":
        record |= {"before": result.low, "after": result.high}
    return record | _evidence_record(result.evidence, text)


def read_records(path: Path) -> list[dict[str, Any]]:
    """Return the records of a JSONL file in file order; an empty file gives an empty list.

    Raises:
        EvaluationError: the file cannot be read, a line is no JSON object with an ``id`` (the line
            is named), or an ``id`` occurs twice.
    """
    seen: dict[str, int] = {}
    records = []
    for number, line in _lines(path):
        record = _parse(line, f"{path}:{number}")
        first = seen.setdefault(record["id"], number)
        if first != number:
            raise EvaluationError(f"the id {record['id']!r} stands on line {first} already",
                                  place=f"{path}:{number}", remedy="keep one line an id")
        records.append(record)
    return records


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"cannot read the records: {error}", place=str(path),
                              remedy="give a UTF-8 file with one JSON object a line") from error
    return ((n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip())


def _parse(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvaluationError(f"not JSON: {error.msg} at column {error.colno}", place=place,
                              remedy="write one JSON object a line") from error
    if not isinstance(record, dict) or not isinstance(record.get("id"), str):
        raise EvaluationError("no object with a string as id", place=place,
                              remedy='write {"id": "...", "text": "...", ...}')
    return record


def paper_of(record: Record) -> Paper:
    """Return the paper of a record, its title split off its text and both repaired.

    Raises:
        EvaluationError: the record has no text, or a key has the wrong type.
    """
    text, title = record.get("text"), record.get("title")
    if not isinstance(text, str) or not text.strip():
        raise EvaluationError("the record has no text", place=str(record.get("id")), remedy="give it a 'text'")
    if title is not None and not isinstance(title, str):
        raise EvaluationError("the title is no string", place=str(record.get("id")), remedy="give a string or null")
    head = f"{title}\n\n"
    abstract = text.removeprefix(head) if title else text
    return Paper(id=str(record["id"]), title=repair(title) or None if title else None,
                 abstract=repair(abstract), arxiv=record.get("arxiv"))


def from_record(record: Record) -> Extraction:
    """Return the extraction that a record states.

    A mention that is a bare string stands for each of its occurrences; longer mentions take their
    place first. A relation without offsets gets the span of its object's first mention, a result
    that of its quote. Statements without rule and confidence get ``gold`` and 1.

    Returns:
        The extraction; ``notes`` names each mention and quote that is not in the text. An entity
        without any place is left out and named there, too.

    Raises:
        EvaluationError: a key is missing or has the wrong type (the record's id and the key are named).
    """
    try:
        return _extraction(record)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise EvaluationError(f"the record is malformed: {type(error).__name__} {error}",
                              place=str(record.get("id")), remedy="see the form in README.md") from error


def _extraction(record: Record) -> Extraction:
    paper = paper_of(record)
    notes: list[str] = []
    places = _locate_all(paper.text, [_surface(m) for e in record.get("entities", ()) for m in e["mentions"]
                                      if isinstance(m, str)])
    entities = [e for r in record.get("entities", ()) if (e := _entity(r, places, notes))]
    first = {e.name: e.mentions[0] for e in entities}
    return Extraction(
        paper=paper,
        entities=tuple(sorted(entities, key=lambda e: (e.mentions[0], e.name))),
        introduces=tuple(Relation(PAPER, "introduces", name, _at(first.get(name)))
                         for name in record.get("introduces", ())),
        relations=tuple(_relation(r, first) for r in record.get("relations", ())),
        results=tuple(_result(r, paper.text, notes) for r in record.get("results", ())),
        code=tuple(m for link in record.get("code", ()) for m in _link(link, paper.text, notes)),
        notes=tuple(notes),
    )


def _surface(text: str) -> str:
    return " ".join(repair(text).split())


def _locate_all(text: str, surfaces: list[str]) -> _Places:
    """Return each surface with its places, None where the text has it nowhere.

    A place goes to the longest surface that covers it, so that a surface may be left without one.
    """
    taken: list[Mention] = []
    found: _Places = {}
    for surface in sorted(set(surfaces), key=lambda s: (-len(s), s)):
        everywhere = [*_occurrences(text, surface)]
        free = [m for m in everywhere if not any(t.start <= m.start and m.end <= t.end for t in taken)]
        found[surface] = tuple(free) if everywhere else None
        taken += free
    return found


def _occurrences(text: str, surface: str) -> Iterator[Mention]:
    """Yield where the surface stands between word boundaries, whatever the white space and the case."""
    words = r"\s+".join(map(re.escape, surface.split()))
    left = r"(?<!\w)" if surface[:1].isalnum() else ""
    right = r"(?!\w)" if surface[-1:].isalnum() else ""
    for pattern in (rf"{left}{words}{right}", words) if words else ():
        matches = [*re.finditer(pattern, text)] or [*re.finditer(pattern, text, re.IGNORECASE)]
        if matches:
            yield from (Mention(m.start(), m.end(), m[0]) for m in matches)
            return


def _entity(record: Record, places: _Places, notes: list[str]) -> Entity | None:
    mentions: set[Mention] = set()
    for mention in record["mentions"]:
        if isinstance(mention, str):
            found = places[_surface(mention)]
            mentions.update(found or ())
            if found is None:
                notes.append(f"mention not in the text: {mention}")
        else:
            mentions.add(Mention(int(mention["start"]), int(mention["end"]), mention["text"]))
    if not mentions:
        notes.append(f"entity without a place: {record['name']}")
        return None
    return Entity(cls=record["type"], name=record["name"], mentions=tuple(sorted(mentions)),
                  rule=record.get("rule", GOLD_RULE), confidence=float(record.get("confidence", 1.0)),
                  concept=record.get("concept"), count=record.get("count"))


def _at(mention: Mention | None) -> Evidence:
    start, end = (mention.start, mention.end) if mention else (0, 0)
    return Evidence(start, end, GOLD_RULE, 1.0)


def _evidence(record: Record, start: int, end: int) -> Evidence:
    return Evidence(
        start=int(record.get("start", start)), end=int(record.get("end", end)),
        rule=record.get("rule", GOLD_RULE), confidence=float(record.get("confidence", 1.0)),
        polarity=record.get("polarity", "affirmed"), modality=record.get("modality", "asserted"))


def _relation(record: Record, first: Mapping[str, Mention]) -> Relation:
    place = _at(first.get(record["object"]))
    return Relation(record["subject"], record["predicate"], record["object"],
                    _evidence(record, place.start, place.end))


def _result(record: Record, text: str, notes: list[str]) -> Result:
    low, high = float(record.get("before", record["low"])), float(record.get("after", record["high"]))
    quote = record.get("quote", "")
    place = next(_occurrences(text, _surface(quote)), None)
    if place is None:
        notes.append(f"quote not in the text: {quote}")
    start, end = (place.start, place.end) if place else (0, 0)
    evidence = _evidence(record, start, end)
    span = text[evidence.start:evidence.end]
    return Result(
        subject=record["subject"], metric=record["metric"], low=low, high=high, unit=record.get("unit") or "",
        change=record["change"], bound=record.get("bound", "exact"),
        form=record.get("form") or ("single" if low == high else "range"), raw=record.get("raw", span),
        evidence=evidence, baseline=record.get("baseline"), conditions=tuple(record.get("conditions") or ()),
        baselines=tuple(record.get("baselines") or ()))


def _link(link: str, text: str, notes: list[str]) -> Iterator[Mention]:
    start = text.find(link)
    if start < 0:
        notes.append(f"link not in the text: {link}")
        start, end = 0, 0
    else:
        end = start + len(link)
    yield Mention(start, end, link)
