"""The linked graph as a NetworkX network of papers and entities.

Attributes are plain strings, integers and finite numbers, so that every network format can hold them. Mentions,
claims and results are no nodes: they are counted on the nodes and edges that they speak of.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.export.statements import (
    MENTIONS,
    Node,
    Outcome,
    Snapshot,
    Statement,
    each_claim,
    each_mention,
    nodes,
    outcomes,
    relations,
)

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph as ox

    Network: TypeAlias = nx.MultiDiGraph[str]

VOCABULARY = "vocabulary"
"""The rule of an edge that no paper states: the ontology does."""

_SEPARATOR = " | "
_Edge = tuple[str, str, str]
_Sure = tuple[float, str, int, int, str, str]
_Best = tuple[_Sure, tuple[str, ...]]
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
    return _network(ties(store))


def network_of(said: Snapshot) -> nx.MultiDiGraph[str]:
    """Return the network of what a store says; see :func:`network`."""
    return _network(Ties(said.nodes, said.relations, said.claims, said.mentions, said.outcomes))


def ties(store: ox.Store) -> Ties:
    """Return the rows of the network of a store, read piece by piece: see :func:`network`."""
    found = nodes(store)
    return Ties(found, relations(store, (node.iri for node in found)), each_claim(store), each_mention(store),
                outcomes(store))


class Ties:
    """The nodes and edges of a network as rows, made when they are asked for, in the order of NetworkX.

    Of the statements only the surest for each edge is kept, and the papers that make one.

    Args:
        found: the nodes, sorted.
        stated: subject, predicate and object of what is stated, sorted.
        claims: statements, in any order, as ``mentions`` are.
        mentions: what papers name.
        results: the results.
    """

    def __init__(self, found: Sequence[Node], stated: Iterable[_Edge], claims: Iterable[Statement],
                 mentions: Iterable[Statement], results: Sequence[Outcome]) -> None:
        self._nodes = found
        self._own = {node.iri: node for node in found}
        related = set(stated)
        self._best: dict[_Edge, _Best] = {}
        for claim in claims:
            if claim.stands and (claim.subject, claim.predicate, claim.object) in related:
                self._add(claim)
        self._first: dict[str, int] = {}
        self._edges = sorted({*related, *self._loose({end for s, _, o in related for end in (s, o)}, mentions)})
        self._counts, self._carried = _result_counts(results), _carried(results)
        self.graph: dict[str, str] = {}

    def _loose(self, tied: Collection[str], mentions: Iterable[Statement]) -> set[_Edge]:
        """Note the first year of each entity; return the mentions of entities that no relation has as an end."""
        loose = set()
        for mention in mentions:
            paper = self._own.get(mention.paper)
            if paper is not None and paper.year is not None:
                self._first[mention.object] = min(paper.year, self._first.get(mention.object, paper.year))
            if mention.object not in tied:
                loose.add((mention.subject, mention.predicate, mention.object))
                self._add(mention)
        return loose

    def _add(self, said: Statement) -> None:
        edge = said.subject, said.predicate, said.object
        mine: _Sure = (-said.confidence, said.paper, said.start, said.end, said.rule, said.quote)
        best, papers = self._best.get(edge, (mine, ()))
        papers = papers if said.paper in papers else (*papers, said.paper)
        self._best[edge] = min(best, mine), papers

    def is_directed(self) -> bool:
        """Tell that edges have a direction."""
        return True

    def is_multigraph(self) -> bool:
        """Tell that two nodes can have several edges."""
        return True

    def nodes(self, data: bool = True) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each node with its attributes."""
        for node in self._nodes:
            year = node.year if node.year is not None else self._first.get(node.iri)
            yield node.iri, _node_attributes(node, self._counts[node.iri], year)

    def edges(self, keys: bool = True, data: bool = True) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """Yield source, target, id and attributes of each edge; those of one source and target together."""
        for source, own in groupby(self._edges, key=itemgetter(0)):
            by_target: dict[str, list[_Edge]] = defaultdict(list)
            for edge in own:
                by_target[edge[2]].append(edge)
            for edge in (edge for edges in by_target.values() for edge in edges):
                attributes = self._attributes(edge)
                yield source, edge[2], str(attributes["eid"]), attributes

    def _attributes(self, edge: _Edge) -> dict[str, Any]:
        best, stating = self._best.get(edge, (None, ()))
        papers = sorted(self._identifier(paper) for paper in stating)
        attributes = {
            "eid": edge_id(*edge), "label": words(edge[1]), "interaction": edge[1],
            "weight": float(max(1, len(papers))), "support": len(papers), "papers": _SEPARATOR.join(papers),
            "confidence": -best[0] if best else 1.0, "rule": best[4] if best else VOCABULARY,
            "quote": best[5] if best else ""}
        carried = self._carried.get((edge[0], edge[2]), ())
        metric = self._own.get(carried[0].metric) if carried else None
        return attributes | _result_attributes(carried, metric.label if metric else "")

    def _identifier(self, paper: str) -> str:
        node = self._own.get(paper)
        return paper if node is None else node.identifier or node.label


def _network(rows: Ties) -> nx.MultiDiGraph[str]:
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri, attributes in rows.nodes():
        graph.add_node(iri, **attributes)
    for source, target, key, attributes in rows.edges():
        graph.add_edge(source, target, key=key, **attributes)
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


def _result_attributes(carried: Sequence[Outcome], metric: str) -> dict[str, Any]:
    if not carried:
        return {"results": 0, "metric": "", "value": ""}
    best = carried[0]
    return {"results": len(carried), "metric": metric or best.metric_phrase, "value": value_text(best)}


__all__ = ["MENTIONS", "VOCABULARY", "Ties", "edge_id", "network", "network_of", "ties", "value_text", "words"]
