"""Every number with a unit is in a result, unresolved, or part of a name."""

import pytest

from kg.examples import paths
from kg.extract import document
from kg.extract.leftovers import LeftoverFinder
from kg.extract.pipeline import load
from kg.extract.quantities import QuantityFinder, find_quantities
from kg.extract.sentences import SentenceSplitter, blank
from kg.extract.units import QuantityWords
from kg.model import Entity, Evidence, Mention, Paper, Result, Unresolved
from kg.ontology import Ontology
from kg.read import read


def left(
    ontology: Ontology, text: str, name: str = "", told: tuple[Unresolved, ...] = ()
) -> tuple[tuple[str, str], ...]:
    document.register()
    doc = QuantityFinder(ontology)(SentenceSplitter(ontology)(blank()(text)))
    if name:
        start = text.index(name)
        doc._.kg_entities = (Entity("Hardware", name, (Mention(start, start + len(name), name),), "hand", 1.0),)
    doc._.kg_unresolved = told
    return tuple((text[u.start : u.end], u.reason) for u in LeftoverFinder(ontology)(doc)._.kg_unresolved)


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        (
            "Delay falls from 3.26 ms on the Zyx9 to 1.09 ms.",
            "Zyx9",
            (("3.26 ms on the Zyx9 to 1.09 ms", "the name 'Zyx9' stands in it"),),
        ),
        ("Answers come in sub-100ms time.", "", (("100ms", "not read as a number by itself"),)),
        ("It gains 40% of speed.", "", (("40%", "left out of the analysis"),)),
        ("It runs on one Zyx 3090 card.", "Zyx 3090", ()),
        ("It runs on a Zyx 80GB card.", "Zyx 80GB", ()),
        ("Nothing is counted here.", "", ()),
        ("", "", ()),
    ],
)
def test_what_nothing_dealt_with_is_named(
    shipped: Ontology, text: str, name: str, wanted: tuple[tuple[str, str], ...]
) -> None:
    assert left(shipped, text, name) == wanted


def test_what_is_told_already_is_not_told_twice(shipped: Ontology) -> None:
    text = "It gains 40% of speed and 2x more."
    told = (Unresolved(9, 12, "taken for a set-up number"),)
    assert left(shipped, text, told=told) == (("40%", "taken for a set-up number"), ("2x", "left out of the analysis"))


def test_the_number_of_a_result_is_dealt_with(shipped: Ontology) -> None:
    document.register()
    text = "It gains 40% of speed and 2x more."
    doc = QuantityFinder(shipped)(SentenceSplitter(shipped)(blank()(text)))
    doc._.kg_results = (
        Result("@paper", "speed", 40.0, 40.0, "%", "increase", "exact", "single", "40%", Evidence(3, 21, "hand", 1.0)),
    )
    assert [text[u.start : u.end] for u in LeftoverFinder(shipped)(doc)._.kg_unresolved] == ["2x"]


def test_no_number_of_the_bundled_abstracts_is_lost(shipped: Ontology) -> None:
    words, checked = QuantityWords.from_ontology(shipped), 0
    papers = [p for p in read([paths().abstracts]) if isinstance(p, Paper)]
    for extraction in load(shipped, fast=True).extract_all(papers):
        text = extraction.paper.text
        told = [(r.evidence.start, r.evidence.end) for r in extraction.results]
        told += [(u.start, u.end) for u in extraction.unresolved]
        told += [(m.start, m.end) for e in extraction.entities for m in e.mentions]
        for quantity in find_quantities(text, words):
            assert any(start < quantity.end and quantity.start < end for start, end in told), quantity.raw
            checked += 1
    assert checked > 70
