"""``kg evaluate``."""

import json
from collections.abc import Callable
from pathlib import Path

from kg.examples import paths

Run = Callable[..., object]


def test_gold_against_itself(kg: Run) -> None:
    gold = str(paths().gold)
    done = kg("evaluate", gold, gold, "--format", "json")
    assert done.returncode == 0
    rows = json.loads(done.stdout)["rows"]
    assert {kind: rows[kind]["f1"] for kind in ("entity", "introduces", "relation", "result/context", "code")} == {
        "entity": 100, "introduces": 100, "relation": 100, "result/context": 100, "code": 100}


def test_without_predictions_it_extracts(kg: Run) -> None:
    done = kg("evaluate")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["P", "R", "F1", "95", "%", "hit", "found", "gold"]
    assert lines[-1] == "28 documents, 0 without a prediction"
    assert any(line.startswith("recall of entities outside the vocabulary") for line in lines)


def test_a_broken_line_is_named(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "a", "text": "x", "entities": []}\n{"id"\n', encoding="utf-8")
    done = kg("evaluate", "gold.jsonl")
    assert done.returncode == 2
    assert done.stderr.startswith("kg: gold.jsonl:2: not JSON")


def test_gold_entities_leave_relations_and_results_to_score(kg: Run) -> None:
    done = kg("evaluate", "--gold-entities", "--format", "json")
    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout)
    assert {kind.split("/")[0] for kind in scores["rows"]} == {"relation", "result"}
    assert scores["rows"]["relation"]["hit"] > 100
    assert (scores["vocabulary"], scores["ece"]) == ({}, None)


def test_gold_entities_do_not_go_with_predictions(kg: Run, tmp_path: Path) -> None:
    for name in ("gold.jsonl", "found.jsonl"):
        (tmp_path / name).write_text('{"id": "a", "text": "x", "entities": []}\n', encoding="utf-8")
    done = kg("evaluate", "gold.jsonl", "found.jsonl", "--gold-entities")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--gold-entities" in done.stderr
