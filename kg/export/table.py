"""Tables: the answer to a query in the SPARQL result formats, and the rows of results.

CSV and TSV of a query follow the W3C recommendation (https://www.w3.org/TR/sparql11-results-csv-tsv/): CSV
loses the types of terms, TSV and JSON keep them. ``ttl`` and ``nt`` are for CONSTRUCT and DESCRIBE alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import pyoxigraph as ox

from kg.errors import ExportError
from kg.export.rdf import sort_prefixes
from kg.query import Table, Term
from kg.terms import DCTERMS, KG, PREFIXES, QUDT, RDF, RDFS, term

FORMATS = ("csv", "json", "tsv", "xml", "ttl", "nt")
"""What :func:`render` can write."""

COLUMNS = ("paper", "title", "subject", "metric", "low", "high", "unit", "unit_iri", "change", "bound", "form",
           "baseline", "baseline_phrase", "conditions", "quote", "start", "end", "confidence", "rule", "result")
"""The columns of results.csv; ``baseline`` holds what the baseline is linked to, its phrase where that is nothing."""

_SOLUTIONS = {"csv": ox.QueryResultsFormat.CSV, "json": ox.QueryResultsFormat.JSON,
              "tsv": ox.QueryResultsFormat.TSV, "xml": ox.QueryResultsFormat.XML}
_GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "json": ox.RdfFormat.JSON_LD,
           "xml": ox.RdfFormat.RDF_XML}
_PREFIXED = sorted(((iri, prefix) for prefix, iri in PREFIXES.items()), reverse=True)
_LITERALS = ("low", "high", "unit", "change", "bound", "form", "quote", "start", "end", "confidence", "rule")
_Facts = dict[str, list[Term]]


def render(table: Table, form: str) -> bytes:
    """Return the answer to a query in one of :data:`FORMATS`.

    A table without rows gives its header; a boolean has JSON and XML alone by the recommendation, so CSV and TSV
    print ``true`` or ``false``.

    Raises:
        ExportError: the form of answer has no such format.
    """
    if table.form == "graph":
        if form not in _GRAPHS:
            raise _no_format(form, "CONSTRUCT and DESCRIBE", _GRAPHS)
        triples = list(ox.parse(table.answer, format=ox.RdfFormat.N_TRIPLES))
        prefixes = PREFIXES if form == "ttl" else None
        return sort_prefixes(ox.serialize((t.triple for t in triples), format=_GRAPHS[form], prefixes=prefixes) or b"")
    if form not in _SOLUTIONS:
        raise _no_format(form, "SELECT and ASK", _SOLUTIONS)
    parsed = ox.parse_query_results(table.answer, format=ox.QueryResultsFormat.JSON)
    return parsed.serialize(format=_SOLUTIONS[form]) or b""


def _no_format(form: str, queries: str, known: Iterable[str]) -> ExportError:
    return ExportError(f"{queries} cannot be written as {form!r}", remedy=f"choose from {', '.join(sorted(known))}")


def cells(table: Table) -> list[list[str]]:
    """Return the rows as short text for a terminal: numbers plain, IRIs with a prefix, unbound as empty."""
    return [[short(cell) for cell in row] for row in table.rows]


def short(cell: Term | None) -> str:
    """Return a term as a reader wants it: a literal's text, an IRI with its prefix or without its base."""
    if cell is None:
        return ""
    if not isinstance(cell, ox.NamedNode):
        return str(cell) if isinstance(cell, ox.Triple | ox.BlankNode) else cell.value
    for iri, prefix in _PREFIXED:
        if cell.value.startswith(iri):
            return f"{prefix}:{cell.value.removeprefix(iri)}"
    base = KG.removesuffix("ontology#")
    return cell.value.removeprefix(base) if cell.value.startswith(base) else cell.value


def result_rows(store: ox.Store, *, only: Collection[str] | None = None) -> list[dict[str, str]]:
    """Return one row a result of the linked graph, by paper and place; baselines and conditions joined by ``; ``.

    With ``only``, the results with these IRIs alone.
    """
    found = store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(term("Result")), ox.DefaultGraph())
    rows = [_row(store, node) for node in ([q.subject for q in found] if only is None else map(ox.NamedNode, only))]
    return sorted(rows, key=lambda row: (row["paper"], int(row["start"]), int(row["end"]), row["result"]))


def _row(store: ox.Store, result: Term) -> dict[str, str]:
    facts = _facts(store, result)
    paper = _facts(store, facts[term("statedIn")][0])
    row = {name: _text(facts.get(term(name))) for name in _LITERALS}
    return row | {"paper": _text(paper.get(DCTERMS + "identifier")), "title": _text(paper.get(DCTERMS + "title")),
                  "subject": _labels(store, facts, "about"), "conditions": _labels(store, facts, "condition"),
                  "metric": _labels(store, facts, "metric") or _text(facts.get(term("metricPhrase"))),
                  "baseline": _labels(store, facts, "baseline") or _text(facts.get(term("baselinePhrase"))),
                  "baseline_phrase": _text(facts.get(term("baselinePhrase"))),
                  "unit_iri": _text(facts.get(QUDT + "hasUnit")),
                  "result": _text([result])}


def _facts(store: ox.Store, node: Term) -> _Facts:
    """Return predicate -> objects of a node of the default graph."""
    facts: _Facts = defaultdict(list)
    if isinstance(node, ox.NamedNode):
        for quad in store.quads_for_pattern(node, None, None, ox.DefaultGraph()):
            facts[quad.predicate.value].append(quad.object)
    return facts


def _labels(store: ox.Store, facts: _Facts, name: str) -> str:
    return "; ".join(sorted(_text(_facts(store, node).get(RDFS + "label")) for node in facts.get(term(name), ())))


def _text(terms: Sequence[Term] | None) -> str:
    """Return the smallest value, the empty string for none."""
    return min(str(t) if isinstance(t, ox.Triple) else t.value for t in terms) if terms else ""
