"""``kg compare``: two things side by side."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.console import say
from kg.cli.options import STORE, Store

if TYPE_CHECKING:
    from kg.compare import Comparison


class CompareFormat(StrEnum):
    """How a comparison is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="Name or IRI of a system, model, method, ...")],
    second: Annotated[str, typer.Argument(metavar="B", help="Name or IRI of another.")],
    form: Annotated[CompareFormat, typer.Option("--format", help="How to print it.")] = CompareFormat.TABLE,
    out: Annotated[Path | None, typer.Option(
        "-o", "--out", metavar="FILE", help="Write to a file.", show_default="standard output")] = None,
    store: Store = STORE,
) -> None:
    """Show what is known between two things.

    Results of one against the other, relations stated between them, results on the same metric, with quotes.
    """
    from kg.compare import compare as compare_things
    from kg.export.files import write_bytes
    from kg.store import open_store

    found = compare_things(open_store(store), first, second)
    for name, thing in ((first, found.first), (second, found.second)):
        if thing.others:
            taken = f"{name!r} is taken for {thing.cls} {thing.label!r} <{thing.iri}>"
            say(f"{taken}; also called so: {', '.join(thing.others)}")
    text = _PRINTED[form](found)
    if out is None:
        print(text, end="")
    else:
        write_bytes(text.encode("utf-8"), out)


def _table(found: Comparison) -> str:
    from kg.cli.tables import grid
    from kg.compare import columns, table_rows

    return grid(columns(found), table_rows(found))


def _csv(found: Comparison) -> str:
    import csv
    import io

    from kg.compare import FLAT_COLUMNS, flat_rows

    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, FLAT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat_rows(found))
    return text.getvalue()


def _json(found: Comparison) -> str:
    import json
    from dataclasses import asdict

    return json.dumps(asdict(found), ensure_ascii=False, indent=2) + "\n"


_PRINTED = {CompareFormat.TABLE: _table, CompareFormat.CSV: _csv, CompareFormat.JSON: _json}
