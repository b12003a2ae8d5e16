import pytest

from kg.extract.candidates import Candidate
from kg.extract.context import cues_before, list_features
from kg.extract.sentences import blank
from kg.extract.sequence import Span
from kg.extract.signals import Lexicon
from kg.ontology import Ontology


@pytest.fixture(scope="module")
def lexicon(shipped: Ontology) -> Lexicon:
    return Lexicon.from_ontology(shipped)


def test_cue_right_before_a_word(lexicon: Lexicon) -> None:
    assert "builtOn" in cues_before("it is built on orbiter".split(), 4, lexicon.relation_cues)
    assert cues_before("it is quietly orbiter".split(), 3, lexicon.relation_cues) == set()
    assert cues_before(["orbiter"], 0, lexicon.relation_cues) == set()


def test_items_of_a_list_tell_about_each_other(lexicon: Lexicon) -> None:
    doc = blank()("on Zib, Zob and others, but Zub")
    items = [Candidate({"zib"}, [(1, 2)], [Span(1, 2, "Dataset", 0.9)]), Candidate({"zob"}, [(3, 4)]),
             Candidate({"zub"}, [(8, 9)])]
    rows = list_features(doc, items, lexicon)
    assert rows[1] == {"mate:Dataset": 0.9}
    assert rows[2] == {}
