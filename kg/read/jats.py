"""JATS and its forerunner of the NLM, as publishers and PubMed Central give them, parsed by lxml.

Only the head of an article is read (https://jats.nlm.nih.gov/). Of several abstracts the first counts that is
the abstract: a figure, a teaser, highlights or a plain summary is none. Articles of Copernicus, which have elements of
their own, are read too.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.model import Paper, Skipped
from kg.read.record import Raw, paper
from kg.read.source import Source
from kg.read.tree import Element, elements, find, find_all, root_name, text, value, values

_ROOTS = frozenset({"article", "pmc-articleset", "articles"})
_ABSTRACTS = frozenset({"", "abstract", "author", "main", "normal", "structured", "section", "sections", "summary"})
_PERSONS = ("name", "string-name", "name-alternatives/name", "name-alternatives/string-name")


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is a JATS article or a set of them."""
    return root_name(head) in _ROOTS and any(f"<{name}" in head for name in ("front", "article-meta", "article_title",
                                                                             "journal", "article-title", "article "))


def read_jats(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the articles of a file in order; those without an abstract as ``Skipped``."""
    for found in elements(source, ["article"], drop=["body", "back", "sub-article", "response"]):
        yield found if isinstance(found, Skipped) else paper(raw(found[0]), found[1])


def raw(article: Element, own: str = "") -> Raw:
    """Return the fields of an article, which has the id ``own`` where it states none."""
    meta = find(article, "front/article-meta")
    if meta is None:
        meta = find(article, "article-meta")
    return _copernicus(article) if meta is None else _article_meta(meta, own)


def _article_meta(meta: Element, own: str) -> Raw:
    ids = {one.get("pub-id-type", ""): text(one).strip() for one in reversed(find_all(meta, "article-id"))}
    pmid = ids.get("pmid")
    return Raw(
        id=f"pmid:{pmid}" if pmid and not ids.get("doi") else own if not ids.get("doi") else "",
        title=value(meta, "title-group/article-title"), abstract=_abstract(meta), authors=tuple(_authors(meta)),
        created=_date(meta), categories=values(meta, "kwd-group/kwd"), arxiv=ids.get("arxiv", ""),
        doi=ids.get("doi", ""))


def _abstract(meta: Element) -> str:
    found = (one for one in find_all(meta, "abstract") if one.get("abstract-type", "").lower() in _ABSTRACTS)
    return next(filter(None, (text(one) for one in found)), "")


def _authors(meta: Element) -> Iterator[str]:
    people = find_all(meta, "contrib-group/contrib")
    authors = [one for one in people if one.get("contrib-type", "author") == "author"]
    for one in authors:
        person = next((found for path in _PERSONS if (found := find(one, path)) is not None), None)
        if person is None:
            yield value(one, "collab", "anonymous")
        else:
            parts = f"{value(person, 'given-names')} {value(person, 'surname')} {value(person, 'suffix')}"
            yield parts.strip() or text(person)


def _date(meta: Element) -> str:
    dates = find_all(meta, "pub-date") or find_all(meta, "history/date")
    parts = [(value(one, "year"), value(one, "month").zfill(2), value(one, "day").zfill(2)) for one in dates]
    stated = ("-".join(part for part in one if part.isdecimal() and int(part)) for one in parts if one[0])
    return min(stated, default="")


def _copernicus(article: Element) -> Raw:
    return Raw(
        title=value(article, "article_title"), abstract=value(article, "abstract"),
        authors=values(article, "authors/author/name"), created=value(article, "publication_date"),
        doi=value(article, "doi"), url=value(article, "article_url"))
