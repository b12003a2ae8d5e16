"""Numbers that nothing dealt with: what gave no result is named with its reason, so that nothing is lost in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from kg.extract.units import QuantityWords
from kg.model import Entity, Quantity, Unresolved
from kg.ontology import Ontology

_DIGITS = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_Span = tuple[int, int]


class LeftoverFinder:
    """Pipeline component that completes ``kg_unresolved``; needs quantities, entities and results.

    Afterwards each number with a unit, and each other quantity, is in a result, unresolved, or part of a name.
    """

    def __init__(self, ontology: Ontology) -> None:
        self._words = QuantityWords.from_ontology(ontology)

    def __call__(self, doc: Doc) -> Doc:
        """Add what is left of the numbers of ``doc``; the tuple stays sorted by start."""
        text = doc.text
        told = [(u.start, u.end) for u in doc._.kg_unresolved]
        told += [place for r in doc._.kg_results
                 if (place := _place(text, r.raw, r.evidence.start, r.evidence.end)) is not None]
        left = [*self._quantities(doc._.kg_quantities, told, doc._.kg_entities)]
        told += [(q.start, q.end) for q in doc._.kg_quantities]
        left += self._unread(text, told, doc._.kg_entities)
        doc._.kg_unresolved = tuple(sorted((*doc._.kg_unresolved, *left), key=lambda u: (u.start, u.end)))
        return doc

    @staticmethod
    def _quantities(quantities: Sequence[Quantity], told: Sequence[_Span],
                    entities: Sequence[Entity]) -> Iterator[Unresolved]:
        """Yield the quantities that were left out, but for digits of a name (the 3090 of an RTX 3090)."""
        mentions = [m for e in entities for m in e.mentions]
        for quantity in quantities:
            span = quantity.start, quantity.end
            named = [m for m in mentions if _overlaps(span, [(m.start, m.end)])]
            if not _overlaps(span, told) and not any(m.start <= span[0] and span[1] <= m.end for m in named):
                why = f"the name {named[0].text!r} stands in it" if named else "left out of the analysis"
                yield Unresolved(*span, why)

    def _unread(self, text: str, told: Sequence[_Span], entities: Sequence[Entity]) -> Iterator[Unresolved]:
        """Yield the numbers with a unit that were not read as quantities, but for those in names."""
        named = [(m.start, m.end) for e in entities for m in e.mentions]
        for match in _DIGITS.finditer(text):
            unit = self._words.unit.match(text, match.end())
            span = match.start(), unit.end() if unit else match.end()
            if unit and not _overlaps(span, told) and not _overlaps(span, named):
                yield Unresolved(*span, "not read as a number by itself")


def _place(text: str, raw: str, start: int, end: int) -> _Span | None:
    """Return where a result's number stands in its span, None where it does not."""
    at = text.find(raw, start, end)
    return (at, at + len(raw)) if at >= 0 else None


def _overlaps(span: _Span, others: Sequence[_Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)
