"""``kg add`` and ``kg remove``: change a store in place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.console import progress, say
from kg.cli.options import STORE, Fast, Links, Ontologies, Quiet, Store, Workers

if TYPE_CHECKING:
    from kg.lifecycle import ChangeSummary

_SHOWN = 5


def add(
    inputs: Annotated[list[str] | None, typer.Argument(
        metavar="INPUT", help="Files, folders, globs, - for standard input, arxiv:ID or arxiv-search:QUERY.",
        show_default=False)] = None,
    store: Store = STORE,
    workers: Workers = 1,
    fast: Fast = False,
    links: Links = None,
    ontology: Ontologies = None,
    quiet: Quiet = False,
) -> None:
    """Add papers to a store, which is made where there is none.

    A paper that is there already changes nothing; one with the same id and another text takes its place.
    """
    from kg.building import add as add_papers

    with progress(quiet=quiet) as show:
        summary, skipped = add_papers(inputs or [], store=store, ontology=tuple(ontology or ()), workers=workers,
                                      fast=fast, links=links, progress=show)
    _tell(summary, store)
    for record in skipped:
        say(f"{record.origin.file}:{record.origin.line}: skipped: {record.reason}")
    if skipped:
        raise typer.Exit(1)


def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of papers, as their records give them.",
                                             show_default=False)],
    store: Store = STORE,
    ontology: Ontologies = None,
) -> None:
    """Remove papers from a store, and all that only they said."""
    from kg.building import remove as remove_papers

    _tell(remove_papers(ids, store=store, ontology=tuple(ontology or ())), store)


def _tell(summary: ChangeSummary, store: Path) -> None:
    from kg.exported import stale

    parts = [f"{len(ids)} {name}" for name, ids in (
        ("added", summary.added), ("replaced", summary.replaced), ("removed", summary.removed),
        ("unchanged", summary.unchanged)) if ids]
    say(f"{', '.join(parts) or 'nothing changed'}; {summary.papers} papers in {store}")
    tell_stale(stale(store), store)


def tell_stale(files: list[Path], store: Path) -> None:
    """Say which exports are older than the store."""
    for file in files[:_SHOWN]:
        say(f"{file} is older than the store")
    if files:
        more = f" ({len(files) - _SHOWN} more)" if len(files) > _SHOWN else ""
        say(f"write them anew with 'kg export FORMAT ... --store {store}'{more}")
