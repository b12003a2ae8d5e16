"""Build knowledge graphs from abstracts of machine-learning and systems papers.

    import kg

    graph = kg.build("abstracts.jsonl")
    graph.query("beats", system="vLLM")
    graph.results(metric="throughput", hardware="A100")

The names below are the public ones. They load on first use, so that importing the package is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.building import BuildSummary
    from kg.building import add as add_papers
    from kg.building import build as build_graph
    from kg.building import extract as extract_papers
    from kg.building import remove as remove_papers
    from kg.errors import KgError
    from kg.evaluate import evaluate as evaluate_records
    from kg.interchange import from_record, to_record
    from kg.lifecycle import ChangeSummary
    from kg.linked import EntityLinks, explain_links
    from kg.model import Extraction, Paper, Skipped
    from kg.notebook import Graph, build
    from kg.notebook import open_graph as open
    from kg.ontology import Ontology
    from kg.ontology import load as load_ontology
    from kg.query import Table
    from kg.query import run as run_query
    from kg.read import read as read_papers
    from kg.scores import Scores
    from kg.store import open_store

__version__ = "0.1.0"

_HOMES = {
    "BuildSummary": ("kg.building", "BuildSummary"),
    "ChangeSummary": ("kg.lifecycle", "ChangeSummary"),
    "EntityLinks": ("kg.linked", "EntityLinks"),
    "Extraction": ("kg.model", "Extraction"),
    "Graph": ("kg.notebook", "Graph"),
    "KgError": ("kg.errors", "KgError"),
    "Ontology": ("kg.ontology", "Ontology"),
    "Paper": ("kg.model", "Paper"),
    "Scores": ("kg.scores", "Scores"),
    "Skipped": ("kg.model", "Skipped"),
    "Table": ("kg.query", "Table"),
    "add_papers": ("kg.building", "add"),
    "build": ("kg.notebook", "build"),
    "build_graph": ("kg.building", "build"),
    "evaluate_records": ("kg.evaluate", "evaluate"),
    "explain_links": ("kg.linked", "explain_links"),
    "extract_papers": ("kg.building", "extract"),
    "from_record": ("kg.interchange", "from_record"),
    "load_ontology": ("kg.ontology", "load"),
    "open": ("kg.notebook", "open_graph"),
    "open_store": ("kg.store", "open_store"),
    "read_papers": ("kg.read", "read"),
    "remove_papers": ("kg.building", "remove"),
    "run_query": ("kg.query", "run"),
    "to_record": ("kg.interchange", "to_record"),
}

__all__ = [
    "BuildSummary",
    "ChangeSummary",
    "EntityLinks",
    "Extraction",
    "Graph",
    "KgError",
    "Ontology",
    "Paper",
    "Scores",
    "Skipped",
    "Table",
    "add_papers",
    "build",
    "build_graph",
    "evaluate_records",
    "explain_links",
    "extract_papers",
    "from_record",
    "load_ontology",
    "open",
    "open_store",
    "read_papers",
    "remove_papers",
    "run_query",
    "to_record",
]


def __getattr__(name: str) -> object:
    """Return a public name, loading its module.

    Raises:
        AttributeError: there is no such name.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
