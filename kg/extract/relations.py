"""Relations between the entities of an abstract: which pairs, by which predicate, and where stated.

Pairs of the authors' work with each other entity, and pairs of other entities of one sentence, are ranked by a
linear model over what the text shows about them (:mod:`kg.extract.relation_features`). The ontology says which
classes a predicate joins. How firmly a text states them is for :mod:`kg.extract.modality`.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from kg.extract.relation_features import PAPER_INDEX, Cue, Features, Pair, Spot
from kg.extract.relation_scene import Scene, Sentence, list_bounds, scene_of
from kg.extract.relation_weights import Ranker, Rankers
from kg.model import PAPER, Entity, Evidence, Relation
from kg.ontology import Ontology

CONTEXT_RULE = "relation/context"
"""The rule of a relation that no cue phrase of its predicate states."""

_SECOND = 0.5
"""Least probability of a second predicate for one pair."""
_BACKGROUND = 0.5
"""Least probability of what only a sentence before the authors speak of their work shows, in no words of its own."""
_FOUND = 0.8
"""Share of a threshold that suffices between entities that are not certain: thresholds were chosen among given ones."""
_BREAKS = frozenset({",", ";", "–", "—"})


class RelationFinder:
    """Pipeline component that sets ``doc._.kg_relations``.

    Needs ``kg_entities``, ``kg_introduces`` and sentences. A document without entities gives the empty tuple.

    Args:
        ontology: classes, relations with their cues, and word lists.
        rankers: the weights; by default those that ship with the package.
    """

    def __init__(self, ontology: Ontology, *, rankers: Rankers | None = None) -> None:
        self.features = Features(ontology)
        self._ontology = ontology
        self._rankers = rankers or Rankers.load()
        self._breaks = ontology.words("clause-break")

    def __call__(self, doc: Doc) -> Doc:
        """Set the relations of ``doc``: sorted by place, one a subject, predicate and object."""
        doc._.kg_relations = self.find(scene_of(doc, self.features.own))
        return doc

    def find(self, scene: Scene) -> tuple[Relation, ...]:
        """Return the relations of a scene, sorted by where they are stated."""
        found: dict[tuple[str, str, str], Relation] = {}
        for pair, ranker in self._ranked(scene):
            for relation in self._decide(scene, pair, ranker):
                key = (relation.subject, relation.predicate, relation.object)
                if key not in found or found[key].evidence.confidence < relation.evidence.confidence:
                    found[key] = relation
        return tuple(
            sorted(found.values(), key=lambda r: (r.evidence.start, r.evidence.end, r.subject, r.predicate, r.object))
        )

    def _ranked(self, scene: Scene) -> Iterator[tuple[Pair, Ranker]]:
        own, named = self.features.pairs(scene)
        yield from ((pair, self._rankers.own) for pair in own)
        yield from ((pair, self._rankers.named) for pair in named)

    def _decide(self, scene: Scene, pair: Pair, ranker: Ranker) -> Iterator[Relation]:
        """Yield the best predicate of a pair, and a second where the model is sure of it and another cue states it."""
        subject = scene.entities[pair.subject] if pair.subject != PAPER_INDEX else None
        target = scene.entities[pair.object]
        sure = target.confidence * (subject.confidence if subject and pair.subject != scene.main else 1.0)
        needed = 1.0 if sure == 1.0 else _FOUND
        chances = ranker.probabilities(pair.features)
        allowed = [
            (sure * chance / ranker.threshold[name], name)
            for name, chance in chances.items()
            if ranker.threshold[name] < 1.0
            and self._fits(subject, name, target)
            and (pair.object != scene.main or self._ontology.properties[name].paper_level)
        ]
        cues: set[str] = set()
        for rank, (margin, name) in enumerate(sorted(allowed, key=lambda c: (-c[0], c[1]))[:2]):
            spot = self._best_spot(pair, ranker, name)
            if margin < needed or spot is None or (rank and chances[name] * sure < _SECOND):
                return
            evidence = self._evidence(scene, spot, name, chances[name] * sure)
            unsaid = evidence.rule == CONTEXT_RULE and scene.sentences[spot.sentence].zone == "background"
            if evidence.rule not in cues and not (unsaid and chances[name] < _BACKGROUND):
                yield Relation(self._holder(scene, pair, spot, name), name, target.name, evidence)
            cues.add(evidence.rule)

    def _holder(self, scene: Scene, pair: Pair, spot: Spot, predicate: str) -> str:
        """Return whom a relation is about: where only another new artefact stands before the object, that one.

        What a paper cannot be the subject of (a part of something) stays with the main artefact.
        """
        target = scene.entities[pair.object]
        if pair.subject == PAPER_INDEX:
            return PAPER
        if not self._fits(None, predicate, target):
            return scene.entities[pair.subject].name
        items = scene.sentences[spot.sentence].items[: spot.at]
        nearest = next((item.entity for item in reversed(items) if item.entity in scene.new), pair.subject)
        own = any(item.entity == scene.main for item in items)
        change = pair.subject == scene.main and not own and nearest != pair.object
        holder = scene.entities[nearest if change else pair.subject]
        return holder.name if self._fits(holder, predicate, target) else scene.entities[pair.subject].name

    def _fits(self, subject: Entity | None, predicate: str, target: Entity) -> bool:
        relation = self._ontology.properties.get(predicate)
        return (
            relation is not None
            and self._ontology.is_a(subject.cls if subject else "Paper", relation.domain)
            and self._ontology.is_a(target.cls, relation.range)
        )

    @staticmethod
    def _best_spot(pair: Pair, ranker: Ranker, predicate: str) -> Spot | None:
        """Return the mention that speaks most for the predicate, the first of equals; None without a mention."""
        return max(pair.spots, key=lambda s: (ranker.support(s.features, predicate), -s.sentence, -s.at), default=None)

    def _evidence(self, scene: Scene, spot: Spot, predicate: str, confidence: float) -> Evidence:
        sentence = scene.sentences[spot.sentence]
        start, end = self._clause(sentence, spot.at)
        head = list_bounds(sentence, spot.at, scene.entities)[0]
        cue = self._cue(sentence, start, head, predicate)
        return Evidence(
            sentence.items[start].start,
            sentence.items[end - 1].end,
            f"relation/{cue.phrase}" if cue else CONTEXT_RULE,
            round(confidence, 4),
        )

    def _cue(self, sentence: Sentence, start: int, head: int, predicate: str) -> Cue | None:
        """Return the nearest cue of the predicate before an object, else the first inverse cue behind it."""
        before = [
            c for c in self.features.cues(sentence) if predicate in c.names and start <= c.start and c.end <= head
        ]
        behind = [c for c in self.features.inverse_cues(sentence) if predicate in c.names and head < c.start]
        return before[-1] if before else behind[0] if behind else None

    def _clause(self, sentence: Sentence, at: int) -> tuple[int, int]:
        """Return the first item of the clause around ``at`` and the one after its last."""
        words = sentence.words
        breaks = [
            i
            for i in range(1, len(words) - 1)
            if words[i] == ";" or (words[i - 1] in _BREAKS and words[i] in self._breaks)
        ]
        start = max((i for i in breaks if i <= at), default=0)
        end = min((i for i in breaks if i > at), default=len(words))
        while start < at and (words[start] == ";" or words[start] in _BREAKS):
            start += 1
        while end - 1 > at and (words[end - 1] == ";" or words[end - 1] in _BREAKS):
            end -= 1
        return start, end
