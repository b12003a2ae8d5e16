"""Every format of the graph by name: what ``kg export`` takes and which files ``kg build`` leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from kg.errors import ExportError
from kg.ontology import Ontology

FILES = {
    "csv": "results.csv",
    "gexf": "graph.gexf",
    "graphml": "graph.graphml",
    "html": "graph.html",
    "jsonld": "graph.jsonld",
    "nq": "graph.nq",
    "parquet": "results.parquet",
    "trig": "graph.trig",
    "ttl": "graph.ttl",
}
"""The name of the file of each format."""

BUILT = ("ttl", "trig", "graphml", "html", "csv")
"""The formats that a build writes."""


def write(store: ox.Store, form: str, path: Path, *, ontology: Ontology) -> None:
    """Write the graph of a store in one of the formats of :data:`FILES`.

    Raises:
        ExportError: there is no such format, or the file cannot be written.
    """
    if form not in _WRITERS:
        raise ExportError(f"no format {form!r}", remedy=f"one of {', '.join(FILES)}")
    _WRITERS[form](store, path, ontology)


def _write_csv(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.table import write_results

    write_results(store, path)


def _write_parquet(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.table import write_parquet

    write_parquet(store, path)


def _write_turtle(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.rdf import write_turtle

    write_turtle(store, path)


def _write_trig(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.rdf import write_trig

    write_trig(store, path)


def _write_nquads(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.rdf import write_nquads

    write_nquads(store, path)


def _write_jsonld(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.rdf import write_jsonld

    write_jsonld(store, path)


def _write_graphml(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.graphml import write_graphml
    from kg.export.network import network

    write_graphml(network(store), path)


def _write_gexf(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.graphml import write_gexf
    from kg.export.network import network

    write_gexf(network(store), path)


def _write_page(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.view import write_page

    write_page(store, ontology, path)


_WRITERS: dict[str, Callable[[ox.Store, Path, Ontology], None]] = {
    "csv": _write_csv, "gexf": _write_gexf, "graphml": _write_graphml, "html": _write_page,
    "jsonld": _write_jsonld, "nq": _write_nquads,
    "parquet": _write_parquet, "trig": _write_trig, "ttl": _write_turtle,
}
