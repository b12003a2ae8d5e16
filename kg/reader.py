"""A process that answers questions about a store one after another: started and, if need be, killed by :mod:`kg.pool`.

Each request on standard input and each answer on standard output begins with its length in four bytes. A request is a
JSON object: ``{"kind": "sparql", "query", "default", "named", "formats", "bytes"}`` or ``{"kind": "ask", "question",
"arguments", "bytes"}``. An answer is a line of JSON (``status``, ``type``, and what was wrong as ``message``) and its
bytes. The process reads one generation of the store, and can neither open other files nor a socket.
"""

from __future__ import annotations

import io
import json
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kg import answers
from kg.errors import KgError, QueryError
from kg.export.rdf import sort_prefixes
from kg.sparql import fault, graphs_asked_for, refuse_unsafe
from kg.store import open_store
from kg.terms import PREFIXES
from kg.worker import confine

LENGTH = struct.Struct(">I")
"""How the length of a message is written."""

SOLUTIONS = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML,
             "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV}
GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "xml": ox.RdfFormat.RDF_XML,
          "json": ox.RdfFormat.JSON_LD}

_QUESTIONS: Mapping[str, Callable[..., Any]] = {
    "search": answers.find, "entity": answers.entity, "paper": answers.paper, "results": answers.results,
    "compare": answers.comparison}
_Json = Mapping[str, Any]


class _TooLargeError(Exception):
    """An answer has more bytes than were allowed."""


class _NotOfferedError(Exception):
    """No format that was asked for suits the form of the answer."""


class _Bounded(io.BytesIO):
    """Collects bytes up to a limit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = most

    def write(self, part: Any) -> int:
        """Keep the bytes.

        Raises:
            _TooLargeError: they would be more than the limit.
        """
        self._left -= len(part)
        if self._left < 0:
            raise _TooLargeError
        return super().write(part)


def answer(store: ox.Store, request: _Json) -> tuple[dict[str, str], bytes]:
    """Return the head and the bytes of the answer to one request; see the module."""
    try:
        return _QUERIES[request["kind"]](store, request)
    except _TooLargeError:
        return _fault("too-large", f"the answer has more than {request['bytes']} bytes (make the query narrower, or "
                                   "give it a LIMIT)"), b""
    except _NotOfferedError:
        return _fault("not-acceptable", "the answer to this form of query has none of the formats asked for"), b""
    except KgError as error:
        return _fault("refused", str(error)), b""
    except (OSError, RuntimeError, ValueError) as error:
        return _fault("failed", f"the query failed: {error}"), b""


def _fault(status: str, message: str) -> dict[str, str]:
    return {"status": status, "message": message, "type": "text"}


def _ask(store: ox.Store, request: _Json) -> tuple[dict[str, str], bytes]:
    found = _QUESTIONS[request["question"]](store, **request["arguments"])
    out = _Bounded(request["bytes"])
    for part in json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).iterencode(found):
        out.write(part.encode("utf-8"))
    return {"status": "ok", "type": "json"}, out.getvalue()


def _sparql(store: ox.Store, request: _Json) -> tuple[dict[str, str], bytes]:
    query: str = request["query"]
    refuse_unsafe(query, place="query")
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*map(_graph, request["default"])]
    named: list[ox.NamedNode | ox.BlankNode] = [*map(_graph, request["named"])]
    given = bool(default or named)
    try:
        found = store.query(query, prefixes=PREFIXES, default_graph=default if given else None,
                            named_graphs=named if given else None)
    except SyntaxError as error:
        raise fault(query, str(error), "query") from error
    _refuse_foreign(store, [*graphs_asked_for(query), *request["default"], *request["named"]])
    return _written(found, request)


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"not the IRI of a graph: {iri!r}", remedy="give an absolute IRI") from error


def _refuse_foreign(store: ox.Store, graphs: list[str]) -> None:
    for iri in graphs:
        if not store.contains_named_graph(_graph(iri)):
            raise QueryError(f"the store has no graph <{iri}>, and no other place is read",
                             remedy="leave FROM out, or name the IRI of a paper")


def _written(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
             request: _Json) -> tuple[dict[str, str], bytes]:
    form = "graph" if isinstance(found, ox.QueryTriples) else "boolean" if isinstance(
        found, ox.QueryBoolean) else "solutions"
    chosen = request["formats"].get(form)
    if not chosen:
        raise _NotOfferedError
    out = _Bounded(request["bytes"])
    if isinstance(found, ox.QueryTriples):
        _write_graph(found, chosen, out, most=request["bytes"])
        return {"status": "ok", "type": f"graph/{chosen}"}, sort_prefixes(out.getvalue())
    found.serialize(out, format=SOLUTIONS[chosen])
    return {"status": "ok", "type": f"{form}/{chosen}"}, out.getvalue()


def _write_graph(found: ox.QueryTriples, chosen: str, out: IO[bytes], *, most: int) -> None:
    """Write triples in sorted order; what has more than ``most`` bytes as N-Triples is not even collected."""
    counted = _Bounded(most)
    lines: dict[str, ox.Triple] = {}
    for triple in found:
        line = str(triple)
        if line not in lines:
            counted.write(line.encode("utf-8"))
            lines[line] = triple
    prefixes = PREFIXES if chosen == "ttl" else None
    ox.serialize([lines[line] for line in sorted(lines)], out, format=GRAPHS[chosen], prefixes=prefixes)


_QUERIES: Mapping[str, Callable[[ox.Store, _Json], tuple[dict[str, str], bytes]]] = {"ask": _ask, "sparql": _sparql}


def main(folder: str, seconds: str, memory: str) -> None:
    """Answer requests until standard input ends.

    A request that takes more than ``seconds`` ends the process even where nobody is left to kill it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    try:
        store = open_store(Path(folder))
        confine(Path(folder), memory=int(memory))
    except KgError as error:
        _reply(replies, _fault("failed", str(error)), b"")
        return
    _reply(replies, {"status": "ready", "type": "text"}, b"")
    while len(length := requests.read(LENGTH.size)) == LENGTH.size:
        request = json.loads(requests.read(LENGTH.unpack(length)[0]))
        _alarm(float(seconds))
        head, body = answer(store, request)
        _alarm(0.0)
        _reply(replies, head, body)


def _alarm(seconds: float) -> None:
    """Let the system end this process in so many seconds; 0 calls it off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _reply(replies: IO[bytes], head: dict[str, str], body: bytes) -> None:
    line = json.dumps(head).encode("ascii") + b"\n"
    replies.write(LENGTH.pack(len(line) + len(body)) + line + body)
    replies.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
