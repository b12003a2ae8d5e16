"""The scorer: small cases by hand, and equality with the reference scorer on perturbed gold."""

import copy
import dataclasses
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg import ontology
from kg.errors import EvaluationError
from kg.evaluate import evaluate as score
from kg.evaluate import fold, fold_unit, predict, predict_given
from kg.model import Extraction, Paper
from kg.scores import MACRO, Scores, Verdict, reliability

SCHEMA = ontology.load()

GOLD: dict[str, Any] = {
    "id": "a",
    "text": "We present Orbiter, a serving system on A100 GPUs. It raises throughput by 2x over Basin.",
    "entities": [
        {"type": "System", "name": "Orbiter", "mentions": ["Orbiter"]},
        {"type": "System", "name": "Basin", "mentions": ["Basin"]},
        {"type": "Hardware", "name": "A100", "mentions": ["A100 GPUs", "A100"]},
        {"type": "Metric", "name": "throughput", "mentions": ["throughput"]},
    ],
    "ignore": ["serving system"],
    "introduces": ["Orbiter"],
    "relations": [
        {"subject": "Orbiter", "predicate": "usesHardware", "object": "A100"},
        {"subject": "Orbiter", "predicate": "outperforms", "object": "Basin"},
    ],
    "results": [
        {"subject": "Orbiter", "metric": "throughput", "low": 2, "high": 2, "unit": "x", "change": "increase",
         "bound": "exact", "baseline": "Basin", "conditions": [], "quote": "raises throughput by 2x over Basin"},
    ],
    "code": ["https://example.org/orbiter"],
}


def evaluate(gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> Scores:
    return score(gold, predicted, SCHEMA)


def changed(**keys: Any) -> dict[str, Any]:
    return copy.deepcopy(GOLD) | keys


def test_gold_against_itself_is_perfect() -> None:
    scores = evaluate([GOLD], [GOLD])
    assert (scores.documents, scores.missing) == (1, 0)
    assert {kind: (row.f1, row.interval) for kind, row in scores.rows.items() if row.gold} == {
        kind: (100.0, (100.0, 100.0)) for kind, row in scores.rows.items() if row.gold}
    assert scores.row("result/named").gold == 0
    assert scores.row(MACRO).f1 == 100.0


def test_without_prediction_everything_is_missed() -> None:
    scores = evaluate([GOLD], [])
    assert scores.missing == 1
    assert scores.row("entity").recall == 0
    assert scores.row("entity").gold == 4


def test_no_gold_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no gold record"):
        evaluate([], [GOLD])


def test_malformed_record_names_its_id() -> None:
    with pytest.raises(EvaluationError, match=r"^a: .*'type'"):
        evaluate([GOLD], [changed(entities=[{"name": "Orbiter", "mentions": ["Orbiter"]}])])


def test_unknown_kind_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="'nothing'"):
        evaluate([GOLD], [GOLD]).row("nothing")


def test_a_wrong_type_is_wrong_and_still_names_the_thing() -> None:
    entities = copy.deepcopy(GOLD["entities"])
    entities[0]["type"] = "Method"
    scores = evaluate([GOLD], [changed(entities=entities)])
    assert (scores.row("entity").hit, scores.row("entity").predicted) == (3, 4)
    assert scores.row("entity/Method").predicted == 1
    assert scores.row("introduces").f1 == 100
    assert scores.row("relation").f1 == 100


def test_an_ignored_entity_is_neither_right_nor_wrong() -> None:
    extra = {"type": "System", "name": "serving system", "mentions": ["serving system"]}
    scores = evaluate([GOLD], [changed(entities=[*GOLD["entities"], extra], introduces=["Orbiter", "serving system"])])
    assert scores.row("entity").predicted == 4
    assert scores.row("introduces").predicted == 1


def test_a_second_entity_for_one_thing_is_wrong() -> None:
    extra = {"type": "Hardware", "name": "A100 GPU", "mentions": ["A100 GPUs"]}
    scores = evaluate([GOLD], [changed(entities=[*GOLD["entities"], extra])])
    assert (scores.row("entity/Hardware").hit, scores.row("entity/Hardware").predicted) == (1, 2)


def test_paper_and_introduced_artefact_are_one_subject_of_experiments() -> None:
    relations = [r | {"subject": "@paper"} for r in GOLD["relations"]]
    assert evaluate([GOLD], [changed(relations=relations)]).row("relation").f1 == 100
    built = {"subject": "Orbiter", "predicate": "builtOn", "object": "Basin"}
    gold = changed(relations=[built])
    assert evaluate([gold], [changed(relations=[built | {"subject": "@paper"}])]).row("relation").f1 == 0


@pytest.mark.parametrize(("change", "stages"), [
    ({}, (1, 1, 1, 1, 1)),
    ({"low": 3}, (0, 0, 0, 0, 0)),
    ({"unit": "times"}, (1, 1, 1, 1, 1)),
    ({"metric": "latency"}, (1, 0, 0, 0, 0)),
    ({"change": "decrease"}, (1, 1, 0, 0, 0)),
    ({"subject": "Basin"}, (1, 1, 1, 0, 0)),
    ({"subject": "@paper"}, (1, 1, 1, 1, 1)),
    ({"bound": "max"}, (1, 1, 1, 1, 0)),
    ({"baseline": None}, (1, 1, 1, 1, 0)),
    ({"conditions": ["A100"]}, (1, 1, 1, 1, 0)),
])
def test_stages_of_a_result(change: dict[str, Any], stages: tuple[int, ...]) -> None:
    scores = evaluate([GOLD], [changed(results=[GOLD["results"][0] | change])])
    kinds = ("value", "metric", "change", "full", "context")
    assert tuple(scores.row(f"result/{k}").hit for k in kinds) == stages


def test_recall_in_and_out_of_vocabulary() -> None:
    concept = ontology.Concept("https://example.org/a100", "Hardware", "A100 GPU", ("throughput",), False, None, None,
                               (), (), ())
    found = changed(entities=GOLD["entities"][2:])
    scores = score([GOLD], [found], dataclasses.replace(SCHEMA, concepts=(concept,)))
    assert (scores.vocabulary["in"].hit, scores.vocabulary["in"].gold) == (2, 2)
    assert (scores.vocabulary["out"].hit, scores.vocabulary["out"].gold) == (0, 2)


def test_predictions_have_the_id_and_the_repaired_text() -> None:
    def extract(paper: Paper) -> Extraction:
        return Extraction(paper=paper)

    (record,) = predict([{"id": "a", "text": "We gain $2\\times$."}], extract)
    assert (record["id"], record["text"], record["entities"]) == ("a", "We gain 2×.", [])


def test_intervals_widen_with_disagreement() -> None:
    other = changed(id="b")
    scores = evaluate([GOLD, other], [GOLD])
    assert scores.row("entity").interval == (0.0, 100.0)


def test_reliability_has_bins_of_equal_count() -> None:
    verdicts = [Verdict("entity", i / 100, right=i >= 50) for i in range(100)]
    bins, ece = reliability(verdicts)
    assert [b.statements for b in bins] == [10] * 10
    assert (bins[0].right, bins[-1].right) == (0.0, 1.0)
    assert ece == pytest.approx(0.25, abs=0.01)
    assert reliability([]) == ((), None)


@pytest.mark.parametrize(("form", "folded"), [
    ("LLaMA-2 70B", "llama270b"), ("GPUs", "gpu"), ("loss", "loss"), ("pass@1", "pass@1"), ("Mélange", "melange"),
    ("MS~MARCO", "msmarco"), ("C++", "c++"), ("bus", "bus"),
])
def test_fold(form: str, folded: str) -> None:
    assert fold(form) == folded


@pytest.mark.parametrize(("unit", "folded"), [
    ("×", "x"), ("times", "x"), ("percentage points", "points"), ("tokens per second", "tokens/s"),
    ("hours", "h"), (None, ""), ("TFLOPS", "tflops"),
])
def test_fold_unit(unit: str | None, folded: str) -> None:
    assert fold_unit(unit) == folded


def perturbed(records: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Return predictions that are wrong in many ways: lost, renamed, retyped, split, doubled, invented."""
    chance = random.Random(seed)  # noqa: S311
    found = []
    for record in copy.deepcopy(records):
        if chance.random() < 0.05:
            continue
        names = [e["name"] for e in record["entities"]] or ["Nothing"]
        for entity in record["entities"]:
            if chance.random() < 0.1:
                entity["type"] = chance.choice(["System", "Model", "Method"])
            if chance.random() < 0.2:
                entity["name"] = entity["mentions"][-1].lower() if entity["mentions"] else "gone"
            if chance.random() < 0.2:
                entity["mentions"] = [{"text": m} for m in entity["mentions"][:1]]
        record["entities"] = [e for e in record["entities"] if chance.random() < 0.85]
        record["entities"] += [{"type": "Method", "name": s, "mentions": [s]}
                               for s in record.get("ignore", []) if chance.random() < 0.3]
        record["entities"] += [copy.deepcopy(e) for e in record["entities"] if chance.random() < 0.05]
        chance.shuffle(record["entities"])
        record["introduces"] = [n for n in record["introduces"] if chance.random() < 0.8]
        record["introduces"] += [chance.choice(names)] * (chance.random() < 0.2)
        for part in (*record["relations"], *record["results"]):
            if chance.random() < 0.2:
                part["subject"] = chance.choice([*names, "@paper", "Nowhere"])
        for result in record["results"]:
            result["metric"] = chance.choice([result["metric"], result["metric"].upper(), "speedup"])
            result["change"] = chance.choice([result["change"], "increase"])
            result["baseline"] = chance.choice([result["baseline"], None, "the baseline systems"])
            if chance.random() < 0.2:
                result["low"] = result["high"]
            if chance.random() < 0.1:
                del result["bound"]
        record["results"] = [r for r in record["results"] for _ in range(chance.choice([0, 1, 1, 1, 2]))]
        record["code"] = [f"{c}/" for c in record.get("code", [])]
        found.append(record)
    return found


def reference(scorer: Path, gold: Path, predicted: Path) -> dict[str, Any]:
    command = [sys.executable, str(scorer), str(gold), str(predicted), "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    table: dict[str, Any] = json.loads(ran.stdout)
    return table


@pytest.mark.parametrize("seed", range(4))
def test_figures_equal_the_reference_scorer(kg_data: Path, tmp_path: Path, seed: int) -> None:
    gold = kg_data / "gold" / ("train.jsonl" if seed % 2 else "dev.jsonl")
    records = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    predictions = perturbed(records, seed)
    file = tmp_path / "predicted.jsonl"
    file.write_text("".join(json.dumps(p) + "\n" for p in predictions), encoding="utf-8")
    wanted = reference(kg_data / "eval" / "score.py", gold, file)
    found = {kind: {"P": r.precision, "R": r.recall, "F1": r.f1, "hit": r.hit, "predicted": r.predicted, "gold": r.gold}
             for kind, r in evaluate(records, predictions).rows.items()}
    assert len(wanted) >= 20
    assert found == wanted


def test_given_entities_reach_the_extractor_with_their_concepts_and_no_statements() -> None:
    seen: list[Extraction] = []

    def extract(known: Extraction) -> Extraction:
        seen.append(known)
        return known

    lost = {"type": "System", "name": "Nowhere", "mentions": ["Nowhere"]}
    record = changed(entities=[*GOLD["entities"], lost], introduces=["Orbiter", "Nowhere"])
    (found,) = predict_given([record], extract, SCHEMA)
    (known,) = seen
    assert [e.name for e in known.entities] == ["Orbiter", "A100", "throughput", "Basin"]
    assert [r.object for r in known.introduces] == ["Orbiter"]
    assert (known.relations, known.results) == ((), ())
    concepts = {e.name: e.concept for e in known.entities}
    assert (concepts["Orbiter"], concepts["throughput"]) == (None, next(
        c.iri for c in SCHEMA.concepts if c.cls == "Metric" and c.label == "throughput"))
    assert evaluate([GOLD], [found]).row("relation").hit == 0


def test_no_records_give_nothing() -> None:
    assert list(predict_given([], lambda known: known, SCHEMA)) == []
