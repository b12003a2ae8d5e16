"""The recogniser: System, Model, Hardware, Metric, Dataset and Method in abstracts, by spaCy's transition model."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from kg.evaluate import fold, judge
from kg.extract.sentences import blank
from kg.interchange import Record, paper_of
from kg.ontology import CLASSES
from kg.scores import row_of, total
from kg.train.annotations import annotate
from kg.train.pipeline import Plan, fit, tok2vec
from kg.train.vectors import load_vectors

Scored = tuple[int, int, str, float]
"""Start, end (offsets, half-open), class, probability."""
Report = Callable[[int, float, float], None]

FOLDS = 5
PLAN = Plan(epochs=7, patience=99, dropout=0.3, learning_rate=0.003, first_batch=200, last_batch=400)
_ROWS = (4000, 1000, 2000, 1500)


def make_pipeline(vectors: Path | None) -> Language:
    """Return an untrained recogniser with kg's tokens, and with subword vectors where a file is given."""
    nlp = blank()
    if vectors is not None:
        load_vectors(nlp, vectors)
    nlp.add_pipe("ner", config={"model": {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "extra_state_tokens": False,
        "hidden_width": 64, "maxout_pieces": 2, "use_upper": True,
        "tok2vec": tok2vec(rows=_ROWS, vectors=vectors is not None),
    }})
    return nlp


def settings(plan: Plan = PLAN) -> dict[str, Any]:
    """Return what decides the weights besides the data."""
    return {"plan": asdict(plan), "hash rows": list(_ROWS), "folds": FOLDS}


def train(records: Sequence[Record], plan: Plan = PLAN, *, vectors: Path | None = None, extra: Sequence[Doc] = (),
          report: Report | None = None) -> Language:
    """Fit a recogniser on annotated abstracts for the number of epochs that the plan says.

    ``extra`` are further annotated documents, whose tokens may have missing annotations.
    """
    nlp = make_pipeline(vectors)
    examples = [_example(nlp, annotate(nlp, record, strict=True)) for record in records]
    examples += [_example(nlp, doc) for doc in extra]
    fit(nlp, examples, None, plan, report=report)
    return nlp


def _example(nlp: Language, doc: Doc) -> Example:
    plain = Doc(nlp.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc])
    return Example(plain, doc)


def out_of_fold(records: Sequence[Record], plan: Plan = PLAN, *, vectors: Path | None = None,
                extra: Sequence[Doc] = (), report: Report | None = None) -> list[list[Scored]]:
    """Return for each record the spans of a recogniser that has not seen it; the fold is the position modulo 5.

    Offsets refer to the record's repaired text.
    """
    found: list[list[Scored]] = [[] for _ in records]
    for held_out in range(FOLDS):
        seen = [r for i, r in enumerate(records) if i % FOLDS != held_out]
        nlp = train(seen, plan, vectors=vectors, extra=extra, report=report)
        places = range(held_out, len(records), FOLDS)
        for at, spans in zip(places, scored_spans(nlp, (paper_of(records[i]).text for i in places)), strict=True):
            found[at] = spans
    return found


def scored_spans(nlp: Language, texts: Iterable[str], *, minimum: float = 0.05) -> list[list[Scored]]:
    """Return what the recogniser finds in each text and what it nearly found; sorted.

    A span's score is the product of the probabilities of its steps. Beside the spans that are found stand single tokens
    of any class that the step left aside; those below ``minimum`` are left out. A text without tokens has none.
    """
    return [_spans(nlp, doc, minimum) if len(doc) else [] for doc in map(nlp.make_doc, texts)]


def _spans(nlp: Language, doc: Doc, minimum: float) -> list[Scored]:
    ner: Any = nlp.get_pipe("ner")
    steps = _steps(ner, doc)
    columns = {ner.moves.get_class_name(n): n for n in range(ner.moves.n_moves)}
    single = {name[2:]: n for name, n in columns.items() if name.startswith("U-") and name[2:] in CLASSES}
    starting = [n for name, n in columns.items() if name[0] in "BUO"]
    found = {(e.start, e.end, e.label_): _probability(steps, columns, starting, e) for e in doc.ents}
    inside = {i for e in doc.ents for i in range(e.start + 1, e.end)}
    for at in sorted(set(range(len(doc))) - inside):
        chances = _softmax(steps[at], starting)
        for label, column in sorted(single.items()):
            found.setdefault((at, at + 1, label), chances[column])
    return [(doc[s].idx, doc[e - 1].idx + len(doc[e - 1]), label, round(p, 4))
            for (s, e, label), p in sorted(found.items()) if p >= minimum]


def _steps(ner: Any, doc: Doc) -> list[Any]:
    """Return the scores of all moves at each token, and set the entities that the best moves make on ``doc``."""
    model, states = ner.model.predict([doc]), ner.moves.init_batch([doc])
    steps = []
    while not states[0].is_final():
        scores = model.predict(states)
        steps.append(scores[0].copy())
        ner.transition_states(states, scores)
    model.clear_memory()
    ner.set_annotations([doc], states)
    return steps


def _softmax(scores: Any, columns: Sequence[int]) -> dict[int, float]:
    top = max(scores[n] for n in columns)
    powers = {n: math.exp(float(scores[n] - top)) for n in columns}
    return {n: power / sum(powers.values()) for n, power in powers.items()}


def _probability(steps: Sequence[Any], columns: Mapping[str, int], starting: Sequence[int], entity: Span) -> float:
    """Return the product of the probabilities of an entity's moves, each among those that are possible there."""
    label, last = entity.label_, entity.end - 1
    first = columns[f"{'B' if last > entity.start else 'U'}-{label}"]
    probability = _softmax(steps[entity.start], starting)[first]
    going = [columns[f"I-{label}"], columns[f"L-{label}"]]
    for at in range(entity.start + 1, entity.end):
        probability *= _softmax(steps[at], going)[going[at == last]]
    return probability


def group(record: Record, spans: Iterable[Scored], *, minimum: float = 0.4) -> dict[str, Any]:
    """Return spans as a record of entities: equal folded forms are one, its class the one with most mass."""
    text = paper_of(record).text
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    surfaces: dict[str, set[str]] = defaultdict(set)
    for start, end, label, score in spans:
        form = fold(text[start:end])
        if score >= minimum and form:
            votes[form][label] += score
            surfaces[form].add(text[start:end])
    entities = []
    for form, names in sorted(surfaces.items()):
        mentions = sorted(names, key=lambda n: (-len(n), n))
        best = max((mass, label) for label, mass in votes[form].items())[1]
        entities.append({"type": best, "name": mentions[0], "mentions": mentions})
    return {"id": record["id"], "entities": entities}


def score(records: Sequence[Record], found: Sequence[Iterable[Scored]]) -> dict[str, dict[str, float]]:
    """Return precision, recall and F1 in percent over all entities and by class, equal names grouped."""
    judgements = [judge(record, group(record, spans), paper_level=())
                  for record, spans in zip(records, found, strict=True)]
    rows = {kind: row_of(total(judgements, kind)) for kind in ("entity", *(f"entity/{cls}" for cls in CLASSES))}
    return {kind: {"P": r.precision, "R": r.recall, "F1": r.f1} for kind, r in rows.items()}
