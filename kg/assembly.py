"""From papers to a draft of a store: what is new is extracted, everything is linked and written, batch by batch.

What texts say lies on disk (:mod:`kg.extracted`); in memory are the papers, the names that linking looks at and the
entities that came of them. The outcome depends on neither workers, batches nor what was extracted before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg import stages
from kg.crew import Crew
from kg.extracted import Extracted, key_of
from kg.graph import provenance, quads_of
from kg.lifecycle import check_names
from kg.link.index import MemoryIndex
from kg.link.linking import Linking, link_keys, words
from kg.link.nodes import Node
from kg.model import Extraction, Paper
from kg.read import merged_records
from kg.report import Account, joined
from kg.stages import Making, Source, Statements
from kg.store import Draft, disk_errors

Progress = Callable[[str, int, int | None], None]
"""Called with the step, how much of it is done, and how much there is (None: not known)."""

_Item = TypeVar("_Item")
_TEXTS = 16
_KEPT = 128
_PAPERS = 64
_ENTITIES = 1000
_LOAD = 48_000_000
"""Bytes of N-Quads that are loaded at once."""


def in_batches(items: Iterable[_Item], most: int) -> Iterator[list[_Item]]:
    """Yield the items in order, ``most`` at a time; the last may be fewer, none give nothing."""
    waiting = iter(items)
    while some := list(islice(waiting, most)):
        yield some


@dataclass(frozen=True, slots=True)
class Gathered:
    """Papers, each with the records that brought it, sorted, and the place of what they say."""

    papers: Sequence[tuple[Paper, tuple[Paper, ...]]]
    extracted: Extracted

    def batches(self) -> Iterator[list[Source]]:
        """Yield all papers with what they say, some at a time, in order."""
        for some in in_batches(self.papers, _PAPERS):
            rows = self.extracted.rows(key_of(paper.text) for paper, _ in some)
            yield [Source(paper, records, row) for (paper, records), row in zip(some, rows, strict=True)]


@dataclass(frozen=True, slots=True)
class Linked:
    """The entities of all papers, what the report tells of the papers, and the sum of their contents."""

    linking: Linking
    account: Account
    content: int


def gathered(records: Sequence[Paper], extracted: Extracted) -> Gathered:
    """Return the papers that some records are, duplicates merged."""
    return Gathered([(paper, tuple(sorted(set(brought), key=repr))) for paper, brought in merged_records(records)],
                    extracted)


def missing(papers: Gathered) -> dict[str, str]:
    """Return the texts that are to be extracted, by key, in order; none where all were before."""
    texts = ((key_of(paper.text), paper.text) for paper, _ in papers.papers)
    return {key: text for key, text in texts if key not in papers.extracted}


def read_missing(texts: Mapping[str, str], extracted: Extracted, making: Making, crew: Crew, tell: Progress) -> None:
    """Extract some texts, by key; what is done is kept every few seconds.

    Raises:
        WorkerError: a process ended before it was done.
        StoreError: what was found cannot be kept.
    """
    keys = list(texts)
    rows: list[str] = []
    done = 0
    for found in crew.map(stages.read_texts, ((making, some) for some in in_batches(texts.values(), _TEXTS))):
        rows += found
        if len(rows) >= _KEPT:
            extracted.add(keys[done:done + len(rows)], rows)
            done, rows = done + len(rows), []
        tell("extracting", done + len(rows), len(keys))
    if rows:
        extracted.add(keys[done:], rows)


def link_all(papers: Gathered, making: Making, crew: Crew, tell: Progress) -> Linked:
    """Link the papers.

    Raises:
        InputError: the user's rules name what no paper has.
        WorkerError: a process ended before it was done.
    """
    nodes: list[Node] = []
    accounts: list[Account] = []
    content = done = 0
    total = len(papers.papers)
    for names in crew.map(stages.names_of, ((making, batch) for batch in papers.batches())):
        nodes += names.nodes
        accounts.append(names.account)
        content ^= names.content
        done += len(names.account.papers)
        tell("linking", done, total)
    frame = stages.frame_of(making)
    index = MemoryIndex(nodes, frame.known)
    del nodes
    by_id = {paper.id: paper for paper, _ in papers.papers}
    if making.rules.rules or making.rules.corrections:
        check_names(making.rules, index, frame.known, _said(papers))
    linking = link_keys(index.keys(), index, frame.known, base=making.base, rules=making.rules,
                        context=lambda paper: words(by_id[paper].text))
    return Linked(linking, joined(accounts), content)


def _said(papers: Gathered) -> Callable[[str], Extraction | None]:
    by_id = {paper.id: (paper, records) for paper, records in papers.papers}

    def said(paper: str) -> Extraction | None:
        if paper not in by_id:
            return None
        (row,) = papers.extracted.rows([key_of(by_id[paper][0].text)])
        return Source(*by_id[paper], row).document().extraction

    return said


def write_all(draft: Draft, papers: Gathered, linking: Linking, making: Making, crew: Crew, tell: Progress, *,
              folder: Path) -> None:
    """Write the papers and what links them into an empty draft; ``folder`` is the store's, for messages.

    Raises:
        StoreError: the disk is full or cannot be written.
        WorkerError: a process ended before it was done.
    """
    iris: dict[str, dict[str, str]] = defaultdict(dict)
    for entity in linking.entities:
        for member in entity.members:
            iris[member.paper][member.name] = entity.iri
    with disk_errors(folder, "cannot be written"):
        run = provenance(stages.frame_of(making).run, base=making.base)
        draft.graph.extend(quads_of(run, ox.DefaultGraph()))
        _load(draft, crew.map(stages.entity_statements, _entity_batches(linking, making)))
        work = ((making, batch, [iris.get(source.paper.id, {}) for source in batch]) for batch in papers.batches())
        _load(draft, _told(crew.map(stages.statements, work), len(papers.papers), tell))
        for database in (draft.graph, draft.documents):
            database.optimize()


def _entity_batches(linking: Linking, making: Making) -> Iterator[tuple[object, ...]]:
    yield from ((making, some, []) for some in in_batches(linking.entities, _ENTITIES))
    yield from ((making, [], some) for some in in_batches(linking.families, _ENTITIES))


def _told(found: Iterable[Statements], total: int, tell: Progress) -> Iterator[Statements]:
    for done, one in enumerate(found, start=1):
        yield one
        tell("writing", min(done * _PAPERS, total), total)


def _load(draft: Draft, found: Iterable[Statements]) -> None:
    """Load statements in large pieces, which is much quicker than one by one and needs memory for one piece alone."""
    graph: list[bytes] = []
    rows: list[bytes] = []
    size = 0
    for one in found:
        graph.append(one.graph)
        rows.append(one.documents)
        size += len(one.graph) + len(one.documents)
        if size >= _LOAD:
            _load_piece(draft, graph, rows)
            graph, rows, size = [], [], 0
    _load_piece(draft, graph, rows)


def _load_piece(draft: Draft, graph: Sequence[bytes], rows: Sequence[bytes]) -> None:
    for database, pieces in ((draft.graph, graph), (draft.documents, rows)):
        if any(pieces):
            database.bulk_load(b"".join(pieces), format=ox.RdfFormat.N_QUADS, lenient=True)
