"""Fixtures that several test modules share."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from kg.graph import graph_quads
from kg.link import link
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Origin, Paper, Relation, Result, Unresolved
from kg.ontology import Ontology, load
from kg.store import write_store

KG_DATA = "KG_DATA"


@pytest.fixture(scope="session")
def kg_data() -> Path:
    """Return the folder of seeds/, gold/ and data/ that KG_DATA names; skip the test without it."""
    if not os.environ.get(KG_DATA):
        pytest.skip("needs the evaluation data: set KG_DATA to the folder with seeds/, gold/ and data/")
    folder = Path(os.environ[KG_DATA]).resolve()
    assert (folder / "gold").is_dir(), f"KG_DATA names {folder}, which has no gold/"
    return folder


def _span(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def evidence(text: str, part: str, **said: str) -> Evidence:
    start, end = _span(text, part)
    return Evidence(start, end, "hand", 0.9, **said)  # type: ignore[arg-type]


def entity(text: str, cls: str, *names: str, concept: str | None = None, count: int | None = None) -> Entity:
    mentions = tuple(sorted(Mention(*_span(text, name), name) for name in names))
    return Entity(cls, names[0], mentions, "hand", 0.9, concept=concept, count=count)


def _orbiter() -> Extraction:
    paper = Paper(
        "p1", title="Orbiter: Serving", arxiv="2311.00001v2", doi="10.1000/x<1>", authors=("Ada Byron", "José Núñez"),
        created="2023-11-02", origins=(Origin("/some/where/list.txt", 3), Origin("more.json", 1)),
        abstract="We present Orbiter, a serving system built on Ray. On 64 A100 GPUs it gives 2-3x higher throughput "
                 "than vLLM on GSM8K. It uses early exit (EEX) and serves Llama. Code: https://example.org/orbiter")
    text = paper.text
    entities = (
        entity(text, "System", "Orbiter"), entity(text, "System", "Ray"), entity(text, "System", "vLLM"),
        entity(text, "Hardware", "A100", count=64), entity(text, "Metric", "throughput"),
        entity(text, "Dataset", "GSM8K"), entity(text, "Method", "early exit"), entity(text, "Model", "Llama"))
    relations = tuple(Relation(subject, predicate, obj, evidence(text, obj)) for subject, predicate, obj in (
        ("Orbiter", "builtOn", "Ray"), (PAPER, "usesHardware", "A100"), ("Orbiter", "evaluatedOn", "GSM8K"),
        ("Orbiter", "uses", "early exit"), ("Orbiter", "evaluatedWith", "Llama"), ("Orbiter", "outperforms", "vLLM"),
        ("Orbiter", "measures", "throughput")))
    result = Result("Orbiter", "throughput", 2.0, 3.0, "x", "increase", "exact", "range", "2-3x",
                    evidence(text, "2-3x higher throughput"), baseline="vLLM", conditions=("A100", "GSM8K"))
    link = "https://example.org/orbiter"
    introduces = (Relation(PAPER, "introduces", "Orbiter", evidence(text, "Orbiter")),)
    return Extraction(paper, entities, introduces, relations, (result,), (Mention(*_span(text, link), link),),
                      (Unresolved(*_span(text, "64"), "no outcome verb"),), ("a note",))


def _quasar() -> Extraction:
    paper = Paper("p2", abstract="Quasar lowers tail latency by 30% against hand-tuned servers on an A100. It may "
                                 "outperform VLLM. It does not outperform RAY. It runs on GPUs.")
    text = paper.text
    entities = (entity(text, "System", "Quasar"), entity(text, "System", "VLLM"), entity(text, "System", "RAY"),
                entity(text, "Hardware", "A100"))
    relations = (
        Relation("Quasar", "usesHardware", "A100", evidence(text, "A100")),
        Relation("Quasar", "comparedWith", "RAY", evidence(text, "RAY")),
        Relation("Quasar", "outperforms", "VLLM", evidence(text, "VLLM", modality="hedged")),
        Relation("Quasar", "outperforms", "RAY", evidence(text, "RAY", polarity="negated")))
    result = Result("Quasar", "tail latency", 30.0, 30.0, "%", "decrease", "exact", "single", "30%",
                    evidence(text, "by 30%"), baseline="hand-tuned servers", conditions=("A100",))
    hedged = Result(PAPER, "tail latency", 1.0, 1.0, "ms", "value", "approx", "single", "1 ms",
                    evidence(text, "tail latency", modality="hedged"))
    introduces = (Relation(PAPER, "introduces", "Quasar", evidence(text, "Quasar")),)
    return Extraction(paper, entities, introduces, relations, (result, hedged))


@pytest.fixture(scope="session")
def extractions() -> tuple[Extraction, ...]:
    """Return what two papers of invented systems say, with every kind of statement in them."""
    return _orbiter(), _quasar()


@pytest.fixture(scope="session")
def shipped() -> Ontology:
    """Return the shipped ontology."""
    return load()


@pytest.fixture(scope="session")
def bare(shipped: Ontology) -> Ontology:
    """Return the shipped ontology without its vocabulary, so that a test can bring its own concepts."""
    return replace(shipped, concepts=())


@pytest.fixture(scope="session")
def store_folder(extractions: tuple[Extraction, ...], bare: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store made of ``extractions``."""
    folder = tmp_path_factory.mktemp("store")
    write_store(folder, graph_quads(extractions, link(extractions, bare), bare))
    return folder
