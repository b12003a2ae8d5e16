"""The recogniser: System, Model, Hardware, Metric, Dataset and Method in abstracts, by spaCy's transition model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from kg.extract.sentences import blank
from kg.text import fold
from kg.train.annotations import annotate
from kg.train.pipeline import Plan, fit, tok2vec
from kg.train.vectors import load_vectors

Record = Mapping[str, Any]
Scored = tuple[int, int, str, float]

FOLDS = 5
_ROWS = (4000, 1000, 2000, 1500)


def make_pipeline(vectors: Path | None) -> Language:
    """Return an untrained recogniser with kg's tokens, and with subword vectors where a file is given."""
    nlp = blank()
    if vectors is not None:
        load_vectors(nlp, vectors)
    network = {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "extra_state_tokens": False,
        "hidden_width": 64, "maxout_pieces": 2, "use_upper": True,
        "tok2vec": tok2vec(rows=_ROWS, vectors=vectors is not None),
    }
    nlp.add_pipe("ner", config={"model": network})
    return nlp


def train(records: Sequence[Record], plan: Plan, *, vectors: Path | None = None, extra: Sequence[Doc] = (),
          report: Callable[[int, float, float], None] | None = None) -> Language:
    """Fit a recogniser on annotated abstracts for the number of epochs that the plan says."""
    nlp = make_pipeline(vectors)
    examples = [_example(nlp, annotate(nlp, record)) for record in records]
    examples += [_example(nlp, doc) for doc in extra]
    fit(nlp, examples, None, plan, report=report)
    return nlp


def _example(nlp: Language, doc: Doc) -> Example:
    plain = Doc(nlp.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc])
    return Example(plain, doc)


def fold_of(position: int) -> int:
    """Return the fold that holds out the record at a position of the training file."""
    return position % FOLDS


def scored_spans(nlp: Language, texts: Iterable[str], *, width: int = 12, density: float = 0.003,
                 minimum: float = 0.05) -> list[list[Scored]]:
    """Return what a beam search finds in each text: start, end, class, share of the beam's mass; sorted.

    Spans below ``minimum`` are left out; spans may overlap.
    """
    ner: Any = nlp.get_pipe("ner")
    found: list[list[Scored]] = []
    for text in texts:
        doc = nlp.make_doc(text)
        if not len(doc):
            found.append([])
            continue
        beams = ner.beam_parse([doc], beam_width=width, beam_density=density)
        mass: dict[tuple[int, int, str], float] = defaultdict(float)
        for score, entities in ner.moves.get_beam_parses(beams[0]):
            for start, end, label in entities:
                mass[start, end, label] += score
        found.append([(doc[s].idx, doc[e - 1].idx + len(doc[e - 1]), label, round(float(p), 4))
                      for (s, e, label), p in sorted(mass.items()) if p >= minimum])
    return found


def group(record: Record, text: str, spans: Iterable[Scored], *, minimum: float = 0.5) -> dict[str, Any]:
    """Return spans as a record of entities: equal folded forms are one, its class the one with most mass."""
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    surfaces: dict[str, set[str]] = defaultdict(set)
    for start, end, label, score in spans:
        if score >= minimum:
            form = fold(text[start:end]).removesuffix("s")
            votes[form][label] += score
            surfaces[form].add(text[start:end])
    entities = []
    for form, names in sorted(surfaces.items()):
        mentions = sorted(names, key=lambda n: (-len(n), n))
        best = max((mass, label) for label, mass in votes[form].items())[1]
        entities.append({"type": best, "name": mentions[0], "mentions": mentions})
    return {"id": record["id"], "entities": entities, "introduces": [], "relations": [], "results": [], "code": []}
