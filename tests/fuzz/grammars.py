"""Run the grammar of quantities, the tokens of SPARQL or the endpoint on inputs that atheris makes.

    python -m pip install -e '.[fuzz,serve]'
    python tests/fuzz/grammars.py quantities --seconds 60
    python tests/fuzz/grammars.py sparql --seconds 60
    python tests/fuzz/grammars.py endpoint --seconds 60

What breaks a promise ends the run, and so does an input that takes more than ten seconds; the input is kept in the
folder where the run was started. tests/test_sparql.py, tests/extract/test_quantities.py and
tests/serve/test_any_request.py hold the same promises with hypothesis.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import atheris

with atheris.instrument_imports(include=["kg.sparql", "kg.extract.quantities", "kg.extract.numbers", "kg.extract.units",
                                         "kg.serve", "starlette"]):
    from starlette.testclient import TestClient

    from kg.errors import QueryError
    from kg.extract.quantities import find_quantities
    from kg.extract.units import QuantityWords
    from kg.ontology import load
    from kg.serve.app import application
    from kg.serve.server import Options
    from kg.sparql import bind, check_syntax, graphs_asked_for, parameters, refuse_unsafe

import pyoxigraph as ox

from kg.store import write_store

ONTOLOGY = load()
SLOWEST = 10
SEEDS = {
    "quantities": (b"up to 2-15x higher, 1.5 x 10^6 (3%) and 4, 8 or 16 GB/s", b"by one to two orders of magnitude",
                   b"from 39.6% to 47.7%, 7/10, 99.9th percentile, half"),
    "sparql": tuple(query.sparql.encode() for _, query in sorted(ONTOLOGY.queries.items())),
    "endpoint": (b"sparql?query=ASK%20%7B%7D\0accept\0text/csv", b"queries/beats?system=vLLM&format=xml\0\0",
                 b"results?metric=throughput&limit=3\0host\0localhost", b"search?q=a&limit=2\0origin\0http://x"),
}


def quantities() -> Callable[[bytes], None]:
    """Return a target that reads a text's quantities, which stand in it, sorted and apart."""
    words = QuantityWords.from_ontology(ONTOLOGY)

    def target(raw: bytes) -> None:
        text = raw.decode("utf-8", "replace")
        end = 0
        for found in find_quantities(text, words):
            if found.start < end or text[found.start:found.end] != found.raw or not found.raw:
                raise ValueError(f"{found!r} does not stand in {text!r} behind {end}")
            end = found.end

    return target


def sparql() -> Callable[[bytes], None]:
    """Return a target that takes a text apart as SPARQL; nothing bound leaves it as it is."""
    def target(raw: bytes) -> None:
        text = raw.decode("utf-8", "replace")
        if bind(text, {}) != text:
            raise ValueError(f"binding nothing changes {text!r}")
        bind(text, {name: ox.Literal('"\\\n') for name in parameters(text)})
        try:
            refuse_unsafe(text, place="query")
            check_syntax(text, place="query")
            graphs_asked_for(text)
        except QueryError as error:
            f"{error}".encode()

    return target


def endpoint(folder: Path) -> Callable[[bytes], None]:
    """Return a target that asks the endpoint of an empty store: path, a header's name and its value between zeros."""
    write_store(folder, ())
    client = TestClient(application(folder, ONTOLOGY, Options()), base_url="http://localhost",
                        raise_server_exceptions=True, follow_redirects=False)
    client.__enter__()

    def target(raw: bytes) -> None:
        path, name, value, body = (*raw.split(b"\0", 3), b"", b"", b"")[:4]
        fine = name.isalnum() and not set(value) & {10, 13}
        said = client.request("POST" if body else "GET", "/" + quote_from_bytes(path, safe="/?&=%+"),
                              content=body, headers={name: value} if fine else None)
        if said.status_code >= 500 and said.status_code != 503:
            raise ValueError(f"{said.status_code}: {said.text}")

    return target


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=SEEDS)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(SEEDS[given.name]):
            (corpus / str(number)).write_bytes(seed)
        targets: dict[str, Callable[[], Any]] = {
            "quantities": quantities, "sparql": sparql, "endpoint": lambda: endpoint(Path(folder) / "store")}
        options = [f"-max_total_time={given.seconds}", f"-timeout={SLOWEST}", "-max_len=4096", "-verbosity=0",
                   "-print_final_stats=1", "-rss_limit_mb=3000"]
        atheris.Setup([sys.argv[0], *options, str(corpus)], targets[given.name]())
        atheris.Fuzz()


if __name__ == "__main__":
    main()
