"""Links to code and project pages."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from kg.model import Mention
from kg.ontology import Ontology

_TRAILING = ".,;:!?)]}'\"*"


class LinkFinder:
    """Sets ``kg_code``: each address once, as printed, without trailing punctuation, by position.

    An address without ``https://`` counts where it begins with a host of the word list ``code-host``.
    """

    def __init__(self, ontology: Ontology) -> None:
        hosts = "|".join(map(re.escape, sorted(ontology.words("code-host"))))
        self._link = re.compile(rf"(?:https?://|www\.|(?<![\w/.@])(?=(?:{hosts})/))[^\s<>\"'{{}}|\\^`]+", re.IGNORECASE)

    def __call__(self, doc: Doc) -> Doc:
        """Find the links of ``doc``."""
        seen: dict[str, Mention] = {}
        for match in self._link.finditer(doc.text):
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
