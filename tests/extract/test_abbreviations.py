import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.abbreviations import find_definitions

CASES = [
    ("We use proximal policy tuning (PPT) here.", "proximal policy tuning", "PPT"),
    ("PPT (Proximal Policy Tuning) is used.", "Proximal Policy Tuning", "PPT"),
    ("the time to first answer (TTFA) falls", "time to first answer", "TTFA"),
    ("support vector machines (SVMs)", "support vector machines", "SVMs"),
    ("low-rank adaptation (LoRA) of models", "low-rank adaptation", "LoRA"),
    ("Digital Stochastic Memory-Computing (DS-MC)", "Digital Stochastic Memory-Computing", "DS-MC"),
]


@pytest.mark.parametrize(("text", "long", "short"), CASES)
def test_definitions_are_found_in_both_orders(text: str, long: str, short: str) -> None:
    (found,) = find_definitions(text)
    assert (text[found.long_start : found.long_end], text[found.short_start : found.short_end]) == (long, short)


@pytest.mark.parametrize("text", ["", "as shown (see Figure 2)", "it works (QZX) well", "in two cases (a) and (b)"])
def test_parentheses_without_a_definition_give_none(text: str) -> None:
    assert find_definitions(text) == []


@given(st.text(alphabet="ab (ABC)-.,é", max_size=80))
def test_spans_lie_in_the_text(text: str) -> None:
    for d in find_definitions(text):
        assert 0 <= d.long_start < d.long_end <= len(text)
        assert 0 <= d.short_start < d.short_end <= len(text)
