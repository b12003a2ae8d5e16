from dataclasses import replace
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
        value=np.array([0, -1, 2], dtype=np.float32), start=np.array([0.5], dtype=np.float32))


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


def test_every_row_ends_in_the_leaf_that_a_walk_down_the_tree_finds() -> None:
    trees = grown(np.random.default_rng(3), count=40, columns=5)
    rows = np.random.default_rng(4).choice(np.array([-1, 0, 0.25, 0.5, 1, np.nan, np.inf], np.float32), size=(200, 5))
    np.testing.assert_allclose(trees.scores(rows), [[walked(trees, row)] for row in rows], rtol=1e-6)


@pytest.mark.parametrize("leaves", [1, 8, 16, 17, 31])
def test_trees_of_any_size_for_several_outcomes(leaves: int) -> None:
    trees = grown(np.random.default_rng(leaves), count=6, columns=3, splits=leaves - 1)
    three = replace(trees, roots=trees.roots.reshape(2, 3), start=np.array([0, 1, 2], np.float32))
    rows = np.random.default_rng(5).choice(np.array([-1, 0.25, 0.4, np.nan], np.float32), size=(50, 3))
    each = [replace(trees, roots=three.roots[:, [n]], start=three.start[[n]]) for n in range(3)]
    wanted = np.stack([[walked(one, row) + n for row in rows] for n, one in enumerate(each)], axis=1)
    np.testing.assert_allclose(three.scores(rows), wanted, rtol=1e-6)


def grown(rng: np.random.Generator, *, count: int, columns: int, splits: int | None = None) -> Boosted:
    """Return random trees of up to 12 splits, or of so many; some only part missing values from others (inf)."""
    nodes: list[tuple[int, float, int, int, bool, float]] = []
    roots = []
    for _ in range(count):
        roots.append([len(nodes)])
        nodes.append((0, 0.0, len(nodes), len(nodes), False, float(rng.normal())))
        for _ in range(rng.integers(0, 12) if splits is None else splits):
            leaf = int(rng.choice([n for n in range(roots[-1][0], len(nodes)) if nodes[n][2] == n]))
            left, right = len(nodes), len(nodes) + 1
            nodes[leaf] = (int(rng.integers(columns)), float(rng.choice([0, 0.25, 0.5, np.inf])), left, right,
                           bool(rng.integers(2)), 0.0)
            nodes += [(0, 0.0, at, at, False, float(rng.normal())) for at in (left, right)]
    column, threshold, left, right, missing, value = map(np.array, zip(*nodes, strict=True))
    return Boosted(tuple("abcde"[:columns]), np.array(roots, np.int32), column.astype(np.int32),
                   threshold.astype(np.float32), left.astype(np.int32), right.astype(np.int32), missing.astype(bool),
                   value.astype(np.float32), np.zeros(1, np.float32))


def walked(trees: Boosted, row: np.ndarray) -> float:
    total = 0.0
    for (node,) in trees.roots.tolist():
        while trees.left[node] != node:
            seen = row[trees.column[node]]
            left = trees.missing_left[node] if np.isnan(seen) else seen <= trees.threshold[node]
            node = int(trees.left[node] if left else trees.right[node])
        total += float(trees.value[node])
    return total
