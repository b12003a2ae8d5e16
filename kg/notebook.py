"""The graph as one object, for notebooks and scripts: build or open it, then ask.

Tables come as pandas data frames where pandas is installed, else as lists of dictionaries that a notebook shows as a
table.
"""

from __future__ import annotations

import html
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import finalize

import pyoxigraph as ox

from kg import answers
from kg.building import build as build_store
from kg.export.table import COLUMNS
from kg.ontology import Ontology, load
from kg.outputs import FILES, write
from kg.query import TIMEOUT, Term, run
from kg.store import current, open_store
from kg.terms import XSD, local_name

if TYPE_CHECKING:
    from kg.export.network import Network

_SHOWN = 20
_READ: Mapping[str, Callable[[str], Any]] = {
    XSD + "integer": int, XSD + "double": float, XSD + "decimal": float, XSD + "float": float,
    XSD + "boolean": lambda text: text in {"true", "1"}}
_COUNTED = """SELECT ?class (COUNT(?thing) AS ?n) WHERE {
    ?thing a ?class FILTER (STRSTARTS(STR(?class), STR(kg:))) } GROUP BY ?class"""


class Rows(list[dict[str, Any]]):
    """Rows of a table, shown as one in a notebook; ``columns`` are there even where no row is."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(dict(row) for row in rows)
        self.columns = tuple(columns)

    def _repr_html_(self) -> str:
        shown = [[str(row.get(c, "") if row.get(c) is not None else "") for c in self.columns] for row in self[:_SHOWN]]
        more = f"<p>{len(self)} rows, the first {_SHOWN} shown</p>" if len(self) > _SHOWN else ""
        return _table(self.columns, shown) + more


class Graph:
    """The graph in a store; what is asked reads the generation that was current when it was opened.

    Args:
        folder: the store's folder.
        ontology: folders of Turtle that add to the shipped ontology.

    Raises:
        StoreError: there is no store in the folder, or it cannot be read.
        OntologyError: see :func:`kg.ontology.load`.
    """

    def __init__(self, folder: Path, *, ontology: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.store: ox.Store = open_store(folder)
        self.ontology: Ontology = load(ontology)
        self._generation = current(folder).name

    def query(self, query: str, *, timeout: float | None = TIMEOUT, **values: str | float) -> Any:
        """Answer a saved query by name, a ``.rq`` file or SPARQL, with its parameters as keywords.

        Listings (the most named methods, papers with code) stop at their parameter ``limit``, 1000 unless given.

        Returns:
            A data frame or :class:`Rows`: one column a variable, numbers as numbers, IRIs as text, None for what is
            unbound. CONSTRUCT and DESCRIBE give the columns ``subject``, ``predicate`` and ``object``; ASK a bool.

        Raises:
            QueryError: see :func:`kg.query.run`.
        """
        answer = run(self.folder, query, {name: str(value) for name, value in values.items()},
                     ontology=self.ontology, timeout=timeout)
        if answer.form == "ask":
            return _plain(answer.rows[0][0])
        rows = [dict(zip(answer.columns, map(_plain, row), strict=True)) for row in answer.rows]
        return _frame(answer.columns, rows)

    def results(self, **filters: str) -> Any:
        """Return the results that fit every filter (``about``, ``metric``, ``baseline``, ``hardware``, ``dataset``,
        ``condition``, ``paper``) as a data frame or :class:`Rows` with the columns of results.csv.

        Raises:
            QueryError: there is no such filter.
        """  # noqa: D205
        return _frame(COLUMNS, answers.results(self.store, **filters))

    def search(self, text: str, *, limit: int = _SHOWN) -> Any:
        """Return IRI, class and label of what is called like a text, best first."""
        return _frame(("iri", "cls", "label"), answers.find(self.store, text, limit=limit))

    def entity(self, name: str) -> dict[str, Any]:
        """Return what is known of an entity, a paper, a claim or a result; see :func:`kg.answers.entity`.

        Raises:
            QueryError: nothing or several things are called so.
        """
        return answers.entity(self.store, name)

    def compare(self, first: str, second: str) -> Any:
        """Return what is known between two things, one row a finding; see :func:`kg.compare.compare`.

        Raises:
            QueryError: a name is unknown or means several things.
        """
        from kg.compare import FLAT_COLUMNS

        return _frame(FLAT_COLUMNS, answers.comparison(self.store, first, second))

    def to_networkx(self) -> Network:
        """Return papers and entities as a network; see :func:`kg.export.network.network`."""
        from kg.export.network import network

        return network(self.store)

    def export(self, form: str, path: str | Path) -> Path:
        """Write the graph in one of the formats of ``kg export``, and return where it is.

        A folder takes the format's own file name.

        Raises:
            ExportError: there is no such format, or the file cannot be written.
        """
        target = Path(path)
        target = target / FILES[form] if target.is_dir() and form in FILES else target
        write(self.store, form, target, ontology=self.ontology)
        return target

    def counts(self) -> dict[str, int]:
        """Return how many things of each class the linked graph has, by class."""
        from kg.terms import PREFIXES

        counted: Counter[str] = Counter()
        solutions = self.store.query(_COUNTED, prefixes=PREFIXES)
        if isinstance(solutions, ox.QuerySolutions):
            for row in solutions:
                counted[local_name(row["class"].value)] += int(row["n"].value)
        return dict(sorted(counted.items()))

    def __repr__(self) -> str:
        said = ", ".join(f"{count} {cls}" for cls, count in self.counts().items())
        return f"<kg.Graph {str(self.folder)!r}: {said or 'empty'}>"

    def _repr_html_(self) -> str:
        counted = [[cls, str(count)] for cls, count in self.counts().items()]
        return f"<p><b>kg.Graph</b> {html.escape(str(self.folder))}</p>" + _table(("class", "count"), counted)


def build(inputs: str | Path | Sequence[str | Path], *, out: Path | None = None, ontology: Sequence[Path] = (),
          workers: int = 1, fast: bool = False) -> Graph:
    """Build a graph from papers and open it; see :func:`kg.building.build`.

    Args:
        inputs: a file, folder or glob, or several.
        out: the folder of exports and store; without it, a temporary one that goes with the graph.
        ontology: folders of Turtle that add to the shipped ontology.
        workers: processes that extract side by side.
        fast: do without the pretrained encoder.

    Raises:
        InputError: there is no paper in the inputs.
        OntologyError: the ontology has a fault.
        ExportError: an output cannot be written.
        StoreError: the store cannot be written.
    """
    given = [inputs] if isinstance(inputs, str | Path) else [*inputs]
    kept = tempfile.TemporaryDirectory(prefix="kg-") if out is None else None
    folder = Path(kept.name) if kept else Path(out or "")
    summary = build_store(given, out=folder, ontology=ontology, workers=workers, fast=fast)
    graph = Graph(summary.store, ontology=ontology)
    if kept:
        finalize(graph, kept.cleanup)
    return graph


def open_graph(store: str | Path, *, ontology: Sequence[Path] = ()) -> Graph:
    """Open the graph of a store, or of a build's output folder, to read it.

    Raises:
        StoreError: there is no store.
        OntologyError: the ontology has a fault.
    """
    folder = Path(store)
    inside = folder / "store"
    return Graph(inside if (inside / "CURRENT").is_file() else folder, ontology=ontology)


def _frame(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Any:
    try:
        pandas = import_module("pandas")
    except ImportError:
        return Rows(columns, rows)
    return pandas.DataFrame([[row.get(c) for c in columns] for row in rows], columns=list(columns))


def _plain(term: Term | None) -> Any:
    if term is None or isinstance(term, ox.Triple):
        return None if term is None else str(term)
    if isinstance(term, ox.Literal):
        return _READ.get(term.datatype.value, str)(term.value)
    return term.value


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
