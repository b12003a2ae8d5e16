"""What the decisions about a number look at: the words around it, their classes, and the sentence they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extract.result_scene import METRIC, Item, Scene, Sentence, runs, unit_class
from kg.model import Quantity

_NEAR = 3
_WINDOW = 8
_BUCKETS = (0, 1, 2, 3, 5, 8, 13, 21, 34)


@dataclass(frozen=True)
class Site:
    """A number in its sentence: ``place`` is its item, ``number`` its index in the scene."""

    scene: Scene
    sentence: Sentence
    place: int
    number: int

    @cached_property
    def quantity(self) -> Quantity:
        """Return the quantity itself."""
        return self.scene.quantities[self.number]

    @cached_property
    def unit(self) -> str:
        """Return the kind of its unit."""
        return unit_class(self.quantity)

    @cached_property
    def rank(self) -> tuple[int, int]:
        """Return its rank in its list of numbers, and the length of the list."""
        return runs(self.sentence, self.sentence.numbers)[self.place]

    @cached_property
    def clause(self) -> tuple[int, int]:
        """Return the first and the last place (exclusive) of its clause: what lies between strong breaks."""
        items, strong = self.sentence.lowered, {";", ":", "while", "whereas", "but"}
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


def outcome(site: Site) -> list[str]:
    """Return the features of whether a number is an outcome."""
    quantity, sentence = site.quantity, site.sentence
    values = [abs(quantity.low), abs(quantity.high)]
    size = next((n for n, limit in enumerate((1.0, 2.0, 10.0, 100.0, 1000.0, 10000.0)) if max(values) <= limit), 6)
    whole = all(v == int(v) for v in values)
    features = ["bias", f"u={site.unit}", f"u={site.unit} whole={whole}", f"u={site.unit} size={size}", f"size={size} whole={whole}",
                f"unit={quantity.unit.lower()}", f"bound={quantity.bound}", f"form={quantity.form}", f"u={site.unit} bound={quantity.bound}",
                f"sentence={min(site.sentence.index, 1)}", f"late={_third(site)}", f"spelled={not any(c.isdigit() for c in quantity.raw)}"]
    features += around(site)
    features += classes_within(site, site.place - _WINDOW, site.place + _WINDOW, "near")
    features += classes_within(site, 0, len(sentence.items), "all")
    for side, step in (("L", -1), ("R", 1)):
        distance = nearest(sentence, site.place, METRIC, step)
        features += [f"metric{side}={bucket(distance) if distance >= 0 else 'no'}"]
        if 0 <= distance <= _WINDOW:
            features.append(f"u={site.unit} metric{side}")
    others = [site.scene.quantities[sentence.items[n].ref] for n in sentence.numbers if n != site.place]
    features += sorted({f"other={unit_class(q)}" for q in others}) or ["other=none"]
    features.append(f"inside={_inside(site)}")
    if site.number in site.scene.unit_metrics:
        features.append("unit is metric")
    return features


def _third(site: Site) -> int:
    return min(3, 4 * site.sentence.index // max(1, len(site.scene.sentences)))


def _inside(site: Site) -> bool:
    """Whether the number stands in parentheses."""
    depth = 0
    for n in range(site.place - 1, max(-1, site.place - 25), -1):
        shown = site.sentence.lowered[n]
        depth += (shown == ")") - (shown == "(")
        if depth < 0:
            return True
    return False


def direction(site: Site, metric: str, *, low: bool) -> list[str]:
    """Return the features of the change: how the metric, better when lower or not, is said to move."""
    quantity, sentence = site.quantity, site.sentence
    words = metric.lower().replace("-", " ").split()
    last = words[-1] if words else ""
    features = ["bias", f"u={site.unit}", f"low={low}", f"u={site.unit} low={low}", f"m={last}", f"m={last} u={site.unit}", f"M={metric.lower()}",
                f"form={quantity.form}", f"form={quantity.form} falls={quantity.low > quantity.high}", f"bound={quantity.bound}",
                f"signed={quantity.raw[:1] in '+-'}", f"spelled={quantity.raw.lower() if quantity.raw[:1].isalpha() else ''}", f"inside={_inside(site)}"]
    features += around(site)
    first, last_place = site.clause
    lefts, rights = _moves(site, first, last_place)
    features += [f"left={lefts}", f"right={rights}", f"moves={lefts} {rights}", f"left={lefts} low={low}", f"right={rights} low={low}",
                 f"moves={lefts} {rights} low={low} u={site.unit}", f"moves={lefts} {rights} u={site.unit}"]
    features += classes_within(site, site.place - 5, site.place + 5, "near")
    return features


def _moves(site: Site, first: int, last: int) -> tuple[str, str]:
    """Return the nearest class of change on the left and on the right, before another number is met."""
    def scan(places: Sequence[int]) -> str:
        for steps, n in enumerate(places):
            item: Item = site.sentence.items[n]
            if item.kind == "q" and steps and not _same_list(site, n):
                return "number"
            found = site.scene.words.classes.get(item.symbol, ())
            for cls in ("UP", "DOWN", "MORE", "LESS", "SPEED", "BEAT", "ACHIEVE"):
                if cls in found:
                    return cls
        return "none"

    return scan(range(site.place - 1, first - 1, -1)), scan(range(site.place + 1, min(last, site.place + _WINDOW)))


def _same_list(site: Site, n: int) -> bool:
    low, high = sorted((n, site.place))
    return all(i.kind in "qp" or i.symbol in ("and", "or") for i in site.sentence.items[low:high])


def limit(site: Site) -> list[str]:
    """Return the features of the bound: what the number's own words say, and those before its list or its metric."""
    sentence, scene = site.sentence, site.scene
    rank, length = site.rank
    features = ["bias", f"own={site.quantity.bound}", f"own={site.quantity.bound} form={site.quantity.form}", f"own={site.quantity.bound} u={site.unit}"]
    numbers = [n for n in sentence.numbers if n < site.place]
    if numbers:
        previous = scene.quantities[sentence.items[numbers[-1]].ref]
        joined = "list" if rank else "near" if site.place - numbers[-1] <= _WINDOW else "far"
        same = unit_class(previous) == site.unit
        features += [f"own={site.quantity.bound} prev={previous.bound} {joined} {same}"]
        if rank:
            head = scene.quantities[sentence.items[numbers[-rank] if rank <= len(numbers) else numbers[0]].ref]
            features.append(f"own={site.quantity.bound} head={head.bound} list")
    for side, places in (("L", range(site.place - 1, site.place - 8, -1)), ("R", range(site.place + 1, site.place + 6))):
        seen = set()
        for n in places:
            if symbol(sentence, n).startswith("Q"):
                break
            seen.add(f"own={site.quantity.bound} {side}:{symbol(sentence, n)}")
        features += sorted(seen)
    features.append(f"length={min(length, 4)} own={site.quantity.bound}")
    return features
