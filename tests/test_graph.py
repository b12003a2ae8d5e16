"""Triples: what a paper's graph and the linked graph hold, and that equal input gives equal triples."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import permutations

import pyoxigraph as ox
import pytest

from kg.errors import TextError
from kg.graph import graph_quads, linked_quads, local_iris, paper_quads, year
from kg.link import link
from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation
from kg.ontology import Concept, Ontology
from kg.provenance import Run, run_of
from kg.terms import BASE, DCTERMS, KG, PROV, QUDT, RDF, RDFS, SCHEMA, SKOS, UNIT, term

P1 = f"{BASE}paper/p1"
Extractions = tuple[Extraction, ...]


def values(quads: list[ox.Quad], subject: str, predicate: str) -> set[str]:
    return {q.object.value for q in quads if q.subject.value == subject and q.predicate.value == predicate}


def of_type(quads: list[ox.Quad], cls: str) -> list[str]:
    return [q.subject.value for q in quads if q.predicate.value == RDF + "type" and q.object.value == term(cls)]


def test_a_paper_says_where_it_is_from_and_no_path(extractions: Extractions) -> None:
    quads = paper_quads(extractions[0])
    assert {q.graph_name.value for q in quads} == {P1}
    assert values(quads, P1, term("text")) == {extractions[0].paper.text}
    assert values(quads, P1, term("origin")) == {"list.txt:3", "more.json:1"}
    assert values(quads, P1, term("year")) == {"2023"}
    assert values(quads, P1, DCTERMS + "creator") == {"Ada Byron", "José Núñez"}
    assert values(quads, P1, RDFS + "seeAlso") == {"https://arxiv.org/abs/2311.00001", "https://doi.org/10.1000/x%3C1%3E"}
    assert values(quads, P1, SCHEMA + "sameAs") == values(quads, P1, RDFS + "seeAlso")
    assert values(quads, P1, term("code")) == {"https://example.org/orbiter"}
    assert values(quads, "https://example.org/orbiter", RDFS + "label") == {"example.org/orbiter"}


@pytest.mark.parametrize("printed", [
    "https://github.com/Ada/Orbiter", "http://www.GitHub.com/Ada/Orbiter/", "github.com/Ada/Orbiter.git"])
def test_a_repository_is_one_node_however_it_is_written(printed: str) -> None:
    paper = Paper("p", abstract=f"Code: {printed}")
    quads = paper_quads(Extraction(paper, code=(Mention(6, 6 + len(printed), printed),)))
    assert values(quads, f"{BASE}paper/p", term("code")) == {"https://github.com/Ada/Orbiter"}


def test_a_run_says_what_it_used(extractions: Extractions, bare: Ontology) -> None:
    run = Run("1.0", "2.0", "ab" * 32, "cd" * 32)
    quads = list(graph_quads(extractions, link(extractions, bare), bare, run=run))
    activity = f"{BASE}run/{run.id}"
    assert values(quads, activity, RDF + "type") == {PROV + "Activity"}
    hashes = {values(quads, used, term("sha256")).pop() for used in values(quads, activity, PROV + "used")}
    assert hashes == {run.ontology_sha256, run.weights_sha256}
    (agent,) = values(quads, activity, PROV + "wasAssociatedWith")
    assert values(quads, agent, SCHEMA + "softwareVersion") == {"1.0"}
    for paper in (P1, f"{BASE}paper/p2"):
        assert values(quads, f"{paper}/extraction", PROV + "wasGeneratedBy") == {activity}
        assert values(quads, f"{paper}/extraction", PROV + "wasDerivedFrom") == {paper}
    assert replace(run, version="1.1").id != run.id


def test_the_weights_have_a_hash(bare: Ontology) -> None:
    run = run_of(bare, "1.0")
    assert (len(run.weights_sha256), run.ontology_sha256) == (64, bare.sha256)
    assert run_of(bare, "1.0", fast=True).weights_sha256 != run.weights_sha256


def test_every_span_quotes_the_text(extractions: Extractions) -> None:
    checked = 0
    for extraction in extractions:
        quads = paper_quads(extraction)
        for node in {q.subject.value for q in quads if q.predicate.value == term("quote")}:
            (start,), (end,), (quote,) = (values(quads, node, term(name)) for name in ("start", "end", "quote"))
            assert extraction.paper.text[int(start):int(end)] == quote
            checked += 1
    assert checked == (8 + 8 + 1) + (4 + 5 + 2)  # mentions, claims, results


def test_claims_and_results_are_whole(extractions: Extractions) -> None:
    quads = paper_quads(extractions[0])
    claims, results = of_type(quads, "Claim"), of_type(quads, "Result")
    assert (len(claims), len(results)) == (8, 1)
    for name in ("quote", "start", "end", "rule", "confidence", "polarity", "modality", "statedIn"):
        assert all(len(values(quads, node, term(name))) == 1 for node in claims + results), name
    assert values(quads, results[0], term("baseline")) == {f"{P1}/vllm"}
    assert values(quads, results[0], term("condition")) == {f"{P1}/a100", f"{P1}/gsm8k"}


def test_phrases_stand_where_there_is_no_entity(extractions: Extractions) -> None:
    quads = paper_quads(extractions[1])
    phrases = {(q.predicate.value.removeprefix(KG), q.object.value) for q in quads if "Phrase" in q.predicate.value}
    assert phrases == {("metricPhrase", "tail latency"), ("baselinePhrase", "hand-tuned servers")}


def test_no_blank_nodes(extractions: Extractions, bare: Ontology) -> None:
    quads = list(graph_quads(extractions, link(extractions, bare), bare))
    assert quads
    assert not any(isinstance(node, ox.BlankNode) for q in quads for node in (q.subject, q.object, q.graph_name))


def test_names_that_share_a_slug_have_stable_iris() -> None:
    def named(cls: str, name: str) -> Entity:
        return Entity(cls, name, (Mention(0, 1, "x"),), "hand", 1.0)

    entities = (named("System", "C*"), named("Model", "c"), named("Method", "Prism"), named("Method", "prism"))
    iris = local_iris(Extraction(Paper("p", abstract="x"), entities))
    assert iris == local_iris(Extraction(Paper("p", abstract="x"), entities[::-1]))
    assert len(set(iris.values())) == 4
    assert iris["C*"].endswith("/c~system")


def test_negated_and_hedged_claims_stay_out_of_the_linked_graph(extractions: Extractions, bare: Ontology) -> None:
    quads = linked_quads(extractions, link(extractions, bare), bare)
    beaten = {(q.subject.value, q.object.value) for q in quads if q.predicate.value == term("outperforms")}
    assert beaten == {(f"{BASE}system/orbiter", f"{BASE}system/vllm")}
    assert len(of_type(quads, "Result")) == 2
    assert values(quads, P1, term("text")) == set()


def test_local_nodes_are_linked_and_support_counts_papers(extractions: Extractions, bare: Ontology) -> None:
    quads = linked_quads(extractions, link(extractions, bare), bare)
    assert values(quads, f"{BASE}paper/p2/vllm", term("linkedTo")) == {f"{BASE}system/vllm"}
    assert values(quads, f"{BASE}system/vllm", term("support")) == {"2"}
    assert values(quads, f"{BASE}system/vllm", SKOS + "altLabel") == {"VLLM"} or \
        values(quads, f"{BASE}system/vllm", RDFS + "label") == {"VLLM"}


def test_facts_of_the_vocabulary_come_with_a_concept_and_its_family(bare: Ontology) -> None:
    zeta, family = f"{BASE}vocab/zeta-9", f"{BASE}vocab/zeta"
    concepts = (
        Concept(zeta, "Hardware", "Zeta 9", (), False, None, family, (), (),
                (("memoryGB", "80"), ("vendor", "Zeta Inc"))),
        Concept(family, "Hardware", "Zeta", (), False, None, None, (), (), ()),
        Concept(f"{BASE}vocab/unused", "Hardware", "Unused", (), False, None, None, (), (), ()))
    ontology = replace(bare, concepts=concepts)
    extraction = Extraction(Paper("p", abstract="Zeta 9"), (
        Entity("Hardware", "Zeta 9", (Mention(0, 6, "Zeta 9"),), "hand", 1.0, concept=zeta),))
    quads = linked_quads([extraction], link([extraction], ontology), ontology)
    assert values(quads, zeta, term("vendor")) == {"Zeta Inc"}
    assert values(quads, zeta, term("memoryGB")) == {"80"}
    assert values(quads, zeta, term("variantOf")) == {family}
    assert values(quads, family, RDFS + "label") == {"Zeta"}
    assert not values(quads, f"{BASE}vocab/unused", RDFS + "label")


def test_a_statement_about_nothing_is_refused() -> None:
    wrong = Relation("Nobody", "uses", "Nothing", Evidence(0, 1, "hand", 1.0))
    with pytest.raises(TextError, match="p: a statement names 'Nobody'"):
        paper_quads(Extraction(Paper("p", abstract="x"), relations=(wrong,)))


@pytest.mark.parametrize(("created", "arxiv", "expected"), [
    ("2019-05-01", "2401.00001", 2019), (None, "2401.00001", 2024), (None, "cs/9901001", 1999),
    (None, "hep-th/0301001", 2003), ("May 2020", None, None), (None, None, None)])
def test_years(created: str | None, arxiv: str | None, expected: int | None) -> None:
    assert year(Paper("p", abstract="x", created=created, arxiv=arxiv)) == expected


def test_the_graph_is_a_function_of_the_set(extractions: Extractions, bare: Ontology) -> None:
    third = replace(extractions[0], paper=replace(extractions[0].paper, id="p3"))
    papers = (*extractions, third)
    found = {tuple(map(str, graph_quads(order, link(order, bare), bare))) for order in permutations(papers)}
    assert len(found) == 1


def test_a_paper_s_graph_does_not_depend_on_the_others(extractions: Extractions, bare: Ontology) -> None:
    together = graph_quads(extractions, link(extractions, bare), bare)
    assert [str(q) for q in together if str(q.graph_name) == f"<{P1}>"] == [str(q) for q in paper_quads(extractions[0])]


@pytest.mark.parametrize("code", [
    "from kg.link import link; from kg.model import *; from kg.ontology import load; from kg.graph import graph_quads;"
    "e = tuple(Entity('System', n, (Mention(0, 1, 'a'), Mention(1, 3, n)), 'r', .5) for n in ('AB', 'CD', 'EF'));"
    "x = [Extraction(Paper(i, abstract='a b'), e) for i in 'pqr']; o = load();"
    "print(*graph_quads(x, link(x, o), o), sep='\\n')"])
def test_hash_seeds_do_not_matter(code: str) -> None:
    printed = {subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
                              capture_output=True).stdout for seed in ("0", "1")}
    assert len(printed) == 1
    assert b"linkedTo" in printed.pop()


def test_a_result_links_every_baseline_it_names(extractions: Extractions, bare: Ontology) -> None:
    two = replace(extractions[0].results[0], baseline="systems such as vLLM and Ray", baselines=("vLLM", "Ray"))
    paper = replace(extractions[0], results=(two,))
    local = paper_quads(paper)
    (node,) = of_type(local, "Result")
    assert values(local, node, term("baseline")) == {f"{P1}/vllm", f"{P1}/ray"}
    assert values(local, node, term("baselinePhrase")) == {"systems such as vLLM and Ray"}
    linking = link([paper], bare)
    assert values(linked_quads([paper], linking, bare), node, term("baseline")) == {
        linking.iri("p1", "vLLM"), linking.iri("p1", "Ray")}


def test_a_baseline_that_is_no_entity_of_the_paper_is_a_fault(extractions: Extractions) -> None:
    wrong = replace(extractions[0].results[0], baselines=("Nobody",))
    with pytest.raises(TextError, match="'Nobody'"):
        paper_quads(replace(extractions[0], results=(wrong,)))


def test_units_have_their_iri_beside_what_is_printed(extractions: Extractions, bare: Ontology) -> None:
    result = extractions[0].results[0]
    units = {"x": "UNITLESS", "%": "PERCENT", "ms": "MilliSEC", "Petaflops": "PetaFLOPS", "hours": "HR", "mW": "MilliW",
             "MW": "MegaW", "K": None, "M": None, "MS": None, "tokens/s": None, "furlongs": None, "": None}
    for unit, known in units.items():
        paper = replace(extractions[0], results=(replace(result, unit=unit),))
        quads = linked_quads([paper], link([paper], bare), bare)
        (node,) = of_type(quads, "Result")
        assert values(quads, node, term("unit")) == {unit}
        assert values(quads, node, QUDT + "hasUnit") == ({UNIT + known} if known else set()), unit


@pytest.mark.parametrize("said", [{"polarity": "negated"}, {"modality": "hedged"}])
def test_what_is_denied_or_supposed_stays_in_the_papers_graph(
        extractions: Extractions, bare: Ontology, said: dict[str, str]) -> None:
    first = extractions[0]
    claim = next(r for r in first.relations if r.predicate == "outperforms")
    doubted = replace(claim, evidence=replace(claim.evidence, **said))
    result = replace(first.results[0], evidence=replace(first.results[0].evidence, **said))
    paper = replace(first, relations=(doubted,), results=(result,))
    local, linked = paper_quads(paper), linked_quads([paper], link([paper], bare), bare)
    assert (len(of_type(local, "Claim")), len(of_type(local, "Result"))) == (2, 1)
    (node,) = of_type(local, "Result")
    assert {next(iter(values(local, node, term(name)))) for name in said} == set(said.values())
    assert of_type(linked, "Result") == []
    assert not any(q.predicate.value == term("outperforms") for q in linked)


def test_name_of_a_model_says_family_version_and_size(bare: Ontology) -> None:
    extraction = Extraction(Paper("p", abstract="Zeta-3-70B and Eta"), (
        Entity("Model", "Zeta-3-70B", (Mention(0, 10, "Zeta-3-70B"),), "hand", 1.0),
        Entity("Model", "Eta", (Mention(15, 18, "Eta"),), "hand", 1.0)))
    linking = link([extraction], bare)
    quads = linked_quads([extraction], linking, bare)
    zeta, eta = linking.iri("p", "Zeta-3-70B"), linking.iri("p", "Eta")
    assert [values(quads, zeta, term(name)) for name in ("family", "version", "parameters")] == [
        {"Zeta"}, {"3"}, {"70000000000.0"}]
    assert not any(values(quads, eta, term(name)) for name in ("family", "version", "parameters"))
