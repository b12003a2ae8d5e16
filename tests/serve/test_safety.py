"""What an endpoint must not do: read files, reach out, run on, be called by strangers, change anything."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.sparql import refuse_unsafe
from kg.store import write_store

if TYPE_CHECKING:
    from tests.serve.conftest import Endpoint, Serving

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HIDDEN = [
    "SELECT * { SERVICE <http://HOST/s> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://HOST/s> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { service<http://HOST/s>{ ?s ?p ?o } } } }",
    "SELECT * { BIND(<http://HOST/s> AS ?there) SERVICE ?there { ?s ?p ?o } }",
    "PREFIX x: <http://HOST/> SELECT * { SERVICEx:s{ ?s ?p ?o } }",
    "SELECT * { BIND(1 AS ?a) FILTER(?a<'>' ) SERVICE <http://HOST/s> { ?s ?p ?o } FILTER('a'>'b') }",
    "SELECT * { BIND(1 AS ?a) FILTER(!(?a<?b#>\"\"\"\n)) SERVICE <http://HOST/s> { ?s ?p ?o } #\"\"\"\n}",
    "SELECT * { ?s ?p ?o FILTER(?s<?o)SERVICE#>\n <http://HOST/s> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE <http://HOST/s> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1.0SERVICE#\nSILENT#\n<http://HOST/s>#\n{ ?s ?p ?o } }",
]
INNOCENT = [
    "SELECT * { ?s kg:service <http://example.org/service#a> . OPTIONAL { ?s ?p 'SERVICE <a:b> {' } }",
    "# SERVICE ?x {\nSELECT * { ?s kg:service ?o . { ?o ?p ?x } }",
    "SELECT * { ?service ?p 3 FILTER(?service<4 && 5>?p) }",
]


@pytest.fixture
def outside() -> Iterator[tuple[str, list[bytes]]]:
    """Return the address of a server that keeps what it is sent."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                return
            with link:
                link.settimeout(1)
                heard.append(link.recv(1000))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}", heard
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


@pytest.mark.parametrize("query", HIDDEN)
def test_service_is_refused_however_it_is_written(endpoint: Endpoint, query: str,
                                                  outside: tuple[str, list[bytes]]) -> None:
    place, heard = outside
    reply = endpoint.query(query.replace("HOST", place))
    assert reply.status == 400
    assert b"SERVICE" in reply.body
    assert not heard


@pytest.mark.parametrize("query", INNOCENT)
def test_the_word_alone_is_not_refused(endpoint: Endpoint, query: str) -> None:
    refuse_unsafe(query, place="query")
    assert endpoint.query(query).status == 200


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not tell open files")
def test_the_process_of_a_query_has_no_way_out_even_where_service_is_missed(
        served_store: Path, outside: tuple[str, list[bytes]]) -> None:
    place, heard = outside
    query = f"SELECT * {{ SERVICE <http://{place}/s> {{ ?s ?p ?o }} }}"
    script = ("import sys, pathlib, kg.reader as r, kg.worker as w\n"
              "folder = pathlib.Path(sys.argv[1])\n"
              "store = r.open_store(folder)\n"
              "if sys.argv[3] == 'confined': w.confine(folder, memory=2_000_000_000)\n"
              "r.refuse_unsafe = lambda *a, **k: None\n"
              "print(r.answer(store, {'kind': 'sparql', 'query': sys.argv[2], 'default': [], 'named': [],\n"
              "      'formats': {'solutions': 'json'}, 'bytes': 1000})[0]['status'])\n")
    for state, calls in (("confined", 0), ("free", 1)):
        done = subprocess.run([sys.executable, "-c", script, str(served_store), query, state], capture_output=True,
                              text=True, timeout=60, check=True)
        assert done.stdout.strip() == "failed", done.stderr
        assert len(heard) == calls


@pytest.mark.parametrize("clause", ["FROM <file:///etc/passwd>", "FROM NAMED <file:///etc/passwd>",
                                    "FROM <http://127.0.0.1:1/data.ttl>", "FROM <http://example.org/none>"])
def test_from_reads_no_file_and_no_server(endpoint: Endpoint, clause: str) -> None:
    reply = endpoint.query(f"SELECT * {clause} {{ ?s ?p ?o }}")
    assert reply.status == 400
    assert b"the store has no graph" in reply.body


def test_from_resolves_relative_and_prefixed_names(endpoint: Endpoint) -> None:
    for clause in ("BASE <file:///etc/> SELECT * FROM <passwd>",
                   "PREFIX x: <file:///etc/> SELECT * FROM NAMED x:passwd",
                   "PREFIX x: <file:///etc/> SELECT * FROM#\nNAMED#\nx:passwd"):
        reply = endpoint.query(clause + " { ?s ?p ?o }")
        assert reply.status == 400
        assert b"<file:///etc/passwd>" in reply.body


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", ["file:///etc/passwd", "http://127.0.0.1:1/x", "relative", "a b"])
def test_graphs_of_the_protocol_are_those_of_the_store(endpoint: Endpoint, name: str, iri: str) -> None:
    assert endpoint.query("SELECT * { ?s ?p ?o }", **{name: iri}).status == 400


def test_a_papers_graph_can_be_named(endpoint: Endpoint) -> None:
    reply = endpoint.query("SELECT * FROM <https://w3id.org/abstract-kg/paper/p1> { ?s a kg:Claim }")
    assert reply.status == 200
    assert b"bindings" in reply.body


@pytest.mark.parametrize("path", ["/queries/..%2f..%2fsecret.rq", "/queries/%2Fetc%2Fpasswd.rq", "/queries/mine.rq",
                                  "/assets/..%2fapp.py", "/assets/%2e%2e/app.py", "/../etc/passwd"])
def test_no_path_leads_to_a_file(endpoint: Endpoint, path: str) -> None:
    assert endpoint.ask(path).status == 404


def test_a_query_that_runs_on_is_cut_and_others_are_served(endpoint: Endpoint) -> None:
    with ThreadPoolExecutor(1) as pool:
        begun = time.monotonic()
        slow = pool.submit(endpoint.query, SLOW)
        time.sleep(0.2)
        assert endpoint.query("ASK {}").status == 200
        cut = slow.result(timeout=30)
    assert time.monotonic() - begun < 15
    assert (cut.status, cut.headers["retry-after"]) == (503, "5")
    assert b"the query was cut after 2 s" in cut.body
    assert endpoint.query("ASK { ?s ?p ?o }").status == 200


def test_more_slow_queries_than_processes_do_not_stop_it_for_good(endpoint: Endpoint) -> None:
    with ThreadPoolExecutor(6) as pool:
        replies = [*pool.map(lambda i: endpoint.query(f"{SLOW} # {i}"), range(6))]
    assert {reply.status for reply in replies} == {503}
    assert endpoint.query("ASK { ?s ?p ?o }").status == 200


def test_an_answer_that_is_too_large_is_refused(endpoint: Endpoint) -> None:
    for query in ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }"):
        reply = endpoint.query(query)
        assert reply.status == 422
        assert b"more than 200000 bytes" in reply.body


def test_a_body_that_is_too_large_is_refused(endpoint: Endpoint) -> None:
    assert endpoint.post("ASK {} #" + "x" * 1_000_001, "application/sparql-query").status == 413
    link = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=20)
    link.request("POST", "/sparql", (b"x" * 100_000 for _ in range(20)),
                 {"content-type": "application/sparql-query"}, encode_chunked=True)
    assert link.getresponse().status == 413
    link.close()


def test_a_client_that_leaves_frees_its_process(endpoint: Endpoint) -> None:
    for i in range(4):
        with socket.create_connection(("127.0.0.1", endpoint.port)) as link:
            query = f"{SLOW} # {i} left".replace(" ", "%20").replace("#", "%23").replace("{", "%7B").replace("}", "%7D")
            link.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            time.sleep(0.1)
    begun = time.monotonic()
    assert endpoint.query("ASK { ?left ?p ?o }").status == 200
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example",
                                  "127.0.0.1.evil.example", "localhost@evil.example", "", "localhost/x", "[::1"])
def test_a_foreign_host_is_refused(endpoint: Endpoint, host: str) -> None:
    assert endpoint.ask("/about", headers={"host": host}).status in {400, 403}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:8000", "192.0.2.1"])
def test_its_own_names_are_not(endpoint: Endpoint, host: str) -> None:
    assert endpoint.ask("/about", headers={"host": host}).status == 200


def test_pages_of_other_origins_may_not_ask(endpoint: Endpoint) -> None:
    for origin in ("https://evil.example", "null", f"https://127.0.0.1:{endpoint.port}"):
        reply = endpoint.ask("/sparql", {"query": "ASK {}"}, headers={"origin": origin})
        assert reply.status == 403
        assert "access-control-allow-origin" not in reply.headers
    own = endpoint.ask("/sparql", {"query": "ASK {}"}, headers={"origin": f"http://127.0.0.1:{endpoint.port}"})
    assert own.status == 200
    assert "access-control-allow-origin" not in own.headers


def test_origins_and_hosts_are_let_in_when_asked_for(served_store: Path, serving: Serving) -> None:
    with serving(served_store, "--cors", "https://good.example", "--allow-host", "kg.example") as endpoint:
        good = {"origin": "https://good.example", "host": "kg.example"}
        reply = endpoint.ask("/sparql", {"query": "ASK {}"}, headers=good)
        assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "https://good.example")
        before = endpoint.ask("/sparql", method="OPTIONS", headers={**good, "access-control-request-method": "POST"})
        assert before.status == 200
        assert endpoint.ask("/about", headers={"origin": "https://evil.example"}).status == 403


def test_every_answer_forbids_what_it_does_not_need(endpoint: Endpoint) -> None:
    for path in ("/", "/query", "/sparql", "/about", "/queries", "/none", "/assets/query.js"):
        headers = endpoint.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_it_listens_on_loopback_alone(endpoint: Endpoint) -> None:
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in others - {"127.0.0.1", "127.0.1.1"}:
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((str(address), endpoint.port), timeout=2).close()
    assert endpoint.ask("/about").status == 200


def test_a_port_in_use_is_said(endpoint: Endpoint, served_store: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "kg", "serve", "--store", str(served_store), "--port",
                           str(endpoint.port)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"127.0.0.1:{endpoint.port}: cannot listen: Address already in use (give another --port" in done.stderr


def test_no_store_is_said(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "kg", "serve", "--store", str(tmp_path / "none"), "--port", "0"],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no store here" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_its_processes(served_store: Path, serving: Serving, stop: signal.Signals) -> None:
    with serving(served_store) as endpoint:
        children = Path(f"/proc/{endpoint.process.pid}/task/{endpoint.process.pid}/children")
        readers = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(endpoint.query, SLOW)
            time.sleep(0.3)
            endpoint.process.send_signal(stop)
            code = endpoint.process.wait(20)
            assert running.result(20).status == 503
        assert code in {0, -signal.SIGTERM}
        assert code == 0 or stop == signal.SIGTERM
        assert endpoint.process.stderr is not None
        assert "Traceback" not in endpoint.process.stderr.read()
        assert not [pid for pid in readers if Path(f"/proc/{pid}/stat").exists()]


def test_a_new_generation_is_read_from_the_next_question_on(tmp_path: Path, serving: Serving) -> None:
    def quads(count: int) -> list[ox.Quad]:
        return [ox.Quad(ox.NamedNode(f"a:{i}"), ox.NamedNode("a:p"), ox.Literal(i)) for i in range(count)]

    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    write_store(tmp_path / "store", quads(3))
    with serving(tmp_path / "store", "--queries", "2") as endpoint:
        assert b'"value":"3"' in endpoint.query(count).body
        write_store(tmp_path / "store", quads(5))
        for _ in range(4):
            assert b'"value":"5"' in endpoint.query(count).body


def test_hidden_service_is_refused_on_the_command_line_too() -> None:
    refused = 0
    for query in HIDDEN:
        with pytest.raises(QueryError, match="SERVICE"):
            refuse_unsafe(query, place="query")
        refused += 1
    assert refused == 10
