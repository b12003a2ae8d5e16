"""What stands beside SPARQL: saved queries, JSON, the pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kg.ontology import Ontology

if TYPE_CHECKING:
    from tests.serve.conftest import Endpoint


def test_saved_queries_are_listed_and_answered(endpoint: Endpoint, shipped: Ontology) -> None:
    listed = json.loads(endpoint.ask("/queries").body)
    assert [q["name"] for q in listed] == sorted(shipped.queries)
    for query in listed:
        reply = endpoint.ask(f"/queries/{query['name']}")
        assert (reply.status, reply.type) == (200, "application/sparql-results+json"), query["name"]


def test_a_parameter_is_a_value_and_never_syntax(endpoint: Endpoint) -> None:
    found = endpoint.ask("/queries/beats", {"system": "vLLM", "format": "csv"})
    assert b"Orbiter" in found.body
    hostile = endpoint.ask("/queries/beats", {"system": 'x") . ?s ?p ?o } #'})
    assert (hostile.status, json.loads(hostile.body)["results"]["bindings"]) == (200, [])
    assert endpoint.ask("/queries/beats", {"sistem": "vLLM"}).status == 400
    assert endpoint.ask("/queries/none").status == 404


def test_things_are_found_and_told(endpoint: Endpoint) -> None:
    found = json.loads(endpoint.ask("/search", {"q": "orbit"}).body)
    assert found[0]["label"] == "Orbiter"
    entity = json.loads(endpoint.ask("/entity", {"name": "Orbiter"}).body)
    assert entity["kind"] == "entity"
    assert entity["statements"]
    assert json.loads(endpoint.ask("/entity", {"name": found[0]["iri"]}).body) == entity
    assert json.loads(endpoint.ask("/paper", {"name": "p1"}).body)["kind"] == "paper"
    assert endpoint.ask("/paper", {"name": "Orbiter"}).status == 404
    assert endpoint.ask("/entity", {"name": "no such thing"}).status == 404
    assert endpoint.ask("/entity").status == 400
    rows = json.loads(endpoint.ask("/compare", {"a": "Orbiter", "b": "vLLM"}).body)
    assert {row["basis"] for row in rows} == {"direct", "said"}


@pytest.mark.parametrize(("filters", "count"), [
    ({}, 2), ({"metric": "throughput"}, 1), ({"metric": "latency"}, 1), ({"hardware": "a100s"}, 2),
    ({"hardware": "A100", "about": "quasar"}, 1), ({"baseline": "hand-tuned servers"}, 1), ({"paper": "p1"}, 1),
    ({"metric": "nothing"}, 0)])
def test_results_are_chosen_by_names(endpoint: Endpoint, filters: dict[str, str], count: int) -> None:
    rows = json.loads(endpoint.ask("/results", filters).body)
    assert len(rows) == count
    assert all(isinstance(row["low"], float) and row["quote"] for row in rows)


def test_an_unknown_filter_is_said(endpoint: Endpoint) -> None:
    reply = endpoint.ask("/results", {"metrik": "x"})
    assert reply.status == 400
    assert b"known: about, metric" in reply.body


def test_the_pages_need_nothing_from_elsewhere(endpoint: Endpoint) -> None:
    graph = endpoint.ask("/")
    assert (graph.status, graph.type) == (200, "text/html")
    assert b"Orbiter" in graph.body
    page = endpoint.ask("/query")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert b"http" not in page.body
    for asset in ("query.js", "query.css"):
        reply = endpoint.ask(f"/assets/{asset}")
        assert reply.status == 200
        assert b"eval(" not in reply.body
        assert b"innerHTML" not in reply.body


def test_it_says_what_it_reads(endpoint: Endpoint, shipped: Ontology) -> None:
    about = json.loads(endpoint.ask("/about").body)
    assert about["ontology"]["sha256"] == shipped.sha256
    assert about["generation"] == "000001"
