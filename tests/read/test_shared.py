"""Real files, where ``KG_DATA`` names the folder that holds them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kg.model import Paper
from kg.read import merge_duplicates, read
from kg.text import repair

SHARED = Path(os.environ.get("KG_DATA", ""))
pytestmark = pytest.mark.skipif("KG_DATA" not in os.environ, reason="KG_DATA is not set")

FURNITURE = (
    "Get trending",
    "Subscribe",
    "byAK",
    "Created:",
    "Updated:",
    "arXiv:",
    "Abstract:",
    "Preprint.",
    "17 pages",
)


def test_seeds() -> None:
    records = list(read([SHARED / "seeds" / "*.txt"]))
    papers = [record for record in records if isinstance(record, Paper)]
    merged = merge_duplicates(papers)
    assert (len(records), len(papers), len(merged), sum(paper.arxiv is not None for paper in merged)) == (
        127,
        127,
        108,
        18,
    )
    assert merge_duplicates(reversed(papers)) == merged
    assert [paper.id for paper in merged if any(mark in paper.text for mark in FURNITURE)] == []
    assert sum(paper.title is not None for paper in merged) == 87 and min(len(paper.abstract) for paper in merged) > 400


@pytest.mark.parametrize(("name", "count"), [("train", 500), ("dev", 54)])
def test_gold_texts_are_kept(name: str, count: int) -> None:
    path = SHARED / "gold" / f"{name}.jsonl"
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    papers = [record for record in read([path]) if isinstance(record, Paper)]
    assert len(papers) == len(gold) == count
    assert [(paper.id, paper.arxiv, paper.text) for paper in papers] == [
        (one["id"], one["arxiv"], repair(one["text"])) for one in gold
    ]


def test_formats() -> None:
    expected = json.loads((SHARED / "data/formats/expected.json").read_text(encoding="utf-8"))
    files = [one for one in expected if one["fmt"] in {"bibtex", "csv", "jsonl-generic", "arxiv-kaggle"}]
    assert len(files) == 37
    for one in files:
        records = list(read([SHARED / "data/formats" / one["fmt"] / one["name"]]))
        numbers = [number for number, record in enumerate(records, 1) if isinstance(record, Paper)]
        if one["name"] == "colrev_bib_data.bib":  # an entry given twice under one key: both are read, and merged later
            assert numbers == [1, 2]
        else:
            assert numbers == one["abstract_records"], one["name"]
