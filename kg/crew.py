"""Processes that carry out the stages of a build side by side: in order, and with few batches on the way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any, TypeVar

from kg.errors import WorkerError

_Made = TypeVar("_Made")
_AHEAD = 3
"""Batches for each process that are waiting, in work or done and not yet fetched."""


class Crew:
    """Carries out functions over batches; made by :func:`crew`."""

    def __init__(self, workers: int, pool: ProcessPoolExecutor | None) -> None:
        self._workers, self._pool = workers, pool

    def map(self, stage: Callable[..., _Made], batches: Iterable[tuple[Any, ...]]) -> Iterator[_Made]:
        """Yield what a function makes of each batch of arguments, in order; batches are asked for as they are needed.

        Raises:
            WorkerError: a process ended before it was done.
        """
        if self._pool is None:
            yield from (stage(*batch) for batch in batches)
            return
        waiting: deque[Future[_Made]] = deque()
        for batch in batches:
            waiting.append(self._submit(stage, batch))
            if len(waiting) >= self._workers * _AHEAD:
                yield _done(waiting.popleft())
        while waiting:
            yield _done(waiting.popleft())

    def begin(self, stage: Callable[..., _Made], batches: Iterable[tuple[Any, ...]]) -> Iterator[_Made]:
        """Return what :meth:`map` yields, of a few batches that all begin at once where there are processes for them.

        Raises:
            WorkerError: a process ended before it was done.
        """
        if self._pool is None:
            return self.map(stage, batches)
        return map(_done, [self._submit(stage, batch) for batch in batches])

    def _submit(self, stage: Callable[..., _Made], batch: tuple[Any, ...]) -> Future[_Made]:
        try:
            return self._pool.submit(stage, *batch)  # type: ignore[union-attr]
        except BrokenProcessPool as error:
            raise _ended() from error


@contextmanager
def crew(workers: int) -> Iterator[Crew]:
    """Give a crew; with one worker everything happens in this process."""
    if workers < 2:
        yield Crew(1, None)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin) as pool:
        try:
            yield Crew(workers, pool)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Prepare a process: it leaves an interrupt to its parent and ends with it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(parent: int) -> None:
    wait([parent])
    os._exit(1)


def _done(future: Future[_Made]) -> _Made:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise _ended() from error


def _ended() -> WorkerError:
    return WorkerError("a worker process ended before it was done",
                       remedy="run it again: it goes on where it stopped; with less memory, use fewer --workers")
