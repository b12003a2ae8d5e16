"""A number in its sentence, and the words around it as decisions about it see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kg.extract.result_scene import Scene, Sentence, runs, unit_class
from kg.model import Quantity

_NEAR = 3
_WINDOW = 8
_PARENTHESES = 24
_BUCKETS = (0, 1, 2, 3, 5, 8, 13, 21, 34)


@dataclass(frozen=True, slots=True)
class Parts:
    """What was decided about a number; names are those of the scene's entities. ``baseline`` is empty for none."""

    metric: str
    subject: str
    change: str
    bound: str
    baseline: str
    conditions: frozenset[str]


@dataclass(frozen=True)
class Site:
    """A number in its sentence: ``place`` is its item, ``number`` its index in the scene.

    ``past`` holds the outcomes before it in the text, with what was decided about them.
    """

    scene: Scene
    sentence: Sentence
    place: int
    number: int
    past: Sequence[tuple[Site, Parts]] = field(default=(), repr=False, compare=False)

    @cached_property
    def last(self) -> tuple[Site, Parts] | None:
        """Return the outcome before this one in the same sentence."""
        return self.past[-1] if self.past and self.past[-1][0].sentence.index == self.sentence.index else None

    @cached_property
    def link(self) -> str:
        """Return how the number follows the outcome before it: in its list, in parentheses behind it, near or far."""
        if self.last is None:
            return "beyond" if self.past else "first"
        other = self.last[0].place
        inner = self.sentence.lowered[other + 1 : self.place]
        same = "same" if self.last[0].unit == self.unit else "other"
        if self.rank[0]:
            return f"list {same}"
        if len(inner) <= 4 and "(" in inner and ")" not in inner:
            return f"inside {same}"
        strong = any(w in self.scene.words.strong for w in inner)
        return f"{'broken' if strong else 'near' if len(inner) <= _WINDOW else 'far'} {same}"

    @cached_property
    def quantity(self) -> Quantity:
        """Return the quantity itself."""
        return self.scene.quantities[self.number]

    @cached_property
    def unit(self) -> str:
        """Return the kind of its unit."""
        return unit_class(self.quantity)

    @cached_property
    def depth(self) -> tuple[int, int]:
        """Return the number of its sentence and of all sentences, counted with a title whether there is one or not."""
        missing = 0 if self.scene.titled else 1
        return self.sentence.index + missing, len(self.scene.sentences) + missing

    @cached_property
    def rank(self) -> tuple[int, int]:
        """Return its rank in its list of numbers, and the length of the list."""
        return runs(self.sentence, self.sentence.numbers)[self.place]

    @cached_property
    def lead(self) -> int:
        """Return the place where the words of its bound begin, its own place where there are none."""
        start, n = self.quantity.bound_start, self.place
        while n > 0 and self.sentence.items[n - 1].start >= start:
            n -= 1
        return n

    @cached_property
    def clause(self) -> tuple[int, int]:
        """Return the first and the last place (exclusive) of its clause: what lies between strong breaks."""
        items, strong = self.sentence.lowered, self.scene.words.strong
        first = next((n + 1 for n in range(self.place, -1, -1) if items[n] in strong), 0)
        last = next((n for n in range(self.place, len(items)) if items[n] in strong), len(items))
        return first, last


def sites(scene: Scene) -> list[Site]:
    """Return the numbers of a scene with their sentences, in text order."""
    return [Site(scene, s, n, s.items[n].ref) for s in scene.sentences for n in s.numbers]


def bucket(distance: int) -> str:
    """Return a distance as one of few steps."""
    return str(sum(distance > b for b in _BUCKETS))


def symbol(sentence: Sentence, n: int) -> str:
    """Return the symbol at a place, a mark beyond either end."""
    return sentence.lowered[n] if 0 <= n < len(sentence.items) else "^" if n < 0 else "$"


def kind(scene: Scene, sentence: Sentence, n: int) -> str:
    """Return the first class of the word at a place, else its symbol."""
    shown = symbol(sentence, n)
    classes = scene.words.classes.get(shown)
    return classes[0] if classes else shown


def between(scene: Scene, sentence: Sentence, left: int, right: int) -> list[str]:
    """Return the kinds between two places, both exclusive, in text order."""
    low, high = sorted((left, right))
    return [kind(scene, sentence, n) for n in range(low + 1, high)]


def around(site: Site, size: int = _NEAR) -> Iterator[str]:
    """Yield words and classes next to the number, alone, in pairs, and with its unit."""
    scene, sentence, at = site.scene, site.sentence, site.place
    for k in range(1, size + 1):
        for side, n in (("L", at - k), ("R", at + k)):
            yield f"{side}{k}={symbol(sentence, n)}"
            yield f"{side}{k}~{kind(scene, sentence, n)}"
    left, right = kind(scene, sentence, at - 1), kind(scene, sentence, at + 1)
    for k in (1, 2):
        yield f"B{k}~{kind(scene, sentence, site.lead - k)}"
    yield f"BB={kind(scene, sentence, site.lead - 2)} {kind(scene, sentence, site.lead - 1)}"
    yield f"BR={kind(scene, sentence, site.lead - 1)} {right}"
    yield f"uB={site.unit} {kind(scene, sentence, site.lead - 1)}"
    yield f"LL={kind(scene, sentence, at - 2)} {left}"
    yield f"RR={right} {kind(scene, sentence, at + 2)}"
    yield f"RRR={right} {kind(scene, sentence, at + 2)} {kind(scene, sentence, at + 3)}"
    yield f"LR={left} {right}"
    yield f"uR={site.unit} {right}"
    yield f"uL={site.unit} {left}"


def classes_within(site: Site, first: int, last: int, name: str) -> Iterator[str]:
    """Yield each class of word that occurs between two places, with the side of the number."""
    seen: set[str] = set()
    for n in range(max(0, first), min(last, len(site.sentence.items))):
        if n == site.place:
            continue
        side = "<" if n < site.place else ">"
        for found in site.scene.words.classes.get(site.sentence.lowered[n], ()):
            seen.add(f"{name}{side}{found}")
    yield from sorted(seen)


def nearest(sentence: Sentence, at: int, cls: str, step: int) -> int:
    """Return the number of items to the nearest name of a class on one side; -1 where there is none."""
    n = at + step
    while 0 <= n < len(sentence.items):
        if sentence.items[n].symbol == f"<{cls}>":
            return abs(n - at) - 1
        n += step
    return -1


def within_parentheses(site: Site) -> bool:
    """Whether the number stands in parentheses."""
    depth = 0
    for n in range(site.place - 1, max(-1, site.place - 1 - _PARENTHESES), -1):
        shown = site.sentence.lowered[n]
        depth += (shown == ")") - (shown == "(")
        if depth < 0:
            return True
    return False
