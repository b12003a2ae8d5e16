"""Extraction against the bare pipeline, and saved queries against rdflib's engine, side by side in one run.

    python tests/benchmarks/speed.py --papers PAPERS.jsonl[.gz] --store DIR [--store DIR ...]

Three parts, each where its data is given. *Extraction* (``--papers``): the whole extraction, with and without
``--fast``, against spaCy's tagger, sentence splitter and parser of ``kg/extract/weights/syntax`` on the same texts,
these with the encoder that the default reads, and tokenising alone, blocks of texts in turn; then the share of each
component. *Queries*: every saved query with its defaults on the open store, and by rdflib on the same statements in
memory; answers are compared. *Loading*: each store's statements as N-Quads into a new store, opening it, and the
exponents by which time and memory grow with the papers. All is CPU time, extraction and queries on one thread, so that
other work on the machine counts for little; ratios are what matters.
"""

import argparse
import gzip
import itertools
import json
import math
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from threadpoolctl import threadpool_limits

from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.query import prepare
from kg.store import open_store
from kg.terms import PREFIXES

SYNTAX = Path(__file__).resolve().parents[2] / "kg" / "extract" / "weights" / "syntax"
BLOCK = 20
AGAIN = 5
MOST_EXTRACTION = 1.6
LEAST_QUERIES = 25.0
Answer = tuple[float, "list[tuple[str, ...]] | None"]


def texts_of(path: Path, count: int) -> list[str]:
    """Return the first texts of a JSON Lines file, repaired, as the extraction reads them."""
    from kg.text import repair

    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        rows = [json.loads(line) for line in itertools.islice(lines, count)]
    return [f"{repair(row['title'])}\n\n{repair(row['abstract'])}" for row in rows]


def extraction(path: Path, count: int, ontology: Ontology) -> None:
    """Print what extraction costs beside the bare pipeline and the tokeniser."""
    import spacy

    from kg.extract.encoder import Encoder
    from kg.extract.pipeline import load
    from kg.extract.sentences import blank

    texts = texts_of(path, count)
    fast, full, bare, tokens = load(ontology, fast=True).nlp, load(ontology).nlp, spacy.load(SYNTAX), blank()
    encoder = Encoder(SYNTAX.parent / "encoder")
    ways: dict[str, Callable[[Sequence[str]], object]] = {
        "bare spaCy, in batches": lambda some: [*bare.pipe(some)],
        "bare spaCy, one by one": lambda some: [bare(text) for text in some],
        "bare spaCy and the encoder": lambda some: [encoder.vectors(doc) for doc in bare.pipe(some)],
        "tokenising alone": lambda some: [tokens.make_doc(text) for text in some],
        "extraction --fast": lambda some: [fast(text) for text in some],
        "extraction": lambda some: [full(text) for text in some]}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for at in range(-BLOCK, len(texts), BLOCK):
        for name, way in ways.items():
            seconds = cpu(lambda way=way, at=at: way(texts[max(at, 0):max(at, 0) + BLOCK]))
            if at >= 0:
                times[name].append(seconds)
    floor = times["bare spaCy, in batches"]
    print(f"\n{len(texts)} texts, {sum(len(bare.make_doc(t)) for t in texts) / len(texts):.0f} tokens each\n")
    print(f"{'':28}{'ms a text':>10}{'of the floor':>14}{'low':>7}{'high':>7}")
    for name, found in times.items():
        ratios = sorted(a / b for a, b in zip(found, floor, strict=True))
        print(f"{name:28}{sum(found) / len(texts) * 1000:10.2f}{sum(found) / sum(floor):14.2f}"
              f"{ratios[0]:7.2f}{ratios[-1]:7.2f}")
    verdict("extraction --fast", sum(times["extraction --fast"]) / sum(floor), MOST_EXTRACTION, most=True)
    verdict("extraction", sum(times["extraction"]) / sum(floor), MOST_EXTRACTION, most=True)
    with_encoder = sum(times["extraction"]) / sum(times["bare spaCy and the encoder"])
    print(f"extraction against bare spaCy and the encoder, which it reads too: {with_encoder:.2f}")
    components({"--fast": fast, "default": full}, texts)


def components(pipelines: dict[str, Any], texts: Sequence[str]) -> None:
    """Print the share of each component in the time of extraction."""
    shares: dict[str, dict[str, float]] = {}
    for way, nlp in pipelines.items():
        spent = {"tokens": 0.0} | dict.fromkeys(nlp.pipe_names, 0.0)
        for text in texts:
            begun = time.process_time()
            doc = nlp.make_doc(text)
            for name, component in (("tokens", None), *nlp.pipeline):
                doc = component(doc) if component else doc
                now = time.process_time()
                spent[name] += now - begun
                begun = now
        shares[way] = {name: seconds / sum(spent.values()) * 100 for name, seconds in spent.items()}
    print(f"\n{'share of the time in %':28}" + "".join(f"{way:>10}" for way in shares))
    for name in shares["default"]:
        print(f"{name:28}" + "".join(f"{share[name]:10.1f}" for share in shares.values()))


def queries(folder: Path, ontology: Ontology, limit: float) -> None:
    """Print how long each saved query takes here and by rdflib on the same statements."""
    here = open_store(folder)
    papers, statements = size(here)
    begun = time.process_time()
    there = in_rdflib(here) if limit else None
    print(f"\n{papers:,} papers, {statements:,} statements ({folder}); rdflib took {time.process_time() - begun:.0f} s "
          f"to load them\n\n{'saved query':22}{'rows':>7}{'here ms':>10}{'p95':>9}{'rdflib ms':>13}{'ratio':>9}")
    ratios = []
    for name in sorted(ontology.queries):
        sparql = prepare(name, {}, ontology)
        mine = [here_in(here, sparql) for _ in range(AGAIN)]
        seconds = statistics.median(found[0] for found in mine)
        worst, rows = max(found[0] for found in mine), mine[0][1] or []
        other, theirs = rdflib_in(there, sparql, limit) if limit else (0.0, None)
        print(f"{name:22}{len(rows):7}{seconds * 1000:10.2f}{worst * 1000:9.1f}", end="" if limit else "\n")
        if not limit:
            continue
        if math.isnan(other):
            print("   rdflib fails")
            continue
        same = "" if theirs is None or alike(rows, theirs) else "  OTHER ANSWER"
        ratios.append(other / seconds)
        cut = ">" if theirs is None else " "
        print(f" {cut}{other * 1000:11.1f} {cut}{other / seconds:7.0f}{same}", flush=True)
    if not limit:
        return
    print(f"median ratio {statistics.median(ratios):.0f}, least {min(ratios):.0f} of {len(ratios)}; "
          f"'>' marks a query that rdflib had not answered after {limit:g} s")
    verdict("saved queries, median times faster", statistics.median(ratios), LEAST_QUERIES, most=False)


def here_in(store: ox.Store, sparql: str) -> Answer:
    begun = time.process_time()
    rows = [tuple("" if cell is None else plain(cell) for cell in row)
            for row in store.query(sparql, prefixes=PREFIXES)]
    return time.process_time() - begun, rows


def rdflib_in(graph: Any, sparql: str, limit: float) -> Answer:
    """Return the time and the answer of rdflib; the limit and no answer where it takes longer, nan where it fails."""
    from rdflib.plugins.sparql.sparql import SPARQLError

    signal.signal(signal.SIGPROF, cut)
    signal.setitimer(signal.ITIMER_PROF, limit)
    begun = time.process_time()
    try:
        rows = [tuple("" if cell is None else str(cell) for cell in row)
                for row in graph.query(sparql, initNs=PREFIXES)]
    except TimeoutError:
        return limit, None
    except SPARQLError:
        return math.nan, None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - begun, rows


def cut(*_: object) -> None:
    raise TimeoutError


def plain(cell: Any) -> str:
    return str(cell.value) if isinstance(cell, ox.NamedNode | ox.Literal) else str(cell)


def alike(mine: Sequence[tuple[str, ...]], theirs: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether two answers agree, numbers as numbers; where LIMIT cuts ties their number must."""
    def folded(rows: Iterable[tuple[str, ...]]) -> set[tuple[object, ...]]:
        return {tuple(number(cell) for cell in row) for row in rows}

    return len(mine) == len(theirs) and (folded(mine) == folded(theirs) or len(folded(mine) ^ folded(theirs)) < 10)


def number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell


def in_rdflib(store: ox.Store) -> Any:
    """Return all statements in rdflib's own memory store."""
    import rdflib

    warnings.simplefilter("ignore")
    dataset = rdflib.Dataset()
    for name in [ox.DefaultGraph(), *sorted(store.named_graphs(), key=str)]:
        graph = dataset.default_graph if isinstance(name, ox.DefaultGraph) else dataset.graph(
            rdflib.URIRef(name.value))
        for quad in store.quads_for_pattern(None, None, None, name):
            graph.add(tuple(term(node) for node in (quad.subject, quad.predicate, quad.object)))
    return dataset


def term(node: Any) -> Any:
    import rdflib

    if isinstance(node, ox.NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, ox.Literal):
        kind = None if node.language else rdflib.URIRef(node.datatype.value)
        plainly = kind is None or node.datatype.value.endswith("#string")
        return rdflib.Literal(node.value, lang=node.language, datatype=None if plainly else kind)
    return rdflib.BNode(node.value)


def size(store: ox.Store) -> tuple[int, int]:
    return sum(1 for _ in store.named_graphs()), len(store)


def loading(folders: Sequence[Path]) -> None:
    """Print time and memory of loading and of opening each store, and how they grow."""
    found = []
    print(f"\n{'papers':>9}{'statements':>12}{'load s':>9}{'load MB':>9}{'open s':>9}{'ask MB':>9}")
    with tempfile.TemporaryDirectory() as scratch:
        for folder in folders:
            file = Path(scratch) / "graph.nq"
            made = child("dump", str(folder), str(file))
            loaded = child("load", str(file), str(Path(scratch) / folder.resolve().parent.name))
            opened = child("open", str(folder))
            row = (made["papers"], made["statements"], loaded["seconds"], loaded["mb"], opened["seconds"], opened["mb"])
            print(f"{row[0]:9,.0f}{row[1]:12,.0f}{row[2]:9.2f}{row[3]:9.0f}{row[4]:9.3f}{row[5]:9.0f}")
            found.append(row)
    for less, more in itertools.pairwise(sorted(found)):
        growth = [math.log(more[i] / less[i]) / math.log(more[0] / less[0]) for i in (1, 2, 3, 5)]
        print(f"{less[0]:,.0f} to {more[0]:,.0f} papers, exponents: statements {growth[0]:.2f}, time {growth[1]:.2f}, "
              f"memory {growth[2]:.2f}, memory that asks {growth[3]:.2f}")


def child(*arguments: str) -> dict[str, float]:
    """Run one step of loading in a process of its own, for its memory."""
    done = subprocess.run([sys.executable, __file__, "--step", *arguments], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def step(name: str, *paths: str) -> dict[str, float]:
    begun = time.process_time()
    said: dict[str, float] = {}
    if name == "dump":
        store = open_store(Path(paths[0]))
        with Path(paths[1]).open("wb") as file:
            file.writelines(f"{line} .\n".encode() for line in lines_of(store))
        said["papers"], said["statements"] = size(store)
    elif name == "load":
        made = ox.Store(paths[1])
        made.bulk_load(path=paths[0], format=ox.RdfFormat.N_QUADS)
        made.optimize()
        made.flush()
    else:
        store = open_store(Path(paths[0]))
        next(iter(store))
        said["seconds"] = time.process_time() - begun
        ontology = load_ontology()
        for query in sorted(ontology.queries):
            here_in(store, prepare(query, {}, ontology))
    return {"seconds": time.process_time() - begun} | said | {"mb": peak()}


def peak() -> float:
    """Return the most memory that this process had, in MB; ``getrusage`` would begin with that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def lines_of(store: ox.Store) -> Iterator[str]:
    return map(str, store)


def verdict(what: str, value: float, bound: float, *, most: bool) -> None:
    holds = value <= bound if most else value >= bound
    print(f"{what}: {value:.2f} ({'at most' if most else 'at least'} {bound:g}: {'holds' if holds else 'MISSED'})")


def cpu(what: Callable[[], object]) -> float:
    begun = time.process_time()
    what()
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=Path, help="JSON Lines with title and abstract")
    parser.add_argument("--texts", type=int, default=200, help="how many papers are extracted")
    parser.add_argument("--store", type=Path, action="append", default=[], help="a store; may be repeated")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a query of rdflib is cut")
    parser.add_argument("--no-rdflib", type=int, metavar="PAPERS", default=20_000,
                        help="leave rdflib out for stores of more papers: its memory would not do")
    parser.add_argument("--only-loading", action="store_true", help="leave the queries out")
    parser.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(step(*arguments.step)))
        return
    ontology = load_ontology()
    if arguments.papers:
        with threadpool_limits(1):
            extraction(arguments.papers, arguments.texts, ontology)
    for folder in arguments.store if not arguments.only_loading else ():
        queries(folder, ontology, arguments.limit if size(open_store(folder))[0] <= arguments.no_rdflib else 0)
    if arguments.store:
        loading(arguments.store)


if __name__ == "__main__":
    main()
