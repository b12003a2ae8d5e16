"""Two things side by side: results of one against the other, what is said of the two, results on the same metric."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError
from kg.export.network import value_text, words
from kg.export.statements import Outcome, Statement, claims, directions, labels, outcomes
from kg.lookup import Thing, find
from kg.terms import local_name

DIRECT, SAID, SAME_METRIC = "direct", "said", "same metric"
"""The kinds of rows: a result of one against the other, a relation stated between them, results on one metric."""

_DATASET = "Dataset"
_JOIN = "; "


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of one of the two: a result, or a relation in words, with where it is said.

    ``value`` is the result or relation as a reader writes it, ``metric`` what was measured; ``low``, ``high`` and what
    belongs to a number are None or empty for a relation. ``against`` is the baseline, ``conditions`` what it holds for
    beside the datasets.
    """

    value: str
    metric: str
    low: float | None
    high: float | None
    unit: str
    change: str
    bound: str
    against: str
    conditions: str
    paper: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison; a side is None where nothing stands beside the other.

    ``metric`` is the shorter name where one metric is a kind of the other (tail latency, latency). ``favours`` is the
    label of the one that a direct result or relation speaks for, empty where that cannot be told.
    """

    kind: str
    metric: str
    dataset: str
    favours: str
    first: Side | None
    second: Side | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that is known between two things; ``rows`` are the direct results, then relations, then metric by metric."""

    first: Thing
    second: Thing
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class _Known:
    """What turns results into rows: label and class of each node, and which way each metric is better."""

    names: Mapping[str, tuple[str, str]]
    directions: Mapping[str, str]

    def label(self, iri: str) -> str:
        """Return the label of a node, its local name where it has none."""
        return self.names.get(iri, (local_name(iri), ""))[0]

    def metric(self, outcome: Outcome) -> str:
        """Return the name of what was measured."""
        return self.label(outcome.metric) if outcome.metric else outcome.metric_phrase

    def of_class(self, outcome: Outcome, *, dataset: bool) -> str:
        """Return the datasets among the conditions of a result, or the others."""
        found = [iri for iri in outcome.conditions if (self.names.get(iri, ("", ""))[1] == _DATASET) == dataset]
        return _JOIN.join(sorted(map(self.label, found)))


def compare(store: ox.Store, first: str, second: str) -> Comparison:
    """Return everything that a store knows between two things, by name or IRI; no rows where it knows nothing.

    Raises:
        QueryError: a name is unknown or means several things (see :func:`kg.lookup.find`), or both mean one thing.
    """
    ends = find(store, first), find(store, second)
    if ends[0].iri == ends[1].iri:
        raise QueryError(f"{first!r} and {second!r} are one thing: {ends[0].label}", remedy="give two different things")
    known = _Known(labels(store), directions(store))
    both = [end.iri for end in ends]
    results = outcomes(store, of=both)
    rows = [*_direct(results, ends, known), *_said(claims(store, of=both), ends, known),
            *_same_metric(results, both, known)]
    return Comparison(*ends, tuple(rows))


def _direct(results: Iterable[Outcome], ends: tuple[Thing, Thing], known: _Known) -> list[Row]:
    rows = []
    for place, (one, other) in enumerate((ends, ends[::-1])):
        for outcome in results:
            if outcome.about != one.iri or other.iri not in outcome.baselines:
                continue
            speaks = outcome.favours_subject(known.directions.get(outcome.metric, ""))
            rows.append(_row(DIRECT, known.metric(outcome), known.of_class(outcome, dataset=True),
                             "" if speaks is None else one.label if speaks else other.label,
                             _side(outcome, known), first=place == 0))
    return sorted(rows, key=_order)


def _said(found: Iterable[Statement], ends: tuple[Thing, Thing], known: _Known) -> list[Row]:
    rows = []
    for statement in found:
        if {statement.subject, statement.object} == {end.iri for end in ends}:
            winner = statement.predicate == "outperforms" and statement.stands
            rows.append(_row(SAID, "", "", known.label(statement.subject) if winner else "",
                             _statement(statement, known), first=statement.subject == ends[0].iri))
    return sorted(rows, key=_order)


def _row(kind: str, metric: str, dataset: str, favours: str, side: Side, *, first: bool) -> Row:
    return Row(kind, metric, dataset, favours, side if first else None, None if first else side)


def _same_metric(results: Sequence[Outcome], both: Sequence[str], known: _Known) -> Iterator[Row]:
    """Yield the results of the two on each metric that both have, the best first; direct ones have a row already."""
    own = [[o for o in results if o.about == iri] for iri in both]
    names = [{known.metric(o) for o in side} for side in own]
    groups: dict[tuple[str, ...], tuple[list[Outcome], list[Outcome]]] = defaultdict(lambda: ([], []))
    for place, side in enumerate(own):
        for outcome in side:
            family = _family(known.metric(outcome), names)
            if family is not None and both[1 - place] not in outcome.baselines:
                groups[family, *_group(outcome, known)][place].append(outcome)
    for (family, dataset, *_), sides in sorted(groups.items()):
        best = [sorted(side, key=_best_first(known)) for side in sides]
        for pair in zip_longest(*best):
            yield Row(SAME_METRIC, family, dataset, "", *(_side(o, known) if o else None for o in pair))


def _family(metric: str, names: Sequence[Iterable[str]]) -> str | None:
    """Return the shortest name that a metric has in common with one of each side, None where a side has none such."""
    kin = [sorted((n for n in side if _is_kind_of(metric, n) or _is_kind_of(n, metric)), key=lambda n: (len(n), n))
           for side in names]
    return min((side[0] for side in kin), key=lambda n: (len(n), n)).casefold() if all(kin) else None


def _is_kind_of(metric: str, other: str) -> bool:
    return f" {metric.casefold()}".endswith(f" {other.casefold()}")


def _group(outcome: Outcome, known: _Known) -> tuple[str, str, str]:
    """Return what two results must share to stand side by side: datasets, unit, and whether they are levels."""
    level = "level" if outcome.change == "value" else "change"
    return known.of_class(outcome, dataset=True), outcome.unit_iri or outcome.unit.casefold(), level


def _best_first(known: _Known) -> Callable[[Outcome], tuple[float, str, int]]:
    def key(outcome: Outcome) -> tuple[float, str, int]:
        lower = known.directions.get(outcome.metric) == "lower"
        good = (outcome.change == "decrease") == lower if outcome.change != "value" else not lower
        return (-outcome.high if good else outcome.high), outcome.paper, outcome.start

    return key


def _side(outcome: Outcome, known: _Known) -> Side:
    against = outcome.baseline_phrase or _JOIN.join(sorted(map(known.label, outcome.baselines)))
    return Side(value_text(outcome), known.metric(outcome), outcome.low, outcome.high, outcome.unit, outcome.change,
                outcome.bound, against,
                known.of_class(outcome, dataset=False), _paper(outcome.paper), outcome.quote, outcome.start,
                outcome.end)


def _statement(statement: Statement, known: _Known) -> Side:
    manner = "" if statement.stands else f" ({'negated' if statement.polarity != 'affirmed' else statement.modality})"
    value = f"{words(statement.predicate)} {known.label(statement.object)}{manner}"
    return Side(value, "", None, None, "", "", "", "", "", _paper(statement.paper), statement.quote, statement.start,
                statement.end)


def _paper(iri: str) -> str:
    return iri[iri.index("/paper/") + 1:] if "/paper/" in iri else iri


def _order(row: Row) -> tuple[str, str, bool, str, int, str]:
    side = row.first or row.second
    place = (side.paper, side.start, side.value) if side else ("", 0, "")
    return row.metric.casefold(), row.dataset, row.first is None, *place


def columns(comparison: Comparison) -> list[str]:
    """Return the columns of :func:`table_rows`."""
    names = comparison.first.label, comparison.second.label
    return ["basis", "metric", "dataset", *names, "favours", "paper", "quote"]


def table_rows(comparison: Comparison) -> list[list[str]]:
    """Return the rows for a reader: one cell for each of the two, papers and quotes of both in one."""
    rows = []
    for row in comparison.rows:
        sides = [side for side in (row.first, row.second) if side]
        rows.append([row.kind, row.metric, row.dataset, _cell(row.first, row.metric), _cell(row.second, row.metric),
                     row.favours, " | ".join(dict.fromkeys(side.paper for side in sides)),
                     " | ".join(side.quote for side in sides)])
    return rows


def _cell(side: Side | None, metric: str) -> str:
    if side is None:
        return ""
    more = [side.metric if side.metric.casefold() != metric.casefold() else "",
            f"against {side.against}" if side.against else "", f"with {side.conditions}" if side.conditions else ""]
    told = ", ".join(part for part in more if part)
    return f"{side.value} ({told})" if told else side.value


def flat_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the rows with one key for each part of each side (``a_low``, ``b_quote``), None where there is none."""
    fields = list(Side.__dataclass_fields__)
    rows = []
    for row in comparison.rows:
        made: dict[str, Any] = {"basis": row.kind, "metric": row.metric, "dataset": row.dataset, "favours": row.favours,
                                "a": comparison.first.label, "b": comparison.second.label}
        for name, side in (("a", row.first), ("b", row.second)):
            said = asdict(side) if side else dict.fromkeys(fields)
            made |= {f"{name}_{field}": said[field] for field in fields}
        rows.append(made)
    return rows


FLAT_COLUMNS = ("basis", "metric", "dataset", "favours", "a", "b",
                *(f"{side}_{field}" for side in "ab" for field in Side.__dataclass_fields__))
"""The keys of :func:`flat_rows`, in order."""
