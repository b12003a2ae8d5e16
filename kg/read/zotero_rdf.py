"""RDF/XML as Zotero writes it, in its own form and as Bibliontology, parsed by lxml.

Limits: what a record says of its authors may stand anywhere in the file, so that it is held in memory as a whole, up to
64 million characters. Attachments, notes, journals and collections are no records.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.model import Origin, Paper, Skipped
from kg.read.record import Raw, paper
from kg.read.source import Line, Source
from kg.read.tree import Element, elements, find, find_all, local_name, root_name, text, value, values

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_BIBO = "{http://purl.org/ontology/bibo/}"
_SIZE_LIMIT = 64_000_000
_NO_RECORDS = frozenset({"attachment", "note", "annotation"})
_CONTAINERS = frozenset({"Journal", "Issue", "Series", "Collection", "Note", "Document", "Periodical"})


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is RDF/XML of Zotero."""
    return root_name(head) == "RDF" and ("zotero.org/namespaces" in head or "purl.org/ontology/bibo" in head)


def read_zotero_rdf(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of an export in order; records without an abstract as ``Skipped``."""
    bounded = Source(source.name, source.head, _bounded(source.lines()))
    for found in elements(bounded, ["RDF"]):
        if isinstance(found, Skipped):
            yield found
            continue
        nodes = list(found[0])
        known = {f"{_RDF}nodeID": {}, f"{_RDF}about": {}}  # type: dict[str, dict[str, Element]]
        for node in nodes:
            for key, index in known.items():
                index.setdefault(node.get(key, ""), node)
        for node in nodes:
            if _is_record(node):
                origin = Origin(source.name, node.sourceline or 1)
                yield paper(_raw(node, known[f"{_RDF}nodeID"], known[f"{_RDF}about"]), origin)


def _bounded(lines: Iterator[Line]) -> Iterator[Line]:
    size = 0
    for line in lines:
        size += len(line.text) + 1
        if size > _SIZE_LIMIT:
            yield Line(line.number, "", "more than 64 MB of RDF; export fewer records at a time")
            return
        yield line


def _is_record(node: Element) -> bool:
    kind = value(node, "itemType")
    if kind:
        return kind not in _NO_RECORDS
    described = str(node.tag).startswith(_BIBO) and find(node, "title") is not None
    return described and (find(node, "abstract") is not None or local_name(node) not in _CONTAINERS)


def _raw(node: Element, blank: dict[str, Element], named: dict[str, Element]) -> Raw:
    about = node.get(f"{_RDF}about", "")
    identifiers = [*values(node, "identifier"), *values(node, "doi"), *values(node, "uri")]
    addresses = [*values(node, "identifier/URI/value"), *values(node, "uri"), about]
    return Raw(
        title=value(node, "title"), abstract=value(node, "abstract"),
        authors=tuple(filter(None, (_name(one, blank, named) for one in _people(node)))),
        created=value(node, "date", "isPartOf/Issue/date", "isPartOf/Proceedings/date"),
        comment=value(node, "description"), categories=values(node, "subject"),
        doi=next((one.removeprefix("DOI").strip() for one in identifiers if one.startswith(("DOI ", "10."))), ""),
        arxiv=next((one for one in addresses if "arxiv.org/" in one), ""),
        url=next((one for one in addresses if one.startswith("http")), ""))


def _people(node: Element) -> list[Element]:
    return find_all(node, "authors/Seq/li") or find_all(node, "authorList/Seq/li") or find_all(node, "creator")


def _name(item: Element, blank: dict[str, Element], named: dict[str, Element]) -> str:
    """Return the name of a person who stands in the list or elsewhere in the file."""
    person = next(iter(item), None)
    if person is None:
        person = blank.get(item.get(f"{_RDF}nodeID", " "), named.get(item.get(f"{_RDF}resource", " ")))
    if person is None:
        return text(item).strip()
    return value(person, "name") or f"{value(person, 'givenName', 'givenname')} {value(person, 'surname')}".strip()
