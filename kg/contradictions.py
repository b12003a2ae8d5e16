"""Where papers contradict each other, or themselves: who beats whom, and by how much; with both sentences.

Two kinds are told. *winner*: one sentence has A above B on a metric, another has B above A. *value*: two sentences give
different numbers for one claim (same subject, metric, change, bound, unit, baseline and conditions). What may well hold
at the same time is left out: another metric, other datasets, models or hardware where both sentences name some, numbers
that are equal once rounded, ranges that meet, an average beside a maximum. What is negated or hedged claims nothing.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import pyoxigraph as ox

from kg.export.network import value_text, words
from kg.export.statements import (
    Outcome,
    Statement,
    directions,
    each_claim,
    labels,
    named_in,
    outcomes,
    place_of,
    text_of,
)
from kg.link import fold
from kg.sentences import sentence
from kg.terms import local_name

WINNER, VALUE = "winner", "value"
"""The kinds of contradictions."""

_OUTPERFORMS = "outperforms"
_METRIC = "Metric"
_SETTINGS = ("Dataset", "Hardware", "Model")
_REMEMBERED = 10_000
_NEAR = 0.1
"""Share by which two numbers may differ that are printed as approximate."""
_Said = Outcome | Statement
_Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True, order=True)
class Voice:
    """One side of a contradiction: what a sentence says in short, and where; offsets are those of the quote."""

    paper: str
    start: int
    end: int
    said: str
    quote: str
    sentence: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True, order=True)
class Contradiction:
    """Two sentences that cannot both hold as they were read.

    ``about`` are labels, ``metric`` is empty where neither names one. Where both stand in one paper
    (``within_one``), they may well speak of two experiments that its abstract hardly tells apart.
    """

    kind: str
    within_one: bool
    about: tuple[str, ...]
    metric: str
    first: Voice
    second: Voice


@dataclass(frozen=True, slots=True)
class _Order:
    """One sentence has ``above`` above ``below``: in value of the metric, or in what is better (``by_value`` False).

    ``metrics`` is empty where no metric is named; ``settings`` holds what the sentence names of each class.
    """

    above: str
    below: str
    by_value: bool
    metrics: frozenset[str]
    settings: Mapping[str, frozenset[str]]
    said: _Said


@dataclass(frozen=True)
class _Known:
    names: Mapping[str, tuple[str, str]]
    directions: Mapping[str, str]
    text: Callable[[str], str]

    def label(self, iri: str) -> str:
        return self.names.get(iri, (local_name(iri), ""))[0]

    def cls(self, iri: str) -> str:
        return self.names.get(iri, ("", ""))[1]

    def sentence(self, said: _Said) -> tuple[int, int]:
        return sentence(self.text(said.paper), said.start, said.end)


def contradictions(store: ox.Store) -> tuple[Contradiction, ...]:
    """Return the contradictions between the papers of a store, and within each, sorted; empty where there are none.

    Each pair of sentences is told once a kind and metric; a result stands before a relation that the same sentence
    states.
    """
    known = _Known(labels(store), directions(store), lru_cache(maxsize=_REMEMBERED)(partial(text_of, store)))
    results = outcomes(store)
    stated = sorted((claim for claim in each_claim(store, _OUTPERFORMS) if claim.stands), key=place_of)
    orders = list(_orders(results, known))
    orders += _stated_orders(_opposed(stated, orders), store, known)
    return tuple(sorted({*_reversed(orders, known), *_different(results, known)}))


def _orders(results: Iterable[Outcome], known: _Known) -> Iterator[_Order]:
    """Yield, for each result and baseline, whose metric is higher, and who is better where the metric tells."""
    for outcome in results:
        if outcome.change == "value":
            continue
        better = outcome.favours_subject(known.directions.get(outcome.metric, ""))
        settings = _settings(outcome.conditions, known)
        for baseline in outcome.baselines:
            for by_value, up in ((True, outcome.change == "increase"), (False, better)):
                if up is not None:
                    ends = (outcome.about, baseline) if up else (baseline, outcome.about)
                    yield _Order(*ends, by_value, frozenset({_metric(outcome)}), settings, outcome)


def _opposed(stated: Iterable[Statement], orders: Iterable[_Order]) -> list[Statement]:
    """Return the relations whose opposite is stated somewhere: only they need a closer look."""
    found = list(stated)
    ends = {(claim.subject, claim.object) for claim in found} | {(o.above, o.below) for o in orders if not o.by_value}
    return [claim for claim in found if (claim.object, claim.subject) in ends]


def _stated_orders(stated: Iterable[Statement], store: ox.Store, known: _Known) -> Iterator[_Order]:
    """Yield who is better by each relation, with the metrics and settings that its sentence names."""
    named: dict[str, list[tuple[int, str]]] = {}
    for claim in stated:
        start, end = known.sentence(claim)
        if claim.paper not in named:
            named[claim.paper] = named_in(store, claim.paper)
        inside = {iri for at, iri in named[claim.paper] if start <= at < end} - {claim.subject, claim.object}
        metrics = frozenset(iri for iri in inside if known.cls(iri) == _METRIC)
        yield _Order(claim.subject, claim.object, False, metrics, _settings(inside, known), claim)


def _metric(outcome: Outcome) -> str:
    return outcome.metric or fold(outcome.metric_phrase)


def _settings(things: Iterable[str], known: _Known) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for iri in things:
        found[known.cls(iri)].add(iri)
    return {cls: frozenset(found[cls]) for cls in _SETTINGS if cls in found}


def _reversed(orders: Iterable[_Order], known: _Known) -> Iterator[Contradiction]:
    """Yield the pairs of sentences that put two things in opposite order, results before relations."""
    by_ends: dict[tuple[str, str, bool], list[_Order]] = defaultdict(list)
    for order in orders:
        by_ends[order.above, order.below, order.by_value].append(order)
    pairs = ((one, other) for (above, below, by_value), found in sorted(by_ends.items()) if above < below
             for one in found for other in by_ends.get((below, above, by_value), ()))
    told: dict[frozenset[object], set[str]] = defaultdict(set)
    for one, other in sorted(pairs, key=_precise_first):
        where: frozenset[object] = frozenset((o.said.paper, *known.sentence(o.said)) for o in (one, other))
        metric = min(map(known.label, one.metrics & other.metrics), default="")
        fresh = metric not in told[where] if metric else not told[where]
        if len(where) > 1 and fresh and _compatible(one, other):
            told[where].add(metric)
            about = tuple(sorted((known.label(one.above), known.label(one.below))))
            yield _told(WINNER, about, metric, one.said, other.said, known)


def _precise_first(pair: tuple[_Order, _Order]) -> tuple[int, int, list[tuple[str, int, int]]]:
    relations = sum(isinstance(order.said, Statement) for order in pair)
    return relations, -len(pair[0].metrics & pair[1].metrics), [(o.said.paper, o.said.start, o.said.end) for o in pair]


def _compatible(one: _Order, other: _Order) -> bool:
    """Tell whether two sentences speak of one thing as far as they say: no metric or setting sets them apart."""
    pairs = [(one.metrics, other.metrics), *((one.settings.get(c), other.settings.get(c)) for c in _SETTINGS)]
    return all(not left or not right or left & right for left, right in pairs)


def _different(results: Iterable[Outcome], known: _Known) -> Iterator[Contradiction]:
    """Yield the pairs of results that give one claim different numbers in different sentences."""
    groups: dict[tuple[object, ...], list[Outcome]] = defaultdict(list)
    for outcome in results:
        against = frozenset(outcome.baselines) or fold(outcome.baseline_phrase)
        unit = outcome.unit_iri or outcome.unit.casefold()
        groups[outcome.about, _metric(outcome), outcome.change, outcome.bound, unit, against,
               frozenset(outcome.conditions)].append(outcome)
    for (about, *_), same in groups.items():
        lists = _listing(same, known)
        for one, other in itertools.combinations(same, 2):
            if _apart(one, other, known, lists) and not _agree(one, other):
                metric = known.label(one.metric) if one.metric else one.metric_phrase
                yield _told(VALUE, (known.label(str(about)),), metric, one, other, known)


def _listing(same: Iterable[Outcome], known: _Known) -> frozenset[_Place]:
    """Return the sentences that give one claim several numbers: for different settings, then."""
    counts = Counter((outcome.paper, *known.sentence(outcome)) for outcome in same)
    return frozenset(place for place, count in counts.items() if count > 1)


def _apart(one: Outcome, other: Outcome, known: _Known, lists: Collection[_Place]) -> bool:
    """Tell whether two results stand in different sentences; in one paper, only with a baseline or a condition.

    Without either, or in a list, a paper that gives two numbers speaks of experiments that it does not tell apart here.
    """
    if one.paper != other.paper:
        return True
    places = {(o.paper, *known.sentence(o)) for o in (one, other)}
    anchored = one.baselines or one.baseline_phrase or one.conditions
    return bool(anchored) and len(places) > 1 and places.isdisjoint(lists)


def _agree(one: Outcome, other: Outcome) -> bool:
    """Tell whether two numbers can be the same, as precisely as they are printed."""
    slack = 0.5 * 10.0 ** -min(_decimals(one), _decimals(other))
    if one.bound == "approx":
        slack = max(slack, _NEAR * max(abs(one.high), abs(other.high)))
    return one.low <= other.high + slack and other.low <= one.high + slack


def _decimals(outcome: Outcome) -> int:
    return max(len(f"{value:.12g}".partition(".")[2]) for value in (outcome.low, outcome.high))


def _told(kind: str, about: tuple[str, ...], metric: str, one: _Said, other: _Said, known: _Known) -> Contradiction:
    first, second = sorted((_voice(one, known), _voice(other, known)))
    return Contradiction(kind, first.paper == second.paper, about, metric, first, second)


def _voice(said: _Said, known: _Known) -> Voice:
    start, end = known.sentence(said)
    whole = " ".join(known.text(said.paper)[start:end].split())
    return Voice(said.paper, said.start, said.end, _short(said, known), said.quote, whole, said.rule, said.confidence)


def _short(said: _Said, known: _Known) -> str:
    if isinstance(said, Statement):
        return f"{known.label(said.subject)} {words(said.predicate)} {known.label(said.object)}"
    metric = known.label(said.metric) if said.metric else said.metric_phrase
    against = said.baseline_phrase or " and ".join(sorted(map(known.label, said.baselines)))
    things = " and ".join(sorted(map(known.label, said.conditions)))
    return (f"{known.label(said.about)}: {metric} {value_text(said)}" + (f" against {against}" if against else "")
            + (f" with {things}" if things else ""))
