import pytest

from kg.extract.surface import Match, NameMatcher, fold, is_case_bound, runs

SAME = [("LLaMA-2-70B", "Llama 2 70b"), ("A100s", "A100"), ("Vision Transformers", "vision-transformer"),
        ("SQuAD2.0", "SQuAD 2.0"),
        ("MS-COCO", "MS COCO"), ("Mélange", "Melange"), ("losses", "loss")]
DIFFERENT = [("GPT-3", "GPT-4"), ("L40S", "L40"), ("ResNet-50", "ResNet-101"), ("C++", "C"),
             ("pass@1", "pass@10"), ("APPS", "app")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_fold_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_text_without_letters_has_no_runs() -> None:
    assert runs("– … !") == ()
    assert fold("") == ""


def test_short_capitals_are_bound_to_their_case() -> None:
    assert is_case_bound("MAP")
    assert not is_case_bound("Transformer")


def found(names: list[str], text: str, **options: frozenset[str]) -> list[tuple[str, str]]:
    matcher = NameMatcher(enumerate(names), **options)
    return [(text[m.start : m.end], names[m.key]) for m in matcher(text)]


def test_longest_name_wins_and_spans_cover_the_surface() -> None:
    text = "On NVIDIA-A100s and A100 cards"
    assert found(["A100", "NVIDIA A100"], text) == [("NVIDIA-A100s", "NVIDIA A100"), ("A100", "A100")]
    assert NameMatcher([(0, "A100")])(text)[0] == Match(10, 15, 0)


def test_names_end_at_word_boundaries() -> None:
    assert found(["A100", "Ray"], "A1000, Rayleigh and XA100") == []


def test_everyday_words_count_in_their_own_case_alone() -> None:
    bound = frozenset({"Ray"})
    assert found(["Ray"], "a ray of light, Ray at work", case_bound=bound) == [("Ray", "Ray")]


def test_acronyms_that_end_in_s_are_found_whole() -> None:
    assert found(["QQAPS"], "scores on QQAPS rise") == [("QQAPS", "QQAPS")]


def test_a_name_does_not_run_over_punctuation() -> None:
    assert found(["data parallel"], "uses data, parallel to that") == []
