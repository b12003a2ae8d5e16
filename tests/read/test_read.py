"""Inputs and their faults: what is said, where, and that what came before is kept."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from kg.model import Paper, Skipped
from kg.read import files_of, read, source

TEXT = "We present Foo, a system that serves models twice as fast as Bar under the same load. " * 3


def record(number: int) -> str:
    return json.dumps({"id": f"p{number}", "title": f"Paper {number}", "abstract": f"{number} {TEXT}"})


def lines(*numbers: int) -> bytes:
    return "".join(record(number) + "\n" for number in numbers).encode()


def found(path: Path) -> tuple[list[str], list[Skipped]]:
    """Return the ids of the papers read, and what was skipped."""
    records = list(read([path]))
    return [one.id for one in records if isinstance(one, Paper)], [one for one in records if isinstance(one, Skipped)]


LONG_BIB = (
    b"@article{k1, title={A}, abstract={"
    + TEXT.encode()
    + b"}}\n@article{k2, title={B\n\n@misc{k3, title={C}, abstract={Fine.}}\n"
)
FAULTS: list[tuple[str, bytes, int, int, str]] = [
    ("empty.txt", b"", 0, 0, "is empty"),
    ("blank.txt", b"\n \n", 0, 0, "holds no abstract"),
    ("short.txt", b"hello\n\nworld\n", 0, 0, "holds no abstract"),
    ("broken.jsonl", lines(*range(1, 7)) + record(7)[:60].encode() + b"\n" + lines(8, 9), 8, 7, "broken JSON"),
    ("pretty.json", f'[\n{record(1)},\n{{"id" 3}},\n{record(2)}\n]'.encode(), 2, 3, "broken JSON"),
    ("cut.json", f"[\n{record(1)},\n{record(2)[:50]}".encode(), 1, 3, "does not end"),
    (
        "latin.jsonl",
        lines(1) + record(2).replace("Foo", "F\\u00e9", 1).encode() + b"\xe9\n" + lines(3),
        2,
        2,
        "invalid UTF-8",
    ),
    ("latin.txt", b"caf\xe9\n", 0, 1, "byte 0xe9 at column 4"),
    ("cut.jsonl.gz", gzip.compress(lines(*range(3000)))[:-20], -1, -1, "gzip data ends here"),
    ("header.gz", gzip.compress(b"x")[:6], 0, 0, "gzip data cannot be read"),
    ("binary.dat", bytes(range(256)), 0, 0, "binary"),
    ("paper.pdf", b"%PDF-1.7\n", 0, 0, "PDF"),
    ("feed.xml", b"<?xml version='1.0'?><feed/>", 0, 0, "no known format"),
    ("refs.bib", LONG_BIB, 2, 2, "broken BibTeX"),
    ("deep.jsonl", lines(1) + b"[" * 100_000 + b"\n" + lines(2), 2, 2, "nested too deeply"),
    ("odd.jsonl", lines(1) + b"3\n" + lines(2), 2, 2, "no object with a title or an abstract"),
]


def test_number_of_faults() -> None:
    assert len(FAULTS) == 16


@pytest.mark.parametrize(("name", "raw", "kept", "line", "reason"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_fault(tmp_path: Path, name: str, raw: bytes, kept: int, line: int, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    papers, (skipped,) = found(path)
    assert skipped.origin.file == name and reason in skipped.reason
    if kept >= 0:
        assert (len(papers), skipped.origin.line) == (kept, line)
    else:
        assert len(papers) > 1000 and skipped.origin.line == len(papers) + 1


def test_long_line_costs_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(lines(1) + b'{"abstract": "' + b"a " * 25_000_000 + b'"}\n' + lines(3))
    tracemalloc.start()
    papers, (skipped,) = found(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert papers == ["p1", "p3"] and skipped.origin.line == 2 and "50 MB" in skipped.reason
    assert peak < 3 * source.LINE_LIMIT


@pytest.mark.parametrize("filler", [b" " * 1_000_000, (b" " * 999 + b"\n") * 1000], ids=["one line", "many lines"])
def test_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filler: bytes) -> None:
    monkeypatch.setattr(source, "RATIO_FLOOR", 4_000_000)
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb") as out:
        out.write(lines(1))
        for _ in range(60):
            out.write(filler)
    papers, (skipped,) = found(path)
    assert papers == ["p1"] and "bomb" in skipped.reason


def test_folder_is_read_in_order_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.jsonl").write_bytes(lines(2))
    (tmp_path / "b.jsonl").write_bytes(lines(1))
    (tmp_path / ".hidden").write_bytes(b"\0")
    assert found(tmp_path) == (["p1", "p2"], [])
    names = [one.origins[0].file for one in read([tmp_path]) if isinstance(one, Paper)]
    assert names == ["b.jsonl", "sub/a.jsonl"]


def test_folder_without_papers_is_named(tmp_path: Path) -> None:
    papers, (skipped,) = found(tmp_path)
    assert papers == [] and "holds no files" in skipped.reason


def test_globs_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(1))
    assert found(tmp_path / "*.jsonl") == (["p1"], [])
    (skipped,) = found(tmp_path / "*.bib")[1]
    assert "no file matches" in skipped.reason and "*.bib" in skipped.reason
    (skipped,) = found(tmp_path / "none.txt")[1]
    assert "no file or folder" in skipped.reason and "none.txt" in skipped.reason


def test_a_glob_may_match_folders_and_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "x" / "deep").mkdir(parents=True)
    (tmp_path / "x" / "empty").mkdir()
    (tmp_path / "x" / "deep" / "a.jsonl").write_bytes(lines(1))
    (tmp_path / "x" / "*").symlink_to(tmp_path / "nowhere")
    assert files_of(tmp_path / "x" / "?*") == [
        (tmp_path / "x" / "*", "*"), (tmp_path / "x" / "deep" / "a.jsonl", "a.jsonl"),
        (tmp_path / "x" / "empty", "empty")]
    papers, skipped = found(tmp_path / "x" / "?*")
    assert papers == ["p1"]
    assert [s.reason.split(":")[0] for s in skipped] == ["cannot be opened", "the folder holds no files"]
    assert files_of(tmp_path / "none") == files_of(tmp_path / "none*") == []


def test_a_fault_does_not_end_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(1))
    records = list(read([tmp_path / "none.txt", tmp_path / "a.jsonl"]))
    assert [type(one) for one in records] == [Skipped, Paper]
