"""JSON, tables and BibTeX, built by hand."""

from __future__ import annotations

import gzip
import io
import json

import pytest

from kg.model import Paper, Skipped
from kg.read import read
from kg.read.record import arxiv_id, date, doi, names

TEXT = "Foo serves models 2x faster than Bar."
RECORD = {"id": "a1", "title": "Foo", "abstract": TEXT}


def records(raw: str | bytes) -> list[Paper | Skipped]:
    return list(read(["-"], stdin=io.BytesIO(raw.encode() if isinstance(raw, str) else raw)))


def one(raw: str | bytes) -> Paper:
    (paper,) = records(raw)
    assert isinstance(paper, Paper), paper
    return paper


SNAPSHOT = {
    "id": "0704.0001",
    "title": "Foo\n  and Bar",
    "abstract": "  Foo is\nfast.\n",
    "authors": "J. Doe, J. Roe",
    "authors_parsed": [["Doe", "Jane", ""], ["Roe", "John", "Jr"]],
    "comments": "5 pages",
    "doi": "10.1000/X.1",
    "categories": "cs.DC cs.LG",
    "update_date": "2008-11-26",
    "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
}


def test_arxiv_snapshot_keys() -> None:
    paper = one(json.dumps(SNAPSHOT))
    assert (paper.id, paper.arxiv, paper.doi) == ("0704.0001", "0704.0001", "10.1000/x.1")
    assert (paper.title, paper.abstract, paper.comment) == ("Foo and Bar", "Foo is fast.", "5 pages")
    assert (paper.authors, paper.categories) == (("Jane Doe", "John Roe Jr"), ("cs.DC", "cs.LG"))
    assert (paper.created, paper.updated) == ("2007-04-02", "2008-11-26")


FRAMINGS = [
    (json.dumps(RECORD), 1),
    (json.dumps(RECORD, indent=2), 1),
    (json.dumps([RECORD] * 3), 3),
    (json.dumps([RECORD] * 3, indent=2), 3),
    (f"{json.dumps(RECORD)}\n\n{json.dumps(RECORD)}\n", 2),
    (json.dumps(RECORD, indent=1) + json.dumps(RECORD, indent=1), 2),
    (json.dumps({"n": 2, "papers": [RECORD] * 2}), 2),
    (json.dumps({"message": {"items": [RECORD]}}, indent=1), 1),
    ("\ufeff" + json.dumps(RECORD), 1),
    (gzip.compress(json.dumps(RECORD).encode()), 1),
    (json.dumps(RECORD).encode("utf-16"), 1),
    (json.dumps({**RECORD, "abstract": 'a "quoted\\" [bracket'}, indent=1), 1),
]


@pytest.mark.parametrize(("raw", "count"), FRAMINGS)
def test_framings(raw: str | bytes, count: int) -> None:
    found = records(raw)
    assert len(found) == count and all(isinstance(paper, Paper) and paper.id == "a1" for paper in found)


def test_number_of_framings() -> None:
    assert len(FRAMINGS) == 12


def test_text_is_parted_where_it_begins_with_the_title() -> None:
    paper = one(json.dumps({"id": "x", "title": "Foo $n$", "text": f"Foo $n$\n\n{TEXT}"}))
    assert (paper.title, paper.abstract, paper.text) == ("Foo n", TEXT, f"Foo n\n\n{TEXT}")
    untitled = one(json.dumps({"id": "x", "title": None, "text": TEXT}))
    assert (untitled.title, untitled.text) == (None, TEXT)


def test_own_id_goes_before_the_arxiv_id() -> None:
    paper = one(json.dumps({**RECORD, "arxiv": "2511.00001v3"}))
    assert (paper.id, paper.arxiv) == ("a1", "2511.00001")


def test_ids_where_the_record_has_none() -> None:
    assert one(json.dumps({"abstract": TEXT, "url": "http://arxiv.org/abs/cs.LG/0701001v1"})).id == "cs.LG/0701001"
    assert one(json.dumps({"abstract": TEXT, "doi": "https://doi.org/10.1000/ABC"})).id == "10.1000/abc"
    first, second = (one(json.dumps({"abstract": text})) for text in (TEXT, TEXT.upper()))
    assert first.id == second.id and first.id.startswith("text-")


@pytest.mark.parametrize("abstract", [None, "", "  ", "N/A", "No abstract available"])
def test_record_without_abstract_is_named(abstract: str | None) -> None:
    (skipped,) = records(json.dumps({**RECORD, "abstract": abstract}))
    assert isinstance(skipped, Skipped) and skipped.id == "a1" and "no abstract" in skipped.reason


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tables(delimiter: str) -> None:
    rows = [
        ["Key", "Title", "Author", "Abstract Note", "Date"],
        ["k1", "Foo", "Doe, Jane; Roe, John", f'"{TEXT}\nMore, and; more."', "2021-05-01"],
        ["k2", "Bar", "", "", ""],
    ]
    paper, skipped = records(
        "\n".join(delimiter.join(f'"{cell}"' if cell[:1] not in '"' else cell for cell in row) for row in rows)
    )
    assert isinstance(paper, Paper) and isinstance(skipped, Skipped)
    assert (paper.id, paper.authors, paper.created) == ("k1", ("Jane Doe", "John Roe"), "2021-05-01")
    assert paper.abstract == f"{TEXT} More, and; more."
    assert (skipped.id, skipped.origin.line) == ("k2", 4)


def test_table_with_an_open_quote() -> None:
    paper, skipped = records(f'title,abstract\nA,"{TEXT}"\nB,"{TEXT}\nC,{TEXT}\n')
    assert isinstance(paper, Paper) and isinstance(skipped, Skipped) and skipped.origin.line == 3


BIB = """Scraps before the first entry
@string{v = "Venue"}
@article{k1, title={A {GPU} Thing}, author={Doe, Jane and {The Foo Team} and John Roe}, journal=v,
  abstract={{Foo is 5\\% faster & M{\\"u}ller's {BAR} is not.}}, year=2021, month=mar, eprint={2103.00001}}
@article{k2, title={B}, abstract={Never closed
@article{k3, title="C", abstract="Bar is fine."}
"""


def test_bibtex() -> None:
    first, broken, last = records(BIB)
    assert isinstance(first, Paper) and isinstance(broken, Skipped) and isinstance(last, Paper)
    assert (first.id, first.title, first.created, first.arxiv) == ("k1", "A GPU Thing", "2021-03", "2103.00001")
    assert first.abstract == "Foo is 5% faster & Müller's BAR is not."
    assert first.authors == ("Jane Doe", "The Foo Team", "John Roe")
    assert (broken.origin.line, last.id) == (5, "k3")


def test_identifiers_dates_and_names() -> None:
    assert arxiv_id("arXiv:2510.04800v2") == arxiv_id("10.48550/arXiv.2510.04800") == "2510.04800"
    assert arxiv_id("train-000") is None and arxiv_id("2510.0480") is None
    assert doi("doi:10.1000/A") == "10.1000/a" and doi("a") is None
    assert [date(raw) for raw in ("2021", "2021-05-06T10:00:00Z", "soon")] == ["2021", "2021-05-06", None]
    assert names("Jane Doe, John Roe and Ann Poe") == ("Jane Doe", "John Roe", "Ann Poe")
    assert names("Doe, Jane and Roe, John") == ("Jane Doe", "John Roe")
    assert names("Doe, J.") == ("J. Doe",)
