"""What speaks for and against a candidate, as numbers: one row a candidate, one named column a signal."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from kg.extract.candidates import Candidate
from kg.extract.context import context_columns, cue_features, is_capital_inside, list_features
from kg.extract.sequence import Span
from kg.extract.signals import Lexicon, Signals
from kg.extract.words import Words
from kg.model_names import has_size
from kg.ontology import CLASSES

_Row = dict[str, float]
_LEAST_CHANCE = np.float32(1e-4)


def columns(*, probed: bool) -> list[str]:
    """Return the names of the columns, in order; ``probed`` ones end with those of :func:`with_probe`."""
    per_class = ("max", "mean", "any", "listed", "inlist", "defined", "before", "after", "head", "form", "title", "own")
    plain = [*(f"{kind}:{cls}" for kind in per_class for cls in CLASSES), *_SINGLE, *context_columns(RELATIONS)]
    return [*plain, *(f"probe:{name}" for name in ("none", *CLASSES, "introduced"))] if probed else plain


def with_probe(rows: npt.NDArray[np.float32], probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the features with what the probe says of each candidate, as logarithms."""
    return np.hstack([rows, np.log(probabilities + _LEAST_CHANCE)])


def defined(rows: npt.NDArray[np.float32]) -> list[str | None]:
    """Return, for each candidate, the one class that definitions in the text give it, None without or with several."""
    names = columns(probed=False)
    values = rows[:, [names.index(f"defined:{cls}") for cls in CLASSES]] > 0
    return [CLASSES[int(np.argmax(row))] if row.sum() == 1 else None for row in values]


RELATIONS = (
    "builtOn", "comparedWith", "evaluatedOn", "evaluatedWith", "hasPart", "measures", "outperforms",
    "trainedOn", "uses", "usesHardware",
)
"""Relations whose cues are columns: the ones the weights were trained with."""

_SINGLE = (
    "best", "second", "coverage", "wider", "narrower", "ambiguous", "generic", "generic_inside", "listed_wider",
    "title_name", "in_title", "named", "verb", "verb_any", "acronym", "expansion", "occurrences", "sentences",
    "first_sentence", "first_position", "last_sentence", "tokens", "characters", "capitals", "inner_capital",
    "digit", "all_capitals", "hyphen", "lower_start", "documents_first", "documents_last", "documents_min",
    "lower_last", "lower_first", "coarse_last", "fine_last", "coarse_first", "coarse_before", "coarse_after",
    "sources", "src_recogniser", "src_vocabulary", "src_title", "src_spelling", "src_capitals", "plural",
    "own_sentence", "in_parentheses", "followed_by_digit", "unknown_words", "sentence_start", "share",
    "since_own", "new", "part", "possessed", "passive", "verb_loose", "shares_title_name", "parts", "src_phrase",
    "sized",
)


def table(doc: Doc, signals: Signals, spans: Sequence[Span], candidates: Sequence[Candidate], lexicon: Lexicon,
          words: Words) -> npt.NDArray[np.float32]:
    """Return the features of the candidates: shape (candidates, columns), NaN where a signal has no value."""
    names = columns(probed=False)
    empty = np.array([0.0 if ":" in name else np.nan for name in names], dtype=np.float32)
    rows = np.tile(empty, (len(candidates), 1))
    place = {name: at for at, name in enumerate(names)}
    most = max((len(c.occurrences) for c in candidates), default=1)
    mates = list_features(doc, candidates, lexicon)
    covering = _covering(spans)
    for r, candidate in enumerate(candidates):
        row = {**mates[r], **cue_features(candidate, signals, lexicon),
               "capital_inside": float(is_capital_inside(doc, candidate, signals.title_tokens)),
               **_recognised(candidate, covering), **_listed(doc, candidate, signals, lexicon),
               **_introduced(doc, candidate, signals, lexicon), **_places(doc, candidate, signals, most),
               **_spelling(doc, candidate), **_word_classes(doc, candidate, words)}
        known = [(at, value) for name, value in row.items() if (at := place.get(name)) is not None]
        rows[r, [at for at, _ in known]] = [value for _, value in known]
    return rows


def _covering(spans: Sequence[Span]) -> dict[int, list[Span]]:
    """Return the spans that cover each token."""
    covering: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        for at in range(span.start, span.end):
            covering[at].append(span)
    return covering


def _recognised(candidate: Candidate, covering: Mapping[int, Sequence[Span]]) -> _Row:
    row: _Row = {}
    totals = dict.fromkeys(CLASSES, 0.0)
    for cls in CLASSES:
        chances = [s.probability for s in candidate.spans if s.cls == cls]
        row[f"max:{cls}"] = max(chances, default=0.0)
        row[f"mean:{cls}"] = sum(chances) / len(candidate.occurrences)
        totals[cls] = row[f"max:{cls}"]
    ranked = sorted(totals.values(), reverse=True)
    row["best"], row["second"] = ranked[0], ranked[1]
    at = set(candidate.occurrences)
    row["coverage"] = len({(s.start, s.end) for s in candidate.spans}) / len(at)
    near = {(s, a, b) for a, b in at for token in range(a, b) for s in covering.get(token, ())}
    others = [(s, a, b) for s, a, b in near if (s.start, s.end) != (a, b)]
    row["wider"] = max((s.probability for s, a, b in others if s.start <= a and b <= s.end), default=0.0)
    row["narrower"] = max((s.probability for s, a, b in others if a <= s.start and s.end <= b), default=0.0)
    for cls in CLASSES:
        row[f"any:{cls}"] = max((s.probability for s, _, _ in near if s.cls == cls), default=0.0)
    return row


def _listed(doc: Doc, candidate: Candidate, signals: Signals, lexicon: Lexicon) -> _Row:
    row: _Row = {"ambiguous": 0.0, "generic": 0.0, "generic_inside": 0.0, "listed_wider": 0.0}
    spans = {(doc[a].idx, doc[b - 1].idx + len(doc[b - 1])) for a, b in candidate.occurrences}
    for match in signals.listed:
        concept = lexicon.concepts[match.key]
        for start, end in spans:
            if abs(match.start - start) <= 1 and abs(match.end - end) <= 1:
                row[f"listed:{concept.cls}"] = 1.0
                row["ambiguous"] = float(concept.ambiguous)
            elif match.start <= start and end <= match.end:
                row["listed_wider"] = 1.0
            elif start <= match.start and match.end <= end:
                row[f"inlist:{concept.cls}"] = 1.0
    row["generic"] = float(any(k in lexicon.generic_folds for k in candidate.keys))
    row["generic_inside"] = float(any(s <= m.start and m.end <= e for m in signals.generic for s, e in spans))
    return row


def _introduced(doc: Doc, candidate: Candidate, signals: Signals, lexicon: Lexicon) -> _Row:
    cues, words = lexicon.cues, signals.words
    row: _Row = {"named": 0.0, "verb_any": 0.0, "title_name": 0.0}
    for start, end in candidate.occurrences:
        for kind, cls in (("defined", cues.defined_class(words, end)), ("before", cues.head_before(words, start)),
                          ("after", cues.head_at(words, end)), ("head", cues.head_at(words, end - 1)),
                          ("form", signals.form_class.get(doc[end - 1].text))):
            if cls:
                row[f"{kind}:{cls}"] = row.get(f"{kind}:{cls}", 0.0) + 1.0
        row["named"] += cues.is_named(words, start)
        distance = signals.verb_distances[start]
        if distance is not None:
            row["verb"] = min(row.get("verb", 99.0), distance)
            row["verb_any"] += 1.0
    row |= _title(candidate, signals, lexicon) | _parts(candidate, signals, lexicon)
    row |= {f"own:{cls}": count / (2 + sum(signals.own_classes.values())) for cls, count in signals.own_classes.items()}
    row["acronym"], row["expansion"] = float(candidate.short_form), float(candidate.long_form)
    return row


def _title(candidate: Candidate, signals: Signals, lexicon: Lexicon) -> _Row:
    """Return whether the candidate is the name that opens the title or begins with it, and what the title calls it."""
    row: _Row = {"title_name": 0.0, "shares_title_name": 0.0}
    if not signals.title_key:
        return row
    name = signals.title_key
    if name in candidate.keys:
        row["title_name"] = 1.0
        cls = lexicon.cues.title_class(signals.words, candidate.occurrences[0][1], signals.title_tokens)
        if cls:
            row[f"title:{cls}"] = 1.0
    elif any(key.startswith(name) or key.endswith(name) for key in candidate.keys):
        row["shares_title_name"] = 1.0
    return row


def _parts(candidate: Candidate, signals: Signals, lexicon: Lexicon) -> _Row:
    """Return what says that the candidate is one of several things that the authors bring."""
    cues, words = lexicon.cues, signals.words
    places = candidate.occurrences
    loose = [d for a, _ in places if (d := cues.verb_distance(words, a, anyone=True)) is not None]
    row: _Row = {
        "new": sum(cues.is_new(words, a) for a, _ in places),
        "part": sum(cues.is_listed_part(words, a) for a, _ in places),
        "possessed": sum(a > 0 and words[a - 1] in cues.possessives for a, _ in places),
        "passive": sum(cues.is_introduced_behind(words, b) for _, b in places),
        "parts": sum(signals.sentences[a] in signals.part_sentences for a, _ in places) / len(places),
        "src_phrase": float("phrase" in candidate.sources),
    }
    return row | ({"verb_loose": min(loose)} if loose else {})


def _places(doc: Doc, candidate: Candidate, signals: Signals, most: int) -> _Row:
    sentences = [signals.sentences[a] for a, _ in candidate.occurrences]
    total = max(signals.sentences[-1], 1)
    own_sentences = signals.own_sentences
    own_at = min(signals.introducing, default=0)
    before = [signals.words[a - 1] if a else "" for a, _ in candidate.occurrences]
    after = [signals.words[b] if b < len(doc) else "" for _, b in candidate.occurrences]
    return {
        "occurrences": len(sentences), "sentences": len(set(sentences)), "first_sentence": min(sentences),
        "first_position": min(sentences) / total, "last_sentence": max(sentences) / total,
        "in_title": float(candidate.occurrences[0][0] < signals.title_tokens),
        "own_sentence": sum(s in own_sentences for s in sentences) / len(sentences),
        "in_parentheses": float("(" in before), "followed_by_digit": float(any(w[:1].isdigit() for w in after)),
        "sentence_start": sum(bool(doc[a].is_sent_start) and a >= signals.title_tokens
                              for a, _ in candidate.occurrences),
        "share": len(sentences) / most, "since_own": min((s - own_at for s in sentences if s > 0), default=-9),
        "sources": len(candidate.sources), "src_recogniser": float("recogniser" in candidate.sources),
        "src_vocabulary": float("vocabulary" in candidate.sources), "src_title": float("title" in candidate.sources),
        "src_spelling": float("spelling" in candidate.sources),
        "src_capitals": float("capitals" in candidate.sources),
    }


def _spelling(doc: Doc, candidate: Candidate) -> _Row:
    form = candidate.forms(doc)[0]
    letters = [c for c in form if c.isalpha()]
    return {
        "tokens": len(form.split()), "characters": len(form), "capitals": sum(c.isupper() for c in letters),
        "inner_capital": float(any(a.islower() and b.isupper() for a, b in pairwise(form))),
        "digit": float(any(c.isdigit() for c in form)),
        "all_capitals": float(bool(letters) and all(c.isupper() for c in letters)),
        "sized": float(has_size(form)), "hyphen": float("-" in form), "lower_start": float(form[:1].islower()),
        "plural": float(form.endswith("s") and not form.endswith("ss")),
    }


def _word_classes(doc: Doc, candidate: Candidate, words: Words) -> _Row:
    start, end = candidate.occurrences[0]
    known = [words.get(doc[i].text) for i in range(start, end) if doc[i].text[:1].isalnum()]
    row: _Row = {"unknown_words": float(sum(k is None for k in known))}
    documents = [math.log1p(k[2]) if k else 0.0 for k in known]
    if known:
        row |= {"documents_first": documents[0], "documents_last": documents[-1], "documents_min": min(documents)}
    if known and known[-1]:
        row |= {"coarse_last": known[-1][0], "fine_last": known[-1][1], "lower_last": known[-1][3]}
    if known and known[0]:
        row |= {"coarse_first": known[0][0], "lower_first": known[0][3]}
    for name, at in (("coarse_before", start - 1), ("coarse_after", end)):
        near = words.get(doc[at].text) if 0 <= at < len(doc) else None
        if near:
            row[name] = near[0]
    return row
