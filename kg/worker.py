"""The process that evaluates one query: started by :mod:`kg.query`, so that it can be killed.

It reads a JSON object ``{"store", "sparql"}`` from standard input and answers on standard output: a line that
names the form of the answer (``select``, ``ask``, ``graph`` or ``error``) and then its bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError
from kg.store import open_store
from kg.terms import PREFIXES


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


def main() -> None:
    """Answer the query on standard input."""
    request = json.load(sys.stdin)
    try:
        form, answer = evaluate(open_store(Path(request["store"])), request["sparql"])
    except (KgError, OSError, ValueError, SyntaxError) as error:
        form, answer = "error", str(error).encode("utf-8")
    sys.stdout.buffer.write(form.encode("ascii") + b"\n" + answer)


if __name__ == "__main__":
    main()
