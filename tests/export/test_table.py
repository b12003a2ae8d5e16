"""Tables: results.csv, and the answers to queries in each format."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as parquet
import pyoxigraph as ox
import pytest
from lxml import etree

from kg.errors import ExportError
from kg.export.table import COLUMNS, cells, render, result_rows
from kg.export.tables import table as columns_of
from kg.export.tables import write_csv, write_parquet
from kg.graph import graph_quads
from kg.link import link
from kg.model import Extraction
from kg.ontology import Ontology
from kg.query import run_here
from kg.store import open_store


@pytest.fixture(scope="module")
def store(store_folder: Path) -> ox.Store:
    return open_store(store_folder)


def test_one_row_a_result(store: ox.Store, tmp_path: Path) -> None:
    write_csv(columns_of(store, "results"), tmp_path / "results.csv", made={})
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    first = rows[0]
    assert tuple(first) == COLUMNS
    assert (first["paper"], first["subject"], first["metric"]) == ("p1", "Orbiter", "throughput")
    assert (first["baseline"], rows[1]["paper"]) == ("vLLM", "p2")
    assert (first["low"], first["high"], first["unit"], first["conditions"]) == ("2", "3", "x", "A100; GSM8K")
    assert (rows[1]["metric"], rows[1]["baseline"]) == ("tail latency", "hand-tuned servers")
    assert [row["baseline_phrase"] for row in rows] == ["", "hand-tuned servers"]
    assert [row["unit_iri"].rsplit("/", 1)[-1] for row in rows] == ["UNITLESS", "PERCENT"]


def test_all_baselines_are_named(extractions: tuple[Extraction, ...], bare: Ontology) -> None:
    two = replace(extractions[0].results[0], baseline="systems like vLLM and Ray", baselines=("vLLM", "Ray"))
    paper = replace(extractions[0], results=(two,))
    store = ox.Store()
    store.bulk_extend(graph_quads([paper], link([paper], bare), bare))
    (row,) = result_rows(store)
    assert (row["baseline"], row["baseline_phrase"]) == ("Ray; vLLM", "systems like vLLM and Ray")


def test_no_results_give_the_header(tmp_path: Path) -> None:
    write_csv(columns_of(ox.Store(), "results"), tmp_path / "results.csv", made={})
    assert (tmp_path / "results.csv").read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"


def test_parquet_has_numbers(store: ox.Store, tmp_path: Path) -> None:
    write_parquet(columns_of(store, "results"), tmp_path / "r.parquet", made={})
    table = parquet.read_table(tmp_path / "r.parquet")
    assert table.column("high").to_pylist() == [3.0, 30.0]
    assert tuple(table.column_names) == COLUMNS


def test_formats_of_a_select(store: ox.Store, shipped: Ontology) -> None:
    table = run_here(store, "SELECT ?l ?n { ?s rdfs:label ?l ; kg:support ?n } ORDER BY ?l LIMIT 1", ontology=shipped)
    assert render(table, "csv") == b"l,n\r\nA100,2\r\n"
    assert render(table, "tsv") == b'?l\t?n\n"A100"\t2\n'
    assert json.loads(render(table, "json"))["results"]["bindings"][0]["l"]["value"] == "A100"
    assert etree.fromstring(render(table, "xml")).tag.endswith("sparql")
    assert cells(table) == [["A100", "2"]]


def test_formats_of_a_graph(store: ox.Store, shipped: Ontology) -> None:
    table = run_here(store, "CONSTRUCT WHERE { ?s a kg:Dataset }", ontology=shipped)
    turtle = render(table, "ttl").decode("utf-8")
    assert "@prefix kg:" in turtle
    assert "a kg:Dataset ." in turtle
    assert render(table, "nt").count(b"\n") == 1
    assert cells(table) == [["dataset/gsm8k", "rdf:type", "kg:Dataset"]]


@pytest.mark.parametrize(("query", "form"), [("ASK { ?s ?p ?o }", "ttl"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv")])
def test_a_format_that_the_answer_has_not(store: ox.Store, shipped: Ontology, query: str, form: str) -> None:
    with pytest.raises(ExportError, match=f"cannot be written as '{form}' .choose from"):
        render(run_here(store, query, ontology=shipped), form)


def test_an_empty_answer_keeps_its_header(store: ox.Store, shipped: Ontology) -> None:
    table = run_here(store, "SELECT ?a ?b { ?a kg:none ?b }", ontology=shipped)
    assert render(table, "csv") == b"a,b\r\n"
    assert cells(table) == []
