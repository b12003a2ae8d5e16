"""From inputs to a store and exports: read, extract, link, make the graph, check, write.

Everything is written beside the old outputs first and takes their place at the end, so that an interrupted
build leaves store and exports as they were.
"""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import __version__
from kg.change import Frame
from kg.check import check
from kg.contradictions import contradictions
from kg.errors import ExportError, InputError
from kg.exported import note_exports
from kg.graph import graph_quads
from kg.lifecycle import ChangeSummary, check_rules, create, documents_of, link_documents, rules_of
from kg.lifecycle import add as add_records
from kg.lifecycle import remove as remove_papers
from kg.linked import LINK_REPORT, link_report
from kg.model import Extraction, Paper, Skipped
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.outputs import BUILT, FILES, write
from kg.provenance import run_of
from kg.read import read
from kg.report import Reading, report, write_report
from kg.store import about, current, writing

if TYPE_CHECKING:
    from kg.extract.pipeline import Extractor

Progress = Callable[[str, int, int | None], None]
"""Called with the step, how much of it is done, and how much there is (None: not known)."""

REPORT = "report.json"
"""What a build says about itself, beside its exports."""

_BATCH = 16
_UNFINISHED = ".unfinished-"

_extractor: Extractor | None = None
"""The extractor of a worker process."""


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build made: counts, what it skipped, and where things are.

    ``merged`` counts records that were the same paper as another. ``violations`` counts what breaks the ontology.
    """

    papers: int
    merged: int
    skipped: tuple[Skipped, ...]
    entities: int
    relations: int
    results: int
    violations: int
    out: Path
    store: Path


def read_all(inputs: Iterable[str | Path], *, progress: Progress | None = None) -> tuple[list[Paper], list[Skipped]]:
    """Return the papers of the inputs in input order, nothing merged, and what was skipped.

    Raises:
        InputError: there is no paper at all; the message names the first fault.
    """
    papers: list[Paper] = []
    skipped: list[Skipped] = []
    for record in read(inputs):
        if isinstance(record, Skipped):
            skipped.append(record)
        else:
            papers.append(record)
        if progress:
            progress("reading", len(papers) + len(skipped), None)
    if not papers:
        raise _nothing(skipped)
    return papers, skipped


def _nothing(skipped: Sequence[Skipped]) -> InputError:
    if not skipped:
        return InputError("no input", remedy="give files, folders, globs or -")
    first, more = skipped[0], len(skipped) - 1
    line = f":{first.origin.line}" if first.origin.line else ""
    others = f"; {more} more faults" if more else ""
    return InputError(f"no paper could be read: {first.reason}{others}", place=f"{first.origin.file}{line}",
                      remedy="give text listings, JSON, JSONL, CSV, TSV or BibTeX with abstracts")


def extract(papers: Sequence[Paper], *, ontology: Sequence[Path] = (), workers: int = 1, fast: bool = False,
            progress: Progress | None = None) -> Iterator[Extraction]:
    """Yield what each paper says, in the order of ``papers``.

    Args:
        papers: what to read; none yields nothing.
        ontology: folders of Turtle that add to the shipped ontology.
        workers: processes that work side by side; the result does not depend on it.
        fast: do without the pretrained encoder; see :func:`kg.extract.pipeline.load`.
        progress: told after each paper.

    Raises:
        OntologyError: see :func:`kg.ontology.load`.
    """
    found = (_side_by_side(papers, ontology, workers, fast) if workers > 1
             else _one_by_one(papers, load_ontology(ontology), fast))
    for done, extraction in enumerate(found, start=1):
        if progress:
            progress("extracting", done, len(papers))
        yield extraction


def _one_by_one(papers: Iterable[Paper], ontology: Ontology, fast: bool) -> Iterator[Extraction]:
    from kg.extract.pipeline import load

    return load(ontology, fast=fast).extract_all(papers)


def _side_by_side(papers: Sequence[Paper], ontology: Sequence[Path], workers: int, fast: bool) -> Iterator[Extraction]:
    load_ontology(ontology)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(tuple(ontology), fast)) as pool:
        try:
            yield from pool.map(_extract, papers, chunksize=_BATCH)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _start(ontology: Sequence[Path], fast: bool) -> None:
    """Prepare a worker process; it leaves an interrupt to its parent."""
    import signal

    from kg.extract.pipeline import load

    global _extractor
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _extractor = load(load_ontology(ontology), fast=fast)


def _extract(paper: Paper) -> Extraction:
    if _extractor is None:
        raise RuntimeError("the worker process was not started")
    return _extractor.extract(paper)


def build(inputs: Iterable[str | Path], *, out: Path, store: Path | None = None, ontology: Sequence[Path] = (),
          workers: int = 1, fast: bool = False,
          links: Path | None = None, progress: Progress | None = None) -> BuildSummary:
    """Make a fresh graph from the inputs, in place of what was there.

    Args:
        inputs: files, folders, globs or ``-``.
        out: the folder of the exports.
        store: the folder of the store; ``store`` in ``out`` where it is None.
        ontology: folders of Turtle that add to the shipped ontology.
        workers: processes that extract side by side; the outputs do not depend on it.
        fast: do without the pretrained encoder; see :func:`kg.extract.pipeline.load`.
        links: a links.toml that takes the place of the store's.
        progress: told how far each step is.

    Returns:
        What was made and what was skipped.

    Raises:
        InputError: there is no paper in the inputs, or the links.toml has a fault.
        OntologyError: the ontology has a fault.
        ExportError: an output cannot be written.
        StoreError: the store cannot be written, or another process writes to it.
    """
    tell = progress or _silent
    schema = load_ontology(ontology)
    where = store or out / "store"
    frame = Frame(schema, run_of(schema, __version__, fast=fast), rules_of(where, schema, links))
    records, skipped = read_all(inputs, progress=progress)
    reading = Reading(len(records) + len(skipped), tuple(skipped))
    with _beside(out) as unfinished, writing(where):
        _clear(out, unfinished)
        documents = documents_of(records, lambda papers: extract(papers, ontology=ontology, workers=workers,
                                                                 fast=fast, progress=progress))
        check_rules(frame.rules, documents, schema)
        extractions = [frame.rules.correct(document.extraction) for document in documents]
        tell("linking", 0, None)
        linking = link_documents(documents, schema, frame.rules)
        graph = ox.Store()
        graph.bulk_extend(graph_quads(extractions, linking, schema, run=frame.run))
        tell("checking", 0, None)
        violations = check(graph, schema)
        for done, form in enumerate(BUILT):
            tell("exporting", done, len(BUILT))
            write(graph, form, unfinished / FILES[form], ontology=schema)
        write_report(report(extractions, linking, reading=reading, violations=violations,
                            contradictions=contradictions(graph), ontology_sha256=schema.sha256,
                            version=__version__), unfinished / REPORT)
        write_report(link_report(linking), unfinished / LINK_REPORT)
        create(where, documents, frame, linking, links, graph)
        made = [*(out / FILES[form] for form in BUILT), out / REPORT, out / LINK_REPORT]
        _put(unfinished, out)
        note_exports(where, made)
    return BuildSummary(
        papers=len(documents), merged=len(records) - len(documents), skipped=tuple(skipped),
        entities=len(linking.entities), relations=sum(len(e.relations) for e in extractions),
        results=sum(len(e.results) for e in extractions), violations=len(violations), out=out, store=where)


def add(inputs: Iterable[str | Path], *, store: Path, ontology: Sequence[Path] = (), workers: int = 1,
        fast: bool = False, links: Path | None = None, progress: Progress | None = None,
        ) -> tuple[ChangeSummary, list[Skipped]]:
    """Put the papers of the inputs into a store; a paper of the same id with another text is replaced.

    Exports are left as they are: see :func:`kg.exported.stale`. With ``links`` and no inputs, only what the user says
    of linking changes.

    Args:
        inputs: files, folders, globs or ``-``.
        store: the folder of the store, which is made where there is none.
        ontology: folders of Turtle that add to the shipped ontology; the same as when the store was made.
        workers: processes that extract side by side.
        fast: do without the pretrained encoder; the same as when the store was made.
        links: a links.toml that takes the place of the store's.
        progress: told how far each step is.

    Returns:
        What changed, and what was skipped.

    Raises:
        InputError: there is no paper in the inputs, or the links.toml has a fault.
        OntologyError: the ontology has a fault.
        StoreError: the store cannot be written, another process writes to it, or it was made with another ontology.
    """
    schema = load_ontology(ontology)
    given = list(inputs)
    records, skipped = read_all(given, progress=progress) if given or links is None else ([], [])
    with writing(store):
        frame = Frame(schema, run_of(schema, __version__, fast=fast), rules_of(store, schema, links))
        return add_records(store, records, frame, lambda papers: extract(
            papers, ontology=ontology, workers=workers, fast=fast, progress=progress), links), skipped


def remove(ids: Iterable[str], *, store: Path, ontology: Sequence[Path] = ()) -> ChangeSummary:
    """Take papers out of a store, by their ids or those of the records that brought them.

    Raises:
        InputError: the store has no paper of an id; nothing is removed.
        OntologyError: the ontology has a fault.
        StoreError: there is no store, another process writes to it, or it was made with another ontology.
    """
    schema = load_ontology(ontology)
    current(store)
    with writing(store):
        runs = [run_of(schema, __version__, fast=fast) for fast in (False, True)]
        run = next((one for one in runs if one.weights_sha256 == about(store).get("weights")), runs[0])
        return remove_papers(store, ids, Frame(schema, run, rules_of(store, schema)))


def _silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Give a folder inside ``out`` that is gone when the block ends."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = tempfile.mkdtemp(prefix=_UNFINISHED, dir=out)
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear(out: Path, unfinished: Path) -> None:
    """Remove what builds left behind that were killed: none other runs now."""
    for left in out.glob(f"{_UNFINISHED}*"):
        if left != unfinished:
            shutil.rmtree(left, ignore_errors=True)


def _put(unfinished: Path, out: Path) -> None:
    """Move every finished file into its place."""
    try:
        for file in sorted(unfinished.iterdir()):
            file.replace(out / file.name)
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> ExportError:
    return ExportError(f"cannot be written: {error.strerror or error}", place=str(out),
                       remedy="check the folder, its permissions and the free space")
