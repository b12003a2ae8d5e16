"""``kg build`` and ``kg demo``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., object]

EXPORTS = {"graph.ttl", "graph.trig", "graph.graphml", "graph.html", "results.csv", "report.json",
           "link-report.json", "results.csv-metadata.json", "store"}


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


def test_build_writes_every_export(built: Path) -> None:
    assert {p.name for p in built.iterdir()} == EXPORTS
    counts = json.loads((built / "report.json").read_text(encoding="utf-8"))["counts"]
    assert (counts["papers"], counts["records"], counts["skipped"], counts["violations"]) == (2, 2, 0, 0)


def test_skipped_records_are_named_and_end_with_1(kg: Run, papers: Path, tmp_path: Path) -> None:
    with papers.open("a", encoding="utf-8") as file:
        file.write('{"id": "p3", "title": "No abstract"}\n{"id": \n')
    done = kg("build", "papers.jsonl", "-o", "out")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "papers.jsonl:3: skipped: " in done.stderr
    assert "papers.jsonl:4: skipped: " in done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert len(report["skipped"]) == 2
    assert report["counts"]["papers"] == 2


def test_duplicates_are_merged_and_fine(kg: Run, papers: Path, tmp_path: Path) -> None:
    (tmp_path / "again.jsonl").write_bytes(papers.read_bytes())
    done = kg("build", "papers.jsonl", "again.jsonl", "-o", "out", "--store", "elsewhere")
    assert done.returncode == 0
    assert "2 records were duplicates" in done.stderr
    assert (tmp_path / "elsewhere" / "CURRENT").is_file()
    assert not (tmp_path / "out" / "store").exists()


def test_outputs_do_not_depend_on_hashes_workers_or_order(kg: Run, papers: Path, tmp_path: Path, built: Path) -> None:
    one, two = papers.read_text(encoding="utf-8").splitlines(keepends=True)
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "a.jsonl").write_text(one, encoding="utf-8")
    (folder / "b.jsonl").write_text(two, encoding="utf-8")
    assert kg("build", "parts/a.jsonl", "parts/b.jsonl", "-o", "x", env={"PYTHONHASHSEED": "1"}).returncode == 0
    assert kg("build", "parts/b.jsonl", "parts/a.jsonl", "-o", "y", "--workers", "2",
              env={"PYTHONHASHSEED": "2"}).returncode == 0
    found = contents(tmp_path / "x")
    assert len(found) == 8
    assert found == contents(tmp_path / "y")


def test_a_second_build_replaces_the_first(kg: Run, papers: Path, tmp_path: Path) -> None:
    assert kg("build", "papers.jsonl", "-o", "out").returncode == 0
    papers.write_text(papers.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
    assert kg("build", "papers.jsonl", "-o", "out").returncode == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == EXPORTS
    answer = kg("query", "SELECT ?id WHERE { ?p a kg:Paper ; dcterms:identifier ?id }", "--format", "csv",
                "--store", "out/store")
    assert answer.stdout.splitlines() == ["id", "p1"]


def test_an_ontology_of_ones_own_adds_a_concept(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "more.ttl").write_text(
        '@prefix kg: <https://w3id.org/abstract-kg/ontology#> .\n'
        '@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n'
        '<https://example.org/zyx9> a kg:Hardware ; skos:prefLabel "Zyx9 chip" .\n', encoding="utf-8")
    text = "We present Orbiter, a serving system. It runs on the Zyx9 chip and is faster than Basin on that device."
    done = kg("extract", "-", "--ontology", "mine", stdin=json.dumps({"id": "p", "abstract": text}))
    assert done.returncode == 0, done.stderr
    concepts = [e.get("concept") for e in json.loads(done.stdout)["entities"]]
    assert "https://example.org/zyx9" in concepts


@pytest.mark.parametrize("line", ["", "not an abstract", "{"])
def test_input_without_a_paper_cannot_run(kg: Run, tmp_path: Path, line: str) -> None:
    (tmp_path / "in.jsonl").write_text(line, encoding="utf-8")
    done = kg("build", "in.jsonl", "-o", "out")
    assert done.returncode == 2
    assert done.stderr.startswith("kg: in.jsonl")
    assert not (tmp_path / "out").exists()
