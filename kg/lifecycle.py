"""A store over time: made, added to, taken from. Equal sets of papers give equal graphs, whatever the way there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kg.change import Frame, apply, content_rows
from kg.documents import Documents, quads
from kg.errors import InputError, StoreError
from kg.graph import graph_quads
from kg.link.index import Index, MemoryIndex
from kg.link.linking import Linking, link
from kg.link.names import fold
from kg.link.nodes import Vocabulary, key, nodes
from kg.link.overrides import NONE, Name, Overrides, read_overrides
from kg.model import Extraction, Paper
from kg.ontology import Ontology
from kg.provenance import Run
from kg.read import merged_records
from kg.read.merge import same_paper_keys
from kg.records import Document, dumps
from kg.store import (
    LINKS,
    About,
    Draft,
    about,
    changing,
    current,
    disk_errors,
    exists,
    fill,
    open_documents,
    replacing,
)

Extract = Callable[[Sequence[Paper]], Iterator[Extraction]]
"""Yields what each paper says, in order."""

_FORMAT = 2


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """What a change did: ids of papers, each list sorted. ``papers`` counts what the store holds now."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    papers: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which documents leave and which come; a paper without an extraction among those that come is yet to read."""

    gone: tuple[Document, ...]
    known: tuple[Document, ...]
    unread: tuple[tuple[Paper, tuple[Paper, ...]], ...]
    unchanged: tuple[str, ...]


def documents_of(records: Iterable[Paper], extract: Extract) -> list[Document]:
    """Return the documents of records: duplicates merged, and each paper read; none for no records."""
    merged = merged_records(records)
    return [Document(tuple(sorted(set(brought), key=repr)), extraction)
            for (_, brought), extraction in zip(merged, extract([paper for paper, _ in merged]), strict=True)]


def link_documents(documents: Iterable[Document], ontology: Ontology, rules: Overrides = NONE) -> Linking:
    """Link the papers of some documents, as a user's rules correct them."""
    return link([rules.correct(d.extraction) for d in documents], ontology, rules=rules)


def rules_of(store: Path, ontology: Ontology, links: Path | None = None) -> Overrides:
    """Return what a store's links.toml says, or the file that takes its place.

    Raises:
        InputError: the file is malformed, or ``links`` does not exist.
    """
    if links is not None and not links.is_file():
        raise InputError("no such file", place=str(links), remedy="--links takes a TOML file")
    return read_overrides(links or store / LINKS, ontology)


def check_rules(rules: Overrides, documents: Sequence[Document], ontology: Ontology) -> None:
    """Refuse rules that name what no paper has and the vocabulary does not list.

    Raises:
        InputError: a name, paper or statement is unknown; its line is named.
    """
    if rules == NONE:
        return
    known = Frame(ontology, Run("", "", "", "")).known
    index: Index = MemoryIndex((n for d in documents for n in nodes(d.extraction, known)), known)
    said = {d.extraction.paper.id: d.extraction for d in documents}
    check_names(rules, index, known, said.get)


def check_names(rules: Overrides, index: Index, known: Vocabulary, said: Callable[[str], Extraction | None]) -> None:
    """Refuse rules that name what neither an index nor the vocabulary has; see :func:`check_rules`.

    ``said`` gives what a paper says before it is corrected, None for an unknown paper.

    Raises:
        InputError: a name, paper or statement is unknown; its line is named.
    """
    def is_known(name: Name) -> bool:
        keys = [key(cls, fold(name.name)) for cls in ([name.cls] if name.cls else rules.classes)]
        listed = name.paper is None and any(one in known.labels for one in keys)
        return listed or any(name.fits(n.paper, n.name, n.cls) for one in keys for n in index.members(one))

    rules.check(is_known, said)


def create(store: Path, documents: Sequence[Document], frame: Frame, linking: Linking, links: Path | None = None,
           graph: Iterable[ox.Quad] | None = None) -> None:
    """Make documents the content of a store, in place of what it held. Needs :func:`kg.store.writing`.

    Args:
        store: the folder.
        documents: all of them.
        frame: what the graph is made with.
        linking: what :func:`link_documents` made of them.
        links: a links.toml that takes the place of the store's.
        graph: the graph of all that, where it is made already.

    Raises:
        StoreError: the store cannot be written.
    """
    extractions = (frame.rules.correct(d.extraction) for d in documents)
    with replacing(store) as draft:
        fill(draft.graph, graph or graph_quads(
            extractions, linking, frame.ontology, base=frame.base, run=frame.run), store)
        fill(draft.documents, quads(content_rows(documents, linking, frame)), store)
        draft.describe(about_build(frame, links or store / LINKS, len(documents), content_sum(documents)))
        keep_links(store, links)


def add(store: Path, records: Sequence[Paper], frame: Frame, extract: Extract, links: Path | None = None,
        ) -> ChangeSummary:
    """Put records into a store, which is made where there is none. Needs :func:`kg.store.writing`.

    A record that the store has changes nothing. One with the id, arXiv id or DOI of a paper of the store, but
    another text, takes that paper's place; one with the same text joins it.

    Raises:
        StoreError: the store was made with another version, ontology or weights, or cannot be written.
    """
    if not exists(store):
        documents = documents_of(records, extract)
        check_rules(frame.rules, documents, frame.ontology)
        create(store, documents, frame, link_documents(documents, frame.ontology, frame.rules), links)
        added = sorted(d.extraction.paper.id for d in documents)
        return ChangeSummary(tuple(added), (), (), (), len(added))
    _check_frame(store, frame)
    plan = _plan(Documents(open_documents(store), frame.known), records)
    read = extract([paper for paper, _ in plan.unread])
    come = [*plan.known, *(Document(brought, extraction)
                           for (_, brought), extraction in zip(plan.unread, read, strict=True))]
    papers = _change(store, plan.gone, come, frame, links)
    left, entered = ({d.extraction.paper.id for d in some} for some in (plan.gone, come))
    return ChangeSummary(tuple(sorted(entered - left)), tuple(sorted(entered & left)), tuple(sorted(left - entered)),
                         plan.unchanged, papers)


def remove(store: Path, ids: Iterable[str], frame: Frame, links: Path | None = None) -> ChangeSummary:
    """Take papers out of a store, by their ids or those of the records that brought them.

    Raises:
        InputError: the store has no paper of an id; nothing is removed.
        StoreError: there is no store, it was made with another version, or it cannot be written.
    """
    _check_frame(store, frame)
    documents = Documents(open_documents(store), frame.known)
    gone: dict[str, Document] = {}
    for one in ids:
        found = [d for paper in sorted(documents.same([("id", one)])) if (d := documents.document(paper))]
        if not found:
            raise InputError(f"no paper has the id {one!r}", place=str(store),
                             remedy="'kg query' lists the papers; nothing was removed")
        gone |= {d.extraction.paper.id: d for d in found}
    papers = _change(store, list(gone.values()), [], frame, links)
    return ChangeSummary((), (), tuple(sorted(gone)), (), papers)


def _plan(documents: Documents, records: Iterable[Paper]) -> _Plan:
    """Return what records change: those of the same text join a paper, others of its ids take its place."""
    pool = set(records)
    matched: dict[str, Document] = {}
    waiting = list(pool)
    while waiting:
        record = waiting.pop()
        for one in documents.same([("id", record.id), *same_paper_keys(record)]) - matched.keys():
            document = documents.document(one)
            if document is None:
                continue
            matched[one] = document
            texts = {k for r in pool for k in same_paper_keys(r) if k[0] == "text"}
            if any(k in texts for r in document.records for k in same_paper_keys(r)):
                waiting += set(document.records) - pool
                pool |= set(document.records)
    known, unread, unchanged = [], [], []
    for paper, brought in merged_records(sorted(pool, key=repr)):
        ordered = tuple(sorted(brought, key=repr))
        old = matched.get(paper.id)
        if old is not None and old.records == ordered and old.extraction.paper == paper:
            unchanged.append(paper.id)
            continue
        same = next((d for _, d in sorted(matched.items()) if d.extraction.paper.text == paper.text), None)
        if same is None:
            unread.append((paper, ordered))
        else:
            known.append(Document(ordered, replace(same.extraction, paper=paper)))
    gone = tuple(d for one, d in sorted(matched.items()) if one not in unchanged)
    return _Plan(gone, tuple(known), tuple(unread), tuple(sorted(unchanged)))


def _change(store: Path, gone: Sequence[Document], come: Sequence[Document], frame: Frame, links: Path | None) -> int:
    """Write a change; where the user's links changed as well, everything is linked anew. Return the papers left."""
    said = about(store)
    papers = int(said.get("papers", 0)) - len(gone) + len(come)
    if said.get("links") != _digest(links or store / LINKS):
        kept = {d.extraction.paper.id: d for d in Documents(open_documents(store), frame.known).all()}
        for document in gone:
            del kept[document.extraction.paper.id]
        documents = [*kept.values(), *come]
        check_rules(frame.rules, documents, frame.ontology)
        create(store, documents, frame, link_documents(documents, frame.ontology, frame.rules), links)
    elif gone or come:
        with changing(store) as draft:
            _write(store, draft, gone, come, frame)
            total = content_sum((*gone, *come), int(str(said.get("content", "0")), 16))
            draft.describe(about_build(frame, store / LINKS, papers, total))
    return papers


def _write(store: Path, draft: Draft, gone: Sequence[Document], come: Sequence[Document], frame: Frame) -> None:
    with disk_errors(store, "cannot be written"):
        apply(draft, gone, come, frame)


def _check_frame(store: Path, frame: Frame) -> None:
    """Refuse to mix what different extractors or ontologies say.

    Raises:
        StoreError: the store was made with something else.
    """
    current(store)
    said, now = about(store), about_build(frame, store / LINKS, 0, 0)
    names = {"format": "form", "version": "version", "ontology": "ontology", "weights": "weights"}
    different = [names[name] for name in names if said.get(name) != now[name]]
    if different:
        raise StoreError(f"the store was made with another {' and '.join(different)}", place=str(store),
                         remedy="use the same --ontology and --fast, or build it again from its inputs")


def about_build(frame: Frame, links: Path, papers: int, content: int) -> About:
    """Return what made a generation; ``links`` is the links.toml that it heeds, ``content`` a :func:`content_sum`."""
    return {"format": _FORMAT, "version": frame.run.version, "ontology": frame.run.ontology_sha256,
            "weights": frame.run.weights_sha256, "links": _digest(links), "papers": papers,
            "content": f"{content:064x}"}


def content_sum(documents: Iterable[Document], start: int = 0) -> int:
    """Return a sum over documents that does not depend on their order, and from which one can be taken again."""
    for document in documents:
        start ^= int(hashlib.sha256(dumps(document).encode("utf-8")).hexdigest(), 16)
    return start


def _digest(links: Path) -> str:
    return hashlib.sha256(links.read_bytes()).hexdigest() if links.is_file() else ""


def keep_links(store: Path, links: Path | None) -> None:
    """Make a links.toml that of a store."""
    if links is not None and links != store / LINKS:
        (store / LINKS).write_bytes(links.read_bytes())
