import itertools
from pathlib import Path

import numpy as np
import pytest

from kg.extract.sequence import Recogniser, shape

TAGS = ["O", "B-System", "I-System"]


@pytest.fixture
def field() -> Recogniser:
    state = np.array([[0.2, 0.1, -0.3], [-0.5, 1.0, 0.4], [0.3, -0.2, 0.9]], dtype=np.float32)
    transition = np.array([[0.5, 0.1, -2.0], [0.0, -1.0, 1.2], [0.3, -0.4, 0.6]], dtype=np.float32)
    return Recogniser(TAGS, {"a": 0, "b": 1, "c": 2}, 4 * state, transition)


def test_marginals_equal_the_sum_over_all_paths(field: Recogniser) -> None:
    rows = [["a"], ["b", "unknown"], ["c", "b"], ["a", "c"]]
    emission = [field.state[[field.index[f] for f in row if f in field.index]].sum(axis=0) for row in rows]
    wanted = np.zeros((4, 3))
    for path in itertools.product(range(3), repeat=4):
        score = sum(emission[i][t] for i, t in enumerate(path))
        score += sum(field.transition[s, t] for s, t in itertools.pairwise(path))
        for i, t in enumerate(path):
            wanted[i, t] += np.exp(score)
    np.testing.assert_allclose(field.marginals(rows), wanted / wanted.sum(axis=1, keepdims=True), rtol=1e-6)


def test_spans_start_at_likely_beginnings_and_go_on_inside(field: Recogniser) -> None:
    (span,) = field.spans([["a"], ["b"], ["c"], ["a"]], minimum=0.3)
    assert (span.start, span.end, span.cls) == (1, 3, "System")
    assert 0.3 <= span.probability <= 1


def test_no_tokens_no_spans(field: Recogniser) -> None:
    assert field.spans([]) == []


def test_saving_keeps_the_field_and_gives_equal_bytes(field: Recogniser, tmp_path: Path) -> None:
    field.save(tmp_path / "one.npz")
    again = Recogniser.load(tmp_path / "one.npz")
    again.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert again.index == field.index
    np.testing.assert_allclose(again.state, field.state, atol=1e-3)


@pytest.mark.parametrize(("word", "pattern"), [("LLaMA-2-70B", "XXxXX-d-ddX"), ("throughput", "xx"), ("A100", "Xdd")])
def test_shape(word: str, pattern: str) -> None:
    assert shape(word) == pattern
