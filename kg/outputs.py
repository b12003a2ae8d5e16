"""Every format of the graph by name: what ``kg export`` takes and which files ``kg build`` leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from kg import __version__
from kg.errors import ExportError
from kg.ontology import Ontology

Writer = Callable[[ox.Store, Path, Ontology], None]

FILES = {
    "csv": "results.csv",
    "csv-edges": "edges.csv",
    "csv-nodes": "nodes.csv",
    "csv-papers": "papers.csv",
    "cypher": "graph.cypher",
    "gexf": "graph.gexf",
    "graphml": "graph.graphml",
    "html": "graph.html",
    "jsonld": "graph.jsonld",
    "neo4j": "neo4j",
    "nq": "graph.nq",
    "parquet": "results.parquet",
    "parquet-edges": "edges.parquet",
    "parquet-nodes": "nodes.parquet",
    "parquet-papers": "papers.parquet",
    "trig": "graph.trig",
    "ttl": "graph.ttl",
}
"""The name of the file of each format; of the folder for ``neo4j``."""

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


def made_by(ontology: Ontology) -> dict[str, str]:
    """Return what an export says of its making: software, and version and hash of the ontology."""
    return {"ontology_sha256": ontology.sha256, "ontology_version": ontology.version,
            "software": f"abstract-kg {__version__}"}


def _csv_of(name: str) -> Writer:
    def write_it(store: ox.Store, path: Path, ontology: Ontology) -> None:
        from kg.export.tables import table, write_csv

        write_csv(table(store, name), path, made=made_by(ontology))

    return write_it


def _parquet_of(name: str) -> Writer:
    def write_it(store: ox.Store, path: Path, ontology: Ontology) -> None:
        from kg.export.tables import table, write_parquet

        write_parquet(table(store, name), path, made=made_by(ontology))

    return write_it


def _write_neo4j(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.tables import write_neo4j

    write_neo4j(store, path, made=made_by(ontology))


def _write_cypher(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.tables import write_cypher

    write_cypher(store, path, made=made_by(ontology))


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
    from kg.export.network import ties

    write_graphml(ties(store), path, made=made_by(ontology))


def _write_gexf(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.export.graphml import write_gexf
    from kg.export.network import network

    write_gexf(network(store), path, made=made_by(ontology))


def _write_page(store: ox.Store, path: Path, ontology: Ontology) -> None:
    from kg.view import write_page

    write_page(store, ontology, path)


_WRITERS: dict[str, Writer] = {
    "csv": _csv_of("results"), "csv-edges": _csv_of("edges"), "csv-nodes": _csv_of("nodes"),
    "csv-papers": _csv_of("papers"), "cypher": _write_cypher, "gexf": _write_gexf, "graphml": _write_graphml,
    "html": _write_page, "jsonld": _write_jsonld, "neo4j": _write_neo4j, "nq": _write_nquads,
    "parquet": _parquet_of("results"), "parquet-edges": _parquet_of("edges"), "parquet-nodes": _parquet_of("nodes"),
    "parquet-papers": _parquet_of("papers"), "trig": _write_trig, "ttl": _write_turtle,
}
