"""Names compared: equal once folded, an acronym of, misspelt, with its maker or its kind in front or behind.

Every rule looks at the names alone, so that what it says of a pair never depends on other papers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

_PLURAL = re.compile(r"(?<=[A-Z0-9])s\b")
_SEPARATORS = re.compile(r"(?<=\d)[\W_]+(?=\d)|[^\w+]|_")
_RUN = re.compile(r"[^\W\d_]+|\d+|[+@%*]")
_PLAIN = re.compile(r"[^\W\d_][^\W\d_A-Z]+")
_FIXED = "="
_EDITABLE = 5
_ALONE = 8
_EDGE = 3
_SIZE = re.compile(r"(\d+(\.\d+)?x)?\d+(\.\d+)?([kmbt]|[gt]b)|v?\d+(\.\d+)*[a-z]?", re.IGNORECASE)
_TAIL = re.compile(r"[\s\-_/]+([\w.]+)$")
_GLUED = re.compile(r"(?<=[^\W\d_])v?\d+(?:\.\d+)*[a-z]?$")
_SHORTEST_FAMILY = 3
_REMEMBERED = 1 << 15
"""Names whose fold and spelling are kept; the same few stand in most papers."""


@lru_cache(maxsize=_REMEMBERED)
def fold(name: str) -> str:
    """Return ``name`` without case, accents, separators and the plural s of an acronym.

    Digits stay apart (``3.5`` is not ``35``) and a plus sign counts (``C++`` is not ``C``), so that equal
    folds mean equal letters, digits and versions.

    >>> fold("LLaMA-2 70B") == fold("Llama 2-70b")
    True
    >>> fold("A100s"), fold("GPT-3.5"), fold("π0")
    ('a100', 'gpt3.5', 'π0')
    """
    spelled = _PLURAL.sub("", name.strip()).replace("#", "sharp").replace("*", "star")
    plain = _plain(spelled)
    folded = _SEPARATORS.sub(lambda m: "." if m.end() < len(plain) and m.start() and _between(plain, m) else "", plain)
    return folded or plain


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _between(text: str, match: re.Match[str]) -> bool:
    return text[match.start() - 1].isdigit() and text[match.end()].isdigit()


def is_acronym(short: str, long: str) -> bool:
    """Tell whether ``short`` can abbreviate ``long``: its letters occur there in order, digits agree.

    A name cut short is no acronym: the longer one may well be another thing.

    >>> is_acronym("FSDP", "Fully Sharded Data Parallel"), is_acronym("GPT-3", "GPT-4 model")
    (True, False)
    """
    letters, spelled = fold(short), fold(long)
    if letters in spelled or " " in short.strip() or sum(c.isupper() for c in short) < 2:
        return False
    if len(re.findall(r"\w+", long)) < 2 or re.findall(r"\d+", short) != re.findall(r"\d+", long):
        return False
    rest = iter(spelled)
    return letters[:1] == spelled[:1] and all(letter in rest for letter in letters)


@lru_cache(maxsize=_REMEMBERED)
def spelling(name: str) -> str:
    """Return the folded runs of a name, those marked that must not differ: digits, short ones, odd capitals.

    Two names can only be misspellings of each other where all marked runs are equal.

    >>> spelling("Llamma 3.1 405B")
    'llamma =3 =1 =405 =b'
    """
    return " ".join(_run(run) for run in _RUN.findall(name))


def _run(run: str) -> str:
    free = len(run) >= _EDITABLE and _PLAIN.fullmatch(run)
    return _plain(run) if free else _FIXED + _plain(run)


def blocks(spelled: str) -> Iterator[str]:
    """Yield the blocks of a spelling: any two that :func:`misspelt` accepts share one.

    A block leaves one run out but for its first or its last letters.
    """
    runs = spelled.split(" ")
    for at, run in enumerate(runs):
        if _may_change(run, runs):
            before, after = " ".join(runs[:at]), " ".join(runs[at + 1:])
            yield f"{before}|{run[:_EDGE]}*|{after}"
            yield f"{before}|*{run[-_EDGE:]}|{after}"


def _may_change(run: str, runs: list[str]) -> bool:
    return not run.startswith(_FIXED) and len(run) >= (_EDITABLE if len(runs) > 1 else _ALONE)


def misspelt(left: str, right: str) -> float | None:
    """Return how alike two spellings are where one can only be a slip of the other, else None.

    They differ in one run, by a doubled letter, two letters swapped, s for z, a final s, or a letter left out
    inside a long run. Another letter instead (``micro``, ``macro``) makes another name.

    >>> misspelt(spelling("Llamma 3.1 405B"), spelling("Llama-3.1-405B")) is None
    False
    >>> misspelt(spelling("CPU memory"), spelling("GPU memory")) is None
    True
    """
    first, second = left.split(" "), right.split(" ")
    if len(first) != len(second):
        return None
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(pairs) != 1 or not all(_may_change(run, first) for run in pairs[0]):
        return None
    return OSA.normalized_similarity(left, right) if _slip(*sorted(pairs[0], key=lambda r: (len(r), r))) else None


def _slip(short: str, long: str) -> bool:
    if OSA.distance(short, long, score_cutoff=1) > 1:
        return False
    if len(short) == len(long):
        return sorted(short) == sorted(long) or {"s", "z"} == {c for pair in zip(short, long, strict=True)
                                                               if pair[0] != pair[1] for c in pair}
    (edit,) = Levenshtein.editops(short, long)
    letter, at = long[edit.dest_pos], edit.dest_pos
    doubled = letter in {long[at - 1:at], long[at + 1:at + 2]}
    inside = len(short) >= _ALONE and 0 < at < len(long) - 1
    return inside or (at == len(long) - 1 and letter == "s" and short[-1] != "s") or (doubled and at > 0)


def alike(left: str, right: str) -> float:
    """Return how alike two names are once folded, from 0 to 1."""
    return OSA.normalized_similarity(fold(left), fold(right))


def is_coined(name: str) -> bool:
    """Tell whether a name was made up, and is not a description in plain words.

    >>> is_coined("Prism"), is_coined("KV-Prism"), is_coined("design space exploration")
    (True, True, False)
    """
    words = re.findall(r"\w+", name)
    return len(words) < 2 or any(c.isupper() or c.isdigit() for word in words for c in word[1:])


def families(name: str, editions: frozenset[str]) -> Iterator[str]:
    """Yield the names of the families that a name may belong to, the nearest first.

    Sizes, versions and words of ``editions`` are taken from the end, one at a time.

    >>> list(families("Llama 2 70B Chat", frozenset({"chat"})))
    ['Llama 2 70B', 'Llama 2', 'Llama']
    """
    rest = name
    while (shorter := _without_tail(rest, editions)) is not None:
        yield shorter
        rest = shorter


def _without_tail(name: str, editions: frozenset[str]) -> str | None:
    match = _TAIL.search(name)
    if match is None or not (_SIZE.fullmatch(match[1]) or match[1].casefold() in editions):
        match = _GLUED.search(name)
    if match is None:
        return None
    rest = name[:match.start()].rstrip(" -_/.")
    letters = sum(c.isalpha() for c in rest)
    return rest if letters >= _SHORTEST_FAMILY or (letters and any(c.isdigit() for c in rest)) else None
