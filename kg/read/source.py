"""Bytes to numbered lines: compression, encodings, and limits on what an input may cost.

A line is read in bounded memory whatever the input is. What cannot be read becomes a line with a ``fault`` instead of
a text, in the place where it stood, so that a reader can skip the record it belonged to and go on.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

LINE_LIMIT = 32 * 1024 * 1024
"""Bytes of one line beyond which it is skipped."""

RATIO_LIMIT = 200
"""Growth under decompression beyond which a file is taken for a bomb, looked at past ``RATIO_FLOOR`` bytes."""

RATIO_FLOOR = 64 * 1024 * 1024

_BOMB = f"it expands more than {RATIO_LIMIT}-fold, like a decompression bomb; reading stopped here"
_HEAD_LINES = 200
_HEAD_CHARS = 65536
_GZIP = b"\x1f\x8b"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"), (b"PK\x03\x04", "a ZIP archive"), (b"BZh", "bzip2 data"), (b"\xfd7zXZ", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstandard data"), (b"SQLite format 3", "an SQLite database"), (b"PAR1", "a Parquet file"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; with a ``fault`` (why it cannot be read) its text is empty."""

    number: int
    text: str
    fault: str = ""


class _Counted(io.RawIOBase):
    """Compressed bytes on their way to the decompressor, counted."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw = raw
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        chunk = self.raw.read(len(view))
        view[: len(chunk)] = chunk
        self.count += len(chunk)
        return len(chunk)


class _Meter:
    """Growth of a stream under decompression, in bytes."""

    def __init__(self, packed: _Counted) -> None:
        self.packed = packed
        self.unpacked = 0

    def exceeded(self, read: int) -> bool:
        self.unpacked += read
        return self.unpacked > RATIO_FLOOR and self.unpacked > RATIO_LIMIT * max(self.packed.count, 1)


@dataclass(slots=True)
class Source:
    """An input that can be looked at before it is read: its name, its head, its lines (once)."""

    name: str
    head: str
    stream: Iterator[Line]
    fault: str = ""

    def lines(self) -> Iterator[Line]:
        """Yield the lines in order, numbered from 1; those that cannot be read carry a fault."""
        return self.stream


def open_source(raw: BinaryIO, name: str) -> Source:
    """Return the source that ``raw`` is, its head read, decompressed and decoded.

    ``source.fault`` says why there is nothing to read: empty, binary. Gzip is told by its first bytes, UTF-16 and
    UTF-32 by their byte order mark; everything else must be UTF-8. The end of a truncated or corrupt gzip, and the
    place where one grows beyond all reason, is a line with a fault.
    """
    stream, meter = _unpacked(raw)
    try:
        start = stream.peek(64)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        return Source(name, "", iter(()), fault=f"its gzip data cannot be read: {error}")
    fault = _unreadable(start)
    if fault:
        return Source(name, "", iter(()), fault=fault)
    lines = _guarded(_lines(stream, meter, start))
    first = list(_until_chars(islice(lines, _HEAD_LINES)))
    head = "\n".join(line.text[:_HEAD_CHARS] for line in first)[:_HEAD_CHARS]
    return Source(name, head, chain(first, lines))


def _unpacked(raw: BinaryIO) -> tuple[io.BufferedReader, _Meter | None]:
    plain = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(_Counted(raw))
    if plain.peek(2)[:2] != _GZIP:
        return plain, None
    counted = _Counted(plain)
    unzipped = gzip.GzipFile(fileobj=io.BufferedReader(counted))
    return io.BufferedReader(unzipped, 1 << 18), _Meter(counted)


def _unreadable(start: bytes) -> str:
    """Return why these first bytes hold no text, or nothing."""
    if not start:
        return "is empty"
    kind = next((label for magic, label in _MAGIC if start.startswith(magic)), "")
    if not kind and b"\0" in start and not any(start.startswith(bom) for bom, _ in _BOMS[1:]):
        kind = "binary"
    return f"is {kind}, not text" if kind else ""


def _until_chars(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield lines until they fill a head."""
    length = 0
    for line in lines:
        yield line
        length += len(line.text)
        if length >= _HEAD_CHARS:
            return


def _guarded(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield ``lines``; an error of the decompressor ends them with a line that says so."""
    number = 0
    while True:
        try:
            line = next(lines, None)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield Line(number + 1, "", f"its gzip data ends here or is corrupt ({error}); the rest of the file is lost")
            return
        if line is None:
            return
        number = line.number
        yield line


def _lines(stream: io.BufferedReader, meter: _Meter | None, start: bytes) -> Iterator[Line]:
    bom, encoding = next(((bom, name) for bom, name in _BOMS if start.startswith(bom)), (b"", "utf-8"))
    stream.read(len(bom))
    if encoding != "utf-8":
        yield from _wide_lines(stream, encoding)
        return
    number = 0
    while True:
        number += 1
        chunk = stream.readline(LINE_LIMIT)
        if meter and meter.exceeded(len(chunk)):
            yield Line(number, "", _BOMB)
            return
        if not chunk:
            return
        if len(chunk) == LINE_LIMIT and not chunk.endswith(b"\n"):
            skipped = _skip_line(stream, meter)
            if skipped < 0:
                yield Line(number, "", _BOMB)
                return
            yield Line(number, "", _too_long(LINE_LIMIT + skipped))
            continue
        yield _decoded(number, chunk)


def _too_long(length: int) -> str:
    return (f"the line has {length / 1e6:.0f} MB, more than the {LINE_LIMIT / 1e6:.0f} MB that are read; "
            "put one record on a line")


def _skip_line(stream: io.BufferedReader, meter: _Meter | None) -> int:
    """Read on to the end of the line and return how many bytes that took, -1 where a bomb was found."""
    total = 0
    while chunk := stream.readline(1 << 20):
        total += len(chunk)
        if meter and meter.exceeded(len(chunk)):
            return -1
        if chunk.endswith(b"\n"):
            break
    return total


def _decoded(number: int, chunk: bytes) -> Line:
    try:
        return Line(number, chunk.decode("utf-8").rstrip("\r\n"))
    except UnicodeDecodeError as error:
        return Line(number, "", f"invalid UTF-8 (byte {chunk[error.start]:#04x} at column {error.start + 1}); "
                                "save the file as UTF-8")


def _wide_lines(stream: io.BufferedReader, encoding: str) -> Iterator[Line]:
    """Yield the lines of UTF-16 or UTF-32, whose line ends are no single bytes."""
    reader = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="\n")
    try:
        yield from _numbered(reader, encoding)
    finally:
        reader.detach()  # the stream is closed by whoever opened it


def _numbered(reader: io.TextIOWrapper, encoding: str) -> Iterator[Line]:
    limit = LINE_LIMIT // 4
    number = 0
    while text := reader.readline(limit):
        number += 1
        if len(text) == limit and not text.endswith("\n"):
            length = len(text)
            while (more := reader.readline(limit)) and not more.endswith("\n"):
                length += len(more)
            yield Line(number, "", _too_long(4 * length))
        elif "\ufffd" in text:
            yield Line(number, "", f"invalid {encoding.upper()}; save the file as UTF-8")
        else:
            yield Line(number, text.rstrip("\r\n"))
