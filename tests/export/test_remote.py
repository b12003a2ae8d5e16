"""Pushing a graph to another server: what is sent, what is tried again, what is refused."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ExportError
from kg.export.remote import Protocol, Target, push

PAPER = ox.NamedNode("https://example.org/paper/1")
THING = ox.NamedNode("https://example.org/thing")
SAYS = ox.NamedNode("https://example.org/says")


@dataclass
class Server:
    """A server that answers from a list of scripted answers, then 204; it keeps what it was sent."""

    port: int
    script: list[tuple[int, dict[str, str]]]
    asked: list[tuple[str, str, str, bytes, dict[str, str]]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/store"

    def bodies(self) -> list[bytes]:
        return [body for *_, body, _ in self.asked]


@contextmanager
def serving(*script: int | tuple[int, dict[str, str]]) -> Iterator[Server]:
    """Run a server that gives the scripted answers; status 0 closes the connection without one."""
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0))
            server.asked.append((self.command, self.path, self.headers["content-type"], body, dict(self.headers)))
            status, headers = server.script.pop(0) if server.script else (204, {})
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0" if status == 204 else "8")
            self.end_headers()
            if status != 204:
                self.wfile.write(b"no  good")

        do_POST = do_PUT = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(listener.server_port, [(one, {}) if isinstance(one, int) else one for one in script])
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def statements(count: int = 5, graph: ox.NamedNode | None = None) -> list[ox.Quad]:
    return [ox.Quad(THING, SAYS, ox.Literal(f'{i}: "\\\n€'), graph or ox.DefaultGraph()) for i in range(count)]


def store(quads: Iterable[ox.Quad] | None = None) -> ox.Store:
    made = ox.Store()
    made.extend(quads if quads is not None else [*statements(), *statements(2, PAPER)])
    return made


def sent(server: Server, *, protocol: Protocol, waits: list[float] | None = None, told: list[str] | None = None,
         replace: bool = False, graph: str = "", batch: int = 5000, address: str = "") -> int:
    return push(store(), Target(address or server.address, protocol, replace, graph, batch),
                tell=(told if told is not None else []).append,
                wait=(waits if waits is not None else []).append).statements


def test_a_graph_store_gets_one_graph_a_request() -> None:
    with serving() as server:
        assert sent(server, protocol=Protocol.GRAPH_STORE, batch=3) == 7
    methods = [(method, path, kind) for method, path, kind, *_ in server.asked]
    kind = "application/n-triples"
    assert methods == [("POST", "/store?default", kind), ("POST", "/store?default", kind),
                       ("POST", "/store?graph=https%3A%2F%2Fexample.org%2Fpaper%2F1", kind)]
    got = [triple for body in server.bodies() for triple in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
    assert sorted(str(quad.triple) for quad in got) == sorted(str(quad.triple) for quad in store())


def test_replacing_puts_the_first_part_of_each_graph() -> None:
    with serving() as server:
        sent(server, protocol=Protocol.GRAPH_STORE, batch=3, replace=True)
    assert [method for method, *_ in server.asked] == ["PUT", "POST", "PUT"]


@pytest.mark.parametrize(("protocol", "form"), [
    (Protocol.UPDATE, "update"), (Protocol.QUADS, ox.RdfFormat.N_QUADS)])
def test_batches_hold_what_the_store_holds(protocol: Protocol, form: "str | ox.RdfFormat") -> None:
    with serving() as server:
        assert sent(server, protocol=protocol, batch=3) == 7
    assert len(server.asked) == 3
    got = ox.Store()
    for body in server.bodies():
        if isinstance(form, str):
            got.update(body.decode())
        else:
            got.extend(ox.parse(body, format=form))
    assert set(got) == set(store())


def test_updates_empty_a_graph_once_before_they_fill_it() -> None:
    with serving() as server:
        sent(server, protocol=Protocol.UPDATE, batch=3, replace=True)
    got = ox.Store()
    got.extend([ox.Quad(THING, SAYS, ox.Literal("old"), PAPER), ox.Quad(THING, SAYS, ox.Literal("old"))])
    for body in server.bodies():
        got.update(body.decode())
    assert set(got) == set(store())


def test_the_linked_graph_can_go_into_a_graph_of_its_own() -> None:
    with serving() as server:
        sent(server, protocol=Protocol.QUADS, graph="https://example.org/linked")
    got = ox.parse(server.bodies()[0], format=ox.RdfFormat.N_QUADS)
    assert {str(quad.graph_name) for quad in got} == {"<https://example.org/linked>", str(PAPER)}


def test_equal_stores_are_sent_in_the_same_bytes(tmp_path: Path) -> None:
    quads = [*statements(300), *statements(2, PAPER)]
    sides = []
    for name, order in (("one", quads), ("other", quads[::-1])):
        ox.Store(str(tmp_path / name)).extend(order)
        with serving() as server:
            push(ox.Store.read_only(str(tmp_path / name)), Target(server.address, Protocol.QUADS, batch=50), tell=print)
        sides.append(server.bodies())
    assert len(sides[0]) == 7
    assert sides[0] == sides[1]


def test_the_protocol_is_told_by_the_answers() -> None:
    for script, protocol in (
            ((204, 400), Protocol.UPDATE), ((415, 415, 204, 400), Protocol.QUADS),
            ((200, 200, 204, 204), Protocol.GRAPH_STORE), ((415, 415, 201, 400), Protocol.GRAPH_STORE)):
        with serving(*script) as server:
            done = push(store(), Target(server.address), tell=print)
        assert done.protocol is protocol
        assert done.requests == len(server.asked) - len(script)


@pytest.mark.parametrize("status", [408, 425, 429, 502, 503, 504, 0])
def test_what_passes_is_tried_again(status: int) -> None:
    waits: list[float] = []
    told: list[str] = []
    with serving(204, status, status) as server:
        sent(server, protocol=Protocol.UPDATE, batch=5, waits=waits, told=told)
    assert waits == [0.5, 1.0]
    assert len(server.asked) == 4
    assert server.bodies()[1] == server.bodies()[2] == server.bodies()[3]
    assert all(line.startswith(f"{server.address}: ") and "trying again in" in line for line in told)


def test_a_server_says_how_long_to_wait() -> None:
    waits: list[float] = []
    later = formatdate(usegmt=True)
    with serving((503, {"retry-after": "7"}), (429, {"retry-after": later}), (503, {"retry-after": "soon"})) as server:
        sent(server, protocol=Protocol.UPDATE, waits=waits)
    assert waits == [7.0, 1.0, 2.0]


@pytest.mark.parametrize(("script", "tries"), [([503] * 9, 6), ([(503, {"retry-after": "86400"})], 1)])
def test_a_server_that_stays_busy_is_given_up(script: list[int], tries: int) -> None:
    with serving(*script) as server, pytest.raises(ExportError, match=f"gave up after {tries} tries: 503 .*push again"):
        sent(server, protocol=Protocol.UPDATE)
    assert len(server.asked) == tries


@pytest.mark.parametrize(("answer", "message"), [
    (400, r"400 Bad Request: no good \(see the server's log\)"), (401, "KG_USER"), (403, "may not write"),
    (404, "check the address"), (405, "check the address"), (413, "--batch"), (507, "disk is full"),
    ((301, {"location": "http://example.org/there"}), r"moved to http://example.org/there \(give that address\)")])
def test_a_refusal_ends_it_at_once(answer: int, message: str) -> None:
    with serving(answer) as server, pytest.raises(ExportError, match=message) as caught:
        sent(server, protocol=Protocol.UPDATE)
    assert len(server.asked) == 1
    assert caught.value.place == server.address


def credentials(server: Server) -> list[str]:
    return [headers.get("authorization", headers.get("Authorization", "")) for *_, headers in server.asked]


def test_credentials_come_from_address_or_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ann password c\n", encoding="utf-8")
    with serving() as server:
        own = f"http://ada:p%40ss@127.0.0.1:{server.port}/store?key=1"
        sent(server, protocol=Protocol.UPDATE)
        monkeypatch.setenv("KG_TOKEN", "t0ken")
        sent(server, protocol=Protocol.UPDATE)
        sent(server, protocol=Protocol.UPDATE, address=own)
        monkeypatch.delenv("KG_TOKEN")
        monkeypatch.setenv("KG_USER", "bob")
        monkeypatch.setenv("KG_PASSWORD", "wört")
        sent(server, protocol=Protocol.UPDATE)
    assert credentials(server) == ["Basic YW5uOmM=", "Bearer t0ken", "Basic YWRhOnBAc3M=", "Basic Ym9iOnfDtnJ0"]
    assert server.asked[2][1] == "/store?key=1"


def test_no_message_shows_a_secret() -> None:
    with serving(400) as server, pytest.raises(ExportError) as caught:
        sent(server, protocol=Protocol.UPDATE, address=f"http://ada:s3cret@127.0.0.1:{server.port}/store?token=s3cret")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("challenge", [
    {"www-authenticate": 'Digest realm="r", nonce="n", qop="auth", algorithm="MD5"'}, {}])
def test_a_digest_is_given_where_it_is_wanted(challenge: dict[str, str]) -> None:
    asked = (401, {"www-authenticate": 'Digest realm="r", nonce="n", qop="auth", algorithm="MD5"'})
    with serving((401, challenge), asked) as server:
        sent(server, protocol=Protocol.UPDATE, batch=5, address=f"http://ada:x@127.0.0.1:{server.port}/")
    assert [said.partition(" ")[0] for said in credentials(server)] == ["Basic", "", "Digest", "Digest"]
    assert len({*server.bodies()[:3]}) == 1


def test_nobody_there_is_said_at_once() -> None:
    with serving() as server:
        pass
    waits: list[float] = []
    with pytest.raises(ExportError, match="cannot be reached: Connection refused"):
        sent(server, protocol=Protocol.UPDATE, waits=waits)
    assert not waits


@pytest.mark.parametrize("address", ["", "store", "ftp://example.org/", "http://", "http://[::1", "http://a:port/"])
def test_an_address_must_be_one(address: str) -> None:
    with pytest.raises(ExportError, match="no address"):
        push(store(), Target(address), tell=print)


def test_options_must_fit() -> None:
    with serving() as server:
        with pytest.raises(ExportError, match="only add"):
            sent(server, protocol=Protocol.QUADS, replace=True)
        with pytest.raises(ExportError, match="not the IRI of a graph"):
            sent(server, protocol=Protocol.QUADS, graph="linked")
    assert not server.asked


def test_an_empty_store_sends_nothing() -> None:
    with serving() as server:
        done = push(store([]), Target(server.address, Protocol.UPDATE), tell=print)
    assert (done.statements, done.graphs, done.requests, server.asked) == (0, 0, 0, [])
