"""A build on Ray gives what a build on this machine gives, also when a worker dies."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.examples import paths

pytest.importorskip("ray")

from kg.gathering import Together, bucket
from kg.ray_engine import _places

PATIENCE = 900
"""Seconds until a build counts as stuck."""


def inputs(folder: Path) -> Path:
    """Write the bundled abstracts in two files: some twice, one id for two papers, one line broken."""
    lines = paths().abstracts.read_text(encoding="utf-8").splitlines()
    other = json.loads(lines[0]) | {"title": "Lumen: Light Serving", "arxiv": None, "doi": None, "abstract": (
        "We present Lumen, a serving system that is built on vLLM. Lumen raises throughput by 2.1x over Orca on one "
        "A100 GPU. PagedAttention in Lumen is another thing than the one of that name; Llama-2-13B runs on it.")}
    (folder / "papers").mkdir(parents=True)
    (folder / "papers" / "one.jsonl").write_text("\n".join([*lines[:15], "{broken", ""]), encoding="utf-8")
    (folder / "papers" / "two.jsonl").write_text("\n".join([*lines[12:], json.dumps(other), ""]), encoding="utf-8")
    return folder / "papers"


def environment() -> dict[str, str]:
    return {**os.environ, "RAY_DEDUP_LOGS": "0", "RAY_USAGE_STATS_ENABLED": "0"}


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and those they started."""
    try:
        children = [int(p) for task in Path(f"/proc/{pid}/task").iterdir()
                    for p in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*children, *(p for child in children for p in descendants(child))]


def title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode()
    except OSError:
        return ""


def at_work(pid: int) -> set[int]:
    """Return the workers of Ray that carry out a stage."""
    return {one for one in descendants(pid) if title(one).startswith("ray::MapBatches")}


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for processes in /proc")
def test_a_worker_that_dies_changes_nothing(tmp_path: Path) -> None:
    papers = inputs(tmp_path)
    kg = [sys.executable, "-m", "kg"]
    here = subprocess.run([*kg, "build", str(papers), "-o", "here", "--fast"], cwd=tmp_path, capture_output=True,
                          text=True, check=False)
    assert here.returncode == 1, here.stderr
    subprocess.run([*kg, "export", "nq", "-o", "here.nq", "--store", "here/store"], cwd=tmp_path, check=True,
                   capture_output=True)
    said = tmp_path / "said"
    with said.open("w") as errors:
        there = subprocess.Popen([*kg, "build", str(papers), "-o", "there", "--fast", "--engine", "ray", "--workers",
                                  "2"], cwd=tmp_path, stderr=errors, env=environment())
        killed, before = 0, set[int]()
        begun = time.monotonic()
        while there.poll() is None and time.monotonic() - begun < PATIENCE:
            time.sleep(1.5)
            now = at_work(there.pid)
            if not killed and before & now:
                killed = min(before & now)
                os.kill(killed, signal.SIGKILL)
            before = now
        if there.poll() is None:
            there.kill()
    assert there.wait() == 1, said.read_text()
    assert killed, "no worker was seen at work for as long as it takes to load the weights"
    shards = sorted((tmp_path / "there" / "shards").iterdir())
    assert [shard.name for shard in shards] == ["linked-000000.nq", "papers-000000.nq"]
    assert b"".join(shard.read_bytes() for shard in shards) == (tmp_path / "here.nq").read_bytes()
    counts = json.loads((tmp_path / "there" / "report.json").read_text())
    expected = json.loads((tmp_path / "here" / "report.json").read_text())
    for name, count in counts["counts"].items():
        assert name == "statements" or count == expected["counts"][name], name
    assert [skipped["reason"] for skipped in counts["skipped"]] == [s["reason"] for s in expected["skipped"]]


def test_union_find_tells_the_smallest_of_each_set() -> None:
    together = Together()
    for keys in (["d", "c"], ["b", "e"], ["c", "b"], ["x"], ["a", "z"], []):
        together.join(keys)
    assert together.roots() == {"c": "b", "d": "b", "e": "b", "z": "a"}


def test_a_bucket_depends_on_the_key_alone() -> None:
    assert {bucket(str(i), 4) for i in range(100)} == {"000000", "000001", "000002", "000003"}
    assert bucket("a", 1) == "000000"


def test_files_are_named_as_the_readers_name_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub" / ".hidden").mkdir(parents=True)
    for name in ("a.jsonl", "sub/b.jsonl", "sub/.hidden/c.jsonl"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [shown for _, shown in _places([tmp_path, "a.jsonl", "*.jsonl", "none*", "none"])] == [
        "a.jsonl", "sub/b.jsonl", "a.jsonl", "a.jsonl", "", ""]
