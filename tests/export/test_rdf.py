"""RDF exports: they hold the graph, and equal stores give equal bytes."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ExportError
from kg.export.rdf import write_jsonld, write_nquads, write_trig, write_turtle
from kg.graph import graph_quads
from kg.link import link
from kg.model import Extraction
from kg.ontology import Ontology
from kg.store import open_store

Writer = Callable[[ox.Store, Path], None]
WRITERS: list[tuple[Writer, str]] = [
    (write_turtle, "ttl"), (write_trig, "trig"), (write_nquads, "nq"), (write_jsonld, "jsonld")]


@pytest.fixture(scope="module")
def store(store_folder: Path) -> ox.Store:
    return open_store(store_folder)


@pytest.mark.parametrize(("write", "suffix"), WRITERS)
def test_what_is_written_parses_to_the_graph(store: ox.Store, tmp_path: Path, write: Writer, suffix: str) -> None:
    path = tmp_path / f"graph.{suffix}"
    write(store, path)
    read = ox.Store()
    read.load(path=str(path))
    expected = set(store.quads_for_pattern(None, None, None, ox.DefaultGraph() if suffix == "ttl" else None))
    assert {str(q) for q in read} == {str(q) for q in expected}
    assert len(expected) > 50


@pytest.mark.parametrize(("write", "suffix"), WRITERS)
def test_the_order_of_arrival_leaves_the_bytes_alone(
        extractions: tuple[Extraction, ...], bare: Ontology, tmp_path: Path, write: Writer, suffix: str) -> None:
    written = set()
    for papers in (extractions, extractions[::-1]):
        store = ox.Store()
        store.extend(reversed(list(graph_quads(papers, link(papers, bare), bare))))
        write(store, tmp_path / f"a.{suffix}")
        written.add((tmp_path / f"a.{suffix}").read_bytes())
    assert len(written) == 1


def test_turtle_has_its_prefixes_in_order(store: ox.Store, tmp_path: Path) -> None:
    write_turtle(store, tmp_path / "g.ttl")
    lines = (tmp_path / "g.ttl").read_text(encoding="utf-8").splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes) == lines[: len(prefixes)]
    assert len(prefixes) == 12


def test_an_empty_store_gives_a_valid_file(tmp_path: Path) -> None:
    for write, suffix in WRITERS:
        write(ox.Store(), tmp_path / f"empty.{suffix}")
        assert list(ox.parse(path=str(tmp_path / f"empty.{suffix}"))) == []


def test_a_file_that_cannot_be_written_is_named(store: ox.Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match=r"graph\.ttl: cannot be written"):
        write_turtle(store, tmp_path / "file" / "graph.ttl")


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "g.nq"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(AttributeError):
        write_nquads(7, path)  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
