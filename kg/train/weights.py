"""The tagger and parser that ship, made again from the treebank.

Runs are single-threaded and seeded; equal inputs on one platform with the same versions give equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from spacy.language import Language
from thinc.api import NumpyOps, get_current_ops, set_current_ops

from kg.extract.sentences import blank
from kg.train import syntax
from kg.train.manifest import Description, Source, write

Report = Callable[[int, float, float], None]

TREEBANK = "data/treebank/en_ewt-ud-{}.conllu.gz"
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
