"""What stands around a candidate: cue phrases of the relations, lists it is an item of, capitals out of place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from spacy.tokens import Doc

from kg.extract.candidates import Candidate
from kg.extract.signals import Lexicon, Signals
from kg.ontology import CLASSES

_LINKS = frozenset({",", "and", "or", "/", "&", "(", ")", "as", "well", "vs", "vs.", "versus"})
_ARTICLES = frozenset({"the", "a", "an", "its", "our", "their"})
_LIST_REACH = 4
"""Tokens that may stand between two items of a list."""


def cue_features(candidate: Candidate, signals: Signals, lexicon: Lexicon) -> dict[str, float]:
    """Return, for each relation, how many occurrences stand right behind one of its cues (``cue:builtOn``)."""
    row: dict[str, float] = {}
    for start, _ in candidate.occurrences:
        at = start - 1 if start and signals.words[start - 1] in _ARTICLES else start
        for predicate in cues_before(signals.words, at, lexicon.relation_cues):
            row[f"cue:{predicate}"] = row.get(f"cue:{predicate}", 0.0) + 1.0
    return row


def cues_before(words: Sequence[str], at: int, cues: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]) -> set[str]:
    """Return the relations of which a cue ends right before the word ``at``; ``cues`` are keyed by their last word."""
    if not at:
        return set()
    return {predicate for phrase, predicate in cues.get(words[at - 1], ())
            if tuple(words[max(0, at - len(phrase)) : at]) == phrase}


def list_features(doc: Doc, candidates: Sequence[Candidate], lexicon: Lexicon) -> list[dict[str, float]]:
    """Return, for each candidate, how likely the items beside it in a list are of each class (``mate:Dataset``)."""
    places = sorted((a, b, i) for i, c in enumerate(candidates) for a, b in c.occurrences)
    classes = [_likely(c, lexicon) for c in candidates]
    rows: list[dict[str, float]] = [{} for _ in candidates]
    for n, (_, end, i) in enumerate(places):
        for start, _, j in places[n + 1 : n + 8]:
            if start < end or i == j:
                continue
            if start - end > _LIST_REACH or not _is_link(doc, end, start):
                break
            _note(rows[i], classes[j])
            _note(rows[j], classes[i])
            break
    return rows


def _is_link(doc: Doc, start: int, end: int) -> bool:
    return end > start and all(doc[k].lower_ in _LINKS for k in range(start, end))


def _note(row: dict[str, float], likely: Mapping[str, float]) -> None:
    for cls, chance in likely.items():
        row[f"mate:{cls}"] = max(row.get(f"mate:{cls}", 0.0), chance)


def _likely(candidate: Candidate, lexicon: Lexicon) -> dict[str, float]:
    """Return the probability of each class, by the recogniser and the vocabulary."""
    likely: dict[str, float] = {}
    for span in candidate.spans:
        likely[span.cls] = max(likely.get(span.cls, 0.0), span.probability)
    for key in candidate.keys:
        concept = lexicon.by_fold.get(key)
        if concept is not None and not lexicon.concepts[concept].ambiguous:
            likely[lexicon.concepts[concept].cls] = 1.0
    return likely


def is_capital_inside(doc: Doc, candidate: Candidate, title_tokens: int) -> bool:
    """Tell whether an occurrence begins with a capital inside a sentence of the abstract."""
    return any(a >= title_tokens and doc[a].text[:1].isupper() and not doc[a].is_sent_start
               for a, _ in candidate.occurrences)


def context_columns(relations: Iterable[str]) -> list[str]:
    """Return the names of the columns of this module, in order."""
    return [*(f"cue:{name}" for name in sorted(relations)), *(f"mate:{cls}" for cls in CLASSES), "capital_inside"]
