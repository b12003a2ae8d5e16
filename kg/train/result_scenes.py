"""Scenes for training the finder of results, from records whose entities are known: the gold ones, or those found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from kg.extract.quantities import find_quantities
from kg.extract.result_scene import ResultWords, Scene, build
from kg.extract.sentences import SentenceSplitter, blank
from kg.extract.units import QuantityWords
from kg.interchange import paper_of
from kg.model import PAPER, Entity, Evidence, Mention, Relation
from kg.ontology import Ontology
from kg.text import repair

Record = Mapping[str, Any]


def scene_maker(ontology: Ontology) -> Callable[[Record, Record], Scene]:
    """Return a function from a gold record, for its text, and a record with entities (that or another) to a scene."""
    nlp, split = blank(), SentenceSplitter(ontology)
    numbers, words = QuantityWords.from_ontology(ontology), ResultWords.from_ontology(ontology)
    concepts = {(c.cls, label.lower()): c.iri for c in reversed(ontology.concepts) for label in c.labels}

    def make(gold: Record, known: Record) -> Scene:
        text = paper_of(gold).text
        spans = [(s.start_char, s.end_char) for s in split(nlp.make_doc(text)).sents]
        entities = _entities(text, known["entities"], concepts)
        names = {e.name for e in entities}
        introduces = [Relation(PAPER, "introduces", name, Evidence(0, 0, "gold", 1.0))
                      for name in known["introduces"] if name in names]
        return build(text, spans, entities, introduces, find_quantities(text, numbers), words, _relations(known, names))

    return make


def _relations(known: Record, names: Set[str]) -> list[Relation]:
    """Return the relations between the paper or an entity, and an entity."""
    ends = {*names, PAPER}
    return [Relation(r["subject"], r["predicate"], r["object"], Evidence(0, 0, "gold", 1.0))
            for r in known.get("relations", ()) if r["object"] in names and r["subject"] in ends]


def _entities(text: str, known: Sequence[Record], concepts: Mapping[tuple[str, str], str]) -> tuple[Entity, ...]:
    """Return the entities at every place where one of their strings stands and no longer one does."""
    forms = sorted({(repair(m), e["name"]) for e in known for m in e["mentions"]}, key=lambda f: (-len(f[0]), f))
    taken: set[int] = set()
    mentions: dict[str, list[Mention]] = {}
    for form, name in forms:
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text):
            if form and taken.isdisjoint(range(*match.span())):
                taken.update(range(*match.span()))
                mentions.setdefault(name, []).append(Mention(*match.span(), match.group()))
    found = [Entity(e["type"], e["name"], tuple(sorted(mentions[e["name"]])), "gold", 1.0,
                    concept=concepts.get((e["type"], e["name"].lower())), count=e.get("count"))
             for e in known if e["name"] in mentions]
    return tuple(sorted(found, key=lambda e: e.mentions[0]))
