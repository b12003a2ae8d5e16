r"""Repair of LaTeX and broken Unicode, once, before any offset is taken.

Markup is rendered fragment by fragment (``$...$``, ``\macro{...}``, ``{\switch ...}``): what stands between the
fragments is never shown to the LaTeX parser, which would read a bare ``%`` as a comment and ``$5 ... $10`` as
mathematics. A fragment whose rendering would lose or invent a digit is stripped of its markup instead.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import ftfy

from kg.latex import render

_PASSES = 4
_PLAIN = re.compile(r"[ -#%&(-\[\]-_a-}\n']*")
_DIRTY = re.compile(r"\{,\}|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});|--|''|  |\n|\d(?:times|~)|\bsim\d| $|^ ")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_FTFY = ftfy.TextFixerConfig(uncurl_quotes=False, unescape_html=False, normalization=None, explain=False)

_DROP = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff"
                   r"\ufff9-\ufffb]")
_SPACE = re.compile(r"[\t\v\f\x85\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_HYPHEN = re.compile(r"[\u2010\u2011]")
_STYLED = re.compile(r"[\U0001d400-\U0001d7ff]+")

_PARAGRAPH = re.compile(r"[ \n]*\n[ ]*\n[ \n]*")
_WRAPPED_HYPHEN = re.compile(r"(?<=[^\W_])-\n(?=[^\W_])")
_BLANKS = re.compile(r"[ \n]+")

_GROUPED = re.compile(r"(?<=\d)\{,\}(?=\d{3})")
_LOST_TIMES = re.compile(r"(?<=\d)times(?![^\W\d_])")
_LOST_SIM = re.compile(r"(?<![\w-])sim(?=\d{2,}(?![^\W\d_]))")
_TIE = re.compile(r"https?://\S+|(?<=\w)~(?=\s)|(?<=[^\W\d_])[.,:;]?~(?=[\w(\[\"“$\\])|(?<=[)\],.])~(?=[\w(\[])|(?<=\d)~(?=[^\W\d_])")
_DASH = re.compile(r"(?<=[\w)\]%$×”])(---?)(?=[\w(\[$\\“~])|(?<=[ \n])(---?)(?=[ \n])")
_QUOTES = re.compile(r"``([^`]{1,400}?)''")


def _dash(match: re.Match[str]) -> str:
    return "—" if len(match.group()) == 3 else "–"


def _unwrap(text: str) -> str:
    """Join wrapped lines; a blank line stays as the one mark of a paragraph."""
    if "\n" not in text:
        return _BLANKS.sub(" ", text).strip(" ")
    joined = (_BLANKS.sub(" ", _WRAPPED_HYPHEN.sub("-", part)).strip(" ") for part in _PARAGRAPH.split(text))
    return "\n\n".join(part for part in joined if part)


def _unicode(text: str) -> str:
    """Undo mojibake, one form for each space and hyphen, no invisible characters, NFC."""
    if not text.isascii():
        text = ftfy.fix_text(text, config=_FTFY)
        text = _STYLED.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)
    text = _SPACE.sub(" ", _DROP.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")))
    text = _HYPHEN.sub("-", text.replace("\u2029", "\n\n"))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _entities(text: str) -> str:
    return _ENTITY.sub(lambda m: html.unescape(m.group()), text) if "&" in text else text


def _tie(match: re.Match[str]) -> str:
    """Return a blank for a tie; addresses keep their tilde."""
    shown = match.group()
    return shown if "//" in shown else shown.replace("~", " ")


def _typography(text: str) -> str:
    """Replace what LaTeX prints for dashes, quotes and ties, and macros that lost their backslash."""
    if "~" in text:
        text = _TIE.sub(_tie, text)
    if "--" in text:
        text = _DASH.sub(_dash, text)
    if "``" in text:
        text = _QUOTES.sub(r"“\1”", text)
    if "{,}" in text:
        text = _GROUPED.sub(",", text)
    if "times" in text:
        text = _LOST_TIMES.sub("×", text)
    return _LOST_SIM.sub("~", text) if "sim" in text else text


_STEPS: tuple[Callable[[str], str], ...] = (_entities, _unicode, render, _typography, _unwrap)


def _once(text: str) -> str:
    for step in _STEPS:
        text = step(text)
    return text


def _is_plain(text: str) -> bool:
    """Whether there is provably nothing to repair: printable ASCII without any mark that a step looks for."""
    return _PLAIN.fullmatch(text) is not None and _DIRTY.search(text) is None


def repair(raw: str) -> str:
    r"""Return ``raw`` as readable Unicode: markup rendered, mojibake undone, blanks normalised, NFC.

    Lines are joined; a blank line stays as a paragraph mark (``"\n\n"``). A macro that is not known is
    dropped, its arguments are kept; ``\cite{..}`` vanishes and ``\url{..}`` leaves the address. Digits
    survive in number and order, but for those in arguments that print nothing (citation keys, labels, colours).
    ``repair(repair(x)) == repair(x)``. Empty and blank texts give ``""``.

    >>> repair(r"$2$--$15\times$ faster, M\'elange reaches 91.2% at $5 to $10")
    '2–15× faster, Mélange reaches 91.2% at $5 to $10'
    """
    if _is_plain(raw):
        return raw
    text = raw
    for _ in range(_PASSES):
        before, text = text, _once(text)
        if text == before:
            return text
    return _settle(text)


def _settle(text: str) -> str:
    """Strip the marks of markup from a text that keeps changing, so that nothing is left to repair."""
    for mark in "\\$`~&":
        text = text.replace(mark, "")
    while (after := _once(text)) != text:
        text = after
    return text


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the letters and digits of ``text`` alone, without case, accents, compatibility forms and spaces.

    Two texts that a reader would call the same, whatever their quotes, dashes and line breaks, fold to one. A text
    without letters and digits gives ``""``.

    >>> fold("FlashAttention–2: Mélange") == fold("flashattention-2 melange")
    True
    """
    if text.isascii():
        return "".join(filter(str.isalnum, text)).lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", decomposed)))

