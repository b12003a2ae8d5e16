"""A linear ranker over named features: one weight a feature and predicate, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_SCALE = 100
"""Weights are kept as whole hundredths."""

WEIGHTS = Path(__file__).parent / "weights" / "relations" / "relations.json"
"""The weights that ship with the package."""


@dataclass(frozen=True)
class Ranker:
    """Independent logistic decisions, one a predicate.

    ``bias`` and ``threshold`` have one number a predicate; ``weights`` gives each feature its weight for some of the
    predicates. A predicate holds where its probability reaches its threshold.
    """

    bias: Mapping[str, float]
    threshold: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]

    def probabilities(self, features: Collection[str]) -> dict[str, float]:
        """Return the probability of each predicate, given the features that hold; unknown ones count nothing."""
        index, table = self._table
        known = sorted(at for at in map(index.get, features) if at is not None)
        scores = np.array([*self.bias.values()]) + table[known].sum(axis=0)
        with np.errstate(over="ignore"):
            chances = 1.0 / (1.0 + np.exp(-scores))
        return dict(zip(self.bias, chances.tolist(), strict=True))

    @cached_property
    def _table(self) -> tuple[dict[str, int], npt.NDArray[np.float64]]:
        """The row of each feature, and the weights: shape (features, predicates)."""
        index = {feature: at for at, feature in enumerate(sorted(self.weights))}
        column = {predicate: at for at, predicate in enumerate(self.bias)}
        table = np.zeros((len(index), len(column)))
        for feature, row in self.weights.items():
            for predicate, weight in row.items():
                table[index[feature], column[predicate]] = weight
        return index, table

    def support(self, features: Iterable[str], predicate: str) -> float:
        """Return how much features speak for a predicate, in log odds; 0 for the empty collection."""
        return sum(self.weights.get(feature, {}).get(predicate, 0.0) for feature in sorted(features))

    def to_json(self) -> dict[str, Any]:
        """Return the ranker in the form of the weights file; weights that round to nothing are left out.

        ``features`` lists the names once; ``weights`` gives each predicate the positions in that list, each as its
        distance from the one before, and beside them the weights.
        """
        kept = sorted(f for f, row in self.weights.items() if any(round(w * _SCALE) for w in row.values()))
        table = {}
        for predicate in sorted(self.bias):
            at = [n for n, feature in enumerate(kept) if round(self.weights[feature].get(predicate, 0.0) * _SCALE)]
            table[predicate] = [
                [n - before for n, before in zip(at, [0, *at], strict=False)],
                [round(self.weights[kept[n]][predicate] * _SCALE) for n in at],
            ]
        return {
            "bias": {p: round(b, 4) for p, b in sorted(self.bias.items())},
            "features": kept,
            "threshold": {p: round(t, 4) for p, t in sorted(self.threshold.items())},
            "weights": table,
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Ranker:
        """Return the ranker that :meth:`to_json` wrote."""
        weights: dict[str, dict[str, float]] = {feature: {} for feature in table["features"]}
        for predicate, (steps, hundredths) in table["weights"].items():
            for at, weight in zip(accumulate(steps), hundredths, strict=True):
                weights[table["features"][at]][predicate] = weight / _SCALE
        return cls(table["bias"], table["threshold"], weights)


@dataclass(frozen=True)
class Rankers:
    """``own`` ranks pairs whose subject is the authors' work, ``named`` the other pairs of a sentence."""

    own: Ranker
    named: Ranker

    def save(self, path: Path) -> None:
        """Write both as JSON; equal rankers give equal bytes."""
        table = {"named": self.named.to_json(), "own": self.own.to_json()}
        path.write_text(
            json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8"
        )

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Rankers:
        """Read what :meth:`save` wrote."""
        table = json.loads(path.read_text(encoding="utf-8"))
        return cls(Ranker.from_json(table["own"]), Ranker.from_json(table["named"]))
