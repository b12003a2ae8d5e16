"""The SPARQL 1.1 Protocol for queries.

The cases with names of the W3C's test suite (https://github.com/w3c/rdf-tests, sparql11/protocol and
service-description) are written anew from its descriptions, for an endpoint that takes no updates.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

if TYPE_CHECKING:
    from tests.serve.conftest import Endpoint, Reply


FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
DATA = "http://kasei.us/2009/09/sparql/data/"
D0, D1, D2, D3 = (f"{DATA}data{i}.rdf" for i in range(4))
BOTH_DEFAULT = f"ASK {{ <{D1}> a ?type . <{D2}> a ?type }}"
BOTH_NAMED = f"ASK {{ GRAPH ?g1 {{ <{D1}> a ?type }} GRAPH ?g2 {{ <{D2}> a ?type }} }}"
SD = "http://www.w3.org/ns/sparql-service-description#"


def yes(reply: Reply) -> bool:
    """Return what ASK says."""
    assert reply.status == 200, reply.body
    said = json.loads(reply.body)["boolean"]
    assert isinstance(said, bool)
    return said


def path(**fields: object) -> str:
    return "/sparql/?" + urlencode({name.replace("_", "-"): value for name, value in fields.items()}, doseq=True)


def test_query_get(endpoint: Endpoint) -> None:
    assert yes(endpoint.ask(path(query="ASK {}", default_graph_uri=D0)))


def test_query_post_form(endpoint: Endpoint) -> None:
    assert yes(endpoint.post("query=ASK%20%7B%7D", FORM, path(default_graph_uri=D0)))


def test_query_post_direct(endpoint: Endpoint) -> None:
    assert yes(endpoint.post("ASK {}", QUERY, path(default_graph_uri=D0)))


def test_query_dataset_default_graphs_get(endpoint: Endpoint) -> None:
    assert yes(endpoint.ask(path(query=BOTH_DEFAULT, default_graph_uri=[D1, D2])))
    assert not yes(endpoint.ask(path(query=BOTH_DEFAULT, default_graph_uri=[D1, D3])))


def test_query_dataset_default_graphs_post(endpoint: Endpoint) -> None:
    assert yes(endpoint.post(BOTH_DEFAULT, QUERY, path(default_graph_uri=[D1, D2])))
    fields = urlencode({"query": BOTH_DEFAULT, "default-graph-uri": [D1, D2]}, doseq=True)
    assert yes(endpoint.post(fields, FORM))


def test_query_dataset_named_graphs_get(endpoint: Endpoint) -> None:
    assert yes(endpoint.ask(path(query=BOTH_NAMED, named_graph_uri=[D1, D2])))
    assert not yes(endpoint.ask(path(query=BOTH_NAMED, named_graph_uri=[D1, D3])))
    assert not yes(endpoint.ask(path(query="ASK { ?s ?p ?o }", named_graph_uri=[D1])))


def test_query_dataset_named_graphs_post(endpoint: Endpoint) -> None:
    assert yes(endpoint.post(BOTH_NAMED, QUERY, path(named_graph_uri=[D1, D2])))


def test_query_dataset_full(endpoint: Endpoint) -> None:
    query = f"ASK {{ <{D3}> a ?type {BOTH_NAMED.removeprefix('ASK {')}"
    assert yes(endpoint.post(query, QUERY, path(default_graph_uri=D3, named_graph_uri=[D1, D2])))
    assert not yes(endpoint.post(query, QUERY, path(default_graph_uri=D1, named_graph_uri=[D1, D2])))


def test_query_multiple_dataset(endpoint: Endpoint) -> None:
    query = BOTH_NAMED.replace("ASK", f"ASK FROM <{D3}>")
    assert not yes(endpoint.post(query, QUERY))
    assert yes(endpoint.post(query, QUERY, path(named_graph_uri=[D1, D2])))


def test_query_content_type_select(endpoint: Endpoint) -> None:
    reply = endpoint.post("SELECT (1 AS ?value) {}", QUERY, path(default_graph_uri=D0))
    assert (reply.status, reply.type) == (200, "application/sparql-results+json")
    assert json.loads(reply.body)["results"]["bindings"][0]["value"]["value"] == "1"


def test_query_content_type_ask(endpoint: Endpoint) -> None:
    assert endpoint.post("ASK {}", QUERY).type == "application/sparql-results+json"


@pytest.mark.parametrize("query", ["DESCRIBE <http://example.org/>", "CONSTRUCT { <a:s> <a:p> 1 } WHERE {}"])
def test_query_content_type_describe_and_construct(endpoint: Endpoint, query: str) -> None:
    reply = endpoint.post(query, QUERY, path(default_graph_uri=D0))
    assert (reply.status, reply.type) == (200, "text/turtle")
    assert len([*ox.parse(reply.body, format=ox.RdfFormat.TURTLE)]) == query.count("CONSTRUCT")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_bad_query_method(endpoint: Endpoint, method: str) -> None:
    reply = endpoint.ask(path(query="ASK {}"), method=method)
    assert reply.status == 405
    assert {"GET", "POST"} <= set(reply.headers["allow"].split(", "))


def test_bad_multiple_queries(endpoint: Endpoint) -> None:
    assert endpoint.ask(path(query=["ASK {}", "SELECT * {}"])).status == 400
    assert endpoint.post("query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM).status == 400
    assert endpoint.post("ASK {}", QUERY, path(query="ASK {}")).status == 400


def test_bad_query_wrong_media_type(endpoint: Endpoint) -> None:
    assert endpoint.post("ASK {}", "text/plain").status == 415


def test_bad_query_missing_form_type(endpoint: Endpoint) -> None:
    assert endpoint.post("query=ASK%20%7B%7D", "").status == 415


def test_bad_query_missing_direct_type(endpoint: Endpoint) -> None:
    assert endpoint.post("ASK {}", "").status == 415


def test_bad_query_non_utf8(endpoint: Endpoint) -> None:
    query = "ASK { FILTER('é' != 'è') }"
    assert endpoint.post(query.encode("utf-16"), QUERY).status == 400
    assert endpoint.post(query.encode("latin-1"), QUERY).status == 400
    assert endpoint.post(query.encode("utf-16"), f"{QUERY}; charset=UTF-16").status == 415
    assert endpoint.post("query=" + quote(query, encoding="latin-1"), FORM).status == 400
    assert yes(endpoint.post(query, f"{QUERY}; charset=UTF-8"))


def test_bad_query_syntax(endpoint: Endpoint) -> None:
    reply = endpoint.ask(path(query="ASK {"))
    assert (reply.status, reply.type) == (400, "text/plain")
    assert b"query:1:" in reply.body


def test_no_query_at_all(endpoint: Endpoint) -> None:
    assert endpoint.post("", FORM).status == 400
    assert endpoint.post("default-graph-uri=" + quote(D1), FORM).status == 400


@pytest.mark.parametrize(("body", "kind", "address"), [
    ("update=" + quote("INSERT DATA { <a:s> <a:p> 1 }"), FORM, "/sparql"),
    ("CLEAR ALL", "application/sparql-update", "/sparql"),
    ("CLEAR ALL", "application/sparql-update", path(using_graph_uri=D1)),
    ("update=CLEAR+ALL&using-named-graph-uri=" + quote(D1), FORM, "/sparql"),
])
def test_updates_are_refused(endpoint: Endpoint, body: str, kind: str, address: str) -> None:
    assert endpoint.post(body, kind, address).status == 403


def test_an_update_is_no_query(endpoint: Endpoint) -> None:
    before = endpoint.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body
    for update in ("CLEAR ALL", "INSERT DATA { <a:s> <a:p> 1 }", "LOAD <file:///etc/passwd>"):
        assert endpoint.query(update).status == 400
        assert endpoint.post(update, QUERY).status == 400
        assert endpoint.ask(path(update=update)).status == 403
    assert endpoint.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } # again").body == before


def test_the_service_description(endpoint: Endpoint) -> None:
    reply = endpoint.ask("/sparql")
    assert (reply.status, reply.type) == (200, "text/turtle")
    store = ox.Store()
    store.load(reply.body, format=ox.RdfFormat.TURTLE)
    assert {q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(SD + "endpoint"), None)} == {
        f"http://127.0.0.1:{endpoint.port}/sparql"}
    kinds = {q.object.value.removeprefix(SD) for q in store.quads_for_pattern(None, ox.NamedNode(
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), None)}
    assert kinds == {"Service", "Dataset", "Graph"}
    features = {q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(SD + "feature"), None)}
    assert SD + "BasicFederatedQuery" not in features


@pytest.mark.parametrize(("accept", "kind"), [
    ("", "application/sparql-results+json"), ("*/*", "application/sparql-results+json"),
    ("application/json", "application/sparql-results+json"),
    ("application/sparql-results+xml", "application/sparql-results+xml"),
    ("text/csv", "text/csv"), ("text/tab-separated-values", "text/tab-separated-values"),
    ("text/csv;q=0.5, application/xml;q=0.9", "application/sparql-results+xml"),
    ("text/*;q=0.8, application/json;q=0.1", "text/csv"),
    ("application/json;q=0, */*;q=0.1", "application/sparql-results+xml"),
])
def test_solutions_come_as_asked(endpoint: Endpoint, accept: str, kind: str) -> None:
    reply = endpoint.query("SELECT ?s { ?s a kg:System } ORDER BY ?s", accept=accept)
    if accept.startswith("application/json;q=0,"):
        assert reply.type in {"application/sparql-results+xml", "application/sparql-results+json"}
    else:
        assert (reply.status, reply.type) == (200, kind)
    parsed = {"json": ox.QueryResultsFormat.JSON, "+xml": ox.QueryResultsFormat.XML,
              "values": ox.QueryResultsFormat.TSV}
    form = next((f for end, f in parsed.items() if reply.type.endswith(end)), None)
    rows = [*ox.parse_query_results(reply.body, format=form)] if form else reply.body.splitlines()[1:]
    assert len(rows) >= 3


@pytest.mark.parametrize(("accept", "form", "kind"), [
    ("", ox.RdfFormat.TURTLE, "text/turtle"), ("application/n-triples", ox.RdfFormat.N_TRIPLES,
                                              "application/n-triples"),
    ("application/rdf+xml", ox.RdfFormat.RDF_XML, "application/rdf+xml"),
    ("application/ld+json", ox.RdfFormat.JSON_LD, "application/ld+json"),
])
def test_graphs_come_as_asked(endpoint: Endpoint, accept: str, form: ox.RdfFormat, kind: str) -> None:
    reply = endpoint.query("CONSTRUCT WHERE { ?s a kg:System }", accept=accept)
    assert (reply.status, reply.type) == (200, kind)
    assert len({str(quad.triple) for quad in ox.parse(reply.body, format=form)}) >= 3


@pytest.mark.parametrize(("query", "accept"), [
    ("SELECT * {}", "image/png"), ("SELECT * {}", "text/turtle"), ("CONSTRUCT WHERE { ?s a ?o }", "text/csv"),
    ("SELECT * {}", "application/json;q=0")])
def test_what_is_not_offered_is_not_acceptable(endpoint: Endpoint, query: str, accept: str) -> None:
    assert endpoint.query(query, accept=accept).status == 406


def test_a_browser_is_shown_the_query_page(endpoint: Endpoint) -> None:
    reply = endpoint.ask("/sparql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (reply.status, reply.headers["location"]) == (303, "/query")
