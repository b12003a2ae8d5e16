"""Annotated abstracts as spaCy documents: where the mentions stand, and what must not be judged.

``ignore`` strings are neither positive nor negative: their tokens carry a missing annotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.interchange import Record, paper_of
from kg.text import repair


def annotate(nlp: Language, record: Record, *, strict: bool = False) -> Doc:
    """Return the text of a record with its entities set on every occurrence of every mention.

    A longer mention wins over a shorter one that it covers. What an ``ignore`` string covers, and a token of which a
    mention is only a part, is missing; all else is outside. With ``strict`` nothing is missing: what may or may not be
    found is taught as not to be found.
    """
    doc = nlp.make_doc(paper_of(record).text)
    entities: list[Span] = []
    missing: list[Span] = []
    taken: set[int] = set()
    for form, label in _forms(record):
        for start, end in _places(form, doc.text):
            span = doc.char_span(start, end, label=label, alignment_mode="expand")
            if span is None:
                continue
            free = [i for i in range(span.start, span.end) if i not in taken]
            exact = span.start_char == start and span.end_char == end
            if label and exact and len(free) == len(span):
                entities.append(span)
                taken.update(free)
            elif not label or not exact:
                missing += [doc[i : i + 1] for i in free]
                taken.update(free)
    doc.set_ents(entities, missing=[] if strict else sorted(missing, key=lambda s: s.start))
    return doc


def _forms(record: Record) -> list[tuple[str, str]]:
    """Return mentions with their class, then ignored strings with an empty one; longest first in each."""
    named = {(repair(m), e["type"]) for e in record["entities"] for m in e["mentions"]}
    ignored = {(repair(s), "") for s in record.get("ignore", ())}
    return [*_longest_first(named), *_longest_first(ignored)]


def _longest_first(forms: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted((f for f in forms if f[0]), key=lambda f: (-len(f[0]), f))


def _places(form: str, text: str) -> list[tuple[int, int]]:
    """Return where ``form`` stands in ``text``, not inside a longer word."""
    return [m.span() for m in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text)]
