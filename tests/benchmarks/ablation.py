"""What each signal of the entities is worth: scores with the signal taken from the decision, or from everything.

    python tests/benchmarks/ablation.py DATA

DATA is the folder with ``gold/train.jsonl``. Five folds; the recognisers are shared by all rows but the last ones, and
the folds of the decision share recognisers, so that rows compare with one another. Takes about fifteen minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.evaluate import evaluate
from kg.extract import document
from kg.extract.encoder import Encoder
from kg.extract.features import columns
from kg.extract.pipeline import WEIGHTS
from kg.extract.signals import Lexicon
from kg.extract.words import Words
from kg.interchange import Record, read_records
from kg.ontology import Ontology, load
from kg.train import entities
from kg.train.extraction import ENCODER, GOLD, GOLD_SOURCE

GROUPS = {
    "vocabulary": ("listed", "inlist", "ambiguous", "generic", "src_vocabulary", "mate"),
    "recogniser": ("max", "mean", "any", "best", "second", "coverage", "wider", "narrower", "src_recogniser"),
    "encoder's probe": ("probe",),
    "spelling": ("tokens", "characters", "capital", "inner_capital", "digit", "all_capitals", "hyphen", "lower_start",
                 "plural", "src_spelling", "src_capitals", "capital_inside"),
    "acronyms": ("acronym", "expansion", "in_parentheses"),
    "introductions": ("defined", "before", "title", "own", "named", "verb", "new", "part", "possessed", "passive",
                      "shares_title_name", "since_own", "src_title", "src_phrase", "form"),
    "head nouns": ("after", "head"),
    "word classes, document frequency": ("documents", "lower_last", "lower_first", "coarse", "fine", "unknown_words"),
    "cues of relations": ("cue",),
    "mentions together": ("occurrences", "sentences", "share", "first_", "last_sentence", "in_title", "own_sentence"),
}
"""What the names of a group's columns begin with."""


def main() -> int:
    """Print one row a signal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    records = read_records(parser.parse_args().data / GOLD)
    document.register()
    ontology, words = load(), Words.load(WEIGHTS / "entities" / "words.npz")
    lexicon = Lexicon.from_ontology(ontology, drop_source=GOLD_SOURCE)
    examples = entities.prepare(records, ontology, lexicon, words, Encoder(ENCODER))
    plain = entities.cross_fit(examples, lexicon, words)
    probed = entities.cross_probe(plain)
    print(f"{'without':36}{'entity':>8}{'mention':>9}{'introduces':>12}  by class")
    show("nothing (default)", records, entities.held_out(examples, probed, lexicon), ontology)
    show("encoder (--fast)", records, entities.held_out(examples, plain, lexicon, probed=False), ontology)
    for name, starts in GROUPS.items():
        masked = without(probed, starts)
        show(name, records, entities.held_out(examples, masked, lexicon), ontology)
    bare = replace(lexicon, concepts=(), names=type(lexicon.names)([]), by_fold={})
    examples = entities.prepare(records, ontology, bare, words, Encoder(ENCODER))
    probed = entities.cross_probe(entities.cross_fit(examples, bare, words))
    show("vocabulary, everywhere", records, entities.held_out(examples, probed, bare), ontology)
    return 0


def without(judged: Sequence[entities.Judged], starts: Iterable[str]) -> list[entities.Judged]:
    """Return the candidates with the columns set to zero whose names begin so."""
    gone = [i for i, name in enumerate(columns(probed=True)) if name.startswith(tuple(starts))]
    if not gone:
        raise ValueError(f"no column begins with {', '.join(starts)}")
    emptied = []
    for one in judged:
        table = one.table.copy()
        table[:, gone] = 0.0
        emptied.append(replace(one, table=table))
    return emptied


def show(name: str, records: Sequence[Record], found: Sequence[dict[str, Any]], ontology: Ontology) -> None:
    """Print the scores of one variant."""
    rest: dict[str, Any] = {"relations": [], "results": []}
    rows = evaluate(records, [{**r, **rest} for r in found], ontology).rows
    classes = [f"{k.removeprefix('entity/')} {row.f1:.1f}" for k, row in rows.items() if k.startswith("entity/")]
    main = f"{rows['entity'].f1:8.1f}{rows['mention'].f1:9.1f}{rows['introduces'].f1:12.1f}"
    print(f"{name:36}{main}  {', '.join(classes)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
