"""Gradient-boosted trees at run time: stored as arrays, evaluated with NumPy.

Trained with scikit-learn (``kg.train.entities``). A row is sent through each tree by comparing one column with
a threshold; a missing value (NaN) goes where training sent it. All comparisons are made at once, and the leaf of a row
is the first one that none of them rules out: C. Lucchese et al., "QuickScorer", SIGIR 2015.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class _Plan:
    """Trees as comparisons.

    ``column`` and ``threshold`` are the distinct comparisons; columns are counted twice, first as they are, then with
    missing values below all others. ``test`` and ``behind`` have the shape (nodes of a tree, trees): which comparison
    a node makes, and the leaves to its left as bits, ruled out where the comparison fails. ``leaves`` holds the values
    of all leaves, those of a tree from ``start`` on.
    """

    column: _Ints
    threshold: _Floats
    test: npt.NDArray[np.int64]
    behind: npt.NDArray[np.unsignedinteger]
    leaves: _Floats
    start: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Boosted:
    """Trees for one or several outcomes.

    ``names`` are the columns the trees were trained on, in order. Each node has a ``column``, a ``threshold``, the
    nodes ``left`` (value <= threshold) and ``right``, ``missing_left`` and a ``value``; a leaf points at itself.
    ``roots`` has the shape (rounds, outcomes). ``start`` is the score of each outcome before the first tree.
    """

    names: tuple[str, ...]
    roots: _Ints
    column: _Ints
    threshold: _Floats
    left: _Ints
    right: _Ints
    missing_left: npt.NDArray[np.bool_]
    value: _Floats
    start: _Floats

    def scores(self, rows: _Floats) -> npt.NDArray[np.float64]:
        """Return the raw scores: shape (rows, outcomes)."""
        plan = self._plan
        low = np.where(np.isnan(rows), np.float32(-np.inf), rows)
        with np.errstate(invalid="ignore"):
            left = np.hstack([rows, low])[:, plan.column] <= plan.threshold
        bits = np.zeros((left.shape[1] + 1, len(rows)), dtype=plan.behind.dtype)
        np.copyto(bits[:-1], np.iinfo(bits.dtype).max, where=~left.T)
        gone: npt.NDArray[Any] = np.zeros((self.roots.size, len(rows)), dtype=bits.dtype)
        for test, behind in zip(plan.test, plan.behind, strict=True):
            gone |= bits.take(test, axis=0) & behind[:, None]
        first = _exponents((~gone & (gone + 1)).astype(np.float32))
        values = plan.leaves.take((first + plan.start[:, None]).T)
        return np.asarray(values.reshape(len(rows), *self.roots.shape).sum(axis=1, dtype=np.float64) + self.start)

    @cached_property
    def _plan(self) -> _Plan:
        """The trees as comparisons: each distinct one once, and what it rules out in each tree."""
        inner = np.flatnonzero(self.left != np.arange(len(self.left)))
        column = self.column + np.where(self.missing_left, len(self.names), 0)
        distinct = sorted({*zip(column[inner].tolist(), self.threshold[inner].tolist(), strict=True)})
        number = {comparison: at for at, comparison in enumerate(distinct)}
        test = [number.get(pair, len(distinct)) for pair in zip(column.tolist(), self.threshold.tolist(), strict=True)]
        trees = [self._walk(int(root)) for root in self.roots.ravel()]
        depth, most = (max(map(len, part)) for part in zip(*trees, strict=True))
        nodes = [*(nodes + [(0, 0)] * (depth - len(nodes)) for nodes, _ in trees)]
        bits = np.min_scalar_type((1 << most) - 1)
        return _Plan(
            column=np.array([column for column, _ in distinct], dtype=np.int32),
            threshold=np.array([threshold for _, threshold in distinct], dtype=np.float32),
            test=np.array([[test[node] for node, _ in tree] for tree in nodes]).T,
            behind=np.array([[mask for _, mask in tree] for tree in nodes], dtype=bits).T,
            leaves=self.value[np.concatenate([leaves for _, leaves in trees])],
            start=np.cumsum([0, *(len(leaves) for _, leaves in trees[:-1])]))

    def _walk(self, root: int) -> tuple[list[tuple[int, int]], list[int]]:
        """Return the inner nodes of a tree, each with the leaves to its left as bits, and the leaves from the left."""
        nodes: list[tuple[int, int]] = []
        leaves: list[int] = []
        waiting = [(root, -1)]
        while waiting:
            node, begun = waiting.pop()
            if begun >= 0:
                nodes.append((node, (1 << len(leaves)) - (1 << begun)))
            elif self.left[node] == node:
                leaves.append(node)
            else:
                waiting += [(int(self.right[node]), -1), (node, len(leaves)), (int(self.left[node]), -1)]
        return nodes, leaves

    def probabilities(self, rows: _Floats) -> npt.NDArray[np.float64]:
        """Return the probability of each outcome; of one outcome, its probability: shape (rows, outcomes)."""
        scores = self.scores(rows)
        if scores.shape[1] == 1:
            return np.asarray(1.0 / (1.0 + np.exp(-scores)))
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))

    def save(self, path: Path) -> None:
        """Write the trees; equal trees give equal bytes."""
        np.savez_compressed(
            path, names=np.array(self.names), roots=self.roots, column=self.column.astype(np.int16),
            threshold=self.threshold, left=self.left, right=self.right, missing_left=self.missing_left,
            value=self.value, start=self.start)

    @classmethod
    def load(cls, path: Path) -> Boosted:
        """Read trees that :meth:`save` wrote."""
        with np.load(path) as t:
            return cls(tuple(t["names"].tolist()), t["roots"], t["column"].astype(np.int32), t["threshold"],
                       t["left"], t["right"], t["missing_left"], t["value"], t["start"])


def _exponents(powers: _Floats) -> _Ints:
    """Return the exponents of powers of two, as IEEE 754 keeps them."""
    return np.asarray((powers.view(np.int32) >> 23) - 127)
