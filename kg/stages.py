"""The stages of a build as plain functions of a batch: values in, values out, all of which can pass between processes.

    read_texts(making, texts)                     what each text says, as a row of JSON
    names_of(making, batch)                       the nodes that linking joins, and what the report tells
    statements(making, batch, iris)               the graph of each paper and its part of the linked one, as N-Quads
    entity_statements(making, entities, pairs)    what the linked graph says of entities and families, as N-Quads
    export(making, graph, form, path)             a file in one of the formats

What every batch needs (ontology, weights, vocabulary) a process makes once, when it is first asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import __version__
from kg.change import Frame, entity_parts, paper_parts
from kg.documents import quads
from kg.lifecycle import content_sum
from kg.link.linking import LinkedEntity
from kg.link.nodes import Node, nodes
from kg.link.overrides import NONE, Overrides
from kg.model import Extraction, Paper
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.outputs import write
from kg.provenance import run_of
from kg.records import Document, said, saying
from kg.report import Account, account
from kg.terms import BASE

if TYPE_CHECKING:
    from kg.extract.pipeline import Extractor


@dataclass(frozen=True, slots=True)
class Making:
    """What a build is made with; ``sha256`` is that of the ontology that the folders add up to."""

    folders: tuple[Path, ...]
    sha256: str
    fast: bool = False
    rules: Overrides = NONE
    base: str = BASE


@dataclass(frozen=True, slots=True)
class Source:
    """A paper, the records that brought it, sorted, and what its text says, as :func:`read_texts` gives it."""

    paper: Paper
    records: tuple[Paper, ...]
    said: str

    def document(self) -> Document:
        """Return what a store keeps of the paper."""
        return Document(self.records, saying(self.paper, self.said))


@dataclass(frozen=True, slots=True)
class Names:
    """What linking and the report need of some papers; ``content`` is their part of the store's sum of contents."""

    nodes: tuple[Node, ...]
    account: Account
    content: int


@dataclass(frozen=True, slots=True)
class Statements:
    """N-Quads: of the graph, and of the database of documents beside it."""

    graph: bytes
    documents: bytes


def read_texts(making: Making, texts: Sequence[str]) -> list[str]:
    """Return what each text says, in order."""
    extractor = _extractor(making.folders, making.sha256, making.fast)
    return [said(extractor.extract(Paper("", text))) for text in texts]


def names_of(making: Making, batch: Sequence[Source]) -> Names:
    """Return the nodes of some papers, and what the report tells of them."""
    frame = frame_of(making)
    documents = [source.document() for source in batch]
    extractions = _corrected(frame, documents)
    found = tuple(node for extraction in extractions for node in nodes(extraction, frame.known))
    return Names(found, account(extractions), content_sum(documents))


def statements(making: Making, batch: Sequence[Source], iris: Sequence[Mapping[str, str]]) -> Statements:
    """Return what a store holds of some papers.

    Args:
        making: what the build is made with.
        batch: the papers.
        iris: for each the linked entity of each of its entities, by name.

    Raises:
        TextError: a relation or result names an entity that the paper does not have.
    """
    frame = frame_of(making)
    parts = [paper_parts(source.document(), links, frame) for source, links in zip(batch, iris, strict=True)]
    return _written(parts)


def entity_statements(making: Making, entities: Sequence[LinkedEntity], families: Sequence[tuple[str, str]],
                      ) -> Statements:
    """Return what a store holds of some entities, and of pairs of an entity and its family."""
    return _written([entity_parts(entities, families, frame_of(making))])


def export(making: Making, graph: Path, form: str, path: Path) -> str:
    """Write the graph of a database in one of the formats of :data:`kg.outputs.FILES`; return the format.

    Raises:
        ExportError: the file cannot be written.
    """
    write(ox.Store.read_only(str(graph)), form, path, ontology=_ontology(making.folders, making.sha256))
    return form


def frame_of(making: Making) -> Frame:
    """Return what the graph is made with, made once."""
    return _frame(making)


def ontology_of(folders: tuple[Path, ...], sha256: str) -> Ontology:
    """Return the ontology of some folders, read once.

    Raises:
        OntologyError: see :func:`kg.ontology.load`.
    """
    return _ontology(folders, sha256)


@lru_cache(maxsize=1)
def _ontology(folders: tuple[Path, ...], sha256: str) -> Ontology:
    return load_ontology(folders)


@lru_cache(maxsize=1)
def _frame(making: Making) -> Frame:
    ontology = _ontology(making.folders, making.sha256)
    return Frame(ontology, run_of(ontology, __version__, fast=making.fast), making.rules, making.base)


@lru_cache(maxsize=1)
def _extractor(folders: tuple[Path, ...], sha256: str, fast: bool) -> Extractor:
    from kg.extract.pipeline import load

    return load(_ontology(folders, sha256), fast=fast)


def _corrected(frame: Frame, documents: Iterable[Document]) -> list[Extraction]:
    return [frame.rules.correct(document.extraction) for document in documents]


def _written(parts: Iterable[tuple[Sequence[ox.Quad], Sequence[tuple[str, ox.NamedNode, str]]]]) -> Statements:
    graph: list[ox.Quad] = []
    rows: list[ox.Quad] = []
    for statements_of_one, rows_of_one in parts:
        graph += statements_of_one
        rows += quads(rows_of_one)
    return Statements(*(ox.serialize(some, format=ox.RdfFormat.N_QUADS) or b"" for some in (graph, rows)))
