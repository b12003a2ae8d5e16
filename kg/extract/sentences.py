"""Tokens and sentences of abstracts, on top of spaCy's English tokenizer."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import spacy
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_suffix_regex

from kg.errors import TextError
from kg.ontology import Ontology

_END = re.compile(r"[.!?][\"”’')\]]*(?=\s+[\"“‘(\[]?[^\W_a-z])|[.!?][\"”’')\]]*\s*$|\n\s*\n")
_INITIAL = re.compile(r"(?:^|[\s(])[A-Z]$")
_UNIT_SUFFIX = "km²"
_LOWER_AFTER_HYPHEN = r"(?<=[A-Za-z0-9)])[-–](?=[a-z]{3,})"


def blank() -> Language:
    """Return a blank English pipeline, its tokenizer fit for names.

    Tokens also end at ``-based`` after a digit, at brackets and before every final full stop (``ReCoN.``); a number and
    the letters after it stay together (``GSM8K``).
    """
    nlp = spacy.blank("en")
    tokenizer = nlp.tokenizer
    if not isinstance(tokenizer, Tokenizer):
        raise TextError("spaCy's English tokenizer is not what it was",
                        remedy="install the release of spaCy that pyproject.toml names")
    infixes = [*(nlp.Defaults.infixes or ()), _LOWER_AFTER_HYPHEN, r"[–—]", r"(?<=[A-Za-z0-9])[/:](?=[A-Za-z])",
               r"(?<=\w)[()\[\]]", r"[()\[\]](?=\w)"]
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    suffixes = [s for s in nlp.Defaults.suffixes or () if _UNIT_SUFFIX not in str(s)]
    tokenizer.suffix_search = compile_suffix_regex([*suffixes, r"(?<=\w)\.", r"(?<=\d)%"]).search
    return nlp


class SentenceSplitter:
    """Marks where sentences start; a blank line (after the title) always ends one.

    Abbreviations that never end a sentence are the word list ``abbreviation`` of the ontology.
    """

    def __init__(self, ontology: Ontology) -> None:
        words = sorted(ontology.words("abbreviation"), key=lambda w: (-len(w), w))
        self._abbreviation = re.compile(r"(?:^|[\s(])(?:" + "|".join(map(re.escape, words)) + r")$", re.IGNORECASE)

    def __call__(self, doc: Doc) -> Doc:
        """Set ``is_sent_start`` on each token of ``doc``."""
        text = doc.text
        ends = [m.end() for m in _END.finditer(text) if not self._is_abbreviation(text, m.start(), m.group())]
        pending, at = True, 0
        marks: Any = np.full((len(doc), 1), -1, dtype=np.int64)  # spaCy's types know no array of numpy
        for token in doc:
            while at < len(ends) and token.idx >= ends[at]:
                pending, at = True, at + 1
            starts = pending and not token.is_space
            marks[token.i, 0] = 1 if starts else -1
            pending = pending and not starts
        return doc.from_array([SENT_START], marks.view(np.uint64))

    def _is_abbreviation(self, text: str, at: int, end: str) -> bool:
        if not end.startswith("."):
            return False
        before = text[max(0, at - 12) : at]
        return bool(self._abbreviation.search(before) or _INITIAL.search(before))
