"""``kg export --to``, with a second server: Oxigraph's."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.store import open_store

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    link.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    reply = link.getresponse()
    content = reply.read()
    link.close()
    assert reply.status < 300, content
    return content


@pytest.fixture(scope="session")
def oxigraph() -> Iterator[int]:
    """Run ``oxigraph serve`` and return its port."""
    program = shutil.which("oxigraph", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if program is None:
        pytest.skip("there is no oxigraph program for this system")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([program, "serve", "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                ask(port, "GET", "/store", accept="application/n-quads")
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def empty(oxigraph: int) -> int:
    ask(oxigraph, "POST", "/update", b"CLEAR ALL", content_type="application/sparql-update")
    return oxigraph


def held(port: int) -> set[str]:
    return {str(quad) for quad in ox.parse(ask(port, "GET", "/store", accept="application/n-quads"),
                                           format=ox.RdfFormat.N_QUADS)}


def own(built: Path) -> set[str]:
    return {str(quad) for quad in open_store(built / "store")}


@pytest.mark.parametrize(("path", "options", "protocol"), [
    ("store", (), "quads"), ("update", (), "update"), ("store", ("--protocol", "graph-store"), "graph-store"),
    ("store", ("--replace",), "graph-store"), ("update", ("--replace", "--batch", "50"), "update")])
def test_the_server_then_holds_the_graph(kg: Run, built: Path, empty: int, path: str, options: tuple[str, ...],
                                         protocol: str) -> None:
    ask(empty, "POST", "/store?default", b"<urn:a> <urn:b> <urn:c> .", content_type="application/n-triples")
    before = set() if "--replace" in options else held(empty)
    for _ in range(2):
        done = kg("export", "--to", f"http://127.0.0.1:{empty}/{path}", *options, "--store", str(built / "store"))
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    mine = own(built)
    assert held(empty) == mine | before
    assert done.stderr.startswith(f"{len(mine)} statements in 3 graphs pushed to http://127.0.0.1:{empty}/{path} "
                                  f"({protocol}, ")


def test_an_address_that_takes_nothing_says_so(kg: Run, built: Path, empty: int) -> None:
    done = kg("export", "--to", f"http://127.0.0.1:{empty}/query", "--store", str(built / "store"))
    assert done.returncode == 2
    assert done.stderr.startswith(f"kg: http://127.0.0.1:{empty}/query: 415 ")
    assert not held(empty)


@pytest.mark.parametrize("arguments", [(), ("ttl", "--to", "http://127.0.0.1:1/")])
def test_formats_or_a_server_are_asked_for(kg: Run, arguments: tuple[str, ...]) -> None:
    done = kg("export", *arguments)
    assert done.returncode == 2
    assert "give formats, or --to" in done.stderr
