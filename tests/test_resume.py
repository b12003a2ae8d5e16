"""A build that was killed goes on where it stopped, and what it leaves in the end is the same as ever."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kg.assembly
from kg.building import EXTRACTED, build

NAMES = ("Orbiter", "Basin", "Quasar", "Zetland", "Velour")
PAPERS = 60


def papers(path: Path, numbers: range = range(PAPERS)) -> Path:
    lines = [{"id": f"p{n}", "title": f"{NAMES[n % 5]} number {n}",
              "abstract": f"We present {NAMES[n % 5]}, a serving system built on {NAMES[(n + 2) % 5]}. It lowers "
                          f"latency by {n + 2}% compared with vLLM on {n + 1} A100 GPUs."} for n in numbers]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def exports(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the outputs of one undisturbed build."""
    out = tmp_path_factory.mktemp("whole")
    build([papers(out.parent / "whole.jsonl")], out=out, fast=True)
    return out


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (7, 5, 3, 2)])
def test_batches_leave_no_trace(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes) -> None:
    for name, size in zip(("_TEXTS", "_KEPT", "_PAPERS", "_ENTITIES"), sizes, strict=True):
        monkeypatch.setattr(kg.assembly, name, size)
    monkeypatch.setattr(kg.assembly, "_LOAD", 20_000)
    (tmp_path / "papers").mkdir()
    build([papers(tmp_path / "papers" / "whole.jsonl")], out=tmp_path / "out", fast=True)
    assert exports(tmp_path / "out") == exports(whole)


def test_nothing_is_extracted_twice(tmp_path: Path) -> None:
    first = papers(tmp_path / "first.jsonl", range(8))
    said: list[str] = []
    assert build([first], out=tmp_path / "out", fast=True, say=said.append).extracted == 8
    assert said == []
    before = exports(tmp_path / "out")
    assert build([first], out=tmp_path / "out", fast=True, say=said.append).extracted == 0
    assert said == ["8 of 8 papers were extracted before; 0 are new"]
    assert exports(tmp_path / "out") == before
    more = papers(tmp_path / "more.jsonl", range(6, 10))
    assert build([first, more], out=tmp_path / "out", fast=True, say=said.append).extracted == 2
    assert said[1:] == ["8 of 10 papers were extracted before; 2 are new"]


def test_a_new_vocabulary_extracts_anew_and_says_so(tmp_path: Path) -> None:
    first, said = papers(tmp_path / "first.jsonl", range(3)), []
    build([first], out=tmp_path / "out", fast=True)
    mine = tmp_path / "mine"
    (mine / "queries").mkdir(parents=True)
    (mine / "queries" / "own.rq").write_text("# title: own\n# question: what?\nSELECT * WHERE { ?s ?p ?o } LIMIT 1\n",
                                             encoding="utf-8")
    again = build([first], out=tmp_path / "out", fast=True, ontology=[mine], say=said.append)
    assert (again.extracted, said) == (0, ["3 of 3 papers were extracted before; 0 are new"])
    (mine / "more.ttl").write_text(
        '@prefix kg: <https://w3id.org/abstract-kg/ontology#> .\n'
        '@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n'
        '<https://example.org/zyx9> a kg:Hardware ; skos:prefLabel "Zyx9 chip" .\n', encoding="utf-8")
    again = build([first], out=tmp_path / "out", fast=True, ontology=[mine], say=said.append)
    assert again.extracted == 3
    assert said[1:] == ["another ontology than last time: 3 texts are extracted again"]
    assert len(list((tmp_path / "out" / "store" / EXTRACTED).iterdir())) == 1


def test_what_is_damaged_is_named_and_extracted_again(tmp_path: Path) -> None:
    first, said = papers(tmp_path / "first.jsonl", range(3)), []
    build([first], out=tmp_path / "out", fast=True)
    before = exports(tmp_path / "out")
    (batch,) = (tmp_path / "out" / "store" / EXTRACTED).glob("*/*.rows")
    batch.write_bytes(batch.read_bytes()[:-1])
    assert build([first], out=tmp_path / "out", fast=True, say=said.append).extracted == 3
    assert said == ["what was kept in 000001.rows is damaged and extracted again"]
    assert exports(tmp_path / "out") == before


@pytest.mark.skipif(os.name == "nt", reason="kills with a signal")
def test_a_killed_build_goes_on_where_it_stopped(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    source, out = papers(tmp_path / "papers" / "whole.jsonl"), tmp_path / "out"
    code = "import sys, kg.assembly\nkg.assembly._KEPT = 4\nkg.assembly._TEXTS = 4\nfrom kg.cli import main\nmain()"
    command = [sys.executable, "-c", code, "build", str(source), "-o", str(out), "--fast", "--workers", "2"]
    kept = 0
    for wanted in (4, 20):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        limit = time.monotonic() + 100
        while kept < wanted // 4 and time.monotonic() < limit and process.poll() is None:
            time.sleep(0.02)
            kept = len(list(out.glob(f"store/{EXTRACTED}/*/*.rows")))
        process.kill()
        process.wait()
        assert not (out / "graph.ttl").exists()
    assert kept >= 5
    _wait_for_the_end_of(process.pid)
    said: list[str] = []
    done = build([source], out=out, fast=True, say=said.append)
    assert said == [f"{PAPERS - done.extracted} of {PAPERS} papers were extracted before; {done.extracted} are new"]
    assert done.extracted <= PAPERS - 20
    assert exports(out) == exports(whole)


def _wait_for_the_end_of(group: int) -> None:
    """Wait until the workers of a killed build have noticed; nothing of it may stay."""
    limit = time.monotonic() + 30
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < limit:
            os.killpg(group, 0)
            time.sleep(0.1)
        os.killpg(group, signal.SIGKILL)
        pytest.fail("workers outlived the build that was killed")
