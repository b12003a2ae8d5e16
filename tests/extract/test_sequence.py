import itertools
import pickle
from pathlib import Path

import numpy as np
import pytest

from kg.extract.sequence import Recogniser
from kg.extract.token_features import Form, Reading, feature_names

TAGS = ["O", "B-System", "I-System"]


@pytest.fixture
def field() -> Recogniser:
    state = np.array([[0.2, 0.1, -0.3], [-0.5, 1.0, 0.4], [0.3, -0.2, 0.9]], dtype=np.float32)
    transition = np.array([[0.5, 0.1, -2.0], [0.0, -1.0, 1.2], [0.3, -0.4, 0.6]], dtype=np.float32)
    return Recogniser(TAGS, {"a": 0, "b": 1, "c": 2}, 4 * state, transition)


def reading(*rows: list[str]) -> Reading:
    """Return tokens whose forms say nothing, with these features around them."""
    return Reading([Form(("w=", "c=", "s="), ())] * len(rows), [""] * len(rows), rows)


def test_marginals_equal_the_sum_over_all_paths(field: Recogniser) -> None:
    rows = [["a"], ["b", "unknown"], ["c", "b"], ["a", "c"]]
    emission = [field.state[[field.index[f] for f in row if f in field.index]].sum(axis=0) for row in rows]
    wanted = np.zeros((4, 3))
    for path in itertools.product(range(3), repeat=4):
        score = sum(emission[i][t] for i, t in enumerate(path))
        score += sum(field.transition[s, t] for s, t in itertools.pairwise(path))
        for i, t in enumerate(path):
            wanted[i, t] += np.exp(score)
    np.testing.assert_allclose(field.marginals(reading(*rows)), wanted / wanted.sum(axis=1, keepdims=True), rtol=1e-6)


def test_spans_start_at_likely_beginnings_and_go_on_inside(field: Recogniser) -> None:
    (span,) = field.spans(reading(["a"], ["b"], ["c"], ["a"]), minimum=0.3)
    assert (span.start, span.end, span.cls) == (1, 3, "System")
    assert 0.3 <= span.probability <= 1


def test_no_tokens_no_spans(field: Recogniser) -> None:
    assert field.spans(reading()) == []


def test_a_field_that_was_used_passes_between_processes(field: Recogniser) -> None:
    tokens = reading(["a"], ["b"])
    wanted = field.marginals(tokens)
    again = pickle.loads(pickle.dumps(field))  # noqa: S301
    np.testing.assert_array_equal(again.marginals(tokens), wanted)


def test_saving_keeps_the_field_and_gives_equal_bytes(field: Recogniser, tmp_path: Path) -> None:
    field.save(tmp_path / "one.npz")
    again = Recogniser.load(tmp_path / "one.npz")
    again.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert again.index == field.index
    np.testing.assert_allclose(again.state, field.state, atol=1e-3)


def test_scores_are_the_sum_over_all_names_of_features() -> None:
    forms = [Form((f"w={word}", f"c={n % 2}", f"s={word[0]}", *([f"f={n}"] if n else [])), (f"p3={word[:3]}",))
             for n, word in enumerate(["seven", "kites", "of", "seven"])]
    tokens = Reading([forms[0], forms[1], forms[2], forms[1], forms[0]], ["", "B-System", "", "B-System", ""],
                     [["t=1"], [], ["named"], ["t=0"], ["nothing knows this"]])
    rows = feature_names(tokens)
    names = sorted({name for row in rows for name in row} - {"nothing knows this", "bias"})
    field = Recogniser(TAGS, {name: n for n, name in enumerate(names)},
                       np.random.default_rng(7).normal(size=(len(names), 3)).astype(np.float32), np.zeros((3, 3)))
    wanted = [sum(field.state[field.index[f]].astype(float) for f in row if f in field.index) for row in rows]
    assert len(names) > 60
    np.testing.assert_allclose(field.emission(tokens), wanted, rtol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_texts_shorter_than_the_reach_have_all_their_edges(count: int) -> None:
    tokens = reading(*[["a"]] * count)
    edges = ["-3|edge", "-2|edge", "-1|edge", "1|edge", "2|edge", "3|edge"]
    field = Recogniser(TAGS, {name: n for n, name in enumerate(edges)}, np.eye(6, 3, dtype=np.float32) + 1,
                       np.zeros((3, 3)))
    wanted = [sum(field.state[field.index[f]] for f in row if f in field.index) for row in feature_names(tokens)]
    np.testing.assert_allclose(field.emission(tokens), wanted)


def test_long_texts_with_strong_scores_stay_in_range() -> None:
    transition = np.array([[9.0, -30, -30], [-30, -30, 30], [-30, 8, -30]], dtype=np.float32)
    field = Recogniser(TAGS, {"a": 0, "b": 1}, np.array([[40, -40, 0], [-40, 0, 40]], dtype=np.float32), transition)
    found = field.marginals(reading(*[["a"]] * 400, *[["b"]] * 400))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found[:300].argmax(axis=1) == 0).all()
