"""A document as the finder of relations sees it: sentences of words and mentions, and what each sentence is about.

In a sentence each mention of an entity is one item, so that the words around it can be read whatever its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from spacy.tokens import Doc

from kg.extract.document import SURE
from kg.model import PAPER, Entity

Zone = Literal["title", "background", "introducing", "after"]

_NUMBER = re.compile(r"^[~+\-]?\d[\d.,]*(?:[-–]\d[\d.,]*)?(x|×|%)?$", re.IGNORECASE)
_SEPARATORS = frozenset({",", "and", "or", "/", "&", ";", "(", "plus"})
_APART = frozenset(
    {".", ":", "for", "with", "than", "to", "by", "of", "in", "is", "that", "which", "from", "while", "over"}
)
"""Between two mentions: they are no members of one list."""
_STRETCH = 3
"""Words of a name's own description that may stand between two members of a list."""


@dataclass(frozen=True, slots=True)
class Item:
    """A word (``entity`` is -1) or a mention of the entity of that index; offsets into the text."""

    text: str
    start: int
    end: int
    entity: int = -1


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its items in order and its place in the abstract (``index`` 0 is the title where there is one).

    ``words`` has the text of each item: a lower-cased word, or the mask of a mention.
    """

    index: int
    start: int
    end: int
    items: tuple[Item, ...]
    zone: Zone
    words: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(item.text for item in self.items))

    def places(self, entity: int) -> Iterator[int]:
        """Yield the positions of the items that are the entity."""
        yield from (at for at, item in enumerate(self.items) if item.entity == entity)


@dataclass(frozen=True, slots=True)
class Scene:
    """A document: its entities, which of them are surely new, the main new one (-1: none), and its sentences."""

    entities: tuple[Entity, ...]
    new: tuple[int, ...]
    main: int
    sentences: tuple[Sentence, ...]

    @property
    def subject(self) -> str:
        """The name that stands for the authors' work: the main new artefact, else ``PAPER``."""
        return self.entities[self.main].name if self.main >= 0 else PAPER


def scene_of(doc: Doc, own: frozenset[str]) -> Scene:
    """Return the scene of a document with entities and sentences.

    Args:
        doc: a document whose ``kg_entities``, ``kg_introduces`` and sentences are set.
        own: words that say that a sentence speaks of the authors' work.
    """
    entities: tuple[Entity, ...] = doc._.kg_entities
    order = {entity.name: index for index, entity in enumerate(entities)}
    new = tuple(order[r.object] for r in doc._.kg_introduces if r.object in order and r.evidence.confidence >= SURE)
    main = new[0] if new else -1
    title_end = max(doc.text.find("\n\n"), 0)
    rows = [items for span in doc.sents if (items := _items(doc, span.start, span.end, entities, new))]
    bodies = [items for items in rows if items[0].start >= title_end]
    first = next((items[0].start for items in bodies if _is_own(items, main, own)), len(doc.text))
    return Scene(
        entities,
        new,
        main,
        tuple(
            Sentence(index, items[0].start, items[-1].end, tuple(items), _zone(items[0].start, title_end, first))
            for index, items in enumerate(rows)
        ),
    )


def _zone(start: int, title_end: int, first: int) -> Zone:
    if start < title_end:
        return "title"
    if start < first:
        return "background"
    return "introducing" if start == first else "after"


def _is_own(items: Sequence[Item], main: int, own: frozenset[str]) -> bool:
    return any(item.entity == main >= 0 or item.text in own for item in items)


def _items(doc: Doc, start: int, end: int, entities: Sequence[Entity], new: Sequence[int]) -> list[Item]:
    """Return the items of a span of tokens; a token that a mention covers in part belongs to the mention."""
    first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
    mentions = _disjoint(
        sorted(
            (m.start, -m.end, index) for index, e in enumerate(entities) for m in e.mentions if first <= m.start < last
        )
    )
    items: list[Item] = []
    at = 0
    for token in doc[start:end]:
        while at < len(mentions) and mentions[at][0] < token.idx + len(token):
            begin, finish, index = mentions[at]
            items.append(Item(_mask(index, entities, new), begin, finish, index))
            at += 1
        covered = items and items[-1].entity >= 0 and token.idx < items[-1].end
        if not covered and not token.is_space:
            items.append(Item(_word(token.lower_), token.idx, token.idx + len(token)))
    return items


def _disjoint(spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    kept: list[tuple[int, int, int]] = []
    for start, minus_end, index in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, -minus_end, index))
    return kept


def _mask(index: int, entities: Sequence[Entity], new: Sequence[int]) -> str:
    if index in new:
        return "<own>" if index == new[0] else "<new>"
    return f"<{entities[index].cls}>"


def _word(word: str) -> str:
    match = _NUMBER.match(word)
    if match:
        return "0" + (match[1] or "").replace("×", "x")
    return word


def list_bounds(sentence: Sentence, at: int, entities: Sequence[Entity]) -> tuple[int, int]:
    """Return the first and the last position of the enumeration that the mention at ``at`` stands in.

    Members are mentions of one class, joined by commas and conjunctions, with at most a few words between.
    A mention that stands alone gives ``(at, at)``.
    """
    first = last = at
    while (before := _neighbour(sentence, first, -1, entities)) is not None:
        first = before
    while (after := _neighbour(sentence, last, 1, entities)) is not None:
        last = after
    return first, last


def _neighbour(sentence: Sentence, at: int, step: int, entities: Sequence[Entity]) -> int | None:
    items = sentence.items
    joined = False
    for distance in range(1, _STRETCH + 3):
        place = at + step * distance
        if not 0 <= place < len(items):
            return None
        item = items[place]
        if item.entity >= 0:
            alike = entities[item.entity].cls == entities[items[at].entity].cls
            return place if alike and joined else None
        joined = joined or item.text in _SEPARATORS
        if item.text in _APART:
            return None
    return None
