"""The graph as one object: built or opened, asked, shown."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import notebook
from kg.errors import QueryError, StoreError


@pytest.fixture(scope="module")
def graph(store_folder: Path) -> kg.Graph:
    return kg.open(store_folder)


@pytest.fixture
def without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(notebook, "import_module", missing)


@pytest.mark.usefixtures("without_pandas")
def test_answers_without_pandas_are_rows(graph: kg.Graph) -> None:
    rows = graph.query("SELECT ?l ?n ?no { ?s a kg:System ; rdfs:label ?l ; kg:support ?n } ORDER BY ?l")
    assert rows[0] == {"l": "Orbiter", "n": 1, "no": None}
    assert rows.columns == ("l", "n", "no")
    assert "<td>Orbiter</td><td>1</td><td></td>" in rows._repr_html_()
    assert graph.query("beats", system="vLLM")[0]["winner"] == "Orbiter"
    assert graph.query("ASK { ?s a kg:System }") is True
    assert [row["paper"] for row in graph.results(hardware="A100")] == ["p1", "p2"]
    assert graph.results(metric="throughput")[0]["high"] == 3.0
    assert graph.search("orb")[0]["label"] == "Orbiter"
    assert graph.entity("Orbiter")["kind"] == "entity"
    assert {row["basis"] for row in graph.compare("Orbiter", "vLLM")} == {"direct", "said"}
    empty = graph.results(metric="nothing")
    assert (list(empty), empty.columns[0]) == ([], "paper")


def test_answers_are_data_frames(graph: kg.Graph) -> None:
    pandas = pytest.importorskip("pandas")
    frame = graph.results(hardware="A100")
    assert isinstance(frame, pandas.DataFrame)
    assert frame["high"].tolist() == [3.0, 30.0]
    assert list(graph.results(metric="nothing").columns) == list(frame.columns)
    assert graph.query("CONSTRUCT WHERE { ?s a kg:Dataset }").shape == (1, 3)


def test_the_network_and_files(graph: kg.Graph, tmp_path: Path) -> None:
    assert {label for _, label in graph.to_networkx().nodes(data="label")} >= {"Orbiter", "Quasar"}
    assert graph.export("csv", tmp_path) == tmp_path / "results.csv"
    assert graph.export("ttl", tmp_path / "mine.ttl").read_bytes().startswith(b"@prefix")


def test_it_shows_itself(graph: kg.Graph) -> None:
    assert "4 System" in repr(graph)
    assert "<td>System</td><td>4</td>" in graph._repr_html_()


def test_hostile_text_is_shown_as_text() -> None:
    rows = notebook.Rows(("<b>",), [{"<b>": "<script>x</script>"}])
    assert "<script>" not in rows._repr_html_()
    assert "<b>" not in rows._repr_html_()


def test_faults_are_those_of_the_library(graph: kg.Graph, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="no filter 'metrik'"):
        graph.results(metrik="x")
    with pytest.raises(QueryError, match="did you mean"):
        graph.query("beat")
    with pytest.raises(StoreError, match="no store here"):
        kg.open(tmp_path)


def test_build_gives_a_graph(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"id": "p1", "title": "Orbiter", "abstract": "We present Orbiter, a serving system '
                      'built on Ray. It raises throughput by 2x over vLLM on A100 GPUs."}\n', encoding="utf-8")
    graph = kg.build(papers, fast=True)
    folder = graph.folder.parent
    assert graph.counts()["Paper"] == 1
    assert folder.is_dir()
    del graph
    assert not folder.exists()
    kept = kg.build([papers], out=tmp_path / "out", fast=True)
    assert kg.open(tmp_path / "out").counts() == kept.counts()


def test_importing_the_package_is_light() -> None:
    script = ("import sys, kg; assert kg.__version__; "
              "heavy = {'pandas', 'spacy', 'rdflib', 'networkx', 'pyoxigraph', 'starlette', 'mcp'}; "
              "print(sorted(heavy & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_build_and_open_stay_functions_whatever_is_imported() -> None:
    script = "import kg.building, kg.cli, kg; assert callable(kg.build) and callable(kg.open); print('fine')"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "fine\n"
