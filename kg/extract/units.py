"""The words that quantities are made of, from the ontology, compiled once.

Case decides between the symbols of units (``ms``, ``MS``); all else is compared without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.model import Bound
from kg.ontology import Ontology

RATIO, PERCENT, POINTS = "x", "%", "points"
"""The units that are normalised; every other is kept as printed."""

_SHORT = 3


@dataclass(frozen=True)
class QuantityWords:
    """Patterns and values of the words of quantities; made by :meth:`from_ontology`.

    ``unit`` matches at the end of a number, with the blank or hyphen before it; its groups tell which of
    the normalised units it is. ``before`` holds the bound of each phrase that stands before a number, ``after`` of
    those after it, in lower case. ``setting`` matches at the end of what stands before the number of a setting
    (``k = ``).
    """

    unit: re.Pattern[str]
    scale: re.Pattern[str]
    prefix: re.Pattern[str]
    ratios: re.Pattern[str]
    ratio_values: Mapping[str, float]
    counts: re.Pattern[str]
    count_values: Mapping[str, float]
    before: Mapping[str, Bound]
    after: Mapping[str, Bound]
    filler: frozenset[str]
    range_word: re.Pattern[str]
    range_start: frozenset[str]
    range_from: frozenset[str]
    range_verb: frozenset[str]
    dated: frozenset[str]
    numbered: frozenset[str]
    false_fold: re.Pattern[str]
    magnitude: re.Pattern[str]
    setting: re.Pattern[str]

    @classmethod
    def from_ontology(cls, ontology: Ontology) -> QuantityWords:
        """Compile the word lists of ``ontology``.

        Raises:
            OntologyError: a word list is missing.
        """
        words = ontology.words
        ratios, counts = _values(ontology, "ratio "), _values(ontology, "number ")
        scales = _any(words("scale"))
        return cls(
            unit=_unit(ontology),
            scale=re.compile(rf"(?:[ -](?i:{scales})\b|(?:{_any(words('scale symbol'))})(?![\w^]))"),
            prefix=re.compile(rf"(?:{_any(words('unit before'))})[ ]?$"),
            ratios=_phrases(ratios), ratio_values=ratios,
            counts=_counts(ontology, counts), count_values=counts,
            before={**{w: "approx" for w in words("bound approx")}, **{w: "mean" for w in words("bound mean")},
                    **{w: "min" for w in words("bound min")}, **{w: "max" for w in words("bound max")}},
            after={**{w: "mean" for w in words("bound after mean")}, **{w: "min" for w in words("bound after min")},
                   **{w: "max" for w in words("bound after max")}},
            filler=words("bound filler"),
            range_word=re.compile(rf"\s+(?:{_any(words('range word'))})\s+", re.IGNORECASE),
            range_start=words("range start"), range_from=words("range from"), range_verb=words("range verb"),
            dated=words("month"), numbered=words("numbered thing"),
            false_fold=re.compile(rf"[ -]fold[ -](?:{_any(words('not a fold'))})", re.IGNORECASE),
            setting=re.compile(rf"(?:^|\W)(?:\w|{_any(words('setting name'))}|n_\w+|\w_\w)[ ]?[=<>≤≥]=?[ ]?$"),
            magnitude=re.compile(rf"[ -](?:{_any(words('magnitude'))})(?!\w)", re.IGNORECASE),
        )


def _any(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, longest first; a blank stands for a blank or a hyphen."""
    return "|".join(_flexible(w) for w in sorted(words, key=lambda w: (-len(w), w)))


def _flexible(word: str) -> str:
    return re.escape(word).replace(r"\ ", r"[ -]")


def _values(ontology: Ontology, prefix: str) -> dict[str, float]:
    return {word: float(name.removeprefix(prefix)) for name, found in sorted(ontology.word_lists.items())
            if name.startswith(prefix) for word in found}


def _phrases(values: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_any(values)})(?!\w)", re.IGNORECASE)


def _counts(ontology: Ontology, values: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for a number word before 'orders of magnitude' or a ratio."""
    number = _any(values)
    return re.compile(
        rf"(?<![\w-])(?P<low>{number})(?:(?:[ ](?:to|or)[ ]|[-–])(?P<high>{number}))?[ -]"
        rf"(?:(?P<magnitude>{_any(ontology.words('magnitude'))})|(?P<times>times|fold)|(?P<percent>percent))(?!\w)",
        re.IGNORECASE)


def _unit(ontology: Ontology) -> re.Pattern[str]:
    """Return the pattern of a unit behind a number: groups ``points``, ``percent``, ``ratio``, ``other``."""
    words = ontology.words
    named = words("unit") - words("not a unit")
    exact = [w for w in named if len(w) <= _SHORT or not w.islower()]
    folded = [w for w in named if len(w) > _SHORT and w.islower()]
    atom = rf"(?:{_any(exact)}|(?i:{_any(folded)}))(?![A-Za-z0-9^²])"
    per = r"(?:[ ]?/[ ]?(?=[^\W\d])|[ ]per[ ]|-per-|·)(?:\d+[ ])?[^\W\d_][\w^²]{0,18}"
    points, percent = _any(words("unit points")), _any(words("unit %"))
    return re.compile(
        rf"(?:[ -]?(?P<points>(?i:{points}))(?![\w%])"
        rf"|[ -]?(?P<percent>%|(?i:{percent})(?!\w))"
        rf"|(?P<ratio>[ ]?×(?![ ]?\d)|[xX](?![\w^])|[ ][xX](?=[ ][a-z(])|[ -]?(?i:times|fold)(?!\w))"
        rf"|[ -]?(?P<other>{atom}(?:{per}){{0,2}}))")
