"""``kg query``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., object]

PAPERS = "SELECT ?id ?title WHERE { ?p a kg:Paper ; dcterms:identifier ?id ; dcterms:title ?title } ORDER BY ?id"


def test_saved_queries_are_listed_with_their_questions(kg: Run) -> None:
    done = kg("query")
    assert done.returncode == 0
    names = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert len(names) >= 12
    assert names == sorted(names)


@pytest.mark.parametrize(("form", "wanted"), [
    ("csv", "id,title\np1,Orbiter: Serving Mixture Models\np2,Basin: Training on Many Devices\n"),
    ("tsv", '?id\t?title\n"p1"\t"Orbiter: Serving Mixture Models"\n"p2"\t"Basin: Training on Many Devices"\n'),
])
def test_formats_of_tables(kg: Run, built: Path, form: str, wanted: str) -> None:
    done = kg("query", PAPERS, "--format", form, "--store", str(built / "store"))
    assert (done.returncode, done.stdout.replace("\r\n", "\n")) == (0, wanted)


def test_json_xml_and_table(kg: Run, built: Path) -> None:
    store = str(built / "store")
    rows = json.loads(kg("query", PAPERS, "--format", "json", "--store", store).stdout)["results"]["bindings"]
    assert [row["id"]["value"] for row in rows] == ["p1", "p2"]
    assert kg("query", PAPERS, "--format", "xml", "--store", store).stdout.startswith("<?xml")
    lines = kg("query", PAPERS, "--store", store).stdout.splitlines()
    assert lines[0].split() == ["id", "title"]
    assert lines[-1] == "2 rows"


def test_a_listing_says_where_it_was_cut(kg: Run, built: Path) -> None:
    store = str(built / "store")
    cut = kg("query", "models", "-p", "limit=1", "--format", "csv", "--store", store)
    assert len(cut.stdout.splitlines()) == 2
    assert cut.stderr == "that is the limit of 1, there may be more; -p limit=N asks for more\n"
    assert kg("query", "models", "--store", store).stderr == ""


def test_a_graph_as_turtle(kg: Run, built: Path) -> None:
    construct = "CONSTRUCT { ?p dcterms:title ?t } WHERE { ?p a kg:Paper ; dcterms:title ?t }"
    done = kg("query", construct, "--format", "ttl", "--store", str(built / "store"))
    assert done.stdout.count("dcterms:title") == 2


def test_a_file_with_a_parameter(kg: Run, built: Path, tmp_path: Path) -> None:
    sparql = "SELECT ?t WHERE { ?p dcterms:identifier $id ; dcterms:title ?t }"
    (tmp_path / "mine.rq").write_text(sparql, encoding="utf-8")
    done = kg("query", "mine.rq", "-p", "id=p2", "--format", "csv", "--store", str(built / "store"))
    assert done.stdout.replace("\r\n", "\n") == "t\nBasin: Training on Many Devices\n"


@pytest.mark.parametrize(("arguments", "named"), [
    (["leaderbord"], "leaderboard"),
    (["beats", "-p", "sistem=vLLM"], "sistem"),
    (["beats", "-p", "system"], "'system'"),
    (["SELECT * WHERE { ?s ?p }"], "query"),
    ([PAPERS, "--format", "ttl"], "ttl"),
])
def test_faults_are_named(kg: Run, built: Path, arguments: list[str], named: str) -> None:
    done = kg("query", *arguments, "--store", str(built / "store"))
    assert done.returncode == 2
    assert named in done.stderr
    assert done.stdout == ""
