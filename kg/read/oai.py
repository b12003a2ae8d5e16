"""OAI-PMH: answers of ListRecords and GetRecord, and records without their envelope, parsed by lxml.

Metadata in the forms ``arXiv``, ``arXivRaw``, ``oai_dc`` (https://info.arxiv.org/help/oa/index.html) and JATS, which
PubMed Central gives. A deleted record and an error of the repository are skipped and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.model import Origin, Paper, Skipped
from kg.read import jats
from kg.read.record import Raw, arxiv_id, doi, names, paper
from kg.read.source import Source
from kg.read.tree import Element, elements, find, find_all, local_name, root_name, text, value, values

_ARXIV_PREFIX = "oai:arXiv.org:"
_COMMENT = "Comment:"


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is an OAI-PMH answer or a record of one."""
    root = root_name(head)
    return root == "OAI-PMH" or (root in {"record", "ListRecords", "GetRecord", "records"} and "header>" in head)


def read_oai(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of an answer in order; deleted and unknown records and errors as ``Skipped``."""
    for found in elements(source, ["record", "error"], drop=["body", "back"]):
        yield found if isinstance(found, Skipped) else _read_record(*found)


def _read_record(record: Element, origin: Origin) -> Paper | Skipped:
    if local_name(record) == "error":
        return Skipped(origin, f"the repository answered with an error: {record.get('code', '')} {text(record)[:200]}")
    own = value(record, "header/identifier")
    header = find(record, "header")
    if header is not None and header.get("status") == "deleted":
        return Skipped(origin, "the repository has deleted this record", own or None)
    metadata = find(record, "metadata")
    form = next(iter(metadata), None) if metadata is not None else None
    read = _FORMS.get(local_name(form)) if form is not None else None
    if read is None:
        known = ", ".join(sorted(_FORMS))
        return Skipped(origin, f"its metadata is in none of the forms {known}", own or None)
    return paper(read(form, own.removeprefix(_ARXIV_PREFIX)), origin)


def _arxiv(form: Element, own: str) -> Raw:
    people = (" ".join(filter(None, (value(one, "forenames"), value(one, "keyname"), value(one, "suffix"))))
              for one in find_all(form, "authors/author"))
    return Raw(
        arxiv=value(form, "id") or own, title=value(form, "title"), abstract=value(form, "abstract"),
        authors=tuple(people), created=value(form, "created"), updated=value(form, "updated"),
        comment=value(form, "comments"), categories=tuple(value(form, "categories").split()), doi=value(form, "doi"))


def _arxiv_raw(form: Element, own: str) -> Raw:
    dates = values(form, "version/date")
    return Raw(
        arxiv=value(form, "id") or own, title=value(form, "title"), abstract=value(form, "abstract"),
        authors=names(value(form, "authors")), created=dates[0] if dates else "",
        updated=dates[-1] if len(dates) > 1 else "", comment=value(form, "comments"),
        categories=tuple(value(form, "categories").split()), doi=value(form, "doi"))


def _dublin_core(form: Element, own: str) -> Raw:
    told = values(form, "description")
    dates, identifiers = values(form, "date"), values(form, "identifier")
    arxiv = next((one for one in (*identifiers, own) if arxiv_id(one)), "")
    return Raw(
        id="" if arxiv else own, arxiv=arxiv, title=value(form, "title"),
        abstract=next((one for one in told if not one.startswith(_COMMENT)), ""),
        authors=tuple(" ".join(names(one)) for one in values(form, "creator")),
        created=dates[0] if dates else "", updated=dates[-1] if len(dates) > 1 else "",
        comment=next((one.removeprefix(_COMMENT) for one in told if one.startswith(_COMMENT)), ""),
        categories=values(form, "subject"), doi=next((one for one in identifiers if doi(one)), ""),
        url=next((one for one in identifiers if one.startswith("http")), ""))


def _journal_article(form: Element, own: str) -> Raw:
    return jats.raw(form, own)


_FORMS: dict[str, Callable[[Element, str], Raw]] = {
    "arXiv": _arxiv, "arXivRaw": _arxiv_raw, "dc": _dublin_core, "article": _journal_article}
