"""Subword vectors over unlabelled abstracts.

Each word is the sum of a few rows of one small table, chosen by hashing its letter runs, so that unknown names have
vectors too. Source: P. Bojanowski et al., "Enriching word vectors with subword information", TACL 2017, in the compact
form of the floret library.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.training.initialize import convert_vectors

from kg.extract.sentences import blank
from kg.text import repair

_MEAN_SIZE = 0.5


def write_corpus(paths: Iterable[Path], out: Path) -> int:
    """Write the tokens of each abstract on a line of ``out`` and return how many there are.

    A record whose id came before is passed over.
    """
    tokenizer = blank().tokenizer
    seen: set[str] = set()
    with out.open("w", encoding="utf-8") as corpus:
        for record in _records(paths):
            if record["id"] not in seen:
                seen.add(record["id"])
                text = f"{repair(record['title'])} ¶ {repair(record['abstract'])}"
                corpus.write(" ".join(t.text for t in tokenizer(text) if not t.is_space) + "\n")
    return len(seen)


def _records(paths: Iterable[Path]) -> Iterator[dict[str, str]]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield {key: record.get(key) or "" for key in ("id", "title", "abstract")}


def train_vectors(corpus: Path, out: Path, *, width: int = 64, rows: int = 20_000, epochs: int = 5) -> None:
    """Learn vectors from a file of tokens, one text a line, and write them as text in floret's form."""
    import floret

    model = floret.train_unsupervised(
        str(corpus), model="cbow", mode="floret", hashCount=2, bucket=rows, minn=4, maxn=5, minCount=10, dim=width,
        lr=0.05, epoch=epochs, neg=8, ws=5, thread=1, verbose=0)
    model.save_floret_vectors(str(out))


def load_vectors(nlp: Language, path: Path) -> None:
    """Put vectors that :func:`train_vectors` wrote into a pipeline's vocabulary.

    They are scaled to the order of the embeddings that are learnt beside them, which they would drown: unscaled they
    cost the recogniser 3 points of F1.
    """
    convert_vectors(nlp, path, truncate=0, prune=0, name="abstracts", mode="floret")
    vectors = nlp.vocab.vectors
    vectors.data = vectors.data * np.float32(_MEAN_SIZE / np.abs(vectors.data).mean())
