"""The part of a large store that a page shows: what most papers name, what is stated between it, and by whom.

A page of hundreds of thousands of nodes opens in no browser. It holds the entities that most papers name, the relations
between them with their surest evidence, their surest results, and the papers that all this stands in.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import TypeVar

import pyoxigraph as ox

from kg.export.statements import (
    Outcome,
    Snapshot,
    Statement,
    claims,
    mentions_in,
    nodes,
    outcomes,
    place_of,
    relations_of,
)
from kg.terms import term

EVIDENCE = 3
"""The most sentences that a part keeps for one relation, and the most results for one entity."""

_Said = TypeVar("_Said", Statement, Outcome)


def entities(store: ox.Store) -> int:
    """Return the number of entities of the linked graph that papers name."""
    return sum(1 for _ in store.quads_for_pattern(None, ox.NamedNode(term("support")), None, ox.DefaultGraph()))


def part_of(store: ox.Store, most: int) -> Snapshot:
    """Return what a store says of the ``most`` entities that most papers name; empty for an empty store."""
    counted = store.quads_for_pattern(None, ox.NamedNode(term("support")), None, ox.DefaultGraph())
    weighed = ((-int(quad.object.value), quad.subject.value) for quad in counted)  # type: ignore[union-attr]
    chosen = {iri for _, iri in heapq.nsmallest(most, weighed)}
    said = claims(store, of=chosen)
    stated = _surest(((c.subject, c.predicate, c.object), c) for c in said if {c.subject, c.object} <= chosen)
    results = _surest((o.about, o) for o in outcomes(store, of=chosen) if o.about in chosen)
    papers = {claim.paper for claim in stated} | {result.paper for result in results}
    kept = [*stated, *(c for c in said if c.subject in papers and c.object in chosen)]
    named = [mention for paper in papers for mention in mentions_in(store, paper) if mention.object in chosen]
    shown = chosen | papers
    return Snapshot(nodes(store, of=shown), relations_of(store, shown), sorted(kept, key=place_of),
                    sorted(named, key=place_of), sorted(results, key=lambda o: (o.paper, o.start, o.end, o.iri)))


def _surest(found: Iterable[tuple[Hashable, _Said]]) -> list[_Said]:
    """Return the surest of what has the same key, a few of each."""
    grouped: dict[Hashable, list[_Said]] = defaultdict(list)
    for key, said in found:
        grouped[key].append(said)
    return [said for same in grouped.values() for said in heapq.nsmallest(EVIDENCE, same, key=_sureness)]


def _sureness(said: Statement | Outcome) -> tuple[bool, float, str, int, int, str]:
    denied = isinstance(said, Statement) and not said.stands
    return denied, -said.confidence, said.paper, said.start, said.end, said.rule


__all__ = ["EVIDENCE", "entities", "part_of"]
