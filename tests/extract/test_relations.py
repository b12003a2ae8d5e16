"""Relations of own sentences: each line of ``relations.jsonl`` says what must come out."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from spacy.tokens import Doc

from kg.extract.document import register
from kg.extract.modality import ModalityFinder
from kg.extract.relations import RelationFinder
from kg.extract.sentences import SentenceSplitter, blank
from kg.interchange import from_record
from kg.model import PAPER, Relation
from kg.ontology import load

NLP = blank()
CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "relations.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def ontology():
    register()
    return load()


@pytest.fixture(scope="module")
def finder(ontology):
    relations, modality = RelationFinder(ontology), ModalityFinder(ontology)
    return lambda doc: modality(relations(doc))


def read(ontology, case, *, confidence=1.0) -> Doc:
    entities = [e | {"mentions": [e["name"]], "confidence": confidence} for e in case["entities"]]
    extraction = from_record(
        {"id": "own", "text": case["text"], "entities": entities, "introduces": case["introduces"]}
    )
    doc = SentenceSplitter(ontology)(NLP(extraction.paper.text))
    doc._.kg_entities, doc._.kg_introduces = extraction.entities, extraction.introduces
    return doc


def found(doc: Doc) -> dict[tuple[str, str, str], Relation]:
    return {(r.subject, r.predicate, r.object): r for r in doc._.kg_relations}


def test_there_are_enough_cases():
    assert len(CASES) == 63
    assert sum(len(case["relations"]) for case in CASES) >= 95


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][-60:])
def test_what_a_text_states_comes_out(finder, ontology, case):
    doc = finder(read(ontology, case))
    relations = found(doc)
    for wanted in case["relations"]:
        relation = relations.get((wanted["subject"], wanted["predicate"], wanted["object"]))
        assert relation is not None, sorted(relations)
        assert relation.evidence.polarity == wanted.get("polarity", "affirmed")
        assert relation.evidence.modality == wanted.get("modality", "asserted")


def test_classes_fit_domain_and_range_and_evidence_holds_the_object(finder, ontology):
    checked = 0
    for case in CASES:
        doc = finder(read(ontology, case))
        cls = {e.name: e.cls for e in doc._.kg_entities} | {PAPER: "Paper"}
        for relation in doc._.kg_relations:
            kind = ontology.properties[relation.predicate]
            assert ontology.is_a(cls[relation.subject], kind.domain)
            assert ontology.is_a(cls[relation.object], kind.range)
            assert relation.object in doc.text[relation.evidence.start : relation.evidence.end]
            assert 0 < relation.evidence.confidence <= 1
            checked += 1
    assert checked >= 95


def test_a_cue_is_named_as_the_rule(finder, ontology):
    case = next(c for c in CASES if "built on top of" in c["text"])
    rule = found(finder(read(ontology, case)))["Orbiter", "builtOn", "Slipway"].evidence.rule
    assert rule == "relation/built on top of"


def test_the_clause_that_states_it_is_the_evidence(finder, ontology):
    case = {
        "text": "We present Orbiter, a system. Orbiter outperforms Slipway by 2x, while keeping perplexity at 5.1.",
        "entities": [
            {"type": "System", "name": "Orbiter"},
            {"type": "System", "name": "Slipway"},
            {"type": "Metric", "name": "perplexity"},
        ],
        "introduces": ["Orbiter"],
    }
    doc = finder(read(ontology, case))
    spans = {r.object: doc.text[r.evidence.start : r.evidence.end] for r in doc._.kg_relations}
    assert spans["Slipway"] == "Orbiter outperforms Slipway by 2x"
    assert spans["perplexity"].startswith("while keeping")


def test_doubt_about_an_entity_is_doubt_about_its_relations(finder, ontology):
    sure = found(finder(read(ontology, CASES[0])))["Orbiter", "builtOn", "Slipway"].evidence.confidence
    less = found(finder(read(ontology, CASES[0], confidence=0.8)))["Orbiter", "builtOn", "Slipway"].evidence.confidence
    assert less == pytest.approx(0.8 * sure, abs=1e-3)
    assert not finder(read(ontology, CASES[0], confidence=0.01))._.kg_relations


@pytest.mark.parametrize(("chance", "subject"), [(0.9, "Orbiter"), (0.6, PAPER)])
def test_what_is_not_surely_new_is_no_subject_of_what_the_authors_do(finder, ontology, chance, subject):
    doc = read(ontology, CASES[0])
    (new,) = [r for r in doc._.kg_introduces if r.object == "Orbiter"]
    doc._.kg_introduces = (replace(new, evidence=replace(new.evidence, confidence=chance)),)
    assert subject in {r.subject for r in finder(doc)._.kg_relations if r.object == "Slipway"}


def test_background_of_prior_work_is_not_what_the_paper_does(finder, ontology):
    case = next(c for c in CASES if "Driftwood stalls" in c["text"])
    assert not [r for r in finder(read(ontology, case))._.kg_relations if r.object == "Driftwood"]


def test_a_text_without_entities_gives_no_relations(finder, ontology):
    assert finder(read(ontology, {"text": "Nothing here.", "entities": [], "introduces": []}))._.kg_relations == ()


def test_the_same_text_gives_the_same_relations(finder, ontology):
    runs = [finder(read(ontology, case))._.kg_relations for case in CASES[:10] for _ in range(2)]
    assert runs[::2] == runs[1::2]
