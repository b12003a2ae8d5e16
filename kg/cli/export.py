"""``kg export``: the store in other formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.change import tell_stale
from kg.cli.console import say
from kg.cli.options import STORE, Ontologies, Store


class ExportFormat(StrEnum):
    """A format of the graph."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    TTL = "ttl"
    TRIG = "trig"
    NQ = "nq"
    JSONLD = "jsonld"
    CSV = "csv"
    CSV_NODES = "csv-nodes"
    CSV_EDGES = "csv-edges"
    CSV_PAPERS = "csv-papers"
    PARQUET = "parquet"
    PARQUET_NODES = "parquet-nodes"
    PARQUET_EDGES = "parquet-edges"
    PARQUET_PAPERS = "parquet-papers"
    NEO4J = "neo4j"
    CYPHER = "cypher"
    HTML = "html"
    LINKS = "links"


def export(
    forms: Annotated[list[ExportFormat], typer.Argument(metavar="FORMAT", help="One or more formats: "
                                                        + ", ".join(ExportFormat) + ".", show_default=False)],
    out: Annotated[Path, typer.Option(
        "-o", "--out", metavar="PATH", help="Where to write: a folder, or with one format a file.")] = Path("exports"),
    store: Store = STORE,
    ontology: Ontologies = None,
) -> None:
    """Write the graph in other formats.

    "links" is the report of linking: every merge and every refusal, with the reason. Says which earlier exports of
    the store are older than it.
    """
    from kg.exported import note_exports, stale
    from kg.linked import LINK_REPORT, store_report
    from kg.ontology import load
    from kg.outputs import FILES, write
    from kg.report import write_report
    from kg.store import open_store

    schema = load(tuple(ontology or ()))
    graph = open_store(store)
    written = []
    for form in dict.fromkeys(forms):
        is_file = len(set(forms)) == 1 and out.suffix and not out.is_dir()
        path = out if is_file else out / (LINK_REPORT if form is ExportFormat.LINKS else FILES[form.value])
        if form is ExportFormat.LINKS:
            write_report(store_report(store, schema), path)
        else:
            write(graph, form.value, path, ontology=schema)
        written.append(path)
        say(str(path))
    note_exports(store, written)
    tell_stale(stale(store), store)
