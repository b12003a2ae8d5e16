"""What is odd about a text, said in the report instead of passed over."""

from __future__ import annotations

from spacy.tokens import Doc

from kg.ontology import Ontology

_FEW_WORDS = 8
_MANY_WORDS = 3000
_ENGLISH_SHARE = 0.12
"""Share of function words below which a text is hardly English (English abstracts: 0.25 to 0.45)."""


class NoteTaker:
    """Sets ``kg_notes``: sentences about the text, none for an ordinary abstract."""

    def __init__(self, ontology: Ontology) -> None:
        self._function_words = ontology.words("function-word")

    def __call__(self, doc: Doc) -> Doc:
        """Note what is odd about ``doc``."""
        words = [t.lower_ for t in doc if t.is_alpha]
        doc._.kg_notes = tuple(self._notes(words, doc.text))
        return doc

    def _notes(self, words: list[str], text: str) -> list[str]:
        if not text.strip():
            return ["the text is empty"]
        notes = []
        if len(words) < _FEW_WORDS:
            notes.append(f"the text has only {len(words)} words")
        elif sum(w in self._function_words for w in words) < _ENGLISH_SHARE * len(words):
            notes.append("the text seems not to be English")
        if len(words) > _MANY_WORDS:
            notes.append(f"the text has {len(words)} words, far more than an abstract")
        return notes
