"""``kg serve``: SPARQL, the page and JSON over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.console import say
from kg.cli.options import STORE, Ontologies, Store

_MB = 1_000_000


def serve(
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help="The port; 0 takes any.")] = 8000,
    timeout: Annotated[float, typer.Option(
        "--timeout", min=0.1, metavar="SECONDS", help="Cut a query after.")] = 30.0,
    queries: Annotated[int, typer.Option(
        "--queries", min=0, metavar="N", help="Queries that run side by side.", show_default="one a core")] = 0,
    answer: Annotated[float, typer.Option(
        "--max-answer", min=0.001, metavar="MB", help="Refuse an answer that is larger.")] = 10.0,
    hosts: Annotated[list[str] | None, typer.Option(
        "--allow-host", metavar="NAME", help="A name by which requests may call this machine; may be repeated.",
        show_default="localhost and addresses")] = None,
    origins: Annotated[list[str] | None, typer.Option(
        "--cors", metavar="ORIGIN", help="An origin whose web pages may ask, * for all; may be repeated.",
        show_default="none")] = None,
    store: Store = STORE,
    ontology: Ontologies = None,
) -> None:
    """Serve the store over HTTP, read-only.

    The page is at /, SPARQL at /sparql, a form for queries at /query. Ctrl-C ends it.
    """
    from kg.pool import Limits
    from kg.serve import Options
    from kg.serve import serve as serve_store

    limits = Limits(seconds=timeout, answer=int(answer * _MB))
    if queries:
        limits = Limits(seconds=timeout, answer=int(answer * _MB), running=queries)
    options = Options(host, port, tuple(hosts or ()), tuple(origins or ()), limits)
    serve_store(store, options, ontology=tuple(ontology or ()), started=_tell)
    say("stopped")


def _tell(address: str) -> None:
    say(f"serving at {address} (queries: {address}query, SPARQL: {address}sparql); Ctrl-C ends it")
