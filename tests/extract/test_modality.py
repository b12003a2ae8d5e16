"""How firmly a sentence says something: a table of own sentences, and what the component does with statements."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import document
from kg.extract.modality import ModalityFinder, ModalityWords, marked, stance, tokens
from kg.extract.sentences import SentenceSplitter, blank
from kg.model import Entity, Evidence, Mention, Relation, Result
from kg.ontology import Ontology

NEGATED, HEDGED, PLAIN = ("negated", "asserted"), ("affirmed", "hedged"), ("affirmed", "asserted")
NAMES = {"Orbiter": "System", "Comet": "System", "Basin": "System", "Zeta": "Dataset", "Zyx9": "Hardware"}
CASES = {
    "Orbiter does not outperform <Comet>.": NEGATED,
    "Orbiter doesn't outperform <Comet>.": NEGATED,
    "Orbiter doesn’t outperform <Comet>.": NEGATED,
    "Orbiter cannot beat <Comet> in speed.": NEGATED,
    "Orbiter fails to outperform <Comet>.": NEGATED,
    "Orbiter never gains more than <5%> over it.": NEGATED,
    "Orbiter is unable to improve speed by <2x>.": NEGATED,
    "Orbiter does not, in general, outperform <Comet>.": NEGATED,
    "Orbiter does not outperform Basin, Comet, or <Zeta>.": NEGATED,
    "Orbiter neither outperforms Basin nor <Comet>.": NEGATED,
    "There is no evidence that Orbiter outperforms <Comet>.": NEGATED,
    "Orbiter no longer depends on <Comet>.": NEGATED,
    "Orbiter runs without <Comet>.": NEGATED,
    "Orbiter runs on Basin instead of <Comet>.": NEGATED,
    "Older engines lack native support for <Comet>.": NEGATED,
    "Orbiter is built not on <Basin> but on Comet.": NEGATED,
    "Orbiter is built not on Basin but on <Comet>.": PLAIN,
    "Orbiter may outperform <Comet>.": HEDGED,
    "Orbiter might cut delay by up to <30%> against it.": HEDGED,
    "Orbiter could be faster than <Comet>.": HEDGED,
    "Orbiter potentially doubles the speed of <Comet>.": HEDGED,
    "We expect that Orbiter improves speed by <2x>.": HEDGED,
    "Orbiter is expected to beat <Comet>.": HEDGED,
    "Orbiter may not outperform <Comet>.": ("negated", "hedged"),
    "Orbiter outperforms <Comet>.": PLAIN,
    "Orbiter not only outperforms <Comet> but also saves memory.": PLAIN,
    "Orbiter is no slower than Basin and improves speed by <2x>.": PLAIN,
    "Orbiter does not slow Basin down and improves speed by <2x>.": PLAIN,
    "Without tuning, Orbiter outperforms <Comet>.": PLAIN,
    "Orbiter gains <2x> without losing accuracy.": PLAIN,
    "Unlike Basin, which does not scale, Orbiter beats <Comet>.": PLAIN,
    "Orbiter does not need tuning, but it beats <Comet>.": PLAIN,
    "While Basin may stall, Orbiter beats <Comet>.": PLAIN,
    "Orbiter costs no more than <5%> of it.": PLAIN,
    "In May Orbiter outperformed <Comet>.": PLAIN,
    "Orbiter is 2x more likely to beat <Comet>.": PLAIN,
    "Orbiter beats <Comet>, although it may need more memory.": PLAIN,
    "<Comet> does not matter.": PLAIN,
}


@pytest.fixture(scope="module")
def words(shipped: Ontology) -> ModalityWords:
    return ModalityWords.from_ontology(shipped)


def named(text: str) -> list[Entity]:
    return [
        Entity(cls, name, (Mention(text.index(name), text.index(name) + len(name), name),), "hand", 1.0)
        for name, cls in NAMES.items()
        if name in text
    ]


@pytest.mark.parametrize("written", CASES)
def test_how_a_sentence_says_it(words: ModalityWords, written: str) -> None:
    anchor, text = written.index("<"), written.replace("<", "").replace(">", "")
    found = tokens(text, 0, len(text), named(text))
    at = max(n for n, token in enumerate(found) if token.start <= anchor)
    assert stance(marked(found, words), at, words) == CASES[written]


def test_all_cases_ran() -> None:
    assert len(CASES) == 38


def said(ontology: Ontology, text: str, predicate: str, obj: str) -> Evidence:
    """Return how the component takes a relation of Orbiter that spans the text."""
    document.register()
    doc = SentenceSplitter(ontology)(blank()(text))
    doc._.kg_entities = tuple(named(text))
    doc._.kg_relations = (Relation("Orbiter", predicate, obj, Evidence(0, len(text), "hand", 0.9)),)
    return ModalityFinder(ontology)(doc)._.kg_relations[0].evidence  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "predicate", "obj", "polarity"),
    [
        ("Orbiter fails to outperform Comet on Zeta.", "outperforms", "Comet", "negated"),
        ("Orbiter fails to outperform Comet on Zeta.", "evaluatedOn", "Zeta", "affirmed"),
        ("Orbiter was not tested on Zeta.", "evaluatedOn", "Zeta", "negated"),
        ("Orbiter is unable to start on Zyx9.", "usesHardware", "Zyx9", "negated"),
        ("Orbiter works without Zyx9.", "usesHardware", "Zyx9", "negated"),
        ("Orbiter is fast without loss of Zeta.", "measures", "Zeta", "affirmed"),
        ("Comet does not support Orbiter.", "builtOn", "Comet", "negated"),
        ("Comet lags. Orbiter does not.", "outperforms", "Comet", "affirmed"),
    ],
)
def test_what_runs_is_not_denied_with_what_it_brings(
    shipped: Ontology, text: str, predicate: str, obj: str, polarity: str
) -> None:
    evidence = said(shipped, text, predicate, obj)
    assert (evidence.polarity, evidence.modality) == (polarity, "asserted")
    assert (evidence.rule, evidence.confidence) == ("hand", 0.9)


def test_numbers_are_judged_where_they_stand(shipped: Ontology) -> None:
    document.register()
    text = "Orbiter may cut delay by 30%. It doubles speed."
    doc = SentenceSplitter(shipped)(blank()(text))
    doc._.kg_results = tuple(
        Result(
            "Orbiter", "delay", 30.0, 30.0, "%", "decrease", "exact", "single", raw, Evidence(start, end, "hand", 1.0)
        )
        for raw, start, end in (("30%", 12, 28), ("doubles", 33, 46))
    )
    found = ModalityFinder(shipped)(doc)._.kg_results
    assert [(r.evidence.polarity, r.evidence.modality) for r in found] == [HEDGED, PLAIN]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.sampled_from(["not", "may", "Orbiter", ",", "and", "improves", "(", ")", "without", "2x", ".", "’"]),
        max_size=30,
    )
)
def test_no_text_makes_it_fail(shipped: Ontology, parts: list[str]) -> None:
    words, text = ModalityWords.from_ontology(shipped), " ".join(parts)
    found = tokens(text, 0, len(text), named(text))
    for anchor in range(len(found)):
        assert stance(marked(found, words), anchor, words)[0] in {"affirmed", "negated"}
