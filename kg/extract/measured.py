"""Metrics that only a number shows: the phrase that a result measures becomes an entity and is said to be measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from kg.extract.result_scene import METRIC
from kg.extract.surface import fold
from kg.model import Entity, Evidence, Mention, Relation, Result
from kg.ontology import Ontology

LEAST = 0.4
"""Confidence of a result from which the phrase that it measures is a metric; the best out of fold."""
_MEASURES = "measures"


class MeasuredFinder:
    """Pipeline component that adds metrics to ``kg_entities`` and ``kg_relations``; needs results.

    The name of plain speed-up is no entity: it stands for a number that says no more.
    """

    def __init__(self, ontology: Ontology) -> None:
        self._unsaid = ontology.words("result speedup")

    def __call__(self, doc: Doc) -> Doc:
        """Add the metrics of ``doc``; entities stay sorted by first mention, relations by place."""
        known = {fold(m.text) for e in doc._.kg_entities for m in e.mentions}
        entities, relations = [*doc._.kg_entities], [*doc._.kg_relations]
        for result in self._surest(doc._.kg_results):
            mentions = _mentions(doc.text, result.metric, entities)
            if mentions and fold(result.metric) not in known:
                known.add(fold(result.metric))
                found = result.evidence
                entities.append(Entity(METRIC, result.metric, mentions, found.rule, found.confidence))
                relations.append(Relation(result.subject, _MEASURES, result.metric, Evidence(
                    found.start, found.end, f"relation/{found.rule}", found.confidence)))
        doc._.kg_entities = tuple(sorted(entities, key=lambda e: e.mentions[0]))
        doc._.kg_relations = tuple(sorted(relations, key=lambda r: (
            r.evidence.start, r.evidence.end, r.subject, r.predicate, r.object)))
        return doc

    def _surest(self, results: Sequence[Result]) -> Iterator[Result]:
        """Yield the results that are sure enough, the surest first."""
        for result in sorted(results, key=lambda r: (-r.evidence.confidence, r.evidence.start)):
            if result.evidence.confidence >= LEAST and result.metric not in self._unsaid:
                yield result


def _mentions(text: str, phrase: str, entities: Sequence[Entity]) -> tuple[Mention, ...]:
    """Return where a phrase stands as words of its own outside all mentions, in text order."""
    taken = [(m.start, m.end) for e in entities for m in e.mentions]
    return tuple(Mention(*m.span(), m.group()) for m in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text)
                 if not any(start < m.end() and m.start() < end for start, end in taken))
