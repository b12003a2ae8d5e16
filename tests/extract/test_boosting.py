from pathlib import Path

import numpy as np
import pytest

from kg.extract.boosting import Boosted


@pytest.fixture
def stump() -> Boosted:
    """One tree: column 1 <= 0.5 gives -1, else +2; a missing value goes left."""
    return Boosted(
        names=("a", "b"), roots=np.array([[0]], dtype=np.int32), column=np.array([1, 0, 0], dtype=np.int32),
        threshold=np.array([0.5, 0, 0], dtype=np.float32), left=np.array([1, 1, 2], dtype=np.int32),
        right=np.array([2, 1, 2], dtype=np.int32), missing_left=np.array([True, False, False]),
        value=np.array([0, -1, 2], dtype=np.float32), start=np.array([0.5], dtype=np.float32), depth=1)


def test_rows_go_down_the_tree(stump: Boosted) -> None:
    rows = np.array([[9, 0.2], [9, 0.7], [9, np.nan]], dtype=np.float32)
    np.testing.assert_allclose(stump.scores(rows)[:, 0], [-0.5, 2.5, -0.5])
    np.testing.assert_allclose(stump.probabilities(rows)[1, 0], 1 / (1 + np.exp(-2.5)))


def test_no_rows_no_scores(stump: Boosted) -> None:
    assert stump.probabilities(np.zeros((0, 2), dtype=np.float32)).shape == (0, 1)


def test_saving_keeps_the_trees(stump: Boosted, tmp_path: Path) -> None:
    stump.save(tmp_path / "trees.npz")
    again = Boosted.load(tmp_path / "trees.npz")
    assert again.names == ("a", "b")
    rows = np.array([[0, 0.9]], dtype=np.float32)
    np.testing.assert_array_equal(again.scores(rows), stump.scores(rows))
