"""How firmly a sentence says something: affirmed or negated, asserted or hedged.

A denial (*does not*, *fails to*) or supposition (*may*, *we expect*) holds for what its clause goes on to say, up to a
break; a denial of a thing (*without*, *instead of*) for what is named next. Nothing here takes part in deciding what is
stated: it runs on what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from kg.extract.result_scene import METRIC
from kg.model import Entity, Evidence, Modality, Polarity, Relation, Result
from kg.ontology import Ontology

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\w.,]*|\S")
_VERBS = ("result increase", "result decrease", "result achieve", "result beat")
_FINITE = ("s", "ed")
_LONGEST = 5
_NEAR = 5
"""Words that may stand between a denial of a thing and the thing."""


@dataclass(frozen=True)
class ModalityWords:
    """The cues, the words that can begin one, and what ends their scope, in lower case."""

    denials: frozenset[str]
    thing_denials: frozenset[str]
    no_denials: frozenset[str]
    suppositions: frozenset[str]
    no_suppositions: frozenset[str]
    ends: frozenset[str]
    joints: frozenset[str]
    verbs: frozenset[str]
    firsts: frozenset[str]

    @classmethod
    def from_ontology(cls, ontology: Ontology) -> ModalityWords:
        """Read the word lists of ``ontology``; a bound that holds a word of denial (``no more than``) denies nothing.

        Raises:
            OntologyError: a word list is missing.
        """
        words = ontology.words
        denials, things = words("denial"), words("denial of a thing")
        bounds = {phrase for name, found in ontology.word_lists.items() if name.startswith("bound ") for phrase in found
                  if not (denials | things).isdisjoint(phrase.split())}
        lists = (denials, things, words("no denial") | bounds, words("supposition"), words("no supposition"))
        firsts = frozenset(phrase.split()[0] for found in lists for phrase in found)
        return cls(*lists, words("scope end"), words("scope joint"), frozenset().union(*map(words, _VERBS)), firsts)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark in lower case, with its offset; ``name`` is set for what a name covers."""

    text: str
    start: int
    name: bool = False


def tokens(text: str, start: int, end: int, entities: Sequence[Entity]) -> list[Token]:
    """Return the tokens of ``text[start:end]``; a word in capitals inside a sentence (May) is no cue and has a mark."""
    spans = sorted((m.start, m.end) for entity in entities for m in entity.mentions if start <= m.start < end)
    found: list[Token] = []
    at = 0
    for match in _TOKEN.finditer(text, start, end):
        while at < len(spans) and spans[at][1] <= match.start():
            at += 1
        named = at < len(spans) and spans[at][0] <= match.start()
        proper = bool(found) and match[0][:1].isupper() and match[0][1:].islower()
        shown = match[0].replace("’", "'")
        found.append(Token(shown if proper else shown.lower(), match.start(), named))
    return found


@dataclass(frozen=True, slots=True)
class Marked:
    """The tokens of a sentence, and the place behind each denial, denial of a thing and supposition."""

    tokens: Sequence[Token]
    denials: tuple[int, ...]
    thing_denials: tuple[int, ...]
    suppositions: tuple[int, ...]


def marked(sentence: Sequence[Token], words: ModalityWords) -> Marked:
    """Find the cues of a sentence; what a name or a neutral phrase (*not only*) covers is none."""
    lists = ((words.denials, words.no_denials), (words.thing_denials, words.no_denials),
             (words.suppositions, words.no_suppositions))
    return Marked(sentence, *(tuple(_cues(sentence, cues, neutral, words.firsts)) for cues, neutral in lists))


def stance(sentence: Marked, anchor: int, words: ModalityWords, *, circumstance: bool = False,
           measured: bool = False) -> tuple[Polarity, Modality]:
    """Return how the sentence says what stands at the token ``anchor``.

    A ``circumstance`` (the dataset, the hardware) holds although the outcome is denied: *fails to improve X on Y* does
    not deny that it ran on Y. What is ``measured`` holds although there is none of it: *without loss of X* measures X.
    """
    shown = sentence.tokens
    denied = [end for end in sentence.denials
              if not circumstance or not any(t.text in words.verbs for t in shown[end:anchor])]
    if not measured:
        denied += [end for end in sentence.thing_denials if anchor - end < _NEAR]
    negated, hedged = (any(_holds(shown, end, anchor, words) for end in ends)
                       for ends in (denied, sentence.suppositions))
    return "negated" if negated else "affirmed", "hedged" if hedged else "asserted"


def _cues(sentence: Sequence[Token], cues: frozenset[str], neutral: frozenset[str],
          firsts: frozenset[str]) -> Iterator[int]:
    """Yield the place behind each cue; only a word of ``firsts`` can begin one."""
    at = 0
    while at < len(sentence):
        if sentence[at].text not in firsts or sentence[at].name:
            at += 1
            continue
        idle = _phrase(sentence, at, neutral)
        size = 0 if idle else _phrase(sentence, at, cues)
        if size:
            yield at + size
        at += idle or size or 1


def _phrase(sentence: Sequence[Token], at: int, phrases: frozenset[str]) -> int:
    """Return how many tokens from ``at`` on are the longest of the phrases, 0 for none."""
    for size in range(min(_LONGEST, len(sentence) - at), 0, -1):
        part = sentence[at : at + size]
        if not any(token.name for token in part) and " ".join(token.text for token in part) in phrases:
            return size
    return 0


def _holds(sentence: Sequence[Token], start: int, anchor: int, words: ModalityWords) -> bool:
    """Tell whether the scope that begins at ``start`` reaches ``anchor``."""
    at = start
    if at < len(sentence) and sentence[at].text == ",":
        at = next((n + 1 for n in range(at + 1, len(sentence)) if sentence[n].text == ","), at)
    return at <= anchor and not any(_breaks(sentence, n, words) for n in range(at, anchor))


def _breaks(sentence: Sequence[Token], n: int, words: ModalityWords) -> bool:
    text, following = sentence[n].text, sentence[n + 1] if n + 1 < len(sentence) else None
    if sentence[n].name or following is None:
        return False
    if text == ",":
        listed = following.name or following.text in {"and", "or"}
        return not (n > 0 and sentence[n - 1].name and listed)
    own_verb = following.text in words.verbs and following.text.endswith(_FINITE)
    return text in words.ends or (text in words.joints and own_verb)


class ModalityFinder:
    """Pipeline component that sets polarity and modality of ``kg_relations`` and ``kg_results``."""

    def __init__(self, ontology: Ontology) -> None:
        self._words = ModalityWords.from_ontology(ontology)
        leaves, relations = ontology.entity_classes(), ontology.relations()
        self._circumstances = frozenset(p.name for p in relations if p.paper_level and p.range in leaves)
        self._measures = frozenset(p.name for p in relations if p.range == METRIC)

    def __call__(self, doc: Doc) -> Doc:
        """Set how firmly each statement of ``doc`` is said."""
        sentences = _Sentences(doc, self._words)
        text = doc.text
        doc._.kg_relations = tuple(self._relation(r, doc._.kg_entities, sentences) for r in doc._.kg_relations)
        doc._.kg_results = tuple(self._result(r, text, sentences) for r in doc._.kg_results)
        return doc

    def _relation(self, relation: Relation, entities: Sequence[Entity], sentences: _Sentences) -> Relation:
        """Look at the first mention of the object in the span, and at the subject where it stands behind that."""
        evidence = relation.evidence
        first = {name: next((m.start for e in entities if e.name == name for m in e.mentions
                             if evidence.start <= m.start < evidence.end), -1)
                 for name in (relation.object, relation.subject)}
        obj, subject = first[relation.object], first[relation.subject]
        ran, measured = relation.predicate in self._circumstances, relation.predicate in self._measures
        places = [(obj, measured)] if subject <= obj else [(obj, measured), (subject, True)]
        said = [self._at(place, sentences, circumstance=ran, measured=free) for place, free in places if place >= 0]
        return replace(relation, evidence=_said(evidence, said))

    def _result(self, result: Result, text: str, sentences: _Sentences) -> Result:
        evidence = result.evidence
        number = text.find(result.raw, evidence.start, evidence.end)
        return replace(result, evidence=_said(evidence, [self._at(max(number, evidence.start), sentences)]))

    def _at(self, place: int, sentences: _Sentences, *, circumstance: bool = False,
            measured: bool = False) -> tuple[Polarity, Modality]:
        return stance(*sentences.at(place), self._words, circumstance=circumstance, measured=measured)


def _said(evidence: Evidence, found: Sequence[tuple[Polarity, Modality]]) -> Evidence:
    polarity: Polarity = "negated" if any(p == "negated" for p, _ in found) else "affirmed"
    modality: Modality = "hedged" if any(m == "hedged" for _, m in found) else "asserted"
    return replace(evidence, polarity=polarity, modality=modality)


class _Sentences:
    """The sentences of a document with their cues, each made once."""

    def __init__(self, doc: Doc, words: ModalityWords) -> None:
        self._text = doc.text
        self._entities: Sequence[Entity] = doc._.kg_entities
        self._words = words
        self._spans = [(span.start_char, span.end_char) for span in doc.sents]
        self._made: dict[int, Marked] = {}

    def at(self, offset: int) -> tuple[Marked, int]:
        """Return the tokens of the sentence of an offset, and the token that stands there."""
        number = max(n for n, (start, _) in enumerate(self._spans) if n == 0 or start <= offset)
        if number not in self._made:
            found = tokens(self._text, *self._spans[number], self._entities)
            self._made[number] = marked(found, self._words)
        made = self._made[number]
        return made, max((n for n, token in enumerate(made.tokens) if token.start <= offset), default=0)
