"""What other people call the fields of a record, for every format that has named fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.read.record import Raw, names

SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("id", "paperid", "recordid", "key", "uid", "citationkey", "citekey", "lensid", "eid", "ut", "pmid"),
    "title": ("title", "papertitle", "articletitle", "documenttitle", "displayname", "primarytitle", "ti"),
    "abstract": ("abstract", "abstractnote", "paperabstract", "abstracttext", "notesabstract", "summary", "ab"),
    "text": ("text",),
    "authors": ("authorsparsed", "authorfullnames", "authors", "author", "authornames", "firstauthors",
                "authorshipsauthordisplayname", "creators", "au"),
    "created": ("versions", "issued", "created", "published", "publicationdate", "datepublished", "publishedat", "date",
                "publicationyear", "year", "py"),
    "updated": ("updatedate", "updated", "updateddate", "lastupdated", "datemodified"),
    "comment": ("comments", "comment", "arxivcomment"),
    "categories": ("categories", "subjects", "category", "fieldsofstudy", "s2fieldsofstudy", "keywords",
                   "authorkeywords", "keyword", "subject", "tags"),
    "arxiv": ("arxiv", "arxivid", "eprint"),
    "doi": ("doi",),
    "url": ("url", "urlabs", "link", "landingpageurl", "externalurl", "entryid", "pdfurl", "urls"),
}
"""For each field of ``Raw`` the folded names it goes by, the more telling first."""

_VALUES = ("created", "value", "name", "text", "display_name", "category", "tag", "url", "URL")
"""Under which of its names an object keeps the one thing that it is about."""

_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_FOLD = re.compile(r"[^a-z0-9]+")
_ARXIV_SUBJECTS = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?(?:\s+[a-z-]+(?:\.[A-Za-z-]+)?)*")


def folded_name(name: str) -> str:
    """Return a field's name in lower case, letters and digits alone (``Abstract Note`` -> ``abstractnote``)."""
    return _FOLD.sub("", name.lower())


def is_field(name: str, *fields: str) -> bool:
    """Return whether ``name`` is a name of one of ``fields``."""
    return any(folded_name(name) in SYNONYMS[field] for field in fields)


def raw_record(values: Mapping[str, object]) -> Raw:
    """Return the fields of ``Raw`` that a mapping of any naming holds; empty where there are none.

    Of several names of one field the first of ``SYNONYMS`` that has a value counts.
    """
    folded = {folded_name(name): value for name, value in reversed(list(values.items()))}
    found = {field: next((folded[n] for n in synonyms if folded.get(n) not in (None, "", [], {})), None)
             for field, synonyms in SYNONYMS.items()}
    single = {field: _first(found[field]) for field in
              ("id", "title", "abstract", "text", "created", "updated", "comment", "arxiv", "doi", "url")}
    return Raw(**single, authors=tuple(_authors(found["authors"])), categories=tuple(_categories(found["categories"])))


def _first(value: object) -> str:
    """Return one string for a value that may be a list or, as a version, an object with a date."""
    if isinstance(value, list):
        return _first(value[0]) if value else ""
    if isinstance(value, Mapping):
        return _first(next((value[name] for name in _VALUES if name in value), ""))
    return "" if value is None or isinstance(value, bool) else str(value)


def _authors(value: object) -> Iterator[str]:
    value = _listed(value)
    if isinstance(value, str):
        yield from names(value)
    for item in value if isinstance(value, list) else ():
        yield _name(item)


def _name(item: object) -> str:
    """Return ``Given Family`` for an author given as a string, an object, or the parts of ``authors_parsed``."""
    if isinstance(item, Mapping):
        named = {folded_name(str(k)): str(v) for k, v in item.items() if isinstance(v, str)}
        whole = named.get("name") or named.get("fullname") or named.get("displayname")
        given = named.get("given") or named.get("firstname", "")
        family = named.get("family") or named.get("lastname", "")
        return whole or f"{given} {family}".strip()
    if isinstance(item, list):
        family, given, suffix = ([str(part) for part in item] + ["", "", ""])[:3]
        return " ".join(filter(None, (given, family, suffix)))
    return ", ".join(names(str(item))) if isinstance(item, str) else ""


def _listed(value: object) -> object:
    """Return the strings of a list that a table holds as printed (``['a', 'b']``); anything else as it is."""
    if isinstance(value, str) and value.startswith(("['", '["')):
        return [one or other for one, other in _QUOTED.findall(value)]
    return value


def _categories(value: object) -> Iterator[str]:
    value = _listed(value)
    if isinstance(value, str):
        parts = value.split() if _ARXIV_SUBJECTS.fullmatch(value) else re.split(r"\s*[;|,]\s*", value)
        yield from filter(None, (part.strip() for part in parts))
    for item in value if isinstance(value, list) else ():
        yield _first(item)
