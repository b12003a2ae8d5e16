"""An abstract as the finder of results sees it: sentences of symbols, with numbers and names as single ones."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from spacy.tokens import Doc

from kg.extract.units import PERCENT, POINTS, RATIO
from kg.model import PAPER, Entity, Quantity, Relation
from kg.ontology import Ontology

_TOKEN = re.compile(r"[^\W\d_][\w'’-]*|\d[\w.,]*|\S")
_LIST = frozenset({",", "and", "or", "/", "&"})
_SEPARATORS = 2
_CLASSES = {"result increase": "UP", "result decrease": "DOWN", "result more": "MORE", "result less": "LESS",
            "result speed": "SPEED", "result achieve": "ACHIEVE", "result beat": "BEAT", "result setup": "SETUP",
            "result own": "OWN", "result prior": "PRIOR"}
METRIC = "Metric"
COMPARED = frozenset({"System", "Model", "Method", "Hardware"})
"""Classes of what has results and is compared with others."""


@dataclass(frozen=True)
class ResultWords:
    """The word lists of results.

    ``classes`` gives the classes of a word; a metric with a word of ``low`` is better when it is lower, and
    ``directions`` says it of the listed ones by IRI; ``heads`` are the last words of listed metrics; ``speedup`` is
    the name of plain speed-up.
    """

    classes: Mapping[str, tuple[str, ...]]
    baselines: frozenset[str]
    conditions: frozenset[str]
    strong: frozenset[str]
    joints: frozenset[str]
    paired: frozenset[str]
    bounds: Mapping[str, str]
    speedup: frozenset[str]
    phrase_ends: frozenset[str]
    low: frozenset[str]
    directions: Mapping[str, str]
    stops: frozenset[str]
    heads: frozenset[str]
    vague: frozenset[str]
    faint: frozenset[str]
    comparisons: frozenset[str]
    qualifiers: frozenset[str]
    auxiliaries: frozenset[str]
    determiners: frozenset[str]

    @classmethod
    def from_ontology(cls, ontology: Ontology) -> ResultWords:
        """Read the word lists of ``ontology``.

        Raises:
            OntologyError: a word list is missing.
        """
        words = ontology.words
        classes: dict[str, list[str]] = {}
        for name, short in _CLASSES.items():
            for word in words(name):
                classes.setdefault(word, []).append(short)
        metrics = [label for c in ontology.concepts if c.cls == METRIC for label in c.labels]
        return cls(
            classes={w: tuple(sorted(c)) for w, c in classes.items()}, baselines=words("result baseline"),
            conditions=words("result condition"), strong=words("result strong break"), joints=words("result joint"),
            paired=words("result paired"),
            bounds={w: b for b in ("min", "max", "mean") for w in words(f"bound {b}") if w.isalpha()},
            speedup=words("result speedup"), phrase_ends=words("result phrase end"), low=words("result good when low"),
            directions={c.iri: c.direction for c in ontology.concepts if c.direction},
            stops=words("function-word") | words("result break") | words("result condition")
            | words("result phrase end"),
            heads=frozenset(label.lower().split()[-1] for label in metrics if label.strip()),
            vague=words("result vague"), faint=words("result faint marker"),
            comparisons=words("result comparison"), qualifiers=words("result qualifier"),
            auxiliaries=words("auxiliary"), determiners=words("result determiner"))


@dataclass(frozen=True, slots=True)
class Item:
    """A word, mark, number or name of a sentence.

    ``kind`` is ``w``, ``p``, ``q`` or ``e``; ``ref`` is the index of the quantity or entity, -1 for the others.
    ``symbol`` is what features show.
    """

    kind: str
    symbol: str
    start: int
    end: int
    ref: int = -1


@dataclass(frozen=True)
class Sentence:
    """Items of one sentence; ``index`` is its place in the text."""

    index: int
    start: int
    end: int
    items: tuple[Item, ...]

    @cached_property
    def lowered(self) -> tuple[str, ...]:
        """Return the symbols, words in lower case."""
        return tuple(i.symbol for i in self.items)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Return the places of numbers."""
        return tuple(n for n, i in enumerate(self.items) if i.kind == "q")

    def names(self, classes: Iterable[str] = ()) -> tuple[int, ...]:
        """Return the places of names, of all classes where none is given."""
        wanted = {f"<{c}>" for c in classes}
        return tuple(n for n, i in enumerate(self.items) if i.kind == "e" and (not wanted or i.symbol in wanted))


@dataclass(frozen=True)
class Scene:
    """All that results are found from.

    ``owned`` are the indices of the entities that the paper introduces, main one first. ``unit_metrics`` gives, for a
    quantity, the metric whose mention lies in its unit; ``roles`` gives, for an entity, the relations that it is the
    object of (of the paper or of what the paper introduces); ``sure`` is the probability that it is introduced.
    """

    text: str
    sentences: tuple[Sentence, ...]
    entities: tuple[Entity, ...]
    owned: tuple[int, ...]
    quantities: tuple[Quantity, ...]
    words: ResultWords
    unit_metrics: Mapping[int, int] = field(default_factory=dict)
    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)
    sure: Mapping[int, float] = field(default_factory=dict)

    @cached_property
    def titled(self) -> bool:
        """Return whether the first sentence is a title: a blank line follows it."""
        if not self.sentences:
            return False
        return self.text[self.sentences[0].start :].startswith("\n\n", self._first_end - self.sentences[0].start)

    @property
    def _first_end(self) -> int:
        items = [i for i in self.sentences[0].items if i.symbol.strip()]
        return items[-1].end if items else self.sentences[0].end

    @cached_property
    def places(self) -> dict[int, list[tuple[int, int]]]:
        """Return the (sentence, item) pairs of each entity, in text order."""
        found: dict[int, list[tuple[int, int]]] = {}
        for sentence in self.sentences:
            for n in sentence.names():
                found.setdefault(sentence.items[n].ref, []).append((sentence.index, n))
        return found

    @cached_property
    def by_name(self) -> dict[str, int]:
        """Return the index of each entity by its name."""
        return {e.name: i for i, e in enumerate(self.entities)}

    def is_low(self, metric: str, concept: str | None = None) -> bool:
        """Whether a metric is better when it is lower."""
        known = self.words.directions.get(concept or "")
        if known:
            return known == "lower"
        return any(w in self.words.low for w in metric.lower().replace("-", " ").split())


def unit_class(quantity: Quantity) -> str:
    """Return the kind of unit a quantity has: ``%``, ``x``, ``points``, ``unit``, ``none``."""
    if quantity.unit in (PERCENT, RATIO, POINTS):
        return quantity.unit
    return "unit" if quantity.unit else "none"


def scene_of(doc: Doc, words: ResultWords) -> Scene:
    """Return the scene of a document with sentences, entities, introductions and quantities set."""
    spans = [(s.start_char, s.end_char) for s in doc.sents]
    return build(doc.text, spans, doc._.kg_entities, doc._.kg_introduces, doc._.kg_quantities, words,
                 doc._.kg_relations)


def build(text: str, spans: Sequence[tuple[int, int]], entities: Sequence[Entity], introduces: Sequence[Relation],
          quantities: Sequence[Quantity], words: ResultWords, relations: Iterable[Relation] = ()) -> Scene:
    """Lay out a text. A number inside a name is no number; a metric inside a number's unit is remembered with it.

    A name behind the digits of a quantity is part of its unit (*one A100 GPU-hour*).
    """
    mentions = sorted(((m.start, m.end, i) for i, e in enumerate(entities) for m in e.mentions),
                      key=lambda m: (m[0] - m[1], m))
    units = [(q.start + 1, q.end) for q in quantities if not q.raw[:1].isalpha()]
    kept: list[tuple[int, int, str, int]] = []
    taken = _Taken()
    inside: dict[int, int] = {}
    for start, end, i in mentions:
        if entities[i].cls != METRIC and taken.free(start, end) and not _within(units, start, end):
            taken.add(start, end)
            kept.append((start, end, "e", i))
    usable: list[Quantity] = []
    for quantity in quantities:
        if taken.free(quantity.start, quantity.end):
            taken.add(quantity.start, quantity.end)
            kept.append((quantity.start, quantity.end, "q", len(usable)))
            usable.append(_with_points(quantity))
    starts = [q.start for q in usable]
    for start, end, i in mentions:
        if entities[i].cls == METRIC:
            if taken.free(start, end):
                taken.add(start, end)
                kept.append((start, end, "e", i))
            elif (n := bisect_right(starts, start) - 1) >= 0 and usable[n].end > start:
                inside.setdefault(n, i)
    names = {r.object: r.evidence.confidence for r in introduces}
    order = {r.object: n for n, r in enumerate(introduces)}
    owned = tuple(sorted((i for i, e in enumerate(entities) if e.name in names), key=lambda i: order[entities[i].name]))
    kept.sort()
    symbols = {i: "<I>" if i in owned and e.cls != METRIC else f"<{e.cls}>" for i, e in enumerate(entities)}
    sentences = tuple(_sentence(n, text, span, kept, symbols, usable) for n, span in enumerate(spans))
    return Scene(text, sentences, tuple(entities), owned, tuple(usable), words, inside,
                 _roles(entities, names, relations), {i: names[entities[i].name] for i in owned})


def _roles(entities: Sequence[Entity], own: Container[str], relations: Iterable[Relation]) -> dict[int, frozenset[str]]:
    """Return the relations of the paper, or of what it introduces, by the entity that is their object."""
    found: dict[str, set[str]] = {}
    for relation in relations:
        if relation.subject == PAPER or relation.subject in own:
            found.setdefault(relation.object, set()).add(relation.predicate)
    return {i: frozenset(found[e.name]) for i, e in enumerate(entities) if e.name in found}


def _within(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the spans, sorted, holds another span."""
    at = bisect_right(spans, (start, end)) - 1
    return at >= 0 and spans[at][0] <= start and end <= spans[at][1]


class _Taken:
    """Spans that are taken, for few spans."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []

    def add(self, start: int, end: int) -> None:
        self._spans.insert(bisect_right(self._spans, (start, end)), (start, end))

    def free(self, start: int, end: int) -> bool:
        at = bisect_right(self._spans, (start, end))
        before_free = at == 0 or self._spans[at - 1][1] <= start
        return before_free and (at == len(self._spans) or self._spans[at][0] >= end)


def _with_points(quantity: Quantity) -> Quantity:
    """Give a signed number without unit (+0.26) the unit of a difference."""
    return replace(quantity, unit=POINTS) if not quantity.unit and quantity.raw.startswith("+") else quantity


def _sentence(index: int, text: str, span: tuple[int, int], kept: Sequence[tuple[int, int, str, int]],
              symbols: Mapping[int, str], quantities: Sequence[Quantity]) -> Sentence:
    items: list[Item] = []
    at = span[0]
    first = bisect_right(kept, (span[0], -1, "", -1))
    for start, end, kind, ref in kept[first:]:
        if start >= span[1]:
            break
        items += _words(text, at, start)
        items.append(Item(kind, symbols[ref] if kind == "e" else f"Q{unit_class(quantities[ref])}", start, end, ref))
        at = end
    items += _words(text, at, span[1])
    return Sentence(index, span[0], span[1], tuple(items))


def _words(text: str, start: int, end: int) -> Iterable[Item]:
    for match in _TOKEN.finditer(text, start, max(start, end)):
        shown = match.group()
        kind = "w" if shown[0].isalnum() else "p"
        yield Item(kind, shown.lower(), match.start(), match.end())


def runs(sentence: Sentence, places: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return, for each of the places, its rank in its list (``a, b and c``) and the length of that list.

    Members of a list may carry words between them only where those are separators.
    """
    found: dict[int, tuple[int, int]] = {}
    group: list[int] = []
    for place in places:
        if group and not _separated(sentence, group[-1], place):
            found.update({p: (n, len(group)) for n, p in enumerate(group)})
            group = []
        group.append(place)
    found.update({p: (n, len(group)) for n, p in enumerate(group)})
    return found


def _separated(sentence: Sentence, left: int, right: int) -> bool:
    between = sentence.lowered[left + 1 : right]
    return 0 < len(between) <= _SEPARATORS and all(w in _LIST for w in between)
