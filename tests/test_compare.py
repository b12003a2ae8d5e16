"""Two things side by side."""

from typing import Any

import pyoxigraph as ox
import pytest

from kg.compare import DIRECT, FLAT_COLUMNS, SAID, SAME_METRIC, Comparison, columns, compare, flat_rows, table_rows
from kg.errors import QueryError
from kg.graph import graph_quads
from kg.interchange import from_record
from kg.link import link
from kg.ontology import Ontology


def paper(number: int, text: str, results: list[dict[str, Any]], *relations: dict[str, Any]) -> dict[str, Any]:
    names = [
        ("System", "Orbiter"),
        ("System", "Comet"),
        ("System", "Basin"),
        ("Metric", "throughput"),
        ("Metric", "latency"),
        ("Metric", "tail latency"),
        ("Dataset", "Zeta"),
        ("Dataset", "Theta"),
        ("Hardware", "Zyx9"),
    ]
    entities = [{"type": cls, "name": name, "mentions": [name]} for cls, name in names if name in text]
    return {
        "id": f"p{number}",
        "title": None,
        "text": text,
        "entities": entities,
        "introduces": [],
        "relations": list(relations),
        "results": results,
    }


def result(subject: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    return {
        "subject": subject,
        "metric": metric,
        "low": value,
        "high": value,
        "unit": "x",
        "change": "increase",
        "bound": "exact",
        "baseline": None,
        "conditions": [],
        "quote": f"{value:g}x",
    } | more


@pytest.fixture(scope="module")
def store(shipped: Ontology) -> ox.Store:
    records = [
        paper(
            1,
            "Orbiter has 2x throughput and 3x lower latency than Comet and Basin on Zeta with Zyx9.",
            [
                result(
                    "Orbiter",
                    "throughput",
                    2,
                    baseline="Comet and Basin",
                    baselines=["Comet", "Basin"],
                    conditions=["Zeta", "Zyx9"],
                ),
                result(
                    "Orbiter", "latency", 3, change="decrease", baseline="Comet and Basin", baselines=["Comet", "Basin"]
                ),
            ],
            {"subject": "Orbiter", "predicate": "outperforms", "object": "Comet"},
            {"subject": "Comet", "predicate": "uses", "object": "Orbiter", "modality": "hedged"},
        ),
        paper(
            2,
            "Comet lowers throughput by 4x against Orbiter; its tail latency is 5 ms on Zeta and 6 ms on Theta.",
            [
                result("Comet", "throughput", 4, change="decrease", baseline="Orbiter", baselines=["Orbiter"]),
                result("Comet", "tail latency", 5, unit="ms", change="value", conditions=["Zeta"], quote="5 ms"),
                result("Comet", "tail latency", 6, unit="ms", change="value", conditions=["Theta"], quote="6 ms"),
            ],
        ),
        paper(
            3,
            "Orbiter has a latency of 7 ms on Zeta.",
            [result("Orbiter", "latency", 7, unit="ms", change="value", conditions=["Zeta"], quote="7 ms")],
        ),
        paper(4, "Basin has a throughput.", []),
    ]
    extractions = [from_record(record) for record in records]
    store = ox.Store()
    store.bulk_extend(graph_quads(extractions, link(extractions, shipped), shipped))
    return store


@pytest.fixture(scope="module")
def both(store: ox.Store) -> Comparison:
    return compare(store, "orbiter", "Comet")


def told(comparison: Comparison, kind: str) -> list[tuple[str, str, str, str, str]]:
    return [
        (r.metric, r.dataset, r.first.value if r.first else "", r.second.value if r.second else "", r.favours)
        for r in comparison.rows
        if r.kind == kind
    ]


def test_direct_results_of_both_with_whom_they_favour(both: Comparison) -> None:
    assert told(both, DIRECT) == [
        ("latency", "", "3x decrease", "", "Orbiter"),
        ("throughput", "", "", "4x decrease", "Orbiter"),
        ("throughput", "Zeta", "2x increase", "", "Orbiter"),
    ]
    last = both.rows[2].first
    assert last is not None
    assert (last.against, last.conditions, last.paper, last.quote) == ("Comet and Basin", "Zyx9", "paper/p1", "2x")


def test_relations_in_words_with_their_manner(both: Comparison) -> None:
    assert told(both, SAID) == [("", "", "outperforms Comet", "", "Orbiter"), ("", "", "", "uses Orbiter (hedged)", "")]


def test_one_metric_side_by_side_where_dataset_and_unit_agree(both: Comparison) -> None:
    assert told(both, SAME_METRIC) == [("latency", "Theta", "", "6 ms", ""), ("latency", "Zeta", "7 ms", "5 ms", "")]


def test_rows_for_a_reader(both: Comparison) -> None:
    rows = table_rows(both)
    assert columns(both)[3:5] == ["Orbiter", "Comet"]
    assert rows[-1][3:5] == ["7 ms", "5 ms (tail latency)"]
    assert rows[-1][-2:] == ["paper/p3 | paper/p2", "7 ms | 5 ms"]
    assert all(len(row) == len(columns(both)) for row in rows)


def test_rows_for_a_program(both: Comparison) -> None:
    rows = flat_rows(both)
    assert len(rows) == 7
    assert all(tuple(row) == FLAT_COLUMNS for row in rows)
    assert (rows[0]["a_low"], rows[0]["a_unit"], rows[0]["b_low"]) == (3.0, "x", None)


def test_the_other_way_round_is_the_mirror(store: ox.Store, both: Comparison) -> None:
    mirror = compare(store, "Comet", "Orbiter")
    assert sorted((r.kind, r.metric, r.dataset, str(r.first), str(r.second)) for r in both.rows) == sorted(
        (r.kind, r.metric, r.dataset, str(r.second), str(r.first)) for r in mirror.rows
    )


def test_two_that_nothing_ties(store: ox.Store) -> None:
    assert compare(store, "Zeta", "Zyx9").rows == ()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("Orbitr", "Comet"), "did you mean Orbiter"),
        (("Comet", "COMET"), "one thing"),
        (("Comet", "nothing like it"), "nothing is called"),
    ],
)
def test_faults_are_named(store: ox.Store, names: tuple[str, str], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        compare(store, *names)
