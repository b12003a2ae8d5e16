"""Training the relation ranker: equal data give equal bytes."""


import pytest

pytest.importorskip("sklearn")

from kg.extract.relation_weights import Rankers
from kg.ontology import load
from kg.train.relations import FOLDS, held_out, scores, train


def record(n: int) -> dict:
    name, base = f"Orbiter{n}x", f"Slipway{n}x"
    verb, predicate = ("outperforms", "outperforms") if n % 2 else ("is built on", "builtOn")
    return {
        "id": str(n),
        "text": f"We present {name}, a system. {name} {verb} {base}.",
        "entities": [{"type": "System", "name": s, "mentions": [s]} for s in (name, base)],
        "introduces": [name],
        "relations": [{"subject": name, "predicate": predicate, "object": base}],
    }


def test_training_twice_gives_the_same_bytes_and_learns_the_cue(tmp_path):
    records = [record(n) for n in range(40)]
    fitted = [train(records, load(), tmp_path / f"{n}.json") for n in range(2)]
    assert (tmp_path / "0.json").read_bytes() == (tmp_path / "1.json").read_bytes()
    assert len(fitted[0].folds) == FOLDS
    reached = scores(fitted[0], records, load())
    assert reached == scores(fitted[1], records, load())
    assert reached["relation"] > 95
    assert Rankers.load(tmp_path / "0.json").own.weights


def test_relations_between_found_entities_come_from_weights_that_did_not_see_the_abstract(tmp_path):
    records = [record(n) for n in range(40)]
    fitted = train(records, load(), tmp_path / "weights.json")
    said = held_out(fitted, records, records, load())
    assert sum(r["relations"][0] in found for r, found in zip(records, said, strict=True)) >= 38
    nothing = [{**r, "entities": [], "introduces": []} for r in records]
    assert held_out(fitted, records, nothing, load()) == [[]] * 40


def test_the_file_gives_the_ranker_that_was_written(tmp_path):
    rankers = Rankers.load()
    rankers.save(tmp_path / "again.json")
    again = Rankers.load(tmp_path / "again.json")
    assert again.own == rankers.own
    assert again.named == rankers.named
