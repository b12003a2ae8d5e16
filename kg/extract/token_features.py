"""What the recogniser sees of each token: its form, its listed name, what stands around it.

Most of it depends on the form of a token alone, and the same words stand in every text: that part is kept from text to
text, and the recogniser keeps its scores.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc

from kg.extract.introductions import Cues
from kg.extract.signals import Signals
from kg.extract.words import Words

REACH = 3
"""Tokens to either side whose form counts."""
CACHED = 1 << 14
"""Forms that are kept."""

_SHAPES = ((re.compile(r"[A-Z]"), "X"), (re.compile(r"[a-z]"), "x"), (re.compile(r"\d"), "d"))
_REPEAT = re.compile(r"(.)\1+")
_VERB_REACH = 8


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What a token shows by its form alone.

    ``seen`` also counts for the tokens near it: its word, its cluster among few, its shape, its cluster among many.
    ``own`` counts for the token itself.
    """

    seen: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The features of the tokens of a text; each sequence has one item a token.

    ``listed`` is the tag of a listed name or an empty string, ``around`` the features that depend on what stands
    around a token.
    """

    forms: Sequence[Form]
    listed: Sequence[str]
    around: Sequence[Sequence[str]]


def read_tokens(doc: Doc, signals: Signals, words: Words, cues: Cues) -> Reading:
    """Return what the recogniser sees of each token of ``doc``."""
    texts = [token.text for token in doc]
    inside = range(0)
    if signals.title_name:
        begin, end = signals.title_name
        inside = range(sum(token.idx < begin for token in doc), sum(token.idx < end for token in doc))
    around = [_around(text, i, signals, cues) for i, text in enumerate(texts)]
    for i in inside:
        around[i].append("titlename")
    return Reading([_form(words, text) for text in texts], signals.listed_tags, around)


def feature_names(reading: Reading) -> list[list[str]]:
    """Return the names of all features that hold at each token, as the recogniser is trained with."""
    cores = [core(form, tag) for form, tag in zip(reading.forms, reading.listed, strict=True)]
    found = []
    for i, (form, around) in enumerate(zip(reading.forms, reading.around, strict=True)):
        row = ["bias", *cores[i], *form.own, *around, *pairs(reading.forms, i)]
        for step in (step for step in range(-REACH, REACH + 1) if step):
            near = i + step
            row += seen_from(cores[near], step) if 0 <= near < len(cores) else [edge(step)]
        found.append(row)
    return found


def core(form: Form, listed: str) -> tuple[str, ...]:
    """Return what a token shows to those near it, the most telling first."""
    word, cluster, *rest = form.seen
    return (word, cluster, f"v={listed}", *rest)


def seen_from(core: Sequence[str], step: int) -> list[str]:
    """Return what of a token's core counts for the token ``-step`` places behind it: the less the farther."""
    shown = core if abs(step) == 1 else core[:3] if abs(step) == 2 else core[1:2]
    return [f"{step}|{feature}" for feature in shown]


def edge(step: int) -> str:
    """Return the feature of a token that has no token at ``step``."""
    return f"{step}|edge"


def pairs(forms: Sequence[Form], i: int) -> list[str]:
    """Return the features that join the forms of neighbours, at token ``i``."""
    row = []
    word, cluster = forms[i].seen[:2]
    before = forms[i - 1].seen if i else None
    after = forms[i + 1].seen if i + 1 < len(forms) else None
    if before:
        row += [f"{before[0]}&{word}", f"{before[1]}&{cluster}"]
    if after:
        row += [f"{word}&+{after[0]}", f"{cluster}&+{after[1]}"]
    if before and after:
        row.append(f"{before[1]}<{after[1]}")
    return row


@lru_cache(maxsize=CACHED)
def _form(words: Words, text: str) -> Form:
    word = "¶" if text.isspace() else text.lower()
    known = words.get(text)
    seen = (f"w={word}", f"c={known[0] if known else 'none'}", f"s={shape('¶' if text.isspace() else text)}")
    own = (f"p3={word[:3]}", f"x3={word[-3:]}", f"x4={word[-4:]}",
           f"df={int(math.log2(known[2])) if known else 'none'}", f"lc={known[3] // 20 if known else 'none'}")
    return Form((*seen, f"f={known[1]}") if known else seen, own)


@lru_cache(maxsize=1 << 16)
def shape(word: str) -> str:
    """Return the pattern of capitals, small letters and digits of a word, repeats collapsed to two."""
    for pattern, symbol in _SHAPES:
        word = pattern.sub(symbol, word)
    return _REPEAT.sub(r"\1\1", word)


def _around(text: str, i: int, signals: Signals, cues: Cues) -> list[str]:
    """Return what the text around a token says of it."""
    row = ["t=1" if i < signals.title_tokens else "t=0"]
    if signals.definition_tags[i]:
        row.append(f"def={signals.definition_tags[i]}")
    if i in signals.generic_tokens:
        row.append("generic")
    distance = signals.verb_distances[i]
    if distance is not None and distance <= _VERB_REACH:
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
