"""Spelling: when two strings name the same thing, and where listed names stand in a text.

A name is compared as its runs of letters and runs of digits, case folded, separators ignored and a final
plural *s* dropped: ``LLaMA-2-70B``, ``Llama 2 70b`` and ``llama2-70B`` are one, ``GPT-3`` and ``GPT-4`` are not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

_RUN = re.compile(r"[^\W\d_]+|\d+|[+@%]")
_PLURAL = re.compile(r"(?<=[^\W\d_]{3})(?<!s)s$|(?<=ss)es$")
_ACRONYM_LENGTH = 5
_CACHED = 1 << 16
"""Words whose key is kept; the same ones stand in every text."""


def runs(text: str) -> tuple[str, ...]:
    """Return the folded runs of letters and of digits, without the plural *s* of the last one.

    The empty tuple stands for a text without letters and digits.

    >>> runs("SQuAD2.0")
    ('squad', '2', '0')
    >>> runs("A100s") == runs("a-100")
    True
    >>> runs("L40S"), runs("APPS")
    (('l', '40', 's'), ('apps',))
    """
    found = [match.group() for match in _RUN.finditer(text)]
    return tuple(map(_fold, _singular(found)))


@lru_cache(maxsize=_CACHED)
def fold(text: str) -> str:
    """Return the comparison key of a name: its runs joined; empty where there is none.

    >>> fold("Vision Transformers") == fold("vision-transformer")
    True
    """
    return " ".join(runs(text))


def _fold(run: str) -> str:
    if run.isascii():
        return run.lower()
    decomposed = unicodedata.normalize("NFKD", run)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=_CACHED)
def _singular_run(run: str) -> str:
    return _fold(_PLURAL.sub("", run))


def _singular(found: list[str]) -> list[str]:
    if len(found) > 1 and found[-1] == "s" and found[-2][-1:].isdigit():
        return found[:-1]
    if found:
        found[-1] = _PLURAL.sub("", found[-1])
    return found


def is_case_bound(label: str) -> bool:
    """Tell whether a label only counts in its own case: a short one in capitals (``MAP``, ``SC``)."""
    letters = [c for c in label if c.isalpha()]
    return len(letters) <= _ACRONYM_LENGTH and sum(c.isupper() for c in letters) * 2 > len(letters)


@dataclass(frozen=True, slots=True)
class Match:
    """A listed name in a text: ``text[start:end]`` spells the label of entry ``key``."""

    start: int
    end: int
    key: int


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    entries: list[tuple[int, str]] = field(default_factory=list)


class NameMatcher:
    """Finds listed names in a text, longest first, at word boundaries, by the spelling rules above.

    Args:
        names: pairs of a key (any number, several names may share it) and a name. A name in
            ``case_bound`` (or short and in capitals) matches only in its own case.
        case_bound: names that are also everyday words.
    """

    def __init__(self, names: Iterable[tuple[int, str]], *, case_bound: frozenset[str] = frozenset()) -> None:
        self._root = _Node()
        for key, name in names:
            node = self._root
            for run in runs(name):
                node = node.children.setdefault(run, _Node())
            if node is not self._root:
                bound = name in case_bound or is_case_bound(name)
                node.entries.append((key, name if bound else ""))

    def __call__(self, text: str) -> list[Match]:
        """Return the matches in ``text``, sorted, without overlap; the empty list where there is none."""
        spans = [(m.start(), m.end(), _fold(m.group())) for m in _RUN.finditer(text)]
        found: list[Match] = []
        at = 0
        while at < len(spans):
            hit = self._longest(text, spans, at)
            if hit is None:
                at += 1
                continue
            match, at = hit
            found.append(match)
        return found

    def _longest(self, text: str, spans: list[tuple[int, int, str]], at: int) -> tuple[Match, int] | None:
        start = spans[at][0]
        if start and text[start - 1].isalnum():
            return None
        best = None
        for key, end, after in self._walk(text, spans, at):
            best = (Match(start, end, key), after)
        return best

    def _walk(self, text: str, spans: list[tuple[int, int, str]], at: int) -> Iterator[tuple[int, int, int]]:
        node, start = self._root, spans[at][0]
        for index in range(at, len(spans)):
            run_start, run_end, run = spans[index]
            if index > at and not _joins(text, spans[index - 1][1], run_start):
                return
            yield from self._ends(node, text, start, spans, index)
            following = node.children.get(run)
            if following is None:
                return
            node = following
            if node.entries and _is_boundary(text, run_end):
                yield from ((key, run_end, index + 1) for key in _pick(node, text[start:run_end]))

    def _ends(self, node: _Node, text: str, start: int, spans: list[tuple[int, int, str]], index: int
              ) -> Iterator[tuple[int, int, int]]:
        """Yield the ends at run ``index`` where it only differs by its plural s."""
        run_start, run_end, run = spans[index]
        if not _is_boundary(text, run_end):
            return
        if text[run_start:run_end] == "s" and node.entries and text[run_start - 1 : run_start].isdigit():
            yield from ((key, run_end, index + 1) for key in _pick(node, text[start:run_start]))
        singular = _singular_run(text[run_start:run_end])
        if singular != run and singular in node.children:
            cut = run_end - (len(run) - len(singular))
            for surface in (text[start:run_end], text[start:cut]):
                yield from ((key, run_end, index + 1) for key in _pick(node.children[singular], surface))


def _pick(node: _Node, surface: str) -> Iterator[int]:
    for key, bound in node.entries:
        if not bound or bound == surface or _letters(bound) == _letters(surface):
            yield key
            return


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _is_boundary(text: str, at: int) -> bool:
    return at >= len(text) or not text[at].isalnum()


def _joins(text: str, end: int, start: int) -> bool:
    """Tell whether what stands between two runs may stand inside a name."""
    between = text[end:start]
    return len(between) <= 2 and not any(c in ",;:()[]{}\n!?\"“”=<>" for c in between) and between != ". "
