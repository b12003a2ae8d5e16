"""Gradient-boosted trees at run time: stored as arrays, evaluated with NumPy.

Trained with scikit-learn (``kg.train.entities``). A row is sent through each tree by comparing one column with
a threshold; a missing value (NaN) goes where training sent it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int32]


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
    depth: int

    def scores(self, rows: _Floats) -> npt.NDArray[np.float64]:
        """Return the raw scores: shape (rows, outcomes)."""
        at = np.broadcast_to(self.roots.reshape(1, -1), (len(rows), self.roots.size)).copy()
        index = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            values = rows[index, self.column[at]]
            with np.errstate(invalid="ignore"):
                go_left = np.where(np.isnan(values), self.missing_left[at], values <= self.threshold[at])
            at = np.where(go_left, self.left[at], self.right[at])
        leaves = self.value[at].reshape(len(rows), *self.roots.shape).sum(axis=1, dtype=np.float64)
        return np.asarray(leaves + self.start)

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
            value=self.value, start=self.start, depth=np.int32(self.depth))

    @classmethod
    def load(cls, path: Path) -> Boosted:
        """Read trees that :meth:`save` wrote."""
        with np.load(path) as t:
            return cls(tuple(t["names"].tolist()), t["roots"], t["column"].astype(np.int32), t["threshold"],
                       t["left"], t["right"], t["missing_left"], t["value"], t["start"], int(t["depth"]))
