"""Reading, extracting and building as functions."""

import json
from pathlib import Path

import pytest

from kg.building import EXTRACTED, BuildSummary, build, extract, read_all
from kg.errors import ExportError, InputError, OntologyError
from kg.model import Paper

ABSTRACT = "We present Orbiter, a serving system for mixture models that runs on the H100."


def record(number: int, abstract: str = ABSTRACT) -> str:
    fields = {"id": f"p{number}", "title": f"Title {number}", "abstract": f"{abstract} It is number {number}."}
    return json.dumps(fields)


def outputs(out: Path) -> dict[Path, bytes]:
    """Return all files but what texts say, which is kept as soon as it is known."""
    return {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and EXTRACTED not in p.parts}


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join([record(1), record(2), '{"id": "p3"}']), encoding="utf-8")
    return path


def test_read_all_keeps_order_and_what_was_skipped(papers: Path) -> None:
    steps: list[tuple[str, int, int | None]] = []
    found, skipped = read_all([papers, papers], progress=lambda *step: steps.append(step))
    assert [p.id for p in found] == ["p1", "p2", "p1", "p2"]
    assert [s.origin.line for s in skipped] == [3, 3]
    assert steps[-1] == ("reading", 6, None)


@pytest.mark.parametrize(("content", "message"), [
    ("", "empty: no paper could be read: is empty"),
    ('{"id": "a"}\n{"id": "b"}\n', r"empty:1: no paper could be read: .*; 1 more faults"),
])
def test_nothing_to_read_names_the_first_fault(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "empty").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_all([tmp_path / "empty"])


def test_no_input_at_all() -> None:
    with pytest.raises(InputError, match="no input"):
        read_all([])


def test_extract_tells_its_progress_and_keeps_order() -> None:
    steps: list[tuple[str, int, int | None]] = []
    papers = [Paper(id=name, abstract=ABSTRACT) for name in "cab"]
    found = [e.paper.id for e in extract(papers, progress=lambda *step: steps.append(step))]
    assert found == ["c", "a", "b"]
    assert steps == [("extracting", n, 3) for n in (1, 2, 3)]
    assert list(extract([])) == []


def test_a_missing_ontology_is_told_before_any_process_starts() -> None:
    with pytest.raises(OntologyError, match="no such folder"):
        list(extract([Paper(id="a", abstract=ABSTRACT)], ontology=[Path("none")], workers=2))


def test_build_tells_what_it_made(papers: Path, tmp_path: Path) -> None:
    summary = build([papers], out=tmp_path / "out")
    assert isinstance(summary, BuildSummary)
    assert (summary.papers, summary.merged, len(summary.skipped), summary.violations) == (2, 0, 1, 0)
    assert summary.entities >= 1
    assert summary.store == tmp_path / "out" / "store"
    assert not list((tmp_path / "out").glob(".*"))


def test_a_fault_on_the_way_leaves_the_old_outputs(
        papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    build([papers], out=out)
    before = outputs(out)
    papers.write_text(record(4), encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise ExportError("no space")

    monkeypatch.setattr("kg.building.write_report", fail)
    with pytest.raises(ExportError, match="no space"):
        build([papers], out=out)
    assert outputs(out) == before


def test_an_output_folder_that_is_a_file(papers: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        build([papers], out=papers)


def test_a_large_build_checks_a_sample_and_says_so(
        papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.building.CHECKED", 1)
    monkeypatch.setattr("kg.building.SAMPLE", 1)
    made = build([papers], out=tmp_path / "out", fast=True)
    assert (made.papers, made.checked, made.violations) == (2, 1, 0)
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["counts"]["checked"] == 1
