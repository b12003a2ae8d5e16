"""Readers: files, folders, globs, streams and arXiv to papers, whatever the format, which is told by content."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from kg.model import Origin, Paper, Skipped
from kg.read.fetch import fetched, is_fetched
from kg.read.formats import FORMATS, format_of
from kg.read.merge import merge_duplicates, merged_records
from kg.read.source import open_source

__all__ = ["files_of", "merge_duplicates", "merged_records", "read"]


def read(inputs: Iterable[str | Path], *, stdin: BinaryIO | None = None) -> Iterator[Paper | Skipped]:
    """Yield the papers of files, folders (all files below, sorted, hidden ones left out), globs and ``-`` (stdin).

    ``arxiv:ID`` and ``arxiv-search:QUERY`` are asked of arXiv (see ``kg.read.fetch``); a file of such a name is
    given as ``./arxiv:ID``.

    Streaming, in the order of the inputs; nothing is merged (see ``merge_duplicates``). Never raises for what it
    reads: a record without an abstract, a broken one, a line that cannot be decoded, a fault that ends a file, a
    missing or unknown file each come as one ``Skipped`` in the place where it stood, after what could be read
    before it. Its ``origin.line`` is 0 where the whole file is meant. Whether nothing at all could be read is the
    caller's to see.
    """
    for entry in inputs:
        yield from _read_input(entry, stdin or sys.stdin.buffer)


def _read_input(entry: str | Path, stdin: BinaryIO) -> Iterator[Paper | Skipped]:
    if str(entry) == "-":
        yield from _read_stream(stdin, "-")
    elif is_fetched(str(entry)):
        yield from fetched(str(entry))
    elif files := files_of(entry):
        for path, name in files:
            yield from _read_file(path, name)
    elif _is_glob(entry):
        yield Skipped(Origin(Path(entry).name, 0), f"no file matches {str(entry)!r}")
    else:
        yield Skipped(Origin(Path(entry).name, 0), f"there is no file or folder {str(entry)!r}")


def files_of(entry: str | Path) -> list[tuple[Path, str]]:
    """Return the files that a file, folder or glob stands for, sorted, each with the name that its papers get.

    A folder without files stands for itself; what is not there gives nothing.
    """
    path = Path(entry)
    if path.is_dir():
        below = sorted(one for one in path.rglob("*") if one.is_file() and not _is_hidden(one.relative_to(path)))
        return [(one, one.relative_to(path).as_posix()) for one in below] or [(path, path.name or str(path))]
    if path.exists():
        return [(path, path.name)]
    if not _is_glob(entry):
        return []
    matches = sorted(Path(path.anchor).glob(path.relative_to(path.anchor).as_posix()))
    return [file for match in matches for file in (files_of(match) if match.is_dir() else [(match, match.name)])]


def _is_glob(entry: str | Path) -> bool:
    return any(sign in str(entry) for sign in "*?[")


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _read_file(path: Path, name: str) -> Iterator[Paper | Skipped]:
    if path.is_dir():
        yield Skipped(Origin(name, 0), "the folder holds no files")
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        yield Skipped(Origin(name, 0), f"cannot be opened: {error.strerror}")
        return
    with closing(stream):
        yield from _read_stream(stream, name)


def _read_stream(stream: BinaryIO, name: str) -> Iterator[Paper | Skipped]:
    source = open_source(stream, name)
    if source.fault:
        yield Skipped(Origin(name, 0), source.fault)
        return
    found = format_of(source.head)
    if found is None:
        yield Skipped(Origin(name, 0), f"is in no known format; known are {', '.join(one.name for one in FORMATS)}")
        return
    empty = True
    for record in found.read(source):
        empty = False
        yield record
    if empty:
        yield Skipped(Origin(name, 0), f"holds no abstract (read as {found.name})")
