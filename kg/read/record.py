"""One record's raw fields to a ``Paper``: the only place where readers repair text and choose ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate

from kg.model import Origin, Paper, Skipped
from kg.read.markup import prose
from kg.text import fold, repair

_NUMBER = r"(?:(?:0[7-9]|1[0-4])\d{2}\.\d{4}|(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5})"
_OLD = r"[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/\d{7}"
ARXIV = rf"(?:{_NUMBER}|{_OLD})"
"""Pattern of an arXiv identifier without version, of both schemes (https://info.arxiv.org/help/arxiv_identifier.html)."""

_ARXIV_ID = re.compile(
    rf"(?:arxiv\s*:\s*|(?:https?://)?(?:www\.)?arxiv\.org/(?:abs|pdf|html)/|(?:https?://)?(?:dx\.)?(?:doi\.org/)?"
    rf"10\.48550/arxiv\.)?({ARXIV})(?:v\d+)?(?:\.pdf)?/?", re.IGNORECASE)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi\s*:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?!\d)(?:[-/](\d{1,2})(?!\d))?)?(?!\d)")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_NAMED_MONTH = re.compile(r"(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,9})\.?\s+(?:(\d{1,2}),?\s+)?(\d{4})(?!\d)")
_BEHIND = re.compile(r"\d{4}\s+([A-Za-z]{3})[a-z]{0,6}(?:\s+(\d{1,2})(?!\d))?")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d)")
_NUMBERED = re.compile(r"\(\d{5,15}\)")
_UNSHOWN = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]+")
_NOTHING = frozenset({"", "na", "none", "null", "nan", "noabstract", "noabstractavailable", "abstractnotavailable",
                      "abstractunavailable", "noabstractprovided"})
_TEXT_ID = "text-"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The first three letters of each month."""


@dataclass(frozen=True, slots=True)
class Raw:
    """The fields of a record as its file has them, before any repair.

    ``text`` is what some files give instead of an abstract; where it begins with the title and a blank line, the rest
    is the abstract.
    """

    id: str = ""
    title: str = ""
    abstract: str = ""
    text: str = ""
    authors: tuple[str, ...] = ()
    created: str = ""
    updated: str = ""
    comment: str = ""
    categories: tuple[str, ...] = ()
    arxiv: str = ""
    doi: str = ""
    url: str = ""


def arxiv_id(raw: str) -> str | None:
    """Return the arXiv identifier that ``raw`` is (bare, ``arXiv:``, link or DOI), without version, else None.

    >>> arxiv_id("https://arxiv.org/abs/2510.04800v2")
    '2510.04800'
    """
    found = _ARXIV_ID.fullmatch(raw.strip())
    return found.group(1) if found else None


def doi(raw: str) -> str | None:
    """Return the DOI that ``raw`` is (bare, ``doi:`` or link) in lower case, else None."""
    found = _DOI.fullmatch(raw.strip())
    return found.group(1).lower().rstrip(".,;") if found else None


def is_text_id(paper_id: str) -> bool:
    """Return whether the id was made from the text, for want of one in the record."""
    return paper_id.startswith(_TEXT_ID)


def text_id(text: str) -> str:
    """Return the id of a paper that has none: a hash of its folded text."""
    return _TEXT_ID + hashlib.sha256(fold(text).encode("utf-8")).hexdigest()[:12]


def date(raw: str) -> str | None:
    """Return a date as ISO 8601 (``2025``, ``2025-10`` or ``2025-10-06``), None where there is none to be found.

    Mail dates (``Mon, 2 Apr 2007 19:18:42 GMT``), months by name (``2007 Apr 2``, ``2 April 2007``) and
    ``04/16/2007`` are converted; of a timestamp the day is kept, and of what is not understood the year.
    """
    raw = raw.strip()[:80]
    if found := _DATE.match(raw):
        year, month, day = found.groups()
        behind = _BEHIND.match(raw)
        if month or not behind or behind.group(1).lower() not in MONTHS:
            return _iso(year, month, day)
        return _iso(year, str(MONTHS.index(behind.group(1).lower()) + 1), behind.group(2))
    if found := _AMERICAN.match(raw):
        return _iso(found.group(3), found.group(1), found.group(2))
    parsed = parsedate(raw) if "," in raw else None
    if parsed:
        return f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}"
    if (found := _NAMED_MONTH.search(raw)) and found.group(2).lower()[:3] in MONTHS:
        return _iso(found.group(4), str(MONTHS.index(found.group(2).lower()[:3]) + 1), found.group(1) or found.group(3))
    found = _YEAR.search(raw)
    return found.group() if found else None


def _iso(year: str, month: str | None, day: str | None) -> str:
    """Return as much of a date as makes sense."""
    if not month or not 1 <= int(month) <= 12:
        return year
    return f"{year}-{int(month):02}-{int(day):02}" if day and 1 <= int(day) <= 31 else f"{year}-{int(month):02}"


def one_line(raw: str) -> str:
    """Return ``raw`` without markup, repaired and on one line."""
    return " ".join(repair(prose(raw)).split())


def names(raw: str) -> tuple[str, ...]:
    """Return the names in a printed list of authors, in order.

    Semicolons, bars and ``and`` part names; commas do where each part is a full name. ``Family, Given`` is turned.
    Numbers of persons behind their names (Scopus) are left out.
    """
    raw = _NUMBERED.sub("", raw)
    parts: Iterable[str]
    between = re.split(r"\sand\s", raw)
    if ";" in raw or "|" in raw:
        parts = re.split(r"[;|]", raw)
    elif all(part.count(",") == 1 for part in between):
        parts = between
    else:
        parts = _by_commas(raw)
    return tuple(name for name in (_turned(part) for part in parts) if name)


def _by_commas(raw: str) -> list[str]:
    parts = [part.strip() for part in re.split(r",\s|,?\s+and\s+", raw)]
    return parts if all(" " in part or "." in part for part in parts if part) else [raw]


def _turned(raw: str) -> str:
    family, comma, given = raw.partition(",")
    return one_line(f"{given} {family}" if comma and "," not in given else raw)


def paper(raw: Raw, origin: Origin) -> Paper | Skipped:
    """Return the paper that a record describes, its text repaired, or what was skipped where it has no abstract.

    The id is the record's own; else its bare arXiv id, its DOI, or a hash of its folded text.
    """
    title, abstract = _title_and_abstract(raw)
    arxiv = next(filter(None, map(arxiv_id, (raw.arxiv, raw.id, raw.doi, raw.url))), None)
    found_doi = doi(raw.doi) or doi(raw.id)
    own = one_line(raw.id)
    paper_id = (arxiv if arxiv and arxiv_id(own) else own) or arxiv or found_doi or ""
    if fold(abstract) in _NOTHING:
        return Skipped(origin, "the record has no abstract", paper_id or title or None)
    return Paper(
        id=paper_id or text_id(f"{title}\n\n{abstract}" if title else abstract), abstract=abstract, title=title or None,
        authors=tuple(filter(None, map(one_line, raw.authors))), created=date(raw.created), updated=date(raw.updated),
        comment=one_line(raw.comment) or None, categories=tuple(filter(None, map(one_line, raw.categories))),
        arxiv=arxiv, doi=found_doi, url=_UNSHOWN.sub("", raw.url) or None, origins=(origin,))


def _title_and_abstract(raw: Raw) -> tuple[str, str]:
    """Return both repaired; a ``text`` is parted where it begins with the title."""
    title = one_line(raw.title)
    abstract = repair(prose(raw.abstract))
    if abstract:
        return title, abstract
    text = repair(prose(raw.text))
    head, gap, rest = text.partition("\n\n")
    if gap and head == title:
        return title, rest
    return title, text
