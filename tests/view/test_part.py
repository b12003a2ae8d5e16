"""The page of a store that is too large: what most papers name, the papers behind it, and a word about that."""

import pyoxigraph as ox
import pytest

import kg.view.model
from kg.graph import graph_quads
from kg.link import link
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation, Result
from kg.view.model import view
from kg.view.part import EVIDENCE, entities, part_of

PAPERS = 6


def extraction(number: int) -> Extraction:
    """A paper that names Ember and Drift, which each paper does, and one thing of its own."""
    own = f"Thing{number}"
    text = f"Ember beats Drift by {number + 1}% in speed. {own} is new."
    names = ("Ember", "Drift", own)
    found = tuple(Entity("System", name, (Mention(text.index(name), text.index(name) + len(name), name),), "hand", 0.9)
                  for name in names)
    sure = 0.5 + number / 100
    said = Relation("Ember", "outperforms", "Drift", Evidence(0, 17, "hand", sure))
    new = Relation(PAPER, "introduces", own, Evidence(text.index(own), len(text), "hand", 0.8))
    result = Result("Ember", "speed", number + 1.0, number + 1.0, "%", "increase", "exact", "single", f"{number + 1}%",
                    Evidence(0, 20, "hand", sure), baseline="Drift", baselines=("Drift",))
    return Extraction(Paper(f"p{number}", text), found, (new,), (said,), (result,))


@pytest.fixture
def store(bare):
    papers = [extraction(number) for number in range(PAPERS)]
    store = ox.Store()
    store.extend(graph_quads(papers, link(papers, bare), bare))
    return store


def test_a_part_holds_what_most_papers_name_and_its_surest_evidence(store):
    assert entities(store) == 2 + PAPERS
    said = part_of(store, 2)
    assert [node.label for node in said.nodes if node.cls == "System"] == ["Drift", "Ember"]
    assert [claim.paper.rsplit("/", 1)[1] for claim in said.claims] == ["p3", "p4", "p5"]
    assert len(said.claims) == len(said.outcomes) == EVIDENCE
    assert {node.identifier for node in said.nodes if node.cls == "Paper"} == {"p3", "p4", "p5"}
    assert [predicate for _, predicate, _ in said.relations] == ["outperforms"]
    assert len(said.mentions) == 2 * EVIDENCE


def test_a_part_of_everything_has_every_entity(store):
    assert len([node for node in part_of(store, 100).nodes if node.cls == "System"]) == 2 + PAPERS
    assert part_of(ox.Store(), 5).nodes == []


def test_a_page_of_a_large_store_says_that_it_is_an_overview(store, shipped, monkeypatch):
    assert "whole" not in view(store, shipped).content
    monkeypatch.setattr(kg.view.model, "MAX_ALL", 5)
    monkeypatch.setattr(kg.view.model, "OVERVIEW", 2)
    shown = view(store, shipped)
    assert (shown.content["whole"], shown.content["part"]) == (2 + PAPERS, 2)
    assert sorted(node["label"] for node in shown.content["nodes"] if node["cls"] == "System") == ["Drift", "Ember"]
    assert shown.content["edges"][0][1] == "outperforms"
    assert len(shown.content["results"]) == EVIDENCE
