"""Quantities of a text: values, ranges, changes from one value to another, with unit and bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from kg.extract.numbers import Number, find_numbers
from kg.extract.units import RATIO, QuantityWords
from kg.model import Bound, Form, Quantity
from kg.ontology import Ontology

_DASH = re.compile(r"\s?[-–−—~∼]\s?[~∼≈]?")
_LIST = re.compile(r",\s|,?\s(?:and|or)\s|\s?/\s?|\sand\s")
_AND = re.compile(r"\s(?:and|to)\s+", re.IGNORECASE)
_STOP = re.compile(r"[.;:]\s|\n|[()]")
_TOKEN = re.compile(r"[<>]=?|[≤≥~≈∼≃≲≳]|[^\W\d_]+\.?|\S")
_PRECEDENCE: tuple[Bound, ...] = ("max", "min", "mean", "approx")
_WINDOW = 60
_LONGEST = 5
_FILLERS = 3
_FROM_TO = 60


@dataclass(frozen=True, slots=True)
class _Lead:
    """What stands before a number: its bound, where the bound begins, and the words before that, last first."""

    bound: Bound
    start: int
    words: tuple[str, ...]


def find_quantities(text: str, words: QuantityWords) -> tuple[Quantity, ...]:
    """Return the quantities of ``text``, sorted by start, never overlapping; empty where there are none.

    ``raw`` is ``text[start:end]``, without the words of the bound. A unit that stands once behind a list
    (``4, 8 and 16%``) is the unit of each of its numbers. Run time is linear in the text.

    >>> from kg.ontology import load
    >>> words = QuantityWords.from_ontology(load())
    >>> [(q.low, q.high, q.unit, q.bound) for q in find_quantities("up to 2-15x higher", words)]
    [(2.0, 15.0, 'x', 'max')]
    """
    numbers = _share_units(text, list(find_numbers(text, words)))
    printed = list(_combined(text, numbers, words))
    spelled = list(_spelled(text, words))
    taken = [(q.start, q.end) for q in printed]
    free = [q for q in spelled if not any(start < q.end and q.start < end for start, end in _near(taken, q.start))]
    return tuple(sorted([*printed, *free], key=lambda q: q.start))


def _near(spans: Sequence[tuple[int, int]], at: int) -> Sequence[tuple[int, int]]:
    """Return the spans that can overlap something that starts at ``at``."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= at:
            low = middle + 1
        else:
            high = middle
    return spans[low : low + 2]


def _share_units(text: str, numbers: list[Number]) -> list[Number]:
    """Give each number of a list the unit that stands behind its last one."""
    for i in range(len(numbers) - 2, -1, -1):
        this, following = numbers[i], numbers[i + 1]
        if not this.unit and following.unit and not following.unit.startswith(("/", "of ")):
            gap = text[this.end : following.start]
            if len(gap) <= _LONGEST + 1 and _LIST.fullmatch(gap) and text[this.start : this.end][-1:] != "+":
                numbers[i] = replace(this, unit=following.unit)
    return numbers


def _combined(text: str, numbers: Sequence[Number], words: QuantityWords) -> Iterator[Quantity]:
    i = 0
    while i < len(numbers):
        first = numbers[i]
        lead = _lead(text, first.start, words)
        second = numbers[i + 1] if i + 1 < len(numbers) else None
        form = _form(text, first, second, lead, words) if second else "single"
        last = second if second is not None and form != "single" else first
        quantity = _quantity(text, first, last, form, lead, words)
        power = words.magnitude.match(text, last.end) if not last.unit else None
        yield _as_power(text, quantity, power.end()) if power else quantity
        i += 1 if last is first else 2


def _form(text: str, first: Number, second: Number, lead: _Lead, words: QuantityWords) -> Form:
    """Return how two neighbouring numbers belong together."""
    gap = text[first.end : second.start]
    if len(gap) > _FROM_TO or not _same_unit(first.unit, second.unit):
        return "single"
    before = lead.words
    started = bool(before) and before[0] in words.range_from
    ranged = started and any(w in words.range_verb for w in before[1:2])
    if _DASH.fullmatch(gap) or (not gap and text[second.start] in "-−"):
        return "range" if abs(second.value) >= first.value or not started else "from-to"
    lowered = gap.lower()
    if before and before[0] in words.range_start and _AND.fullmatch(lowered):
        return "range"
    to = _last_range_word(text, first.end, second.start, words)
    if to == first.end:
        return "from-to" if (started and not ranged) or second.value < first.value else "range"
    if to > 0 and started and not _STOP.search(gap):
        return "range" if ranged else "from-to"
    return "single"


def _last_range_word(text: str, start: int, end: int, words: QuantityWords) -> int:
    """Return where the word that leads to the second number starts in the gap before it; -1 where there is none.

    Words of a bound (``to about 5``) may stand behind it.
    """
    bound = _lead(text, end, words)
    found = -1
    for match in words.range_word.finditer(text, start, end):
        if match.end() >= min(bound.start, end) - 1 or match.end() == end:
            found = match.start()
            break
    return found


def _as_power(text: str, quantity: Quantity, end: int) -> Quantity:
    """Return ten to the power of a quantity, for what stands before 'orders of magnitude'."""
    low, high = (10.0 ** max(-300.0, min(v, 300.0)) for v in (quantity.low, quantity.high))
    bound: Bound = "approx" if quantity.bound == "exact" else quantity.bound
    return replace(quantity, low=low, high=high, unit=RATIO, bound=bound, raw=text[quantity.start : end], end=end)


def _same_unit(first: str, second: str) -> bool:
    return first == second or (not first and bool(second)) or (bool(first) and second.startswith(f"{first} "))


def _quantity(text: str, first: Number, last: Number, form: Form, lead: _Lead, words: QuantityWords) -> Quantity:
    high = last.value
    if form == "range":
        high = abs(high) if text[last.start : last.start + 1] in "-−" and first.value >= 0 else high
    low, high = (min(first.value, high), max(first.value, high)) if form == "range" else (first.value, high)
    bound, bound_start = lead.bound, lead.start
    if bound == "exact":
        bound = _trailing(text, last.end, words)
        if bound == "exact" and form != "single" and first is not last:
            bound = "approx" if _lead(text, last.start, words).bound == "approx" else bound
    return Quantity(low=low, high=high, unit=last.unit, bound=bound, form=form, raw=text[first.start : last.end],
                    start=first.start, end=last.end, bound_start=bound_start)


def _lead(text: str, start: int, words: QuantityWords) -> _Lead:
    """Return the bound that stands directly before ``start`` and the words before it."""
    window_start = max(0, start - _WINDOW)
    window = text[window_start:start].lower()
    cut = max((m.end() for m in _STOP.finditer(window)), default=0)
    tokens = [(m.group(), window_start + cut + m.start()) for m in _TOKEN.finditer(window[cut:])]
    found: list[Bound] = []
    at, bound_at, fillers = len(tokens), len(tokens), 0
    while at > 0:
        size, bound = _phrase([t for t, _ in tokens[max(0, at - _LONGEST) : at]], words)
        if bound:
            found.append(bound)
            at -= size
            bound_at = at
        elif tokens[at - 1][0] in words.filler and fillers < _FILLERS:
            at, fillers = at - 1, fillers + 1
        else:
            break
    best: Bound = next((b for b in _PRECEDENCE if b in found), "exact")
    rest = tokens[:bound_at] if found else tokens
    begin = tokens[bound_at][1] if found else start
    return _Lead(best, begin, tuple(t for t, _ in reversed(rest[-3:])))


def _phrase(tail: Sequence[str], words: QuantityWords) -> tuple[int, Bound | None]:
    """Return the length and bound of the longest phrase at the end of ``tail``."""
    for size in range(len(tail), 0, -1):
        phrase = " ".join(tail[-size:])
        if phrase in words.before:
            return size, words.before[phrase]
    return 0, None


def _trailing(text: str, end: int, words: QuantityWords) -> Bound:
    """Return the bound that stands directly behind a number, ``exact`` where there is none."""
    if text[end - 1 : end] == "+":
        return "min"
    tokens = _TOKEN.findall(text[end : end + _WINDOW // 2].lower())
    if tokens[:1] == ["("]:
        tokens = tokens[1:]
    for size in range(min(_FILLERS, len(tokens)), 0, -1):
        phrase = " ".join(tokens[:size])
        if bound := words.after.get(phrase) or words.after.get(phrase.rstrip(".")):
            return bound
    return "exact"


def _spelled(text: str, words: QuantityWords) -> Iterator[Quantity]:
    """Yield the quantities that are printed as words, in no certain order."""
    for match in words.counts.finditer(text):
        low = _amount(match["low"], words)
        high = _amount(match["high"], words) if match["high"] else low
        unit = "%" if match["percent"] else RATIO
        if match["magnitude"]:
            low, high = 10.0**min(low, 300), 10.0**min(high, 300)
        elif match["low"].lower() in ("a", "an"):
            continue
        lead = _lead(text, match.start(), words)
        bound: Bound = "approx" if match["magnitude"] and lead.bound == "exact" else lead.bound
        form: Form = "range" if match["high"] else "single"
        low, high = sorted((low, high))
        yield Quantity(low, high, unit, bound, form, match.group(), match.start(), match.end(), lead.start)
    for match in words.ratios.finditer(text):
        value = words.ratio_values[match.group().lower().replace("-", " ")]
        lead = _lead(text, match.start(), words)
        yield Quantity(value, value, RATIO, lead.bound, "single", match.group(), match.start(), match.end(), lead.start)


def _amount(word: str, words: QuantityWords) -> float:
    return words.count_values[word.lower().replace("-", " ")]


class QuantityFinder:
    """Sets ``kg_quantities`` of a document."""

    def __init__(self, ontology: Ontology) -> None:
        self._words = QuantityWords.from_ontology(ontology)

    def __call__(self, doc: Doc) -> Doc:
        """Find the quantities of ``doc``."""
        doc._.kg_quantities = find_quantities(doc.text, self._words)
        return doc
