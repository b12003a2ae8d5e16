"""A change of some papers -> the change of the graph, by linking anew only what the papers touch.

The default graph is what papers and entities each contribute to it. A change recomputes the contributions of the
changed papers, of the entities in the closed sets around their names, and of the papers whose entities got another
IRI. A statement that several contribute goes with the last of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg.documents import Documents, Row, iris_row, owner_row, rows_of
from kg.graph import Triples, linked_entity, linked_family, linked_paper, paper_quads, quads_of
from kg.link.index import closure, slips
from kg.link.linking import LinkedEntity, Linking, family_of, link_keys, words
from kg.link.nodes import Key, Node, Vocabulary, nodes, vocabulary
from kg.link.overrides import NONE, Overrides
from kg.model import Extraction
from kg.ontology import Ontology
from kg.provenance import Run
from kg.records import Document
from kg.store import Draft
from kg.terms import BASE, paper_iri

_Owned = dict[str, Triples]


@dataclass(frozen=True)
class Frame:
    """What a graph is made with, besides papers."""

    ontology: Ontology
    run: Run
    rules: Overrides = NONE
    base: str = BASE

    @cached_property
    def known(self) -> Vocabulary:
        """The vocabulary of linking."""
        return vocabulary(self.ontology)


def content_rows(documents: Sequence[Document], linking: Linking, frame: Frame) -> Iterator[Row]:
    """Yield what the documents' database of a whole store holds."""
    for document in documents:
        yield from paper_parts(document, _iris(document.extraction, linking), frame)[1]
    yield from entity_parts(linking.entities, linking.families, frame)[1]


def paper_parts(document: Document, iris: Mapping[str, str], frame: Frame) -> tuple[list[ox.Quad], list[Row]]:
    """Return what a store holds of one paper: of the graph, and of the documents' database.

    Args:
        document: the paper.
        iris: the linked entity of each of its entities, by name.
        frame: what the graph is made with.

    Raises:
        TextError: a relation or result names an entity that the paper does not have.
    """
    extraction = frame.rules.correct(document.extraction)
    triples = linked_paper(extraction, iris, frame.known.concept_of, frame.ontology, base=frame.base)
    rows = [*rows_of(document, nodes(extraction, frame.known), frame.known), iris_row(extraction.paper.id, iris),
            *_owner_rows(paper_iri(extraction.paper.id, base=frame.base), triples, frame)]
    return [*paper_quads(extraction, base=frame.base, run=frame.run), *quads_of(triples, ox.DefaultGraph())], rows


def entity_parts(entities: Iterable[LinkedEntity], families: Iterable[tuple[str, str]], frame: Frame,
                 ) -> tuple[list[ox.Quad], list[Row]]:
    """Return what a store holds of some entities, and of pairs of an entity and its family; see :func:`paper_parts`."""
    owned = _linked_owned(entities, families, frame.ontology)
    return ([quad for triples in owned.values() for quad in quads_of(triples, ox.DefaultGraph())],
            [row for owner, triples in owned.items() for row in _owner_rows(owner, triples, frame)])


def _iris(extraction: Extraction, linking: Linking) -> dict[str, str]:
    return {e.name: linking.iri(extraction.paper.id, e.name) for e in extraction.entities}


def _owner_rows(owner: str, triples: Triples, frame: Frame) -> list[Row]:
    return [owner_row(" ".join(at), owner) for at, triple in triples.items() if _is_shared(owner, triple, frame)]


def _is_shared(owner: str, triple: ox.Triple, frame: Frame) -> bool:
    """Tell whether others may contribute the triple: not a paper's own nodes, nor the names of an unlisted thing."""
    subject = str(triple.subject.value)  # type: ignore[union-attr]
    if owner.startswith(paper_iri("", base=frame.base)):
        return subject != owner and not subject.startswith(f"{owner}/")
    return isinstance(triple.object, ox.NamedNode) or frame.ontology.concept(subject) is not None


def _linked_owned(entities: Iterable[LinkedEntity], families: Iterable[tuple[str, str]],
                  ontology: Ontology) -> _Owned:
    owned: _Owned = defaultdict(dict)
    for entity in entities:
        owned[entity.iri] |= linked_entity(entity, ontology)
    for child, family in families:
        owned[child] |= linked_family(child, family, ontology)
    return owned


def apply(draft: Draft, gone: Sequence[Document], come: Sequence[Document], frame: Frame) -> None:
    """Change a draft: papers leave, and papers come.

    Args:
        draft: holds the graph and the documents before the change.
        gone: the documents to take out, as the draft holds them; one that is replaced stands here, too.
        come: the documents to put in.
        frame: what the graph is made with; the same as before.

    Raises:
        TextError: a relation or result names an entity that its paper does not have.
    """
    change = _Change(draft, frame)
    before = change.look(_keys(gone, come, change.documents, frame))
    for document in gone:
        change.documents.forget(document)
    for document in come:
        found = nodes(frame.rules.correct(document.extraction), frame.known)
        change.documents.write(rows_of(document, found, frame.known))
    after = change.look(before.keys)
    change.carry_out(before, after, gone, come)


def _keys(gone: Iterable[Document], come: Iterable[Document], documents: Documents, frame: Frame) -> set[Key]:
    """Return the keys of all changed papers, and those of the names in the store that are slips of theirs."""
    known = frame.known
    found = [node for document in (*gone, *come) for node in nodes(frame.rules.correct(document.extraction), known)]
    return {key for node in found for key in (*node.keys(known), *(other for _, other in slips(node, documents)))}


@dataclass(frozen=True)
class _View:
    """The touched part of the graph at one time."""

    keys: set[Key]
    linking: Linking
    iris: Mapping[str, dict[str, str]]
    families: frozenset[tuple[str, str]]


class _Change:
    def __init__(self, draft: Draft, frame: Frame) -> None:
        self.graph, self.frame, self.known = draft.graph, frame, frame.known
        self.documents = Documents(draft.documents, self.known)

    def look(self, keys: Iterable[Key]) -> _View:
        """Link the closed sets around some keys, as the documents stand."""
        closed = closure(keys, self.documents, self.known, self.frame.rules)
        found = {*keys, *(key for node in closed for key in node.keys(self.known))}
        linking = link_keys(found, self.documents, self.known, base=self.frame.base, rules=self.frame.rules,
                            context=self._words)
        iris: dict[str, dict[str, str]] = defaultdict(dict)
        for entity in linking.entities:
            for member in entity.members:
                iris[member.paper][member.name] = entity.iri
        return _View(found, linking, iris, frozenset(self._families(found, closed, iris)))

    def _words(self, paper: str) -> frozenset[str]:
        document = self.documents.document(paper)
        return words(document.extraction.paper.text) if document else frozenset()

    def _families(self, keys: Iterable[Key], closed: Sequence[Node], iris: Mapping[str, Mapping[str, str]],
                  ) -> Iterator[tuple[str, str]]:
        """Yield entity and family for the touched entities, and for those that belong to a touched name."""
        named = [key for key in keys if key not in self.known.labels]
        children = {child.key for key in named for child in self.documents.children(key)}
        everyone = [*closed, *closure(sorted(children), self.documents, self.known, self.frame.rules)]

        def iri(node: Node) -> str:
            here = iris.get(node.paper, {})
            return here[node.name] if node.name in here else self.documents.iris(node.paper)[node.name]

        for node in everyone:
            if node.phrase:
                continue
            child = iri(node)
            family = family_of(node, self.known, lambda key: {
                iri(n) for n in self.documents.members(key) if n.key == key and not n.phrase})
            if family and child != family and child not in self.known.concepts:
                yield child, family

    def carry_out(self, before: _View, after: _View, gone: Sequence[Document], come: Sequence[Document]) -> None:
        """Write the difference of two views into the graph and the documents."""
        frame = self.frame
        old = _linked_owned(before.linking.entities, before.families, frame.ontology)
        new = _linked_owned(after.linking.entities, after.families, frame.ontology)
        leaving, coming = ({d.extraction.paper.id: d for d in some} for some in (gone, come))
        for paper, document in leaving.items():
            self.graph.remove_graph(ox.NamedNode(paper_iri(paper, base=frame.base)))
            self._contribute(old, document, before.iris.get(paper, {}))
        for paper, document in coming.items():
            extraction = frame.rules.correct(document.extraction)
            self.graph.extend(paper_quads(extraction, base=frame.base, run=frame.run))
            self.documents.set_iris(paper, after.iris.get(paper, {}))
            self._contribute(new, document, after.iris.get(paper, {}))
        for paper in sorted(after.iris.keys() - coming.keys()):
            known = self.documents.iris(paper)
            moved = known | after.iris[paper]
            kept = self.documents.document(paper) if moved != known else None
            if kept is not None:
                self._contribute(old, kept, known)
                self._contribute(new, kept, moved)
                self.documents.set_iris(paper, moved)
        self._write(old, new)

    def _contribute(self, owned: _Owned, document: Document, iris: Mapping[str, str]) -> None:
        extraction = self.frame.rules.correct(document.extraction)
        owner = paper_iri(extraction.paper.id, base=self.frame.base)
        owned[owner] = linked_paper(extraction, iris, self.known.concept_of, self.frame.ontology,
                                     base=self.frame.base)

    def _write(self, old: _Owned, new: _Owned) -> None:
        removed: Triples = {}
        added: Triples = {}
        gone_rows: list[Row] = []
        come_rows: list[Row] = []
        for owner in sorted(old.keys() | new.keys()):
            before, after = old.get(owner, {}), new.get(owner, {})
            leave = {at: t for at, t in before.items() if at not in after}
            enter = {at: t for at, t in after.items() if at not in before}
            gone_rows += _owner_rows(owner, leave, self.frame)
            come_rows += _owner_rows(owner, enter, self.frame)
            removed |= leave
            added |= enter
        self.documents.erase(gone_rows)
        self.documents.write(come_rows)
        lost = {at: triple for at, triple in removed.items()
                if at not in added and not self.documents.owners(" ".join(at))}
        for quad in quads_of(lost, ox.DefaultGraph()):
            self.graph.remove(quad)
        self.graph.extend(quads_of(added, ox.DefaultGraph()))

