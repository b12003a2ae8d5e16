"""Noun phrases near a number, for metrics that are no known name: runs of words between words of grammar and change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.result_scene import Sentence
from kg.extract.result_sites import Site

_REACH = 10
_LONGEST = 4
_EDGES = frozenset({"UP", "DOWN", "MORE", "LESS", "ACHIEVE", "BEAT", "OWN", "SPEED", "PRIOR"})
_INNER = frozenset({"-", "/"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of words: places (last exclusive), and offsets of its text."""

    first: int
    last: int
    start: int
    end: int


def phrases(site: Site) -> Iterator[Phrase]:
    """Yield the phrases within reach of the number, in text order; the last words of a long run."""
    sentence = site.sentence
    first = max(0, site.place - _REACH)
    last = min(len(sentence.items), site.place + _REACH)
    n = first
    while n < last:
        end = n
        while end < last and _belongs(site, sentence, end, inner=end > n):
            end += 1
        if end > n:
            stop = end
            while sentence.lowered[stop - 1] in _INNER:
                stop -= 1
            begin = max(n, stop - _LONGEST)
            while begin < stop - 1 and sentence.lowered[begin] in _INNER | site.scene.words.qualifiers:
                begin += 1
            yield Phrase(begin, stop, sentence.items[begin].start, sentence.items[stop - 1].end)
            if stop - begin > 1:
                yield Phrase(stop - 1, stop, sentence.items[stop - 1].start, sentence.items[stop - 1].end)
        n = end + 1


def _belongs(site: Site, sentence: Sentence, n: int, *, inner: bool) -> bool:
    item, words = sentence.items[n], site.scene.words
    if item.kind == "p":
        return inner and item.symbol in _INNER
    if item.kind != "w" or item.symbol in words.stops or not item.symbol[0].isalpha():
        return False
    return not _EDGES.intersection(words.classes.get(item.symbol, ()))
