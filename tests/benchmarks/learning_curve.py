"""How much more annotation would help: entity F1 of the fast variant after 100 to 500 training abstracts.

    python tests/benchmarks/learning_curve.py DATA

DATA is the folder with ``gold/train.jsonl`` and ``gold/dev.jsonl``. Trains on the first abstracts, scores on the last
hundred of the training file, and on the development file. Takes about ten minutes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from kg.evaluate import evaluate, predict
from kg.extract import document
from kg.extract.encoder import Encoder
from kg.extract.pipeline import WEIGHTS, load
from kg.extract.words import Words
from kg.interchange import read_records
from kg.ontology import load as load_ontology
from kg.train import entities
from kg.train.extraction import ENCODER, GOLD, GOLD_SOURCE

SIZES = (100, 200, 300, 400, 500)
HELD = 100


def main() -> int:
    """Print one row a size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    root = parser.parse_args().data
    document.register()
    encoder = Encoder(ENCODER)
    ontology, words = load_ontology(), Words.load(WEIGHTS / "entities" / "words.npz")
    records, development = read_records(root / GOLD), read_records(root / "gold" / "dev.jsonl")
    print(f"{'abstracts':>10}{'last hundred':>14}{'development':>13}")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            for part in ("relations", "results"):
                shutil.copytree(WEIGHTS / part, Path(folder) / part)
            trained, _ = entities.train(records[:size], ontology, words, encoder, drop_source=GOLD_SOURCE)
            entities.save(trained, Path(folder) / "entities")
            extract = load(ontology, weights=Path(folder), drop_source=GOLD_SOURCE, fast=True).extract
            cells = [f"{evaluate(gold, [*predict(gold, extract)], ontology).rows['entity'].f1:.1f}" if gold else "-"
                     for gold in ([] if size > len(records) - HELD else records[-HELD:], development)]
        print(f"{size:>10}{cells[0]:>14}{cells[1]:>13}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
