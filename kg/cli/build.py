"""``kg build``: from papers to a store and all exports."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.console import progress, say
from kg.cli.options import Fast, Inputs, Links, NewStore, Ontologies, Quiet, Workers
from kg.errors import WorkerError
from kg.model import Skipped

if TYPE_CHECKING:
    from kg.building import BuildSummary

_SHOWN = 5


class Engine(StrEnum):
    """What carries a build out."""

    LOCAL = "local"
    RAY = "ray"


def build(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder of the exports.")] = Path("exports"),
    store: NewStore = None,
    workers: Workers = 1,
    fast: Fast = False,
    links: Links = None,
    ontology: Ontologies = None,
    quiet: Quiet = False,
    engine: Annotated[Engine, typer.Option(
        "--engine", help="Processes of this machine, or Ray, which writes N-Quads in shards.")] = Engine.LOCAL,
    address: Annotated[str | None, typer.Option(
        "--address", metavar="HOST:PORT", help="The Ray to use with --engine ray.",
        show_default="one that is started here")] = None,
) -> None:
    """Build a fresh graph from papers.

    Reads, extracts, links, checks and exports everything; replaces what was there. What was extracted is kept: a build
    that was interrupted goes on where it stopped when the same command is given again.
    """
    if engine is Engine.RAY:
        if store is not None:
            raise typer.BadParameter("Ray writes shards and no store; leave --store out")
        _on_ray(inputs, out, address, workers, fast, links, tuple(ontology or ()), quiet)
        return
    if address:
        raise typer.BadParameter("--address is for --engine ray")
    from kg.building import build as build_graph

    with progress(quiet=quiet) as show:
        summary = build_graph(inputs, out=out, store=store, ontology=tuple(ontology or ()), workers=workers,
                              fast=fast, links=links, progress=show, say=say)
    tell(summary)
    if summary.skipped or summary.violations:
        raise typer.Exit(1)


def _on_ray(inputs: list[str], out: Path, address: str | None, workers: int, fast: bool, links: Path | None,
            ontology: tuple[Path, ...], quiet: bool) -> None:
    try:
        from kg.ray_engine import build as build_shards
    except ImportError as error:
        raise WorkerError(f"the engine needs {error.name}", remedy="pip install 'abstract-kg[ray]'") from error

    with progress(quiet=quiet) as show:
        summary = build_shards(inputs, out=out, address=address, ontology=ontology, workers=workers, fast=fast,
                               links=links, progress=show)
    say(f"{summary.papers} papers, {summary.entities} entities, {summary.relations} relations, "
        f"{summary.results} results in {out}")
    say(f"{summary.statements} statements in {len(summary.shards)} shards in {out / 'shards'}")
    if summary.merged:
        say(f"{summary.merged} records were duplicates of others and are merged")
    _tell_skipped(summary.skipped)
    if summary.skipped:
        raise typer.Exit(1)


def _tell_skipped(skipped: tuple[Skipped, ...]) -> None:
    for record in skipped[:_SHOWN]:
        say(f"{record.origin.file}:{record.origin.line}: skipped: {record.reason}")
    if len(skipped) > _SHOWN:
        say(f"{len(skipped)} records were skipped; report.json names them all")


def tell(summary: BuildSummary) -> None:
    """Write what a build made and what it found wanting to standard error."""
    say(f"{summary.papers} papers, {summary.entities} entities, {summary.relations} relations, "
        f"{summary.results} results in {summary.out} (store: {summary.store})")
    if summary.merged:
        say(f"{summary.merged} records were duplicates of others and are merged")
    _tell_skipped(summary.skipped)
    if summary.checked < summary.papers:
        say(f"{summary.checked} papers were checked; 'kg check --store {summary.store}' looks at all")
    if summary.violations:
        say(f"{summary.violations} violations; 'kg check --store {summary.store}' lists them")
