"""Metrics that only a result shows become entities and are said to be measured."""

import pytest

from kg.extract import document
from kg.extract.measured import LEAST, MeasuredFinder
from kg.extract.sentences import blank
from kg.model import PAPER, Entity, Evidence, Mention, Result
from kg.ontology import Ontology

TEXT = "Orbiter cuts stale reloads by 40%. Stale reloads are rare; stale reloads cost time."


def measured(ontology: Ontology, metric: str, *, sure: float = 0.9, known: tuple[Entity, ...] = ()):
    document.register()
    doc = blank()(TEXT)
    doc._.kg_entities = known
    doc._.kg_results = (Result(PAPER, metric, 40.0, 40.0, "%", "decrease", "exact", "single", "40%",
                               Evidence(13, 33, "result-model", sure)),)
    return MeasuredFinder(ontology)(doc)


def test_the_phrase_of_a_result_is_a_metric_wherever_it_stands(shipped: Ontology) -> None:
    doc = measured(shipped, "stale reloads")
    (entity,) = doc._.kg_entities
    assert (entity.cls, entity.name, entity.rule) == ("Metric", "stale reloads", "result-model")
    assert [m.start for m in entity.mentions] == [13, 59]
    (relation,) = doc._.kg_relations
    assert (relation.subject, relation.predicate, relation.object) == (PAPER, "measures", "stale reloads")
    assert TEXT[relation.evidence.start : relation.evidence.end] == "stale reloads by 40%"


@pytest.mark.parametrize(("metric", "sure"), [("stale reloads", LEAST - 0.01), ("speedup", 0.9), ("absent", 0.9)])
def test_what_is_unsure_unsaid_or_not_there_is_none(shipped: Ontology, metric: str, sure: float) -> None:
    doc = measured(shipped, metric, sure=sure)
    assert (doc._.kg_entities, doc._.kg_relations) == ((), ())


@pytest.mark.parametrize("mention", ["stale reloads", "reloads"])
def test_what_is_known_already_stays_as_it_is(shipped: Ontology, mention: str) -> None:
    at = [n for n in range(len(TEXT)) if TEXT.lower().startswith(mention, n)]
    known = (Entity("Metric", mention, tuple(Mention(n, n + len(mention), TEXT[n : n + len(mention)]) for n in at),
                    "hand", 1.0),)
    doc = measured(shipped, "stale reloads", known=known)
    assert (doc._.kg_entities, doc._.kg_relations) == (known, ())
