"""Candidates: every string of a text that something proposes as a name, with what speaks for and against it.

Occurrences that fold to the same key, or that an acronym definition joins, are one candidate. Proposals come from the
recogniser, the vocabulary, acronym definitions, titles, naming words and spelling.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.extract.introductions import JOINTS
from kg.extract.sequence import Span
from kg.extract.signals import Lexicon, Signals
from kg.extract.surface import fold

_NAME_LIKE = re.compile(r"[A-Z][a-z]+[A-Z]|[a-z][A-Z]|[A-Z]{2}|[A-Za-z]+-?\d")
_EDGE = ".,;:!?()[]{}\"'“”‘’ \n\t*"
_INSIDE = frozenset({"-", "/", ".", "–", "+"})
"""Marks that may stand inside a name as tokens of their own."""
_LONGEST = 8
"""Words that a candidate has at most."""


@dataclass(slots=True)
class Candidate:
    """One proposed thing of a text.

    ``occurrences`` are token spans (half-open) by position, ``keys`` the folded forms, ``spans`` the recogniser's
    proposals that cover exactly an occurrence, ``sources`` what proposed it.
    """

    keys: set[str]
    occurrences: list[tuple[int, int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    long_form: bool = False
    short_form: bool = False

    def forms(self, doc: Doc) -> list[str]:
        """Return the distinct surface forms, longest first."""
        return sorted({doc[s:e].text for s, e in self.occurrences}, key=lambda f: (-len(f), f))


def find_candidates(doc: Doc, signals: Signals, spans: Iterable[Span], lexicon: Lexicon) -> list[Candidate]:
    """Return the candidates of a document by first occurrence; the empty list where nothing is proposed."""
    proposals: dict[str, set[str]] = defaultdict(set)
    exact: dict[tuple[int, int], list[Span]] = defaultdict(list)
    starts: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for start, end, source, span in _proposals(doc, signals, spans, lexicon):
        start, end = _trim(doc, start, end, lexicon.cues.ends)
        key = fold(doc[start:end].text) if start < end else ""
        if not key or end - start > _LONGEST * 2:
            continue
        proposals[key].add(source)
        starts[key].add((start, end))
        if span is not None:
            exact[start, end].append(span)
    for key, places in _everywhere(doc, proposals).items():
        starts[key] |= places
    found = {}
    for key, sources in proposals.items():
        occurrences = sorted(starts[key])
        found[key] = Candidate({key}, occurrences, [s for at in occurrences for s in exact.get(at, ())], sources)
    return sorted(_joined(signals, lexicon, found), key=lambda c: c.occurrences[0])


def _proposals(doc: Doc, signals: Signals, spans: Iterable[Span], lexicon: Lexicon
               ) -> Iterator[tuple[int, int, str, Span | None]]:
    for span in spans:
        yield span.start, span.end, "recogniser", span
    for match in signals.listed:
        yield *_tokens(doc, match.start, match.end), "vocabulary", None
    for definition in signals.definitions:
        yield *_tokens(doc, definition.long_start, definition.long_end), "expansion", None
        yield *_tokens(doc, definition.short_start, definition.short_end), "acronym", None
    if signals.title_name:
        yield *_tokens(doc, *signals.title_name), "title", None
    for start, end in lexicon.cues.phrase_spans(signals.words):
        yield start, end, "phrase", None
    for start, end in _spelled(doc):
        yield start, end, "spelling", None
    for start, end in _capitalised(doc, signals):
        yield start, end, "capitals", None


def _tokens(doc: Doc, start: int, end: int) -> tuple[int, int]:
    span = doc.char_span(start, end, alignment_mode="expand")
    return (span.start, span.end) if span is not None else (0, 0)


def _trim(doc: Doc, start: int, end: int, ends: frozenset[str]) -> tuple[int, int]:
    """Return the span without marks at its edges and without words at its end that end a noun phrase (``by``)."""
    while start < end and not doc[start].text.strip(_EDGE):
        start += 1
    while end > start and (not doc[end - 1].text.strip(_EDGE)
                           or (doc[end - 1].text in ends and doc[end - 2].text not in JOINTS)):
        end -= 1
    return start, end


def _spelled(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield single tokens that are spelled like names (CamelCase, capitals, a digit after letters)."""
    for token in doc:
        if len(token) > 1 and _NAME_LIKE.search(token.text):
            yield token.i, token.i + 1


def _capitalised(doc: Doc, signals: Signals) -> Iterator[tuple[int, int]]:
    """Yield runs of two to eight capitalised words in the abstract (``Two-Phase Stratified Sampling``).

    The first word of a sentence does not count: its capital says nothing.
    """
    start = end = None
    for i in range(signals.title_tokens, len(doc) + 1):
        inside = i < len(doc) and (doc[i].text[:1].isupper() or (start is not None and doc[i].text in "-/"))
        if inside and not doc[i].is_sent_start:
            start, end = (i if start is None else start), (i + 1 if doc[i].text not in "-/" else end)
        else:
            if start is not None and end is not None and 2 <= end - start <= _LONGEST:
                yield start, end
            start = end = None


def _everywhere(doc: Doc, keys: Iterable[str]) -> dict[str, set[tuple[int, int]]]:
    """Return the token spans of the text that fold to one of ``keys``."""
    wanted = set(keys)
    longest = max((key.count(" ") for key in wanted), default=-1) + 1
    first = {key.split(" ", 1)[0] for key in wanted}
    text, tokens = doc.text, [t.text for t in doc]
    begins = [t.idx for t in doc]
    folded = [fold(t) for t in tokens]
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for start, head in enumerate(folded):
        if not head or not (head.split(" ", 1)[0] in first or fold(tokens[start] + "x")[:-1] in first):
            continue
        for end in range(start + 1, min(len(tokens), start + longest + 4) + 1):
            if not folded[end - 1]:
                if tokens[end - 1] in _INSIDE:
                    continue
                break
            key = fold(text[begins[start] : begins[end - 1] + len(tokens[end - 1])])
            if key in wanted:
                found[key].add((start, end))
            if key.count(" ") > longest:
                break
    return found


def _joined(signals: Signals, lexicon: Lexicon, found: dict[str, Candidate]) -> list[Candidate]:
    """Merge candidates that an acronym definition or a listed thing makes one; each stands once in the result."""
    for definition in signals.definitions:
        whole = found.get(fold(signals.text[definition.long_start : definition.long_end]))
        short = found.get(fold(signals.text[definition.short_start : definition.short_end]))
        if whole is None or short is None:
            continue
        whole.long_form = short.short_form = True
        _merge(whole, short, found)
    first: dict[int, str] = {}
    for key in sorted(found):
        concept = lexicon.by_fold.get(key)
        if concept is not None:
            _merge(found[first.setdefault(concept, key)], found[key], found)
    unique = {id(c): c for c in found.values()}
    return list(unique.values())


def _merge(kept: Candidate, other: Candidate, found: dict[str, Candidate]) -> None:
    """Make two candidates one, under all keys of both."""
    if kept is other:
        return
    kept.keys |= other.keys
    kept.occurrences = sorted({*kept.occurrences, *other.occurrences})
    kept.spans += other.spans
    kept.sources |= other.sources
    kept.long_form |= other.long_form
    kept.short_form |= other.short_form
    for key in kept.keys:
        found[key] = kept
