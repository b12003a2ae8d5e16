"""``kg build``: from papers to a store and all exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.console import progress, say
from kg.cli.options import Fast, Inputs, Links, NewStore, Ontologies, Quiet, Workers

if TYPE_CHECKING:
    from kg.building import BuildSummary

_SHOWN = 5


def build(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of the exports.")] = Path("exports"),
    store: NewStore = None,
    workers: Workers = 1,
    fast: Fast = False,
    links: Links = None,
    ontology: Ontologies = None,
    quiet: Quiet = False,
) -> None:
    """Build a fresh graph from papers.

    Reads, extracts, links, checks and exports everything; replaces what was there. What was extracted is kept: a build
    that was interrupted goes on where it stopped when the same command is given again.
    """
    from kg.building import build as build_graph

    with progress(quiet=quiet) as show:
        summary = build_graph(inputs, out=out, store=store, ontology=tuple(ontology or ()), workers=workers,
                              fast=fast, links=links, progress=show, say=say)
    tell(summary)
    if summary.skipped or summary.violations:
        raise typer.Exit(1)


def tell(summary: BuildSummary) -> None:
    """Write what a build made and what it found wanting to standard error."""
    say(f"{summary.papers} papers, {summary.entities} entities, {summary.relations} relations, "
        f"{summary.results} results in {summary.out} (store: {summary.store})")
    if summary.merged:
        say(f"{summary.merged} records were duplicates of others and are merged")
    for record in summary.skipped[:_SHOWN]:
        say(f"{record.origin.file}:{record.origin.line}: skipped: {record.reason}")
    if len(summary.skipped) > _SHOWN:
        say(f"{len(summary.skipped)} records were skipped; report.json names them all")
    if summary.checked < summary.papers:
        say(f"{summary.checked} papers were checked; 'kg check --store {summary.store}' looks at all")
    if summary.violations:
        say(f"{summary.violations} violations; 'kg check --store {summary.store}' lists them")
