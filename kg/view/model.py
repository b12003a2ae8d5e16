"""What the page shows, as plain JSON values: made from the store, before anything is drawn.

Nodes, papers and evidence refer to each other by index, which keeps a page of 10,000 nodes within a few megabytes.
"""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.export.network import network_of, value_text, words
from kg.export.statements import MENTIONS, Node, Outcome, Snapshot, Statement, directions, snapshot, text_of
from kg.ontology import Ontology, Style
from kg.sentences import sentence, utf16
from kg.view.groups import bubble, groups, links, overview, places
from kg.view.layout import layout
from kg.view.part import entities, part_of

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph as ox

MAX_DRAWN = 2000
"""The most nodes of which a page opens with all; a picture of more tells nothing."""

MAX_EDGES = 10_000
"""The most related pairs of which a page opens with all."""

OPENED = 500
"""Nodes that a group draws when it is opened, those that most papers name; the rest is in search and tables."""

MAX_ALL = 20_000
"""The most nodes that a page draws all of when it is told to; more would freeze it.

A page of a store with more entities than this holds those alone that most papers name, and says so.
"""

OVERVIEW = 1500
"""The entities that the page of a store of more than :data:`MAX_ALL` holds."""

_PAPER = "Paper"
_NAMED_TIE = 0.4

_FIRST_WORDS = 64
_Edge = tuple[str, str, str]
_Pair = tuple[int, int]
_NO_STYLE = Style(cls="", colour="#5a6473", dark_colour="#a3adba", shape="star", order=99)


@dataclass(frozen=True, slots=True)
class View:
    """The content of a page: ``content`` is everything the page tells; ``nodes`` and ``edges`` what it draws first.

    A drawn node is ``{id, label, x, y, size}``, a drawn edge ``{from, to}`` once for each pair of nodes that are
    related in any way; ids are indexes into ``content["nodes"]``. Of a large graph the drawn nodes are groups, and an
    edge has the ``count`` of related pairs across them.
    """

    content: dict[str, Any]
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]


def view(store: ox.Store, ontology: Ontology, *, max_drawn: int = MAX_DRAWN, max_edges: int = MAX_EDGES) -> View:
    """Return what the page of a store shows; an empty store gives a view without nodes.

    Of a store of more than :data:`MAX_ALL` entities, the :data:`OVERVIEW` that most papers name stand for all:
    ``content["whole"]`` says how many there are. Of more than ``max_drawn`` nodes or ``max_edges`` related pairs,
    groups are drawn first. Their ids follow on those of the nodes; ``content["groups"]`` holds name and members of
    each, ``content["places"]`` x and y of every node.
    """
    total = entities(store)
    said = part_of(store, OVERVIEW) if total > MAX_ALL else snapshot(store)
    network = network_of(said)
    edges = sorted((s, str(attributes["interaction"]), o) for s, o, attributes in network.edges(data=True))
    degrees = dict(network.degree())
    sizes = [_size(degrees[node.iri]) for node in said.nodes]
    abstracts = {node.iri: text_of(store, node.iri) for node in said.nodes if node.cls == _PAPER}
    content = _content(said, network, edges, sizes, abstracts) | {
        "ontology": {"version": ontology.version, "sha256": ontology.sha256},
        "classes": _classes({node.cls for node in said.nodes}, ontology),
        "relations": _relations({predicate for _, predicate, _ in edges}, ontology),
        "opened": OPENED, "drawable": len(said.nodes) <= MAX_ALL,
    } | ({"whole": total, "part": OVERVIEW} if total > MAX_ALL else {})
    index = _index(said)
    for iri, direction in directions(store).items():
        if iri in index:
            content["nodes"][index[iri]]["better"] = direction
    pairs = _pairs((index[s], index[o]) for s, _, o in edges)
    if len(said.nodes) > max_drawn or len(pairs) > max_edges:
        return _grouped(content, sizes, pairs)
    drawn = [{"id": number, "label": node["label"], "x": x, "y": y, "size": sizes[number]}
             for number, (node, (x, y)) in enumerate(zip(content["nodes"], layout(sizes, pairs), strict=True))]
    return View(content, drawn, [{"from": a, "to": b} for a, b in pairs])


def _grouped(content: dict[str, Any], sizes: Sequence[float], pairs: Sequence[_Pair]) -> View:
    """Return the view of a large graph, which opens with its groups."""
    rows = content["nodes"]
    found = groups([row.get("support", 0) * 3 + size for row, size in zip(rows, sizes, strict=True)],
                   ["" if row["cls"] == _PAPER else row["label"] for row in rows], _ties(content, pairs))
    linked = links(found, pairs)
    content |= {"groups": [{"name": group.name, "members": list(group.members)} for group in found],
                "places": [coordinate for place in places(found, sizes, pairs) for coordinate in place]}
    drawn = [{"id": len(rows) + number, "label": group.name, "x": x, "y": y, "size": bubble(len(group.members))}
             for number, (group, (x, y)) in enumerate(zip(found, overview(found, linked), strict=True))]
    return View(content, drawn, [{"from": len(rows) + a, "to": len(rows) + b, "count": n} for a, b, n in linked])


def _ties(content: Mapping[str, Any], pairs: Iterable[_Pair]) -> dict[_Pair, float]:
    """Return how closely nodes belong together: related ones closely, a paper and what it names less so."""
    ties = {(min(paper, number), max(paper, number)): _NAMED_TIE
            for number, papers in enumerate(content["named"]) for paper in papers}
    return ties | dict.fromkeys(pairs, 1.0)


def _index(said: Snapshot) -> dict[str, int]:
    return {node.iri: number for number, node in enumerate(said.nodes)}


def _content(said: Snapshot, network: nx.MultiDiGraph[str], edges: Iterable[_Edge], sizes: Sequence[float],
             abstracts: Mapping[str, str]) -> dict[str, Any]:
    index = _index(said)
    evidence = _Evidence(index, abstracts)
    stated = _by_edge([*said.claims, *said.mentions])
    content: dict[str, Any] = {
        "nodes": [_node(node, network.nodes[node.iri], abstracts, size)
                  for node, size in zip(said.nodes, sizes, strict=True)],
        "edges": [[index[s], p, index[o], [evidence.add(e) for e in stated.get((s, p, o), ())]] for s, p, o in edges],
        "results": [_result(o, index, evidence) for o in said.outcomes if o.about in index],
        "named": _named(said.mentions, index),
    }
    return content | {"evidence": evidence.rows}


class _Evidence:
    """Evidence gathered under numbers, each row once: paper, sentence, span, rule, confidence, how it is said."""

    def __init__(self, index: Mapping[str, int], texts: Mapping[str, str]) -> None:
        self.rows: list[list[Any]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._index = index
        self._texts = texts

    def add(self, found: Statement | Outcome) -> int:
        """Return the number of the evidence of a statement or result."""
        text = self._texts.get(found.paper, "")
        offsets = (*sentence(text, found.start, found.end), found.start, found.end)
        how = [] if isinstance(found, Outcome) or found.stands else [_manner(found)]
        row = [self._index[found.paper], *(utf16(text, offset) for offset in offsets),
               found.rule, round(found.confidence, 4), *how]
        number = self._numbers.setdefault(tuple(row), len(self.rows))
        if number == len(self.rows):
            self.rows.append(row)
        return number


def _manner(statement: Statement) -> str:
    return statement.polarity if statement.polarity != "affirmed" else statement.modality


def _by_edge(found: Iterable[Statement]) -> dict[_Edge, list[Statement]]:
    grouped: dict[_Edge, list[Statement]] = defaultdict(list)
    for statement in found:
        grouped[statement.subject, statement.predicate, statement.object].append(statement)
    for same in grouped.values():
        same.sort(key=lambda s: (not s.stands, -s.confidence, s.paper, s.start, s.end, s.rule))
    return grouped


def _named(named: Iterable[Statement], index: Mapping[str, int]) -> list[list[int]]:
    """Return for each node the papers that name it, as indexes; empty lists for papers."""
    papers: dict[int, set[int]] = defaultdict(set)
    for statement in named:
        papers[index[statement.object]].add(index[statement.paper])
    return [sorted(papers[number]) for number in range(len(index))]


def _classes(used: set[str], ontology: Ontology) -> list[dict[str, str]]:
    rows = []
    for cls in sorted(used, key=lambda name: (ontology.styles.get(name, _NO_STYLE).order, name)):
        style = ontology.styles.get(cls, _NO_STYLE)
        known = ontology.classes.get(cls)
        rows.append({"name": cls, "label": known.label if known else words(cls),
                     "definition": known.definition if known else "",
                     "colour": style.colour, "dark": style.dark_colour, "shape": style.shape})
    return rows


def _relations(used: set[str], ontology: Ontology) -> list[dict[str, str]]:
    rows = []
    for name in sorted(used - {MENTIONS}):
        known = ontology.properties.get(name)
        rows.append({"name": name, "label": known.label if known else words(name),
                     "definition": known.definition if known else ""})
    if MENTIONS in used:
        rows.append({"name": MENTIONS, "label": MENTIONS,
                     "definition": "The paper names the entity and states nothing else about it."})
    return rows


def _node(node: Node, attributes: Mapping[str, Any], texts: Mapping[str, str], size: float) -> dict[str, Any]:
    """Return a node without what is empty; a paper without a title is called by its first words."""
    text = texts.get(node.iri, "")
    untitled = text and node.label == node.identifier
    label = textwrap.shorten(text, _FIRST_WORDS, placeholder="…") if untitled else node.label
    row = {"iri": node.iri, "cls": node.cls, "label": label, "aliases": list(node.aliases),
           "support": node.support, "year": attributes.get("year"), "id": node.identifier, "size": size,
           "pages": [page for page in node.pages if _is_web(page)], "code": [c for c in node.code if _is_web(c)],
           "text": text}
    return {name: value for name, value in row.items() if value not in ("", None, [])}


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _result(outcome: Outcome, index: Mapping[str, int], evidence: _Evidence) -> dict[str, Any]:
    row = {"about": index[outcome.about], "metric": index.get(outcome.metric), "metricPhrase": outcome.metric_phrase,
           "baselines": [index[b] for b in outcome.baselines if b in index], "baselinePhrase": outcome.baseline_phrase,
           "conditions": [index[c] for c in outcome.conditions if c in index],
           "value": value_text(outcome), "low": outcome.low, "high": outcome.high, "unit": outcome.unit,
           "change": outcome.change, "bound": outcome.bound, "form": outcome.form, "evidence": evidence.add(outcome)}
    finite = {"low", "high"} if math.isfinite(outcome.low) and math.isfinite(outcome.high) else set()
    return {name: value for name, value in row.items()
            if value not in ("", None, []) and (name not in {"low", "high"} or name in finite)}


def _size(degree: int) -> float:
    return round(min(6.0 + 2.6 * math.sqrt(degree), 26.0), 1)


def _pairs(ends: Iterable[_Pair]) -> list[_Pair]:
    """Return the related pairs, the smaller index first, each once."""
    return sorted({(min(a, b), max(a, b)) for a, b in ends if a != b})


__all__ = ["MAX_ALL", "MAX_DRAWN", "MAX_EDGES", "OPENED", "OVERVIEW", "View", "view"]
