"""Queries: the saved ones on a small store, parameters, faults and their places, what is refused."""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import QueryError, StoreError
from kg.ontology import Ontology
from kg.query import Table, limit_of, prepare, run, run_here
from kg.store import open_store
from kg.terms import BASE, PREFIXES

QUERIES = ["baselines", "beats", "built-on", "compare", "datasets", "evaluated-on", "evaluated-with", "evidence",
           "hardware", "hardware-by-year", "hardware-results", "introduces", "largest-runs", "leaderboard", "methods",
           "metrics", "models", "results-of", "runs-on", "uses-method", "with-code"]


@pytest.fixture(scope="module")
def store(store_folder: Path) -> ox.Store:
    return open_store(store_folder)


def column(table: Table, name: str) -> list[str | None]:
    index = table.columns.index(name)
    return [None if row[index] is None else row[index].value for row in table.rows]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_gives_rows_as_it_stands(store: ox.Store, shipped: Ontology, name: str) -> None:
    assert run_here(store, name, ontology=shipped).rows


def test_every_saved_query_ran(shipped: Ontology) -> None:
    assert sorted(shipped.queries) == QUERIES
    assert all(p.description for q in shipped.queries.values() for p in q.parameters)


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_gives_its_rows_an_order(shipped: Ontology, name: str) -> None:
    assert "ORDER BY" in shipped.queries[name].sparql


def test_names_match_in_any_case(store: ox.Store, shipped: Ontology) -> None:
    table = run_here(store, "beats", {"system": "vllm"}, ontology=shipped)
    assert column(table, "winner") == ["Orbiter"]
    assert (column(table, "low"), column(table, "high"), column(table, "unit")) == (["2"], ["3"], ["x"])
    assert column(table, "quote") == ["2-3x higher throughput"]


def test_a_leaderboard_takes_longer_names_of_the_metric(store: ox.Store, shipped: Ontology) -> None:
    assert column(run_here(store, "leaderboard", {"metric": "latency"}, ontology=shipped), "subject") == ["Quasar"]


@pytest.mark.parametrize("name", ["datasets", "hardware", "methods", "metrics", "models", "with-code"])
def test_a_listing_is_cut_where_told_and_keeps_its_beginning(store: ox.Store, shipped: Ontology, name: str) -> None:
    whole = run_here(store, name, {"limit": "10000000"}, ontology=shipped).rows
    assert run_here(store, name, {"limit": "1"}, ontology=shipped).rows == whole[:1] != ()
    assert run_here(store, name, ontology=shipped).rows == whole


@pytest.mark.parametrize("limit", ["-1", "+5", "٣", "9" * 23, "all", ""])
def test_a_limit_that_is_none_is_refused_by_its_name(store: ox.Store, shipped: Ontology, limit: str) -> None:
    with pytest.raises(QueryError, match="'limit' is not a whole number"):
        run_here(store, "models", {"limit": limit}, ontology=shipped)


@pytest.mark.parametrize(("query", "values", "limit"), [
    ("models", {}, 1000), (" models ", {"limit": "7"}, 7), ("beats", {"system": "vLLM"}, None),
    ("SELECT ?s WHERE { ?s ?p ?o }", {}, None)])
def test_the_limit_of_a_query_is_that_of_its_parameter(
        shipped: Ontology, query: str, values: dict[str, str], limit: int | None) -> None:
    assert limit_of(query, values, shipped) == limit


def test_results_on_a_device_need_no_metric(shipped: Ontology) -> None:
    graph = ox.Store()
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("kg", "rdfs"))
    graph.update(prefixes + """INSERT DATA {
            <x:gpu> a kg:Hardware ; kg:spelled "r9" ; rdfs:label "R9" . <x:new> rdfs:label "Orbiter" .
            <x:r> kg:condition <x:gpu> ; kg:about <x:new> ; kg:low 2 ; kg:high 2 ; kg:unit "x" ; kg:change "increase" ;
                kg:bound "exact" ; kg:statedIn <x:paper> ; kg:quote "2x" }""")
    table = run_here(graph, "hardware-results", {"hardware": "R9"}, ontology=shipped)
    assert column(table, "subject") == ["Orbiter"]


def test_hedged_and_negated_claims_are_no_baselines(store: ox.Store, shipped: Ontology) -> None:
    table = run_here(store, "baselines", ontology=shipped)
    assert dict(zip(column(table, "baseline"), column(table, "papers"), strict=True)) == {"Ray": "1", "vLLM": "1"}


def test_hedged_and_negated_claims_beat_nothing(store: ox.Store, shipped: Ontology) -> None:
    assert run_here(store, "beats", {"system": "Ray"}, ontology=shipped).rows == ()
    said = run_here(store, "evidence", {"subject": "quasar", "predicate": "outperforms"}, ontology=shipped)
    assert set(zip(column(said, "polarity"), column(said, "modality"), strict=True)) == {
        ("affirmed", "hedged"), ("negated", "asserted")}


def test_run_uses_a_process_and_gives_the_same(store_folder: Path, store: ox.Store, shipped: Ontology) -> None:
    assert run(store_folder, "built-on", ontology=shipped) == run_here(store, "built-on", ontology=shipped)


def test_forms(store_folder: Path, shipped: Ontology) -> None:
    assert run(store_folder, "ASK { ?s a kg:System }", ontology=shipped).rows == ((ox.Literal(True),),)
    graph = run(store_folder, "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o . ?s a kg:System }", ontology=shipped)
    assert (graph.form, len(graph.rows)) == ("graph", 4)
    assert run(store_folder, "SELECT ?s { ?s a kg:Nothing }", ontology=shipped).rows == ()


def test_free_parameters(store: ox.Store, shipped: Ontology) -> None:
    query = "SELECT ?s ?y { ?s rdfs:label $name } ORDER BY ?s LIMIT $most"
    assert len(run_here(store, query, {"name": "Orbiter", "most": "1"}, ontology=shipped).rows) == 1
    iri = f"<{BASE}system/ray>"
    assert len(run_here(store, "SELECT ?l { $node rdfs:label ?l }", {"node": iri}, ontology=shipped).rows) == 1


@pytest.mark.parametrize("value", ['x" } #', "x') || (true", "a\\", 'a"""b', "$system", "?x\n}", "π“”"])
def test_a_value_never_becomes_syntax(store: ox.Store, shipped: Ontology, value: str) -> None:
    assert run_here(store, "beats", {"system": value}, ontology=shipped).rows == ()
    echo = run_here(store, "SELECT ($v AS ?back) {}", {"v": value}, ontology=shipped)
    assert column(echo, "back") == [value]


def test_names_in_strings_and_comments_are_no_parameters(shipped: Ontology) -> None:
    query = 'SELECT ?s { # $a\n ?s rdfs:label "$a" , \'\'\'$a\'\'\' , $a }'
    assert prepare(query, {"a": "v"}, shipped) == query.replace(", $a", ', "v"')


def saved(tmp_path: Path, header: str, body: str) -> str:
    path = tmp_path / "own.rq"
    path.write_text(f"# title: t\n# question: q\n{header}\n{body}", encoding="utf-8")
    return str(path)


FAULTS = [
    ("# parameter: n = 5 | most", {"n": "five"}, "'n' is not a whole number: 'five'"),
    ("# parameter: n = 0.5 | least", {"n": "half"}, "'n' is not a number: 'half'"),
    ("# parameter: n = <urn:a> | node", {"n": "urn:a b"}, "'n' is not an IRI in angle brackets"),
    ("# parameter: n | needed", {}, "the parameter 'n' is missing .*needed"),
    ("# parameter: name = a | x", {"nam": "b"}, "unknown parameter 'nam' .did you mean name"),
]


@pytest.mark.parametrize(("header", "values", "message"), FAULTS)
def test_faulty_parameters_are_named(
        tmp_path: Path, shipped: Ontology, header: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        prepare(saved(tmp_path, header, "SELECT * { ?s ?p $n }"), values, shipped)


def test_a_file_keeps_its_defaults(tmp_path: Path, shipped: Ontology) -> None:
    path = saved(tmp_path, "# parameter: n = 5", "SELECT * { ?s ?p ?o } LIMIT $n")
    assert prepare(path, {}, shipped).endswith("LIMIT 5")
    with pytest.raises(QueryError, match="no such file"):
        prepare(str(tmp_path / "none.rq"), {}, shipped)


def test_unknown_names_give_close_ones(shipped: Ontology) -> None:
    with pytest.raises(QueryError, match=r"no saved query 'beat' .*beats"):
        prepare("beat", {}, shipped)


@pytest.mark.parametrize(("query", "place", "line", "column_"), [
    ("SELECT * {\n ?s ?p }", "query:2:", " ?s ?p }", 9),
    ("SELECT * { ?s nope:p ?o }", "query:1:", "SELECT * { ?s nope:p ?o }", 20)])
def test_a_malformed_query_shows_the_place(shipped: Ontology, query: str, place: str, line: str, column_: int) -> None:
    with pytest.raises(QueryError) as raised:
        prepare(query, {}, shipped)
    message = str(raised.value).splitlines()
    assert message[0].startswith(place)
    assert message[1] == "  " + line
    assert abs(message[2].index("^") - 1 - column_) <= 1


@pytest.mark.parametrize("query", [
    "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SELECT * { service silent ?x { ?s ?p ?o } }",
    "SELECT * { ?s kg:a\\#b ?o . SERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * { ?s <urn:a#b> ?o . SERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }"])
def test_service_is_refused(shipped: Ontology, query: str) -> None:
    with pytest.raises(QueryError, match="SERVICE would ask another server"):
        prepare(query, {}, shipped)


def test_the_word_service_in_a_string_is_fine(shipped: Ontology) -> None:
    assert prepare('SELECT * { ?s rdfs:label "SERVICE <x>" } # service', {}, shipped)


@pytest.mark.parametrize("query", ["INSERT DATA { <urn:a> <urn:b> 1 }", "PREFIX a: <urn:a>\nDELETE WHERE { ?s ?p ?o }",
                                   "LOAD <file:///etc/hosts>", "DROP ALL"])
def test_updates_are_refused(shipped: Ontology, query: str) -> None:
    with pytest.raises(QueryError, match="queries only read"):
        prepare(query, {}, shipped)


def test_a_long_query_is_cut(store_folder: Path, shipped: Ontology) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
    with pytest.raises(QueryError, match=r"cut after 0\.5 s"):
        run(store_folder, endless, ontology=shipped, timeout=0.5)


def test_no_store(tmp_path: Path, shipped: Ontology) -> None:
    with pytest.raises(StoreError, match="no store here"):
        run(tmp_path / "none", "beats", ontology=shipped)
    assert list(tmp_path.iterdir()) == []


def test_a_saved_query_gets_its_text_in_lower_case(bare: Ontology) -> None:
    query = replace(bare.queries["built-on"], sparql="SELECT * WHERE { ?s kg:spelled $system_lower }")
    mine = replace(bare, queries={"own": query})
    assert '"vllm"' in prepare("own", {"system": "vLLM"}, mine)
    assert '""' in prepare("own", {"system": ""}, mine)
    listing = replace(query, parameters=(replace(query.parameters[0], default=""),))
    assert "$system_lower" in prepare("own", {"system": ""}, replace(bare, queries={"own": listing}))
