"""report.json: what a build read, what it found, what it left out and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from typing import Any

from kg.check import Violation
from kg.contradictions import Contradiction, Voice
from kg.export.files import write_bytes
from kg.link import Linking
from kg.model import Extraction, Origin, Skipped, Unresolved
from kg.sentences import sentence
from kg.terms import local_name, paper_iri


@dataclass(frozen=True, slots=True)
class Reading:
    """What the readers brought: how many records, and the ones that were left out."""

    records: int
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """What the report tells of some papers; lists hold their rows with the id of the paper in front.

    ``stated`` (relations), ``results`` and ``extra`` (records beyond one for each paper) are numbers.
    """

    papers: tuple[str, ...]
    stated: int
    results: int
    extra: int
    relations: Counter[str]
    rules: Counter[str]
    merged: list[tuple[str, Any]]
    unresolved: list[tuple[str, Any]]
    kept_out: list[tuple[str, Any]]
    notes: list[tuple[str, Any]]


def account(extractions: Sequence[Extraction]) -> Account:
    """Return what the report tells of some papers."""
    papers = sorted(extractions, key=lambda e: e.paper.id)
    return Account(
        tuple(e.paper.id for e in papers), sum(len(e.relations) for e in papers), sum(len(e.results) for e in papers),
        sum(max(len(e.paper.origins) - 1, 0) for e in papers),
        Counter(r.predicate for e in papers for r in (*e.introduces, *e.relations)),
        Counter(rule for e in papers for rule in _rules(e)),
        [(e.paper.id, {"paper": e.paper.id, "origins": [_place(o) for o in e.paper.origins]})
         for e in papers if len(e.paper.origins) > 1],
        [(e.paper.id, _unresolved(e, u)) for e in papers for u in sorted(e.unresolved, key=lambda u: (u.start, u.end))],
        [(e.paper.id, row) for e in papers for row in _kept_out(e)],
        [(e.paper.id, {"paper": e.paper.id, "note": note}) for e in papers for note in e.notes])


def joined(accounts: Iterable[Account]) -> Account:
    """Return one account of the papers of several, which have none in common; empty for none."""
    whole = Account((), 0, 0, 0, Counter(), Counter(), [], [], [], [])
    papers: list[str] = []
    stated = results = extra = 0
    for one in accounts:
        papers += one.papers
        stated, results, extra = stated + one.stated, results + one.results, extra + one.extra
        whole.relations.update(one.relations)
        whole.rules.update(one.rules)
        for mine, more in ((whole.merged, one.merged), (whole.unresolved, one.unresolved),
                           (whole.kept_out, one.kept_out), (whole.notes, one.notes)):
            mine += more
    return replace(whole, papers=tuple(sorted(papers)), stated=stated, results=results, extra=extra)


def report(extractions: Sequence[Extraction], linking: Linking, *, reading: Reading | None = None,
           violations: Iterable[Violation] = (), contradictions: Sequence[Contradiction] = (),
           ontology_sha256: str = "", version: str = "") -> dict[str, Any]:
    """Return the report of a build, ready for JSON; lists are sorted, and empty where there is nothing.

    ``duplicates`` counts the records that were merged into a paper seen before. File names are given without
    their folders, so that the report does not depend on where it was made.
    """
    return report_of(account(extractions), linking, reading=reading, violations=violations,
                     contradictions=contradictions, ontology_sha256=ontology_sha256, version=version)


def report_of(told: Account, linking: Linking, *, reading: Reading | None = None,
              violations: Iterable[Violation] = (), contradictions: Sequence[Contradiction] = (),
              ontology_sha256: str = "", version: str = "", checked: int | None = None) -> dict[str, Any]:
    """Return the report of a build from an account of all papers; see :func:`report`.

    ``checked`` is the number of papers that were looked at for violations, where that is not all.
    """
    skipped = sorted(reading.skipped if reading else (), key=lambda s: (s.origin, s.reason, s.id or ""))
    faults = sorted(violations)
    return {
        "version": version,
        "ontology": ontology_sha256,
        "counts": {
            "records": reading.records if reading else len(told.papers) + told.extra,
            "papers": len(told.papers),
            "duplicates": told.extra,
            "skipped": len(skipped),
            "entities": len(linking.entities),
            "results": told.results,
            "unresolved": len(told.unresolved),
            "kept_out": len(told.kept_out),
            **({} if checked is None else {"checked": checked}),
            "violations": len(faults),
            "contradictions": len(contradictions),
        },
        "entities": _counted(entity.cls for entity in linking.entities),
        "relations": dict(sorted(told.relations.items())),
        "rules": dict(sorted(told.rules.items())),
        "unlisted": _unlisted(linking),
        "skipped": [{"file": _place(s.origin), "id": s.id, "reason": s.reason} for s in skipped],
        "merged": _rows(told.merged),
        "unresolved": _rows(told.unresolved),
        "kept_out": _rows(told.kept_out),
        "notes": _rows(told.notes),
        "refused_links": [{"left": r.left, "right": r.right, "reason": r.reason} for r in linking.refusals],
        "violations": [{"node": v.node, "rule": v.rule, "message": v.message} for v in faults],
        "contradictions": _contradictions(contradictions, told.papers),
    }


def _rows(told: Iterable[tuple[str, Any]]) -> list[Any]:
    """Return rows by the ids of their papers; those of one paper stay in their order."""
    return [row for _, row in sorted(told, key=lambda pair: pair[0])]


def write_report(content: dict[str, Any], path: Path) -> None:
    """Write a report as JSON, UTF-8, in one step.

    Raises:
        ExportError: the file cannot be written.
    """
    write_bytes((json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8"), path)


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _rules(extraction: Extraction) -> list[str]:
    claims = [claim.evidence.rule for claim in (*extraction.introduces, *extraction.relations)]
    return claims + [result.evidence.rule for result in extraction.results]


def _unlisted(linking: Linking) -> list[dict[str, Any]]:
    """Return the names outside the vocabulary that several papers use: candidates for it, most used first."""
    entities = [entity for entity in linking.entities if entity.concept is None and entity.support > 1]
    return [{"name": e.label, "class": e.cls, "papers": e.support, "thing": local_name(e.iri)}
            for e in sorted(entities, key=lambda e: (-e.support, e.iri))]


def _unresolved(extraction: Extraction, unresolved: Unresolved) -> dict[str, Any]:
    return {"paper": extraction.paper.id, "start": unresolved.start, "end": unresolved.end,
            "number": extraction.paper.text[unresolved.start:unresolved.end],
            "sentence": _sentence(extraction.paper.text, unresolved.start, unresolved.end), "reason": unresolved.reason}


def _contradictions(found: Iterable[Contradiction], papers: Iterable[str]) -> list[dict[str, Any]]:
    ordered = sorted(found)
    wanted = {voice.paper for one in ordered for voice in (one.first, one.second)}
    ids = {iri: paper for paper in papers if wanted and (iri := paper_iri(paper)) in wanted}

    def voice(one: Voice) -> dict[str, Any]:
        return {"paper": ids.get(one.paper, one.paper), "start": one.start, "end": one.end, "said": one.said,
                "quote": one.quote, "sentence": one.sentence, "rule": one.rule, "confidence": one.confidence}

    return [{"kind": one.kind, "about": list(one.about), "metric": one.metric, "within_one": one.within_one,
             "sentences": [voice(one.first), voice(one.second)]} for one in ordered]


def _kept_out(extraction: Extraction) -> list[dict[str, Any]]:
    """Return what the paper denies or only supposes: it stays in the paper's graph, out of the linked one."""
    claims = (*extraction.introduces, *extraction.relations)
    said = [(r.evidence, f"{r.subject} {r.predicate} {r.object}") for r in claims]
    said += [(r.evidence, f"{r.subject}: {r.metric} {r.raw}") for r in extraction.results]
    return [{"paper": extraction.paper.id, "start": e.start, "end": e.end, "said": what, "polarity": e.polarity,
             "modality": e.modality, "sentence": _sentence(extraction.paper.text, e.start, e.end)}
            for e, what in sorted(said, key=lambda pair: (pair[0].start, pair[0].end, pair[1]))
            if (e.polarity, e.modality) != ("affirmed", "asserted")]


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence of a span in one line."""
    first, last = sentence(text, start, end)
    return " ".join(text[first:last].split())


def _place(origin: Origin) -> str:
    return f"{PureWindowsPath(origin.file).name}:{origin.line}"
