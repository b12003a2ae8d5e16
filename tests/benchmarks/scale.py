"""Build graphs of growing size: time and memory by stage, the growth exponent, one more paper, every saved query.

    python tests/benchmarks/scale.py INPUT [--sizes 1000 10000 100000] [--workers 2] [--default] [--keep DIR]

INPUT is a file of JSON Lines, compressed or not; each size takes its first records. ``--keep`` names a folder whose
builds stay, so that a run that was stopped goes on: its times are then those of what was left to do.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import math
import os
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg import __version__
from kg.building import build, read_all
from kg.change import Frame
from kg.errors import QueryError
from kg.lifecycle import add, remove
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.provenance import run_of
from kg.query import run, run_here
from kg.store import open_store, writing

ADDED = 5
ASKED = 7
CUT = 20.0
VALUES = {"hardware": "A100", "dataset": "ImageNet", "model": "BERT", "method": "LoRA", "metric": "accuracy",
          "name": "BERT", "system": "vLLM", "a": "BERT", "b": "GPT-4", "subject": "BERT", "object": "ImageNet",
          "predicate": "evaluatedOn"}
"""What the parameters of saved queries are set to, so that each asks about something that many papers name."""


class Watch:
    """Looks at the memory of this process and all below it, by stage."""

    def __init__(self) -> None:
        self.stage, self.peaks, self.seconds = "reading", defaultdict[str, float](float), defaultdict[str, float](float)
        self._since, self._on = time.perf_counter(), True
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def told(self, stage: str, done: int, total: int | None) -> None:
        now = time.perf_counter()
        self.seconds[self.stage] += now - self._since
        self.stage, self._since = stage, now

    def end(self) -> None:
        self.told("end", 0, None)
        self._on = False
        self._thread.join()

    def _look(self) -> None:
        while self._on:
            self.peaks[self.stage] = max(self.peaks[self.stage], sum(map(_pss, _family(os.getpid()))))
            time.sleep(0.5)


def _family(root: int) -> Iterator[int]:
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
        children[parent].append(int(folder.name))
    waiting = [root]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += children[one]


def _pss(process: int) -> float:
    """Return the megabytes of a process, 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("input", type=Path)
    asked.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000, 100000])
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--default", action="store_true", help="with the pretrained encoder")
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    totals = []
    with _folder(options.keep) as here:
        for size in options.sizes:
            out = here / str(size)
            part = _part(options.input, size, here / f"{size}.jsonl")
            totals.append((size, _build(part, out, workers=options.workers, fast=not options.default)))
        if len(totals) > 1:
            (small, quick), (large, slow) = totals[0], totals[-1]
            exponent = math.log(slow / quick) / math.log(large / small)
            print(f"growth of time from {small:,} to {large:,} papers: exponent {exponent:.2f}")
        ontology = load_ontology()
        _one_more(out / "store", options.input, size, ontology, here / "more.jsonl", fast=not options.default)
        _queries(out / "store", ontology)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _part(source: Path, size: int, to: Path, *, after: int = 0) -> Path:
    opened = gzip.open if source.suffix == ".gz" else open
    with opened(source, "rt", encoding="utf-8") as lines:
        to.write_text("".join(itertools.islice(lines, after, after + size)), encoding="utf-8")
    return to


def _build(part: Path, out: Path, *, workers: int, fast: bool) -> float:
    watch = Watch()
    begun = time.perf_counter()
    made = build([part], out=out, workers=workers, fast=fast, progress=watch.told, say=print)
    seconds = time.perf_counter() - begun
    watch.end()
    print(f"\n{made.papers:,} papers ({made.extracted:,} extracted), {made.entities:,} entities, {made.results:,} "
          f"results: {seconds:,.0f} s, {made.papers / seconds:.1f}/s; peak {max(watch.peaks.values()):,.0f} MB")
    for stage, spent in watch.seconds.items():
        print(f"  {stage:12} {spent:8.1f} s {100 * spent / seconds:5.1f} %   peak {watch.peaks[stage]:6,.0f} MB")
    for file in sorted(path for path in out.iterdir() if path.is_file()):
        print(f"  {file.name:28} {file.stat().st_size / 1e6:8.1f} MB")
    return seconds


def _one_more(store: Path, source: Path, size: int, ontology: Ontology, file: Path, *, fast: bool) -> None:
    from kg.extract.pipeline import load as load_extractor  # no process of a build but the workers holds spaCy

    frame = Frame(ontology, run_of(ontology, __version__, fast=fast))
    extractor = load_extractor(ontology, fast=fast)
    extractor.extract(read_all([_part(source, 1, file)])[0][0])
    more = _part(source, ADDED, file, after=size)
    if not more.stat().st_size:
        _part(source, ADDED, file, after=size - ADDED)
        with writing(store):
            remove(store, [paper.id for paper in read_all([file])[0]], frame)
    spent = defaultdict(list)
    for paper in read_all([file])[0]:
        for what in ("add", "remove"):
            begun = time.perf_counter()
            with writing(store):
                if what == "add":
                    add(store, [paper], frame, extractor.extract_all)
                else:
                    remove(store, [paper.id], frame)
            spent[what].append(time.perf_counter() - begun)
    for what, seconds in spent.items():
        print(f"{what} one paper: median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s")


def _queries(store: Path, ontology: Ontology) -> None:
    graph = open_store(store)
    for name, query in sorted(ontology.queries.items()):
        values = {p.name: VALUES.get(p.name, p.default or "") for p in query.parameters}
        seconds: list[float] = []
        try:
            run(store, name, values, ontology=ontology, timeout=CUT)
        except QueryError as error:
            print(f"  {name:24} {error.message}", flush=True)
            continue
        while len(seconds) < ASKED and sum(seconds) < CUT:
            begun = time.perf_counter()
            found = len(run_here(graph, name, values, ontology=ontology).rows)
            seconds.append(time.perf_counter() - begun)
        print(f"  {name:24} median {1000 * statistics.median(seconds):7.0f} ms, slowest {1000 * max(seconds):7.0f} ms "
              f"of {len(seconds)}, {found:,} rows  {json.dumps(values)}", flush=True)


if __name__ == "__main__":
    main()
