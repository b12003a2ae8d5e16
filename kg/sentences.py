"""The sentence around a span, and offsets as browsers count them."""

from __future__ import annotations

import re

_BREAK = re.compile(r"""(?<!\.\w\.)(?<=[.!?])(["”’)\]]*)\s+(?=["“‘(\[]?[^\W_a-z])|\n\s*\n""")


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence, or sentences, that hold ``text[start:end]``, without outer white space.

    Offsets are code points into ``text``, half-open.

    >>> sentence("Orbiter is fast. It beats Comet. So there.", 20, 25)
    (17, 32)
    """
    first, last = 0, len(text)
    for match in _BREAK.finditer(text):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            last = match.end(1) if match[1] else match.start()
            break
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


def utf16(text: str, offset: int) -> int:
    """Return an offset in code points as one in UTF-16 units, which is how JavaScript counts."""
    return offset if text.isascii() else len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
