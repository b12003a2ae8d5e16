"""Real files, where ``KG_DATA`` names the folder that holds them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kg.model import Paper, Skipped
from kg.read import merge_duplicates, read
from kg.text import repair

SHARED = Path(os.environ.get("KG_DATA", ""))
pytestmark = pytest.mark.skipif("KG_DATA" not in os.environ, reason="KG_DATA is not set")

MARKUP = ("<jats:", "</", "<p>", "&lt;p", "\\begin{document}", "<sub", "<sup")
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


OTHERWISE = {
    # The reference takes only the first of two entries with one key; here both are read, and merged later.
    "colrev_bib_data.bib": (6, [1, 2]),
    # The reference loses the record whose end tag is missing.
    "colrev_missing_er.ris": (2, []),
    # The reference counts attachments too, which are no records.
    "accord_zotero.rdf": (14, list(range(1, 15))),
    # What the reference takes for an abstract is the caption of a figure.
    "ads_jats_pnas_119_2201344119.xml": (1, []),
}


def test_formats() -> None:
    expected = json.loads((SHARED / "data/formats/expected.json").read_text(encoding="utf-8"))
    assert (len(expected), len({one["fmt"] for one in expected})) == (117, 20)
    papers = 0
    for one in expected:
        records = list(read([SHARED / "data/formats" / one["fmt"] / one["name"]]))
        numbers = [number for number, record in enumerate(records, 1) if isinstance(record, Paper)]
        count, wanted = OTHERWISE.get(one["name"], (one["records"] or 1, one["abstract_records"]))
        assert (len(records), numbers) == (count, wanted), one["name"]
        assert all(record.reason for record in records if isinstance(record, Skipped))
        assert not any(mark in record.text for record in records if isinstance(record, Paper) for mark in MARKUP)
        papers += len(numbers)
    assert papers == 654
