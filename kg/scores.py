"""Counts of right and wrong, and what follows from them: precision, recall, F1, intervals, calibration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import EvaluationError

MACRO = "relation/macro"
"""The row whose F1 is the mean F1 of the predicates that the gold uses."""

_PREDICATE = "relation/"
_RESAMPLES = 1000
_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Count:
    """Right predictions, all predictions and all gold items of one kind."""

    hit: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.hit + other.hit, self.predicted + other.predicted, self.gold + other.gold)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One statement of the extractor: its kind, its confidence, and whether the gold agrees."""

    kind: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of one document: counts by kind, a verdict for each statement that has a confidence."""

    counts: Mapping[str, Count]
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Precision, recall and F1 in percent to one decimal, counts, and the 95 % interval of F1."""

    precision: float
    recall: float
    f1: float
    hit: int = 0
    predicted: int = 0
    gold: int = 0
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of like confidence: how many, their mean confidence, the share that is right."""

    statements: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of an evaluation.

    ``rows`` is sorted by kind, the macro average last. ``vocabulary`` maps ``in`` and ``out`` to the
    recall of gold entities that the vocabulary lists and does not list; empty where none was given.
    ``reliability`` goes from low to high confidence; ``ece`` is the expected calibration error, None
    where no statement has a confidence.
    """

    rows: Mapping[str, Row]
    documents: int
    missing: int
    vocabulary: Mapping[str, Row] = field(default_factory=dict)
    reliability: tuple[Bin, ...] = ()
    ece: float | None = None

    def row(self, kind: str) -> Row:
        """Return the row of a kind (``entity``, ``entity/System``, ``result/value``).

        Raises:
            EvaluationError: neither gold nor predictions have anything of that kind.
        """
        if kind not in self.rows:
            raise EvaluationError(f"nothing of the kind {kind!r} was scored", remedy=f"one of {', '.join(self.rows)}")
        return self.rows[kind]


def row_of(count: Count, interval: tuple[float, float] | None = None) -> Row:
    """Return the row of a count; an empty denominator gives 0."""
    precision = count.hit / count.predicted if count.predicted else 0.0
    recall = count.hit / count.gold if count.gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Row(round(100 * precision, 1), round(100 * recall, 1), round(100 * f1, 1),
               count.hit, count.predicted, count.gold, interval)


def rows_of(judgements: Sequence[Judgement]) -> dict[str, Row]:
    """Return a row for each kind, sorted, with the macro average of the predicates last.

    Intervals come from 1,000 resamples of the documents with a fixed seed (percentile bootstrap:
    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). Without documents there
    is no row.
    """
    kinds = sorted({kind for j in judgements for kind in j.counts})
    if not kinds:
        return {}
    table = np.array([[_triple(j.counts.get(kind, Count())) for kind in kinds] for j in judgements])
    samples = _resampled_f1(table)
    rows = {}
    for column, kind in enumerate(kinds):
        total = Count(*(int(v) for v in table[:, column].sum(axis=0)))
        rows[kind] = row_of(total, _interval(samples[:, column]))
    return rows | _macro(rows, samples, kinds)


def _triple(count: Count) -> tuple[int, int, int]:
    return count.hit, count.predicted, count.gold


def _resampled_f1(table: NDArray[Any]) -> NDArray[Any]:
    """Return F1 in percent, one row a resample, one column a kind."""
    documents = len(table)
    weights = np.random.default_rng(_SEED).multinomial(documents, [1 / documents] * documents, size=_RESAMPLES)
    totals = np.einsum("sd,dkc->skc", weights, table)
    both = totals[..., 1] + totals[..., 2]
    return np.asarray(200 * totals[..., 0] / np.maximum(both, 1))


def _interval(samples: NDArray[Any]) -> tuple[float, float]:
    low, high = np.percentile(samples, [2.5, 97.5])
    return round(float(low), 1), round(float(high), 1)


def _macro(rows: Mapping[str, Row], samples: NDArray[Any], kinds: Sequence[str]) -> dict[str, Row]:
    columns = [i for i, kind in enumerate(kinds) if kind.startswith(_PREDICATE) and rows[kind].gold]
    if not columns:
        return {}
    mean = sum(rows[kinds[i]].f1 for i in columns) / len(columns)
    return {MACRO: Row(0.0, 0.0, round(mean, 1), interval=_interval(samples[:, columns].mean(axis=1)))}


def total(judgements: Iterable[Judgement], kind: str) -> Count:
    """Return the sum of the counts of one kind."""
    return sum((j.counts.get(kind, Count()) for j in judgements), start=Count())


def reliability(verdicts: Iterable[Verdict], *, bins: int = 10) -> tuple[tuple[Bin, ...], float | None]:
    """Return bins of equal count from low to high confidence, and the expected calibration error.

    The error is the mean over statements of the gap between a bin's confidence and its share of right
    statements (Naeini et al., AAAI 2015; here with bins of equal count). Without verdicts: no bins, None.
    """
    ordered = sorted((v.confidence, v.right) for v in verdicts)
    if not ordered:
        return (), None
    edges = [round(i * len(ordered) / bins) for i in range(bins + 1)]
    found = [_bin(ordered[a:b]) for a, b in pairwise(edges) if b > a]
    gap = sum(b.statements * abs(b.confidence - b.right) for b in found) / len(ordered)
    return tuple(found), round(gap, 4)


def _bin(part: Sequence[tuple[float, bool]]) -> Bin:
    size = len(part)
    return Bin(size, round(sum(c for c, _ in part) / size, 4), round(sum(r for _, r in part) / size, 4))
