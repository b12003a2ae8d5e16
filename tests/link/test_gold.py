"""Linking against names of real papers: what is one thing, and what must never become one."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from kg.link import Linking, link
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation
from kg.ontology import Ontology

DATA = Path(__file__).parent.parent / "data"
Known = tuple[str, str, str]


def lines(name: str) -> Iterator[object]:
    yield from map(json.loads, (DATA / name).read_text(encoding="utf-8").splitlines())


def extraction(paper: str, members: list[dict[str, object]]) -> Extraction:
    """Return a paper that names the members; two of one name, as different classes have, are told apart by class."""
    said = Evidence(0, 1, "hand", 1.0)
    entities = tuple(Entity(str(m["class"]), str(m["name"]), tuple(
        Mention(i, i + 1, str(name)) for i, name in enumerate([m["name"], *m.get("other", [])])), "hand", 1.0)  # type: ignore[misc]
        for m in members)
    introduced = tuple(Relation(PAPER, "introduces", str(m["name"]), said) for m in members if m.get("introduced"))
    arxiv = next((str(m["arxiv"]) for m in members if "arxiv" in m), None)
    return Extraction(Paper(paper, abstract="Nothing is told.", arxiv=arxiv), entities, introduced)


@pytest.fixture(scope="module")
def clusters() -> list[list[dict[str, object]]]:
    return list(lines("link-clusters.jsonl"))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def linking(clusters: list[list[dict[str, object]]], shipped: Ontology) -> Linking:
    papers: dict[str, list[dict[str, object]]] = defaultdict(list)
    for cluster in clusters:
        for member in cluster:
            papers[str(member["paper"])].append(member)
    return link([extraction(paper, members) for paper, members in papers.items()], shipped)


def pairs(groups: list[list[tuple[str, str]]]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    return {pair for group in groups for pair in combinations(sorted(set(group)), 2)}


def test_pairs_of_one_thing(clusters: list[list[dict[str, object]]], linking: Linking) -> None:
    gold = pairs([[(str(m["paper"]), str(m["name"])) for m in cluster] for cluster in clusters])
    found = pairs([[(m.paper, m.name) for m in entity.members] for entity in linking.entities])
    hit = len(gold & found)
    precision, recall = hit / len(found), hit / len(gold)
    assert sum(len({m["paper"] for m in cluster}) > 1 for cluster in clusters) >= 300
    assert len(gold) > 4000
    assert precision > 0.99, sorted(found - gold)[:20]
    assert 2 * precision * recall / (precision + recall) >= 0.95, sorted(gold - found)[:20]


def test_what_must_stay_apart(linking: Linking) -> None:
    ran, merged = 0, []
    for (left, left_name, _), (right, right_name, _) in lines("link-different.jsonl"):  # type: ignore[misc]
        ran += 1
        if linking.iri(left, left_name) == linking.iri(right, right_name):
            merged.append((left_name, right_name))
    assert ran >= 600
    assert merged == []
