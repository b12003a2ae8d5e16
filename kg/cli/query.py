"""``kg query``: ask the store."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from kg.cli.options import STORE, Ontologies, Store


class TableFormat(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    TSV = "tsv"
    XML = "xml"
    TTL = "ttl"


def query(
    question: Annotated[str | None, typer.Argument(
        metavar="NAME|FILE.rq|'SELECT ...'", help="A saved query, a file, or SPARQL; without it the saved queries "
        "are listed.", show_default=False)] = None,
    parameters: Annotated[list[str] | None, typer.Option(
        "-p", "--parameter", metavar="KEY=VALUE", help="A parameter of the query; may be repeated.",
        show_default=False)] = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How to print the answer.")] = TableFormat.TABLE,
    timeout: Annotated[float, typer.Option(
        "--timeout", min=0.1, metavar="SECONDS", help="Cut the query after.")] = 30.0,
    store: Store = STORE,
    ontology: Ontologies = None,
) -> None:
    """Ask a saved question, or any SPARQL.

    Takes the name of a saved query, a .rq file or the text of a query.
    """
    from kg.cli.console import say
    from kg.cli.tables import grid, listing
    from kg.export.table import cells, render
    from kg.ontology import load
    from kg.query import limit_of, run

    vocabulary = load(tuple(ontology or ()))
    if question is None:
        print(listing(vocabulary.queries.values()))
        return
    values = dict(map(_pair, parameters or ()))
    answer = run(store, question, values, ontology=vocabulary, timeout=timeout)
    if len(answer.rows) == limit_of(question, values, vocabulary):
        say(f"that is the limit of {len(answer.rows):,}, there may be more; -p limit=N asks for more")
    if form is TableFormat.TABLE:
        print(grid(answer.columns, cells(answer)), end="")
        return
    print(render(answer, form.value).decode("utf-8").rstrip("\r\n"))


def _pair(text: str) -> tuple[str, str]:
    from kg.errors import QueryError

    key, equals, value = text.partition("=")
    if not equals or not key:
        raise QueryError(f"not a parameter: {text!r}", remedy="write -p name=value")
    return key, value
