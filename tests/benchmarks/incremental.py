"""Time adding and removing single papers, and compare a full build with ten batches, on 1,000 abstracts.

    KG_DATA=... python tests/benchmarks/incremental.py [PAPERS]

Each paper is extracted once; what is timed is what follows the loading of ontology and weights.
"""

import gzip
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kg import __version__
from kg.building import read_all
from kg.change import Frame
from kg.extract.pipeline import load as load_extractor
from kg.lifecycle import add, remove
from kg.model import Extraction, Paper
from kg.ontology import load as load_ontology
from kg.outputs import write
from kg.provenance import run_of
from kg.store import open_store, writing

SINGLE = 10


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    ontology = load_ontology()
    frame = Frame(ontology, run_of(ontology, __version__))
    extractor = load_extractor(ontology)
    known: dict[str, Extraction] = {}

    def cached(papers: Sequence[Paper]) -> Iterator[Extraction]:
        for paper in papers:
            key = repr(paper)
            if key not in known:
                known[key] = extractor.extract(paper)
            yield known[key]

    def exported(store: Path) -> bytes:
        path = store.parent / f"{store.name}.trig"
        write(open_store(store), "trig", path, ontology=ontology)
        return path.read_bytes()

    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        papers = _papers(here, count)
        print(f"{len(papers)} records; extracting: {_timed(lambda: list(cached(papers))):.1f} s")
        full = here / "full"
        print(f"full build of the store, already extracted: {_timed(lambda: _add(full, papers, frame, cached)):.2f} s")
        expected = exported(full)
        _singles(full, papers, frame, extractor.extract_all)
        print(f"after removing and adding again, byte-identical: {exported(full) == expected}")
        dice = random.Random(11)  # noqa: S311
        shuffled = dice.sample(papers, len(papers))
        batches = here / "batches"
        for at in range(10):
            seconds = _timed(lambda at=at: _add(batches, shuffled[at::10], frame, cached))
            print(f"batch {at + 1} of 10: {seconds:.2f} s")
        print(f"10 batches in random order, byte-identical to the full build: {exported(batches) == expected} "
              f"({len(expected):,} bytes of TriG)")


def _papers(folder: Path, count: int) -> list[Paper]:
    source = Path(os.environ["KG_DATA"]) / "data" / "arxiv-mlsys-4k.jsonl.gz"
    part = folder / "papers.jsonl"
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        part.write_text("".join(itertools.islice(lines, count)), encoding="utf-8")
    return read_all([part])[0]


def _singles(store: Path, papers: Sequence[Paper], frame: Frame, extract: Callable[..., Iterator[Extraction]]) -> None:
    times: dict[str, list[float]] = {"remove 1": [], "add 1": []}
    for paper in random.Random(5).sample(list(papers), SINGLE):  # noqa: S311
        times["remove 1"].append(_timed(lambda paper=paper: _remove(store, paper, frame)))
        times["add 1"].append(_timed(lambda paper=paper: _add(store, [paper], frame, extract)))
    for name, found in times.items():
        print(f"{name}: median {statistics.median(found):.3f} s, slowest {max(found):.3f} s of {len(found)}")


def _add(store: Path, papers: Sequence[Paper], frame: Frame, extract: Callable[..., Iterator[Extraction]]) -> None:
    with writing(store):
        add(store, papers, frame, extract)


def _remove(store: Path, paper: Paper, frame: Frame) -> None:
    with writing(store):
        remove(store, [paper.id], frame)


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
