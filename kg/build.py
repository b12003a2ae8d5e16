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
from kg.check import check
from kg.contradictions import contradictions
from kg.errors import ExportError, InputError
from kg.graph import graph_quads
from kg.link import link
from kg.model import Extraction, Paper, Skipped
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.outputs import BUILT, FILES, write
from kg.read import merge_duplicates, read
from kg.report import Reading, report, write_report
from kg.store import write_store

if TYPE_CHECKING:
    from kg.extract.pipeline import Extractor

Progress = Callable[[str, int, int | None], None]
"""Called with the step, how much of it is done, and how much there is (None: not known)."""

REPORT = "report.json"
"""What a build says about itself, beside its exports."""

_BATCH = 16

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
          workers: int = 1, fast: bool = False, progress: Progress | None = None) -> BuildSummary:
    """Make a fresh graph from the inputs, in place of what was there.

    Args:
        inputs: files, folders, globs or ``-``.
        out: the folder of the exports.
        store: the folder of the store; ``store`` in ``out`` where it is None.
        ontology: folders of Turtle that add to the shipped ontology.
        workers: processes that extract side by side; the outputs do not depend on it.
        fast: do without the pretrained encoder; see :func:`kg.extract.pipeline.load`.
        progress: told how far each step is.

    Returns:
        What was made and what was skipped.

    Raises:
        InputError: there is no paper in the inputs.
        OntologyError: the ontology has a fault.
        ExportError: an output cannot be written.
        StoreError: the store cannot be written.
    """
    tell = progress or _silent
    schema = load_ontology(ontology)
    records, skipped = read_all(inputs, progress=progress)
    papers = merge_duplicates(records)
    where = store or out / "store"
    reading = Reading(len(records) + len(skipped), tuple(skipped))
    with _beside(out) as unfinished:
        extractions = [*extract(papers, ontology=ontology, workers=workers, fast=fast, progress=progress)]
        tell("linking", 0, None)
        linking = link(extractions, schema)
        graph = ox.Store()
        graph.bulk_extend(graph_quads(extractions, linking, schema))
        tell("checking", 0, None)
        violations = check(graph, schema)
        for done, form in enumerate(BUILT):
            tell("exporting", done, len(BUILT))
            write(graph, form, unfinished / FILES[form], ontology=schema)
        write_report(report(extractions, linking, reading=reading, violations=violations,
                            contradictions=contradictions(graph), ontology_sha256=schema.sha256,
                            version=__version__), unfinished / REPORT)
        write_store(where, graph)
        _put(unfinished, out)
    return BuildSummary(
        papers=len(papers), merged=len(records) - len(papers), skipped=tuple(skipped),
        entities=len(linking.entities), relations=sum(len(e.relations) for e in extractions),
        results=sum(len(e.results) for e in extractions), violations=len(violations), out=out, store=where)


def _silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Give a folder inside ``out`` that is gone when the block ends."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = tempfile.mkdtemp(prefix=".unfinished-", dir=out)
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
