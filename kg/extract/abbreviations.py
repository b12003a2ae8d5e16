"""Acronyms and their expansions, as a text defines them.

Source: A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text", PSB 2003; extended to definitions in the other order (``PPO, proximal ...`` is not one,
``PPO (proximal policy optimization)`` is).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARENTHESIS = re.compile(r"\(([^()]{2,80})\)")
_SHORT = re.compile(r"[A-Za-z0-9][\w.&+/@*-]{1,14}$")
_WORD = re.compile(r"[\w@*]+(?:['’]s)?")
_BREAK = re.compile(r"[.;:!?()\[\]]\s|\n")


@dataclass(frozen=True, slots=True)
class Definition:
    """A long form and a short form; spans are half-open offsets into the text."""

    long_start: int
    long_end: int
    short_start: int
    short_end: int


def find_definitions(text: str) -> list[Definition]:
    """Return the acronym definitions in ``text`` by position; the empty list where there is none.

    >>> [text[d.long_start:d.long_end] for text in ["We use model FLOPs utilization (MFU)."]
    ...     for d in find_definitions(text)]
    ['model FLOPs utilization']
    """
    found = []
    for match in _PARENTHESIS.finditer(text):
        definition = _short_inside(text, match) or _long_inside(text, match)
        if definition:
            found.append(definition)
    return found


def _short_inside(text: str, match: re.Match[str]) -> Definition | None:
    inner = re.split(r"[,;]", match.group(1))[0].strip().strip("\"“”‘’'")
    if not _is_short(inner):
        return None
    start = match.start(1) + match.group(1).find(inner)
    words = list(_WORD.finditer(_clause_before(text, match.start())))
    offset = match.start() - len(_clause_before(text, match.start()))
    limit = min(len(_letters(inner)) + 5, len(_letters(inner)) * 2)
    window = words[-limit:] if limit else []
    long_start = _align(_letters(inner), [w.group() for w in window])
    if long_start is None:
        return None
    begin, end = offset + window[long_start].start(), offset + window[-1].end()
    if text[begin:end].casefold() == inner.casefold() or end - begin <= len(inner):
        return None
    return Definition(begin, end, start, start + len(inner))


def _long_inside(text: str, match: re.Match[str]) -> Definition | None:
    short_end = len(text[: match.start()].rstrip())
    before = re.search(r"[A-Za-z][\w.&+/-]{1,14}$", text[max(0, short_end - 16) : short_end])
    words = list(_WORD.finditer(match.group(1)))
    if not before or not _is_short(before.group()) or len(words) < 2:
        return None
    letters = _letters(before.group())
    if words[0].group()[0].casefold() != letters[:1] or not _is_spelled(letters, match.group(1).casefold()):
        return None
    start = match.start(1)
    return Definition(start + words[0].start(), start + words[-1].end(), short_end - len(before.group()), short_end)


def _is_spelled(letters: str, text: str) -> bool:
    """Tell whether the letters stand in the text in their order."""
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _is_short(text: str) -> bool:
    return bool(_SHORT.match(text)) and any(c.isupper() for c in text) and " " not in text


def _letters(short: str) -> str:
    letters = "".join(c for c in short if c.isalnum())
    if letters.endswith("s") and letters[:-1].isupper():
        letters = letters[:-1]
    return letters.casefold()


def _clause_before(text: str, end: int) -> str:
    clause = text[max(0, end - 160) : end]
    breaks = list(_BREAK.finditer(clause))
    return clause[breaks[-1].end() :] if breaks else clause


def _align(short: str, words: list[str]) -> int | None:
    """Return the index of the word where the expansion of ``short`` starts, None where there is none.

    Initials of whole words are tried first (*p*roximal *p*olicy *o*ptimization), then the characters of the
    short form are matched from the right, and its first must start a word.
    """
    initials = "".join(word[0].casefold() for word in words)
    if short and initials.endswith(short):
        return len(words) - len(short)
    joined, starts = "", {}
    for index, word in enumerate(words):
        starts[len(joined)] = index
        joined += word.casefold() + " "
    at = len(joined)
    for position in range(len(short) - 1, -1, -1):
        at = joined.rfind(short[position], 0, at)
        while position == 0 and at > 0 and at not in starts:
            at = joined.rfind(short[position], 0, at)
        if at < 0:
            return None
    return starts.get(at)
