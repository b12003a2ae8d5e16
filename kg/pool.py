"""Warm processes that answer questions about a store: bounded in number, time, memory and size, killed if need be.

Oxigraph has no timeout, and a query that runs holds its process; so each runs in one of :mod:`kg.reader`. When the
store gets a new generation the processes are replaced one by one, each before its next question. A generation never
changes, so an answer is kept, within bounds, and given again for the same question.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import ServeError, StoreError
from kg.reader import LENGTH
from kg.store import current

_AGAIN = 1.0
_GRACE = 5.0
_OF_THE_MOMENT = re.compile(r"(?:NOW|RAND|UUID|BNODE)(?:\s|#[^\n\r]*)*\(|\\U", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost, and how many may run.

    ``seconds`` count from when a question is given to a process; before that it may wait as long again. ``answer`` and
    ``body`` are bytes of an answer and of a request, ``memory`` the bytes of data that a process may hold, ``kept``
    those of answers that are kept to be given again.
    """

    seconds: float = 30.0
    running: int = field(default_factory=lambda: max(2, min(8, os.cpu_count() or 2)))
    waiting: int = 64
    answer: int = 10_000_000
    body: int = 1_000_000
    memory: int = 2_000_000_000
    kept: int = 32_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a process said: ``status`` (``ok``, or what was wrong, with ``message``), the form of answer, its bytes."""

    status: str
    type: str
    message: str
    body: bytes


class BusyError(ServeError):
    """As many questions run and wait as may."""


class CutError(ServeError):
    """A question took too long, or its process ended."""


class _Kept:
    """The answers given last, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._answers: OrderedDict[tuple[str, bytes], Answer] = OrderedDict()

    def get(self, key: tuple[str, bytes]) -> Answer | None:
        """Return the answer to a question of a generation, None where it is not kept."""
        if key in self._answers:
            self._answers.move_to_end(key)
        return self._answers.get(key)

    def keep(self, key: tuple[str, bytes], answer: Answer) -> None:
        """Keep an answer in place of the oldest; a large one is not worth that."""
        if _size(key, answer) > self._most // 8 or key in self._answers:
            return
        self._answers[key] = answer
        self._bytes += _size(key, answer)
        while self._bytes > self._most:
            self._bytes -= _size(*self._answers.popitem(last=False))


def _size(key: tuple[str, bytes], answer: Answer) -> int:
    return len(key[1]) + len(answer.body)


class Pool:
    """Processes that answer questions about the store in a folder; for one event loop."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._free: asyncio.Queue[_Reader] = asyncio.Queue()
        self._readers: set[_Reader] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._kept = _Kept(limits.kept)
        self._leaving = False

    @property
    def limits(self) -> Limits:
        """What a question may cost."""
        return self._limits

    async def start(self) -> None:
        """Start the processes.

        Raises:
            StoreError: there is no store in the folder, or it cannot be read.
        """
        for reader in await asyncio.gather(*(self._started() for _ in range(self._limits.running))):
            self._free.put_nowait(reader)

    def leave(self) -> None:
        """Kill all processes, so that what runs and waits ends now with a :class:`CutError`."""
        self._leaving = True
        for reader in self._readers:
            reader.kill()

    async def close(self) -> None:
        """End all processes, also those that work."""
        self.leave()
        for task in self._starting:
            task.cancel()
        for reader in [*self._readers]:
            await self._end(reader)

    async def sparql(self, query: str, *, formats: Mapping[str, str], default: tuple[str, ...] = (),
                     named: tuple[str, ...] = ()) -> Answer:
        """Answer a query; ``formats`` say how to write ``solutions``, a ``boolean`` and a ``graph``.

        Raises:
            BusyError: too many wait.
            CutError: it took too long, or more memory than allowed.
        """
        request = {"kind": "sparql", "query": query, "formats": dict(formats), "default": list(default),
                   "named": list(named)}
        return await self._ask(request, keep=not _OF_THE_MOMENT.search(query))

    async def ask(self, question: str, **arguments: Any) -> Answer:
        """Answer one of the questions of :mod:`kg.answers` in JSON; raises what :meth:`sparql` does."""
        return await self._ask({"kind": "ask", "question": question, "arguments": arguments}, keep=True)

    async def _ask(self, request: Mapping[str, Any], *, keep: bool) -> Answer:
        line = json.dumps({**request, "bytes": self._limits.answer}).encode("utf-8")
        if keep and (kept := self._kept.get((self._generation(), line))):
            return kept
        reader = await self._take()
        answer = await self._asked(reader, line)
        if keep and answer.status == "ok":
            self._kept.keep((reader.generation, line), answer)
        return answer

    async def _asked(self, reader: _Reader, line: bytes) -> Answer:
        done = False
        try:
            async with asyncio.timeout(self._limits.seconds):
                answer = await reader.ask(line)
            done = True
        except TimeoutError as error:
            raise CutError(f"the query was cut after {self._limits.seconds:g} s", remedy="make it narrower") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise CutError("the process of the query ended: it took too much memory or was killed",
                      remedy="make it narrower") from error
        finally:
            if done:
                self._free.put_nowait(reader)
            else:
                self._replace(reader)
        return answer

    async def _take(self) -> _Reader:
        """Return a free process that reads the current generation."""
        if self._free.empty() and self._waiting >= self._limits.waiting:
            raise BusyError(f"{self._waiting} queries wait already", remedy="ask again in a moment")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                reader = await self._free.get()
        except TimeoutError as error:
            raise BusyError("no process was free in time", remedy="ask again in a moment") from error
        finally:
            self._waiting -= 1
        if self._leaving or self._generation() in {reader.generation, ""}:
            return reader
        return await self._renewed(reader)

    async def _renewed(self, old: _Reader) -> _Reader:
        try:
            fresh = await self._started()
        except StoreError:
            return old
        except asyncio.CancelledError:
            self._free.put_nowait(old)
            raise
        await self._end(old)
        return fresh

    def _generation(self) -> str:
        """Return the name of the current generation, empty where the store is just not there."""
        try:
            return current(self._store).name
        except StoreError:
            return ""

    def _replace(self, reader: _Reader) -> None:
        if self._leaving:
            self._free.put_nowait(reader)
            return
        task = asyncio.get_running_loop().create_task(self._replacing(reader))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _replacing(self, reader: _Reader) -> None:
        await self._end(reader)
        while True:
            try:
                self._free.put_nowait(await self._started())
            except StoreError:
                await asyncio.sleep(_AGAIN)
            else:
                return

    async def _started(self) -> _Reader:
        generation = current(self._store).name
        reader = await _start(self._store, self._limits, generation)
        self._readers.add(reader)
        return reader

    async def _end(self, reader: _Reader) -> None:
        self._readers.discard(reader)
        await reader.end()


@dataclass(frozen=True, eq=False)
class _Reader:
    process: asyncio.subprocess.Process
    generation: str

    async def ask(self, line: bytes) -> Answer:
        """Send a request and return its answer."""
        requests = self.process.stdin
        if requests is None:
            raise ConnectionError("no pipe")
        requests.write(LENGTH.pack(len(line)) + line)
        await requests.drain()
        return await self.reply()

    async def reply(self) -> Answer:
        """Return the next answer."""
        replies = self.process.stdout
        if replies is None:
            raise ConnectionError("no pipe")
        length = LENGTH.unpack(await replies.readexactly(LENGTH.size))[0]
        head, _, body = (await replies.readexactly(length)).partition(b"\n")
        said = json.loads(head)
        return Answer(said["status"], said["type"], said.get("message", ""), body)

    def kill(self) -> None:
        """Kill the process."""
        with suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> None:
        """Kill the process and wait for its end."""
        self.kill()
        await self.process.communicate()


async def _start(store: Path, limits: Limits, generation: str) -> _Reader:
    home = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(part for part in (home, os.environ.get("PYTHONPATH", "")) if part)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kg.reader", str(store.resolve()), str(limits.seconds + _GRACE), str(limits.memory),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path})
    reader = _Reader(process, generation)
    try:
        ready = await reader.reply()
    except asyncio.IncompleteReadError as error:
        await reader.end()
        raise StoreError("the process that reads the store ended", place=str(store),
                         remedy="check the store with 'kg check'") from error
    except asyncio.CancelledError:
        await reader.end()
        raise
    if ready.status != "ready":
        await reader.end()
        raise StoreError(ready.message, place=str(store))
    return reader
