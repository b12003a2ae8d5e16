r"""LaTeX fragments of running text, rendered by pylatexenc.

Only what is surely markup reaches the parser: balanced ``$...$`` that is no price, ``\macro`` with the arguments that
touch it, and ``{\switch ...}``. Fragments are bounded, so that the time is linear in the text.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

_GROUP = r"\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{[^{}]{0,200}\}){0,300}+\}){0,600}+\}){0,1200}+\}"
_START = re.compile(r"[\\$]|\{(?=\\)")
_DISPLAY = re.compile(r"\$\$((?:[^$\\]|\\.){1,600}+)\$\$", re.DOTALL)
_INLINE = re.compile(r"\$((?:[^$\\]|\\.){1,400}+)\$", re.DOTALL)
_BRACKETED = re.compile(r"\\\((.{1,400}?)\\\)|\\\[(.{1,600}?)\\\]", re.DOTALL)
_LINK = re.compile(r"\\(?:url|path|nolinkurl)\s?\{([^{}\s]{0,600})\}|\\href\s?\{([^{}\s]{0,600})\}\s?("
                   + _GROUP + ")", re.DOTALL)
_ACCENT = re.compile(r"\\(?:['`^\"~=.](?:\s?\{\\?[a-zA-Z]\}|\\[ij](?![a-zA-Z])|[a-zA-Z])"
                     r"|[vHcukbdrt](?:\{\\?[a-zA-Z]{1,2}\}| [a-zA-Z](?![a-zA-Z])))")
_LETTER = re.compile(r"\\(?:ss|aa|AA|ae|AE|oe|OE|o|O|l|L|i|j)(?![a-zA-Z])(?:\{\}| (?=[a-z]))?")
_SYMBOL = re.compile(r"\\([$%&#_{}])")
_MACRO = re.compile(r"\\([a-zA-Z]+)\*?(?:\[[^\[\]\n]{0,200}\])?(?:" + _GROUP + r"){0,3}+\{?", re.DOTALL)
_BRACED = re.compile(_GROUP, re.DOTALL)

_SILENT = re.compile(
    r"\\footnote(?![a-zA-Z{])|\\(?:[a-zA-Z]*cite[a-zA-Z]*|ref|cref|Cref|eqref|autoref|label|footnotemark|vspace|hspace|ding|thanks|color|input|includegraphics)\*?"
    r"\s?(?:\[[^\[\]]{0,200}\]){0,2}\{[^{}]{0,400}\}")
_COLOURED = re.compile(r"\\(?:textcolor|colorbox)\s?\{[^{}]{0,80}\}")
_CODE_POINT = re.compile(r"\\unicode\s?\{x([0-9a-fA-F]{2,5})\}")
_CITATION = re.compile(r"\\[a-zA-Z]*cite[a-zA-Z]*\*?(?:\[[^\[\]]{0,200}\]){0,2}\{[^{}]{0,400}\}(?=\s?[.,;:)])")
_NOTE = re.compile(r"\\footnote\s?(" + _GROUP + ")", re.DOTALL)
_SCRIPT = re.compile(r"([_^])\s?\{([^{}\\$]{1,40})\}")
_BARE = re.compile(r"(?<!\\)[%&#]")
_UNDERSCORE = re.compile(r"(?<!\\)_")
_FONT = re.compile(r"\\text(?:tt|sf|sl|md|up|normal)(?=\s?\{)")
_MARKS = re.compile(r"\\[a-zA-Z]+\*?|[\\${}]")
_WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
_STYLED = re.compile(r"[\U0001d400-\U0001d7ff]+")
_LOOSE_TIMES = re.compile(r"(?<=\d) ?× ?(?=\d)|(?<=\d) ×(?= ?$)")
_PLAINER = str.maketrans({"∼": "~", "∘": "°", "∗": "*", "\u00a0": " ", "\n": " ", "\t": " "})


@cache
def _converter() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # a faulty macro is handled here, not reported there
    return LatexNodes2Text(math_mode="text", strict_latex_spaces=False, keep_comments=True)


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _script(match: re.Match[str]) -> str:
    mark, inner = match.group(1), match.group(2).strip()
    simple = inner.lstrip("+-").replace(".", "").isalnum() or len(inner) == 1
    return f"{mark}{inner}" if simple else f"{mark}({inner})"


def _prepare(fragment: str) -> str:
    """Take out what prints nothing and escape what the parser would read as markup."""
    fragment = _CODE_POINT.sub(lambda m: chr(int(m.group(1), 16)), fragment.replace("\\upmu", "\\mu"))
    fragment = _LINK.sub(lambda m: _link(m).replace("~", r"\textasciitilde{}"), fragment)
    fragment = _FONT.sub(r"\\textit", _COLOURED.sub("", _SILENT.sub("", fragment)))
    fragment = _SCRIPT.sub(_script, _NOTE.sub(lambda m: f" ({m.group(1)[1:-1].strip()})", fragment))
    return _BARE.sub(lambda m: "\\" + m.group(), fragment)


def _strip(fragment: str) -> str:
    """Take the marks of markup away and keep all the rest."""
    return _MARKS.sub("", _SYMBOL.sub(r"\1", fragment))


@lru_cache(maxsize=8192)
def _convert(fragment: str) -> str:
    """Return the rendering of one fragment, or its text without marks where the parser fails or loses digits."""
    prepared = _prepare(fragment)
    if prepared.count("{") > 60 or "\\href" in prepared:
        return _strip(prepared)
    math = prepared.startswith("$")
    source = prepared if math else _UNDERSCORE.sub(r"\\_", prepared)
    from pylatexenc.latexwalker import LatexWalkerError

    try:
        rendered: str = _converter().latex_to_text(source)
    except (LatexWalkerError, LookupError, ValueError, AttributeError, TypeError):
        return _strip(prepared)
    rendered = _STYLED.sub(lambda m: unicodedata.normalize("NFKC", m.group()), rendered)
    rendered = rendered.translate(_PLAINER).replace("^°", "°")
    if _digits(rendered) != _digits(prepared) or "\\" in rendered:
        return _strip(prepared)
    return rendered


def _is_price(inner: str) -> bool:
    """Whether what stands between two dollar signs is prose that begins with an amount: ``$5 to $10``."""
    if not inner.strip():
        return True
    if "\\" in inner or "^" in inner or not inner[0].isdecimal():
        return bool(_WORDS.search(re.sub(r"\\[a-zA-Z]+(?:\{[^{}]*\})?", "", inner))) and "\\" not in inner
    return not re.fullmatch(r"[\d.,]+\s?[-+*/<>=%×~a-zA-Z\d.,:()^_{}]*[\w%)}]|[\d.,]+\s*", inner)


def _math(text: str, start: int) -> tuple[str, int]:
    for pattern in (_DISPLAY, _INLINE):
        found = pattern.match(text, start)
        if found and not _is_price(found.group(1)):
            return _tighten(_convert(f"${found.group(1)}$")), found.end()
    return "$", start + 1


def _tighten(rendered: str) -> str:
    """Close the blank that LaTeX source leaves between a number and its times sign."""
    return _LOOSE_TIMES.sub("×", rendered)


def _address(raw: str) -> str:
    return re.sub(r"\\([%#&_~$])(?:\{\})?", r"\1", raw)


def _link(found: re.Match[str]) -> str:
    if found.group(1) is not None:
        return _address(found.group(1))
    address, shown = _address(found.group(2)), render(found.group(3)[1:-1]).strip()
    return address if not shown or shown == address else f"{shown} ({address})"


def _rendered(found: re.Match[str]) -> str:
    return _convert(found.group())


def _unescaped(found: re.Match[str]) -> str:
    return found.group(1)


def _displayed(found: re.Match[str]) -> str:
    return _convert(f"${found.group(1) or found.group(2)}$")


def _macro(found: re.Match[str]) -> str:
    """Render a macro; one that spans much text is opened and its text rendered in turn."""
    return _convert(found.group()) if len(found.group()) <= 1500 else _strip(found.group())


_BACKSLASHED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_SYMBOL, _unescaped), (_BRACKETED, _displayed), (_LINK, _link), (_ACCENT, _rendered), (_LETTER, _rendered),
    (_MACRO, _macro))


def _backslash(text: str, start: int) -> tuple[str, int]:
    for pattern, handle in _BACKSLASHED:
        found = pattern.match(text, start)
        if found:
            return handle(found), found.end()
    return " ", start + (2 if text[start + 1:start + 2] in {"\\", " ", ",", ";", ":", "!", "/", "-"} else 1)


def _brace(text: str, start: int) -> tuple[str, int]:
    found = _BRACED.match(text, start)
    return (_macro(found), found.end()) if found else ("", start + 1)


_HANDLERS: dict[str, Callable[[str, int], tuple[str, int]]] = {"$": _math, "\\": _backslash, "{": _brace}


def render(text: str) -> str:
    """Return ``text`` with its LaTeX fragments rendered; what is no markup stands untouched.

    A dollar sign that opens no formula stays; no backslash does.
    """
    if "\\" not in text and "$" not in text:
        return text
    parts: list[str] = []
    position = 0
    while found := _START.search(text, position):
        before = text[position:found.start()]
        parts.append(before.rstrip(" ~") if _CITATION.match(text, found.start()) else before)
        shown, position = _HANDLERS[found.group()](text, found.start())
        parts.append(shown)
    parts.append(text[position:])
    return "".join(parts)
