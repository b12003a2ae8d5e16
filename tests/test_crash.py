"""Writers that are killed, kept out, or left without space: the store is as before, or as after."""

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.store import open_store, writing

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
MOMENTS = 50
WORDS = [f"{first}{second}" for first in ("Orb", "Bas", "Qua", "Zet", "Vel")
         for second in ("iter", "in", "sar", "a", "o")]


class Writer:
    """The process of ``writer.py``, and what it says."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, str(Path(__file__).parent / "writer.py")], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def order(self, **order: object) -> int:
        """Start a change; return the number of its process, which has begun."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        said = {self.heard().split()[0]: self.last for _ in range(2)}
        assert said.keys() == {"pid", "begin"}
        return int(said["pid"].split()[1])

    def heard(self) -> str:
        assert self.process.stdout is not None
        self.last = self.process.stdout.readline().strip()
        return self.last

    def end(self) -> tuple[int, str]:
        """Wait for the change; return its status and what it said."""
        said = ""
        while not self.heard().startswith("end "):
            said += self.last
        return int(self.last.split()[1]), said

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    one = Writer()
    yield one
    one.close()


def papers(path: Path, numbers: range) -> str:
    lines = [{"id": f"p{n}", "title": f"Paper number {n}",
              "abstract": f"We study {' and '.join(random.Random(n).sample(WORDS, 5))} in the matter of {n} things."}  # noqa: S311
             for n in numbers]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def state(store: Path) -> list[str]:
    return sorted(map(str, open_store(store)))


def done(writer: Writer, **order: object) -> float:
    """Carry a change out undisturbed; return the seconds it took."""
    begun = time.monotonic()
    writer.order(**order)
    assert writer.end() == (0, "")
    return time.monotonic() - begun


def fresh_copy(store: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(store, to)
    return to


def test_a_killed_writer_leaves_the_store_before_or_after(writer: Writer, tmp_path: Path) -> None:
    old, new = papers(tmp_path / "old.jsonl", range(40)), papers(tmp_path / "new.jsonl", range(30, 60))
    first = tmp_path / "first"
    done(writer, do="build", store=str(first), inputs=[old], out=str(tmp_path / "out"))
    before = state(first)
    changes = {"build": [new], "add": [new], "remove": ["p1", "p2", "p3"]}
    after, seconds = {}, {}
    for what, inputs in changes.items():
        store = fresh_copy(first, tmp_path / what)
        seconds[what] = done(writer, do=what, store=str(store), inputs=inputs, out=str(tmp_path / "out"))
        after[what] = state(store)
    outcomes = []
    dice = random.Random(7)  # noqa: S311
    for moment in range(MOMENTS):
        what = ("build", "add", "remove")[moment % 3]
        store = fresh_copy(first, tmp_path / f"at-{moment}")
        order = {"do": what, "store": str(store), "inputs": changes[what], "out": str(tmp_path / "out")}
        process = writer.order(**order)
        time.sleep(dice.uniform(0, 1.8 * seconds[what]))
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        status, _ = writer.end()
        found = state(store)
        assert found in (before, after[what]), f"{what}, killed at moment {moment}"
        outcomes.append((status != 0, found == before))
        if moment % 5 == 0 or what == "add":
            repeated = changes[what] if found == before or what != "remove" else ["p4"]
            done(writer, **order | {"inputs": repeated})
            assert what == "remove" or state(store) == after[what]
        shutil.rmtree(store)
    assert len(outcomes) == MOMENTS
    assert sum(killed for killed, _ in outcomes) >= MOMENTS // 4
    assert {was_before for _, was_before in outcomes} == {True, False}


def test_a_second_writer_is_refused_and_told_who_writes(writer: Writer, tmp_path: Path) -> None:
    old = papers(tmp_path / "old.jsonl", range(3))
    store = tmp_path / "store"
    done(writer, do="add", store=str(store), inputs=[old])
    before = state(store)
    with writing(store):
        writer.order(do="remove", store=str(store), inputs=["p1"])
        status, said = writer.end()
    assert os.waitstatus_to_exitcode(status) == 2
    assert f"another process ({os.getpid()}) is writing to the store" in said
    assert state(store) == before
    done(writer, do="remove", store=str(store), inputs=["p1"])


def test_the_lock_of_a_dead_process_does_not_hold(writer: Writer, tmp_path: Path) -> None:
    old = papers(tmp_path / "old.jsonl", range(3))
    store = tmp_path / "store"
    done(writer, do="add", store=str(store), inputs=[old])
    process = writer.order(do="remove", store=str(store), inputs=["p1"])
    os.kill(process, signal.SIGKILL)
    writer.end()
    (store / "lock").write_text("1\n", encoding="ascii")
    done(writer, do="add", store=str(store), inputs=[papers(tmp_path / "new.jsonl", range(3, 5))])


def test_readers_keep_the_generation_that_they_opened(writer: Writer, tmp_path: Path) -> None:
    store = tmp_path / "store"
    done(writer, do="add", store=str(store), inputs=[papers(tmp_path / "0.jsonl", range(3))])
    reader = open_store(store)
    before = sorted(map(str, reader))
    for number in range(1, 5):
        more = papers(tmp_path / "n.jsonl", range(3 * number, 3 * number + 3))
        done(writer, do="add", store=str(store), inputs=[more])
    assert sorted(map(str, reader)) == before
    assert len(state(store)) > len(before)
    assert len(list((store / "generations").iterdir())) == 3


def test_a_full_disk_is_told_and_leaves_the_old_data(writer: Writer, tmp_path: Path) -> None:
    old, new = papers(tmp_path / "old.jsonl", range(3)), papers(tmp_path / "new.jsonl", range(3, 400))
    store = tmp_path / "store"
    done(writer, do="add", store=str(store), inputs=[old])
    before = state(store)
    limit = 60_000
    code = (f"import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
            f"runpy.run_path({str(Path(__file__).parent / 'writer.py')!r})")
    order = json.dumps({"do": "add", "store": str(store), "inputs": [new]})
    ended = subprocess.run([sys.executable, "-c", code], input=order + "\n", capture_output=True, text=True,
                           check=False)
    assert "error " in ended.stdout, ended
    assert "cannot be written" in ended.stdout
    assert state(store) == before
    done(writer, do="add", store=str(store), inputs=[new])
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != limit


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(writer: Writer, tmp_path: Path) -> None:
    store = tmp_path / "store"
    done(writer, do="add", store=str(store), inputs=[papers(tmp_path / "old.jsonl", range(3))])
    before = state(store)
    (store / "generations").chmod(0o500)
    try:
        writer.order(do="remove", store=str(store), inputs=["p1"])
        status, said = writer.end()
    finally:
        (store / "generations").chmod(0o700)
    assert os.waitstatus_to_exitcode(status) == 2
    assert "cannot be written" in said
    assert state(store) == before
