"""What texts say, kept on disk by the hash of each text: no text is extracted twice by the same extractor.

A folder holds one folder for each way to extract, which holds batches:

    <way>/about.json     what decides what is found: code, weights, ontology, mode
    <way>/000001.rows    the checksum of all that follows; the keys of the texts, as JSON; what they say, compressed

A batch is written beside its place and moved there once it is on disk, so that a process can die at any moment.
A batch whose checksum is wrong is taken away and named; its texts are extracted again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError
from kg.store import disk_errors

_ABOUT = "about.json"
_SUFFIX = ".rows"
_UNFINISHED = ".unfinished"
_OPEN = 8
_LEVEL = 3


def key_of(text: str) -> str:
    """Return the key of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder held when it was opened.

    ``damaged`` names the batches that were taken away; ``changed`` the parts in which the way to extract differs from
    the last one, where there was another and none of this.
    """

    damaged: tuple[str, ...]
    changed: tuple[str, ...]


class Extracted:
    """What texts say as one way of extraction finds it, in a folder that is made where it is missing.

    Args:
        folder: holds all ways.
        about: names and hashes of what decides what is found.

    Raises:
        StoreError: the folder cannot be read or written.
    """

    def __init__(self, folder: Path, about: Mapping[str, str]) -> None:
        self._all = folder
        way = hashlib.sha256(json.dumps(dict(sorted(about.items()))).encode("utf-8")).hexdigest()[:16]
        self._folder = folder / way
        self._places: dict[str, tuple[int, int]] = {}
        self._used: set[int] = set()
        self._last = 0
        self._open: OrderedDict[int, list[str]] = OrderedDict()
        with disk_errors(folder, "cannot be written"):
            changed = _changed(folder, about) if not self._folder.is_dir() else ()
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder / _ABOUT, (json.dumps(dict(sorted(about.items())), indent=1) + "\n").encode("utf-8"))
            self.found = Found(tuple(self._look()), changed)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def rows(self, keys: Iterable[str]) -> Iterator[str]:
        """Yield what the texts of some keys say; quickest in the order in which they were added.

        Raises:
            KeyError: a key is not there.
            StoreError: a batch cannot be read any more.
        """
        for key in keys:
            number, place = self._places[key]
            self._used.add(number)
            yield self._batch(number)[place]

    def add(self, keys: Sequence[str], rows: Sequence[str]) -> None:
        """Keep what some texts say; it is on disk when this returns.

        Raises:
            StoreError: it cannot be written.
        """
        number = self._last + 1
        named = json.dumps(list(keys)).encode("ascii") + b"\n"
        body = named + zlib.compress("\n".join(rows).encode("utf-8"), _LEVEL)
        with disk_errors(self._folder, "cannot be written"):
            _write(self._path(number), hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)
        self._last = number
        self._used.add(number)
        self._places |= {key: (number, place) for place, key in enumerate(keys)}

    def tidy(self) -> None:
        """Remove other ways of extraction, and the batches of which nothing was read since this was made."""
        for other in self._all.iterdir():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)
        for number in {at for at, _ in self._places.values()} - self._used:
            self._path(number).unlink(missing_ok=True)
        self._places = {key: place for key, place in self._places.items() if place[0] in self._used}

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06d}{_SUFFIX}"

    def _look(self) -> Iterator[str]:
        """Take up the batches that are there; yield the names of those that are damaged."""
        for left in self._folder.glob(f"*{_UNFINISHED}"):
            left.unlink()
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            self._last = int(path.stem)
            content = _checked(path)
            if content is None:
                path.unlink()
                yield path.name
            else:
                keys = json.loads(content[: content.index(b"\n")])
                self._places |= {key: (int(path.stem), place) for place, key in enumerate(keys)}

    def _batch(self, number: int) -> list[str]:
        if number not in self._open:
            content = _checked(self._path(number)) if self._path(number).is_file() else None
            if content is None:
                raise StoreError(f"what was extracted is damaged or gone: {self._path(number).name}",
                                 place=str(self._folder), remedy="run it again: only this part is extracted again")
            body = zlib.decompress(content[content.index(b"\n") + 1:])
            self._open[number] = body.decode("utf-8").split("\n")
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
        self._open.move_to_end(number)
        return self._open[number]


def _checked(path: Path) -> bytes | None:
    """Return what follows the checksum of a batch; None where it is not what was written."""
    checksum, _, content = path.read_bytes().partition(b"\n")
    return content if hashlib.sha256(content).hexdigest().encode("ascii") == checksum else None


def _changed(folder: Path, about: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names in which the last way of extraction differs; none where there was no other."""
    others = sorted(folder.glob(f"*/{_ABOUT}"), key=lambda path: (path.stat().st_mtime_ns, path))
    if not others:
        return ()
    said = json.loads(others[-1].read_text(encoding="utf-8"))
    return tuple(name for name in about if said.get(name) != about[name])


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(path.name + _UNFINISHED)
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)

