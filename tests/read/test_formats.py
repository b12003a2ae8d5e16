"""Every format, by a small file of our own: what is recognised, and where each field goes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma

import pytest

from kg.model import Paper, Skipped
from kg.read import read
from kg.read.formats import FORMATS, format_of

from . import samples

ALONE = {"OAI arXivRaw", "OAI oai_dc"}
"""Records without an envelope, of which a file holds one."""


def records(raw: str | bytes) -> list[Paper | Skipped]:
    return list(read(["-"], stdin=io.BytesIO(raw.encode() if isinstance(raw, str) else raw)))


def first(kind: str) -> Paper:
    found = records(samples.SAMPLES[kind][1])[0]
    assert isinstance(found, Paper), found
    return found


def test_number_of_samples() -> None:
    assert len(samples.SAMPLES) == 25
    assert {told for told, _ in samples.SAMPLES.values()} == {one.name for one in FORMATS}


@pytest.mark.parametrize("kind", samples.SAMPLES)
def test_sample(kind: str) -> None:
    told, raw = samples.SAMPLES[kind]
    found = format_of(raw.removeprefix("\ufeff"))
    assert found and found.name == told
    paper, *others = records(raw)
    assert isinstance(paper, Paper) and paper.title in {"Foo and Bar", None}
    assert paper.text.startswith(f"Foo and Bar\n\n{samples.READ}" if paper.title else samples.READ) or kind == "JATS"
    assert [type(one) for one in others] == ([] if kind in ALONE else [Skipped])
    if kind == "OAI arXiv":
        assert others[0].id == "oai:arXiv.org:2511.00002" and "deleted" in others[0].reason
    elif others and kind != "listing":
        assert others[0].reason == "the record has no abstract" and others[0].id


BEGINNINGS = {
    "Atom": "<entry>", "OAI arXiv": "<record>", "PubMed": "<PubmedArticle>", "JATS": "<article>",
    "Zotero RDF": "<bib:Article", "RIS": "TY  -", "Web of Science": "PT J", "MEDLINE": "PMID-", "CSL YAML": "- id:",
    "BibTeX": "{ba", "Scopus": ",Baz"}


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_places(kind: str) -> None:
    raw = samples.SAMPLES[kind][1]
    found = records(raw)[-1]
    assert isinstance(found, Skipped)
    assert found.origin.line == raw[:raw.rindex(BEGINNINGS[kind])].count("\n") + 1


@pytest.mark.parametrize("kind", [
    "Atom", "OAI arXiv", "OAI arXivRaw", "OAI oai_dc", "Zotero RDF", "RIS", "Web of Science", "MEDLINE", "CSL YAML",
    "CSL JSON", "Crossref", "OpenAlex", "Semantic Scholar", "daily papers", "OpenReview", "Zotero JSON",
    "Papers with Code", "JSON Lines", "Scopus", "BibTeX"])
def test_people(kind: str) -> None:
    assert first(kind).authors == ("Jane Doe", "John Roe")


@pytest.mark.parametrize("kind", ["PubMed", "JATS"])
def test_groups_are_people_and_editors_are_not(kind: str) -> None:
    assert first(kind).authors == ("Jane Doe", "The Foo Team")


@pytest.mark.parametrize(("kind", "day"), [
    *((kind, "2025-11-01") for kind in (
        "Atom", "OAI arXiv", "OAI arXivRaw", "OAI oai_dc", "PubMed", "JATS", "Zotero RDF", "RIS", "Web of Science",
        "MEDLINE", "CSL YAML", "CSL JSON", "Crossref", "OpenAlex", "Semantic Scholar", "daily papers", "OpenReview",
        "Zotero JSON", "Papers with Code", "listing")),
    ("BibTeX", "2025-11"), ("Scopus", "2025")])
def test_dates(kind: str, day: str) -> None:
    assert first(kind).created == day


@pytest.mark.parametrize(("kind", "own", "arxiv", "doi"), [
    *((kind, "2511.00001", "2511.00001", "10.1000/foo.1") for kind in (
        "Atom", "OAI arXiv", "OAI arXivRaw", "OAI oai_dc", "JATS", "Zotero RDF")),
    ("PubMed", "pmid:123", None, "10.1000/foo.1"), ("MEDLINE", "pmid:123", None, "10.1000/foo.1"),
    ("RIS", "10.1000/foo.1", None, "10.1000/foo.1"), ("Web of Science", "WOS:000001", None, "10.1000/foo.1"),
    ("CSL YAML", "foo", None, "10.1000/foo.1"), ("Crossref", "10.1000/foo.1", None, "10.1000/foo.1"),
    ("OpenAlex", "https://openalex.org/W1", "2511.00001", "10.1000/foo.1"),
    ("Semantic Scholar", "abc", "2511.00001", "10.1000/foo.1"),
    ("Semantic Scholar, bulk", "CorpusId:7", "2511.00001", None), ("daily papers", "2511.00001", "2511.00001", None),
    ("OpenReview", "foo", None, None), ("Zotero JSON", "foo", None, "10.1000/foo.1"),
    ("Papers with Code", "2511.00001", "2511.00001", None), ("Scopus", "2-s2.0-1", None, "10.1000/foo.1")])
def test_identifiers(kind: str, own: str, arxiv: str | None, doi: str | None) -> None:
    paper = first(kind)
    assert (paper.id, paper.arxiv, paper.doi) == (own, arxiv, doi)


def test_other_fields() -> None:
    for kind in ("Atom", "OAI arXiv", "OAI arXivRaw", "OAI oai_dc"):
        paper = first(kind)
        assert (paper.updated, paper.comment, paper.categories) == ("2025-11-03", "5 pages", ("cs.DC", "cs.LG"))
    for kind in ("RIS", "Web of Science", "Scopus"):
        assert first(kind).categories == ("serving", "models")
    assert first("RIS").url == "https://example.org/foo;a" and first("BibTeX").url == "https://example.org/a_b&c"


def test_structured_abstracts() -> None:
    assert first("PubMed").abstract == f"{samples.READ}\n\nRESULTS: It works."
    assert first("JATS").abstract == f"Aims: {samples.READ}\n\nResults: It takes 2^5 steps."


def test_answers_of_error_are_no_papers() -> None:
    feed = samples.ATOM.replace("http://arxiv.org/abs/2511.00001v2</id>", "https://arxiv.org/api/errors#bad_id</id>")
    skipped = records(feed)[0]
    assert isinstance(skipped, Skipped) and "answered with an error: Foo serves" in skipped.reason
    (skipped,) = records('<OAI-PMH><error code="noRecordsMatch">Nothing.</error></OAI-PMH>')
    assert isinstance(skipped, Skipped) and "noRecordsMatch Nothing." in skipped.reason
    (skipped,) = records(samples.DUBLIN_CORE.replace("oai_dc:dc", "oai_dc:marc"))
    assert isinstance(skipped, Skipped) and "none of the forms arXiv, arXivRaw, article, dc" in skipped.reason


def test_an_abstract_that_is_none() -> None:
    other = samples.JATS.replace("<abstract>", '<abstract abstract-type="key-image">')
    assert all(isinstance(one, Skipped) for one in records(other))


def test_the_bibliontology() -> None:
    raw = samples.ZOTERO_RDF.replace("<z:itemType>journalArticle</z:itemType>", "").replace("bib:", "bibo:").replace(
        "biblio#", "ontology/bibo/").replace("xmlns:bib=\"http://purl.org/net/", "xmlns:bibo=\"http://purl.org/").replace(
        "bibo:authors", "bibo:authorList")
    paper, skipped = records(raw)
    assert isinstance(paper, Paper) and paper.authors == ("Jane Doe", "John Roe") and isinstance(skipped, Skipped)


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed(packed: object) -> None:
    assert callable(packed)
    raw = packed(samples.ATOM.encode())
    assert isinstance(records(raw)[0], Paper)
    (skipped,) = [one for one in records(raw[:len(raw) // 2]) if isinstance(one, Skipped)][-1:]
    assert "data" in skipped.reason


def test_latin_1_as_declared() -> None:
    raw = samples.ATOM.replace("UTF-8", "ISO-8859-1").replace("Jane", "Zoë").encode("latin-1")
    paper = records(raw)[0]
    assert isinstance(paper, Paper) and paper.authors[0] == "Zoë Doe"


def test_broken_xml_keeps_what_came_before() -> None:
    cut = samples.ATOM[:samples.ATOM.index("Baz")]
    paper, skipped = records(cut)
    assert isinstance(paper, Paper) and isinstance(skipped, Skipped) and "broken XML" in skipped.reason


def test_a_broken_item_of_yaml_costs_itself() -> None:
    raw = samples.CSL_YAML.replace('"Baz: more"', '"Baz') + samples.CSL_YAML.removeprefix("---\nreferences:\n")
    kinds = [type(one) for one in records(raw)]
    assert kinds == [Paper, Skipped, Paper, Skipped]
    (skipped,) = records("- id: a\n  title: &x Foo\n  abstract: *x\n")
    assert isinstance(skipped, Skipped) and "alias" in skipped.reason


def test_abbreviations_reach_across_a_large_file() -> None:
    filler = "".join(f"@misc{{k{n}, title={{T{n}}}, note={{{'x' * 400}}}}}\n" for n in range(1000))
    raw = f'@string{{foo = "Foo is fast."}}\n{filler}@misc{{last, title={{Last}}, abstract=foo}}\n'
    *others, paper = records(raw)
    assert len(others) == 1000 and isinstance(paper, Paper) and paper.abstract == "Foo is fast."
    assert paper.origins[0].line == 1002


def test_other_xml_is_no_known_format() -> None:
    (skipped,) = records("<?xml version='1.0'?><rss><channel/></rss>")
    assert isinstance(skipped, Skipped) and "no known format" in skipped.reason
