"""Why the graph says what it says."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.explain import entity_part, explain, shown
from kg.lookup import find
from kg.model import Extraction
from kg.store import open_store
from kg.terms import BASE


@pytest.fixture(scope="module")
def store(store_folder: Path) -> ox.Store:
    return open_store(store_folder)


def test_an_entity_with_names_papers_introduction_and_statements(store: ox.Store) -> None:
    found = explain(store, "orbiter")
    assert (found.kind, found.label) == ("entity", "Orbiter")
    part = found.entity
    assert part is not None
    assert (part.classes, part.aliases) == (("System",), ())
    (introduced,) = part.introduced
    assert introduced.parts == (("subject", "Orbiter: Serving"), ("relation", "introduces"), ("object", "Orbiter"))
    (named,) = part.named_in
    assert (named.paper, named.mentions, named.introduced, named.rule, named.confidence) == ("p1", 1, True, "hand", 0.9)
    assert [s.said for s in found.statements if s.kind == "result"] == ["Orbiter: throughput 2–3x increase"]
    assert len(found.statements) == 7
    assert introduced not in found.statements


def test_an_entity_of_several_papers(store: ox.Store) -> None:
    part = explain(store, "A100").entity
    assert part is not None
    assert [(n.paper, n.forms) for n in part.named_in] == [("p1", ("A100",)), ("p2", ("A100",))]
    assert part.introduced == ()


def test_a_result_with_its_parts_and_place(store: ox.Store, extractions: tuple[Extraction, ...]) -> None:
    (result,) = [s for s in explain(store, "p1").statements if s.kind == "result"]
    found = explain(store, result.iri)
    assert (found.kind, found.entity, found.statements) == ("result", None, (result,))
    parts = dict(result.parts)
    assert (parts["about"], parts["metric"], parts["baseline"], parts["low"], parts["raw"]) == (
        "Orbiter",
        "throughput",
        "vLLM",
        "2",
        "2-3x",
    )
    assert [value for name, value in result.parts if name == "condition"] == ["A100", "GSM8K"]
    passage, text = result.passage, extractions[0].paper.text
    assert text[passage.start : passage.end] == passage.span == "2-3x higher throughput"
    assert passage.before + passage.span + passage.after == (
        "On 64 A100 GPUs it gives 2-3x higher throughput than vLLM on GSM8K."
    )
    assert extractions[0].paper.abstract[passage.section_start : passage.section_end] == passage.span
    assert (result.rule, result.confidence, result.linked) == ("hand", 0.9, True)


def test_a_span_in_the_title(store: ox.Store) -> None:
    named = entity_part(store, find(store, "Orbiter").iri).named_in[0]
    assert (named.first.section, named.first.section_start, named.first.span) == ("title", 0, "Orbiter")


def test_what_is_negated_or_hedged_is_explained_and_said_to_be_so(store: ox.Store) -> None:
    manner = {
        (s.said, s.polarity, s.modality, s.linked)
        for s in explain(store, "p2").statements
        if "RAY" in s.said or not s.linked
    }
    assert manner == {
        ("Quasar outperforms vLLM", "affirmed", "hedged", False),
        ("Quasar outperforms Ray", "negated", "asserted", False),
        ("p2: tail latency about 1 ms", "affirmed", "hedged", False),
    }


def test_a_papers_own_node_means_the_entity_it_is_linked_to(store: ox.Store) -> None:
    assert explain(store, f"{BASE}paper/p1/vllm").label == explain(store, "paper/p2/vllm").label == "vLLM"


def test_spans_are_marked(store: ox.Store) -> None:
    (result,) = [s for s in explain(store, "p1").statements if s.kind == "result"]
    assert shown(result.passage, lambda span: f"<{span}>") == (
        "On 64 A100 GPUs it gives <2-3x higher throughput> than vLLM on GSM8K."
    )


@pytest.mark.parametrize("name", ["Orbitr", f"{BASE}paper/p1/result/0-1-x", "", "a <b>"])
def test_what_is_not_there_is_a_fault(store: ox.Store, name: str) -> None:
    with pytest.raises(QueryError, match="nothing is called"):
        explain(store, name)


def test_an_entity_part_needs_an_entity(store: ox.Store) -> None:
    with pytest.raises(QueryError, match="no entity"):
        entity_part(store, f"{BASE}nothing")
