"""Progress: bars on a terminal, plain lines elsewhere, nothing when it is to be quiet."""

import sys

import pytest

from kg.cli import console
from kg.cli.console import line, progress


@pytest.mark.parametrize(("told", "shown"), [
    (("extracting", 1200, 6000, 1200, 30.0), "extracting: 1,200 of 6,000, 40/s, 2 min left"),
    (("extracting", 1, 3, 1, 4.0), "extracting: 1 of 3, 4 s each, 8 s left"),
    (("reading", 5, None, 5, 1.0), "reading: 5, 5/s"),
    (("linking", 0, 7, 0, 0.0), "linking: 0 of 7"),
    (("writing", 7, 7, 7, 1.0), "writing: 7 of 7, 7/s"),
])
def test_a_plain_line(told, shown):
    assert line(*told) == shown


def test_plain_lines_come_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    show = console._Lines(lambda: now[0])
    for second in range(26):
        now[0] = float(second)
        show("reading" if second < 5 else "extracting", 2 * second, None if second < 5 else 100)
    assert capsys.readouterr().err.splitlines() == ["extracting: 20 of 100, 2/s, 40 s left",
                                                    "extracting: 40 of 100, 2/s, 30 s left"]


def test_quiet_shows_nothing() -> None:
    with progress(quiet=True) as show:
        assert show is None


def test_a_terminal_gets_bars(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress() as show:
        assert show is not None
        show("extracting", 3, 7)
        show("extracting", 7, 7)
        show("linking", 1, None)
    assert "extracting" in capsys.readouterr().err
