"""JSON in every framing: one object a line, objects one after the other, an array, an object that wraps a list.

Limits: a line of JSON Lines stands for one record, so that a broken one costs that record alone; elsewhere a value that
is broken ends the reading, for its end cannot be known. Records in a wrapped list (``{"papers": [...]}``) share the
line on which the wrapping object begins. Keys are matched as in ``kg.read.fields``; the arXiv snapshot is one instance
(https://www.kaggle.com/datasets/Cornell-University/arxiv).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain

from kg.model import Origin, Paper, Skipped
from kg.read.fields import is_field, raw_record
from kg.read.record import paper
from kg.read.shapes import is_wrapped, shaped
from kg.read.source import Line, Source

_MARK = re.compile(r'["\\{}\[\]]')
_AHEAD = 1000
_DEPTH = 4
_CHUNK_LIMIT = 64 * 1024 * 1024


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is JSON."""
    start = head.lstrip()
    return bool(re.match(r'\{\s*(?:"|\}|$)|\[\s*(?:\{|\]|\[|$)', start))


def read_json(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a JSON file in order; records without an abstract and broken ones as ``Skipped``."""
    lines = source.lines()
    ahead: list[Line] = []
    texts: list[str] = []
    for line in lines:
        if line.text and not line.text.isspace():
            texts.append(line.text)
        if line.text or line.fault:
            ahead.append(line)
        if len(texts) == 2 or len(ahead) >= _AHEAD:
            break
    read = _read_lines if _is_json_lines(texts) else _read_values
    yield from read(chain(ahead, lines), source.name)


def _is_json_lines(first: list[str]) -> bool:
    """Whether each line is a record: the first is whole, or the second begins a record of its own."""
    if len(first) == 2 and first[1].startswith("{"):
        return not first[0].lstrip().startswith("[")
    return bool(first) and isinstance(_loads(first[0]), dict)


def _loads(text: str) -> object:
    """Return the value, or the error where there is none."""
    try:
        value: object = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        return error
    return value


def _read_lines(lines: Iterator[Line], name: str) -> Iterator[Paper | Skipped]:
    for line in lines:
        origin = Origin(name, line.number)
        if line.fault:
            yield Skipped(origin, line.fault)
        elif line.text.strip():
            yield from _read_value(line.text, origin)


def _read_value(text: str, origin: Origin) -> Iterator[Paper | Skipped]:
    value = _loads(text.strip().rstrip(","))
    if isinstance(value, json.JSONDecodeError):
        line = origin.line + value.lineno - 1
        yield Skipped(Origin(origin.file, line), f"broken JSON: {value.msg} at column {value.colno}")
    elif isinstance(value, RecursionError):
        yield Skipped(origin, "broken JSON: it is nested too deeply")
    elif isinstance(value, ValueError):
        yield Skipped(origin, f"broken JSON: {value}")
    else:
        yield from _papers(value, origin)


def _papers(value: object, origin: Origin) -> Iterator[Paper | Skipped]:
    """Yield a paper for each record in a value."""
    found = False
    for record in _records(value, 0):
        found = True
        yield paper(raw_record(shaped(record)), origin)
    if not found and value not in ({}, []):
        yield Skipped(origin, "no object with a title or an abstract here")


def _records(value: object, depth: int) -> Iterator[dict[str, object]]:
    """Yield the outermost objects that have a title, an abstract or a text."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _records(item, depth + 1)
    elif isinstance(value, dict):
        if is_wrapped(value) or any(is_field(str(key), "title", "abstract", "text") for key in value):
            yield value
        else:
            for item in value.values():
                yield from _records(item, depth + 1)


class _Depth:
    """How deep a scan through JSON text is, and whether it stands in a string."""

    def __init__(self) -> None:
        self.level = 0
        self.quoted = False

    def ends(self, text: str, floor: int) -> Iterator[int]:
        """Yield each offset in ``text`` behind a bracket that closes down to ``floor``."""
        skip = -1
        for mark in _MARK.finditer(text):
            char = mark.group()
            if mark.start() == skip:
                continue
            if self.quoted:
                if char == "\\":
                    skip = mark.start() + 1
                self.quoted = char != '"'
            elif char == '"':
                self.quoted = True
            elif char in "{[":
                self.level += 1
            elif char in "}]":
                self.level -= 1
                if self.level <= floor:
                    yield mark.end()


def _read_values(lines: Iterator[Line], name: str) -> Iterator[Paper | Skipped]:
    """Read values that span lines, element by element where the file is an array."""
    depth = _Depth()
    pending: list[str] = []
    size = start = floor = 0
    opened = False
    for line in lines:
        if line.fault:
            yield Skipped(Origin(name, line.number), line.fault)
            break
        text = line.text
        if not opened:
            opened, text = True, text.lstrip()
            if text.startswith("["):
                floor, depth.level, text = 1, 1, text[1:]
        position = 0
        for end in depth.ends(text, floor):
            pending.append(text[position:end])
            yield from _read_element(pending, Origin(name, start or line.number))
            pending, position, size, start = [], end, 0, 0
        rest = text[position:]
        if pending or rest.strip(" \t,]"):
            start = start or line.number
            pending.append(rest)
            size += len(rest)
        if size > _CHUNK_LIMIT:
            yield Skipped(Origin(name, start), "one JSON value of more than 64 MB; put one record on a line")
            return
    if "".join(pending).strip(" \t,]"):
        yield Skipped(Origin(name, start), "broken JSON: the value that begins here does not end")


def _read_element(pending: list[str], origin: Origin) -> Iterator[Paper | Skipped]:
    text = "\n".join(pending).strip().lstrip(",").strip()
    if text.strip("]} \n\t"):
        yield from _read_value(text, origin)
