"""``kg compare``, ``kg explain`` and ``kg contradictions``."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.graph import graph_quads
from kg.link import link
from kg.model import Extraction
from kg.ontology import Ontology
from kg.store import write_store

Run = Callable[..., object]


@pytest.fixture(scope="module")
def store(extractions: tuple[Extraction, ...], bare: Ontology, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a store that also holds a paper which contradicts another."""
    from dataclasses import replace

    first = extractions[0]
    other = replace(
        first,
        paper=replace(first.paper, id="p3"),
        introduces=(),
        results=(replace(first.results[0], low=7.0, high=7.0, form="single", raw="7x"),),
    )
    papers = (*extractions, other)
    folder = tmp_path_factory.mktemp("evidence")
    write_store(folder, graph_quads(papers, link(papers, bare), bare))
    return str(folder)


def test_a_comparison_as_a_table(kg: Run, store: str) -> None:
    done = kg("compare", "orbiter", "vLLM", "--store", store)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["basis", "metric", "dataset", "Orbiter", "vLLM", "favours", "paper", "quote"]
    assert "2–3x increase (against vLLM, with A100)" in lines[2]
    assert lines[-1] == "4 rows"


def test_a_comparison_as_csv_json_and_into_a_file(kg: Run, store: str, tmp_path: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(kg("compare", "Orbiter", "vLLM", "--format", "csv", "--store", store).stdout))
    )
    assert [(row["basis"], row["a_high"], row["b_high"]) for row in rows[:2]] == [
        ("direct", "3.0", ""),
        ("direct", "7.0", ""),
    ]
    done = kg("compare", "Orbiter", "vLLM", "--format", "json", "-o", "c.json", "--store", store)
    assert (done.returncode, done.stdout) == (0, "")
    assert len(json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["rows"]) == 4


def test_a_name_that_is_unknown_or_shared_is_said_so(kg: Run, store: str) -> None:
    done = kg("compare", "Orbitr", "vLLM", "--store", store)
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean Orbiter" in done.stderr


def test_an_explanation_marks_the_span(kg: Run, store: str) -> None:
    done = kg("explain", "Orbiter", "--store", store)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "On 64 A100 GPUs it gives [[2-3x higher throughput]] than vLLM on GSM8K." in done.stdout
    assert "p1 'Orbiter: Serving', abstract 76-98 (text 94-116); hand, confidence 0.90" in done.stdout
    assert "named: 2 times in 2 papers" in done.stdout
    assert "... and " in kg("explain", "Orbiter", "--limit", "1", "--store", store).stdout
    assert "... and " not in kg("explain", "Orbiter", "--limit", "0", "--store", store).stdout


def test_an_explanation_of_a_result_as_json(kg: Run, store: str, tmp_path: Path) -> None:
    whole = json.loads(kg("explain", "Orbiter", "--format", "json", "--store", store).stdout)
    iri = next(s["iri"] for s in whole["statements"] if s["kind"] == "result")
    done = kg("explain", iri, "--format", "json", "-o", "why.json", "--store", store)
    assert (done.returncode, done.stdout) == (0, "")
    (one,) = json.loads((tmp_path / "why.json").read_text(encoding="utf-8"))["statements"]
    assert (one["iri"], one["passage"]["span"]) == (iri, "2-3x higher throughput")


def test_contradictions_with_both_sentences(kg: Run, store: str) -> None:
    done = kg("contradictions", "--store", store)
    assert (done.returncode, done.stderr) == (0, "1 contradiction\n")
    lines = done.stdout.splitlines()
    assert lines[0] == "value: Orbiter on throughput"
    assert [line for line in lines if line.startswith("    On 64 A100")] == [
        "    On 64 A100 GPUs it gives 2-3x higher throughput than vLLM on GSM8K."
    ] * 2
    (one,) = json.loads(kg("contradictions", "--format", "json", "--store", store).stdout)
    assert (one["kind"], one["first"]["paper"][-2:], one["second"]["paper"][-2:]) == ("value", "p1", "p3")


def test_no_contradictions(kg: Run, built: Path) -> None:
    done = kg("contradictions", "--store", str(built / "store"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "0 contradictions\n")
