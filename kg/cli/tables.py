"""Answers of queries as text for a terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence

from kg.ontology import SavedQuery

_WIDE = 100_000


def grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return columns side by side, with the number of rows below.

    Cells wrap only where standard output is a terminal; control characters become spaces.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    table = Grid(*columns, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, highlight=False)
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    out = io.StringIO()
    width = None if sys.stdout.isatty() else _WIDE
    Console(file=out, width=width, markup=False, emoji=False, highlight=False).print(table)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return "\n".join([*lines, f"{len(rows)} row{'' if len(rows) == 1 else 's'}"]) + "\n"


def plain(cell: str) -> str:
    """Return a text in one line, control characters as spaces: what a paper prints cannot steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in cell)


def listing(queries: Iterable[SavedQuery]) -> str:
    """Return the saved queries with their questions and parameters, by name."""
    lines = []
    for query in sorted(queries, key=lambda q: q.name):
        lines.append(f"{query.name}\n    {query.question}")
        for parameter in query.parameters:
            default = "" if parameter.default is None else f" = {parameter.default}"
            lines.append(f"    -p {parameter.name}{default}: {parameter.description}")
    return "\n".join(lines)
