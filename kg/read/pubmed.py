"""PubMed XML: answers of efetch, the baseline files, single articles; parsed by lxml.

Labelled parts of an abstract keep their label (``METHODS: ...``). Abstracts in other languages (``OtherAbstract``) are
not read (https://dtd.nlm.nih.gov/ncbi/pubmed/).
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.model import Paper, Skipped
from kg.read.record import MONTHS, Raw, paper
from kg.read.source import Source
from kg.read.tree import Element, elements, find, find_all, root_name, text, value, values

_ARTICLES = frozenset({"PubmedArticle", "PubmedBookArticle"})
_ROOTS = frozenset({"PubmedArticleSet", "MedlineCitationSet", *_ARTICLES})
_UNLABELLED = frozenset({"", "UNLABELLED"})


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is PubMed XML."""
    return root_name(head) in _ROOTS


def read_pubmed(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a file in order; articles without an abstract as ``Skipped``."""
    for found in elements(source, _ARTICLES):
        yield found if isinstance(found, Skipped) else paper(_raw(found[0]), found[1])


def _raw(record: Element) -> Raw:
    citation = next(iter(record))
    article = find(citation, "Article")
    article = citation if article is None else article
    ids = [*find_all(article, "ELocationID"), *find_all(record, "PubmedData/ArticleIdList/ArticleId"),
           *find_all(citation, "ArticleIdList/ArticleId")]
    dois = (text(one).strip() for one in ids if "doi" in (one.get("EIdType"), one.get("IdType")))
    pmid = value(citation, "PMID")
    return Raw(
        id=f"pmid:{pmid}" if pmid else "", title=value(article, "ArticleTitle", "BookTitle", "Book/BookTitle"),
        abstract="\n\n".join(_parts(article)), authors=tuple(_authors(article)),
        created=_date(find(article, "ArticleDate")) or _date(find(article, "Journal/JournalIssue/PubDate")),
        updated=_date(find(citation, "DateRevised")), categories=values(citation, "KeywordList/Keyword"),
        doi=next(dois, ""))


def _parts(article: Element) -> Iterator[str]:
    for part in find_all(article, "Abstract/AbstractText"):
        label, said = part.get("Label", "").strip(" :"), text(part).strip()
        if said:
            yield said if label in _UNLABELLED else f"{label}: {said}"


def _authors(article: Element) -> Iterator[str]:
    for one in find_all(article, "AuthorList/Author"):
        yield value(one, "CollectiveName") or f"{value(one, 'ForeName', 'Initials')} {value(one, 'LastName')}".strip()


def _date(stated: Element | None) -> str:
    if stated is None:
        return ""
    year, month, day = value(stated, "Year"), value(stated, "Month").lower()[:3], value(stated, "Day").zfill(2)
    month = f"{MONTHS.index(month) + 1:02}" if month in MONTHS else month.zfill(2)
    if not year:
        return value(stated, "MedlineDate")[:4]
    return "-".join((year, *(() if month == "00" else (month,) if day == "00" else (month, day))))
