"""``kg view``: the page of a store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import STORE, Ontologies, Store


def view(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE.html", help="Where to write the page.")] = Path(
        "graph.html"),
    browser: Annotated[bool, typer.Option(
        "--open/--no-open", help="Open the page in a browser (only where standard output is a terminal).")] = True,
    store: Store = STORE,
    ontology: Ontologies = None,
) -> None:
    """Write the graph as a page and open it.

    The page is one self-contained file; its path is printed.
    """
    from kg.ontology import load
    from kg.outputs import write
    from kg.store import open_store

    write(open_store(store), "html", out, ontology=load(tuple(ontology or ())))
    print(out)
    if browser and sys.stdout.isatty():
        import webbrowser

        webbrowser.open(out.resolve().as_uri())
