"""Linking: what joins, what stays apart, and that order does not matter."""

from dataclasses import replace
from itertools import permutations

import pytest

from kg.link import Linking, Member, fold, is_acronym, link
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation, Result
from kg.ontology import Concept, Ontology
from kg.terms import BASE


def paper(id_: str, *entities: Entity, introduces: tuple[str, ...] = (), metrics: tuple[str, ...] = ()) -> Extraction:
    evidence = Evidence(0, 1, "hand", 1.0)
    return Extraction(
        Paper(id_, abstract="x" * 99), entities,
        introduces=tuple(Relation(PAPER, "introduces", name, evidence) for name in introduces),
        results=tuple(Result(PAPER, m, 1, 1, "x", "value", "exact", "single", "1x", evidence) for m in metrics))


def thing(cls: str, *names: str, concept: str | None = None) -> Entity:
    return Entity(cls, names[0], tuple(Mention(i, i + len(n), n) for i, n in enumerate(names)), "hand", 1.0, concept)


def concept(name: str, cls: str, *aliases: str, ambiguous: bool = False) -> Concept:
    return Concept(f"{BASE}vocab/{name}", cls, name, aliases, ambiguous, None, None, (), (), ())


def same(linking: Linking, *members: tuple[str, str]) -> bool:
    return len({linking.iri(*member) for member in members}) == 1


SPELLINGS = [("LLaMA-2 70B", "Llama 2-70b", True), ("GPUs", "GPU", True), ("A100s", "A100", True),
             ("MS-COCO", "MSCOCO", True), ("Mélange", "Melange", True), ("Node.js", "NodeJS", True),
             ("GPT-3.5", "GPT-35", False), ("GPT-3", "GPT-4", False), ("A100", "H100", False), ("C++", "C", False),
             ("C#", "C", False), ("β-VAE", "VAE", False), ("π0", "0", False), ("Q*", "Q", False),
             ("ResNet-50", "ResNet-101", False), ("FlashAttention", "FlashAttention-2", False), ("是", "否", False)]


@pytest.mark.parametrize(("left", "right", "equal"), SPELLINGS)
def test_folds(left: str, right: str, equal: bool) -> None:
    assert (fold(left) == fold(right)) is equal


def test_folds_ran() -> None:
    assert len(SPELLINGS) == 17


@pytest.mark.parametrize(("short", "long", "fits"), [
    ("FSDP", "Fully Sharded Data Parallel", True), ("TTFT", "time to first token", True),
    ("KITTI", "KITTI Odometry", False), ("GPT-3", "GPT-4 Preview Terminal", False), ("PCIe", "throughput of it", False),
    ("the system", "the whole system", False)])
def test_acronyms(short: str, long: str, fits: bool) -> None:
    assert is_acronym(short, long) is fits


def test_one_name_is_one_entity_across_papers(bare: Ontology) -> None:
    linking = link([paper("a", thing("Model", "Llama 2 70B")), paper("b", thing("Model", "LLaMA-2-70B"))], bare)
    (entity,) = linking.entities
    assert entity.iri == f"{BASE}model/llama-2-70b"
    assert (entity.support, entity.members) == (2, (Member("a", "Llama 2 70B"), Member("b", "LLaMA-2-70B")))
    assert {entity.label, *entity.aliases} == {"Llama 2 70B", "LLaMA-2-70B"}
    assert [item.reason for item in linking.links] == ["same class and same name once folded: llama2.70b"] * 2


def test_the_name_of_the_introducing_paper_is_the_label(bare: Ontology) -> None:
    papers = [paper("a", thing("System", "ORBITER")), paper("b", thing("System", "ORBITER")),
              paper("c", thing("System", "Orbiter"), introduces=("Orbiter",))]
    assert [e.label for e in link(papers, bare).entities] == ["Orbiter"]


def test_classes_must_agree(bare: Ontology) -> None:
    linking = link([paper("a", thing("Method", "GQA")), paper("b", thing("Dataset", "GQA"))], bare)
    assert {e.iri for e in linking.entities} == {f"{BASE}method/gqa", f"{BASE}dataset/gqa"}
    assert [r.reason for r in linking.refusals] == ["the classes differ"]


def test_two_that_introduce_one_name_stay_apart(bare: Ontology) -> None:
    papers = [paper("a/1", thing("System", "Prism"), introduces=("Prism",)),
              paper("b", thing("System", "PRISM"), introduces=("PRISM",)), paper("c", thing("System", "Prism"))]
    linking = link(papers, bare)
    assert linking.iri("a/1", "Prism") == f"{BASE}system/prism/a%2F1"
    assert linking.iri("b", "PRISM") == f"{BASE}system/prism/b"
    assert linking.iri("c", "Prism") == f"{BASE}system/prism"
    assert [r.reason for r in linking.refusals] == [
        "both papers introduce the name", "ambiguous: its paper fits none of them clearly better"]


def test_a_concept_gives_iri_and_class(bare: Ontology) -> None:
    ontology = replace(bare, concepts=(concept("Zeta X9", "Hardware", "X9"),))
    papers = [paper("a", thing("System", "X-9", concept=f"{BASE}vocab/Zeta X9")), paper("b", thing("Hardware", "x9"))]
    (entity,) = link(papers, ontology).entities
    assert (entity.cls, entity.label, entity.concept) == ("Hardware", "Zeta X9", f"{BASE}vocab/Zeta X9")
    assert {"X9", "x9", "X-9"} <= set(entity.aliases)


@pytest.mark.parametrize(("ambiguous", "introduced"), [(True, ()), (False, ("Flare",))])
def test_an_everyday_word_or_a_new_thing_is_not_the_listed_one(
        bare: Ontology, ambiguous: bool, introduced: tuple[str, ...]) -> None:
    ontology = replace(bare, concepts=(concept("FLARE", "System", ambiguous=ambiguous),))
    linking = link([paper("a", thing("System", "Flare"), introduces=introduced)], ontology)
    assert [e.iri for e in linking.entities] == [f"{BASE}system/flare"]


def test_an_expansion_learnt_in_one_paper_joins_the_acronym_in_another(bare: Ontology) -> None:
    linking = link([paper("a", thing("Method", "Fast Slow Descent", "FSD")), paper("b", thing("Method", "FSD"))], bare)
    assert same(linking, ("a", "Fast Slow Descent"), ("b", "FSD"))
    assert any("spells out fsd" in item.reason for item in linking.links)


def test_an_acronym_with_two_expansions_joins_nothing(bare: Ontology) -> None:
    papers = [paper("a", thing("Method", "Fast Slow Descent", "FSD")), paper("b", thing("Method", "FSD")),
              paper("c", thing("Method", "Full State Dump", "FSD"))]
    assert len(link(papers, bare).entities) == 3


def test_introduced_acronyms_of_two_papers_stay_apart(bare: Ontology) -> None:
    papers = [paper("a", thing("Method", "Fast Slow Descent", "FSD"), introduces=("Fast Slow Descent",)),
              paper("b", thing("Method", "FSD"), introduces=("FSD",))]
    linking = link(papers, bare)
    assert not same(linking, ("a", "Fast Slow Descent"), ("b", "FSD"))


def test_a_metric_phrase_meets_its_concept(bare: Ontology) -> None:
    ontology = replace(bare, concepts=(concept("speedup", "Metric", "speed-up"),))
    linking = link([paper("a", metrics=("Speed-Up", "odd thing"))], ontology)
    assert linking.metric("speed up") == f"{BASE}vocab/speedup"
    assert linking.metric("odd thing") is None
    assert [(e.label, e.support) for e in linking.entities] == [("speedup", 1)]


def test_order_does_not_matter(bare: Ontology) -> None:
    papers = [paper("a", thing("Method", "Fast Slow Descent", "FSD"), introduces=("Fast Slow Descent",)),
              paper("b", thing("Method", "FSD"), thing("System", "Prism"), introduces=("Prism",)),
              paper("c", thing("System", "PRISM"), introduces=("PRISM",)),
              paper("d", thing("Method", "fast-slow descent"))]
    found = {repr(link(order, bare)) for order in permutations(papers)}
    assert len(found) == 1


def test_no_papers(bare: Ontology) -> None:
    assert link([], bare).entities == ()
