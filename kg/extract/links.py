"""Links to code and project pages."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from kg.model import Mention

_LINK = re.compile(r"(?:https?://|www\.|(?<![\w/.@])(?=(?:github|gitlab|huggingface|bitbucket)\.(?:com|co|org)/))[^\s<>\"'{}|\\^`]+",
                   re.IGNORECASE)
_TRAILING = ".,;:!?)]}'\"*"


class LinkFinder:
    """Sets ``kg_code``: each address once, as printed, without trailing punctuation, by position."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the links of ``doc``."""
        seen: dict[str, Mention] = {}
        for match in _LINK.finditer(doc.text):
            address = _stripped(match.group())
            seen.setdefault(address, Mention(match.start(), match.start() + len(address), address))
        doc._.kg_code = tuple(sorted(seen.values()))
        return doc


def _stripped(address: str) -> str:
    """Drop trailing punctuation; a closing parenthesis stays where the address opens one."""
    while address and address[-1] in _TRAILING:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address
