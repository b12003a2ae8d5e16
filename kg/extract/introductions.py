"""Signs that a text introduces a name, and what kind of thing the text says it is.

Works on the lower-cased words of a sentence; the words themselves live in the ontology.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.ontology import CLASSES, Ontology

_TITLE_NAME = re.compile(r"\s*([^\n:]{2,60}?)\s*(?::|\s[-–—]{1,3}\s)\s*\S")
_MARKS = frozenset({",", "(", ")", '"', "“", "”", "-", "—", "–", ":"})
JOINTS = frozenset({"-", "/", "–"})
_REACH = 14
"""Words that a defining noun phrase spans at most."""
_VERB_REACH = 12
"""Words between a verb and what it introduces at most."""
_ASIDE = 8
"""Words that a parenthesis between a name and its definition holds at most."""


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
    articles: frozenset[str]
    copulas: frozenset[str]
    groups: frozenset[str]
    novelty: frozenset[str]
    parts: frozenset[str]
    ordinals: frozenset[str]
    passives: frozenset[str]
    plain: frozenset[str]
    function_words: frozenset[str]
    possessives: frozenset[str]
    auxiliaries: frozenset[str]

    @classmethod
    def from_ontology(cls, ontology: Ontology) -> Cues:
        """Take the lists of the ontology; a head noun of several classes goes to the first in their order."""
        heads: dict[str, str] = {}
        for name in CLASSES:
            for noun in ontology.classes[name].head_nouns:
                for form in (noun.lower(), noun.lower() + "s"):
                    heads.setdefault(form, name)
        words = ontology.words
        return cls(words("introduce-verb"), words("own-subject"), words("naming"), words("noun-phrase-end"), heads,
                   words("article"), words("copula"), words("group"), words("novelty"), words("part"),
                   words("ordinal"), words("introduced-passive"), words("plain-adjective"), words("function-word"),
                   words("possessive"), words("passive-auxiliary"))

    def head_at(self, words: Sequence[str], index: int) -> str | None:
        """Return the class of the head noun at ``index`` (one word or the last of two), None where it is none."""
        if not 0 <= index < len(words):
            return None
        two = " ".join(words[max(0, index - 1) : index + 1])
        return self.heads.get(two) or self.heads.get(words[index])

    def defined_class(self, words: Sequence[str], after: int) -> str | None:
        """Return the class that a definition after a name gives (``X, a fast framework that``), else None.

        A parenthesis between the two does not matter (``X (a.k.a. Y), a framework``). ``after`` is the index of the
        first word behind the name.
        """
        start = self._behind_aside(words, after)
        at = start
        while at < len(words) and (words[at] in self.copulas or words[at] in _MARKS) and at < start + 3:
            at += 1
        if at == start or at >= len(words) or words[at] not in self.articles:
            return None
        return self.head_of_phrase(words, at + 1)

    def _behind_aside(self, words: Sequence[str], at: int) -> int:
        """Return the index behind a parenthesis that starts at ``at`` or that closes there, else ``at``."""
        if at < len(words) and words[at] == "(":
            closing = next((i for i in range(at + 1, min(len(words), at + _ASIDE)) if words[i] == ")"), None)
            if closing is not None and not any(w in self.articles for w in words[at + 1 : at + 2]):
                return closing + 1
        return at + 1 if at < len(words) and words[at] == ")" else at

    def title_class(self, words: Sequence[str], after: int, title_tokens: int) -> str | None:
        """Return the class of the head noun of a title behind its name (``X: Fast Serving Engine for``), else None."""
        if after >= title_tokens or words[after] not in _MARKS:
            return None
        return self.head_of_phrase(words[:title_tokens], after + 1)

    def head_of_phrase(self, words: Sequence[str], start: int) -> str | None:
        """Return the class of the head noun of the noun phrase that starts at ``start``, else None.

        The last head noun before a comma counts; where there is none, the part behind the comma is read
        (``a training-free, modular framework``). ``a set of fast kernels`` has the head ``kernels``.
        """
        found = None
        for at in range(start, min(len(words), start + _REACH)):
            word = words[at]
            if word in {",", "and", "or"} and not found:
                continue
            if word == "of" and words[at - 1] in self.groups:
                found = None
                continue
            if word in self.ends or (not word[:1].isalnum() and word not in JOINTS):
                break
            found = self.head_at(words, at) or found
        return found

    def own_class(self, words: Sequence[str], at: int) -> str | None:
        """Return the class of what the authors call their own at ``at`` (``our fast system``), else None."""
        if words[at] not in self.articles and words[at] not in self.own:
            return None
        if words[at] not in self.own and not self.novelty.intersection(words[at + 1 : at + 2]):
            return None
        for i in range(at + 1, min(len(words), at + 5)):
            if words[i] in self.ends or not words[i][:1].isalnum():
                return None
            found = self.head_at(words, i)
            if found:
                return found
        return None

    def is_new(self, words: Sequence[str], start: int) -> bool:
        """Tell whether a word right before a name says that it is new (``a novel X``)."""
        return any(w in self.novelty for w in words[max(0, start - 3) : start])

    def is_listed_part(self, words: Sequence[str], start: int) -> bool:
        """Tell whether a name follows a counter (``(1) X``, ``First, X``)."""
        before = [w for w in words[max(0, start - 5) : start] if w not in self.articles]
        if len(before) >= 2 and before[-1] == ")" and (before[-2].isdigit() or set(before[-2]) <= set("iv")):
            return True
        return before[-1:] == [","] and any(w in self.ordinals for w in before)

    def is_introduced_behind(self, words: Sequence[str], end: int) -> bool:
        """Tell whether a name is the subject of an introduction (``X is proposed``, ``X method is introduced``)."""
        near = words[end : end + 7]
        verb = next((i for i, w in enumerate(near) if w in self.passives), None)
        return verb is not None and verb > 0 and bool(self.auxiliaries & set(near[:verb])) and (
            not {".", ";"} & set(near[:verb]))

    def phrase_spans(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Return the noun phrases that an introduction makes new, without article and plain adjectives.

        ``we propose a simple layer-wise sampling strategy that`` gives ``layer-wise sampling strategy`` and
        ``layer-wise sampling``; spans are token indices, half-open.
        """
        found = set()
        distances = self.verb_distances(words)
        for at in range(1, len(words)):
            new = words[at - 1] in self.novelty or distances[at] == 0
            listed = words[at - 1] in _MARKS and self.is_listed_part(words, at)
            if new or words[at - 1] in self.possessives or listed:
                found |= self._phrase(words, at)
        return sorted(found)

    def _phrase(self, words: Sequence[str], start: int) -> set[tuple[int, int]]:
        while start < len(words) and (words[start] in self.articles or words[start] in self.plain
                                      or words[start] in self.novelty or words[start] in _MARKS - {"("}):
            start += 1
        end = start
        while end < len(words) and end < start + 10 and self._inside_phrase(words[end]):
            end += 1
        spans = {(start, end)}
        if end - start > 1 and self.head_at(words, end - 1):
            spans.add((start, end - 1 - (" ".join(words[end - 2 : end]) in self.heads)))
        return {(a, b) for a, b in spans if b > a + 1 and self._is_phrase(words[a:b])}

    def _inside_phrase(self, word: str) -> bool:
        return word in JOINTS or (word[:1].isalnum() and word not in self.ends and word not in self.function_words)

    def _is_phrase(self, words: Sequence[str]) -> bool:
        return words[0][:1].isalnum() and words[-1][:1].isalnum() and not all(w in self.heads for w in words)

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

    def verb_distance(self, words: Sequence[str], start: int, *, anyone: bool = False) -> int | None:
        """Return how many words stand between an introducing verb of the authors and ``start``, else None.

        With ``anyone`` the verb's subject does not matter.
        """
        for at in range(start - 1, max(-1, start - _VERB_REACH), -1):
            if words[at] in {".", ";"}:
                return None
            if words[at] in self.verbs:
                return start - at - 1 if anyone or self._is_own(words[max(0, at - 5) : at]) else None
        return None

    def verb_distances(self, words: Sequence[str]) -> list[int | None]:
        """Return :meth:`verb_distance` of every word."""
        found: list[int | None] = []
        near, own = -_VERB_REACH, False
        for at, word in enumerate(words):
            found.append(at - near - 1 if own and at - near < _VERB_REACH else None)
            if word in self.verbs:
                near, own = at, self._is_own(words[max(0, at - 5) : at])
            elif word in {".", ";"}:
                own = False
        return found

    def _is_own(self, before: Sequence[str]) -> bool:
        phrase = " ".join(before)
        return any(w in self.own for w in before) or any(o in phrase for o in self.own if " " in o)
