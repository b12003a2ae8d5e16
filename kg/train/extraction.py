"""The weights of the whole extraction from annotated abstracts, in the order they depend on each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.extract.result_model import dumps
from kg.extract.words import Words
from kg.interchange import Record
from kg.ontology import Ontology
from kg.train import entities, relations, results
from kg.train.result_scenes import scene_maker

GOLD_SOURCE = "https://w3id.org/abstract-kg/source/gold-train"
"""Source of the concepts that only the training abstracts named; training does as if they were not listed."""


def train(records: Sequence[Record], ontology: Ontology, words: Words, out: Path) -> None:
    """Write all weights that are learnt from annotated abstracts into the folder ``out``.

    Results are learnt from gold entities and, since they will meet found ones, from entities that were found by
    weights that had not seen the abstract. Equal inputs give equal bytes.

    Args:
        records: annotated abstracts in the form of the gold files.
        ontology: the vocabulary and word lists.
        words: the table of word classes; it is written beside the rest.
        out: the folder that ``kg.extract.pipeline.load`` takes as ``weights``.
    """
    out.mkdir(parents=True, exist_ok=True)
    weights, found = entities.train(records, ontology, words, drop_source=GOLD_SOURCE)
    entities.save(weights, out / "entities")
    relations.train(records, ontology, out / "relations.json")
    scene = scene_maker(ontology)
    pairs = [(scene(record, known), record) for record, held in zip(records, found, strict=True)
             for known in (record, held)]
    (out / "results.json").write_text(dumps(results.train(pairs)), encoding="utf-8", newline="\n")
