"""``kg extract``."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., object]


def test_one_record_a_line_in_input_order_nothing_merged(kg: Run, papers: Path) -> None:
    done = kg("extract", "papers.jsonl", "papers.jsonl")
    assert done.returncode == 0
    assert done.stderr == ""
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["id"] for r in records] == ["p1", "p2", "p1", "p2"]
    assert records[0] == records[2]
    assert "Orbiter" in records[0]["introduces"]
    spans = [m for r in records for e in r["entities"] for m in e["mentions"]]
    assert spans
    for record in records:
        for mention in (m for e in record["entities"] for m in e["mentions"]):
            assert record["text"][mention["start"]:mention["end"]] == mention["text"]


def test_workers_change_nothing(kg: Run, papers: Path) -> None:
    assert kg("extract", "papers.jsonl", "--workers", "2").stdout == kg("extract", "papers.jsonl").stdout


def test_a_file_instead_of_standard_output(kg: Run, papers: Path, tmp_path: Path) -> None:
    done = kg("extract", "papers.jsonl", "-o", "found.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "found.jsonl").read_text(encoding="utf-8") == kg("extract", "papers.jsonl").stdout


def test_standard_input_with_text_alone(kg: Run) -> None:
    done = kg("extract", "-", stdin='{"id": "x", "title": null, "text": "We present Orbiter, a system."}\n')
    record = json.loads(done.stdout)
    assert (record["id"], record["title"], record["text"]) == ("x", None, "We present Orbiter, a system.")


def test_skipped_records_are_named_and_the_rest_is_printed(kg: Run, papers: Path) -> None:
    with papers.open("a", encoding="utf-8") as file:
        file.write('{"id": "p3", "title": "No abstract"}\n')
    done = kg("extract", "papers.jsonl")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr.startswith("papers.jsonl:3: skipped: ")
