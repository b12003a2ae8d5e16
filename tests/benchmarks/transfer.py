"""How well names are found in others' annotated data, which nothing was ever trained on.

    python tests/benchmarks/transfer.py DATA

DATA is the folder with ``data/thirdparty/``: TDMSci test (sentences; datasets and metrics) and SciER test and test_ood
(full texts; datasets). A mention is right where its tokens are those of an annotated one; a name that also stands
without its class noun may be right either way. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kg.extract.pipeline import Extractor, load
from kg.model import Paper
from kg.ontology import load as load_ontology

SETS = (("tdmsci_test", "DATASET", "Dataset"), ("tdmsci_test", "METRIC", "Metric"),
        ("scier_test", "Dataset", "Dataset"), ("scier_test_ood", "Dataset", "Dataset"))

Span = tuple[int, int]


def main() -> int:
    """Print one row a set and class, of the default and of the fast extraction."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    folder = parser.parse_args().data / "data" / "thirdparty"
    ontology = load_ontology()
    extractors = {"default": load(ontology), "fast": load(ontology, fast=True)}
    print(f"{'set':16}{'class':10}{'':8}{'P':>7}{'R':>7}{'F1':>7}{'annotated':>11}")
    for name, label, cls in SETS:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        for kind, extractor in extractors.items():
            found, right, gold = score(records, label, cls, extractor)
            precision, recall = right / max(found, 1), right / max(gold, 1)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            print(f"{name:16}{cls:10}{kind:8}{100 * precision:7.1f}{100 * recall:7.1f}{100 * f1:7.1f}{gold:11}")
    return 0


def score(records: Iterable[dict[str, Any]], label: str, cls: str, extractor: Extractor) -> tuple[int, int, int]:
    """Return how many mentions were found, how many of them were right, and how many there are."""
    found = right = gold = 0
    for record in records:
        text, starts = _joined(record["tokens"])
        wanted = {(starts[e["start"]], starts[e["end"] - 1] + len(record["tokens"][e["end"] - 1]))
                  for e in record["entities"] if e["label"] == label}
        extraction = extractor.extract(Paper("one", text))
        seen = _groups([(m.start, m.end) for e in extraction.entities if e.cls == cls for m in e.mentions])
        found, gold = found + len(seen), gold + len(wanted)
        right += sum(not wanted.isdisjoint(group) for group in seen)
    return found, right, gold


def _joined(tokens: Sequence[str]) -> tuple[str, list[int]]:
    """Return the tokens with a blank between, and where each starts."""
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token) + 1
    return " ".join(tokens), starts


def _groups(spans: Iterable[Span]) -> list[set[Span]]:
    """Return the spans, those together that lie in one another."""
    groups: list[set[Span]] = []
    reach = -1
    for start, end in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if groups and end <= reach:
            groups[-1].add((start, end))
        else:
            groups.append({(start, end)})
            reach = end
    return groups


if __name__ == "__main__":
    sys.exit(main())
