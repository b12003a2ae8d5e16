"""Extractions to records and back, and gold records with bare strings."""

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import EvaluationError
from kg.interchange import dumps, from_record, read_records, to_record
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation, Result

TEXT = "Orbiter: Fast Serving\n\nOrbiter serves on 8 A100s, 2x faster than Basin. See https://example.org/o."


def span(surface: str, after: int = 0) -> tuple[int, int]:
    start = TEXT.index(surface, after)
    return start, start + len(surface)


def mention(surface: str, after: int = 0) -> Mention:
    return Mention(*span(surface, after), surface)


EXTRACTION = Extraction(
    paper=Paper(id="p1", title="Orbiter: Fast Serving", abstract=TEXT.split("\n\n")[1]),
    entities=(
        Entity("System", "Orbiter", (mention("Orbiter"), mention("Orbiter", 8)), "introduced", 0.9),
        Entity("Hardware", "A100", (mention("A100s"),), "vocabulary", 0.95, concept="https://example.org/a", count=8),
        Entity("System", "Basin", (mention("Basin"),), "name", 0.6),
    ),
    introduces=(Relation(PAPER, "introduces", "Orbiter", Evidence(*span("Orbiter"), "title", 0.9)),),
    relations=(Relation("Orbiter", "usesHardware", "A100", Evidence(*span("serves on 8 A100s"), "cue", 0.8)),),
    results=(Result("Orbiter", "speedup", 2.0, 2.0, "x", "increase", "exact", "single", "2x",
                    Evidence(*span("2x faster than Basin"), "result", 0.7), baseline="Basin", conditions=("A100",),
                    baselines=("Basin",)),),
    code=(mention("https://example.org/o"),),
)


def gold(**keys: Any) -> dict[str, Any]:
    return {"id": "g", "title": "Orbiter: Fast Serving", "text": TEXT, "entities": [], "introduces": [],
            "relations": [], "results": []} | keys


def test_record_has_the_keys_of_the_gold_form_in_order() -> None:
    record = to_record(EXTRACTION)
    assert list(record) == ["id", "title", "text", "entities", "introduces", "relations", "results", "code"]
    assert record["entities"][1]["count"] == 8
    assert "count" not in record["entities"][0]
    assert record["introduces"] == ["Orbiter"]
    assert record["code"] == ["https://example.org/o"]


def test_every_span_of_a_record_covers_its_text() -> None:
    record = to_record(EXTRACTION)
    spans = [(m["start"], m["end"], m["text"]) for e in record["entities"] for m in e["mentions"]]
    spans += [(r["start"], r["end"], r["quote"]) for r in (*record["relations"], *record["results"])]
    assert len(spans) == 6
    assert all(record["text"][start:end] == text for start, end, text in spans)


def test_record_without_title_and_findings() -> None:
    record = to_record(Extraction(paper=Paper(id="é", abstract="Nothing is new.")))
    assert record["title"] is None
    assert record["text"] == "Nothing is new."
    assert record["entities"] == record["results"] == record["code"] == []
    assert dumps(record).startswith('{"id": "é", "title": null')


def test_from_record_reads_back_what_to_record_wrote() -> None:
    back = from_record(json.loads(dumps(to_record(EXTRACTION))))
    assert back.entities == EXTRACTION.entities
    assert back.relations == EXTRACTION.relations
    assert back.results == EXTRACTION.results
    assert back.paper == EXTRACTION.paper
    assert back.notes == ()


def test_a_number_that_falls_keeps_its_direction() -> None:
    result = Result("Orbiter", "latency", 20.0, 8.0, "ms", "decrease", "exact", "from-to", "20 ms to 8 ms",
                    Evidence(0, 7, "result", 0.7))
    record = to_record(Extraction(paper=EXTRACTION.paper, results=(result,)))
    found = record["results"][0]
    assert (found["low"], found["high"], found["before"], found["after"]) == (8.0, 20.0, 20.0, 8.0)
    assert from_record(record).results == (result,)


def test_strings_are_located_longest_first() -> None:
    entities = [{"type": "Hardware", "name": "A100", "mentions": ["8 A100s", "A100s", "orbiter"]}]
    found = from_record(gold(entities=entities))
    (entity,) = found.entities
    assert [m.text for m in entity.mentions] == ["Orbiter", "Orbiter", "8 A100s"]
    assert found.notes == ()


def test_what_is_not_in_the_text_is_noted() -> None:
    found = from_record(gold(
        entities=[{"type": "System", "name": "Gone", "mentions": ["Gone"]}],
        results=[{"subject": PAPER, "metric": "speedup", "low": 2, "high": 3, "unit": "x", "change": "increase",
                  "quote": "2-3x"}],
        code=["https://example.org/none"]))
    assert found.entities == ()
    assert found.notes == ("mention not in the text: Gone", "entity without a place: Gone",
                           "quote not in the text: 2-3x", "link not in the text: https://example.org/none")
    assert found.results[0].form == "range"


def test_title_is_split_off_and_latex_repaired() -> None:
    record = {"id": "g", "title": "Orbiter", "text": "Orbiter\n\nWe gain $2\\times$ with \\textbf{Orbiter}.",
              "entities": [{"type": "System", "name": "Orbiter", "mentions": ["\\textbf{Orbiter}", "Orbiter"]}]}
    found = from_record(record)
    assert (found.paper.title, found.paper.abstract) == ("Orbiter", "We gain 2× with Orbiter.")
    assert [m.start for m in found.entities[0].mentions] == [0, found.paper.text.rindex("Orbiter")]


@pytest.mark.parametrize(("record", "message"), [
    ({"id": "g"}, "g: the record has no text"),
    ({"id": "g", "text": "A text.", "title": 3}, "g: the title is no string"),
    ({"id": "g", "text": "A text.", "entities": [{"type": "System", "name": "A"}]}, "g: .*'mentions'"),
    ({"id": "g", "text": "A text.", "results": [{"low": 1}]}, "g: .*'high'"),
])
def test_malformed_records_name_the_id_and_the_fault(record: dict[str, Any], message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        from_record(record)


@pytest.mark.parametrize(("content", "message"), [
    ('{"id": "a"}\n{"id": \n', r"r\.jsonl:2: not JSON"),
    ('{"id": "a"}\n\n{"id": "a"}\n', r"r\.jsonl:3: the id 'a' stands on line 1 already"),
    ("[1]\n", r"r\.jsonl:1: no object"),
])
def test_faulty_files_name_the_line(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=message):
        read_records(file)


def test_missing_and_badly_encoded_files_are_errors(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b'{"id": "\xe9"}')
    for name in ("latin", "none"):
        with pytest.raises(EvaluationError, match="cannot read the records"):
            read_records(tmp_path / name)


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    assert read_records(tmp_path / "empty") == []


def test_gold_records_find_their_places(kg_data: Path) -> None:
    records = read_records(kg_data / "gold" / "train.jsonl")
    extractions = [from_record(r) for r in records]
    entities = sum(len(r["entities"]) for r in records)
    assert len(extractions) == 500
    assert sum(len(e.entities) for e in extractions) >= 0.99 * entities
    for extraction in extractions:
        text = extraction.paper.text
        assert all(text[m.start:m.end] == m.text for e in extraction.entities for m in e.mentions)
