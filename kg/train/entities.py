"""Training of what finds entities: the recogniser, the decision on a candidate, the one on introductions.

The decision learns from recognisers that have not seen the document (cross-fitting), as it will at run time; what is
shipped as recogniser is fitted on all documents. Strings that an annotator put under ``ignore`` teach the decision
nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from kg.evaluate import fold
from kg.extract.boosting import Boosted
from kg.extract.candidates import Candidate, find_candidates
from kg.extract.encoder import Encoder
from kg.extract.entities import (
    FAST,
    PROPOSAL,
    Choice,
    choose,
    entities_of,
    introductions_of,
    merge,
)
from kg.extract.features import columns, defined, table, with_probe
from kg.extract.probe import Probe, candidate_vectors
from kg.extract.sentences import SentenceSplitter, blank
from kg.extract.sequence import Recogniser, Span
from kg.extract.signals import Lexicon, Signals, gather
from kg.extract.token_features import Reading, feature_names, read_tokens
from kg.extract.words import Words
from kg.interchange import Record, paper_of
from kg.ontology import CLASSES, Ontology
from kg.text import repair
from kg.train.annotations import annotate
from kg.train.boosting import convert
from kg.train.probe import fit_probe

TAGS = ["O", *(f"{b}-{c}" for c in CLASSES for b in "BI")]
FOLDS = 5
_FIELD = {"c1": 0.05, "c2": 0.5, "max_iterations": 90, "feature.minfreq": 2, "feature.possible_transitions": True}
_TREES: dict[str, Any] = {"learning_rate": 0.05, "max_leaf_nodes": 10, "min_samples_leaf": 20, "l2_regularization": 1.0,
                          "max_features": 0.3, "random_state": 0, "early_stopping": False}
_ROUNDS, _INTRODUCED_ROUNDS = 250, 150
_IGNORED = -1


@dataclass(frozen=True)
class Example:
    """A document ready for training: what is known of it; features, tag and the encoder's vector of each token."""

    record: Record
    doc: Doc
    signals: Signals
    reading: Reading
    tags: list[str]
    vectors: npt.NDArray[np.float16]


@dataclass(frozen=True)
class Judged:
    """The candidates of one document: features, class number (0 none, -1 not to be judged), introduced or not.

    ``vectors`` is what the probe reads of each.
    """

    candidates: list[Candidate]
    table: npt.NDArray[np.float32]
    classes: npt.NDArray[np.int64]
    introduced: npt.NDArray[np.bool_]
    vectors: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Decisions:
    """The decision on the class of a candidate, and the one on whether an entity is introduced."""

    entity: Boosted
    introduced: Boosted


@dataclass(frozen=True)
class Trained:
    """All parts; ``fast`` decides without the probe."""

    words: Words
    recogniser: Recogniser
    probe: Probe
    decisions: Decisions
    fast: Decisions


def prepare(records: Iterable[Record], ontology: Ontology, lexicon: Lexicon, words: Words, encoder: Encoder
            ) -> list[Example]:
    """Return the documents of annotated records with their features."""
    nlp, split = blank(), SentenceSplitter(ontology)
    examples = []
    for record in records:
        doc = split(nlp(paper_of(record).text))
        signals = gather(doc, lexicon)
        reading = read_tokens(doc, signals, words, lexicon.cues)
        vectors = encoder.vectors(doc).astype(np.float16)
        examples.append(Example(record, doc, signals, reading, _tags(nlp, record), vectors))
    return examples


def _tags(nlp: Any, record: Record) -> list[str]:
    return [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in annotate(nlp, record, strict=True)]


def fit_recogniser(examples: Sequence[Example]) -> Recogniser:
    """Fit the field on the documents."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False, params=_FIELD)
    for example in examples:
        trainer.append(feature_names(example.reading), example.tags)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "field")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    return _field(info.state_features, info.transitions)


def _field(states: Mapping[tuple[str, str], float], transitions: Mapping[tuple[str, str], float]) -> Recogniser:
    index = {name: i for i, name in enumerate(sorted({name for name, _ in states}))}
    state = np.zeros((len(index), len(TAGS)), dtype=np.float32)
    for (name, tag), weight in states.items():
        state[index[name], TAGS.index(tag)] = weight
    transition = np.zeros((len(TAGS), len(TAGS)), dtype=np.float32)
    for (before, after), weight in transitions.items():
        transition[TAGS.index(before), TAGS.index(after)] = weight
    return Recogniser(TAGS, index, state.astype(np.float16).astype(np.float32), transition)


def judge(example: Example, spans: Sequence[Span], lexicon: Lexicon, words: Words) -> Judged:
    """Return the candidates of a document with what the annotation says of each."""
    candidates = find_candidates(example.doc, example.signals, spans, lexicon)
    verdicts = [_verdict(candidate.forms(example.doc), example.record) for candidate in candidates]
    introduced = set(example.record.get("introduces", ()))
    return Judged(candidates, table(example.doc, example.signals, spans, candidates, lexicon, words),
                  np.array([cls for cls, _ in verdicts], dtype=np.int64),
                  np.array([name in introduced for _, name in verdicts], dtype=bool),
                  candidate_vectors(example.vectors.astype(np.float32), candidates))


def _verdict(forms: Sequence[str], record: Record) -> tuple[int, str | None]:
    """Return the class number of the annotated entity that the forms denote, with its name; as the scorer matches."""
    seen = {fold(form) for form in forms}
    ignored = {fold(repair(s)) for s in record.get("ignore", ())}
    shared = {e["name"]: len(seen & {fold(repair(m)) for m in (e["name"], *e["mentions"])}) for e in record["entities"]}
    name = max(shared, key=lambda n: shared[n], default=None)
    if name is not None and shared[name] and 2 * shared[name] >= len(seen - ignored):
        cls = next(e["type"] for e in record["entities"] if e["name"] == name)
        return 1 + CLASSES.index(cls), name
    return (_IGNORED if 2 * len(seen & ignored) >= len(seen) else 0), None


def fit_probe_on(judged: Sequence[Judged]) -> Probe:
    """Fit the probe on the candidates of documents."""
    classes = np.concatenate([j.classes for j in judged])
    new = np.concatenate([j.introduced for j in judged]) & (classes > 0)
    known = classes != _IGNORED
    return fit_probe(np.concatenate([j.vectors for j in judged])[known], (classes + len(CLASSES) * new)[known])


def fit_decisions(judged: Sequence[Judged], *, probed: bool) -> Decisions:
    """Fit the decisions on candidates; ``probed`` says whether their features hold what the probe says."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows = np.concatenate([j.table for j in judged])
    classes = np.concatenate([j.classes for j in judged])
    introduced = np.concatenate([j.introduced for j in judged])
    known, entity = classes != _IGNORED, classes > 0
    decision = HistGradientBoostingClassifier(max_iter=_ROUNDS, **_TREES).fit(rows[known], classes[known])
    new = HistGradientBoostingClassifier(max_iter=_INTRODUCED_ROUNDS, **_TREES).fit(rows[entity], introduced[entity])
    names = columns(probed=probed)
    return Decisions(convert(decision, names), convert(new, names))


def cross_fit(examples: Sequence[Example], lexicon: Lexicon, words: Words) -> list[Judged]:
    """Return the judged candidates of each document, by a recogniser fitted without its fold."""
    judged: list[Judged | None] = [None] * len(examples)
    for number in range(FOLDS):
        recogniser = fit_recogniser([e for i, e in enumerate(examples) if i % FOLDS != number])
        for i in range(number, len(examples), FOLDS):
            spans = recogniser.spans(examples[i].reading, minimum=PROPOSAL)
            judged[i] = judge(examples[i], spans, lexicon, words)
    return [j for j in judged if j is not None]


def cross_probe(judged: Sequence[Judged]) -> list[Judged]:
    """Return the judged candidates with what a probe that was fitted without their fold says of them."""
    probed = list(judged)
    for number in range(FOLDS):
        probe = fit_probe_on([j for i, j in enumerate(judged) if i % FOLDS != number])
        for i in range(number, len(judged), FOLDS):
            rows = with_probe(judged[i].table, probe.probabilities(judged[i].vectors))
            probed[i] = replace(judged[i], table=rows)
    return probed


def held_out(examples: Sequence[Example], judged: Sequence[Judged], lexicon: Lexicon, *, probed: bool = True
             ) -> list[dict[str, Any]]:
    """Return what is found in each document by decisions fitted without its fold, in the form of the gold files."""
    found: list[dict[str, Any]] = [{} for _ in examples]
    for number in range(FOLDS):
        decide = fit_decisions([j for i, j in enumerate(judged) if i % FOLDS != number], probed=probed)
        for i in range(number, len(examples), FOLDS):
            rows = judged[i].table
            chosen = choose(judged[i].candidates, decide.entity.probabilities(rows),
                            decide.introduced.probabilities(rows)[:, 0], defined(rows))
            found[i] = _found(examples[i], merge(examples[i].doc, chosen), lexicon)
    return found


def _found(example: Example, chosen: Sequence[Choice], lexicon: Lexicon) -> dict[str, Any]:
    entities = entities_of(example.doc, chosen, lexicon)
    return {"id": example.record["id"],
            "entities": [{"type": e.cls, "name": e.name, "mentions": sorted({m.text for m in e.mentions})}
                         for e in entities],
            "introduces": [r.object for r in introductions_of(example.doc, chosen, entities)]}


def train(records: Sequence[Record], ontology: Ontology, words: Words, encoder: Encoder, *,
          drop_source: str | None = None) -> tuple[Trained, list[dict[str, Any]]]:
    """Fit all parts on annotated records; equal inputs give equal weights.

    Returns:
        The weights, and what :func:`held_out` finds in the same records.

    Args:
        records: annotated abstracts in the form of the gold files.
        ontology: the vocabulary and word lists to use.
        words: the table of word classes.
        encoder: the pretrained encoder.
        drop_source: leave out concepts that only this source names, so that the weights learn what the vocabulary is
            worth on unseen abstracts.
    """
    lexicon = Lexicon.from_ontology(ontology, drop_source=drop_source)
    examples = prepare(records, ontology, lexicon, words, encoder)
    plain = cross_fit(examples, lexicon, words)
    probed = cross_probe(plain)
    weights = Trained(words, fit_recogniser(examples), fit_probe_on(plain), fit_decisions(probed, probed=True),
                      fit_decisions(plain, probed=False))
    return weights, held_out(examples, probed, lexicon)


def save(weights: Trained, folder: Path) -> None:
    """Write the weights; equal weights give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    weights.words.save(folder / "words.npz")
    weights.recogniser.save(folder / "recogniser.npz")
    weights.probe.save(folder / "probe.npz")
    for mark, decisions in (("", weights.decisions), (FAST, weights.fast)):
        decisions.entity.save(folder / f"{mark}decision.npz")
        decisions.introduced.save(folder / f"{mark}introduced.npz")
