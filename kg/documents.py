"""What each paper of a store says, and the index by which linking finds who may meet whom.

It stands in an Oxigraph database beside the graph, used as a table of keys, fields and values: it is copied by hard
links and changes with the graph in one step. Nothing here is part of the graph.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from urllib.parse import quote

import pyoxigraph as ox

from kg.link.index import block_keys
from kg.link.nodes import Key, Node, Vocabulary, key
from kg.read.merge import same_paper_keys
from kg.records import Document, dumps, loads

_DOCUMENT, _NODES, _IRIS, _NODE, _CHILD, _SPELLING, _PAPER, _OWNER = (
    ox.NamedNode(f"urn:kg:{name}")
    for name in ("document", "nodes", "iris", "node", "child", "spelling", "paper", "owner"))

_FIELDS = tuple(field.name for field in fields(Node))

Row = tuple[str, ox.NamedNode, str]
"""A key, a field and a value."""


def rows_of(document: Document, nodes: Iterable[Node], known: Vocabulary) -> Iterator[Row]:
    """Yield what the database holds of a paper, but for the entities that it is linked to."""
    paper, found = document.extraction.paper.id, list(nodes)
    yield f"paper {paper}", _DOCUMENT, dumps(document)
    yield f"paper {paper}", _NODES, json.dumps([_packed(node) for node in found], ensure_ascii=False)
    keys = {("id", paper), *(k for r in document.records for k in (("id", r.id), *same_paper_keys(r)))}
    for kind, value in sorted(keys):
        yield f"same {kind} {_short(value)}", _PAPER, paper
    for node in found:
        text = _packed(node)
        for one in set(node.keys(known)):
            yield f"key {one}", _NODE, text
        for folded in node.families:
            yield f"key {key(node.cls, folded)}", _CHILD, text
        for block in block_keys(node):
            yield f"block {block}", _SPELLING, json.dumps([node.spelled, node.key], ensure_ascii=False)


def iris_row(paper: str, iris: Mapping[str, str]) -> Row:
    """Return what the database holds of the entities that a paper's are linked to, by name."""
    return f"paper {paper}", _IRIS, json.dumps(dict(sorted(iris.items())), ensure_ascii=False)


def owner_row(triple: str, owner: str) -> Row:
    """Return that a paper or entity is one reason for a triple of the default graph."""
    return f"triple {_short(triple)}", _OWNER, owner


def quads(rows: Iterable[Row]) -> Iterator[ox.Quad]:
    """Yield rows as the database stores them."""
    for at, field, value in rows:
        yield ox.Quad(_named(at), field, ox.Literal(value))


class Documents:
    """The documents of a store, open for reading or, in a draft, for writing; an :class:`kg.link.index.Index`.

    Args:
        database: the Oxigraph database.
        known: the vocabulary that its keys were made with.
    """

    def __init__(self, database: ox.Store, known: Vocabulary) -> None:
        self._database, self._known = database, known
        self._read: dict[str, list[Node]] = {}

    def document(self, paper: str) -> Document | None:
        """Return what is kept of a paper, None where the store does not have it."""
        found = self._values(f"paper {paper}", _DOCUMENT)
        return loads(found[0]) if found else None

    def all(self) -> list[Document]:
        """Return every document, sorted by the id of its paper."""
        found = self._database.quads_for_pattern(None, _DOCUMENT, None, None)
        return sorted((loads(_text(quad)) for quad in found), key=lambda d: d.extraction.paper.id)

    def nodes(self, paper: str) -> list[Node]:
        """Return the nodes of a paper; none where the store does not have it."""
        return [_unpacked(one) for text in self._values(f"paper {paper}", _NODES) for one in json.loads(text)]

    def iris(self, paper: str) -> dict[str, str]:
        """Return the linked entity of each of a paper's entities, by name; empty where there is no such paper."""
        found = self._values(f"paper {paper}", _IRIS)
        iris: dict[str, str] = json.loads(found[0]) if found else {}
        return iris

    def same(self, keys: Iterable[tuple[str, str]]) -> set[str]:
        """Return the ids of the papers that share a key: ``id`` and a record's id, or those of ``same_paper_keys``."""
        return {paper for kind, value in keys for paper in self._values(f"same {kind} {_short(value)}", _PAPER)}

    def members(self, key: Key) -> Iterable[Node]:
        """See :class:`kg.link.index.Index`."""
        if key not in self._read:
            self._read[key] = [_unpacked(text) for text in self._values(f"key {key}", _NODE)]
        return self._read[key]

    def children(self, key: Key) -> Iterable[Node]:
        """Return the nodes whose names say that they belong to a family of that name."""
        return [_unpacked(text) for text in self._values(f"key {key}", _CHILD)]

    def spellings(self, block: str) -> Iterable[tuple[str, Key]]:
        """See :class:`kg.link.index.Index`."""
        for text in self._values(f"block {block}", _SPELLING):
            spelled, one = json.loads(text)
            yield spelled, one

    def owners(self, triple: str) -> set[str]:
        """Return the reasons for a triple of the default graph."""
        return set(self._values(f"triple {_short(triple)}", _OWNER))

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._read.clear()
        self._database.extend(quads(rows))

    def erase(self, rows: Iterable[Row]) -> None:
        """Remove rows; one that is not there is passed over."""
        self._read.clear()
        for quad in list(quads(rows)):
            self._database.remove(quad)

    def set_iris(self, paper: str, iris: Mapping[str, str] | None) -> None:
        """Replace the entities that a paper's are linked to; None forgets them."""
        for quad in list(self._database.quads_for_pattern(_named(f"paper {paper}"), _IRIS, None, None)):
            self._database.remove(quad)
        if iris is not None:
            self.write([iris_row(paper, iris)])

    def forget(self, document: Document) -> None:
        """Remove a paper and its part of the index; a spelling stays while another paper has it."""
        paper = document.extraction.paper.id
        nodes = self.nodes(paper)
        self.erase(row for row in rows_of(document, nodes, self._known) if row[1] != _SPELLING)
        self.set_iris(paper, None)
        for node in nodes:
            if not any(other.key == node.key and other.spelled == node.spelled for other in self.members(node.key)):
                self.erase(row for row in rows_of(document, [node], self._known) if row[1] == _SPELLING)

    def _values(self, at: str, field: ox.NamedNode) -> list[str]:
        found = self._database.quads_for_pattern(_named(at), field, None, None)
        return sorted(map(_text, found))


def _text(quad: ox.Quad) -> str:
    return quad.object.value if isinstance(quad.object, ox.Literal) else ""


def _named(at: str) -> ox.NamedNode:
    return ox.NamedNode(f"urn:kg:{quote(at, safe='')}")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:24]


def _packed(node: Node) -> str:
    return json.dumps([getattr(node, name) for name in _FIELDS], ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=65536)
def _unpacked(text: str) -> Node:
    values = dict(zip(_FIELDS, json.loads(text), strict=True))
    return Node(**values | {name: tuple(values[name]) for name in ("aliases", "forms", "families")})
