"""The graph as Turtle, TriG, N-Quads and JSON-LD: sorted, so that equal stores give equal bytes.

Turtle holds the default graph alone; the other three hold every graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.export.files import replacing, write_bytes
from kg.terms import PREFIXES, RDF

_TYPE = RDF + "type"


def write_turtle(store: ox.Store, path: Path) -> None:
    """Write the default graph as Turtle: subjects sorted, the type of each first.

    Raises:
        ExportError: the file cannot be written.
    """
    quads = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    _write([quad.triple for quad in _sorted(quads)], ox.RdfFormat.TURTLE, path)


def write_trig(store: ox.Store, path: Path) -> None:
    """Write all graphs as TriG: the default graph first, then the papers'.

    Raises:
        ExportError: the file cannot be written.
    """
    _write(_sorted(store), ox.RdfFormat.TRIG, path)


def write_nquads(store: ox.Store, path: Path) -> None:
    """Write all graphs as N-Quads, one statement a line.

    Raises:
        ExportError: the file cannot be written.
    """
    _write(_sorted(store), ox.RdfFormat.N_QUADS, path)


def write_jsonld(store: ox.Store, path: Path) -> None:
    """Write all graphs as expanded JSON-LD.

    Raises:
        ExportError: the file cannot be written.
    """
    _write(_sorted(store), ox.RdfFormat.JSON_LD, path)


def _sorted(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    return sorted(quads, key=_key)


def _key(quad: ox.Quad) -> tuple[str, str, str, str]:
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
    predicate = "" if quad.predicate.value == _TYPE else quad.predicate.value
    return graph, str(quad.subject), predicate, str(quad.object)


def sort_prefixes(content: bytes) -> bytes:
    """Return Turtle or TriG with its leading prefix lines sorted: the serialiser has no fixed order for them."""
    lines = content.splitlines(keepends=True)
    count = next((i for i, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"".join([*sorted(lines[:count]), *lines[count:]])


def _write(statements: Sequence[ox.Quad] | Sequence[ox.Triple], form: ox.RdfFormat, path: Path) -> None:
    if form in {ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG}:
        write_bytes(sort_prefixes(ox.serialize(statements, format=form, prefixes=PREFIXES) or b""), path)
        return
    with replacing(path) as file:
        ox.serialize(statements, file, format=form)
