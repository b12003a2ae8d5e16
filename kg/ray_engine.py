"""A build on Ray, past one machine: N-Quads in shards that hold what a build on one machine would.

Reading, merging, extraction, linking and writing are stages (:mod:`kg.ray_stages`); what must come together is gathered
by key: records that may be one paper, names that may be one thing. Which they are, union-find says over the pairs of
keys. The driver holds keys and ids, never papers. The shards, read in the order of their names, are ``kg export nq``
of a store of the same papers, byte for byte, however many workers there were and whichever died.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import __version__
from kg import ray_stages as at
from kg.assembly import Progress
from kg.building import making_of, nothing_read
from kg.change import entity_parts
from kg.errors import ExportError, InputError
from kg.export.files import write_bytes
from kg.gathering import Flow, Together, running
from kg.graph import provenance, quads_of
from kg.lifecycle import check_names, rules_of
from kg.link.index import MemoryIndex
from kg.link.linking import family_of
from kg.link.names import fold
from kg.link.nodes import Key, Node, key
from kg.model import Skipped
from kg.read import files_of
from kg.stages import Making, frame_of, ontology_of
from kg.terms import paper_iri

SHARDS = "shards"
"""The folder of the shards, beside the report."""
REPORT = "report.json"

_TEXTS = 16
_BATCH = 64
_RECORDS = 1000
_NODES = 20_000
_PAPERS = 1000
_STATEMENTS = 200_000


@dataclass(frozen=True, slots=True)
class ShardSummary:
    """What a build on Ray made: counts, what it skipped, and the shards in order."""

    papers: int
    merged: int
    skipped: tuple[Skipped, ...]
    entities: int
    relations: int
    results: int
    statements: int
    shards: tuple[Path, ...]


def build(inputs: Iterable[str | Path], *, out: Path, address: str | None = None, ontology: Sequence[Path] = (),
          workers: int = 2, fast: bool = False, links: Path | None = None, progress: Progress | None = None,
          ) -> ShardSummary:
    """Make N-Quads of the inputs, in place of the shards that were there.

    Args:
        inputs: files, folders and globs that every worker can read.
        out: the folder of shards and report, written by the driver.
        address: of a Ray that runs; None to start one on this machine.
        ontology: folders of Turtle that add to the shipped ontology, which every worker can read.
        workers: processes on this machine, where no address is given.
        fast: do without the pretrained encoder.
        links: a links.toml.
        progress: told which step begins.

    Returns:
        What was made and what was skipped.

    Raises:
        InputError: there is no paper in the inputs, or the links.toml has a fault.
        OntologyError: the ontology has a fault.
        ExportError: the shards cannot be written.
        WorkerError: there is no Ray, or a stage failed again and again.
    """
    making = making_of(tuple(Path(folder).resolve() for folder in ontology), fast=fast)
    if links is not None:
        making = replace(making, rules=rules_of(out, ontology_of(making.folders, making.sha256), links))
    places = [at.Place(entry, shown, number) for number, (entry, shown) in enumerate(_places(inputs))]
    if not places:
        raise InputError("no input", remedy="give files, folders or globs")
    with running(address, workers):
        return _Build(making, out, progress).run(places)


def _places(inputs: Iterable[str | Path]) -> Iterator[tuple[str, str]]:
    """Yield each file to read and the name that the readers give it; what is no file is left to them."""
    for entry in inputs:
        if str(entry) == "-":
            raise InputError("standard input cannot be read by workers", place="-", remedy="give a file")
        files = files_of(entry)
        yield from ((str(path.resolve()), name) for path, name in files)
        if not files:
            yield str(entry), ""


class _Build:
    """The steps of one build; each begins when the one before is done."""

    def __init__(self, making: Making, out: Path, progress: Progress | None) -> None:
        self._making, self._out, self._progress = making, out, progress

    def run(self, places: Sequence[at.Place]) -> ShardSummary:
        """Carry out the steps."""
        self._tell("reading")
        records = Flow.of(places).each(at.read_place, 1).kept()
        count, skipped, merge = _same_papers(records)
        if not count:
            raise nothing_read(skipped)
        self._tell("extracting")
        parts = count // _RECORDS + 1
        sources = records.each(partial(at.under_root, merge, parts), _BATCH).gathered(at.merged, parts).each(
            partial(at.extracted, self._making), _TEXTS).kept()
        self._tell("linking")
        names = [value for _, value in sources.each(partial(at.learnt, self._making), _BATCH).fetched()]
        self._check_rules(sources, names)
        linked = self._linked(sources, names).kept()
        families = _families(linked, self._making)
        self._tell("writing")
        papers = sorted(paper for one in names for paper in one.papers)
        shards, statements = self._written(sources, linked, families, papers)
        entities = sum(value for _, value in linked.each(at.count_entities, _NODES).fetched())
        summary = ShardSummary(
            len(papers), count - len(papers), tuple(skipped), entities, sum(one.stated for one in names),
            sum(one.results for one in names), statements, tuple(shards))
        _write_report(summary, self._making, self._out / REPORT)
        return summary

    def _tell(self, step: str) -> None:
        if self._progress:
            self._progress(step, 0, None)

    def _check_rules(self, sources: Flow, names: Sequence[at.Names]) -> None:
        """Refuse rules that name what no paper has."""
        rules, known = self._making.rules, frame_of(self._making).known
        if not rules.rules and not rules.corrections:
            return
        asked = frozenset(correction.paper for correction in rules.corrections)
        wanted = frozenset(key(cls, fold(name.name)) for rule in rules.rules for name in rule.names
                           for cls in rules.classes)
        found = [*sources.each(partial(at.asked_for, self._making, asked, wanted), _BATCH).fetched()]
        index = MemoryIndex((node for kind, node in found if kind == "node"), known)
        said = {source.paper.id: source for kind, source in found if kind == "source"}
        check_names(rules, index, known, lambda paper: said[paper].document().extraction if paper in said else None)

    def _linked(self, sources: Flow, names: Sequence[at.Names]) -> Flow:
        """Return the linked entities, and what families are sought and given."""
        making, together = self._making, Together()
        total = 0
        for one in names:
            for keys in one.keys:
                together.join(keys)
            total += len(one.keys)
        parts = total // _NODES + 1
        nodes = sources.each(partial(at.nodes_of, making), _BATCH).kept()
        for _, pair in nodes.each(partial(at.spellings, parts), _NODES).gathered(at.slips_of, parts).fetched():
            together.join(pair)
        for rule in making.rules.rules:
            if rule.same:
                together.join(key(cls, fold(name.name)) for name in rule.names for cls in making.rules.classes)
        sets = nodes.each(partial(at.under_set, making, together.roots(), parts), _NODES)
        asked = frozenset(paper for _, paper in sets.gathered(partial(at.contexts, making), parts).fetched())
        texts = dict(value for _, value in sources.each(partial(at.words_of, asked), _BATCH).fetched()) if asked else {}
        return sets.gathered(partial(at.link_sets, making, texts), parts)

    def _written(self, sources: Flow, linked: Flow, families: Sequence[tuple[str, str]],
                 papers: Sequence[str]) -> tuple[list[Path], int]:
        """Write the shards: the linked graph in ranges of its subjects, then the papers in ranges of their names."""
        making = self._making
        graphs = sorted(f"<{paper_iri(paper, base=making.base)}>" for paper in papers)
        bounds = graphs[_PAPERS::_PAPERS]
        iris = linked.each(partial(at.members_of, making, bounds), _NODES)
        made = sources.each(partial(at.by_range, making, bounds), _BATCH).also(iris).gathered(
            partial(at.paper_shard, making), len(bounds) + 1).kept()
        run = provenance(frame_of(making).run, base=making.base)
        of_driver = [*entity_parts([], families, frame_of(making))[0], *quads_of(run, ox.DefaultGraph())]
        shared = made.each(at.linked_part, 1).also(linked.each(partial(at.entity_quads, making), _NODES)).also(
            Flow.of([of_driver])).kept()
        sampled = [value for _, value in shared.each(at.sampled, _BATCH).fetched()]
        subjects = sorted(subject for _, some in sampled for subject in some)
        shards = sum(count for count, _ in sampled) // _STATEMENTS + 1
        cuts = subjects[len(subjects) // shards::len(subjects) // shards + 1] if shards > 1 and subjects else []
        ranged = shared.each(partial(at.by_subject, cuts), _BATCH).gathered(at.linked_shard, len(cuts) + 1)
        return _placed(self._out, ranged, made.each(at.shard_alone, 1))


def _same_papers(records: Flow) -> tuple[int, list[Skipped], Mapping[str, str]]:
    """Return how many papers were read, what was skipped, in order, and which keys of papers belong together."""
    together, count = Together(), 0
    skipped: list[tuple[int, int, Skipped]] = []
    for kind, value in records.each(at.keys_of, _BATCH).fetched():
        if kind == "skipped":
            skipped.append(value)
        else:
            together.join(value)
            count += 1
    return count, [one for *_, one in sorted(skipped, key=lambda s: s[:2])], together.roots()


def _families(linked: Flow, making: Making) -> list[tuple[str, str]]:
    """Return the pairs of an entity and its family, sorted; a family may lie in another closed set of names."""
    known = frame_of(making).known
    found: dict[str, set[Any]] = defaultdict(set)
    for kind, some in linked.each(partial(at.of_kind, ("seeks",)), _NODES).fetched():
        found[kind] |= some
    wanted = frozenset(key(cls, one) for _, cls, some in found["seeks"] for one in some)
    given: dict[Key, set[str]] = defaultdict(set)
    for _, some in linked.each(partial(at.offered, wanted), _NODES).fetched():
        for one, iri in some:
            given[one].add(iri)
    pairs = {(iri, family) for iri, cls, some in found["seeks"] if (family := family_of(
        Node("", "", cls, families=some), known, lambda one: given.get(one, set())))}
    return sorted((child, family) for child, family in pairs if child != family and child not in known.concepts)


def _placed(out: Path, linked: Flow, papers: Flow) -> tuple[list[Path], int]:
    """Write the shards beside their place and move them there; return them in order, and the number of statements."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=out) as name:
            folder, total = Path(name) / SHARDS, 0
            folder.mkdir()
            for kind, flow in (("linked", linked), ("papers", papers)):
                for _, (number, count, content) in flow.fetched():
                    (folder / f"{kind}-{number}.nq").write_bytes(content)
                    total += count
            shutil.rmtree(out / SHARDS, ignore_errors=True)
            folder.rename(out / SHARDS)
    except OSError as error:
        raise ExportError(f"cannot be written: {error.strerror or error}", place=str(out),
                          remedy="check the folder, its permissions and the free space") from error
    return sorted((out / SHARDS).iterdir()), total


def _write_report(summary: ShardSummary, making: Making, path: Path) -> None:
    report = {
        "version": __version__, "ontology": making.sha256,
        "counts": {"records": summary.papers + summary.merged + len(summary.skipped), "papers": summary.papers,
                   "duplicates": summary.merged, "skipped": len(summary.skipped), "entities": summary.entities,
                   "results": summary.results, "statements": summary.statements},
        "skipped": [{"file": s.origin.file, "line": s.origin.line, "id": s.id, "reason": s.reason}
                    for s in summary.skipped]}
    write_bytes((json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode("utf-8"), path)
