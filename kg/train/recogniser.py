"""The recogniser: System, Model, Hardware, Metric, Dataset and Method in abstracts, by spaCy's transition model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
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
"""Start, end (offsets, half-open), class, share of the beam."""
Report = Callable[[int, float, float], None]

FOLDS = 5
PLAN = Plan(epochs=8, patience=99, dropout=0.2, learning_rate=0.003, first_batch=200, last_batch=400)
_ROWS = (4000, 1000, 2000, 1500)
_BEAM, _DENSITY = 12, 0.003


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
    return {"plan": asdict(plan), "hash rows": list(_ROWS), "folds": FOLDS, "beam": [_BEAM, _DENSITY]}


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
    """Return what a beam search finds in each text, sorted; spans may overlap.

    Spans below ``minimum`` are left out; a text without tokens has none.
    """
    ner: Any = nlp.get_pipe("ner")
    found: list[list[Scored]] = []
    for doc in map(nlp.make_doc, texts):
        mass: dict[tuple[int, int, str], float] = defaultdict(float)
        for beam in ner.beam_parse([doc], beam_width=_BEAM, beam_density=_DENSITY) if len(doc) else ():
            for score, entities in ner.moves.get_beam_parses(beam):
                for start, end, label in entities:
                    mass[start, end, label] += score
        found.append([(doc[s].idx, doc[e - 1].idx + len(doc[e - 1]), label, round(float(p), 4))
                      for (s, e, label), p in sorted(mass.items()) if p >= minimum])
    return found


def group(record: Record, spans: Iterable[Scored], *, minimum: float = 0.5) -> dict[str, Any]:
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
