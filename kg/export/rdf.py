"""The graph as Turtle, TriG, N-Quads and JSON-LD: sorted, so that equal stores give equal bytes.

Turtle holds the default graph alone; the other three hold every graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path

import pyoxigraph as ox

from kg.export.files import placing
from kg.terms import PREFIXES, RDF

_TYPE = RDF + "type"
_PREFIX = b"@prefix "


def write_turtle(store: ox.Store, path: Path) -> None:
    """Write the default graph as Turtle: subjects sorted, the type of each first.

    Raises:
        ExportError: the file cannot be written.
    """
    _write((quad.triple for quad in _default_graph(store)), ox.RdfFormat.TURTLE, path)


def write_trig(store: ox.Store, path: Path) -> None:
    """Write all graphs as TriG: the default graph first, then the papers'.

    Raises:
        ExportError: the file cannot be written.
    """
    _write(_all(store), ox.RdfFormat.TRIG, path)


def write_nquads(store: ox.Store, path: Path) -> None:
    """Write all graphs as N-Quads, one statement a line.

    Raises:
        ExportError: the file cannot be written.
    """
    _write(_all(store), ox.RdfFormat.N_QUADS, path)


def write_jsonld(store: ox.Store, path: Path) -> None:
    """Write all graphs as expanded JSON-LD.

    Raises:
        ExportError: the file cannot be written.
    """
    _write(_all(store), ox.RdfFormat.JSON_LD, path)


def _all(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield the default graph, then the papers' by IRI, each sorted; one paper is in memory at a time."""
    yield from _default_graph(store)
    for graph in sorted(store.named_graphs(), key=str):
        yield from sorted(store.quads_for_pattern(None, None, None, graph), key=_key)


def _default_graph(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield the default graph, sorted; the names of its subjects are in memory, and what one of them says."""
    default = ox.DefaultGraph()
    subjects = {quad.subject for quad in store.quads_for_pattern(None, None, None, default)}
    for subject in sorted(subjects, key=str):
        yield from sorted(store.quads_for_pattern(subject, None, None, default), key=_key)


def _key(quad: ox.Quad) -> tuple[str, str, str]:
    predicate = "" if quad.predicate.value == _TYPE else quad.predicate.value
    return str(quad.subject), predicate, str(quad.object)


def sort_prefixes(content: bytes) -> bytes:
    """Return Turtle or TriG with its leading prefix lines sorted: the serialiser has no fixed order for them."""
    lines = content.splitlines(keepends=True)
    count = next((i for i, line in enumerate(lines) if not line.startswith(_PREFIX)), len(lines))
    return b"".join([*sorted(lines[:count]), *lines[count:]])


def _write(statements: Iterable[ox.Quad] | Iterable[ox.Triple], form: ox.RdfFormat, path: Path) -> None:
    with placing(path) as unfinished:
        if form in {ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG}:
            ox.serialize(statements, unfinished, format=form, prefixes=PREFIXES)
            _sort_prefixes_of(unfinished)
        else:
            ox.serialize(statements, unfinished, format=form)


def _sort_prefixes_of(path: Path) -> None:
    """Sort the leading prefix lines of a file where they stand: in any order they fill the same bytes."""
    with path.open("r+b") as file:
        lines = list(takewhile(lambda line: line.startswith(_PREFIX), file))
        file.seek(0)
        file.writelines(sorted(lines))
