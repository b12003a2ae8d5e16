"""BibTeX and BibLaTeX, parsed by bibtexparser 2.

Limits: the file is read into memory as a whole, up to 64 million characters; ``@string`` is substituted, ``@preamble``
and ``@comment`` are passed over. An entry that the parser refuses (no key, a brace that does not close) is skipped and
named.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from kg.model import Origin, Paper, Skipped
from kg.read.record import Raw, names, paper
from kg.read.source import Source

_ENTRY = re.compile(r"^[ \t]*@(?!comment|preamble|string)\w+[ \t]*[{(]", re.IGNORECASE | re.MULTILINE)
_ANY = re.compile(r"^[ \t]*@\w+\s*[{(]", re.MULTILINE)
_BRACES = re.compile(r"(?<!\\)[{}]")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,60}>")
_SIZE_LIMIT = 64_000_000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is BibTeX."""
    return bool(_ANY.search(head)) and not head.lstrip().startswith(("{", "[", "<"))


def read_bibtex(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a BibTeX file in order; entries without an abstract and broken ones as ``Skipped``."""
    texts: list[str] = []
    faults: list[Skipped] = []
    size = 0
    for line in source.lines():
        if line.fault:
            faults.append(Skipped(Origin(source.name, line.number), line.fault))
        texts.append(line.text)
        size += len(line.text) + 1
        if size > _SIZE_LIMIT:
            faults.append(Skipped(Origin(source.name, line.number), "more than 64 MB of BibTeX; split the file"))
            break
    for block in _blocks("\n".join(texts)):
        yield _read_block(block, source.name)
    yield from faults


def _blocks(text: str) -> list[Any]:
    """Return the parser's entries and failed blocks, in the order of the file."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ParsingFailedBlock

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it logs is reported as Skipped
    return [block for block in parse_string(text).blocks if isinstance(block, Entry | ParsingFailedBlock)]


def _read_block(block: Any, name: str) -> Paper | Skipped:
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry

    origin = Origin(name, (block.start_line or 0) + 1)
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
        doi=fields.get("doi", "").replace("\\_", "_"), url=fields.get("url", "").replace("\\_", "_"))


def _unwrapped(abstract: str) -> str:
    """Return an abstract without the braces around it, those that protect capitals, and HTML tags."""
    text = _MARKUP.sub(" ", abstract)
    while text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    return re.sub(r"(?<![\\\w}^_])\{([^{}\\$]*)\}", r"\1", text)


def _authors(field: str) -> Iterator[str]:
    """Yield each author; ``and`` within braces belongs to a name (a consortium)."""
    for part in re.split(r"\s+and\s+(?![^{]*\})", field.strip()):
        yield _BRACES.sub("", part) if part.startswith("{") else ", ".join(names(part))


def _published(fields: dict[str, str]) -> str:
    if fields.get("date"):
        return fields["date"]
    year, month = fields.get("year", "").strip("{} "), fields.get("month", "").strip("{} ").lower()
    number = month.zfill(2) if month.isdecimal() else ""
    if month[:3] in _MONTHS:
        number = f"{_MONTHS.index(month[:3]) + 1:02}"
    return f"{year}-{number}" if year and number else year
