"""Entities end to end, with the weights that ship, on texts written for this test."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import rdflib

from kg.extract.candidates import Candidate
from kg.extract.entities import Choice, _bare_numbers, choose, entities_of, introductions_of
from kg.extract.pipeline import Extractor, load
from kg.extract.sentences import blank
from kg.extract.signals import Lexicon
from kg.model import PAPER, Extraction, Paper
from kg.ontology import CLASSES, Ontology
from kg.ontology import load as load_ontology
from kg.terms import term

SCHEMA = Path(__file__).parents[2] / "ontology" / "kg.ttl"

SERVING = Paper("one", title="Orbiter: A Decentralized Serving Engine for Language Models", abstract=(
    "Serving large language models is expensive. We present Orbiter, a decentralized serving framework built on "
    "Ray. Orbiter uses adaptive micro batching (AMB) to keep devices busy, and AMB needs no tuning. On 32 NVIDIA A100 "
    "GPUs with Llama-2-70B, Orbiter improves throughput by up to 2.4x and reduces tail latency by 35% compared to "
    "vLLM. Our code is available at https://example.org/orbiter."))


@pytest.fixture(scope="module")
def extractor(shipped: Ontology) -> Extractor:
    return load(shipped)


@pytest.fixture(scope="module")
def serving(extractor: Extractor) -> Extraction:
    return extractor.extract(SERVING)


def named(extraction: Extraction, form: str) -> str | None:
    return next((e.cls for e in extraction.entities if form in {m.text for m in e.mentions}), None)


EXPECTED = [("Orbiter", "System"), ("Ray", "System"), ("vLLM", "System"), ("AMB", "Method"), ("Llama-2-70B", "Model"),
            ("throughput", "Metric"), ("tail latency", "Metric")]


@pytest.mark.parametrize(("form", "cls"), EXPECTED)
def test_names_get_their_class(serving: Extraction, form: str, cls: str) -> None:
    assert named(serving, form) == cls


def test_generic_terms_are_no_entities(serving: Extraction) -> None:
    assert named(serving, "large language models") is None
    assert named(serving, "devices") is None


@pytest.mark.parametrize("name", ["large language models", "Reinforcement Learning", "GNN", "deep neural networks"])
def test_kinds_of_things_are_no_entities(extractor: Extractor, name: str) -> None:
    paper = Paper(id="1", title=f"Serving for {name}",
                  abstract=f"Training {name} on A100 GPUs takes long. We present Orbiter, a system for {name}.")
    found = {e.name for e in extractor.extract(paper).entities}
    assert "Orbiter" in found
    assert name.lower() not in {n.lower() for n in found}


def test_a_bare_number_is_no_entity(shipped: Ontology) -> None:
    doc = blank()("It is 5x-7x faster and 71.7% smaller than x86 on GPT-4 with 1,800 steps")
    at = {token.text: token.i for token in doc}
    spans = [(at["5x-7x"], at["5x-7x"] + 1) if "5x-7x" in at else (at["5x"], at["7x"] + 1)]
    spans += [(at["1,800"], at["1,800"] + 1), (at["x86"], at["x86"] + 1), (at["on"] + 1, at["with"])]
    assert _bare_numbers(doc, [Candidate({str(n)}, [span]) for n, span in enumerate(spans)]) == [0, 1]


def test_the_new_system_is_introduced(serving: Extraction) -> None:
    first = serving.introduces[0]
    assert (first.subject, first.predicate, first.object) == (PAPER, "introduces", "Orbiter")
    assert "We present Orbiter" in serving.paper.text[first.evidence.start : first.evidence.end]


def test_hardware_has_its_count_and_its_concept(serving: Extraction) -> None:
    (device,) = [e for e in serving.entities if e.cls == "Hardware"]
    assert device.count == 32
    assert device.concept is not None and device.concept.endswith("hardware/nvidia-a100")


def test_acronym_and_expansion_are_one_entity(serving: Extraction) -> None:
    (method,) = [e for e in serving.entities if "AMB" in {m.text for m in e.mentions}]
    assert {m.text for m in method.mentions} == {"adaptive micro batching", "AMB"}


def test_mentions_are_what_stands_at_their_offsets(serving: Extraction) -> None:
    mentions = [m for e in serving.entities for m in e.mentions]
    assert len(mentions) >= 10
    assert all(serving.paper.text[m.start : m.end] == m.text for m in mentions)
    spans = sorted((m.start, -m.end, e.name) for e in serving.entities for m in e.mentions)
    assert all(-a[1] <= b[0] or (a[2] == b[2] and -b[1] <= -a[1]) for a, b in pairwise(spans))


def test_links_are_kept(serving: Extraction) -> None:
    assert [m.text for m in serving.code] == ["https://example.org/orbiter"]


ODD = ["", " ", "a", "🙂🙂 🚀", "$$$ \\\\ {}", "\u202eabc\u202c שלום", "是" * 300, "x" * 5000, "1 " * 3000,
       ". . . ." * 50]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_give_no_entities_and_no_crash(extractor: Extractor, text: str) -> None:
    found = extractor.extract(Paper("odd", abstract=text))
    assert found.entities == ()
    assert found.results == ()


def test_a_long_text_is_read_to_its_end(extractor: Extractor) -> None:
    text = "We like this. " * 4000 + "It is compared with vLLM on GSM8K."
    found = extractor.extract(Paper("long", abstract=text))
    assert {"vLLM", "GSM8K"} <= {e.name for e in found.entities}


def test_the_longest_accepted_candidate_keeps_the_place() -> None:
    short, long = Candidate({"a"}, [(1, 2), (5, 6)]), Candidate({"a b"}, [(1, 3)])
    system = 1 + CLASSES.index("System")
    chances = np.zeros((2, 1 + len(CLASSES)))
    chances[:, 0], chances[:, system] = 0.1, 0.9
    chosen = choose([short, long], chances, np.array([0.2, 0.9]), [None, None])
    assert [(c.cls, c.occurrences) for c in chosen] == [("System", ((1, 3),)), ("System", ((5, 6),))]


def test_the_main_contribution_is_named_again_and_in_capitals(shipped: Ontology) -> None:
    doc = blank()("Orbiter is new and so is batched paging . Orbiter runs and Slipway helps .")
    lexicon = Lexicon.from_ontology(shipped)

    def order(*chances: float) -> list[str]:
        places = (((0, 1), (9, 10)), ((6, 8),), ((12, 13),))
        chosen = [Choice(Candidate({str(n)}, list(at)), "System", at, 0.9, chance)
                  for n, (at, chance) in enumerate(zip(places, chances, strict=True))]
        return [r.object for r in introductions_of(doc, chosen, entities_of(doc, chosen, lexicon))]

    assert order(0.9, 0.9, 0.9) == ["Orbiter", "Slipway", "batched paging"]
    assert order(0.8, 0.95, 0.8) == ["Orbiter", "Slipway", "batched paging"]
    assert order(0.6, 0.3, 0.99) == ["Slipway", "Orbiter"]
    assert order(1.0, 1.0, 1.0)[0] == "Orbiter"


COUNTS = [("It runs on 64 A100 GPUs.", 64), ("It needs a 48 GB A100.", None), ("We use 12,288 A100s.", 12288),
          ("At the 2k A100 scale it works.", 2000), ("It costs $5 A100 hours.", None), ("An A100 suffices.", None)]


@pytest.mark.parametrize(("text", "count"), COUNTS)
def test_number_of_devices(extractor: Extractor, text: str, count: int | None) -> None:
    found = extractor.extract(Paper("count", abstract=f"We present Orbiter, a serving system. {text}"))
    assert [e.count for e in found.entities if e.cls == "Hardware" and "A100" in e.name] == [count]


def test_a_class_of_the_users_own_needs_no_code(tmp_path: Path) -> None:
    (tmp_path / "tasks.ttl").write_text("""
        @prefix kg: <https://w3id.org/abstract-kg/ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        kg:Task a owl:Class ; rdfs:subClassOf kg:Artefact ; rdfs:label "task" .
        <https://example.org/zorbing> a kg:Task ; skos:prefLabel "zorb counting" .
    """, encoding="utf-8")
    ontology = load_ontology([tmp_path])
    assert ontology.entity_classes()[-1] == "Task"
    found = load(ontology).extract(Paper("task", abstract="We present Orbiter, a system for zorb counting on GPUs."))
    assert named(found, "zorb counting") == "Task"


def test_definition_of_what_is_introduced_settles_its_class() -> None:
    chances = np.full((1, 1 + len(CLASSES)), 0.02)
    chances[0, 1 + CLASSES.index("Method")] = 0.9
    candidate = Candidate({"orbiter"}, [(0, 1)])
    for new, defined, cls in ((0.9, "System", "System"), (0.9, None, "Method"), (0.1, "System", "Method")):
        (choice,) = choose([candidate], chances, np.array([new]), [defined])
        assert choice.cls == cls
        assert 0 < choice.confidence < 1


def test_names_stand_also_without_the_noun_that_says_their_class(serving: Extraction) -> None:
    device = next(e for e in serving.entities if e.cls == "Hardware")
    assert {"NVIDIA A100 GPUs", "NVIDIA A100"} <= {m.text for m in device.mentions}


def test_a_size_in_billions_makes_a_model_of_what_is_no_dataset() -> None:
    for key, best, cls in (("ketch 70 b", "Method", "Model"), ("ketch 0 5 b instruct", "System", "Model"),
                           ("ketch text 70 b", "Dataset", "Dataset"), ("70 b", "Method", "Method")):
        chances = np.full((1, 1 + len(CLASSES)), 0.02)
        chances[0, 1 + CLASSES.index(best)] = 0.9
        (choice,) = choose([Candidate({key}, [(0, 1)])], chances, np.array([0.1]), [None])
        assert choice.cls == cls


EXAMPLES = ("System", "Model", "Method", "Dataset", "Hardware")


@pytest.mark.parametrize("cls", EXAMPLES)
def test_the_example_of_a_class_is_found_as_that(extractor: Extractor, shipped: Ontology, cls: str) -> None:
    graph = rdflib.Graph().parse(SCHEMA)
    (example,) = graph.objects(rdflib.URIRef(term(cls)), rdflib.namespace.SKOS.example)
    extraction = extractor.extract(Paper("one", str(example)))
    assert named(extraction, "Orbiter") == cls
    assert [r.object for r in extraction.introduces] == ["Orbiter"]
