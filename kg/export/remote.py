"""The graph on another server: pushed in batches to a Graph Store, or to SPARQL Update.

Sources: https://www.w3.org/TR/sparql11-http-rdf-update/ and https://www.w3.org/TR/sparql11-update/#insertData
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from urllib.parse import quote

import pyoxigraph as ox

from kg.errors import ExportError
from kg.export.transport import Link

BATCH = 5000
"""Statements that are sent at once unless told otherwise."""

_TRIPLES = "application/n-triples"
_QUADS = "application/n-quads"
_UPDATE = "application/sparql-update"
_TAKEN = frozenset({200, 204})


class Protocol(StrEnum):
    """How statements are sent.

    ``graph-store``: the Graph Store Protocol, graph by graph; ``update``: INSERT DATA; ``quads``: N-Quads to a Graph
    Store that takes whole datasets; ``auto``: the first of update, quads and graph-store that the address takes.
    """

    AUTO = "auto"
    GRAPH_STORE = "graph-store"
    QUADS = "quads"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a graph goes and how.

    ``replace`` empties each graph that is sent before it is filled; without it what is there stays. ``graph`` names the
    graph that takes the place of the default graph; empty for the default graph itself. ``batch`` is the most
    statements of one request.
    """

    address: str
    protocol: Protocol = Protocol.AUTO
    replace: bool = False
    graph: str = ""
    batch: int = BATCH


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was sent: statements, graphs that hold them, in how many requests, how, and the address without secrets."""

    statements: int
    graphs: int
    requests: int
    protocol: Protocol
    place: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Some statements of one graph (its name empty for the default graph) as N-Triples; ``first`` of the graph."""

    graph: str
    lines: tuple[str, ...]
    first: bool


def push(store: ox.Store, target: Target, *, tell: Callable[[str], None], progress: Callable[[int, int], None] | None =
         None, wait: Callable[[float], None] = time.sleep) -> Pushed:
    """Send every graph of a store to a server: the default graph, then the others by name.

    Requests come one after another and in the same order for equal stores; each can be repeated without harm, so that
    what passes (a busy server, a lost connection) is tried again.

    Args:
        store: its graph is read in parts, never held as a whole.
        target: where it goes.
        tell: told what is waited for.
        progress: told after each request how many graphs of how many were begun.
        wait: waits for a number of seconds.

    Returns:
        What was sent.

    Raises:
        ExportError: the address is none, the server refuses, cannot be reached or stays busy, or does not take the
            protocol.
    """
    if target.graph:
        _checked(target.graph)
    with closing(Link(target.address, tell=tell, wait=wait)) as link:
        protocol = _settled(link, target)
        names = sorted(name.value for name in store.named_graphs() if isinstance(name, ox.NamedNode))
        statements = graphs = requests = 0
        for parts in _batches(_parts(store, ["", *names], target), 0 if protocol is Protocol.GRAPH_STORE
                              else target.batch):
            _SENDERS[protocol](link, parts, target.replace)
            statements += sum(len(part.lines) for part in parts)
            graphs += sum(part.first for part in parts)
            requests += 1
            if progress:
                progress(graphs, len(names) + 1)
        return Pushed(statements, graphs, requests, protocol, link.place)


def _checked(graph: str) -> None:
    try:
        ox.NamedNode(graph)
    except ValueError as error:
        raise ExportError(f"not the IRI of a graph: {graph!r}", place="--graph", remedy="give an absolute IRI"
                          ) from error


def _settled(link: Link, target: Target) -> Protocol:
    """Return the protocol to use; an address is told by requests that change nothing."""
    if target.protocol is Protocol.QUADS and target.replace:
        raise ExportError("N-Quads only add", place="--replace", remedy="take the protocol graph-store or update")
    if target.protocol is not Protocol.AUTO:
        return target.protocol
    if _understands(link, _UPDATE, b"INSERT DATA {}", b"INSERT DATA {"):
        return Protocol.UPDATE
    if not target.replace and _understands(link, _QUADS, b"", b"<"):
        return Protocol.QUADS
    return Protocol.GRAPH_STORE


def _understands(link: Link, kind: str, good: bytes, bad: bytes) -> bool:
    """Tell whether an address takes what is well-formed and refuses what is not: some servers take, and drop, all."""
    taken, refused = (link.send("POST", body, kind, may_fail=True).status_code for body in (good, bad))
    return taken in _TAKEN and refused not in range(200, 300)


def _parts(store: ox.Store, graphs: Sequence[str], target: Target) -> Iterator[_Part]:
    for graph in graphs:
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        quads = store.quads_for_pattern(None, None, None, name)
        first = True
        while chunk := [*islice(quads, target.batch)]:
            yield _Part(graph or target.graph, tuple(sorted(f"{quad.triple} ." for quad in chunk)), first)
            first = False


def _batches(parts: Iterator[_Part], size: int) -> Iterator[list[_Part]]:
    """Yield parts together as long as they have no more statements than ``size``; each part alone where it is 0."""
    held: list[_Part] = []
    count = 0
    for part in parts:
        if held and count + len(part.lines) > size:
            yield held
            held, count = [], 0
        held.append(part)
        count += len(part.lines)
    if held:
        yield held


def _send_graphs(link: Link, parts: Sequence[_Part], replace: bool) -> None:
    for part in parts:
        query = f"graph={quote(part.graph, safe='')}" if part.graph else "default"
        link.send("PUT" if replace and part.first else "POST", _joined(part.lines), _TRIPLES, query=query)


def _send_quads(link: Link, parts: Sequence[_Part], replace: bool) -> None:
    lines = [f"{line[:-1]}<{part.graph}> ." if part.graph else line for part in parts for line in part.lines]
    link.send("POST", _joined(lines), _QUADS)


def _send_update(link: Link, parts: Sequence[_Part], replace: bool) -> None:
    emptied = [f"CLEAR SILENT {f'GRAPH <{part.graph}>' if part.graph else 'DEFAULT'} ;"
               for part in parts if replace and part.first]
    data = [f"GRAPH <{part.graph}> {{\n{_body(part)}\n}}" if part.graph else _body(part) for part in parts]
    link.send("POST", _joined([*emptied, "INSERT DATA {", *data, "}"]), _UPDATE)


def _body(part: _Part) -> str:
    return "\n".join(part.lines)


def _joined(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8")


_SENDERS: dict[Protocol, Callable[[Link, Sequence[_Part], bool], None]] = {
    Protocol.GRAPH_STORE: _send_graphs, Protocol.QUADS: _send_quads, Protocol.UPDATE: _send_update}
