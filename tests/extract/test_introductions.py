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


def test_distances_from_a_verb_are_those_of_each_word(cues: Cues) -> None:
    text = "in this paper we present a very new fast and small orbiter . they present it ; we first present ours"
    words = text.split()
    assert cues.verb_distances(words) == [cues.verb_distance(words, i) for i in range(len(words))]
    assert {*cues.verb_distances(words)} > {0, 1, None}


def test_title_says_what_its_name_is(cues: Cues) -> None:
    title = "orbiter : fast and flexible serving engine for models".split()
    assert cues.title_class(title, 1, len(title)) == "System"
    assert cues.title_class(title, 0, len(title)) is None
    assert cues.title_class(["orbiter"], 1, 1) is None


@pytest.mark.parametrize(("text", "at", "cls"), [
    ("our fast system runs", 0, "System"), ("the proposed pruning method", 0, "Method"), ("the system runs", 0, None),
    ("our results on systems", 0, None), ("we run", 0, None)])
def test_head_noun_of_what_the_authors_call_their_own(cues: Cues, text: str, at: int, cls: str | None) -> None:
    assert cues.own_class(text.split(), at) == cls


PHRASES = [
    ("we propose a simple yet effective layer - wise sampling strategy that helps",
     {"layer - wise sampling strategy", "layer - wise sampling"}),
    ("a novel token overpacking technique is introduced", {"token overpacking technique", "token overpacking"}),
    ("it has two parts : ( 1 ) sparse token routing for speed", {"sparse token routing"}),
    ("others propose a layer - wise sampling strategy", set()), ("we propose a framework that helps", set())]


@pytest.mark.parametrize(("text", "found"), PHRASES)
def test_phrases_that_an_introduction_makes_new(cues: Cues, text: str, found: set[str]) -> None:
    words = text.split()
    assert {" ".join(words[a:b]) for a, b in cues.phrase_spans(words)} == found


def test_passive_introductions(cues: Cues) -> None:
    assert cues.is_introduced_behind("orbiter method is then proposed".split(), 1)
    assert not cues.is_introduced_behind("orbiter . it is proposed".split(), 1)
    assert not cues.is_introduced_behind("orbiter proposed a plan".split(), 1)
