"""Whatever a request brings, the endpoint answers it, and goes on."""

import socket
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PATHS = st.sampled_from((
    "sparql", "queries/beats", "queries", "search", "entity", "paper", "results", "compare", "about", "assets/query.js",
    "query", "sparql/")) | st.text()
NAMES = st.sampled_from((
    "query", "q", "limit", "system", "name", "metric", "format", "default-graph-uri", "update", "a", "id"))
VALUES = st.binary(max_size=60) | st.sampled_from((
    b"ASK {}", b"SELECT * { ?s ?p ?o } LIMIT 3", b"ASK FROM <x> {}", b"DESCRIBE <urn:a>", b"SERVICE", b"1", b"-1",
    b"9" * 40, b"http://[", b"urn:a b", b"json"))
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=3)
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
HEADERS = st.dictionaries(st.sampled_from((
    "accept", "content-type", "origin", "content-length", "x-any", "accept-encoding", "if-none-match", "range",
    "cookie", "expect", "connection")), st.text(PRINTABLE, max_size=40), max_size=3)
KINDS = st.sampled_from((
    "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update", "text/plain", ""))


def raw(endpoint: Any, request: bytes) -> bytes:
    """Send bytes and return the first line of what comes back, empty where the connection is closed."""
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=20) as link:
        link.sendall(request)
        link.shutdown(socket.SHUT_WR)
        return link.makefile("rb").readline()


def fine(line: bytes) -> bool:
    """Tell whether an answer is one that a client can have caused; a busy endpoint may say so, too."""
    return not line or line.split(b" ")[1][:1] in b"1234" or line.split(b" ")[1] == b"503"


def encoded(fields: list[tuple[str, bytes]]) -> str:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields)


@given(path=PATHS, fields=FIELDS, headers=HEADERS)
@ANY
def test_any_get_is_answered(endpoint: Any, path: str, fields: list[tuple[str, bytes]],
                             headers: dict[str, str]) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if name != "content-length")
    where = quote_from_bytes(path.encode("utf-8", "surrogatepass"), safe="/")
    assert fine(raw(endpoint, f"GET /{where}?{encoded(fields)} HTTP/1.1\r\nhost: localhost\r\n{lines}"
                              "connection: close\r\n\r\n".encode()))
    assert endpoint.ask("/about").status == 200


@given(kind=KINDS | st.text(PRINTABLE),
       body=st.binary() | FIELDS.map(lambda fields: encoded(fields).encode()))
@ANY
def test_any_post_is_answered(endpoint: Any, kind: str, body: bytes) -> None:
    said = endpoint.post(body, kind.strip())
    assert said.status < 500 or said.status == 503, said.body


@given(st.binary(max_size=400) | st.binary(max_size=100).map(
    lambda part: b"GET /sparql?query=" + part + b" HTTP/1.1\r\n\r\n"))
@ANY
def test_bytes_that_are_no_request_do_no_harm(endpoint: Any, request_bytes: bytes) -> None:
    assert fine(raw(endpoint, request_bytes))
    assert endpoint.ask("/about").status == 200
