"""BibTeX and BibLaTeX, parsed by bibtexparser 2.

Limits: some entries at a time are read into memory, never more than 8 million characters; ``@string`` is substituted
(across a large file those that stand on one line, up to 1,000), ``@preamble`` and ``@comment`` are passed over. An
entry that the parser refuses (no key, a brace that does not close) is skipped and named.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from kg.model import Origin, Paper, Skipped
from kg.read.record import MONTHS, Raw, names, paper
from kg.read.source import Source

_ANY = re.compile(r"^[ \t]*@\w+\s*[{(]", re.MULTILINE)
_BRACES = re.compile(r"(?<!\\)[{}]")
_STRING = re.compile(r"[ \t]*@string\s*[{(].*[})]\s*$", re.IGNORECASE)
_AND = re.compile(r"[{}]|\s+and(?=\s)")
_SIZE_LIMIT = 8_000_000
_PIECE = 100_000
_ABBREVIATIONS = 1000


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is BibTeX."""
    return bool(_ANY.search(head)) and not head.lstrip().startswith(("{", "[", "<"))


def read_bibtex(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a BibTeX file in order; entries without an abstract and broken ones as ``Skipped``."""
    abbreviations: list[str] = []
    for found in _pieces(source):
        if isinstance(found, Skipped):
            yield found
            continue
        lines, start = found
        for block in _blocks("\n".join((*abbreviations, *lines))):
            line = (block.start_line or 0) - sum(text.count("\n") + 1 for text in abbreviations)
            if line >= 0:
                yield _read_block(block, Origin(source.name, start + line))
        abbreviations += _abbreviations(lines)[:_ABBREVIATIONS - len(abbreviations)]


def _pieces(source: Source) -> Iterator[tuple[list[str], int] | Skipped]:
    """Yield the lines of some entries at a time and the number of the first; a line that begins an entry parts them.

    The parser takes such a line for the next entry too, even where the one before does not close.
    """
    lines: list[str] = []
    start = size = 0
    for line in source.lines():
        if line.fault:
            yield Skipped(Origin(source.name, line.number), line.fault)
        begins = size > _PIECE and _ANY.match(line.text) is not None
        if begins or 0 <= _SIZE_LIMIT - len(line.text) < size:
            yield lines, start
            lines, size = [], 0
        if size + len(line.text) > _SIZE_LIMIT:
            yield Skipped(Origin(source.name, line.number), "a line of more than 8 MB in BibTeX")
            continue
        if not lines:
            start = line.number
        lines.append(line.text)
        size += len(line.text) + 1
    yield lines, start


def _abbreviations(lines: list[str]) -> list[str]:
    """Return what ``@string`` entries of one line say, for the pieces that follow."""
    return [line for line in lines if _STRING.match(line)]


def _blocks(text: str) -> list[Any]:
    """Return the parser's entries and failed blocks, in the order of the file."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ParsingFailedBlock

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it logs is reported as Skipped
    return [block for block in parse_string(text).blocks if isinstance(block, Entry | ParsingFailedBlock)]


def _read_block(block: Any, origin: Origin) -> Paper | Skipped:
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry

    if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
        block = block.ignore_error_block
    if not isinstance(block, Entry):
        return Skipped(origin, f"broken BibTeX entry: {_reason(getattr(block, 'error', None))}")
    return paper(_raw({field.key.lower(): str(field.value) for field in reversed(block.fields)}, block.key), origin)


def _reason(error: object) -> str:
    reason = getattr(error, "abort_reason", "") or str(error or "")
    return " ".join(reason.split())[:200] or "a brace or quote is left open, or its key is missing"


def _raw(fields: dict[str, str], key: str) -> Raw:
    title = _BRACES.sub("", fields.get("title", ""))
    return Raw(
        id=key, title=title, abstract=_unwrapped(fields.get("abstract", "")),
        authors=tuple(_authors(fields.get("author", ""))), created=_published(fields),
        comment=_BRACES.sub("", fields.get("note", "")), arxiv=fields.get("eprint", ""),
        categories=tuple(re.split(r"\s*[,;]\s*", _BRACES.sub("", fields.get("keywords", "")).strip())),
        doi=fields.get("doi", "").replace("\\_", "_"), url=_address(fields.get("url", "")))


def _address(raw: str) -> str:
    """Return an address without the braces and backslashes that protect its signs."""
    return _BRACES.sub("", raw).replace("\\", "")


def _unwrapped(abstract: str) -> str:
    """Return an abstract without the braces around it, those that protect capitals."""
    depth = min(len(abstract) - len(abstract.lstrip("{")), len(abstract) - len(abstract.rstrip("}")))
    text = abstract[depth:len(abstract) - depth]
    return re.sub(r"(?<![\\\w}^_])\{([^{}\\$]*)\}", r"\1", text)


def _authors(field: str) -> Iterator[str]:
    """Yield each author; ``and`` within braces belongs to a name (a consortium)."""
    for part in _people(field):
        yield _BRACES.sub("", part) if part.startswith("{") else ", ".join(names(part))


def _people(field: str) -> Iterator[str]:
    """Yield what stands between each ``and`` that is in no braces."""
    depth = start = 0
    for found in _AND.finditer(field):
        sign = found.group()
        depth = max(0, depth + (sign == "{") - (sign == "}"))
        if not depth and sign not in "{}":
            yield field[start:found.start()].strip()
            start = found.end()
    yield field[start:].strip()


def _published(fields: dict[str, str]) -> str:
    if fields.get("date"):
        return fields["date"]
    year, month = fields.get("year", "").strip("{} "), fields.get("month", "").strip("{} ").lower()
    number = month.zfill(2) if month.isdecimal() else ""
    if month[:3] in MONTHS:
        number = f"{MONTHS.index(month[:3]) + 1:02}"
    return f"{year}-{number}" if year and number else year
