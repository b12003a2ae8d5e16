"""``kg export``: the store in other formats, or on another server."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.change import tell_stale
from kg.cli.console import progress, say
from kg.cli.options import STORE, Ontologies, Store


class Protocol(StrEnum):
    """How the graph is pushed to a server."""

    AUTO = "auto"
    GRAPH_STORE = "graph-store"
    QUADS = "quads"
    UPDATE = "update"


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
    forms: Annotated[list[ExportFormat] | None, typer.Argument(
        metavar="FORMAT", help="One or more formats: " + ", ".join(ExportFormat) + ".", show_default=False)] = None,
    out: Annotated[Path, typer.Option(
        "-o", "--out", metavar="PATH", help="Where to write: a folder, or with one format a file.")] = Path("exports"),
    to: Annotated[str, typer.Option(
        "--to", metavar="URL", help="Push the graph to a SPARQL Graph Store or Update endpoint instead; credentials "
        "from the address, KG_USER and KG_PASSWORD, KG_TOKEN, or ~/.netrc.", show_default=False)] = "",
    protocol: Annotated[Protocol, typer.Option("--protocol", help="How to push.")] = Protocol.AUTO,
    replace: Annotated[bool, typer.Option(
        "--replace", help="Empty each pushed graph on the server before it is filled.")] = False,
    graph: Annotated[str, typer.Option(
        "--graph", metavar="IRI", help="Push the linked graph into this one.", show_default="the default graph")] = "",
    batch: Annotated[int, typer.Option("--batch", min=1, metavar="N", help="Statements to push at once.")] = 5000,
    store: Store = STORE,
    ontology: Ontologies = None,
) -> None:
    """Write the graph in other formats, or push it to a server.

    "links" is the report of linking: every merge and every refusal, with the reason. Says which earlier exports of
    the store are older than it.
    """
    if bool(forms) == bool(to):
        raise typer.BadParameter("give formats, or --to with the address of a server")
    if to:
        _push(store, to, protocol, replace, graph, batch)
    else:
        _write(store, forms or [], out, tuple(ontology or ()))


def _push(store: Path, to: str, protocol: Protocol, replace: bool, graph: str, batch: int) -> None:
    from kg.export.remote import Protocol as Way
    from kg.export.remote import Target, push
    from kg.store import open_store

    target = Target(to, Way(protocol.value), replace, graph, batch)
    with progress() as show:
        done = push(open_store(store), target, tell=say,
                    progress=(lambda at, of: show("pushing", at, of)) if show else None)
    say(f"{done.statements} statements in {done.graphs} graphs pushed to {done.place} "
        f"({done.protocol}, {done.requests} requests)")


def _write(store: Path, forms: list[ExportFormat], out: Path, ontology: tuple[Path, ...]) -> None:
    from kg.exported import note_exports, stale
    from kg.linked import LINK_REPORT, store_report
    from kg.ontology import load
    from kg.outputs import FILES, write
    from kg.report import write_report
    from kg.store import open_store

    schema = load(ontology)
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
