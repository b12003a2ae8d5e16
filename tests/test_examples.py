"""The bundled abstracts and their gold fit each other, the guidelines and the ontology."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kg import ontology
from kg.building import build
from kg.examples import paths
from kg.interchange import from_record, read_records
from kg.model import PAPER

ABSTRACTS = [json.loads(line) for line in paths().abstracts.read_text(encoding="utf-8").splitlines()]
GOLD = read_records(paths().gold)
BY_ID = pytest.mark.parametrize("record", GOLD, ids=[r["id"] for r in GOLD])


def test_abstracts_and_gold_are_the_same_papers() -> None:
    assert len(GOLD) == 28
    assert [a["id"] for a in ABSTRACTS] == [g["id"] for g in GOLD]
    assert [f"{a['title']}\n\n{a['abstract']}" for a in ABSTRACTS] == [g["text"] for g in GOLD]


def test_abstracts_have_the_length_of_abstracts() -> None:
    lengths = [len(a["abstract"].split()) for a in ABSTRACTS]
    assert min(lengths) >= 90
    assert max(lengths) <= 180


@BY_ID
def test_everything_in_gold_has_a_place(record: dict[str, Any]) -> None:
    extraction = from_record(record)
    assert extraction.notes == ()
    assert len(extraction.entities) == len(record["entities"])


@BY_ID
def test_names_of_gold_are_entities(record: dict[str, Any]) -> None:
    names = [e["name"] for e in record["entities"]]
    assert len(set(names)) == len(names)
    used = [*record["introduces"], *(r["object"] for r in record["relations"])]
    used += [r["subject"] for r in (*record["relations"], *record["results"])]
    used += [c for r in record["results"] for c in r["conditions"]]
    assert set(used) - {PAPER} <= set(names)


@BY_ID
def test_relations_of_gold_keep_to_the_ontology(record: dict[str, Any]) -> None:
    schema = ontology.load()
    cls = {e["name"]: e["type"] for e in record["entities"]} | {PAPER: "Paper"}
    for relation in record["relations"]:
        end = schema.properties[relation["predicate"]]
        assert schema.is_a(cls[relation["subject"]], end.domain), relation
        assert schema.is_a(cls[relation["object"]], end.range), relation


@BY_ID
def test_numbers_of_results_stand_in_their_quotes(record: dict[str, Any]) -> None:
    for result in record["results"]:
        printed = {float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", result["quote"])}
        scaled = printed | {n / 1000 for n in printed}
        assert {float(result["low"]), float(result["high"])} <= scaled, result
        assert result["low"] <= result["high"]


EXPORTS = Path(__file__).resolve().parent.parent / "exports" / "demo"
KEPT = ("graph.ttl", "graph.trig", "graph.graphml", "results.csv", "report.json",
        "link-report.json", "results.csv-metadata.json")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a fresh build of the bundled abstracts."""
    return build([paths().abstracts], out=tmp_path_factory.mktemp("demo")).out


@pytest.mark.parametrize("name", KEPT)
def test_the_exports_in_the_repository_are_those_of_the_demo(rebuilt: Path, name: str) -> None:
    """Refresh them with ``kg demo -o exports/demo`` and look at the difference."""
    assert (EXPORTS / name).read_text(encoding="utf-8") == (rebuilt / name).read_text(encoding="utf-8")


def test_nothing_else_is_kept_with_the_exports(rebuilt: Path) -> None:
    report = json.loads((rebuilt / "report.json").read_text(encoding="utf-8"))
    assert report["counts"]["papers"] == 28
    assert (report["counts"]["skipped"], report["counts"]["violations"]) == (0, 0)
    made = {"graph.html", "graph.png", "entity.png", "compare.png", "store"}
    assert {p.name for p in EXPORTS.iterdir()} - made == set(KEPT)
