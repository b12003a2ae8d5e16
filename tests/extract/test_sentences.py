import pytest

from kg.extract.sentences import SentenceSplitter, blank
from kg.ontology import Ontology


@pytest.fixture
def split(shipped: Ontology):
    nlp, splitter = blank(), SentenceSplitter(shipped)
    return lambda text: [s.text.strip() for s in splitter(nlp(text)).sents]


def test_title_ends_a_sentence(split) -> None:
    assert split("A title without a stop\n\nWe present Orbiter. It is fast.") == [
        "A title without a stop", "We present Orbiter.", "It is fast."]


@pytest.mark.parametrize("text", [
    "It runs on many devices (e.g. phones) at 3.5 GHz.", "As Smith et al. Show it is fast.",
    "See Fig. 3 of J. Doe for v1.1 of it.",
    "We compare with X vs. Y today."])
def test_abbreviations_and_decimals_end_nothing(split, text: str) -> None:
    assert split(text) == [text]


def test_question_marks_and_quotes_end_a_sentence(split) -> None:
    assert split('Is it fast? "Yes." We show why.') == ["Is it fast?", '"Yes."', "We show why."]


def test_words_joined_to_a_digit_are_tokens_of_their_own() -> None:
    assert [t.text for t in blank()("an Orbiter2-based design")] == ["an", "Orbiter2", "-", "based", "design"]
