"""Cross-validate the whole extraction: all weights are fitted without the abstracts that they are scored on.

    python tests/benchmarks/cross_validate.py DATA [--folds 5] [--out PREDICTIONS.jsonl]

DATA is the folder with ``gold/train.jsonl``. Concepts that only the training abstracts named are left out of the
vocabulary. Prints the table of ``kg evaluate``. Takes about ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg.evaluate import evaluate, predict
from kg.extract.pipeline import WEIGHTS, load
from kg.extract.words import Words
from kg.interchange import read_records
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.train.extraction import GOLD_SOURCE, train

Record = dict[str, Any]


def fold(records: Sequence[Record], number: int, folds: int, ontology: Ontology, words: Words) -> list[Record]:
    """Return the predictions for one fold by weights fitted on the others."""
    training = [r for i, r in enumerate(records) if i % folds != number]
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder)
        train(training, ontology, words, weights)
        extractor = load(ontology, weights=weights, drop_source=GOLD_SOURCE)
        return [*predict(records[number::folds], extractor.extract)]


def main() -> int:
    """Print the cross-validated scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only", type=int, default=None, help="number of folds to run (a quick look)")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    ontology, words = load_ontology(), Words.load(WEIGHTS / "entities" / "words.npz")
    records = read_records(options.data / "gold" / "train.jsonl")
    gold: list[Record] = []
    found: list[Record] = []
    for number in range(options.only or options.folds):
        gold += records[number :: options.folds]
        found += fold(records, number, options.folds, ontology, words)
        print(f"fold {number + 1} of {options.folds}", file=sys.stderr, flush=True)
        if options.out:
            lines = (json.dumps(r, ensure_ascii=False) + "\n" for r in found)
            options.out.write_text("".join(lines), encoding="utf-8")
    scores = evaluate(gold, found, ontology)
    for kind, row in scores.rows.items():
        interval = f"[{row.interval[0]:.1f}, {row.interval[1]:.1f}]" if row.interval else ""
        print(f"{kind:26}{row.precision:7.1f}{row.recall:7.1f}{row.f1:7.1f}  {interval}")
    for name, row in scores.vocabulary.items():
        print(f"recall, {name:18}{row.recall:14.1f}")
    if scores.ece is not None:
        print(f"expected calibration error {scores.ece:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
