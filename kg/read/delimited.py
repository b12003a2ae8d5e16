"""CSV and TSV: a header line, any of ``, ; tab |`` between the fields, names of columns as in ``kg.read.fields``.

Limits: the header must be the first line that is not blank and name a title or an abstract; a field may hold line ends
within quotes and at most a million characters.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from kg.model import Origin, Paper, Skipped
from kg.read.fields import is_field, raw_record
from kg.read.record import paper
from kg.read.source import Source

_DELIMITERS = (",", "\t", ";", "|")
_FIELD_LIMIT = 1_000_000


def _header(line: str) -> tuple[str, list[str]]:
    """Return the delimiter under which ``line`` has most known names, and its fields."""
    split = [(delimiter, next(csv.reader([line], delimiter=delimiter), [])) for delimiter in _DELIMITERS]
    return max(split, key=lambda one: (sum(is_field(name, "title", "abstract", "id", "doi", "authors", "text")
                                           for name in one[1]), len(one[1])))


def _first_line(head: str) -> str:
    return next((line for line in head.splitlines() if line.strip()), "")


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is a table with a title or an abstract among its columns."""
    line = _first_line(head)[:20_000]
    if "\0" in line:
        return False
    _, fields = _header(line)
    short = all(len(name) < 80 for name in fields)
    return len(fields) > 1 and short and any(is_field(name, "title", "abstract", "text") for name in fields)


def read_delimited(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a table in order; rows without an abstract and broken ones as ``Skipped``."""
    csv.field_size_limit(_FIELD_LIMIT)
    faults: list[Skipped] = []
    delimiter, columns = _header(_first_line(source.head))
    feed = _Feed(source, faults)
    rows = csv.reader(feed.texts(), delimiter=delimiter)
    start, header_seen = 1, False
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Skipped(Origin(source.name, start), f"broken table: {error}; is a quote left open here?")
            return
        if row is None:
            break
        if header_seen and feed.quotes % 2 and feed.ended:
            yield Skipped(Origin(source.name, start), "broken table: a quote that opens in this row does not close")
        elif any(cell.strip() for cell in row):
            if header_seen:
                yield _row(columns, row, Origin(source.name, start))
            header_seen = True
        yield from faults
        faults.clear()
        start, feed.quotes = feed.number + 1, 0
    yield from faults


class _Feed:
    """The readable lines of a source on their way to the parser, with what it does not tell.

    ``number`` is the last line read, ``quotes`` how many quotes were seen since it was last set, ``ended`` whether the
    source has no more lines.
    """

    def __init__(self, source: Source, faults: list[Skipped]) -> None:
        self.source = source
        self.faults = faults
        self.number = self.quotes = 0
        self.ended = False

    def texts(self) -> Iterator[str]:
        """Yield the lines, ends restored; those with a fault go to the faults."""
        for line in self.source.lines():
            self.number = line.number
            self.quotes += line.text.count('"')
            if line.fault:
                self.faults.append(Skipped(Origin(self.source.name, line.number), line.fault))
            else:
                yield line.text.replace("\0", "") + "\n"
        self.ended = True


def _row(columns: list[str], row: list[str], origin: Origin) -> Paper | Skipped:
    return paper(raw_record(dict(zip(columns, row, strict=False))), origin)
