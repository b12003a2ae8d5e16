"""The linked graph as a NetworkX network of papers and entities.

Attributes are plain strings, integers and finite numbers, so that every network format can hold them. Mentions,
claims and results are no nodes: they are counted on the nodes and edges that they speak of.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.export.statements import MENTIONS, Node, Outcome, Snapshot, Statement, snapshot

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph as ox

    Network: TypeAlias = nx.MultiDiGraph[str]

VOCABULARY = "vocabulary"
"""The rule of an edge that no paper states: the ontology does."""

_SEPARATOR = " | "
_Edge = tuple[str, str, str]
_BOUNDS = {"max": "up to ", "min": "at least ", "approx": "about ", "mean": "mean "}


def network(store: ox.Store) -> nx.MultiDiGraph[str]:
    """Return the papers and entities of a store and what is stated between them.

    An entity that no statement ties to anything hangs on the papers that name it by ``mentions`` edges. Where a
    result compares the two ends of an edge, or measures one by the other, the edge carries it.

    Returns:
        Nodes by IRI, edges keyed by ``eid``, in sorted order; empty for an empty store. Node attributes:
        ``label``, ``type``, ``iri``, ``aliases``, ``support`` (papers that name it), ``results``, and, where known,
        ``year`` (of a paper; the first in which an entity is named), ``identifier`` and ``url``. Edge attributes:
        ``eid``, ``label``, ``interaction`` (predicate), ``weight`` (at least 1), ``support`` (papers that state it),
        ``papers`` (their ids), ``confidence`` (the highest), ``rule`` and ``quote`` (of that one), ``results``,
        ``metric`` and ``value`` (of the surest result; empty where there is none).
    """
    return network_of(snapshot(store))


def network_of(said: Snapshot) -> nx.MultiDiGraph[str]:
    """Return the network of what a store says; see :func:`network`."""
    import networkx as nx

    loose = _loose(said)
    stated = _evidence([*said.claims, *loose])
    labels = {node.iri: node.label for node in said.nodes}
    identifiers = {node.iri: node.identifier or node.label for node in said.nodes}
    years, counts, carried = _years(said), _result_counts(said.outcomes), _carried(said.outcomes)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in said.nodes:
        graph.add_node(node.iri, **_node_attributes(node, counts[node.iri], years.get(node.iri)))
    for edge in sorted({*said.relations, *((s.subject, s.predicate, s.object) for s in loose)}):
        attributes = _edge_attributes(edge, stated.get(edge, ()), identifiers)
        attributes |= _result_attributes(carried.get((edge[0], edge[2]), ()), labels)
        graph.add_edge(edge[0], edge[2], key=attributes["eid"], **attributes)
    return graph


def edge_id(subject: str, predicate: str, obj: str) -> str:
    """Return the id of an edge, which depends on its ends and its predicate alone."""
    return "e" + hashlib.sha256("\0".join((subject, predicate, obj)).encode("utf-8")).hexdigest()[:16]


def words(predicate: str) -> str:
    """Return a predicate as a reader writes it.

    >>> words("usesHardware")
    'uses hardware'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", predicate).lower()


def value_text(outcome: Outcome) -> str:
    """Return the number of a result as a reader writes it: ``up to 2–4x increase``, ``39.6 → 47.7% increase``."""
    low, high = _number(outcome.low), _number(outcome.high)
    middle = " → " if outcome.form == "from-to" else "–"
    number = low if low == high else f"{low}{middle}{high}"
    unit = outcome.unit if outcome.unit in {"%", "x", ""} else f" {outcome.unit}"
    change = "" if outcome.change == "value" else f" {outcome.change}"
    return f"{_BOUNDS.get(outcome.bound, '')}{number}{unit}{change}"


def _number(value: float) -> str:
    return f"{value:.12g}" if math.isfinite(value) else ""


def _evidence(stated: Iterable[Statement]) -> dict[_Edge, list[Statement]]:
    """Return what stands for each edge, the surest first."""
    grouped: dict[_Edge, list[Statement]] = defaultdict(list)
    for statement in stated:
        if statement.stands:
            grouped[statement.subject, statement.predicate, statement.object].append(statement)
    for same in grouped.values():
        same.sort(key=lambda s: (-s.confidence, s.paper, s.start, s.end, s.rule))
    return grouped


def _loose(said: Snapshot) -> list[Statement]:
    """Return the mentions of entities that no relation has as an end."""
    tied = {end for subject, _, obj in said.relations for end in (subject, obj)}
    return [mention for mention in said.mentions if mention.object not in tied]


def _years(said: Snapshot) -> dict[str, int]:
    years = {node.iri: node.year for node in said.nodes if node.year is not None}
    first: dict[str, int] = {}
    for statement in said.mentions:
        if statement.paper in years:
            year = years[statement.paper]
            first[statement.object] = min(year, first.get(statement.object, year))
    return first | years


def _result_counts(found: Iterable[Outcome]) -> Counter[str]:
    return Counter(iri for o in found for iri in {o.about, o.metric, o.paper} if iri)


def _carried(found: Iterable[Outcome]) -> dict[tuple[str, str], list[Outcome]]:
    """Return the results that speak of a subject and a baseline, or its metric, the surest first."""
    grouped: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in sorted(found, key=lambda o: (-o.confidence, o.iri)):
        for other in {*outcome.baselines, outcome.metric} - {""}:
            grouped[outcome.about, other].append(outcome)
    return grouped


def _node_attributes(node: Node, results: int, year: int | None) -> dict[str, Any]:
    known = {"year": year, "identifier": node.identifier or None, "url": node.pages[0] if node.pages else None}
    return {"label": node.label, "type": node.cls, "iri": node.iri, "aliases": _SEPARATOR.join(node.aliases),
            "support": node.support, "results": results,
            **{name: value for name, value in known.items() if value is not None}}


def _edge_attributes(edge: _Edge, stated: Sequence[Statement], identifiers: Mapping[str, str]) -> dict[str, Any]:
    papers = sorted({identifiers.get(s.paper, s.paper) for s in stated})
    best = stated[0] if stated else None
    return {"eid": edge_id(*edge), "label": words(edge[1]), "interaction": edge[1],
            "weight": float(max(1, len(papers))), "support": len(papers), "papers": _SEPARATOR.join(papers),
            "confidence": best.confidence if best else 1.0, "rule": best.rule if best else VOCABULARY,
            "quote": best.quote if best else ""}


def _result_attributes(carried: Sequence[Outcome], labels: Mapping[str, str]) -> dict[str, Any]:
    if not carried:
        return {"results": 0, "metric": "", "value": ""}
    best = carried[0]
    return {"results": len(carried), "metric": labels.get(best.metric, best.metric_phrase), "value": value_text(best)}


__all__ = ["MENTIONS", "VOCABULARY", "edge_id", "network", "network_of", "value_text", "words"]
