"""Tagged lines: RIS, Web of Science and MEDLINE, parsed by rispy.

The lines of one record at a time go to the parser: a record ends at its end tag, at the next one's begin tag or, in
MEDLINE, at a blank line. RIS may stand with one blank before the hyphen, with text before, between and behind the
records (which is passed over), and without the last end tag. Limits: a record of at most 4 million characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from rispy import RisParser, WokParser

from kg.model import Origin, Paper, Skipped
from kg.read.fields import raw_record
from kg.read.record import paper
from kg.read.source import Source

_SIZE_LIMIT = 4_000_000
_YEAR = re.compile(r"\d{4}")
_MEDLINE = {
    "PMID": "pmid", "TI": "title", "BTI": "title", "AB": "abstract", "FAU": "authors", "AU": "short_authors",
    "CN": "authors", "DP": "date", "LR": "updated", "LID": "identifiers", "AID": "identifiers", "OT": "keywords"}
_WOS = {**WokParser.DEFAULT_MAPPING, "AF": "authors", "AU": "short_authors", "UT": "id", "DE": "keywords",
        "TI": "title", "DI": "doi", "PY": "publication_year"}
_RIS = {**RisParser.DEFAULT_MAPPING, "UR": "url", "L2": "url_2", "M1": "number_1", "N1": "notes", "DA": "exact_date"}


class _Wok(WokParser):  # type: ignore[misc]
    """Web of Science whose records may hold any tag."""

    DEFAULT_MAPPING = _WOS
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = ["AF", "AU", "CR"]


class _Ris(RisParser):  # type: ignore[misc]
    """RIS with one blank or two before the hyphen."""

    DEFAULT_MAPPING = _RIS
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = ["A1", "AU", "KW", "N1"]
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}

    def parse_line(self, line: str) -> tuple[str, str]:
        """Return the tag and what stands behind it; every line given has a tag."""
        return line[:2], line.partition("-")[2].strip()


class _Medline(RisParser):  # type: ignore[misc]
    """MEDLINE as PubMed saves it: four places for the tag, no tag at the end."""

    START_TAG = "PMID"
    DEFAULT_MAPPING = _MEDLINE
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = ["FAU", "AU", "CN", "LID", "AID", "OT"]
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}

    def parse_line(self, line: str) -> tuple[str, str]:
        """Return the tag and what stands behind it; every line given has a tag."""
        return line[:4].strip(), line[6:].strip()


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How records begin and end, what a tag looks like, and the parser of one record."""

    begin: re.Pattern[str]
    tag: re.Pattern[str]
    end: Callable[[str], bool]
    finish: str
    parser: type[Any]


_WOS_DIALECT = _Dialect(re.compile(r"PT\b"), re.compile(r"[A-Z][A-Z0-9](?: |$)"),
                        lambda line: line[:2] in {"ER", "EF"}, "ER", _Wok)
_MEDLINE_DIALECT = _Dialect(re.compile(r"PMID- "), re.compile(r"[A-Z]{2,4} {0,2}- "),
                            lambda line: not line.strip(), "ER  - ", _Medline)
_LOOSE = _Dialect(re.compile(r"TY {1,2}-"), re.compile(r"[A-Z][A-Z0-9] {1,2}-(?: |$)"),
                  lambda line: re.match(r"ER {1,2}-\s*$", line) is not None, "ER  - ", _Ris)
_STRICT = _Dialect(re.compile(r"TY  -"), re.compile(r"[A-Z][A-Z0-9]  -"),
                   lambda line: re.match(r"ER  -", line) is not None, "ER  - ", _Ris)


def sniff_ris(head: str) -> bool:
    """Return whether a file that begins with ``head`` is RIS: a type, and another tag on the next lines."""
    return re.search(r"^TY {1,2}- ?[A-Z]{2,10}\s*$\n^[A-Z][A-Z0-9] {1,2}-", head, re.MULTILINE) is not None


def sniff_wos(head: str) -> bool:
    """Return whether a file that begins with ``head`` is tagged by the Web of Science."""
    return re.match(r"\s*(?:FN [^\n]*\n(?:VR [^\n]*\n)?\s*)?PT [A-Z]\b", head) is not None


def sniff_medline(head: str) -> bool:
    """Return whether a file that begins with ``head`` is MEDLINE as PubMed saves it."""
    return re.match(r"\s*PMID- \d", head) is not None


def read_ris(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a RIS file in order; records without an abstract and broken ones as ``Skipped``."""
    loose = re.search(r"^TY -", source.head, re.MULTILINE) is not None
    return _read(source, _LOOSE if loose else _STRICT)


def read_wos(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a Web of Science file in order; records without an abstract as ``Skipped``."""
    return _read(source, _WOS_DIALECT)


def read_medline(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a MEDLINE file in order; records without an abstract as ``Skipped``."""
    return _read(source, _MEDLINE_DIALECT)


def _read(source: Source, dialect: _Dialect) -> Iterator[Paper | Skipped]:
    """Collect the lines of a record and read it when it ends."""
    record: list[list[str]] = []
    start = size = 0
    for line in source.lines():
        if line.fault:
            yield from _finish(record, dialect, Origin(source.name, start))
            record = []
            yield Skipped(Origin(source.name, line.number), line.fault)
        elif dialect.begin.match(line.text):
            yield from _finish(record, dialect, Origin(source.name, start))
            record, start, size = [[line.text]], line.number, 0
        elif record and dialect.end(line.text):
            yield from _finish(record, dialect, Origin(source.name, start))
            record = []
        elif record:
            size += len(line.text)
            if dialect.tag.match(line.text):
                record.append([line.text])
            elif line.text.strip():
                record[-1].append(line.text.strip())
            if size > _SIZE_LIMIT:
                yield Skipped(Origin(source.name, start), "one record of more than 4 MB; is its end tag missing?")
                record = []
    yield from _finish(record, dialect, Origin(source.name, start))


def _finish(record: list[list[str]], dialect: _Dialect, origin: Origin) -> Iterator[Paper | Skipped]:
    """Yield the record as its parser reads it; lines of lists (authors, keywords) stay apart, others are joined."""
    if not record:
        return
    parser = dialect.parser(mapping=dialect.parser.DEFAULT_MAPPING, skip_unknown_tags=True)
    lines: list[str] = []
    for first, *more in record:
        tag, _ = parser.parse_line(first)
        if tag in parser.list_tags:
            lead = first[:3] if dialect is _WOS_DIALECT else first[:first.find("-") + 1] + " "
            lines += [first, *(lead + one for one in more)]
        else:
            lines.append(" ".join((first, *more)))
    for found in parser.parse_lines(iter([*lines, dialect.finish])):
        yield paper(raw_record(_told(found)), origin)


def _told(found: dict[str, Any]) -> dict[str, object]:
    """Return a record with the names that ``raw_record`` knows, where the parser's say too little."""
    told: dict[str, object] = dict(found)
    told["authors"] = [*_strings(found.get("authors") or found.get("short_authors") or found.get("first_authors"))]
    if "pmid" in told:
        told["id"] = f"pmid:{told['pmid']}"
    identifiers = [one.split(" ")[0] for one in _strings(found.get("identifiers")) if one.endswith("[doi]")]
    told["doi"] = found.get("doi") or next(iter(identifiers), "")
    exact, year = str(found.get("exact_date") or ""), str(found.get("publication_year") or "")
    told["date"] = found.get("date") or (exact if _YEAR.search(exact) else "")
    if found.get("publication_date") and not _YEAR.search(str(found["publication_date"])):
        told["publication_date"] = f"{found['publication_date']} {year}" if year else ""
    return told


def _strings(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
