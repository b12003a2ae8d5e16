"""The rules of linking beyond equal names, each with what it must leave alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.lifecycle import check_rules, link_documents
from kg.link import Linking, link
from kg.link.names import blocks, families, misspelt, spelling
from kg.link.overrides import NONE, read_overrides
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation
from kg.ontology import Concept, Ontology
from kg.records import Document
from kg.terms import BASE

SAID = Evidence(0, 1, "hand", 1.0)


def thing(cls: str, *names: str, concept: str | None = None) -> Entity:
    return Entity(cls, names[0], tuple(Mention(i, i + 1, n) for i, n in enumerate(names)), "hand", 1.0, concept)


def paper(id_: str, *entities: Entity, introduces: str | None = None, about: str = "nothing",
          created: str | None = None) -> Extraction:
    introduced = () if introduces is None else (Relation(PAPER, "introduces", introduces, SAID),)
    return Extraction(Paper(id_, abstract=about, created=created), entities, introduced)


def same(linking: Linking, left: tuple[str, str], right: tuple[str, str]) -> bool:
    return linking.iri(*left) == linking.iri(*right)


def why(linking: Linking, paper_id: str) -> list[tuple[str, float]]:
    return [(one.reason, one.score) for one in linking.links if one.member.paper == paper_id]


SLIPS = [
    ("Llamma 3.1 405B", "Llama-3.1-405B", True), ("normalised latency", "Normalized Latency", True),
    ("attention score", "attention scores", True), ("Kuberentes", "Kubernetes", True),
    ("Tensorfow", "Tensorflow", True),
    ("Llama 3.1 405B", "Llama 3.1 70B", False), ("micro average", "macro average", False),
    ("GRANITE", "GraNNite", False), ("HiPerRAG", "HyperRAG", False), ("MeshGEMM", "MeshGEMV", False),
    ("FastCar", "FastVAR", False), ("NVIDIA H100 GPU", "NVIDIA V100 GPU", False), ("CPU memory", "GPU memory", False),
    ("BiomedGPT-Large", "BiomedGPT-XLarge", False), ("Mistral", "Minstral", False), ("GPT-4", "GPT-4o", False)]


@pytest.mark.parametrize(("left", "right", "slip"), SLIPS)
def test_slips_of_spelling(left: str, right: str, slip: bool) -> None:
    first, second = spelling(left), spelling(right)
    assert (misspelt(first, second) is not None) is slip
    assert misspelt(first, second) == misspelt(second, first)
    if slip:
        assert set(blocks(first)) & set(blocks(second)), "two that match share a block"


def test_slips_ran() -> None:
    assert len(SLIPS) == 16


def test_a_slip_is_joined_and_scored(bare: Ontology) -> None:
    linking = link([paper("a", thing("System", "Kubernetes")), paper("b", thing("System", "Kuberentes"))], bare)
    assert same(linking, ("a", "Kubernetes"), ("b", "Kuberentes"))
    assert {score for one in ("a", "b") for _, score in why(linking, one)} == {1.0, 0.9}


def test_names_that_one_paper_tells_apart_are_no_slips(bare: Ontology) -> None:
    linking = link([paper("a", thing("System", "Kubernetes"), thing("System", "Kuberentes"))], bare)
    assert not same(linking, ("a", "Kubernetes"), ("a", "Kuberentes"))
    assert [r.reason for r in linking.refusals] == ["a paper names both"]


def test_two_introduced_names_are_no_slips(bare: Ontology) -> None:
    linking = link([paper("a", thing("System", "Kubernetes"), introduces="Kubernetes"),
                    paper("b", thing("System", "Kuberentes"), introduces="Kuberentes")], bare)
    assert len(linking.entities) == 2


@pytest.fixture(scope="module")
def devices(bare: Ontology) -> Ontology:
    def concept(name: str, cls: str, vendor: str = "") -> Concept:
        attributes = (("vendor", vendor),) if vendor else ()
        return Concept(f"{BASE}vocab/{name}", cls, name, (), False, None, None, (), (), attributes)

    return replace(bare, concepts=(concept("Hopper", "Hardware", "Acme"), concept("MPI", "System"),
                                   concept("CPU", "Hardware"), concept("Llama 2", "Model")))


PREFIXES = [
    ("Hardware", "Acme Hopper", "Hopper", True), ("Hardware", "Acme X100 GPU", "X100", True),
    ("Hardware", "X100 GPUs", "X100", True), ("Hardware", "Acme CPU", "CPU", False),
    ("Hardware", "Acme GPU", "GPU", False), ("System", "Acme MPI", "MPI", False),
    ("Model", "GPT-9 model", "GPT-9", True),
    ("Dataset", "MMLX benchmark", "MMLX", True), ("Metric", "F1 score", "F1", True),
    ("Metric", "risk score", "risk", False),
    ("Model", "Vision Transformer", "Vision", False), ("Hardware", "SoC FPGA", "SoC", False)]


@pytest.mark.parametrize(("cls", "long", "short", "joined"), PREFIXES)
def test_makers_and_kinds(devices: Ontology, cls: str, long: str, short: str, joined: bool) -> None:
    linking = link([paper("a", thing(cls, long)), paper("b", thing(cls, short))], devices)
    assert same(linking, ("a", long), ("b", short)) is joined


def test_prefixes_ran() -> None:
    assert len(PREFIXES) == 12


def test_a_later_mention_goes_to_the_thing_that_its_paper_is_about(bare: Ontology) -> None:
    papers = [
        paper("a", thing("System", "Prism"), introduces="Prism", about="serving language models by sharing caches"),
        paper("b", thing("System", "PRISM"), introduces="PRISM", about="analysis of genomic sequences from patients"),
        paper("c", thing("System", "Prism"), about="caches for serving of language models"),
        paper("d", thing("System", "Prism"), about="something entirely unrelated")]
    linking = link(papers, bare)
    assert same(linking, ("c", "Prism"), ("a", "Prism"))
    assert linking.iri("d", "Prism") == f"{BASE}system/prism"
    assert why(linking, "c")[0][0].startswith("its paper is about what a introduces under the name")
    assert [r.left for r in linking.refusals if r.reason.startswith("ambiguous")] == ["prism of d"]


def test_what_was_named_long_before_is_something_else(bare: Ontology) -> None:
    papers = [paper("a", thing("System", "Prism"), introduces="Prism", created="2024-05-01", about="caches"),
              paper("b", thing("System", "Prism"), created="2020-01-01", about="caches"),
              paper("c", thing("System", "Prism"), created="2025-01-01", about="caches")]
    linking = link(papers, bare)
    assert not same(linking, ("a", "Prism"), ("b", "Prism"))
    assert same(linking, ("a", "Prism"), ("c", "Prism"))
    assert "named before it was introduced" in {r.reason for r in linking.refusals}


@pytest.mark.parametrize(("spelt", "listed"), [
    ("direct numerical simulation", False), ("Domain Name System", True), ("domain-names systems", True),
    ("DNS", True)])
def test_a_listed_acronym_that_a_paper_spells_otherwise(bare: Ontology, spelt: str, listed: bool) -> None:
    iri = f"{BASE}vocab/dns"
    ontology = replace(bare, concepts=(
        Concept(iri, "Method", "DNS", ("Domain Name System",), False, None, None, (), (), ()),))
    linking = link([paper("a", thing("Method", spelt, "DNS", concept=iri)),
                    paper("b", thing("Method", "DNS", spelt, concept=iri))], ontology)
    assert (linking.iri("a", spelt) == iri) is listed
    assert (linking.iri("b", "DNS") == iri) is listed


def test_a_description_that_a_paper_seems_to_introduce_is_what_others_name(bare: Ontology) -> None:
    papers = [paper("a", thing("Method", "space exploration"), introduces="space exploration", created="2024-05-01"),
              paper("b", thing("Method", "Space Exploration"), created="2020-01-01")]
    assert len(link(papers, bare).entities) == 1


@pytest.mark.parametrize(("name", "expected"), [
    ("Llama 2 70B Chat", ["Llama 2 70B", "Llama 2", "Llama"]),
    ("Qwen2.5-7B-Instruct", ["Qwen2.5-7B", "Qwen2.5", "Qwen"]),
    ("YOLOv8", ["YOLO"]), ("A100 80GB", ["A100"]), ("H100", []), ("T5", []), ("Ray", [])])
def test_families_of_a_name(name: str, expected: list[str]) -> None:
    assert list(families(name, frozenset({"chat", "instruct"}))) == expected


def test_variants_are_linked_to_the_nearest_known_family(devices: Ontology) -> None:
    linking = link([paper("a", thing("Model", "Llama 2 70B Chat"), thing("Model", "Zeta 7B"), thing("Model", "Zeta"))],
                   devices)
    assert linking.families == ((f"{BASE}model/llama-2-70b-chat", f"{BASE}vocab/Llama 2"),
                                (f"{BASE}model/zeta-7b", f"{BASE}model/zeta"))


PAPERS = (
    paper("p1", thing("System", "Prism"), thing("System", "Ray"), introduces="Prism"),
    paper("p2", thing("System", "PRISM")), paper("p3", thing("System", "Orbiter"), thing("System", "Orbit Server")),
    paper("p4", thing("Method", "Orbiter")))


def linked(tmp_path: Path, toml: str, ontology: Ontology) -> Linking:
    (tmp_path / "links.toml").write_text(toml, encoding="utf-8")
    rules = read_overrides(tmp_path / "links.toml", ontology)
    documents = [Document((), one) for one in PAPERS]
    check_rules(rules, documents, ontology)
    return link_documents(documents, ontology, rules)


def test_a_user_says_what_is_the_same(tmp_path: Path, bare: Ontology) -> None:
    linking = linked(tmp_path, '[[same]]\nnames = ["Orbit Server", {name = "Orbiter", class = "System"}]\n', bare)
    assert same(linking, ("p3", "Orbiter"), ("p3", "Orbit Server"))
    assert not same(linking, ("p3", "Orbiter"), ("p4", "Orbiter"))
    assert "links.toml:1 says that it is the same" in {r for r, _ in why(linking, "p3")}


def test_a_user_joins_what_papers_class_differently(tmp_path: Path, bare: Ontology) -> None:
    toml = '[[same]]\nnames = [{name = "Orbiter", class = "System"}, {name = "Orbiter", class = "Method"}]\n'
    assert same(linked(tmp_path, toml, bare), ("p3", "Orbiter"), ("p4", "Orbiter"))


@pytest.mark.parametrize("names", [
    '[{name = "Prism", paper = "p1"}, {name = "Prism", paper = "p2"}]', '["Prism", "PRISM"]'])
def test_a_user_says_what_is_different(tmp_path: Path, bare: Ontology, names: str) -> None:
    assert same(link(PAPERS, bare), ("p1", "Prism"), ("p2", "PRISM"))
    linking = linked(tmp_path, f"[[different]]\nnames = {names}\n", bare)
    assert not same(linking, ("p1", "Prism"), ("p2", "PRISM"))


FAULTS = [
    ('[[same]]\nnames = [\n "Orbiter",\n "Nobody"]\n', "links.toml:4: no thing is called 'Nobody'"),
    ('[[same]]\nnames = ["Ray", {name = "Prism", paper = "p9"}]\n', "links.toml:2: .*'Prism' in paper p9"),
    ('[[same]]\nnames = ["Ray"]\n', "links.toml:1: names must list two"),
    ('\n[[other]]\nnames = ["Ray", "Prism"]\n', "links.toml: unknown entry 'other'"),
    ('[[same]]\nname = "Ray"\n', "links.toml:1: unknown key 'name'"),
    ('[[same]]\nnames = [1, 2]\n', "links.toml:1: not a name: 1"),
    ('[[same]]\nnames = ["Ray", {name = "Prism", class = "Car"}]\n', "links.toml:1: no class 'Car'"),
    ("[[same]\n", "links.toml: not valid TOML: .*line 1"),
    ('[[statement]]\npaper = "p9"\nsubject = "a"\npredicate = "uses"\nobject = "b"\nreject = true\n',
     "no paper .*'p9'"),
    ('\n[[statement]]\npaper = "p1"\nsubject = "a"\npredicate = "uses"\nobject = "b"\nreject = true\n',
     "links.toml:2: paper p1 does not say: a uses b"),
    ('[[statement]]\npaper = "p1"\nsubject = "a"\npredicate = "uses"\nobject = "b"\n',
     "either reject = true or becomes"),
    ('[[statement]]\npaper = "p1"\nsubject = "a"\npredicate = "uses"\nobject = "b"\nbecomes = "eats"\n',
     "no relation 'eats'")]


@pytest.mark.parametrize(("toml", "message"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_in_links_toml_names_its_line(tmp_path: Path, bare: Ontology, toml: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        linked(tmp_path, toml, bare)


def test_faults_ran() -> None:
    assert len(FAULTS) == 12


def test_statements_are_rejected_or_retyped(tmp_path: Path, bare: Ontology) -> None:
    head = '[[statement]]\npaper = "p1"\nsubject = "Prism"\nobject = "Ray"\n'
    (tmp_path / "links.toml").write_text(
        f'{head}predicate = "builtOn"\nbecomes = "uses"\n{head}predicate = "outperforms"\nreject = true\n',
        encoding="utf-8")
    rules = read_overrides(tmp_path / "links.toml", bare)
    said = replace(PAPERS[0], relations=tuple(Relation("Prism", p, "Ray", SAID) for p in ("builtOn", "outperforms")))
    assert [r.predicate for r in rules.correct(said).relations] == ["uses"]
    assert rules.correct(PAPERS[1]) == PAPERS[1]


def test_no_links_toml_says_nothing(tmp_path: Path, bare: Ontology) -> None:
    assert read_overrides(tmp_path / "links.toml", bare) == NONE
