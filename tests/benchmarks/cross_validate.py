"""Cross-validate the whole extraction: all weights are fitted without the abstracts that they are scored on.

    python tests/benchmarks/cross_validate.py DATA [--out PREDICTIONS.jsonl]

DATA is the folder with ``gold/train.jsonl``. Concepts that only the training abstracts named are left out of the
vocabulary. Prints P, R, F1 and the 95 % interval of F1. Takes hours.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.evaluate import evaluate
from kg.extract.pipeline import WEIGHTS
from kg.extract.words import Words
from kg.interchange import dumps, read_records
from kg.ontology import load
from kg.train.extraction import GOLD, held_out
from kg.train.standoff import read_standoff


def main() -> int:
    """Print the cross-validated scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    ontology, words = load(), Words.load(WEIGHTS / "entities" / "words.npz")
    pairs = [*held_out(read_records(options.data / GOLD), ontology, words, read_standoff(options.data))]
    if options.out:
        options.out.write_text("".join(f"{dumps(found)}\n" for _, found in pairs), encoding="utf-8")
    scores = evaluate([gold for gold, _ in pairs], [found for _, found in pairs], ontology)
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
