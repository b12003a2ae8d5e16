"""Annotation without its texts: it comes together with the texts it was made on, and with no others."""

import gzip
import json

import pytest

from kg.errors import InputError
from kg.train.standoff import ANNOTATION, TEXTS, read_standoff, standoff

PAPER = {"id": "2600.00001", "title": "Orbiter", "abstract": "Orbiter saves 5% memory."}
RECORD = {
    "id": "more-1", "arxiv": "2600.00001", "title": "Orbiter", "text": "Orbiter\n\nOrbiter saves 5% memory.",
    "entities": [{"type": "System", "name": "Orbiter", "mentions": ["Orbiter"]}], "ignore": ["memory"],
    "introduces": ["Orbiter"], "relations": [],
    "results": [{"subject": "Orbiter", "metric": "memory", "low": 5, "high": 5, "unit": "%", "change": "decrease",
                 "bound": "exact", "baseline": None, "conditions": [], "quote": "saves 5% memory"}]}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / TEXTS).write_bytes(gzip.compress(json.dumps(PAPER).encode()))
    (tmp_path / "a.jsonl").write_text(standoff([RECORD]))
    return tmp_path


def test_with_its_text_a_record_is_as_it_was(root):
    (found,) = read_standoff(root, root / "a.jsonl")
    assert all(found[key] == value for key, value in RECORD.items() if key != "results")
    assert [{k: v for k, v in r.items() if k != "at"} for r in found["results"]] == RECORD["results"]


def test_no_sentence_of_the_text_is_kept():
    assert "saves" not in standoff([RECORD])


@pytest.mark.parametrize(("paper", "why"), [({**PAPER, "abstract": "Another."}, "another"),
                                            ({**PAPER, "id": "2600.00002"}, "not there")])
def test_another_text_is_refused(root, paper, why):
    (root / TEXTS).write_bytes(gzip.compress(json.dumps(paper).encode()))
    with pytest.raises(InputError, match=why):
        read_standoff(root, root / "a.jsonl")


def test_a_missing_file_is_named(root):
    with pytest.raises(InputError, match="cannot be read"):
        read_standoff(root, root / "b.jsonl")
    with pytest.raises(InputError, match="texts"):
        read_standoff(root / "data", root / "a.jsonl")


def test_what_ships_goes_with_the_texts(kg_data):
    records = read_standoff(kg_data)
    assert len(records) == len(ANNOTATION.read_text(encoding="utf-8").splitlines())
    measured = {json.loads(line)["arxiv"] for name in ("train", "dev")
                for line in (kg_data / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()}
    assert measured.isdisjoint(r["arxiv"] for r in records)
    seeds = [path.read_text(encoding="utf-8", errors="replace") for path in sorted((kg_data / "seeds").iterdir())]
    texts = _letters("".join(seeds))
    assert not [r["arxiv"] for r in records if _letters(r["title"]) in texts or _letters(r["text"])[-120:] in texts]


def _letters(text):
    """Return the letters of a text, so that layout and hyphens do not count."""
    return "".join(c for c in text.lower() if c.isalpha())
