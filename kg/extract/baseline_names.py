"""Whom the phrase of a baseline names: ``state-of-the-art systems such as X and Y`` are X and Y.

A part of the phrase counts only where all of it is a name of the paper, but for words that say no more than what kind
of thing the name is (``the X baseline``, ``serving system X``): an *X-based* thing is not X.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from kg.extract.result_scene import COMPARED
from kg.extract.surface import fold
from kg.model import Entity, Result
from kg.ontology import Ontology

_WORD = re.compile(r"[’']s\b|[,;/&()]|[^\s,;/&()]+?(?=[’']s\b|[\s,;/&()]|$)")
_LONGEST_NAME = 12


@dataclass(frozen=True)
class BaselineWords:
    """The words around the names of baselines, in lower case.

    ``kinds`` are nouns that say what kind of thing any name is (``baseline``), ``heads`` those of each class.
    """

    joints: frozenset[str]
    conjunctions: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    examples: frozenset[str]
    kinds: frozenset[str]
    heads: Mapping[str, frozenset[str]]

    @classmethod
    def from_ontology(cls, ontology: Ontology) -> BaselineWords:
        """Read the word lists of ``ontology``.

        Raises:
            OntologyError: a word list is missing.
        """
        words = ontology.words
        heads = {name: frozenset(noun.lower() for noun in c.head_nouns) for name, c in ontology.classes.items()}
        return cls(words("baseline joint"), words("result joint"), words("baseline before"), words("baseline after"),
                   words("example-marker"), words("baseline noun"), heads)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


def named_baselines(phrase: str, entities: Sequence[Entity], words: BaselineWords) -> tuple[str, ...]:
    """Return the names of the entities that the phrase of a baseline names, in its order, each once.

    Empty where the phrase names none of them, and where it says of a name more than what kind of thing it is.
    """
    names = _names(entities)
    if fold(phrase) in names:
        return (names[fold(phrase)].name,)
    found: list[str] = []
    for part in _parts(phrase, names, words):
        name = _name_of(phrase, part, names, words)
        if name and name not in found:
            found.append(name)
    return tuple(found)


def _names(entities: Sequence[Entity]) -> dict[str, Entity]:
    """Return folded name or mention -> entity; of two with one form, the one whose own name it is."""
    own = {fold(e.name): e for e in reversed(entities) if fold(e.name)}
    mentioned = {fold(m.text): e for e in reversed(entities) for m in e.mentions if fold(m.text)}
    return mentioned | own


def _parts(phrase: str, names: Mapping[str, Entity], words: BaselineWords) -> Iterator[Sequence[_Word]]:
    """Yield the coordinated parts of a phrase; a joint inside a name, or its slash, does not part it."""
    found = _words_of(phrase)
    part: list[_Word] = []
    at = 0
    while at < len(found):
        whole = _longest(phrase, found, at, names)
        joint = 0 if whole > 1 else _joint(found, at, words)
        if joint:
            yield part
            part = []
        else:
            part += found[at : at + max(whole, 1)]
        at += joint or max(whole, 1)
    yield part


def _longest(phrase: str, found: Sequence[_Word], at: int, names: Mapping[str, Entity]) -> int:
    """Return how many words from ``at`` on are one name, 0 for none."""
    for size in range(min(_LONGEST_NAME, len(found) - at), 0, -1):
        if fold(phrase[found[at].start : found[at + size - 1].end]) in names and found[at].text.strip("(),;/&"):
            return size if found[at + size - 1].text not in {",", ";", "(", "/", "&"} else size - 1
    return 0


def _joint(found: Sequence[_Word], at: int, words: BaselineWords) -> int:
    """Return how many words from ``at`` on join two parts, 0 for none."""
    return next((size for size in (3, 2, 1) if _said(found[at : at + size]) in words.joints), 0)


def _name_of(phrase: str, part: Sequence[_Word], names: Mapping[str, Entity], words: BaselineWords) -> str | None:
    """Return the entity that a part names and says no more of than its kind, None where there is none."""
    for first in range(len(part)):
        for last in range(len(part), first, -1):
            entity = names.get(fold(phrase[part[first].start : part[last - 1].end]))
            if entity and _introduces(part[:first], entity, words) and _closes(part[last:], entity, words):
                return entity.name
    return None


def _introduces(before: Sequence[_Word], entity: Entity, words: BaselineWords) -> bool:
    """Tell whether what stands before a name says no more than its kind, or gives it as an example."""
    heads = words.heads.get(entity.cls, frozenset())
    known = words.examples | words.kinds | heads | {f"{noun}s" for noun in heads}
    return _all(before, words.before) or any(_said(before[-size:]) in known for size in (1, 2, 3))


def _closes(after: Sequence[_Word], entity: Entity, words: BaselineWords) -> bool:
    """Tell whether what stands behind a name says no more than its kind; many of a kind are others."""
    return _all(after, words.after | words.kinds | words.heads.get(entity.cls, frozenset()))


def _all(part: Sequence[_Word], known: frozenset[str]) -> bool:
    """Tell whether a part consists of known words and phrases alone."""
    at = 0
    while at < len(part):
        size = next((n for n in (4, 3, 2, 1) if _said(part[at : at + n]) in known), 0)
        if not size:
            return False
        at += size
    return True


def _said(part: Sequence[_Word]) -> str:
    return " ".join(word.text.lower() for word in part)


class BaselineNamer:
    """Pipeline component that gives each of ``kg_results`` the entities that its baseline names.

    Needs sentences, ``kg_entities`` and ``kg_results``. What a result is about is no baseline of it.
    """

    def __init__(self, ontology: Ontology) -> None:
        self._words = BaselineWords.from_ontology(ontology)

    def __call__(self, doc: Doc) -> Doc:
        """Set ``baselines`` of the results of ``doc``."""
        sentences = [(s.start_char, s.end_char) for s in doc.sents]
        results = [self._named(result, doc._.kg_entities) for result in doc._.kg_results]
        doc._.kg_results = tuple(self._listed(doc, result, results, sentences) for result in results)
        return doc

    def _named(self, result: Result, entities: Sequence[Entity]) -> Result:
        if not result.baseline:
            return result
        found = named_baselines(result.baseline, entities, self._words)
        return replace(result, baselines=tuple(name for name in found if name != result.subject))

    def _listed(self, doc: Doc, result: Result, results: Sequence[Result], sentences: Sequence[tuple[int, int]]
                ) -> Result:
        """Return a result with all names of the list that its baseline stands in, where no other number takes one.

        *Compared with A and B, C is 2x faster* measures against both; *than A and B by 2x and 3x* against one each.
        """
        if len(result.baselines) != 1:
            return result
        start, end = next((s for s in sentences if s[0] <= result.evidence.start < s[1]), (0, 0))
        beside = {name for r in results if start <= r.evidence.start < end and r.baselines != result.baselines
                  for name in r.baselines}
        names = self._list_with(doc, result.baselines[0], start, end)
        return result if beside.intersection(names) else replace(
            result, baselines=tuple(name for name in names if name != result.subject) or result.baselines)

    def _list_with(self, doc: Doc, name: str, start: int, end: int) -> tuple[str, ...]:
        """Return the names of the list of a sentence that holds ``name``, in order; that name alone where none does."""
        places = sorted({(m.start, m.end, e.name) for e in doc._.kg_entities for m in e.mentions
                         if start <= m.start and m.end <= end and e.cls in COMPARED})
        run: list[str] = []
        ended = False
        for n, (first, _, here) in enumerate(places):
            between = _words_of(doc.text[places[n - 1][1] : first]) if n else []
            joined, last = self._joins(between), any(w.text.lower() in self._words.conjunctions for w in between)
            if not joined or (ended and not last):
                if name in run:
                    break
                run, ended = [], False
            run, ended = [*run, here], last
        return tuple(dict.fromkeys(run)) if name in run and len(run) > 1 and ended else (name,)

    def _joins(self, between: Sequence[_Word]) -> bool:
        """Tell whether the words between two names make them items of one list."""
        return bool(between) and all(w.text.lower() in self._words.joints and w.text not in "()" for w in between)


def _words_of(text: str) -> list[_Word]:
    return [_Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
