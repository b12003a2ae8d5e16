"""Fitting the heads of the finder of results."""

import pytest

from kg.extract.result_model import ResultModel, dumps

pytest.importorskip("scipy")
from kg.ontology import load
from kg.train.result_scenes import scene_maker
from kg.train.results import fit

DECISIONS = [([["near", "a"], ["far", "b"]], 0), ([["far", "a"], ["near", "b"]], 1), ([["near"], ["far"], ["far"]], 0)]


def test_fitting_prefers_what_was_right():
    weights = fit(DECISIONS, 1.0)
    chances = ResultModel({"head": weights}).chances("head", [["far"], ["near"]])
    assert chances[1] > 0.6 > chances[0]


def test_features_seen_once_are_left_out():
    assert "once" not in fit([*DECISIONS, ([["once"], ["far"]], 0)], 1.0)


def test_equal_data_give_equal_bytes():
    first, second = (dumps(ResultModel({"head": fit(DECISIONS, 1.0)})) for _ in range(2))
    assert first == second


def test_a_scene_holds_the_known_entities_and_the_numbers():
    record = {"id": "1", "title": "Orbiter", "text": "Orbiter\n\nOrbiter saves 5% memory.",
              "introduces": ["Orbiter"], "results": [],
              "entities": [{"type": "System", "name": "Orbiter", "mentions": ["Orbiter"]}]}
    scene = scene_maker(load())(record, record)
    assert [(e.name, len(e.mentions)) for e in scene.entities] == [("Orbiter", 2)]
    assert (scene.owned, [q.raw for q in scene.quantities], scene.titled) == ((0,), ["5%"], True)
