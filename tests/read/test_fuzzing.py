"""The fuzzing harness runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("atheris")
HARNESS = Path(__file__).parents[1] / "fuzz" / "readers.py"


def test_the_harness_runs(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, str(HARNESS), "repair", "--seconds", "1"], cwd=tmp_path, capture_output=True,
                         text=True, timeout=120, check=False)
    assert run.returncode == 0 and "number_of_executed_units" in run.stderr, run.stderr[-2000:]
    assert list(tmp_path.iterdir()) == []
