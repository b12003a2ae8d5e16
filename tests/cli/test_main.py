"""What all commands share: help, version, exit codes, pipes, interrupts."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import kg as package

Run = Callable[..., "subprocess.CompletedProcess[str]"]

COMMANDS = ("demo", "build", "add", "remove", "extract", "query", "compare", "explain", "contradictions", "export",
            "view", "serve", "mcp", "check", "evaluate", "train")
HEAVY = ("spacy", "rdflib", "networkx", "pyshacl", "pyvis", "pyoxigraph", "numpy", "lxml")


def test_help_names_every_command(kg: Run) -> None:
    done = kg("-h")
    assert done.returncode == 0
    listed = [line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(kg: Run, command: str) -> None:
    done = kg(command, "-h")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: kg {command}")


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    script = ("import sys, kg.cli\n"
              "try: kg.cli.app(['--help'])\n"
              "except SystemExit: pass\n"
              f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert "Commands:" in done.stdout
    assert done.stderr.strip() == "[]"


def test_version(kg: Run) -> None:
    assert kg("--version").stdout == f"kg {package.__version__}\n"


@pytest.mark.parametrize("arguments", [
    ["bogus"], ["build"], ["query", "--format", "bogus"], ["build", "x", "--workers", "0"],
])
def test_wrong_usage_ends_with_2(kg: Run, arguments: list[str]) -> None:
    done = kg(*arguments)
    assert done.returncode == 2
    assert "Usage: kg" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [
    ["query", "beats"], ["export", "ttl"], ["check"], ["view"], ["build", "none.jsonl"], ["extract", "none.jsonl"],
    ["evaluate", "none.jsonl"], ["query", "beats", "--ontology", "none"],
])
def test_what_cannot_run_says_so_in_one_line_and_creates_nothing(kg: Run, tmp_path: Path, arguments: list[str]) -> None:
    done = kg(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("kg: ")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX pipe")
def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    paper = {"abstract": "We present Orbiter, a serving system that is fast on every device we tried. " * 20}
    lines = "".join(json.dumps({"id": str(n)} | paper) + "\n" for n in range(60))
    (tmp_path / "many.jsonl").write_text(lines, encoding="utf-8")
    command = f"{sys.executable} -m kg extract many.jsonl | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "{0\n"
    assert done.stderr == ""


def _heed_interrupts() -> None:
    """Undo that a shell starts what runs in the background deaf to interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_an_interrupt_leaves_the_old_outputs(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(built, out)
    before = {p: p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
    with subprocess.Popen([sys.executable, "-m", "kg", "build", "-", "-o", str(out)], cwd=tmp_path, text=True,
                          stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                          preexec_fn=_heed_interrupts) as process:
        assert process.stdin and process.stdout and process.stderr
        for n in range(400):  # far more than a pipe holds: once it is written, the build is reading
            abstract = f"We present Orbiter{n}, a serving system that is fast. " * 40
            process.stdin.write(json.dumps({"id": str(n), "title": f"Paper {n}", "abstract": abstract}) + "\n")
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        said = process.stdout.read(), process.stderr.read()
    assert said == ("", "kg: interrupted; earlier outputs are as they were\n")
    assert process.returncode == 130
    assert {p: p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()} == before


def test_training_without_its_data_says_what_is_missing(kg: Run, tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("gensim")
    pytest.importorskip("pycrfsuite")
    done = kg("train", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no file gold/train.jsonl" in done.stderr
    assert not (tmp_path / "weights").exists()
