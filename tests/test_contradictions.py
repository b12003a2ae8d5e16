"""Contradictions that were planted are found, and what only looks like one is not."""

from typing import Any

import pyoxigraph as ox
import pytest

from kg.contradictions import Contradiction, contradictions
from kg.graph import graph_quads
from kg.interchange import from_record
from kg.link import link
from kg.ontology import Ontology

NAMES = [
    ("System", "Orbiter"),
    ("System", "Comet"),
    ("Metric", "throughput"),
    ("Metric", "latency"),
    ("Dataset", "Zeta"),
    ("Dataset", "Theta"),
    ("Hardware", "Zyx9"),
    ("Hardware", "Zyx8"),
    ("Metric", "wobble"),
]


def paper(name: str, *said: dict[str, Any]) -> dict[str, Any]:
    """Return a record whose sentences are the ``sentence`` of each statement, in order."""
    text = " ".join(s["sentence"] for s in said)
    placed = [
        s | {"start": text.index(s["sentence"]), "end": text.index(s["sentence"]) + len(s["sentence"])} for s in said
    ]
    entities = [{"type": cls, "name": n, "mentions": [n]} for cls, n in NAMES if n in text]
    return {
        "id": name,
        "title": None,
        "text": text,
        "entities": entities,
        "introduces": [],
        "relations": [s for s in placed if "predicate" in s],
        "results": [s for s in placed if "metric" in s],
    }


def beats(winner: str, loser: str, rest: str = "", **more: Any) -> dict[str, Any]:
    return {
        "subject": winner,
        "predicate": "outperforms",
        "object": loser,
        "sentence": f"We saw {winner} beat {loser}{rest}.",
    } | more


def gives(
    subject: str, value: float, metric: str = "throughput", baseline: str | None = "Comet", **more: Any
) -> dict[str, Any]:
    where = more.get("conditions", [])
    sentence = (
        f"With {subject} we got {value:g}x {metric} over {baseline} on {' and '.join(where)}{more.pop('rest', '')}."
    )
    return {
        "subject": subject,
        "metric": metric,
        "low": value,
        "high": value,
        "unit": "x",
        "change": "increase",
        "bound": "exact",
        "baseline": baseline,
        "baselines": [baseline] if baseline else [],
        "conditions": [],
        "sentence": sentence,
    } | more


ZETA, THETA = {"conditions": ["Zeta"]}, {"conditions": ["Theta"]}

PLANTED = {
    "each beats the other": ("winner", [paper("a", beats("Orbiter", "Comet")), paper("b", beats("Comet", "Orbiter"))]),
    "the same in one paper": ("winner", [paper("a", beats("Orbiter", "Comet"), beats("Comet", "Orbiter"))]),
    "on one metric and dataset": (
        "winner",
        [
            paper("a", beats("Orbiter", "Comet", " in throughput on Zeta")),
            paper("b", beats("Comet", "Orbiter", " in throughput on Zeta")),
        ],
    ),
    "a number against words": (
        "winner",
        [paper("a", gives("Orbiter", 2)), paper("b", beats("Comet", "Orbiter", " in throughput"))],
    ),
    "two numbers, turned round": (
        "winner",
        [paper("a", gives("Orbiter", 2)), paper("b", gives("Comet", 3, baseline="Orbiter"))],
    ),
    "higher here, lower there": (
        "winner",
        [paper("a", gives("Orbiter", 2)), paper("b", gives("Orbiter", 3, change="decrease"))],
    ),
    "a metric without a known direction": (
        "winner",
        [paper("a", gives("Orbiter", 2, "wobble")), paper("b", gives("Comet", 3, "wobble", "Orbiter"))],
    ),
    "two numbers for one claim": (
        "value",
        [paper("a", gives("Orbiter", 2, **ZETA)), paper("b", gives("Orbiter", 5, **ZETA))],
    ),
    "two numbers in one paper": ("value", [paper("a", gives("Orbiter", 2, **ZETA), gives("Orbiter", 5, **ZETA))]),
    "two levels": (
        "value",
        [
            paper("a", gives("Orbiter", 70, "throughput", None, change="value", unit="%", **ZETA)),
            paper("b", gives("Orbiter", 80, "throughput", None, change="value", unit="%", **ZETA)),
        ],
    ),
    "ranges that do not meet": (
        "value",
        [paper("a", gives("Orbiter", 2, high=3.0)), paper("b", gives("Orbiter", 5, high=9.0))],
    ),
}
NEAR = {
    "both say the same": [paper("a", beats("Orbiter", "Comet")), paper("b", beats("Orbiter", "Comet"))],
    "another metric in words": [
        paper("a", beats("Orbiter", "Comet", " in throughput")),
        paper("b", beats("Comet", "Orbiter", " in latency")),
    ],
    "another dataset in words": [
        paper("a", beats("Orbiter", "Comet", " on Zeta")),
        paper("b", beats("Comet", "Orbiter", " on Theta")),
    ],
    "other hardware in words": [
        paper("a", beats("Orbiter", "Comet", " on Zyx9")),
        paper("b", beats("Comet", "Orbiter", " on Zyx8")),
    ],
    "negated": [paper("a", beats("Orbiter", "Comet")), paper("b", beats("Comet", "Orbiter", polarity="negated"))],
    "hedged": [paper("a", beats("Orbiter", "Comet")), paper("b", beats("Comet", "Orbiter", modality="hedged"))],
    "another metric in numbers": [
        paper("a", gives("Orbiter", 2)),
        paper("b", gives("Comet", 2, "latency", "Orbiter", change="decrease")),
    ],
    "another metric in number and words": [
        paper("a", gives("Orbiter", 2)),
        paper("b", beats("Comet", "Orbiter", " in latency")),
    ],
    "another dataset, turned round": [
        paper("a", gives("Orbiter", 2, **ZETA)),
        paper("b", gives("Comet", 3, baseline="Orbiter", **THETA)),
    ],
    "another dataset": [paper("a", gives("Orbiter", 2, **ZETA)), paper("b", gives("Orbiter", 5, **THETA))],
    "other hardware": [
        paper("a", gives("Orbiter", 2, conditions=["Zyx9"])),
        paper("b", gives("Orbiter", 5, conditions=["Zyx8"])),
    ],
    "another baseline": [paper("a", gives("Orbiter", 2)), paper("b", gives("Orbiter", 5, baseline=None))],
    "another metric": [paper("a", gives("Orbiter", 2)), paper("b", gives("Orbiter", 5, "wobble"))],
    "another bound": [paper("a", gives("Orbiter", 2, bound="mean")), paper("b", gives("Orbiter", 5, bound="max"))],
    "another unit": [paper("a", gives("Orbiter", 2)), paper("b", gives("Orbiter", 50, unit="%"))],
    "equal once rounded": [paper("a", gives("Orbiter", 2)), paper("b", gives("Orbiter", 2.4))],
    "ranges that meet": [paper("a", gives("Orbiter", 2, high=4.0)), paper("b", gives("Orbiter", 3, high=9.0))],
    "about the same": [
        paper("a", gives("Orbiter", 100, bound="approx")),
        paper("b", gives("Orbiter", 108, bound="approx")),
    ],
    "a list in one sentence": [
        paper(
            "a",
            gives("Orbiter", 2) | {"sentence": "It got 2x and 5x throughput with Orbiter over Comet."},
            gives("Orbiter", 5) | {"sentence": "It got 2x and 5x throughput with Orbiter over Comet."},
        )
    ],
    "two levels of unknown settings in one paper": [
        paper(
            "a",
            gives("Orbiter", 70, baseline=None, change="value"),
            gives("Orbiter", 80, baseline=None, change="value"),
        )
    ],
    "another subject": [paper("a", gives("Orbiter", 2, baseline=None)), paper("b", gives("Comet", 5, baseline=None))],
    "no papers": [],
}


def found(ontology: Ontology, records: list[dict[str, Any]]) -> tuple[Contradiction, ...]:
    extractions = [from_record(record) for record in records]
    store = ox.Store()
    store.bulk_extend(graph_quads(extractions, link(extractions, ontology), ontology))
    return contradictions(store)


@pytest.mark.parametrize("name", PLANTED)
def test_planted_contradictions_are_found_with_both_sentences(shipped: Ontology, name: str) -> None:
    kind, records = PLANTED[name]
    (one,) = found(shipped, records)
    assert one.kind == kind
    said = {s["sentence"] for record in records for s in (*record["relations"], *record["results"])}
    assert {one.first.sentence, one.second.sentence} == said
    assert one.within_one == (len(records) == 1)


@pytest.mark.parametrize("name", NEAR)
def test_what_only_looks_like_one_is_left_alone(shipped: Ontology, name: str) -> None:
    assert found(shipped, NEAR[name]) == ()


def test_all_cases_ran() -> None:
    assert (len(PLANTED), len(NEAR)) == (11, 22)


def test_numbers_stand_before_words_of_the_same_sentences(shipped: Ontology) -> None:
    first, second = gives("Orbiter", 2), gives("Comet", 3, baseline="Orbiter")
    records = [
        paper("a", first, beats("Orbiter", "Comet") | {"sentence": first["sentence"]}),
        paper("b", second, beats("Comet", "Orbiter") | {"sentence": second["sentence"]}),
    ]
    (one,) = found(shipped, records)
    assert (one.metric, one.about) == ("throughput", ("Comet", "Orbiter"))
    assert one.first.said == "Orbiter: throughput 2x increase against Comet"


def test_they_do_not_hang_on_the_order_of_papers(shipped: Ontology) -> None:
    records = [record for _, found in PLANTED.values() for record in found]
    named = [record | {"id": f"{number}"} for number, record in enumerate(records)]
    assert found(shipped, named) == found(shipped, named[::-1]) != ()
