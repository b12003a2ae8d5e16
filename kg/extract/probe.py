"""A probe: a small network that reads, from the encoder's frozen vectors, what a candidate is.

Several networks of one hidden layer, trained alike from different starts, are averaged. Trained in ``kg.train.probe``.
Source: G. Alain, Y. Bengio, "Understanding intermediate layers using linear classifier probes", ICLR workshop 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from kg.extract.candidates import Candidate
from kg.extract.encoder import WIDTH, Vectors
from kg.ontology import CLASSES

_Floats = npt.NDArray[np.float32]
@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Keep matrix products on one thread: sums do not depend on the cores, and small ones are faster so."""
    limit: AbstractContextManager[object] = _threads().limit(limits=1, user_api="blas")
    return limit


OUTCOMES = ("none", *CLASSES, *(f"introduced {cls}" for cls in CLASSES))
"""What a probe tells apart: no entity, an entity of a class, one of a class that the paper introduces."""
SIZE = 5 * WIDTH
"""Numbers that a probe reads of a candidate."""
_PLACES = 6
"""Occurrences of a candidate that are read, the first ones."""


def candidate_vectors(vectors: Vectors, candidates: Sequence[Candidate]) -> _Floats:
    """Return what a probe reads of each candidate: shape (candidates, SIZE).

    Mean over its first occurrences of five vectors: the mean of its tokens, the token before, the token behind, its
    first, its last.
    """
    rows = np.zeros((len(candidates), SIZE), dtype=np.float32)
    nothing = np.zeros(WIDTH, dtype=np.float32)
    for row, candidate in zip(rows, candidates, strict=True):
        places = candidate.occurrences[:_PLACES]
        for start, end in places:
            before = vectors[start - 1] if start else nothing
            behind = vectors[end] if end < len(vectors) else nothing
            row += np.concatenate([vectors[start:end].mean(axis=0), before, behind, vectors[start], vectors[end - 1]])
        row /= len(places)
    return rows


@dataclass(frozen=True)
class Probe:
    """Trained networks.

    ``mean`` and ``scale`` standardise what is read, shape (SIZE,). ``inner`` and ``inner_bias`` lead to the hidden
    layers, shapes (networks, SIZE, hidden) and (networks, hidden); ``outer`` and ``outer_bias`` to the outcomes.
    """

    mean: _Floats
    scale: _Floats
    inner: _Floats
    inner_bias: _Floats
    outer: _Floats
    outer_bias: _Floats

    def probabilities(self, rows: _Floats) -> _Floats:
        """Return, for each candidate, the probability of no entity, of each class, and of being introduced.

        Shape (candidates, 2 + classes); the last column is part of the ones before it.
        """
        with one_thread():
            return self._probabilities((rows - self.mean) / self.scale)

    def _probabilities(self, standard: _Floats) -> _Floats:
        total = np.zeros((len(standard), len(OUTCOMES)), dtype=np.float32)
        for inner, inner_bias, outer, outer_bias in zip(
                self.inner, self.inner_bias, self.outer, self.outer_bias, strict=True):
            scores = np.maximum(standard @ inner + inner_bias, 0) @ outer + outer_bias
            scores = np.exp(scores - scores.max(axis=1, keepdims=True))
            total += scores / scores.sum(axis=1, keepdims=True)
        total /= len(self.inner)
        known, new = total[:, : 1 + len(CLASSES)].copy(), total[:, 1 + len(CLASSES) :]
        known[:, 1:] += new
        return np.concatenate([known, new.sum(axis=1, keepdims=True)], axis=1)

    def save(self, path: Path) -> None:
        """Write the probe in half precision; equal probes give equal bytes."""
        half = {name: value.astype(np.float16) for name, value in vars(self).items()}
        np.savez_compressed(path, **half)

    @classmethod
    def load(cls, path: Path) -> Probe:
        """Read a probe that :meth:`save` wrote."""
        with np.load(path) as table:
            return cls(*(table[name].astype(np.float32) for name in cls.__dataclass_fields__))
