"""Run one reader, or the repair of text, on inputs that atheris makes; see README.md beside this file.

    python tests/fuzz/readers.py NAME --seconds 60
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

PARTS = ["kg.read", "kg.text", "kg.latex", "rispy", "bibtexparser", "pylatexenc", "yaml", "csv", "json"]
"""What is instrumented."""

with atheris.instrument_imports(include=PARTS):
    import bibtexparser.entrypoint  # noqa: F401  (the reader imports it only when it is needed)

    from kg.model import Paper, Skipped
    from kg.read import source as sources
    from kg.read.formats import FORMATS, Format
    from kg.read.markup import prose
    from kg.read.source import open_source
    from kg.text import repair

TESTS = Path(__file__).resolve().parents[1]
SLOWEST = 10
"""Seconds that one input may take."""


def reading(form: Format) -> Callable[[bytes], None]:
    """Return a target that reads bytes as one format, whether they look like it or not."""
    def target(raw: bytes) -> None:
        source = open_source(io.BytesIO(raw), "-")
        form.sniff(source.head)
        for record in form.read(source):
            _check(record)
    return target


def _check(record: object) -> None:
    if not isinstance(record, Paper | Skipped):
        raise TypeError(f"neither a paper nor a reason: {record!r}")
    said = record.text if isinstance(record, Paper) else record.reason
    if not said.strip():
        raise ValueError(f"nothing is said: {record!r}")
    f"{said}{record.id}".encode()


def repairing(raw: bytes) -> None:
    """Repair a text, without its markup where it begins with ``m``; a second repair must change nothing."""
    given = raw[1:].decode("utf-8", "surrogateescape")
    text = repair(prose(given) if raw[:1] == b"m" else given)
    if repair(text) != text:
        raise ValueError(f"the repair of {text!r} is not repaired")
    text.encode()


TARGETS: dict[str, Callable[[bytes], None]] = {**{form.name: reading(form) for form in FORMATS}, "repair": repairing}


def seeds(folder: Path) -> None:
    """Put the samples and the hostile files into a folder, as what to begin with."""
    spec = importlib.util.spec_from_file_location("samples", TESTS / "read" / "samples.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("tests/read/samples.py")
    samples = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(samples)
    for number, (_, text) in enumerate(samples.SAMPLES.values()):
        (folder / f"sample-{number}").write_text(text, encoding="utf-8")
    for path in (TESTS / "hostile").iterdir():
        if path.stat().st_size < 10_000:
            (folder / path.name).write_bytes(path.read_bytes())


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*TARGETS, "all"], help="a format, 'repair' or 'all'")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--list", action="store_true", help="name the targets")
    given = parser.parse_args()
    if given.list or not given.name:
        sys.stdout.write("".join(f"{name}\n" for name in TARGETS))
        return 0
    if given.name == "all":
        runs = [subprocess.run([sys.executable, __file__, name, "--seconds", str(given.seconds)], check=False)
                for name in TARGETS]
        return max(abs(run.returncode) for run in runs)
    with tempfile.TemporaryDirectory() as corpus:
        seeds(Path(corpus))
        sources.RATIO_FLOOR = 100_000  # a small bomb takes long where every branch is counted
        atheris.Setup([sys.argv[0], f"-max_total_time={given.seconds}", f"-timeout={SLOWEST}", "-rss_limit_mb=2048",
                       "-max_len=4096", "-print_final_stats=1", "-verbosity=0", corpus], TARGETS[given.name])
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
