"""The command line in a process of its own, and a store that many tests read."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PAPERS = [
    {"id": "p1", "title": "Orbiter: Serving Mixture Models", "created": "2024-05-01",
     "abstract": "We present Orbiter, a serving system for mixture models. Built on Ray, Orbiter raises throughput by "
                 "2-4x compared with vLLM on 8 A100 GPUs. Code is at https://example.org/orbiter."},
    {"id": "p2", "title": "Basin: Training on Many Devices", "created": "2023-02-03",
     "abstract": "We introduce Basin, a training framework. Basin is evaluated on GSM8K with Llama 2 and improves "
                 "accuracy from 39.6% to 47.7%. It outperforms Orbiter and reduces latency by up to 30%."},
]


def run(*arguments: str, cwd: Path, stdin: str = "", env: dict[str, str] | None = None,
        ) -> "subprocess.CompletedProcess[str]":
    """Run ``kg`` in a folder; standard output and error are text."""
    import os

    return subprocess.run([sys.executable, "-m", "kg", *arguments], cwd=cwd, input=stdin, capture_output=True,
                          text=True, encoding="utf-8", timeout=120, env={**os.environ, **(env or {})}, check=False)


def write_papers(path: Path) -> Path:
    """Write the two papers as JSON Lines."""
    path.write_text("".join(json.dumps(p) + "\n" for p in PAPERS), encoding="utf-8")
    return path


@pytest.fixture
def kg(tmp_path: Path) -> Run:
    """Return a function that runs ``kg`` with arguments in an empty folder."""
    def call(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
        return run(*arguments, **({"cwd": tmp_path} | options))  # type: ignore[arg-type]

    return call


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Return a file of two papers in the folder where ``kg`` runs."""
    return write_papers(tmp_path / "papers.jsonl")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output folder of a build of the two papers; tests only read it."""
    folder = tmp_path_factory.mktemp("built")
    write_papers(folder / "papers.jsonl")
    done = run("build", "papers.jsonl", "-o", "out", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "out"
