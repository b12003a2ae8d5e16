"""Plain questions with plain answers: what the page's routes, agents and notebooks ask of an open store.

Each answer is made of dictionaries, lists, strings and numbers, so that JSON can hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import pyoxigraph as ox

from kg.compare import compare, flat_rows
from kg.errors import QueryError
from kg.explain import explain
from kg.export.table import COLUMNS, result_rows
from kg.lookup import called, search
from kg.terms import RDFS, term

FILTERS: Mapping[str, str] = {
    "about": "about", "metric": "metric", "baseline": "baseline", "hardware": "condition", "dataset": "condition",
    "condition": "condition", "paper": "statedIn"}
"""What results can be chosen by, and the property that each filter looks at."""

_PHRASES = {"metric": "metricPhrase", "baseline": "baselinePhrase"}
_NUMBERS: Mapping[str, type[int] | type[float]] = {
    "low": float, "high": float, "confidence": float, "start": int, "end": int}


def find(store: ox.Store, text: str, *, limit: int = 20) -> list[dict[str, Any]]:
    """Return ``iri``, ``cls`` and ``label`` of what is called like a text, as :func:`kg.lookup.search` ranks it."""
    return [{"iri": t.iri, "cls": t.cls, "label": t.label} for t in search(store, text, limit=limit)]


def entity(store: ox.Store, name: str) -> dict[str, Any]:
    """Return what is known of an entity, a paper, a claim or a result, as :class:`kg.explain.Explanation` lays it out.

    Raises:
        QueryError: nothing or several things are called so; see :func:`kg.lookup.find`.
    """
    return asdict(explain(store, name))


def paper(store: ox.Store, name: str) -> dict[str, Any]:
    """Return what a paper says, by its id, title or IRI.

    Raises:
        QueryError: no paper is called so.
    """
    found = explain(store, name)
    if found.kind != "paper":
        raise QueryError(f"{name!r} is no paper but {found.kind} {found.label!r}", remedy="give the id of a paper")
    return asdict(found)


def comparison(store: ox.Store, first: str, second: str) -> list[dict[str, Any]]:
    """Return what is known between two things, one row a finding; see :func:`kg.compare.flat_rows`.

    Raises:
        QueryError: see :func:`kg.compare.compare`.
    """
    return flat_rows(compare(store, first, second))


def results(store: ox.Store, **filters: str) -> list[dict[str, Any]]:
    """Return the results that fit every filter, by paper and place; all without one, none where nothing fits.

    Args:
        store: the store to read.
        filters: names or IRIs by the keys of :data:`FILTERS`. A name stands for whatever is called so, in any case,
            and for its variants (a GPU and its sizes). A metric also stands for its kinds: ``latency`` for ``tail
            latency``. What is linked to nothing is found by its phrase.

    Returns:
        The columns of results.csv, numbers as numbers.

    Raises:
        QueryError: there is no such filter.
    """
    chosen: set[str] | None = None
    for key, name in filters.items():
        if key not in FILTERS:
            raise QueryError(f"no filter {key!r}", remedy=f"one of {', '.join(FILTERS)}")
        fit = _chosen(store, key, name)
        chosen = fit if chosen is None else chosen & fit
    return [{name: _NUMBERS.get(name, str)(row[name]) for name in COLUMNS}
            for row in result_rows(store, only=chosen)]


def _chosen(store: ox.Store, key: str, name: str) -> set[str]:
    """Return the results that one filter lets through."""
    nodes = {thing.iri for thing in called(store, name)}
    nodes |= {iri for node in nodes for iri in _subjects(store, "variantOf", ox.NamedNode(node))}
    if key == "metric":
        nodes |= _kinds(store, name)
    linked = {iri for node in nodes for iri in _subjects(store, FILTERS[key], ox.NamedNode(node))}
    return linked | (_by_phrase(store, _PHRASES[key], name) if key in _PHRASES else set())


def _subjects(store: ox.Store, predicate: str, value: ox.NamedNode | None) -> Iterable[str]:
    for quad in store.quads_for_pattern(None, ox.NamedNode(term(predicate)), value, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def _kinds(store: ox.Store, name: str) -> set[str]:
    """Return the nodes whose label ends with a name as a word of its own."""
    return {node for node, label in _literals(store, RDFS + "label") if _is_kind(label, name)}


def _by_phrase(store: ox.Store, predicate: str, name: str) -> set[str]:
    return {node for node, phrase in _literals(store, term(predicate)) if _is_kind(phrase, name)}


def _literals(store: ox.Store, predicate: str) -> Iterable[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            yield quad.subject.value, quad.object.value


def _is_kind(label: str, name: str) -> bool:
    return f" {label.casefold()}".endswith(f" {name.strip().casefold()}")
