"""The recogniser: a linear-chain conditional random field over tokens, in BIO tags.

Trained elsewhere (``kg.train.entities``); here are its features and exact inference in NumPy. Source: J. Lafferty,
A. McCallum, F. Pereira, "Conditional random fields", ICML 2001.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from kg.extract.introductions import Cues
from kg.extract.signals import Signals
from kg.extract.words import Words

_Floats = npt.NDArray[np.float32]
_SHAPES = ((re.compile(r"[A-Z]"), "X"), (re.compile(r"[a-z]"), "x"), (re.compile(r"\d"), "d"))
_REPEAT = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of tokens that the recogniser proposes: token indices half-open, class, probability."""

    start: int
    end: int
    cls: str
    probability: float


@lru_cache(maxsize=1 << 16)
def shape(word: str) -> str:
    """Return the pattern of capitals, small letters and digits of a word, repeats collapsed to two."""
    for pattern, symbol in _SHAPES:
        word = pattern.sub(symbol, word)
    return _REPEAT.sub(r"\1\1", word)


def features(doc: Doc, signals: Signals, words: Words, cues: Cues) -> list[list[str]]:
    """Return the feature names that hold at each token of ``doc``."""
    own = [_own(doc, i, signals, words, cues) for i in range(len(doc))]
    core = [_core(doc, i, signals, words) for i in range(len(doc))]
    found = []
    for i in range(len(doc)):
        row = ["bias", *own[i], *core[i]]
        for step in (-3, -2, -1, 1, 2, 3):
            j = i + step
            if not 0 <= j < len(doc):
                row.append(f"{step}|edge")
                continue
            take = core[j] if abs(step) == 1 else core[j][:3] if abs(step) == 2 else core[j][1:2]
            row += [f"{step}|{f}" for f in take]
        row += _pairs(core, i)
        found.append(row)
    return found


def _core(doc: Doc, i: int, signals: Signals, words: Words) -> list[str]:
    known = words.get(doc[i].text)
    form = signals.words[i] if doc[i].is_space else doc[i].text
    row = [f"w={signals.words[i]}", f"c={known[0] if known else 'none'}", f"v={signals.listed_tags[i]}",
           f"s={shape(form)}"]
    if known:
        row.append(f"f={known[1]}")
    return row


def _pairs(core: list[list[str]], i: int) -> list[str]:
    row = []
    if i:
        row += [f"{core[i - 1][0]}&{core[i][0]}", f"{core[i - 1][1]}&{core[i][1]}"]
    if i + 1 < len(core):
        row += [f"{core[i][0]}&+{core[i + 1][0]}", f"{core[i][1]}&+{core[i + 1][1]}"]
    if 0 < i < len(core) - 1:
        row.append(f"{core[i - 1][1]}<{core[i + 1][1]}")
    return row


def _own(doc: Doc, i: int, signals: Signals, words: Words, cues: Cues) -> list[str]:
    token = doc[i]
    word, text = signals.words[i], token.text
    known = words.get(text)
    row = [f"p3={word[:3]}", f"x3={word[-3:]}", f"x4={word[-4:]}", f"t={int(i < signals.title_tokens)}"]
    row.append(f"df={int(np.log2(known[2])) if known else 'none'}")
    row.append(f"lc={known[3] // 20 if known else 'none'}")
    if signals.definition_tags[i]:
        row.append(f"def={signals.definition_tags[i]}")
    if i in signals.generic_tokens:
        row.append("generic")
    if signals.title_name and signals.title_name[0] <= token.idx < signals.title_name[1]:
        row.append("titlename")
    row += _context(text, i, signals, cues)
    return row


def _context(text: str, i: int, signals: Signals, cues: Cues) -> list[str]:
    row = []
    distance = cues.verb_distance(signals.words, i)
    if distance is not None and distance <= 8:
        row.append(f"iv={distance}")
    for name, cls in (("hb", cues.head_before(signals.words, i)), ("ha", cues.head_at(signals.words, i + 1)),
                      ("hh", cues.head_at(signals.words, i))):
        if cls:
            row.append(f"{name}={cls}")
    if text in signals.form_class:
        row.append(f"fc={signals.form_class[text]}")
    if cues.is_named(signals.words, i):
        row.append("named")
    count = signals.form_count.get(text, 0)
    if count:
        row.append(f"n={min(count, 4)}")
        row.append(f"n&s={min(count, 3)}&{shape(text)}")
    return row


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

    def marginals(self, rows: list[list[str]]) -> npt.NDArray[np.float64]:
        """Return the probability of each tag at each token: shape (tokens, tags)."""
        emission = self._emission(rows)
        forward, backward = self._sweep(emission), self._sweep(emission, back=True)
        scores = forward + backward - emission
        scores -= scores.max(axis=1, keepdims=True)
        probabilities = np.exp(scores)
        return np.asarray(probabilities / probabilities.sum(axis=1, keepdims=True))

    def _emission(self, rows: list[list[str]]) -> npt.NDArray[np.float64]:
        scores = np.zeros((len(rows), len(self.tags)))
        get = self.index.get
        for i, row in enumerate(rows):
            known = [k for k in map(get, row) if k is not None]
            scores[i] = self.state.take(known, axis=0).sum(axis=0)
        return scores

    def _sweep(self, emission: npt.NDArray[np.float64], *, back: bool = False) -> npt.NDArray[np.float64]:
        scores = emission.copy()
        transition = self.transition.T if back else self.transition
        order = range(len(scores) - 2, -1, -1) if back else range(1, len(scores))
        for i in order:
            before = scores[i + 1 if back else i - 1][:, None] + transition
            peak = before.max(axis=0)
            scores[i] += peak + np.log(np.exp(before - peak).sum(axis=0))
        return scores

    def spans(self, rows: list[list[str]], *, minimum: float = 0.15) -> list[Span]:
        """Return the proposed spans, by position; overlapping ones where several are likely enough.

        Each tag B with at least the probability ``minimum`` starts one, which goes on while inside is more likely
        than not; its probability is the mean over its tokens. The empty list stands for a text without names.
        """
        if not rows:
            return []
        marginals = self.marginals(rows)
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
