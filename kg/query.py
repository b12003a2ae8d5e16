"""Named queries with parameters, or any SPARQL, over a store -> table.

A query runs in a process of its own, so that it can be cut when its time is over: Oxigraph has no timeout.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from kg.errors import QueryError
from kg.ontology import Ontology, Parameter, SavedQuery, saved_query
from kg.sparql import bind, check_syntax, parameters, refuse_unsafe
from kg.store import current
from kg.terms import XSD
from kg.worker import evaluate

Form = Literal["select", "ask", "graph"]
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

TIMEOUT = 30.0
"""Seconds after which a query is cut unless told otherwise."""

_LIMIT = "limit"
"""The parameter of a saved query that says how many rows it gives at most."""
_NAME = re.compile(r"[\w.-]+")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_COUNT = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_IRI = re.compile(r"<([^<>\"{}|^`\\\x00-\x20]*)>")


@dataclass(frozen=True)
class Table:
    """The answer to a query.

    ``rows`` are in the query's order, None where a variable is unbound. ASK gives one row with one
    boolean; CONSTRUCT and DESCRIBE give the triples, sorted. ``answer`` is the same as bytes: SPARQL results
    JSON, for ``graph`` N-Triples.
    """

    form: Form
    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    answer: bytes = field(repr=False, default=b"")


def run(store: Path, query: str, values: Mapping[str, str] | None = None, *, ontology: Ontology,
        timeout: float | None = TIMEOUT) -> Table:
    """Run a query on the store in a folder.

    Args:
        store: the store's folder.
        query: the name of a saved query, the path of a ``.rq`` file, or SPARQL text; see :func:`prepare`.
        values: the parameters, as text.
        ontology: has the saved queries.
        timeout: seconds until the query is cut; None lets it run.

    Returns:
        The answer; a table without rows where nothing matches.

    Raises:
        QueryError: see :func:`prepare`; or the query took too long or failed while it ran.
        StoreError: there is no store in the folder.
    """
    current(store)
    return _table(*_answer(store, prepare(query, values or {}, ontology), timeout))


def run_here(store: ox.Store, query: str, values: Mapping[str, str] | None = None, *, ontology: Ontology) -> Table:
    """Run a query on an open store, in this process and without a limit of time.

    Raises:
        QueryError: see :func:`prepare`.
    """
    return _table(*evaluate(store, prepare(query, values or {}, ontology)))


def prepare(query: str, values: Mapping[str, str], ontology: Ontology) -> str:
    """Return the SPARQL of ``query`` with its parameters bound.

    A parameter is written ``$name``; in a saved query ``$name_lower`` is its text in lower case, as ``kg:spelled`` has
    it, and a variable where the text is empty and may be. In a saved query it has the kind of its default: a whole
    number, a number, an IRI in angle brackets, else text. In other SPARQL a value that looks like a whole
    number or an IRI in angle brackets is one, anything else is text.

    Raises:
        QueryError: no query has that name (close ones are named); a parameter is unknown, missing or
            malformed (it is named); the SPARQL is malformed (the place is shown), an update, or uses SERVICE.
    """
    saved = _find(query, ontology)
    place = saved.name if saved else "query"
    sparql = saved.sparql if saved else query
    declared = {p.name: p for p in saved.parameters} if saved else {}
    known = declared or {name: Parameter(name, None, "") for name in sorted(parameters(sparql))}
    _refuse_unknown(values, known, place)
    terms = {}
    for name, parameter in known.items():
        value = values.get(name, parameter.default)
        if value is not None:
            terms[name] = _term(parameter, value, place, free=not declared)
            if declared and (value or parameter.default) and isinstance(terms[name], ox.Literal):
                terms[f"{name}_lower"] = ox.Literal(value.lower())
        elif declared:
            raise QueryError(f"the parameter {name!r} is missing", place=place,
                             remedy=f"give -p {name}=VALUE: {parameter.description or 'it has no default'}")
    bound = bind(sparql, terms)
    refuse_unsafe(bound, place=place)
    check_syntax(bound, place=place)
    return bound


def limit_of(query: str, values: Mapping[str, str], ontology: Ontology) -> int | None:
    """Return how many rows a saved query gives at most; None for one without the parameter ``limit``, and for SPARQL.

    Raises:
        QueryError: no query has that name.
    """
    saved = _find(query, ontology)
    declared = next((p for p in saved.parameters if p.name == _LIMIT), None) if saved else None
    return int(values.get(_LIMIT, declared.default or "0")) if declared else None


def _find(query: str, ontology: Ontology) -> SavedQuery | None:
    """Return the saved query that is meant, None for SPARQL text."""
    name = query.strip()
    if name in ontology.queries:
        return ontology.queries[name]
    if name.endswith(".rq") and "\n" not in name:
        return _from_file(Path(name))
    if not _NAME.fullmatch(name):
        return None
    raise QueryError(f"no saved query {name!r}", remedy=_close(name, ontology.queries) + "; or give SPARQL")


def _from_file(path: Path) -> SavedQuery | None:
    if not path.is_file():
        raise QueryError("no such file", place=str(path), remedy="give the path of a .rq file")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise QueryError("not UTF-8", place=str(path), remedy="save the query as UTF-8") from error
    if re.match(r"#\s*(title|question|parameter):", text):
        return saved_query(path)
    return SavedQuery(path.stem, path.stem, "", (), text)


def _close(name: str, names: Iterable[str]) -> str:
    known = sorted(names)
    close = difflib.get_close_matches(name, known, n=3) or [n for n in known if name in n]
    return f"did you mean {', '.join(close)}?" if close else f"there are: {', '.join(known) or 'none'}"


def _refuse_unknown(values: Mapping[str, str], known: Mapping[str, Parameter], place: str) -> None:
    for name in values:
        if name not in known:
            raise QueryError(f"unknown parameter {name!r}", place=place, remedy=_close(name, known))


def _term(parameter: Parameter, value: str, place: str, *, free: bool) -> ox.NamedNode | ox.Literal:
    if parameter.name == _LIMIT and not free:
        return _number(_COUNT, "integer", "a whole number of at most nine digits", parameter.name, value, place)
    sample = value if free else (parameter.default or "")
    if _INTEGER.fullmatch(sample):
        return _number(_INTEGER, "integer", "a whole number", parameter.name, value, place)
    if _NUMBER.fullmatch(sample) and not free:
        return _number(_NUMBER, "double", "a number", parameter.name, value, place)
    if _IRI.fullmatch(sample):
        match = _IRI.fullmatch(value)
        if match is None or ":" not in match[1]:
            raise _malformed(parameter.name, value, "an IRI in angle brackets", place)
        return ox.NamedNode(match[1])
    return ox.Literal(value)


def _number(form: re.Pattern[str], datatype: str, what: str, name: str, value: str, place: str) -> ox.Literal:
    if not form.fullmatch(value):
        raise _malformed(name, value, what, place)
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


def _malformed(name: str, value: str, what: str, place: str) -> QueryError:
    return QueryError(f"the parameter {name!r} is not {what}: {value!r}", place=place, remedy=f"give {what}")


def _answer(store: Path, sparql: str, timeout: float | None) -> tuple[str, bytes]:
    request = json.dumps({"store": str(store.resolve()), "sparql": sparql}).encode("utf-8")
    path = os.pathsep.join([str(Path(__file__).resolve().parent.parent), os.environ.get("PYTHONPATH", "")])
    try:
        done = subprocess.run([sys.executable, "-m", "kg.worker"], input=request, capture_output=True,
                              timeout=timeout, env={**os.environ, "PYTHONPATH": path.rstrip(os.pathsep)}, check=False)
    except subprocess.TimeoutExpired as error:
        raise QueryError(f"the query was cut after {timeout:g} s",
                         remedy="make it narrower, or give it more time") from error
    form, _, answer = done.stdout.partition(b"\n")
    if done.returncode or form not in {b"select", b"ask", b"graph"}:
        reason = answer.decode("utf-8", "replace") or done.stderr.decode("utf-8", "replace")[-500:].strip()
        raise QueryError(f"the query failed: {reason or f'its process ended with {done.returncode}'}",
                         remedy="make it narrower, or build the store again")
    return form.decode("ascii"), answer


def _table(form: str, answer: bytes) -> Table:
    if form == "graph":
        triples = ox.parse(answer, format=ox.RdfFormat.N_TRIPLES)
        return Table("graph", ("subject", "predicate", "object"),
                     tuple((t.subject, t.predicate, t.object) for t in triples), answer)
    parsed = ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON)
    if isinstance(parsed, ox.QueryBoolean):
        return Table("ask", ("answer",), ((ox.Literal(bool(parsed)),),), answer)
    columns = tuple(variable.value for variable in parsed.variables)
    return Table("select", columns, tuple(tuple(row[name] for name in columns) for row in parsed), answer)
