"""``kg mcp``: the store for agents."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.options import STORE, Ontologies, Store


def mcp(
    timeout: Annotated[float, typer.Option(
        "--timeout", min=0.1, metavar="SECONDS", help="Cut a question after.")] = 30.0,
    store: Store = STORE,
    ontology: Ontologies = None,
) -> None:
    """Serve the store to agents over the Model Context Protocol.

    Speaks on standard input and output: search, entity, results, compare, sparql.
    """
    import asyncio

    from kg.mcp import server
    from kg.ontology import load
    from kg.pool import Limits

    made = server(store, load(tuple(ontology or ())), limits=Limits(seconds=timeout, running=2))
    asyncio.run(made.run_stdio_async())
