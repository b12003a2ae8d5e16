"""``kg check``: does the store keep what the ontology says."""

from __future__ import annotations

import typer

from kg.cli.console import say
from kg.cli.options import STORE, Ontologies, Store


def check(store: Store = STORE, ontology: Ontologies = None) -> None:
    """Print what breaks the ontology, as a table: rule, node, what is wrong.

    Looks at domains and ranges, SHACL shapes, and that every quote is the text at its offsets, in all graphs.
    """
    from kg.check import check as find_violations
    from kg.cli.tables import grid
    from kg.ontology import load
    from kg.store import open_store

    violations = find_violations(open_store(store), load(tuple(ontology or ())))
    if violations:
        print(grid(("rule", "node", "what is wrong"), [(v.rule, v.node, v.message) for v in violations]), end="")
    say(f"{len(violations)} violations")
    if violations:
        raise typer.Exit(1)
