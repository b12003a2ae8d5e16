"""``kg extract``: extraction alone, without a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.console import progress, say
from kg.cli.options import Fast, Inputs, Ontologies, Quiet, Workers


def extract(
    inputs: Inputs,
    out: Annotated[Path | None, typer.Option(
        "-o", "--out", metavar="FILE.jsonl", help="Where to write.", show_default="standard output")] = None,
    workers: Workers = 1,
    fast: Fast = False,
    ontology: Ontologies = None,
    quiet: Quiet = False,
) -> None:
    """Print what papers say as JSON lines.

    One object for each record of the input, in input order, nothing merged.
    """
    from kg.building import extract as extract_papers
    from kg.building import read_all
    from kg.export.files import write_bytes
    from kg.interchange import dumps, to_record

    papers, skipped = read_all(inputs)
    lines = []
    with progress(quiet=quiet) as show:
        found = extract_papers(papers, ontology=tuple(ontology or ()), workers=workers, fast=fast, progress=show)
        for extraction in found:
            line = dumps(to_record(extraction)) + "\n"
            if out is None:
                print(line, end="")
            else:
                lines.append(line)
    if out is not None:
        write_bytes("".join(lines).encode("utf-8"), out)
        say(f"{len(lines)} records in {out}")
    for record in skipped:
        say(f"{record.origin.file}:{record.origin.line}: skipped: {record.reason}")
    if skipped:
        raise typer.Exit(1)
