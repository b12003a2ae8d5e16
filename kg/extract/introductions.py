"""Signs that a text introduces a name, and what kind of thing the text says it is.

Works on the lower-cased words of a sentence; the words themselves live in the ontology.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.ontology import CLASSES, Ontology

_TITLE_NAME = re.compile(r"\s*([^\n:]{2,60}?)\s*(?::|\s[-–—]{1,3}\s)\s*\S")
_ARTICLES = frozenset({"a", "an", "the", "our", "this", "its", "their"})
_COPULAS = frozenset({",", "is", "(", "–", "-", "—", "as", ":", "was", "which"})
_MARKS = frozenset({",", "(", '"', "“", "-", "—", "–"})
_REACH = 12
"""Words that a defining noun phrase spans at most."""


def title_name(title: str | None) -> tuple[int, int] | None:
    """Return the span of the name that opens a title (``Name: what it does``), None where there is none.

    A prefix of more than five words is a phrase, not a name.
    """
    match = _TITLE_NAME.match(title or "")
    if not match or len(match.group(1).split()) > 5:
        return None
    return match.span(1)


@dataclass(frozen=True, slots=True)
class Cues:
    """The word lists and head nouns that introductions are found by."""

    verbs: frozenset[str]
    own: frozenset[str]
    naming: frozenset[str]
    ends: frozenset[str]
    heads: dict[str, str]

    @classmethod
    def from_ontology(cls, ontology: Ontology) -> Cues:
        """Take the lists of the ontology; a head noun of several classes goes to the first in their order."""
        heads: dict[str, str] = {}
        for name in CLASSES:
            for noun in ontology.classes[name].head_nouns:
                for form in (noun.lower(), noun.lower() + "s"):
                    heads.setdefault(form, name)
        return cls(ontology.words("introduce-verb"), ontology.words("own-subject"), ontology.words("naming"),
                   ontology.words("noun-phrase-end"), heads)

    def head_at(self, words: Sequence[str], index: int) -> str | None:
        """Return the class of the head noun at ``index`` (one word or the last of two), None where it is none."""
        if not 0 <= index < len(words):
            return None
        two = " ".join(words[max(0, index - 1) : index + 1])
        return self.heads.get(two) or self.heads.get(words[index])

    def defined_class(self, words: Sequence[str], after: int) -> str | None:
        """Return the class that a definition after a name gives (``X, a fast framework that``), else None.

        ``after`` is the index of the first word behind the name.
        """
        at = after
        while at < len(words) and words[at] in _COPULAS and at < after + 3:
            at += 1
        if at == after or at >= len(words) or words[at] not in _ARTICLES:
            return None
        return self.head_of_phrase(words, at + 1)

    def head_of_phrase(self, words: Sequence[str], start: int) -> str | None:
        """Return the class of the head noun of the noun phrase that starts at ``start``, else None."""
        last = None
        for at in range(start, min(len(words), start + _REACH)):
            word = words[at]
            if word in self.ends or (not word[:1].isalnum() and word not in {"-", "/", "–"}):
                break
            last = at
        while last is not None and last >= start:
            found = self.head_at(words, last)
            if found:
                return found
            last -= 1
        return None

    def head_before(self, words: Sequence[str], start: int) -> str | None:
        """Return the class of a head noun right before a name (``a framework called X``), else None."""
        at = start - 1
        while at >= 0 and at >= start - 3 and (words[at] in self.naming or words[at] in _MARKS):
            at -= 1
        return self.head_at(words, at)

    def is_named(self, words: Sequence[str], start: int) -> bool:
        """Tell whether a naming word stands before a name (``called X``, ``we call it X``)."""
        before = [w for w in words[max(0, start - 3) : start] if w[:1].isalnum()]
        return bool(before) and before[-1] in self.naming and before[-1] != "as"

    def verb_distance(self, words: Sequence[str], start: int) -> int | None:
        """Return how many words stand between an introducing verb of the authors and ``start``, else None."""
        for at in range(start - 1, max(-1, start - _REACH), -1):
            if words[at] in {".", ";"}:
                return None
            if words[at] in self.verbs:
                before = words[max(0, at - 5) : at]
                phrase = " ".join(before)
                own = any(w in self.own for w in before) or any(o in phrase for o in self.own if " " in o)
                return start - at - 1 if own else None
        return None
