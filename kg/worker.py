"""The process that evaluates one query: started by :mod:`kg.query`, so that it can be killed.

It reads a JSON object ``{"store", "sparql"}`` from standard input and answers on standard output: a line that
names the form of the answer (``select``, ``ask``, ``graph`` or ``error``) and then its bytes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError
from kg.store import open_store, tables
from kg.terms import PREFIXES

_DESCRIPTORS = Path("/proc/self/fd")


def evaluate(store: ox.Store, sparql: str) -> tuple[str, bytes]:
    """Evaluate a query that :func:`kg.query.prepare` made.

    Returns:
        The form and the answer: SPARQL results in JSON for ``select`` and ``ask``, sorted N-Triples for
        ``graph`` (CONSTRUCT and DESCRIBE).
    """
    found = store.query(sparql, prefixes=PREFIXES)
    if isinstance(found, ox.QueryTriples):
        lines = sorted({f"{triple} .\n" for triple in found})
        return "graph", "".join(lines).encode("utf-8")
    form = "ask" if isinstance(found, ox.QueryBoolean) else "select"
    return form, found.serialize(format=ox.QueryResultsFormat.JSON) or b""


def confine(store: Path, *, memory: int | None = None) -> None:
    """Take from this process what a query has no need of, once the store in a folder is open.

    It can open no more files and no sockets, but for those that the store has yet to open (a large one opens its
    files as it needs them), and can hold no more than ``memory`` bytes. Where the system has no such limits
    (Windows) nothing changes.
    """
    if os.name == "nt":
        return
    import resource

    numbers = [int(path.name) for path in _DESCRIPTORS.iterdir()] if _DESCRIPTORS.is_dir() else []
    opened = {(_DESCRIPTORS / str(number)).resolve() for number in numbers}
    missing = len(tables(store) - opened)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if numbers:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(numbers) + 1 + missing if missing else 0, most))
    if memory is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def main() -> None:
    """Answer the query on standard input."""
    request = json.load(sys.stdin)
    folder = Path(request["store"])
    try:
        store = open_store(folder)
        confine(folder)
        form, answer = evaluate(store, request["sparql"])
    except (KgError, OSError, ValueError, SyntaxError) as error:
        form, answer = "error", str(error).encode("utf-8")
    sys.stdout.buffer.write(form.encode("ascii") + b"\n" + answer)


if __name__ == "__main__":
    main()
