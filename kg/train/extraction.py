"""The weights of the extraction from annotated abstracts, in the order they depend on each other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.evaluate import evaluate, predict
from kg.extract.encoder import Encoder
from kg.extract.pipeline import WEIGHTS, load
from kg.extract.result_model import dumps
from kg.extract.words import Words
from kg.interchange import Record, read_records
from kg.ontology import Ontology
from kg.scores import Scores
from kg.train import entities, relations, results
from kg.train.manifest import Description, Source, sha256, write
from kg.train.result_scenes import scene_maker
from kg.train.standoff import ANNOTATION, read_standoff
from kg.train.words import train_words

GOLD_SOURCE = "https://w3id.org/abstract-kg/source/gold-train"
"""Source of the concepts that only the training abstracts named; training does as if they were not listed."""
GOLD = "gold/train.jsonl"
ABSTRACTS = ("data/arxiv-abstracts-100k.jsonl.gz", "data/arxiv-mlsys-4k.jsonl.gz")
FOLDS = 5
ENCODER = WEIGHTS / "encoder"
"""The encoder that ships with the package."""
_LICENCE = "MIT"
_ANNOTATION = Source(GOLD, "own annotation of CC0-1.0 abstracts", "training")
_LIMITS = (
    "Trained on English abstracts of machine learning and computer systems alone.",
    "Scores are F1 of five-fold cross-validation over the gold abstracts, each part fitted without those it is scored "
    "on, concepts that only the training abstracts named left out of the vocabulary.")
_CARDS = {
    "entities": Description(
        title="Finder of entities",
        summary="Word classes from unlabelled abstracts, a linear-chain conditional random field that proposes names, "
                "a probe that reads the frozen vectors of the pretrained encoder, and gradient-boosted trees that "
                "decide on each proposal and on what the paper introduces; with the probe and (fast) without.",
        licence=_LICENCE, limits=_LIMITS),
    "relations": Description(
        title="Ranker of relations", summary="One logistic decision a predicate over cues and context.",
        licence=_LICENCE, limits=_LIMITS),
    "results": Description(
        title="Finder of results",
        summary="Log-linear choices of outcome, metric, subject, change, bound, baseline and conditions of a number.",
        licence=_LICENCE, limits=_LIMITS),
}
_PACKAGES = {"entities": ("gensim", "numpy", "onnxruntime", "python-crfsuite", "scikit-learn", "spacy", "tokenizers"),
             "relations": ("numpy", "scikit-learn", "scipy", "spacy"), "results": ("numpy", "scipy", "spacy")}


def train(records: Sequence[Record], ontology: Ontology, words: Words, out: Path, *, encoder: Path = ENCODER) -> None:
    """Write all weights that are learnt from annotated abstracts into the folder ``out``.

    Results are learnt from gold entities and, since they will meet found ones, from entities that were found by
    weights that had not seen the abstract. Equal inputs give equal bytes.

    Args:
        records: annotated abstracts in the form of the gold files.
        ontology: the vocabulary and word lists.
        words: the table of word classes; it is written beside the rest.
        out: the folder that ``kg.extract.pipeline.load`` takes as ``weights``.
        encoder: the folder of the pretrained encoder; it is copied beside the rest.
    """
    if encoder.resolve() != (out / "encoder").resolve():
        shutil.copytree(encoder, out / "encoder", dirs_exist_ok=True)
    for part in _CARDS:
        (out / part).mkdir(parents=True, exist_ok=True)
    weights, found = entities.train(records, ontology, words, Encoder(encoder), drop_source=GOLD_SOURCE)
    entities.save(weights, out / "entities")
    fitted = relations.train(records, ontology, out / "relations" / "relations.json")
    scene, said = scene_maker(ontology), relations.held_out(fitted, records, found, ontology)
    pairs = [(scene(record, known), record) for record, held, told in zip(records, found, said, strict=True)
             for known in (record, {**held, "relations": told})]
    text = dumps(results.train(pairs))
    (out / "results" / "results.json").write_text(text, encoding="utf-8", newline="\n")


def held_out(records: Sequence[Record], ontology: Ontology, words: Words, more: Sequence[Record] = ()
             ) -> Iterator[tuple[Record, Record]]:
    """Yield each record with what weights fitted without its fold extract from it; fold after fold.

    ``more`` are records that every fold learns from and that none is scored on.
    """
    for number in range(FOLDS):
        with tempfile.TemporaryDirectory() as folder:
            rest = [r for i, r in enumerate(records) if i % FOLDS != number]
            train([*rest, *more], ontology, words, Path(folder))
            extractor = load(ontology, weights=Path(folder), drop_source=GOLD_SOURCE)
            yield from zip(records[number::FOLDS], predict(records[number::FOLDS], extractor.extract), strict=True)


def cross_validate(records: Sequence[Record], ontology: Ontology, words: Words, more: Sequence[Record] = ()) -> Scores:
    """Return the scores of the whole extraction in cross-validation by abstract; takes hours.

    See :func:`held_out` for ``more``.
    """
    pairs = [*held_out(records, ontology, words, more)]
    return evaluate([gold for gold, _ in pairs], [found for _, found in pairs], ontology)


def write_extraction(root: Path, ontology: Ontology, out: Path, *, encoder: Path = ENCODER,
                     scores: Scores | None = None) -> None:
    """Train word classes and all extraction weights on the data folder ``root``; write them with their manifests.

    Args:
        root: the folder with ``gold/train.jsonl`` and the unlabelled abstracts.
        ontology: the vocabulary and word lists.
        out: the folder that ``kg.extract.pipeline.load`` takes as ``weights``.
        encoder: the folder of the pretrained encoder; it is copied beside the rest.
        scores: what :func:`cross_validate` gave, for the model cards.

    Raises:
        EvaluationError: the gold file cannot be read.
    """
    (out / "entities").mkdir(parents=True, exist_ok=True)
    words = train_words([root / name for name in ABSTRACTS], out / "entities" / "words.npz")
    train([*read_records(root / GOLD), *read_standoff(root)], ontology, words, out, encoder=encoder)
    describe(root, ontology, out, scores=scores)


def describe(root: Path, ontology: Ontology, out: Path, *, scores: Scores | None = None) -> None:
    """Write manifest and model card beside each part of the weights in ``out``; see :func:`write_extraction`."""
    kinds = {"entities": ("entity", "mention", "introduces"), "relations": ("relation",), "results": ("result",)}
    unlabelled = [Source(name, "CC0-1.0", "word classes") for name in ABSTRACTS]
    settings = {"folds": FOLDS, "ontology": ontology.sha256, f"kg/train/{ANNOTATION.name}": sha256(ANNOTATION)}
    for part, card in _CARDS.items():
        sources = [_ANNOTATION, *unlabelled] if part == "entities" else [_ANNOTATION]
        write(out / part, root, sources, card, settings=settings,
              scores=_scores(scores, kinds[part]), packages=_PACKAGES[part])


def _scores(scores: Scores | None, kinds: Sequence[str]) -> Mapping[str, Any]:
    rows = scores.rows if scores else {}
    return {name: round(row.f1, 1) for name, row in sorted(rows.items()) if name.split("/")[0] in kinds}
