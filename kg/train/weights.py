"""The weights that ship, made again from the data folder: each function writes one folder.

Runs are single-threaded and seeded; equal inputs on one platform with the same versions give equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from spacy.language import Language
from thinc.api import NumpyOps, get_current_ops, set_current_ops

from kg.extract.sentences import blank
from kg.train import recogniser, syntax
from kg.train.manifest import Description, Source, write
from kg.train.vectors import train_vectors, write_corpus

Report = Callable[[int, float, float], None]

TREEBANK = "data/treebank/en_ewt-ud-{}.conllu.gz"
GOLD = "gold/train.jsonl"
ABSTRACTS = ("data/arxiv-abstracts-100k.jsonl.gz", "data/arxiv-mlsys-4k.jsonl.gz")
_EWT = "CC-BY-SA-4.0"
_PACKAGES = ("numpy", "spacy", "thinc")

_SYNTAX_CARD = Description(
    title="Tagger, sentence splitter and parser",
    summary="A small spaCy pipeline for English: UPOS tags in `token.pos_`, Universal Dependencies in `token.dep_` and "
            "`token.head`, sentence starts. Loaded with `spacy.load`. Trained on UD English EWT 2.16 (Silveira et al., "
            "LREC 2014), whose licence the weights carry.",
    licence=_EWT,
    limits=("The treebank is web text: long noun compounds of abstracts are parsed less well than the scores say.",
            "Scores are on the treebank's test split, from raw text with this package's own tokens."))
_NER_CARD = Description(
    title="Recogniser of names",
    summary="spaCy's transition-based recogniser for System, Model, Hardware, Metric, Dataset and Method in abstracts, "
            "loaded with `spacy.load`. It is one signal among others, not the decision.",
    licence="MIT",
    limits=("Scores are those of five-fold cross-validation by abstract, before any other signal, equal names grouped.",
            "Methods are found least surely: their annotation is the least even.",
            "The number of epochs and the dropout were chosen on the first of the five folds.",
            "Trained on abstracts of machine learning and computer systems in English alone."))


@contextmanager
def fast_matrices() -> Iterator[None]:
    """Let thinc multiply by NumPy, in a third of the time that its own kernels take; undone at the end."""
    before = get_current_ops()
    set_current_ops(NumpyOps(use_blis=False))
    try:
        yield
    finally:
        set_current_ops(before)


def save(nlp: Language, folder: Path) -> None:
    """Write a pipeline without the words it met in training; only vectors are kept of its vocabulary."""
    nlp.to_disk(folder, exclude=["vocab"])
    vocab = blank().vocab
    vocab.vectors.from_bytes(nlp.vocab.vectors.to_bytes(exclude=["strings"]))
    vocab.to_disk(folder / "vocab", exclude=["lookups"])


def write_syntax(root: Path, out: Path, *, report: Report | None = None) -> dict[str, float]:
    """Train tagger, sentence splitter and parser from the data folder ``root`` and write them to ``out``.

    Returns the scores on the test split, in percent.
    """
    training, development, test = (root / TREEBANK.format(split) for split in ("train", "dev", "test"))
    with fast_matrices():
        nlp = syntax.train(training, development, report=report)
        scores = {k: round(100 * v, 2) for k, v in syntax.evaluate(nlp, syntax.examples(nlp, test)).items()}
    save(nlp, out)
    uses = {"train": "training", "dev": "early stopping", "test": "measuring"}
    sources = [Source(TREEBANK.format(split), _EWT, use) for split, use in uses.items()]
    write(out, root, sources, _SYNTAX_CARD, settings=syntax.settings(), scores={"test": scores}, packages=_PACKAGES)
    return scores


def write_vectors(root: Path, out: Path) -> Path:
    """Train subword vectors on the unlabelled abstracts below ``root``; write corpus and vectors to ``out``.

    Returns the file of the vectors, which :func:`write_recogniser` takes.
    """
    corpus, found = out / "corpus.txt", out / "vectors.floret"
    write_corpus((root / name for name in ABSTRACTS), corpus)
    train_vectors(corpus, found)
    return found


def write_recogniser(root: Path, out: Path, *, vectors: Path | None, scores: dict[str, Any],
                     report: Report | None = None) -> None:
    """Train the recogniser on all annotated abstracts below ``root`` and write it to ``out``.

    ``vectors`` are those of :func:`kg.train.vectors.train_vectors`; ``scores`` come from
    :func:`kg.train.recogniser.score` and stand in the model card.
    """
    records = read_gold(root)
    with fast_matrices():
        nlp = recogniser.train(records, recogniser.PLAN, vectors=vectors, report=report)
    save(nlp, out)
    sources = [Source(GOLD, "own annotation of CC0-1.0 abstracts", "training")]
    if vectors is not None:
        sources += [Source(name, "CC0-1.0", "subword vectors") for name in ABSTRACTS]
    packages = _PACKAGES if vectors is None else (*_PACKAGES, "floret")
    write(out, root, sources, _NER_CARD, settings=recogniser.settings(), scores=scores, packages=packages)


def read_gold(root: Path) -> Sequence[dict[str, Any]]:
    """Return the annotated abstracts of the training split in file order."""
    lines = (root / GOLD).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line]
