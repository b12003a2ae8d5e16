"""The command line: one thin file a command.

Results go to standard output, messages to standard error. Exit codes: 0 fine, 1 findings (violations,
skipped records), 2 could not run, 130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kg import __version__
from kg.cli.build import build
from kg.cli.change import add, remove
from kg.cli.check import check
from kg.cli.compare import compare
from kg.cli.contradictions import contradictions
from kg.cli.demo import demo
from kg.cli.evaluate import evaluate
from kg.cli.explain import explain
from kg.cli.export import export
from kg.cli.extract import extract
from kg.cli.mcp import mcp
from kg.cli.query import query
from kg.cli.serve import serve
from kg.cli.train import train
from kg.cli.view import view
from kg.errors import KgError

INTERRUPTED = 130
FAILED = 2


class _Commands(TyperGroup):
    """Turns what can go wrong in any command into one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; see the base class."""
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except KgError as error:
            print(f"kg: {error}", file=sys.stderr)
            raise typer.Exit(FAILED) from error
        except BrokenPipeError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from error
        except KeyboardInterrupt as error:
            print("kg: interrupted; earlier outputs are as they were", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from error
        return answer


app = typer.Typer(
    cls=_Commands, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Build a knowledge graph, down to the numbers, from abstracts of machine-learning and systems papers.")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"kg {__version__}")
        raise typer.Exit


@app.callback()
def _options(version: Annotated[bool, typer.Option(
        "--version", help="Show the version and exit.", callback=_version, is_eager=True)] = False) -> None:
    """Take the options that stand before a command."""


for _command in (demo, build, add, remove, extract, query, compare, explain, contradictions, export, view, serve, mcp,
                 check, evaluate, train):
    app.command()(_command)


def main() -> None:
    """Run the command line with the arguments of the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    app(prog_name="kg")
