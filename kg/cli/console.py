"""Where messages and progress go: standard error, and progress only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: not known)."""


def say(message: str) -> None:
    """Write a message to standard error."""
    print(message, file=sys.stderr)


@contextmanager
def progress() -> Iterator[Progress | None]:
    """Give a function that draws progress bars; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def show(step: str, done: int, total: int | None) -> None:
            task = tasks.get(step)
            if task is None:
                task = tasks[step] = bars.add_task(step, total=total)
            bars.update(bars.task_ids[task], completed=done, total=total)

        yield show
