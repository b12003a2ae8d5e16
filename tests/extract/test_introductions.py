import pytest

from kg.extract.introductions import Cues, title_name
from kg.ontology import Ontology


@pytest.fixture
def cues(shipped: Ontology) -> Cues:
    return Cues.from_ontology(shipped)


@pytest.mark.parametrize(("title", "name"), [
    ("Orbiter: Fast Serving", "Orbiter"), ("Orbiter-2 - A Fast Server", "Orbiter-2"), ("A Fast Server", None),
    (None, None),
    ("What Happens When We Serve Many Models: A Study", None)])
def test_name_that_opens_a_title(title: str | None, name: str | None) -> None:
    span = title_name(title)
    assert (title or "")[slice(*span)] == name if span else name is None


DEFINED = [
    ("orbiter , a decentralized framework that", "System"), ("orbiter , an efficient pruning method for", "Method"),
    ("orbiter is a benchmark of 200 tasks", "Dataset"), ("orbiter , a sparse accelerator .", "Hardware"),
    ("orbiter , a 3b language model trained", "Model"), ("orbiter , which we like", None), ("orbiter runs", None)]


@pytest.mark.parametrize(("text", "cls"), DEFINED)
def test_head_noun_of_a_definition_gives_the_class(cues: Cues, text: str, cls: str | None) -> None:
    assert cues.defined_class(text.split(), 1) == cls


def test_naming_words(cues: Cues) -> None:
    words = "a framework called orbiter runs".split()
    assert cues.is_named(words, 3)
    assert cues.head_before(words, 3) == "System"
    assert not cues.is_named(words, 4)


def test_verb_counts_only_for_the_authors(cues: Cues) -> None:
    assert cues.verb_distance("we present orbiter".split(), 2) == 0
    assert cues.verb_distance("this paper introduces the orbiter".split(), 4) == 1
    assert cues.verb_distance("others present orbiter".split(), 2) is None
