"""In-document coreference of names: which accepted candidates of a text are one thing.

A thing is named in full and then shortly: *end-to-end latency* and *latency*, *NVIDIA Orin GPU* and *Orin*. Where
exactly one longer form of the same class begins or ends with the shorter one, they are one; a difference that holds a
digit is a version or a size and keeps them apart. A name that is spelled once with one letter more or less than a name
that stands several times is a misprint of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

_CLASSES = frozenset({"Dataset", "Hardware", "Metric"})
"""Classes whose things are named shortly by a part of the name; a part of a method's name is often another method."""
_MISPRINT_LENGTH = 6


def same_things(names: Sequence[tuple[frozenset[str], str, int]]) -> list[int]:
    """Return, for each name, the index of the name that it is merged into; its own where it stays.

    Args:
        names: folded forms, class and number of mentions of each name.

    >>> same_things([(frozenset({"end to end latency"}), "Metric", 1), (frozenset({"latency"}), "Metric", 2)])
    [0, 0]
    """
    target = list(range(len(names)))
    for i, (forms, cls, mentions) in enumerate(names):
        longer = [j for j, (others, other_cls, _) in enumerate(names)
                  if j != i and cls == other_cls and any(_extends(b, a, cls) for a in forms for b in others)]
        if len(longer) == 1:
            target[i] = longer[0]
        elif not longer:
            target[i] = _misspelled(i, forms, cls, mentions, names)
    return [_root(target, i) for i in range(len(names))]


def _extends(longer: str, shorter: str, cls: str) -> bool:
    if cls not in _CLASSES or len(longer) <= len(shorter):
        return False
    if longer.endswith(f" {shorter}"):
        rest = longer[: -len(shorter)]
    elif longer.startswith(f"{shorter} "):
        rest = longer[len(shorter) :]
    else:
        return False
    return not any(c.isdigit() for c in rest)


def _misspelled(i: int, forms: frozenset[str], cls: str, mentions: int, names: Sequence[tuple[frozenset[str], str, int]]
                ) -> int:
    if mentions != 1 or len(forms) != 1:
        return i
    (form,) = forms
    if len(form) < _MISPRINT_LENGTH or any(c.isdigit() or c == " " for c in form):
        return i
    for j, (others, other_cls, count) in enumerate(names):
        if j != i and cls == other_cls and count > 1 and any(_differs_by_a_letter(form, o) for o in others):
            return j
    return i


def _differs_by_a_letter(one: str, other: str) -> bool:
    return " " not in other and len(one) != len(other) and Levenshtein.distance(one, other, score_cutoff=1) == 1


def _root(target: Sequence[int], i: int) -> int:
    seen = set()
    while target[i] != i and i not in seen:
        seen.add(i)
        i = target[i]
    return i
