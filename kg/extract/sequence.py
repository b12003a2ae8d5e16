"""The recogniser: a linear-chain conditional random field over tokens, in BIO tags.

Trained elsewhere (``kg.train.entities``); here is exact inference in NumPy over what ``kg.extract.token_features``
reads. Source: J. Lafferty, A. McCallum, F. Pereira, "Conditional random fields", ICML 2001.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kg.extract.token_features import CACHED, REACH, Form, Reading, core, edge, pairs, seen_from

_Floats = npt.NDArray[np.float32]
_Scores = npt.NDArray[np.float64]
_SAFE = 300.0
"""How far the logarithm of a product may move from 0 before it is scaled; double precision ends at 708."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of tokens that the recogniser proposes: token indices half-open, class, probability."""

    start: int
    end: int
    cls: str
    probability: float


class Recogniser:
    """A trained field: scores of features, of transitions, and the tags they belong to.

    Args:
        tags: BIO tags, in the order of the columns.
        index: row of each feature in ``state``.
        state: score of each feature for each tag.
        transition: score of each tag after each tag.
    """

    def __init__(self, tags: list[str], index: dict[str, int], state: _Floats, transition: _Floats) -> None:
        self.tags, self.index, self.state, self.transition = tags, index, state, transition

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def marginals(self, reading: Reading) -> _Scores:
        """Return the probability of each tag at each token: shape (tokens, tags)."""
        emission = self.emission(reading)
        factors = np.exp(emission - emission.max(axis=1, keepdims=True))
        ahead, behind = self._messages(factors)
        probabilities = ahead * factors * behind
        return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))

    def emission(self, reading: Reading) -> _Scores:
        """Return the summed scores of what holds at each token: shape (tokens, tags).

        Equal to the sum over the names that ``kg.extract.token_features.feature_names`` gives; what a form adds to
        itself and its neighbours is looked up at once.
        """
        forms = np.stack([self._contribution(f, tag) for f, tag in zip(reading.forms, reading.listed, strict=True)])
        scores = self._singly(reading)
        for step in range(-REACH, REACH + 1):
            size = max(len(scores) - abs(step), 0)
            here, there = (slice(0, size), slice(step, None)) if step >= 0 else (slice(-step, None), slice(0, size))
            scores[here] += forms[there, REACH + step]
            if step:
                scores[slice(size, None) if step > 0 else slice(0, len(scores) - size)] += self._of(edge(step))
        return scores

    @cached_property
    def _contribution(self) -> Callable[[Form, str], _Scores]:
        return lru_cache(maxsize=CACHED)(self._contributions)

    def _contributions(self, form: Form, listed: str) -> _Scores:
        """Return what a token adds at each step away from it, from the farthest before: shape (2 REACH + 1, tags)."""
        own = core(form, listed)
        return self._sums((*own, *form.own) if not step else seen_from(own, step) for step in range(-REACH, REACH + 1))

    def _of(self, name: str) -> _Scores:
        at = self.index.get(name)
        return np.zeros(len(self.tags)) if at is None else self.state[at].astype(np.float64)

    def _singly(self, reading: Reading) -> _Scores:
        """Return the scores of what is no form's alone: shape (tokens, tags)."""
        return self._sums(("bias", *around, *pairs(reading.forms, i)) for i, around in enumerate(reading.around))

    def _sums(self, groups: Iterable[Iterable[str]]) -> _Scores:
        """Return the summed scores of each group of features: shape (groups, tags); unknown features count nothing."""
        get = self.index.get
        known: list[int] = []
        starts = []
        for group in groups:
            starts.append(len(known))
            known.append(len(self.index))
            known += [at for at in map(get, group) if at is not None]
        return np.add.reduceat(self._padded.take(known, axis=0), starts, axis=0)

    @cached_property
    def _padded(self) -> _Scores:
        """The scores, with a row of zeros behind them for what adds nothing."""
        return np.vstack([self.state, np.zeros((1, len(self.tags)))]).astype(np.float64)

    def _messages(self, factors: _Scores) -> tuple[_Scores, _Scores]:
        """Return what the tokens before and those behind say of each token: two of shape (tokens, tags).

        Both directions go in step, as one product each. Products are scaled where they could leave the range of
        double precision; the scale of a row does not matter.
        """
        count, tags = factors.shape
        both = np.hstack([factors, factors[::-1]])
        found = np.ones((count, 2 * tags))
        product = both[0].copy()
        for i in range(1, count):
            np.dot(product, self._steps, out=found[i])
            np.multiply(found[i], both[i], out=product)
            if not i % self._period:
                product /= np.repeat(product.reshape(2, tags).sum(axis=1), tags)
        return found[:, :tags], found[::-1, tags:]

    @cached_property
    def _steps(self) -> _Scores:
        """Factors of the transitions, forward and backward on the diagonal: shape (2 tags, 2 tags)."""
        factors = np.exp(self.transition.astype(np.float64))
        none = np.zeros_like(factors)
        return np.block([[factors, none], [none, factors.T]])

    @cached_property
    def _period(self) -> int:
        """Steps that are safe without scaling."""
        most = float(np.abs(self.transition).max()) + float(np.log(len(self.tags)))
        return max(1, int(_SAFE / most))

    def spans(self, reading: Reading, *, minimum: float = 0.15) -> list[Span]:
        """Return the proposed spans, by position; overlapping ones where several are likely enough.

        Each tag B with at least the probability ``minimum`` starts one, which goes on while inside is more likely
        than not; its probability is the mean over its tokens. The empty list stands for a text without names.
        """
        if not reading.forms:
            return []
        marginals = self.marginals(reading)
        found = []
        for column, tag in enumerate(self.tags):
            if not tag.startswith("B-"):
                continue
            inside = self.tags.index("I-" + tag[2:])
            for start in np.flatnonzero(marginals[:, column] >= minimum):
                found.append(_grow(marginals, int(start), column, inside, tag[2:]))
        return sorted(found, key=lambda s: (s.start, s.end, s.cls))

    def save(self, path: Path) -> None:
        """Write the field; equal fields give equal bytes."""
        names = "\n".join(sorted(self.index, key=self.index.__getitem__)).encode()
        np.savez_compressed(path, names=np.frombuffer(names, dtype=np.uint8), state=self.state.astype(np.float16),
                            tags=np.array(self.tags), transition=self.transition)

    @classmethod
    def load(cls, path: Path) -> Recogniser:
        """Read a field that :meth:`save` wrote."""
        with np.load(path) as table:
            names = table["names"].tobytes().decode().split("\n")
            return cls(table["tags"].tolist(), {n: i for i, n in enumerate(names)},
                       table["state"].astype(np.float32), table["transition"])


def _grow(marginals: npt.NDArray[np.float64], start: int, begin: int, inside: int, cls: str) -> Span:
    total, end = marginals[start, begin], start + 1
    while end < len(marginals) and marginals[end, inside] >= 0.5 * min(1.0, total / (end - start)):
        total += marginals[end, inside]
        end += 1
    return Span(start, end, cls, float(total / (end - start)))
