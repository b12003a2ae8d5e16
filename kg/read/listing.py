"""Plain-text listings: abstracts copied from web pages and mails, with what stood around them.

Layouts: abstracts with ``arXiv:`` and ``Created:`` lines behind (or before) them, apart or run together;
``Abstract:`` before the text, on its line or alone; a title above each abstract; labels (``Title:``,
``Authors:`` ...);
abstracts wrapped over many lines. What stands before the first record is taken for the head of the page, and what is
no abstract between a text and its ``arXiv:`` line for the author's comment.

Limits: a paragraph of prose of 200 characters or more is an abstract (any length behind ``Abstract:``), so an abstract
of several paragraphs reads as several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from kg.model import Origin, Paper, Skipped
from kg.read.record import ARXIV, Raw, names, paper
from kg.read.source import Line, Source

Kind = Literal["blank", "lost", "arxiv", "created", "updated", "label", "marker", "text", "abstract", "short"]

_ABSTRACT_LENGTH = 200
_FOREIGN = re.compile(r"\s*(?:<[?!a-zA-Z]|---\s*$|[A-Z][A-Z0-9]{1,3}\s{0,2}-\s|FN \S|PT [A-Z]\b|%[0A-Z] )",
                      re.MULTILINE)
_RULE = re.compile(r"[-=_*~\s\\]*|\\\\.*")
_ID = re.compile(rf"arxiv:\s*({ARXIV})(?:v\d+(?=[A-Z\s\[]|$))?(?:\s*\[[^\]]{{1,60}}\])?\s*", re.IGNORECASE)
_DATE = re.compile(r"(created|updated|submitted|published)\s*:\s*(\d{4}-\d\d-\d\d)\s*", re.IGNORECASE)
_LABEL = re.compile(r"(titles?|authors?|comments?|categories|subjects?|doi|date|journal-ref|report-no|acm-class|"
                    r"msc-class|license)\s*:\s+(?=\S)", re.IGNORECASE)
_MARKER = re.compile(r"abstract\s*(?:[:—–.]|-(?=\s)|--+|$)\s*", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[.!?)\w])(?=(?:Abstract:\s*|arXiv:\d{4}\.\d{4,5}(?:v\d+)?)[A-Z])")
_COMMENT = re.compile(
    r"\W*(?:accepted|published|preprint|presented|to appear|appear(?:s|ed|ing) (?:at|in)|under review|submitted|"
    r"camera.ready|code(?: is)?(?: available)?(?: at)?:|project page|in proceedings|work in progress|"
    r"(?:the|this) (?:work|paper|article) (?:was|has been|is) (?:accepted|presented|published)|extended version)"
    r"|.*\b\d+ (?:pages?|pp|figures?|tables?)\b", re.IGNORECASE)
_DAY = re.compile(r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}(?:,? \d{4})?|\d{1,2} [A-Z][a-z]{2,8}(?: \d{4})?|\d{4}-\d\d-\d\d)")
_PERSON = r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,3}"
_PEOPLE = re.compile(rf"{_PERSON}(?:(?:, and |, | and |; ){_PERSON})+")


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: Kind
    text: str
    line: int
    label: str = ""


@dataclass(slots=True)
class _Draft:
    """A record in the making: its fields, and the short lines seen around it."""

    raw: Raw
    line: int
    closed: bool = False


@dataclass(slots=True)
class _State:
    """What a reader remembers between pieces."""

    name: str
    draft: _Draft | None = None
    ahead: Raw = field(default_factory=Raw)
    shorts: list[_Piece] = field(default_factory=list)
    begun: bool = False
    leading: bool = False
    trailing: bool = False
    lost: bool = False


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` may be a listing: text that is no markup and no tagged format."""
    return _FOREIGN.match(head) is None


def read_listing(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a listing in order; lines that belong to no abstract as ``Skipped``."""
    state = _State(source.name)
    for piece in _units(_pieces(source.lines())):
        yield from _take(state, piece)
    yield from _close(state, last=True)


# --- lines to pieces -------------------------------------------------------------------------------------------------

def _pieces(lines: Iterator[Line]) -> Iterator[_Piece]:
    """Part lines into pieces; an indented line goes on with the label above it."""
    label: _Piece | None = None
    for line in lines:
        if label and line.text.startswith("  ") and line.text.strip():
            label = replace(label, text=f"{label.text} {line.text.strip()}")
            continue
        if label:
            yield label
            label = None
        if line.fault:
            yield _Piece("lost", line.fault, line.number)
        elif _RULE.fullmatch(line.text):
            yield _Piece("blank", "", line.number)
        else:
            for part in _GLUED.split(line.text.strip()):
                *pieces, final = _line_pieces(part, line.number)
                yield from pieces
                if final.kind == "label":
                    label = final
                else:
                    yield final
    if label:
        yield label


def _line_pieces(text: str, number: int) -> Iterator[_Piece]:
    """Part what is run together at the beginning of a line: id, dates, label, ``Abstract:``."""
    while text:
        if found := _ID.match(text):
            yield _Piece("arxiv", found.group(1), number)
        elif found := _DATE.match(text):
            yield _Piece("updated" if found.group(1).lower() == "updated" else "created", found.group(2), number)
        elif found := _MARKER.match(text):
            yield _Piece("marker", "", number)
        elif found := _LABEL.match(text):
            yield _Piece("label", text[found.end():].strip(), number, found.group(1).lower())
            return
        else:
            yield _Piece("text", text, number)
            return
        text = text[found.end():]


# --- pieces to units: paragraphs and what is said of them ------------------------------------------------------------

def _units(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Join wrapped lines and tell abstracts from short lines; blanks and markers are used up."""
    run: list[_Piece] = []
    marked = False
    for piece in pieces:
        if piece.kind == "text":
            run.append(piece)
            continue
        if piece.kind == "blank" and marked and not run:
            continue
        yield from _paragraphs(run, marked=marked)
        marked = piece.kind == "marker"
        run = []
        if piece.kind not in {"blank", "marker"}:
            yield piece
    yield from _paragraphs(run, marked=marked)


def _paragraphs(run: list[_Piece], *, marked: bool) -> Iterator[_Piece]:
    if not run:
        return
    first = run[0].line
    if marked and _is_wrapped(run):
        yield _Piece("abstract", "\n".join(piece.text for piece in run), first)
    elif marked:
        yield replace(run[0], kind="abstract")
        yield from (_judged(piece) for piece in run[1:])
    elif len(run) > 2 and len(run[0].text) < 0.75 * len(run[1].text) and _is_wrapped(run[1:]):
        yield _judged(run[0])
        yield _judged(replace(run[1], text="\n".join(piece.text for piece in run[1:])))
    elif _is_wrapped(run):
        yield _judged(replace(run[0], text="\n".join(piece.text for piece in run)))
    else:
        yield from (_judged(piece) for piece in run)


def _is_wrapped(run: list[_Piece]) -> bool:
    """Whether the lines of a run are one paragraph, wrapped at some width."""
    lengths = [len(piece.text) for piece in run]
    return len(run) > 1 and max(lengths) <= 140 and min(lengths[:-1]) >= 0.5 * max(lengths) and sum(lengths) >= 160


def _judged(piece: _Piece) -> _Piece:
    long = len(piece.text) >= _ABSTRACT_LENGTH and not _COMMENT.match(piece.text[:60])
    return replace(piece, kind="abstract" if long else "short")


# --- units to papers -------------------------------------------------------------------------------------------------

def _take(state: _State, piece: _Piece) -> Iterator[Paper | Skipped]:
    if piece.kind == "abstract":
        yield from _begin(state, piece)
    elif piece.kind == "short":
        state.shorts.append(piece)
    elif piece.kind == "lost":
        yield from _close(state, last=True)
        state.lost = True
        yield Skipped(Origin(state.name, piece.line), piece.text)
    elif piece.kind == "label":
        yield from _labelled(state, piece)
    else:
        yield from _dated(state, piece)


def _begin(state: _State, piece: _Piece) -> Iterator[Paper | Skipped]:
    """Close the record before and begin one, with the title that stands above it."""
    yield from _close(state, last=False)
    title, people, others = _heading(state)
    if state.begun:
        yield from _left_over(state.name, others)
    raw = state.ahead
    raw = replace(raw, abstract=piece.text, title=raw.title or title, authors=raw.authors or people)
    state.draft = _Draft(raw, state.shorts[0].line if title and state.shorts else piece.line)
    state.shorts, state.ahead, state.begun, state.lost = [], Raw(), True, False


def _heading(state: _State) -> tuple[str, tuple[str, ...], list[_Piece]]:
    """Return title and authors from the short lines above an abstract, and the lines that are neither."""
    shorts = [piece for piece in state.shorts if not _DAY.fullmatch(piece.text)]
    if not shorts:
        return "", (), []
    *before, last = shorts
    if before and _PEOPLE.fullmatch(last.text):
        return before[-1].text, names(last.text), before[:-1]
    state.shorts = [last]
    return last.text, (), before


def _left_over(name: str, pieces: list[_Piece]) -> Iterator[Skipped]:
    for piece in pieces:
        if len(piece.text.split()) > 3:
            yield Skipped(Origin(name, piece.line), "a line that belongs to no abstract", piece.text[:80])


def _close(state: _State, *, last: bool) -> Iterator[Paper | Skipped]:
    """Finish the record in the making: what follows it is its comment, unless it is the next one's title."""
    draft = state.draft
    if draft is None:
        if last:
            state.shorts = []
        return
    if not draft.closed:
        everything = not draft.raw.title and (last or state.trailing)
        mine = [piece for piece in state.shorts if everything or _COMMENT.match(piece.text)]
        _comment(draft, mine)
        state.shorts = [piece for piece in state.shorts if piece not in mine]
    yield paper(draft.raw, Origin(state.name, draft.line))
    state.draft = None
    if last:
        yield from _left_over(state.name, state.shorts)
        state.shorts = []


def _comment(draft: _Draft, pieces: list[_Piece]) -> None:
    texts = filter(None, (draft.raw.comment, *(piece.text for piece in pieces)))
    draft.raw = replace(draft.raw, comment=" ".join(texts))


def _dated(state: _State, piece: _Piece) -> Iterator[Paper | Skipped]:
    """Give an id or a date to the record it stands behind, or to the next where ids stand first."""
    if piece.kind == "arxiv" and not state.begun and not state.lost:
        state.leading = True
    if state.leading:
        if piece.kind == "arxiv":
            yield from _close(state, last=True)
        state.ahead = _with(state.ahead, piece)
    elif state.draft is None:
        state.shorts = []
        if piece.kind == "arxiv" and not state.lost:
            yield Skipped(Origin(state.name, piece.line), "an arXiv identifier without an abstract", piece.text)
    elif piece.kind == "arxiv" and state.draft.raw.arxiv:
        yield from _close(state, last=True)
        yield Skipped(Origin(state.name, piece.line), "an arXiv identifier without an abstract", piece.text)
    else:
        _comment(state.draft, state.shorts)
        state.shorts = []
        state.draft.raw = _with(state.draft.raw, piece)
        state.draft.closed = state.trailing = True


def _with(raw: Raw, piece: _Piece) -> Raw:
    """Return the record with the field that a piece or its label names; labels of no interest change nothing."""
    text = piece.text
    fields: dict[str, Raw] = {
        "arxiv": replace(raw, arxiv=text), "created": replace(raw, created=text), "date": replace(raw, created=text),
        "updated": replace(raw, updated=text), "title": replace(raw, title=text), "doi": replace(raw, doi=text),
        "comment": replace(raw, comment=text), "author": replace(raw, authors=names(text))}
    if piece.label in {"categories", "subject", "subjects"}:
        return replace(raw, categories=tuple(re.split(r"\s*[;,]\s*|\s+(?=[a-z-]+\.)", text)))
    return fields.get(piece.label.rstrip("s") or piece.kind, raw)


def _labelled(state: _State, piece: _Piece) -> Iterator[Paper | Skipped]:
    """Keep a labelled field: before the abstract, but for what follows one and can only belong to it."""
    draft = state.draft if piece.label.rstrip("s") not in {"title", "author"} else None
    if draft:
        draft.raw = _with(draft.raw, piece)
    else:
        yield from _close(state, last=False)
        state.ahead = _with(state.ahead, piece)
