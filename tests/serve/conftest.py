"""An endpoint in a process of its own, and plain requests to it."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from kg.graph import graph_quads
from kg.link import link
from kg.model import Extraction
from kg.ontology import Ontology
from kg.store import write_store

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

DATA = "http://kasei.us/2009/09/sparql/data/"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DOCUMENT = ox.NamedNode("http://xmlns.com/foaf/0.1/Document")


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True)
class Endpoint:
    port: int
    process: "subprocess.Popen[str]"

    def ask(self, path: str, fields: Mapping[str, object] | None = None, *, method: str = "GET",
            body: bytes | None = None, headers: Mapping[str, str] | None = None, timeout: float = 60) -> Reply:
        """Send one request; ``fields`` become the query string."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        query = f"?{urlencode(fields, doseq=True)}" if fields else ""
        link.request(method, path + query, body, dict(headers or {}))
        reply = link.getresponse()
        content = reply.read()
        link.close()
        return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, content)

    def query(self, sparql: str, *, accept: str = "", **fields: object) -> Reply:
        return self.ask("/sparql", {"query": sparql, **fields}, headers={"accept": accept} if accept else {})

    def post(self, body: str | bytes, kind: str, path: str = "/sparql") -> Reply:
        content = body if isinstance(body, bytes) else body.encode()
        return self.ask(path, method="POST", body=content, headers={"content-type": kind} if kind else {})


@contextmanager
def running(store: Path, *options: str) -> Iterator[Endpoint]:
    """Run ``kg serve`` on a store at any free port."""
    process = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options],
                               stderr=subprocess.PIPE, text=True, encoding="utf-8", env={**os.environ})
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        found = re.search(r":(\d+)/ ", said)
        assert found, said + process.stderr.read()
        yield Endpoint(int(found[1]), process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        process.stderr.close()


@pytest.fixture(scope="session")
def served_store(extractions: tuple[Extraction, ...], bare: Ontology,
                 tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of two papers, with the graphs that the W3C's protocol tests name beside them."""
    folder = tmp_path_factory.mktemp("served")
    graphs = [ox.NamedNode(f"{DATA}data{i}.rdf") for i in range(4)]
    write_store(folder, [*graph_quads(extractions, link(extractions, bare), bare),
                         *(ox.Quad(graph, TYPE, DOCUMENT, graph) for graph in graphs)])
    return folder


@pytest.fixture(scope="session")
def endpoint(served_store: Path) -> Iterator[Endpoint]:
    with running(served_store, "--queries", "2", "--timeout", "2", "--max-answer", "0.2") as one:
        yield one


Serving = Callable[..., AbstractContextManager[Endpoint]]


@pytest.fixture(scope="session")
def serving() -> Serving:
    """Return a function that runs an endpoint on a store with options for the time of a block."""
    return running
