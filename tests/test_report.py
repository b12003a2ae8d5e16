"""The report: counts, and nothing dropped in silence."""

import json
from pathlib import Path

from kg.check import Violation
from kg.contradictions import Contradiction, Voice
from kg.link import link
from kg.model import Extraction, Origin, Skipped
from kg.ontology import Ontology
from kg.report import Reading, report, write_report
from kg.terms import paper_iri


def test_a_report_counts_and_names_what_was_left_out(extractions: tuple[Extraction, ...], bare: Ontology) -> None:
    reading = Reading(5, (Skipped(Origin("/far/away/list.txt", 7), "no abstract", "p9"),))
    made = report(extractions, link(extractions, bare), reading=reading, violations=[Violation("n", "quote", "m")])
    assert made["counts"] == {"records": 5, "papers": 2, "duplicates": 1, "skipped": 1, "entities": 9, "results": 3,
                              "unresolved": 1, "kept_out": 3, "violations": 1, "contradictions": 0}
    assert made["entities"]["System"] == 4
    assert made["relations"]["outperforms"] == 3
    assert made["skipped"] == [{"file": "list.txt:7", "id": "p9", "reason": "no abstract"}]
    assert made["merged"] == [{"paper": "p1", "origins": ["list.txt:3", "more.json:1"]}]
    assert made["notes"] == [{"paper": "p1", "note": "a note"}]
    assert made["unresolved"][0]["number"] == "64"
    assert made["unresolved"][0]["sentence"] == "On 64 A100 GPUs it gives 2-3x higher throughput than vLLM on GSM8K."


def test_what_is_denied_or_supposed_is_named(extractions: tuple[Extraction, ...], bare: Ontology) -> None:
    made = report(extractions, link(extractions, bare))
    assert [(s["paper"], s["said"], s["polarity"], s["modality"]) for s in made["kept_out"]] == [
        ("p2", "@paper: tail latency 1 ms", "affirmed", "hedged"),
        ("p2", "Quasar outperforms VLLM", "affirmed", "hedged"),
        ("p2", "Quasar outperforms RAY", "negated", "asserted")]
    assert made["kept_out"][2]["sentence"] == "It does not outperform RAY."


def test_a_report_does_not_hang_on_order(extractions: tuple[Extraction, ...], bare: Ontology, tmp_path: Path) -> None:
    for name, papers in (("a", extractions), ("b", extractions[::-1])):
        write_report(report(papers, link(papers, bare)), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert json.loads((tmp_path / "a").read_text(encoding="utf-8"))["counts"]["papers"] == 2


def test_contradictions_are_told_with_both_sentences(extractions: tuple[Extraction, ...], bare: Ontology) -> None:
    voices = [Voice(paper_iri(paper), 0, 5, said, "quote", f"{said}.", "rule", 0.5)
              for paper, said in (("p1", "A beats B"), ("p2", "B beats A"))]
    made = report(extractions, link(extractions, bare),
                  contradictions=[Contradiction("winner", False, ("A", "B"), "speed", *voices)])
    assert made["counts"]["contradictions"] == 1
    (one,) = made["contradictions"]
    assert (one["kind"], one["about"], one["metric"], one["within_one"]) == ("winner", ["A", "B"], "speed", False)
    assert [(s["paper"], s["sentence"]) for s in one["sentences"]] == [("p1", "A beats B."), ("p2", "B beats A.")]


def test_no_papers(bare: Ontology) -> None:
    assert report([], link([], bare))["counts"]["papers"] == 0
