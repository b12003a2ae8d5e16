"""``kg check``: does the store keep what the ontology says."""

from __future__ import annotations

import typer

from kg.cli.console import say
from kg.cli.options import STORE, Ontologies, Store


def check(store: Store = STORE, ontology: Ontologies = None) -> None:
    """Print what breaks the ontology.

    One line each: rule, node, what is wrong.
    """
    from kg.check import check as find_violations
    from kg.ontology import load
    from kg.store import open_store

    violations = find_violations(open_store(store), load(tuple(ontology or ())))
    for violation in violations:
        print(f"{violation.rule}\t{violation.node}\t{violation.message}")
    say(f"{len(violations)} violations")
    if violations:
        raise typer.Exit(1)
