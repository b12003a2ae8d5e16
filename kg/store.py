"""Oxigraph on disk, in generations.

A store is a folder:

    CURRENT                      names the generation to read
    lock                         held by the process that writes
    links.toml                   what a user says about linking, where there is any
    generations/<number>/graph       the graph that is queried
    generations/<number>/documents   what each paper says and the index of linking (see kg.documents)
    generations/<number>/about.json  what made it

A change fills a new generation beside the current one, which shares its unchanged files by hard links, and then
flips the name in one step: a process that dies on the way leaves the old store as it was, and a reader keeps the
generation that it opened. One process writes at a time.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.locks import exclusive, hold, unused

_CURRENT = "CURRENT"
_LOCK = "lock"
_GENERATIONS = "generations"
_UNFINISHED = "unfinished-"
_IN_USE = "in-use"
_GRAPH = "graph"
_DOCUMENTS = "documents"
_ABOUT = "about.json"
_READING = "reading"
_KEPT = 2
_TRIES = 5

LINKS = "links.toml"
"""The file in a store's folder that holds what a user says about linking."""

About = Mapping[str, str | int]
"""What made a generation: versions and hashes."""


@dataclass(slots=True)
class Draft:
    """A generation that is being made: the databases to fill, open for writing.

    They close when the draft is done, so nothing else must keep them.
    """

    graph: ox.Store
    documents: ox.Store
    folder: Path

    def describe(self, about: About) -> None:
        """Say what made the generation."""
        text = json.dumps(dict(sorted(about.items())), indent=1) + "\n"
        (self.folder / _ABOUT).write_text(text, encoding="utf-8")

    @contextmanager
    def reading(self) -> Iterator[Path]:
        """Give the folder of a database that holds the graph as it is now, for other processes to read, for a while."""
        self.graph.flush()
        copy = self.folder / _READING
        self.graph.backup(str(copy))
        try:
            yield copy
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def close(self) -> None:
        """See that all is on disk, and let go of the databases."""
        for part in (self.graph, self.documents):
            part.flush()
        del part, self.graph, self.documents


def write_store(folder: Path, quads: Iterable[ox.Quad]) -> Path:
    """Make ``quads`` the content of the store, in place of what it held, without documents to change it by.

    Returns:
        The folder of the new generation. Where ``quads`` raises, the store is as it was.

    Raises:
        StoreError: the folder cannot be written, or another process writes.
    """
    with writing(folder), replacing(folder) as draft:
        fill(draft.graph, quads, folder)
    return current(folder)


def fill(database: ox.Store, quads: Iterable[ox.Quad], folder: Path) -> None:
    """Load many quads into a database of a draft; ``folder`` is the store's, for messages.

    Raises:
        StoreError: the disk is full or cannot be written.
    """
    with disk_errors(folder, "cannot be written"):
        database.bulk_extend(quads)
        database.optimize()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the one process that writes to a store; what a dead writer left is cleared away.

    Raises:
        StoreError: the folder cannot be written, or another process writes.
    """
    with disk_errors(folder, "cannot be written"):
        (folder / _GENERATIONS).mkdir(parents=True, exist_ok=True)
    with exclusive(folder / _LOCK):
        for left in (folder / _GENERATIONS).glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def replacing(folder: Path) -> Iterator[Draft]:
    """Give an empty draft; when the block ends well it becomes the current generation. Needs :func:`writing`.

    Raises:
        StoreError: the folder cannot be written.
    """
    with _draft(folder) as unfinished, _open(folder, unfinished) as draft:
        yield draft


@contextmanager
def changing(folder: Path) -> Iterator[Draft]:
    """Give a draft that holds what the current generation holds; see :func:`replacing`.

    Raises:
        StoreError: there is no store, it has no documents to change it by, or it cannot be written.
    """
    old = current(folder)
    if not (old / _DOCUMENTS / _CURRENT).is_file():
        raise StoreError("the store cannot be changed: it has no documents of its papers", place=str(folder),
                         remedy="build it again")
    with _draft(folder) as unfinished:
        with disk_errors(folder, "cannot be written"):
            for part in (_GRAPH, _DOCUMENTS):
                ox.Store.read_only(str(old / part)).backup(str(unfinished / part))
        with _open(folder, unfinished) as draft:
            yield draft


@contextmanager
def _open(folder: Path, unfinished: Path) -> Iterator[Draft]:
    """Open the databases of a draft and close them, all on disk, at the end."""
    with disk_errors(folder, "cannot be written"):
        draft = Draft(ox.Store(str(unfinished / _GRAPH)), ox.Store(str(unfinished / _DOCUMENTS)), unfinished)
        yield draft
        draft.close()


def open_store(folder: Path) -> ox.Store:
    """Open the current generation for reading; nothing is created.

    The generation stays on disk as long as this process lives.

    Raises:
        StoreError: there is no store in the folder, or it cannot be read.
    """
    return _reading(folder, _GRAPH)


def open_documents(folder: Path) -> ox.Store:
    """Open the documents of the current generation for reading; see :func:`open_store`.

    Raises:
        StoreError: there is no store in the folder, it has no documents, or it cannot be read.
    """
    if not (current(folder) / _DOCUMENTS / _CURRENT).is_file():
        raise StoreError("the store has no documents of its papers", place=str(folder), remedy="build it again")
    return _reading(folder, _DOCUMENTS)


def _reading(folder: Path, part: str) -> ox.Store:
    for _ in range(_TRIES):
        generation = current(folder)
        if hold(generation / _IN_USE) and generation.is_dir():
            break
    with disk_errors(folder, "cannot be read"):
        return ox.Store.read_only(str(generation / part))


def tables(folder: Path) -> frozenset[Path]:
    """Return the files that hold the graph of the current generation; a large graph is read from many.

    Raises:
        StoreError: there is no store in the folder.
    """
    return frozenset(path.resolve() for path in (current(folder) / _GRAPH).glob("*.sst"))


def about(folder: Path) -> dict[str, str | int]:
    """Return what made the current generation; empty where it does not say.

    Raises:
        StoreError: there is no store in the folder.
    """
    file = current(folder) / _ABOUT
    if not file.is_file():
        return {}
    found: dict[str, str | int] = json.loads(file.read_text(encoding="utf-8"))
    return found


def exists(folder: Path) -> bool:
    """Tell whether there is a store in the folder."""
    return (folder / _CURRENT).is_file()


def current(folder: Path) -> Path:
    """Return the folder of the current generation.

    Raises:
        StoreError: there is no store in the folder, or what it names is gone.
    """
    pointer = folder / _CURRENT
    if not pointer.is_file():
        raise StoreError("no store here", place=str(folder), remedy="make one with 'kg build', or name it with --store")
    generation = folder / _GENERATIONS / pointer.read_text(encoding="utf-8").strip()
    if not (generation / _GRAPH / _CURRENT).is_file():
        raise StoreError(f"the store names a generation that is missing: {generation.name}", place=str(folder),
                         remedy="build it again")
    return generation


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; on success it becomes the current generation, on failure it goes."""
    with ExitStack() as stack:
        with disk_errors(folder, "cannot be written"):
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder / _GENERATIONS))
        stack.callback(shutil.rmtree, unfinished, ignore_errors=True)
        yield unfinished
        with disk_errors(folder, "cannot be written"):
            _publish(folder, unfinished)


def _publish(folder: Path, unfinished: Path) -> None:
    numbers = _numbers(folder)
    name = f"{max(numbers, default=0) + 1:06d}"
    (unfinished / _IN_USE).touch()
    _flush_to_disk(unfinished)
    unfinished.rename(folder / _GENERATIONS / name)
    _flush_names(folder / _GENERATIONS)
    pointer = folder / f".{_CURRENT}"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(folder / _CURRENT)
    _flush_names(folder)
    _prune(folder, [number for number in sorted(numbers)][: max(0, len(numbers) + 1 - _KEPT)])


def _flush_to_disk(unfinished: Path) -> None:
    """See that what the databases wrote survives a loss of power, before anything names it."""
    for file in sorted(unfinished.rglob("*")):
        if file.is_file() and file.suffix != ".sst":
            handle = os.open(file, os.O_RDWR)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _flush_names(folder: Path) -> None:
    """See that renames in a folder survive a loss of power, where the system can tell a folder to be written."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _prune(folder: Path, numbers: Iterable[int]) -> None:
    """Remove old generations that no reader holds."""
    for number in numbers:
        old = folder / _GENERATIONS / f"{number:06d}"
        with unused(old / _IN_USE) as free:
            if free:
                gone = old.rename(old.with_name(f"{_UNFINISHED}{old.name}"))
                shutil.rmtree(gone, ignore_errors=True)


def _numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in (folder / _GENERATIONS).iterdir() if path.name.isdecimal()]


@contextmanager
def disk_errors(folder: Path, what: str) -> Iterator[None]:
    """Turn an error of the operating system into one that names the store.

    Raises:
        StoreError: the block raised an OSError.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(f"the store {what}: {error}", place=str(folder),
                         remedy="check the folder, its permissions and the free space") from error
