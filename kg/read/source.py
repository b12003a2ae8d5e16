"""Bytes to numbered lines: compression, encodings, and limits on what an input may cost.

A line is read in bounded memory whatever the input is. What cannot be read becomes a line with a ``fault`` instead of
a text, in the place where it stood, so that a reader can skip the record it belonged to and go on.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, BinaryIO

LINE_LIMIT = 32 * 1024 * 1024
"""Bytes of one line beyond which it is skipped."""

RATIO_LIMIT = 200
"""Growth under decompression beyond which a file is taken for a bomb, looked at past ``RATIO_FLOOR`` bytes."""

RATIO_FLOOR = 8 * 1024 * 1024
_LINE_COST = 64

_BOMB = f"it expands more than {RATIO_LIMIT}-fold, like a decompression bomb; reading stopped here"
_CHUNK = 1 << 15
"""Bytes that are decompressed at once: what lies between the last chunk and a fault is lost."""

_HEAD_LINES = 200
_HEAD_CHARS = 65536
_PACKED: tuple[tuple[bytes, str, Callable[[BinaryIO], Any]], ...] = (
    (b"\x1f\x8b", "gzip", lambda raw: gzip.GzipFile(fileobj=raw)),
    (b"BZh", "bzip2", lambda raw: bz2.BZ2File(raw)),
    (b"\xfd7zXZ\0", "xz", lambda raw: lzma.LZMAFile(raw)),
)
_FAULTS = (EOFError, OSError, zlib.error, lzma.LZMAError)
"""What reading compressed data raises where the data is cut or corrupt."""

_DECLARED = re.compile(rb"""\s*<\?xml\s[^<>]{0,100}?encoding\s*=\s*["']([\w.-]{1,40})["']""")
_ENCODINGS = ("utf-8", "iso8859-1", "iso8859-15", "cp1252", "ascii")
"""Encodings that an XML declaration may name: those in which a line end is one byte of its own."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"), (b"PK\x03\x04", "a ZIP archive (unpack it first)"),
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
    """Growth of a stream under decompression, in bytes; a line counts for its work too, however short it is."""

    def __init__(self, packed: _Counted, kind: str) -> None:
        self.packed = packed
        self.kind = kind
        self.unpacked = 0

    def exceeded(self, read: int) -> bool:
        self.unpacked += read + _LINE_COST
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

    ``source.fault`` says why there is nothing to read: empty, binary. Gzip, bzip2 and xz are told by their first
    bytes, UTF-16 and UTF-32 by their byte order mark; XML may declare Latin-1 or Windows-1252; everything else must be
    UTF-8. The end of truncated or corrupt compressed data, and the place where it grows beyond all reason, is a line
    with a fault.
    """
    stream, meter = _unpacked(raw)
    try:
        start = stream.peek(256)
    except _FAULTS as error:
        return Source(name, "", iter(()), fault=f"its {meter.kind if meter else 'data'} data cannot be read: {error}")
    fault = _unreadable(start)
    if fault:
        return Source(name, "", iter(()), fault=fault)
    lines = _guarded(_lines(stream, meter, start), meter.kind if meter else "")
    first = list(_until_chars(islice(lines, _HEAD_LINES)))
    head = "\n".join(line.text[:_HEAD_CHARS] for line in first)[:_HEAD_CHARS]
    return Source(name, head, chain(first, lines))


def _unpacked(raw: BinaryIO) -> tuple[io.BufferedReader, _Meter | None]:
    plain = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(_Counted(raw))
    start = plain.peek(6)
    for magic, kind, opened in _PACKED:
        if start.startswith(magic):
            counted = _Counted(plain)
            return io.BufferedReader(opened(io.BufferedReader(counted)), _CHUNK), _Meter(counted, kind)
    return plain, None


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


def _guarded(lines: Iterator[Line], kind: str) -> Iterator[Line]:
    """Yield ``lines``; an error of the decompressor ends them with a line that says so."""
    number = 0
    while True:
        try:
            line = next(lines, None)
        except _FAULTS as error:
            reason = f"its {kind} data ends here or is corrupt ({error})" if kind else f"cannot be read on ({error})"
            yield Line(number + 1, "", f"{reason}; the rest of the file is lost")
            return
        if line is None:
            return
        number = line.number
        yield line


def _lines(stream: io.BufferedReader, meter: _Meter | None, start: bytes) -> Iterator[Line]:
    bom, encoding = next(((bom, name) for bom, name in _BOMS if start.startswith(bom)), (b"", "utf-8"))
    while bom and start.startswith(bom):
        stream.read(len(bom))
        start = start[len(bom):]
    if encoding != "utf-8":
        yield from _wide_lines(stream, encoding, meter)
        return
    encoding = _declared(start)
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
        yield _decoded(number, chunk, encoding)


def _declared(start: bytes) -> str:
    """Return the encoding that an XML declaration names where it can be read line by line, else UTF-8."""
    found = _DECLARED.match(start)
    try:
        name = codecs.lookup(found.group(1).decode("ascii")).name if found else "utf-8"
    except LookupError:
        return "utf-8"
    return name if name in _ENCODINGS else "utf-8"


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


def _decoded(number: int, chunk: bytes, encoding: str) -> Line:
    try:
        return Line(number, chunk.decode(encoding).rstrip("\r\n"))
    except UnicodeDecodeError as error:
        place = f"byte {chunk[error.start]:#04x} at column {error.start + 1}"
        return Line(number, "", f"invalid {encoding.upper()} ({place}); save the file as UTF-8")


def _wide_lines(stream: io.BufferedReader, encoding: str, meter: _Meter | None) -> Iterator[Line]:
    """Yield the lines of UTF-16 or UTF-32, whose line ends are no single bytes."""
    reader = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="\n")
    try:
        yield from _numbered(reader, encoding, meter)
    finally:
        reader.detach()  # the stream is closed by whoever opened it


def _numbered(reader: io.TextIOWrapper, encoding: str, meter: _Meter | None) -> Iterator[Line]:
    limit = LINE_LIMIT // 4
    number = 0
    while text := reader.readline(limit):
        number += 1
        if meter and meter.exceeded(len(text)):
            yield Line(number, "", _BOMB)
            return
        if len(text) == limit and not text.endswith("\n"):
            length = len(text)
            while (more := reader.readline(limit)) and not more.endswith("\n"):
                length += len(more)
            yield Line(number, "", _too_long(4 * length))
        elif "\ufffd" in text:
            yield Line(number, "", f"invalid {encoding.upper()}; save the file as UTF-8")
        else:
            yield Line(number, text.rstrip("\r\n"))
