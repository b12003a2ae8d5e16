"""What the trained pipelines share: the shape of their networks and the loop that fits them.

Fitting is deterministic: one seed for Python, NumPy and the weights, one thread, a fixed order of components.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.training import Example
from thinc.api import Adam, compounding, fix_random_seed

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard to fit; ``patience`` counts epochs without a better score on the held-out part."""

    epochs: int = 20
    patience: int = 4
    dropout: float = 0.1
    learning_rate: float = 0.001
    first_batch: int = 200
    last_batch: int = 1200
    seed: int = 0


def tok2vec(*, width: int = 96, depth: int = 4, rows: Sequence[int] = (5000, 1000, 2500, 2500),
            vectors: bool = False) -> dict[str, Any]:
    """Return the configuration of a network from tokens to vectors.

    Words are embedded by the hashes of their norm, prefix, suffix and shape, and by their static vectors where
    ``vectors`` says so, then read in windows of three by a residual convolution.
    """
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2", "width": width,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"], "rows": list(rows), "include_static_vectors": vectors,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": width, "depth": depth, "window_size": 1,
            "maxout_pieces": 3,
        },
    }


def listener(*, width: int = 96) -> dict[str, Any]:
    """Return the configuration of a component that reads the shared vectors."""
    return {"@architectures": "spacy.Tok2VecListener.v1", "width": width, "upstream": "*"}


def fit(nlp: Language, training: Sequence[Example], evaluate: Callable[[Language], float] | None, plan: Plan,
        *, report: Callable[[int, float, float], None] | None = None) -> int:
    """Train ``nlp`` in place and leave in it the averaged weights of the best epoch.

    ``evaluate`` scores the pipeline on a held-out part after each epoch; without it all epochs run and the last
    counts. ``report`` hears epoch, loss and score. Returns the number of the epoch kept, from 1.
    """
    fix_random_seed(plan.seed)
    nlp.initialize(lambda: training)
    optimizer = Adam(plan.learning_rate, L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True)
    sizes = iter(compounding(plan.first_batch, plan.last_batch, 1.002))
    order = random.Random(plan.seed)  # noqa: S311 - reproducible shuffling, nothing secret
    best, kept, weights = -1.0, 0, b""
    for epoch in range(1, plan.epochs + 1):
        shuffled = list(training)
        order.shuffle(shuffled)
        losses: dict[str, float] = {}
        for batch in _batches(shuffled, sizes):
            nlp.update(batch, sgd=optimizer, drop=plan.dropout, losses=losses)
        with nlp.use_params(optimizer.averages):
            score = evaluate(nlp) if evaluate else float(epoch)
            if score > best:
                best, kept, weights = score, epoch, nlp.to_bytes(exclude=["vocab", "tokenizer"])
        if report:
            report(epoch, sum(losses.values()), score)
        if epoch - kept >= plan.patience:
            break
    nlp.from_bytes(weights, exclude=["vocab", "tokenizer"])
    return kept


def _batches(examples: Sequence[Example], sizes: Iterator[float]) -> Iterator[list[Example]]:
    """Yield runs of examples that together hold about as many words as the next size says."""
    batch: list[Example] = []
    words, size = 0, next(sizes)
    for example in examples:
        batch.append(example)
        words += len(example.predicted)
        if words >= size:
            yield batch
            batch, words, size = [], 0, next(sizes)
    if batch:
        yield batch
