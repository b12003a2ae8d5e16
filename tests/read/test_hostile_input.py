"""Any bytes at all: papers or reasons, never another error, in time that grows with the input."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.model import Paper, Skipped
from kg.read import merge_duplicates, read
from kg.read.fields import SYNONYMS
from kg.read.formats import FORMATS, Format
from kg.read.source import open_source
from kg.text import repair

from .samples import SAMPLES

RAWS = [raw.encode() for _, raw in SAMPLES.values()]
TOKENS = [
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b"\xed\xa0\x80", b"\\ud800", "\u202e".encode(), b"\x85",
    b"<", b"</", b"]]>", b"<![CDATA[", b"<!--", b"<?", b"&", b"&#0;", b"&#xD800;", b"<!ENTITY", b"<!DOCTYPE a [", b"{",
    b"}", b"[", b"]", b'"', b"'", b",", b"null", b"1e999", b"9" * 5000, b"NaN", b"@", b"@string{", b"TY  - ",
    b"ER  - ", b"- ", b"&a *a", b"---", b": ", b"$", b"\\", b"\\frac{", b"<sup>", b"<math>", b"0000-00-00",
    b"9999999999-99-99", b"10.1000/", b"\t" * 50]
"""What parsers trip over."""

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Give a sample with parts cut out, moved, doubled and replaced by what parsers trip over."""
    raw = draw(st.sampled_from(RAWS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 60)))
        other = draw(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8), st.just(raw[start:end] * 2)))
        raw = raw[:start] + other + raw[end:]
    return raw


def check(record: object) -> None:
    """See that a record is one that the rest can take."""
    assert isinstance(record, Paper | Skipped)
    if isinstance(record, Skipped):
        assert record.reason and record.origin.line >= 0
        f"{record.reason}{record.id}".encode()
        return
    assert record.abstract.strip() and record.id
    for text in (record.id, record.text, *record.authors, *record.categories, record.url or "", record.comment or ""):
        text.encode()
        assert "\0" not in text and text == text.strip()
    assert repair(record.abstract) == record.abstract


@QUICK
@given(broken() | st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "ignore")))
def test_any_bytes(raw: bytes) -> None:
    records = list(read(["-"], stdin=io.BytesIO(raw)))
    assert records
    for record in records:
        check(record)
    merge_duplicates(one for one in records if isinstance(one, Paper))


@pytest.mark.parametrize("form", FORMATS, ids=[form.name for form in FORMATS])
@QUICK
@given(raw=st.one_of(broken(), st.binary(min_size=1, max_size=300)))
def test_any_reader_takes_any_bytes(form: Format, raw: bytes) -> None:
    """A reader whose file was told wrongly reads what it can."""
    for record in form.read(open_source(io.BytesIO(raw), "-")):
        check(record)


@settings(QUICK, max_examples=400)
@given(st.text(max_size=200) | st.lists(st.sampled_from([one.decode("utf-8", "replace") for one in TOKENS])).map(
    "".join))
def test_repair_takes_any_text(raw: str) -> None:
    text = repair(raw)
    text.encode()
    assert repair(text) == text and "\0" not in text


KEYS = sorted({name for names in SYNONYMS.values() for name in names} | {
    "content", "paper", "abstract_inverted_index", "authorships", "locations", "primary_location", "externalIds",
    "openaccessinfo", "corpusid", "cdate", "issued", "tags", "topics"})
INNER = ("value", "date-parts", "year", "name", "author", "given", "family", "creatorType", "ArXiv", "DOI", "title",
         "abstract")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["2511.00001", "2025-11"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(INNER) | st.text(max_size=3), inner, max_size=3),
    max_leaves=8)


@settings(QUICK, max_examples=400)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
def test_any_values_under_known_names(record: dict[str, object]) -> None:
    for one in read(["-"], stdin=io.BytesIO(json.dumps([{"abstract": "Foo is fast.", **record}]).encode())):
        check(one)


FEED = "<feed xmlns='http://www.w3.org/2005/Atom'>"
UNITS: dict[str, tuple[str, Callable[[int], str], str]] = {
    "Atom": (FEED, lambda n: "<entry><id>a</id><summary>b</summary></entry>\n" * n, ""),
    "Atom, one line": (FEED, lambda n: "<entry><summary>b</summary></entry>" * n, ""),
    "authors": (f"{FEED}<entry><summary>b</summary>",
                lambda n: "<author><name>A</name></author>\n" * n, "</entry></feed>"),
    "OAI-PMH": ("<OAI-PMH>", lambda n: "<record><header><identifier>a</identifier></header></record>\n" * n, ""),
    "JATS": ("<article><front><article-meta><abstract>", lambda n: "<p>a<sup>2</sup></p>\n" * n,
             "</abstract></article-meta></front></article>"),
    "PubMed": ("<PubmedArticleSet>", lambda n: "<PubmedArticle><MedlineCitation/></PubmedArticle>\n" * n, ""),
    "RDF": ("<rdf:RDF xmlns:rdf='r' xmlns:z='http://www.zotero.org/namespaces/export#' xmlns:b='b'>",
            lambda n: "<b:A><z:itemType>x</z:itemType><b:abstract>b</b:abstract></b:A>\n" * n, "</rdf:RDF>"),
    "RIS": ("", lambda n: "TY  - JOUR\nAB  - b\nER  - \n" * n, ""),
    "RIS, one record": ("TY  - JOUR\nAB  - b\n", lambda n: "more and more\n" * n, ""),
    "RIS, keywords": ("TY  - JOUR\nAB  - b\nKW  - a\n", lambda n: "more\n" * n, ""),
    "RIS, notes": ("TY  - JOUR\nAB  - b\n", lambda n: "N1  - more\nmore\n" * n, ""),
    "WoS": ("FN a\nVR 1.0\n", lambda n: "PT J\nAB b\nER\n\n" * n, ""),
    "MEDLINE": ("", lambda n: "PMID- 1\nAB  - b\n\n" * n, ""),
    "YAML": ("references:\n", lambda n: "- id: a\n  abstract: b\n" * n, ""),
    "YAML, one item": ("- id: a\n  abstract: >\n", lambda n: "    more\n" * n, ""),
    "BibTeX": ("", lambda n: "@misc{a, title={A}, abstract={b}}\n" * n, ""),
    "BibTeX, broken": ("", lambda n: "@misc{a, title={A, abstract={b}\n" * n, ""),
    "BibTeX, people": ("@misc{a, abstract={b}, author={A", lambda n: " and A" * n, "}}"),
    "BibTeX, braces": ("@misc{a, abstract={", lambda n: "{" * n + "b" + "}" * n, "}}"),
    "JSON": ("[", lambda n: ",\n".join(['{"id": "a", "abstract": "b"}'] * n), "]"),
    "JSON Lines": ("", lambda n: '{"id": "a", "abstract": "b"}\n' * n, ""),
    "JSON, brackets": ('{"abstract": ["', lambda n: "{[" * n, '"]}'),
    "inverted index": ('{"title": "a", "abstract_inverted_index": {',
                       lambda n: ", ".join(f'"w{i}": [{i}]' for i in range(n)), "}}"),
    "CSV": ("title,abstract\n", lambda n: "a,b\n" * n, ""),
    "CSV, quotes": ("title,abstract\n", lambda n: 'a,"b""\n' * n, ""),
    "listing": ("", lambda n: f"Foo and Bar\n\n{'It was measured. ' * 14}\n\narXiv:2511.00001\n\n" * n, ""),
    "blank lines": ("", lambda n: "\n" * n, ""),
    "blanks": ("", lambda n: " \t" * n, "x"),
    "rules": ("", lambda n: "---\n" * n, ""),
    "comments": ("", lambda n: "#\n" * n, ""),
    "markup": ('{"abstract": "b', lambda n: "<p>b<sup>2</sup>" * n, '"}'),
}


@pytest.mark.parametrize("kind", UNITS)
def test_time_grows_with_the_input(kind: str) -> None:
    begin, unit, end = UNITS[kind]
    took = []
    for count in (300, 2400):
        raw = f"{begin}{unit(count)}{end}".encode()
        start = time.process_time()
        assert list(read(["-"], stdin=io.BytesIO(raw)))
        took.append(time.process_time() - start)
    assert took[1] < 24 * took[0] + 1, took
