"""Papers of arXiv, from a server on loopback that answers as arXiv does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kg.model import Paper, Skipped
from kg.read import fetch, read

arxiv = pytest.importorskip("arxiv")

FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
  xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/api/1</id><title>arXiv Query</title>
<opensearch:totalResults>{total}</opensearch:totalResults><opensearch:startIndex>{start}</opensearch:startIndex>
<opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>{entries}</feed>"""
ENTRY = """<entry><id>http://arxiv.org/abs/{id}v1</id><title>Paper {id}</title><updated>2025-11-03T10:00:00Z</updated>
<published>2025-11-01T10:00:00Z</published><summary>Foo {id} is fast.</summary><author><name>Jane Doe</name></author>
<arxiv:comment>5 pages</arxiv:comment><category term="cs.DC"/></entry>"""
ERROR = """<entry><id>https://arxiv.org/api/errors#incorrect_id</id><title>Error</title>
<updated>2025-11-03T10:00:00Z</updated><summary>incorrect id</summary></entry>"""


@dataclass
class Server:
    """What the server knows, and what it was asked."""

    known: int = 5
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, asked: dict[str, str]) -> str:
        """Return a feed for the parameters of a request."""
        self.asked.append(asked)
        start, size = int(asked.get("start", 0)), int(asked.get("max_results", 10))
        ids = [f"2511.{number:05}" for number in range(1, self.known + 1)]
        if asked.get("id_list"):
            ids = [one for one in ids if one in asked["id_list"]]
        page = "".join(ENTRY.format(id=one) for one in ids[start:start + size])
        page = page or (ERROR if asked.get("id_list") else "")
        return FEED.format(total=len(ids), start=start, size=size, entries=page)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """Give a server that the client asks instead of arXiv, without its pauses, and an empty cache."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            body = state.answer(asked).encode()
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setattr(arxiv.Client, "query_url_format", f"http://127.0.0.1:{listening.server_port}/api/query?{{}}")
    client = arxiv.Client(page_size=2, delay_seconds=0, num_retries=1)
    monkeypatch.setattr(fetch, "_client", lambda: client)
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    yield state
    client._session.close()
    listening.shutdown()
    thread.join()
    listening.server_close()


def skipped(entry: str) -> str:
    (one,) = read([entry])
    assert isinstance(one, Skipped) and one.origin.file == entry
    return one.reason


def test_one_paper_is_asked_for_once(server: Server) -> None:
    first, second = (list(read(["arxiv:2511.00002"])) for _ in range(2))
    assert first == second and len(server.asked) == 1 and server.asked[0]["id_list"] == "2511.00002"
    (paper,) = first
    assert isinstance(paper, Paper)
    assert (paper.id, paper.arxiv, paper.title) == ("2511.00002", "2511.00002", "Paper 2511.00002")
    assert (paper.abstract, paper.authors, paper.created) == ("Foo 2511.00002 is fast.", ("Jane Doe",), "2025-11-01")
    assert (paper.updated, paper.comment, paper.categories) == ("2025-11-03", "5 pages", ("cs.DC",))
    assert [(one.file, one.line) for one in paper.origins] == [("arxiv:2511.00002", 1)]


def test_a_search_reads_every_page(server: Server) -> None:
    entry = "arxiv-search:cat:cs.DC AND all:serving"
    papers = list(read([entry]))
    assert [one.id for one in papers if isinstance(one, Paper)] == [f"2511.0000{n}" for n in range(1, 6)]
    assert [one["start"] for one in server.asked] == ["0", "2", "4"]
    assert {one["search_query"] for one in server.asked} == {"cat:cs.DC AND all:serving"}
    assert {one["sortBy"] for one in server.asked} == {"submittedDate"}
    assert list(read([entry])) == papers and len(server.asked) == 3


def test_too_much_is_said(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LIMIT", 3)
    *papers, last = read(["arxiv-search:all:foo"])
    assert len(papers) == 3 and isinstance(last, Skipped) and "more than the 3 papers" in last.reason


def test_faults(server: Server) -> None:
    assert "knows no paper" in skipped("arxiv:2511.99999") and "https://arxiv.org" in skipped("arxiv:2511.99999")
    assert "'abc' is no arXiv identifier (write arxiv:2511.21686" in skipped("arxiv:abc")
    assert "no query" in skipped("arxiv-search:")
    assert len(server.asked) == 2  # what is not found is not kept
    server.known = 0
    assert "finds nothing" in skipped("arxiv-search:all:foo")
    server.status = 503
    assert "status 503" in skipped("arxiv-search:all:bar") and "try again later" in skipped("arxiv-search:all:bar")


def test_without_network(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv.Client, "query_url_format", "http://127.0.0.1:1/{}")
    assert "cannot be reached: ConnectionError (check the network" in skipped("arxiv:2511.00001")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "arxiv", None)
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    fetch._client.cache_clear()
    assert "pip install 'abstract-kg[fetch]'" in skipped("arxiv:2511.00001")


def test_where_answers_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "a"))
    assert fetch.cache_folder() == tmp_path / "a"
    monkeypatch.delenv("KG_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert fetch.cache_folder() == tmp_path / "b" / "kg"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert fetch.cache_folder() == tmp_path / ".cache" / "kg"


def test_a_broken_answer_on_disk_is_asked_anew(server: Server, tmp_path: Path) -> None:
    before = list(read(["arxiv:2511.00001"]))
    (kept,) = (tmp_path / "cache" / "arxiv").iterdir()
    kept.write_text('{"records": [')
    assert list(read(["arxiv:2511.00001"])) == before and len(server.asked) == 2


def test_the_client_keeps_the_limit_of_arxiv() -> None:
    fetch._client.cache_clear()
    assert fetch._client().delay_seconds >= 3 and fetch._client() is fetch._client()
