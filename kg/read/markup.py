r"""Markup inside titles and abstracts: JATS, HTML and MathML to text, in one pass.

Paragraphs and sections are parted by a blank line and headings end in a colon. ``10<sup>3</sup>`` becomes ``10^3``, so
that no number changes; of a formula given twice the TeX is kept. In a text that is no XML only names of known elements
count, and those of HTML only where they are closed too: ``<think>`` and ``a < b`` stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TAG = re.compile(r"<(/?)(?:([a-zA-Z]\w*):)?([a-zA-Z][\w-]*)(?:\s[^<>]*)?(/?)>")
_ESCAPED = re.compile(r"&lt;(/?(?:jats:|mml:)?([a-zA-Z][\w-]{0,30})(?:\s[^<>&]{0,200})?/?)&gt;")
_NUMBER = re.compile(r"[-+−–±]?\w{1,6}$")

_BREAKS = frozenset("p br sec div li list-item abstracttext h1 h2 h3 h4 h5 h6 tr def-item disp-quote".split())
_HEADINGS = frozenset({"title"})
_SCRIPTS = {"sup": "^", "sub": "_"}
_SECOND = {"msup": "^", "msub": "_", "mfrac": "/"}
_INLINE = frozenset(
    "i b u em strong italic bold sc span a ul ol list small tt code font monospace underline roman sans-serif xref "
    "ext-link uri email named-content styled-content inline-formula disp-formula alternatives tex-math "
    "inline-graphic graphic label fn math mi mo mn mrow mtext mspace msqrt mroot msubsup mover munder munderover "
    "mstyle mfenced mtable mtr mtd semantics annotation abstract script style".split())
_KNOWN = _BREAKS | _HEADINGS | _SCRIPTS.keys() | _SECOND.keys() | _INLINE
_UNCLOSED = frozenset({"p", "br"})
_HIDDEN = frozenset({"annotation", "script", "style"})
_PREFIXES = frozenset({"jats", "mml"})
_SELF_EVIDENT = frozenset({"abstract", "summary"})
_DOCUMENT = ("\\begin{document}", "\\end{document}")


@dataclass(slots=True)
class _Writer:
    """The text written so far, and the elements that are open."""

    parts: list[str] = field(default_factory=list)
    hidden: str = ""
    hides_math: bool = False
    maths: int = 0
    tex: int = -1
    heading: int = -1
    headed: int = -1
    script: tuple[str, int] | None = None
    scripted: list[tuple[str, int]] = field(default_factory=list)

    def last(self) -> str:
        """Return the last character written, nothing where there is none."""
        return next((part[-1] for part in reversed(self.parts) if part), "")


def prose(text: str, *, xml: bool = False) -> str:
    """Return ``text`` without its markup; entities stay, and so does a text without markup.

    With ``xml`` every tag is markup, whatever its name.

    >>> prose("<jats:p>It takes 10<jats:sup>3</jats:sup> steps if a < b.</jats:p>").strip()
    'It takes 10^3 steps if a < b.'
    """
    if "&lt;" in text and not xml:
        text = _ESCAPED.sub(lambda m: f"<{m.group(1)}>" if m.group(2).lower() in _KNOWN else m.group(), text)
    if "<" not in text:
        return text
    tags = list(_TAG.finditer(text))
    closed = {tag.group(3).lower() for tag in tags if tag.group(1) or tag.group(4)} | _UNCLOSED
    writer = _Writer(hides_math=any(tag.group(3) == "tex-math" for tag in tags))
    position = 0
    for tag in tags:
        name = tag.group(3).lower()
        if not (xml or (name in _KNOWN and (name in closed or tag.group(2) in _PREFIXES))):
            continue
        _write(writer, text[position:tag.start()])
        position = tag.end()
        if tag.group(1):
            _close(writer, name)
        elif not tag.group(4):
            _open(writer, name)
        elif name in _BREAKS:
            writer.parts.append("\n\n")
    _write(writer, text[position:])
    return "".join(writer.parts)


def _write(writer: _Writer, text: str) -> None:
    if writer.hidden or not text:
        return
    writer.parts.append("".join(text.split()) if writer.maths and writer.tex < 0 else text)


def _open(writer: _Writer, name: str) -> None:
    if writer.hidden:
        return
    if writer.scripted:
        _next_part(writer)
    if name in _HIDDEN or (name == "math" and writer.hides_math):
        writer.hidden = name
    elif name in _BREAKS:
        if writer.headed < 0 or "".join(writer.parts[writer.headed:]).strip():
            writer.parts.append("\n\n")
        writer.headed = -1
    elif name in _HEADINGS:
        writer.parts.append("\n\n")
        writer.heading = len(writer.parts)
    elif name in _SCRIPTS:
        writer.script = (name, len(writer.parts))
    elif name in _SECOND:
        writer.scripted.append((name, 0))
    elif name == "tex-math":
        writer.tex = len(writer.parts)
    elif name == "math":
        writer.maths += 1


def _close(writer: _Writer, name: str) -> None:
    if writer.hidden:
        if name == writer.hidden:
            writer.hidden = ""
    elif name in _BREAKS:
        writer.parts.append("\n\n")
    elif name in _HEADINGS and writer.heading >= 0:
        _end_heading(writer)
    elif writer.script and writer.script[0] == name:
        _end_script(writer)
    elif name in _SECOND and writer.scripted:
        writer.scripted.pop()
    elif name == "tex-math" and writer.tex >= 0:
        _end_tex(writer)
    elif name == "math" and writer.maths:
        writer.maths -= 1


def _taken(writer: _Writer, start: int) -> str:
    """Take back what was written since ``start``."""
    text = "".join(writer.parts[start:])
    del writer.parts[start:]
    return text


def _next_part(writer: _Writer) -> None:
    """Put a sign before the second child of a formula's element: ``<msup><mn>10</mn><mn>3</mn></msup>``."""
    name, count = writer.scripted.pop()
    writer.scripted.append((name, count + 1))
    if count == 1:
        writer.parts.append(_SECOND[name])


def _end_heading(writer: _Writer) -> None:
    heading = " ".join(_taken(writer, writer.heading).split())
    writer.heading = -1
    if heading.lower().strip(" .:") not in _SELF_EVIDENT | {""}:
        writer.parts.append(heading + (" " if heading[-1] in ".:?!" else ": "))
        writer.headed = len(writer.parts)


def _end_script(writer: _Writer) -> None:
    """Mark a raised or lowered part where it would read as one number with what stands before it."""
    name, start = writer.script or ("", 0)
    text = _taken(writer, start)
    before = writer.last()
    joins = before.isalnum() or before == ")" if name == "sup" else before.isdecimal()
    writer.parts.append(_SCRIPTS[name] + text if joins and _is_number(text) else text)
    writer.script = None


def _is_number(text: str) -> bool:
    return bool(_NUMBER.match(text)) and any(char.isdecimal() or len(text) == 1 for char in text)


def _end_tex(writer: _Writer) -> None:
    """Write a formula as TeX, between dollar signs, without the document around it."""
    tex = _taken(writer, writer.tex)
    writer.tex = -1
    start, end = (tex.find(mark) for mark in _DOCUMENT)
    if 0 <= start < end:
        tex = tex[start + len(_DOCUMENT[0]):end]
    tex = tex.strip().strip("$").strip()
    writer.parts.append(f"${tex}$" if tex else "")
