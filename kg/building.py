"""From inputs to a store and exports: read, extract, link, make the graph, check, write.

Everything is written beside the old outputs first and takes their place at the end, so that an interrupted
build leaves store and exports as they were.
"""

from __future__ import annotations

import hashlib
import heapq
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kg import __version__
from kg.assembly import Gathered, Linked, Progress, gathered, in_batches, link_all, missing, read_missing, write_all
from kg.change import Frame
from kg.check import check
from kg.contradictions import contradictions
from kg.crew import Crew, crew
from kg.errors import ExportError, InputError
from kg.exported import note_exports
from kg.extracted import Extracted
from kg.lifecycle import ChangeSummary, about_build, keep_links, rules_of
from kg.lifecycle import add as add_records
from kg.lifecycle import remove as remove_papers
from kg.link.overrides import NONE, Overrides
from kg.linked import LINK_REPORT, link_report
from kg.model import Extraction, Paper, Skipped
from kg.ontology import load as load_ontology
from kg.outputs import BUILT, FILES
from kg.provenance import extraction_of, run_of
from kg.read import read
from kg.records import saying
from kg.report import Reading, report_of, write_report
from kg.stages import Making, export, frame_of, ontology_of, read_texts
from kg.store import LINKS, Draft, about, current, replacing, writing
from kg.terms import paper_iri

Say = Callable[[str], None]
"""Called with a line for the reader."""

REPORT = "report.json"
"""What a build says about itself, beside its exports."""

EXTRACTED = "extracted"
"""The folder of a store that keeps what texts say."""

CHECKED = 2000
"""The papers up to which a build checks all of its graph; ``kg check`` always does."""

SAMPLE = 500
"""The papers that a larger build checks."""

_SLOWEST_FIRST = sorted(BUILT, key=("trig", "graphml", "html", "ttl", "csv").index)
_BATCH = 16
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build made: counts, what it skipped, and where things are.

    ``merged`` counts records that were the same paper as another. ``violations`` counts what breaks the ontology.
    ``extracted`` counts texts that no earlier build had extracted, ``checked`` the papers that were looked at for
    violations.
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
    extracted: int
    checked: int


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
        raise nothing_read(skipped)
    return papers, skipped


def nothing_read(skipped: Sequence[Skipped]) -> InputError:
    """Return the error that no paper could be read; it names the first fault."""
    if not skipped:
        return InputError("no input", remedy="give files, folders, globs or -")
    first, more = skipped[0], len(skipped) - 1
    line = f":{first.origin.line}" if first.origin.line else ""
    others = f"; {more} more faults" if more else ""
    return InputError(f"no paper could be read: {first.reason}{others}", place=f"{first.origin.file}{line}",
                      remedy="give records with abstracts in a format that README lists under 'What it reads'")


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
        WorkerError: a process ended before it was done.
    """
    making = making_of(ontology, fast=fast)
    with crew(workers) as hands:
        batches = list(in_batches(papers, _BATCH if workers > 1 else 1))
        rows = hands.map(read_texts, ((making, [paper.text for paper in batch]) for batch in batches))
        found = (saying(paper, row) for batch, some in zip(batches, rows, strict=True)
                 for paper, row in zip(batch, some, strict=True))
        for done, extraction in enumerate(found, start=1):
            if progress:
                progress("extracting", done, len(papers))
            yield extraction


def making_of(ontology: Sequence[Path] = (), *, fast: bool = False, rules: Overrides = NONE) -> Making:
    """Return what a build is made with; the same as long as the files of the ontology are.

    Raises:
        OntologyError: see :func:`kg.ontology.load`.
    """
    folders = tuple(Path(folder) for folder in ontology)
    return Making(folders, load_ontology(folders).sha256, fast, rules)


def build(inputs: Iterable[str | Path], *, out: Path, store: Path | None = None, ontology: Sequence[Path] = (),
          workers: int = 1, fast: bool = False, links: Path | None = None, progress: Progress | None = None,
          say: Say | None = None) -> BuildSummary:
    """Make a fresh graph from the inputs, in place of what was there.

    What texts say is kept beside the store as soon as it is known: a build that was interrupted goes on where it
    stopped, and no text is extracted again unless the extractor, its weights or the vocabulary changed.

    Args:
        inputs: files, folders, globs or ``-``.
        out: the folder of the exports.
        store: the folder of the store; ``store`` in ``out`` where it is None.
        ontology: folders of Turtle that add to the shipped ontology.
        workers: processes that work side by side; the outputs do not depend on it.
        fast: do without the pretrained encoder; see :func:`kg.extract.pipeline.load`.
        links: a links.toml that takes the place of the store's.
        progress: told how far each step is.
        say: told what is kept from earlier builds, and why something is not.

    Returns:
        What was made and what was skipped.

    Raises:
        InputError: there is no paper in the inputs, or the links.toml has a fault.
        OntologyError: the ontology has a fault.
        ExportError: an output cannot be written.
        StoreError: the store cannot be written, or another process writes to it.
        WorkerError: a process ended before it was done.
    """
    tell = progress or _silent
    making = making_of(ontology, fast=fast)
    where = store or out / "store"
    schema = ontology_of(making.folders, making.sha256)
    making = replace(making, rules=rules_of(where, schema, links))
    records, skipped = read_all(inputs, progress=progress)
    reading = Reading(len(records) + len(skipped), tuple(skipped))
    with _beside(out) as unfinished, writing(where):
        _clear(out, unfinished)
        papers = gathered(records, Extracted(where / EXTRACTED, extraction_of(schema, fast=fast)))
        del records
        texts = missing(papers)
        for line in _kept(papers, texts):
            (say or _unheard)(line)
        with crew(workers) as hands:  # these processes hold the extractor; those that write need none
            read_missing(texts, papers.extracted, making, hands, tell)
            linked = link_all(papers, making, hands, tell)
        new, extracted, total = len(texts), papers.extracted, len(papers.papers)
        with replacing(where) as draft, crew(workers) as hands:
            write_all(draft, papers, linked.linking, making, hands, tell, folder=where)
            del papers, texts
            violations = _exports(draft, linked, reading, making, hands, unfinished, tell)
            draft.describe(about_build(frame_of(making), links or where / LINKS, total, linked.content))
            keep_links(where, links)
        made = [*(out / FILES[form] for form in BUILT), out / REPORT, out / LINK_REPORT]
        _put(unfinished, out)
        note_exports(where, made)
        extracted.tidy()
    told = linked.account
    return BuildSummary(
        papers=len(told.papers), merged=reading.records - len(skipped) - len(told.papers), skipped=tuple(skipped),
        entities=len(linked.linking.entities), relations=told.stated, results=told.results,
        violations=violations, out=out, store=where, extracted=new,
        checked=min(len(told.papers), SAMPLE if len(told.papers) > CHECKED else CHECKED))


def _sample(papers: Sequence[str]) -> list[str] | None:
    """Return the IRIs of the papers of a large build to check, the same for the same papers; None where all are."""
    if len(papers) <= CHECKED:
        return None
    return [paper_iri(paper) for paper in heapq.nsmallest(SAMPLE, papers, key=_shuffled)]


def _shuffled(paper: str) -> str:
    return hashlib.sha256(paper.encode("utf-8")).hexdigest()


def _kept(papers: Gathered, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is to be said of what earlier builds left."""
    found, total = papers.extracted.found, len(papers.papers)
    for name in found.damaged:
        yield f"what was kept in {name} is damaged and extracted again"
    if found.changed:
        yield f"another {' and another '.join(found.changed)} than last time: {len(texts)} texts are extracted again"
    elif len(texts) < total:
        yield f"{total - len(texts)} of {total} papers were extracted before; {len(texts)} are new"


def _exports(draft: Draft, linked: Linked, reading: Reading, making: Making, hands: Crew, folder: Path,
             tell: Progress) -> int:
    """Check a graph and write everything that a build leaves beside the store; return the number of violations."""
    schema = frame_of(making).ontology
    with draft.reading() as graph:
        files = hands.begin(export, [(making, graph, form, folder / FILES[form]) for form in _SLOWEST_FIRST])
        tell("checking", 0, None)
        sample = _sample(linked.account.papers)
        violations = check(draft.graph, schema, papers=sample)
        opposed = contradictions(draft.graph)
        tell("exporting", 0, len(BUILT))
        for done, _ in enumerate(files, start=1):
            tell("exporting", done, len(BUILT))
    write_report(report_of(linked.account, linked.linking, reading=reading, violations=violations,
                           contradictions=opposed, ontology_sha256=schema.sha256,
                           version=__version__, checked=None if sample is None else len(sample)), folder / REPORT)
    write_report(link_report(linked.linking), folder / LINK_REPORT)
    return len(violations)


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


def _unheard(line: str) -> None:
    """Say nothing."""


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
