"""Atom as the arXiv API answers, parsed by lxml (https://info.arxiv.org/help/api/user-manual.html).

An entry that is an error message of the API is skipped and named.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.model import Origin, Paper, Skipped
from kg.read.record import Raw, arxiv_id, paper
from kg.read.source import Source
from kg.read.tree import Element, elements, find_all, root_name, value, values

_ERROR = "/api/errors"


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is an Atom feed."""
    return root_name(head) in {"feed", "entry"} and "www.w3.org/2005/Atom" in head


def read_atom(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a feed in order; entries without a summary and answers of error as ``Skipped``."""
    for found in elements(source, ["entry"]):
        yield found if isinstance(found, Skipped) else _read_entry(*found)


def _read_entry(entry: Element, origin: Origin) -> Paper | Skipped:
    own = value(entry, "id")
    if _ERROR in own:
        return Skipped(origin, f"arXiv answered with an error: {value(entry, 'summary')[:200]}")
    links = [link.get("href", "") for link in find_all(entry, "link") if link.get("rel", "alternate") == "alternate"]
    return paper(Raw(
        id="" if arxiv_id(own) else own, arxiv=own, title=value(entry, "title"),
        abstract=value(entry, "summary", "content"), authors=values(entry, "author/name"),
        created=value(entry, "published", "updated"), updated=value(entry, "updated"), comment=value(entry, "comment"),
        categories=tuple(one.get("term", "") for one in find_all(entry, "category")), doi=value(entry, "doi"),
        url=next(iter(links), own)), origin)
