"""Word classes: what the distribution of words over many abstracts tells about a word nobody annotated.

Input is any number of JSON-lines files of abstracts; output one compact table (``words.npz``) of word, coarse and fine
cluster of its vector, document frequency and how often it stands in lower case. Vectors are word2vec
(Mikolov et al., 2013), clusters are k-means over the unit vectors (Lin and Wu, ACL 2009).
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from kg.extract.words import Words, normal

WORD = re.compile(r"\w+")
_DIMENSIONS, _WINDOW, _EPOCHS, _SEED = 96, 4, 4, 7


def sentences(paths: Iterable[Path]) -> Iterator[list[str]]:
    """Yield the words of each abstract, cased; a record without text is passed over."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                text = f"{record.get('title') or ''}\n{record.get('abstract') or ''}"
                yield WORD.findall(text)


def train_words(paths: Iterable[Path], out: Path, *, fine: int = 640, coarse: int = 80, minimum: int = 12) -> Words:
    """Learn the table from abstracts and write it to ``out``; equal inputs give equal bytes.

    Words in fewer than ``minimum`` abstracts are left out.
    """
    from gensim.models import Word2Vec
    from sklearn.cluster import KMeans

    texts = list(sentences(sorted(paths)))
    total: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for text in texts:
        seen = set(text)
        total.update({normal(w) for w in seen})
        lower.update({normal(w) for w in seen if w[:1].islower()})
    kept = sorted(w for w, n in total.items() if n >= minimum)
    model = Word2Vec([[normal(w) for w in text] for text in texts], vector_size=_DIMENSIONS, window=_WINDOW, sg=1,
                     negative=8, sample=1e-4, min_count=minimum, epochs=_EPOCHS, workers=1, seed=_SEED, hashfxn=_hash)
    vectors = np.stack([model.wv[w] for w in kept])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    clusters = [KMeans(k, n_init=1, random_state=_SEED, max_iter=60).fit_predict(vectors).astype(np.int16)
                for k in (coarse, fine)]
    words = Words(kept, clusters[0], clusters[1],
                  np.array([total[w] for w in kept], dtype=np.int32),
                  np.array([round(100 * lower[w] / total[w]) for w in kept], dtype=np.int8))
    words.save(out)
    return words


def _hash(text: str) -> int:
    """Return a hash of a word that is the same in every process."""
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value
