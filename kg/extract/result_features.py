"""What the decisions about a number itself look at: is it an outcome, which way does it point, is it a bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.extract.result_scene import METRIC, unit_class
from kg.extract.result_sites import Site, around, bucket, classes_within, kind, nearest, symbol, within_parentheses

_SIZES = (1.0, 2.0, 10.0, 100.0, 1000.0, 10000.0)
_MOVES = ("UP", "DOWN", "MORE", "LESS", "SPEED", "BEAT", "ACHIEVE")
_WINDOW = 8
_CLOSE = 5
_LEFT, _RIGHT, _SAID = 7, 5, 14


def outcome(site: Site) -> list[str]:
    """Return the features of whether a number is an outcome."""
    return [*_shape(site), *around(site), *classes_within(site, site.place - _WINDOW, site.place + _WINDOW, "near"),
            *classes_within(site, 0, len(site.sentence.items), "all"), *_metrics_near(site), *_others(site)]


def _shape(site: Site) -> Iterator[str]:
    """Yield what the number is like, and where it stands."""
    quantity, unit = site.quantity, site.unit
    values = (abs(quantity.low), abs(quantity.high))
    size = sum(max(values) > limit for limit in _SIZES)
    whole = all(v.is_integer() for v in values)
    index, length = site.depth
    yield "bias"
    yield f"u={unit}"
    yield f"u={unit} whole={whole}"
    yield f"u={unit} size={size}"
    yield f"size={size} whole={whole}"
    yield f"unit={quantity.unit.lower()}"
    yield f"bound={quantity.bound}"
    yield f"form={quantity.form}"
    yield f"u={unit} bound={quantity.bound}"
    yield f"sentence={min(index, 1)}"
    yield f"late={min(3, 4 * index // max(1, length))}"
    yield f"spelled={not any(c.isdigit() for c in quantity.raw)}"
    yield f"inside={within_parentheses(site)}"


def _metrics_near(site: Site) -> Iterator[str]:
    for side, step in (("L", -1), ("R", 1)):
        distance = nearest(site.sentence, site.place, METRIC, step)
        yield f"metric{side}={bucket(distance) if distance >= 0 else 'no'}"
        if 0 <= distance <= _WINDOW:
            yield f"u={site.unit} metric{side}"
    if site.number in site.scene.unit_metrics:
        yield "unit is metric"


def _others(site: Site) -> Iterator[str]:
    """Yield the kinds of the other numbers of the sentence."""
    items = site.sentence.items
    found = {unit_class(site.scene.quantities[items[n].ref]) for n in site.sentence.numbers if n != site.place}
    yield from (f"other={u}" for u in sorted(found) or ["none"])


def direction(site: Site, metric: str, *, low: bool) -> list[str]:
    """Return the features of the change: how the metric, better when lower or not, is said to move."""
    return [*_of_metric(site, metric, low=low), *around(site),
            *classes_within(site, site.place - _CLOSE, site.place + _CLOSE, "near"), *_of_moves(site, metric, low=low)]


def _of_metric(site: Site, metric: str, *, low: bool) -> Iterator[str]:
    quantity, unit = site.quantity, site.unit
    words = metric.lower().replace("-", " ").split()
    last = words[-1] if words else ""
    yield "bias"
    yield f"u={unit}"
    yield f"low={low}"
    yield f"u={unit} low={low}"
    yield f"m={last}"
    yield f"m={last} u={unit}"
    yield f"M={metric.lower()}"
    yield f"form={quantity.form}"
    yield f"form={quantity.form} falls={quantity.low > quantity.high}"
    yield f"bound={quantity.bound}"
    yield f"signed={quantity.raw[:1] in '+-'}"
    yield f"spelled={quantity.raw.lower() if quantity.raw[:1].isalpha() else ''}"
    yield f"inside={within_parentheses(site)}"


def _of_moves(site: Site, metric: str, *, low: bool) -> Iterator[str]:
    """Yield which words of change stand on both sides, and what the outcome before did."""
    first, last = site.clause
    left = _move(site, range(site.lead - 1, first - 1, -1))
    right = _move(site, range(site.place + 1, min(last, site.place + _WINDOW)))
    far = _first_move(site, first)
    yield f"left={left}"
    yield f"right={right}"
    yield f"moves={left} {right}"
    yield f"left={left} low={low}"
    yield f"right={right} low={low}"
    yield f"moves={left} {right} low={low} u={site.unit}"
    yield f"moves={left} {right} u={site.unit}"
    yield f"far={far}"
    yield f"far={far} u={site.unit} left={left}"
    if site.last is not None:
        before = site.last[1]
        yield f"past={before.change} {site.link}"
        yield f"past={before.change} {site.link} right={right} left={left}"
        yield f"past={before.change} same metric={before.metric == metric}"


def _first_move(site: Site, first: int) -> str:
    """Return the nearest class of change on the left, whatever numbers stand between."""
    for n in range(site.place - 1, first - 1, -1):
        found = site.scene.words.classes.get(site.sentence.lowered[n], ())
        if "UP" in found or "DOWN" in found:
            return "UP" if "UP" in found else "DOWN"
    return "none"


def _move(site: Site, places: Sequence[int]) -> str:
    """Return the class of the first word of change among places, before a number that is not of the same list."""
    for steps, n in enumerate(places):
        item = site.sentence.items[n]
        if item.kind == "q" and steps and not _same_list(site, n):
            return "number"
        found = site.scene.words.classes.get(item.symbol, ())
        for cls in _MOVES:
            if cls in found:
                return cls
    return "none"


def _same_list(site: Site, n: int) -> bool:
    low, high = sorted((n, site.place))
    return all(i.kind in "qp" or i.symbol in site.scene.words.joints for i in site.sentence.items[low:high])


def limit(site: Site) -> list[str]:
    """Return the features of the bound: what the number's own words say, and those before its list or its metric."""
    own = site.quantity.bound
    said = {f"own={own}", f"own={own} form={site.quantity.form}", f"own={own} u={site.unit}",
            f"length={min(site.rank[1], 4)} own={own}"}
    said.update(f"own={own} {f}" for f in (*_before(site), *_words_near(site), *_in_metrics(site), *_past_bounds(site)))
    return ["bias", *sorted(said)]


def _before(site: Site) -> Iterator[str]:
    """Yield the bounds of the number before and of the first of the list."""
    sentence, scene = site.sentence, site.scene
    numbers = [n for n in sentence.numbers if n < site.place]
    rank = site.rank[0]
    if numbers:
        previous = scene.quantities[sentence.items[numbers[-1]].ref]
        joined = "list" if rank else "near" if site.place - numbers[-1] <= _WINDOW else "far"
        yield f"prev={previous.bound} {joined} {unit_class(previous) == site.unit}"
    if rank:
        yield f"head={scene.quantities[sentence.items[numbers[-rank]].ref].bound} list"


def _words_near(site: Site) -> Iterator[str]:
    """Yield the words next to the number, up to another number, and words of bounds farther on the left."""
    sentence, at = site.sentence, site.place
    for side, places in (("L", range(at - 1, at - 1 - _LEFT, -1)), ("R", range(at + 1, at + 1 + _RIGHT))):
        for n in places:
            if symbol(sentence, n).startswith("Q"):
                break
            yield f"{side}:{symbol(sentence, n)}"
    bounds, first = site.scene.words.bounds, max(0, at - _SAID)
    for n in range(at - 1, first - 1, -1):
        word = sentence.lowered[n]
        if word in bounds:
            yield f"said {word}"
            far = any(w.startswith("Q") for w in sentence.lowered[n + 1 : at])
            yield f"said {bounds[word]} far={far} L={symbol(sentence, at - 1)}"
            yield f"said {bounds[word]} far={far} u={site.unit}"


def _in_metrics(site: Site) -> Iterator[str]:
    """Yield the bounds that the nearest metric on either side says in its name (*average latency*)."""
    sentence, words = site.sentence, site.scene.words
    for side, step in (("<", -1), (">", 1)):
        distance = nearest(sentence, site.place, METRIC, step)
        if 0 <= distance <= _WINDOW:
            item = sentence.items[site.place + step * (distance + 1)]
            name = site.scene.text[item.start : item.end].lower().replace("-", " ").split()
            found = {words.bounds[w] for w in name if w in words.bounds} or {"nothing"}
            yield from (f"metric{side} says {bound} {bucket(distance)}" for bound in sorted(found))
            yield from (f"metric{side} says {bound} L={symbol(sentence, site.place - 1)}" for bound in sorted(found))


def _past_bounds(site: Site) -> Iterator[str]:
    """Yield the bounds of the outcomes before."""
    if site.last is None:
        return
    before, link = site.last[1].bound, site.link
    yield f"past={before} {link}"
    yield f"past={before} {link} R={kind(site.scene, site.sentence, site.place + 1)}"
    yield f"past={before} {link} L={symbol(site.sentence, site.place - 1)}"
    if len(site.past) > 1 and site.past[-2][0].sentence.index == site.sentence.index:
        yield f"past={site.past[-2][1].bound} {before} {link}"
