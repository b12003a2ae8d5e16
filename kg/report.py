"""report.json: what a build read, what it found, what it left out and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


def report(extractions: Sequence[Extraction], linking: Linking, *, reading: Reading | None = None,
           violations: Iterable[Violation] = (), contradictions: Sequence[Contradiction] = (),
           ontology_sha256: str = "", version: str = "") -> dict[str, Any]:
    """Return the report of a build, ready for JSON; lists are sorted, and empty where there is nothing.

    ``duplicates`` counts the records that were merged into a paper seen before. File names are given without
    their folders, so that the report does not depend on where it was made.
    """
    papers = sorted(extractions, key=lambda e: e.paper.id)
    skipped = sorted(reading.skipped if reading else (), key=lambda s: (s.origin, s.reason, s.id or ""))
    faults = sorted(violations)
    merged = sum(max(len(extraction.paper.origins) - 1, 0) for extraction in papers)
    kept_out = [said for extraction in papers for said in _kept_out(extraction)]
    return {
        "version": version,
        "ontology": ontology_sha256,
        "counts": {
            "records": reading.records if reading else len(papers) + merged,
            "papers": len(papers),
            "duplicates": merged,
            "skipped": len(skipped),
            "entities": len(linking.entities),
            "results": sum(len(extraction.results) for extraction in papers),
            "unresolved": sum(len(extraction.unresolved) for extraction in papers),
            "kept_out": len(kept_out),
            "violations": len(faults),
            "contradictions": len(contradictions),
        },
        "entities": _counted(entity.cls for entity in linking.entities),
        "relations": _counted(r.predicate for e in papers for r in (*e.introduces, *e.relations)),
        "rules": _counted(rule for e in papers for rule in _rules(e)),
        "unlisted": _unlisted(linking),
        "skipped": [{"file": _place(s.origin), "id": s.id, "reason": s.reason} for s in skipped],
        "merged": [{"paper": e.paper.id, "origins": [_place(o) for o in e.paper.origins]}
                   for e in papers if len(e.paper.origins) > 1],
        "unresolved": [_unresolved(e, u) for e in papers for u in sorted(e.unresolved, key=lambda u: (u.start, u.end))],
        "kept_out": kept_out,
        "notes": [{"paper": e.paper.id, "note": note} for e in papers for note in e.notes],
        "refused_links": [{"left": r.left, "right": r.right, "reason": r.reason} for r in linking.refusals],
        "violations": [{"node": v.node, "rule": v.rule, "message": v.message} for v in faults],
        "contradictions": [_contradiction(c, papers) for c in sorted(contradictions)],
    }


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


def _contradiction(found: Contradiction, papers: Iterable[Extraction]) -> dict[str, Any]:
    ids = {paper_iri(extraction.paper.id): extraction.paper.id for extraction in papers}

    def voice(one: Voice) -> dict[str, Any]:
        return {"paper": ids.get(one.paper, one.paper), "start": one.start, "end": one.end, "said": one.said,
                "quote": one.quote, "sentence": one.sentence, "rule": one.rule, "confidence": one.confidence}

    return {"kind": found.kind, "about": list(found.about), "metric": found.metric,
            "within_one": found.within_one, "sentences": [voice(found.first), voice(found.second)]}


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
