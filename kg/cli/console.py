"""Where messages and progress go: standard error, as bars on a terminal and as plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: not known)."""

EVERY = 10.0
"""Seconds between two plain lines of progress; what takes less says nothing."""


def say(message: str) -> None:
    """Write a message to standard error."""
    print(message, file=sys.stderr)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress | None]:
    """Give a function that shows progress: bars with rate and time left, or a plain line now and then.

    With ``quiet`` it is None, and nothing is shown.
    """
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bars() as show:
            yield show
    else:
        yield _Lines()


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeElapsedColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def show(step: str, done: int, total: int | None) -> None:
            task = tasks.get(step)
            if task is None:
                task = tasks[step] = bars.add_task(step, total=total, rate="")
            speed = bars.tasks[task].speed
            bars.update(TaskID(task), completed=done, total=total, rate=f"{speed:.0f}/s" if speed else "")

        yield show


class _Lines:
    """Writes a line about a step every ten seconds: how far it is, how fast it goes, how long it will take."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._step = ""
        self._begun = self._told = clock()
        self._first = 0

    def __call__(self, step: str, done: int, total: int | None) -> None:
        now = self._clock()
        if step != self._step:
            self._step, self._begun, self._first = step, now, done
        if now - self._told >= EVERY:
            self._told = now
            say(line(step, done, total, done - self._first, now - self._begun))


def line(step: str, done: int, total: int | None, lately: int, seconds: float) -> str:
    """Return a plain line of progress, from how much of a step was done in how many seconds.

    >>> line("extracting", 1200, 6000, 1200, 30.0)
    'extracting: 1,200 of 6,000, 40/s, 2 min left'
    """
    rate = lately / seconds if seconds > 0 else 0.0
    parts = [f"{step}: {done:,}" + (f" of {total:,}" if total is not None else "")]
    if rate:
        parts.append(f"{rate:.0f}/s" if rate >= 1 else f"{1 / rate:.0f} s each")
    if rate and total is not None and done < total:
        left = (total - done) / rate
        parts.append(f"{left / 60:.0f} min left" if left >= 90 else f"{left:.0f} s left")
    return ", ".join(parts)
