"""Oxigraph on disk, in generations.

A store is a folder that holds ``generations/<number>/``, each a whole Oxigraph database, and ``CURRENT``,
which names the one to read. A build fills a new generation and then flips the name in one step, so that an
interrupted build leaves the old store as it was, and a reader is never beside a writer: it keeps the
generation that it opened. One process writes at a time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError

_CURRENT = "CURRENT"
_GENERATIONS = "generations"
_UNFINISHED = "unfinished-"
_KEPT = 2


def write_store(folder: Path, quads: Iterable[ox.Quad]) -> Path:
    """Make ``quads`` the content of the store, in place of what it held.

    Returns:
        The folder of the new generation. Where ``quads`` raises, the store is as it was.

    Raises:
        StoreError: the folder cannot be written.
    """
    with _new_generation(folder) as unfinished, _disk_errors(folder, "cannot be written"):
        store = ox.Store(str(unfinished))
        store.bulk_extend(quads)
        store.optimize()
        store.flush()
        del store
    return current(folder)


def open_store(folder: Path) -> ox.Store:
    """Open the current generation for reading; nothing is created.

    Raises:
        StoreError: there is no store in the folder, or it cannot be read.
    """
    generation = current(folder)
    with _disk_errors(folder, "cannot be read"):
        return ox.Store.read_only(str(generation))


def current(folder: Path) -> Path:
    """Return the folder of the current generation.

    Raises:
        StoreError: there is no store in the folder, or what it names is gone.
    """
    pointer = folder / _CURRENT
    if not pointer.is_file():
        raise StoreError("no store here", place=str(folder), remedy="make one with 'kg build', or name it with --store")
    generation = folder / _GENERATIONS / pointer.read_text(encoding="utf-8").strip()
    if not (generation / "CURRENT").is_file():
        raise StoreError(f"the store names a generation that is missing: {generation.name}", place=str(folder),
                         remedy="build it again")
    return generation


@contextmanager
def _new_generation(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; on success it becomes the current generation, on failure it goes."""
    with _disk_errors(folder, "cannot be written"):
        (folder / _GENERATIONS).mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder / _GENERATIONS))
    try:
        yield unfinished
        with _disk_errors(folder, "cannot be written"):
            _publish(folder, unfinished)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _publish(folder: Path, unfinished: Path) -> None:
    numbers = _numbers(folder)
    name = f"{max(numbers, default=0) + 1:06d}"
    unfinished.rename(folder / _GENERATIONS / name)
    write_pointer = folder / f".{_CURRENT}.{os.getpid()}"
    write_pointer.write_text(name + "\n", encoding="utf-8")
    write_pointer.replace(folder / _CURRENT)
    for old in sorted(numbers)[: max(0, len(numbers) + 1 - _KEPT)]:
        shutil.rmtree(folder / _GENERATIONS / f"{old:06d}", ignore_errors=True)


def _numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in (folder / _GENERATIONS).iterdir() if path.name.isdecimal()]


@contextmanager
def _disk_errors(folder: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"the store {what}: {error}", place=str(folder),
                         remedy="check the folder, its permissions and the free space") from error
