"""Linear models over named features: how probable each of several candidates is.

A head is a table of weights. The score of a candidate is the sum of the weights of its features; the scores of the
candidates of one decision go through a softmax. A yes-or-no decision is one against a candidate without features.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError

Features = Sequence[str]
Head = Mapping[str, float]


@dataclass(frozen=True)
class ResultModel:
    """The heads by name."""

    heads: Mapping[str, Head]

    def chances(self, head: str, candidates: Iterable[Features]) -> list[float]:
        """Return the probability of each candidate; they add up to 1. Empty for no candidates."""
        weights = self.heads.get(head, {})
        scores = [sum(weights.get(f, 0.0) for f in features) for features in candidates]
        if not scores:
            return []
        top = max(scores)
        powers = [math.exp(s - top) for s in scores]
        total = sum(powers)
        return [p / total for p in powers]

    def chance(self, head: str, features: Features) -> float:
        """Return the probability of a yes."""
        return self.chances(head, [features, ()])[0]


def load(path: Path) -> ResultModel:
    """Read the weights of the heads.

    Raises:
        InputError: the file is missing or no JSON.
    """
    try:
        heads = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"weights cannot be read: {error}", place=str(path),
                         remedy="reinstall, or run kg train") from error
    return ResultModel({name: dict(table) for name, table in heads.items()})


def dumps(model: ResultModel) -> str:
    """Return the weights as JSON, sorted, so that equal models give equal bytes."""
    return json.dumps({name: dict(sorted(head.items())) for name, head in sorted(model.heads.items())},
                      ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"
