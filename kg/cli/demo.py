"""``kg demo``: the main job on the bundled abstracts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.build import tell
from kg.cli.console import progress, say
from kg.cli.options import NewStore


def demo(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of the exports.")] = Path(
        "exports/demo"),
    store: NewStore = None,
) -> None:
    """Build a graph from the bundled abstracts."""
    from kg.building import build as build_graph
    from kg.examples import paths

    with progress() as show:
        summary = build_graph([str(paths().abstracts)], out=out, store=store, progress=show)
    tell(summary)
    say(f"open {out / 'graph.html'} in a browser, or ask: kg query --store {summary.store}")
    if summary.skipped or summary.violations:
        raise typer.Exit(1)
