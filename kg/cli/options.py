"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Inputs = Annotated[list[str], typer.Argument(
    metavar="INPUT", help="Files, folders, globs, - for standard input, arxiv:ID or arxiv-search:QUERY.",
    show_default=False)]
Store = Annotated[Path, typer.Option("--store", metavar="DIR", help="The store to read.")]
NewStore = Annotated[Path | None, typer.Option(
    "--store", metavar="DIR", help="Where the store goes.", show_default="'store' in the output folder")]
Ontologies = Annotated[list[Path] | None, typer.Option(
    "--ontology", metavar="DIR", help="A folder of Turtle that adds to the shipped ontology; may be repeated.",
    show_default=False)]
Workers = Annotated[int, typer.Option("--workers", min=1, metavar="N", help="Processes that work side by side.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Fast = Annotated[bool, typer.Option(
    "--fast", help="Do without the pretrained encoder: about half again as fast, and finds a little less.")]
Links = Annotated[Path | None, typer.Option(
    "--links", metavar="FILE.toml", help="What is the same or different, and statements to reject; kept in the store.",
    show_default="links.toml in the store")]

STORE = Path(".kg")
"""The store that commands read unless told otherwise."""
