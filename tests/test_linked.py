"""The link report of a store, and why one entity is one thing."""

from dataclasses import replace
from pathlib import Path

import pytest

from kg.change import Frame
from kg.errors import StoreError
from kg.lifecycle import create, link_documents
from kg.linked import EntityLinks, explain_links, link_report
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation
from kg.ontology import Concept, Ontology
from kg.provenance import Run
from kg.records import Document
from kg.store import open_store, write_store, writing
from kg.terms import BASE

SAID = Evidence(0, 1, "hand", 1.0)


def thing(cls: str, *names: str) -> Entity:
    return Entity(cls, names[0], tuple(Mention(i, i + 1, n) for i, n in enumerate(names)), "hand", 1.0)


def paper(id_: str, *entities: Entity, introduces: str | None = None) -> Document:
    introduced = () if introduces is None else (Relation(PAPER, "introduces", introduces, SAID),)
    return Document((), Extraction(Paper(id_, abstract=f"text of {id_}"), entities, introduced))


@pytest.fixture(scope="module")
def ontology(bare: Ontology) -> Ontology:
    return replace(bare, concepts=(
        Concept(f"{BASE}vocab/zeta", "Model", "Zeta", (), False, None, None, (), (), ()),))


@pytest.fixture(scope="module")
def store(ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    documents = [
        paper("a", thing("Method", "Fast Slow Descent", "FSD"), thing("Model", "Zeta 7B")),
        paper("b", thing("Method", "FSD")),
        paper("c", thing("System", "FSD")), paper("d", thing("System", "Prism"), introduces="Prism"),
        paper("e", thing("System", "PRISM"), introduces="PRISM"), paper("f", thing("Method", "fast slow descent"))]
    with writing(folder):
        create(folder, documents, Frame(ontology, Run("1", "1", "o", "w")), link_documents(documents, ontology))
    return folder


def explained(store: Path, ontology: Ontology, iri: str) -> EntityLinks:
    found = explain_links(store, BASE + iri, ontology)
    assert found is not None
    return found


def test_an_entity_tells_its_names_and_why(store: Path, ontology: Ontology) -> None:
    found = explained(store, ontology, "method/fast-slow-descent")
    assert [(a.name, a.papers, a.score) for a in found.aliases] == [
        ("FSD", ("b",), 0.95), ("Fast Slow Descent", ("a",), 1.0), ("fast slow descent", ("f",), 1.0)]
    assert found.aliases[0].reason == "a spells out fsd as another form of Fast Slow Descent"
    assert [r.reason for r in found.refusals] == ["the classes differ"]


def test_things_of_one_name_are_told_apart(store: Path, ontology: Ontology) -> None:
    found = explained(store, ontology, "system/prism/d")
    assert [(r.left, r.right, r.reason) for r in found.refusals] == [
        ("prism of d", "prism of e", "both papers introduce the name")]


def test_the_family_of_a_variant(store: Path, ontology: Ontology) -> None:
    assert explained(store, ontology, "model/zeta-7b").variant_of == f"{BASE}vocab/zeta"


def test_what_is_not_there(store: Path, ontology: Ontology, tmp_path: Path) -> None:
    assert explain_links(store, BASE + "system/nobody", ontology) is None
    with pytest.raises(StoreError, match="no store here"):
        explain_links(tmp_path, BASE + "system/nobody", ontology)
    write_store(tmp_path, open_store(store))
    assert explain_links(tmp_path, BASE + "system/prism/d", ontology) is None


def test_the_report_lists_merges_variants_and_refusals(ontology: Ontology) -> None:
    documents = [paper("a", thing("Model", "Zeta 7B")), paper("b", thing("Model", "ZETA-7B")),
                 paper("c", thing("Model", "Eta"))]
    report = link_report(link_documents(documents, ontology))
    assert [(m["label"], [x["paper"] for x in m["members"]]) for m in report["merges"]] == [("Zeta 7B", ["a", "b"])]
    assert {x["score"] for m in report["merges"] for x in m["members"]} == {1.0}
    assert report["variants"] == [{"iri": f"{BASE}model/zeta-7b", "family": f"{BASE}vocab/zeta"}]
    assert report["refusals"] == []
    assert link_report(link_documents([], ontology)) == {"merges": [], "variants": [], "refusals": []}
