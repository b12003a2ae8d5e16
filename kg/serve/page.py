"""The graph's page for the endpoint: made in a process of its own, once for each generation of the store."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kg.errors import ServeError
from kg.ontology import load
from kg.outputs import write
from kg.store import current, open_store

_SECONDS = 120.0


class Page:
    """The page of a store, made when it is first asked for."""

    def __init__(self, store: Path, ontology: Sequence[Path]) -> None:
        self._store = store
        self._ontology = ontology
        self._lock = asyncio.Lock()
        self._made = ("", b"")

    async def html(self) -> bytes:
        """Return the page of the current generation.

        Raises:
            StoreError: the store is gone.
            ServeError: the page could not be made.
        """
        async with self._lock:
            generation = current(self._store).name
            if generation != self._made[0]:
                self._made = generation, await self._make()
            return self._made[1]

    async def _make(self) -> bytes:
        with tempfile.TemporaryDirectory(prefix="kg-page-") as folder:
            path = Path(folder) / "graph.html"
            home = str(Path(__file__).resolve().parent.parent.parent)
            search = os.pathsep.join(part for part in (home, os.environ.get("PYTHONPATH", "")) if part)
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "kg.serve.page", str(self._store.resolve()), str(path),
                *(str(extra.resolve()) for extra in self._ontology), stdin=asyncio.subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": search}, start_new_session=True)
            try:
                async with asyncio.timeout(_SECONDS):
                    code = await process.wait()
            except (TimeoutError, asyncio.CancelledError):
                process.kill()
                await process.wait()
                raise
            if code:
                raise ServeError("the page could not be made", remedy="see what 'kg view' says")
            return path.read_bytes()


def main(store: str, out: str, *ontology: str) -> None:
    """Write the page of a store."""
    write(open_store(Path(store)), "html", Path(out), ontology=load([Path(extra) for extra in ontology]))


if __name__ == "__main__":
    main(*sys.argv[1:])
