"""Results: a table of own sentences, and what must hold of every text."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.extract import document
from kg.extract.quantities import QuantityFinder
from kg.extract.result_baselines import baselines
from kg.extract.result_model import ResultModel, dumps, load
from kg.extract.result_scene import ResultWords, scene_of
from kg.extract.result_sites import sites
from kg.extract.results import ResultFinder
from kg.extract.sentences import SentenceSplitter, blank
from kg.model import PAPER, Entity, Evidence, Mention, Relation
from kg.ontology import load as load_ontology

TABLE = Path(__file__).parent.parent / "data" / "results.jsonl"
ROWS = [row for row in map(json.loads, TABLE.read_text(encoding="utf-8").splitlines()) if "results" in row]
ONTOLOGY = load_ontology()
BLANK, SPLIT, NUMBERS = blank(), SentenceSplitter(ONTOLOGY), QuantityFinder(ONTOLOGY)
FIND = ResultFinder(ONTOLOGY)
document.register()


def read(text, entities=()):
    """Return the document of a text with entities named by their strings, after the finder of results."""
    doc = NUMBERS(SPLIT(BLANK.make_doc(text)))
    found = []
    for entity in entities:
        starts = [n for n in range(len(text)) if text.startswith(entity["name"], n)]
        mentions = tuple(Mention(n, n + len(entity["name"]), entity["name"]) for n in starts)
        found.append(Entity(entity["cls"], entity["name"], mentions, "hand", 1.0))
    doc._.kg_entities = tuple(sorted(found, key=lambda e: e.mentions))
    doc._.kg_introduces = tuple(Relation(PAPER, "introduces", e["name"], Evidence(0, 1, "hand", 1.0))
                                for e in entities if e.get("introduced"))
    return FIND(doc)


def entity(name, cls, *, introduced=False):
    return {"name": name, "cls": cls, "introduced": introduced}


ORBITER, SLIPWAY = entity("Orbiter", "System", introduced=True), entity("Slipway", "System")
LATENCY, THROUGHPUT = entity("latency", "Metric"), entity("throughput", "Metric")


def test_table_is_whole():
    assert len(ROWS) == 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:60])
def test_table(row):
    parts = ("low", "high", "unit", "change", "bound", "metric", "baseline")
    found = [{**{p: getattr(r, p) for p in parts}, "conditions": list(r.conditions)}
             for r in read(row["text"], row["entities"])._.kg_results]
    assert found == row["results"]


def test_the_authors_artefact_is_the_subject():
    doc = read("We present Orbiter. Our system reduces latency by 40%.", [ORBITER, LATENCY])
    assert [r.subject for r in doc._.kg_results] == ["Orbiter"]


def test_without_an_artefact_the_paper_is_the_subject():
    assert [r.subject for r in read("Our method reduces latency by 40%.", [LATENCY])._.kg_results] == [PAPER]


def test_an_artefact_that_may_be_new_is_no_subject_of_what_names_none():
    text, entities = "We present Orbiter. Our system reduces latency by 40%.", [ORBITER, LATENCY]
    doc = read(text, entities)
    doc._.kg_introduces = (Relation(PAPER, "introduces", "Orbiter", Evidence(0, 1, "hand", 0.5)),)
    assert [r.subject for r in FIND(doc)._.kg_results] == [PAPER]


def test_a_list_of_baselines_with_their_numbers_is_taken_apart():
    document = read("We present Orbiter. It outperforms all of Slipway by 14% and Harbour (6%) in throughput.",
                    [ORBITER, SLIPWAY, entity("Harbour", "System"), THROUGHPUT])
    for number, site in enumerate(sites(scene_of(document, ResultWords.from_ontology(ONTOLOGY)))):
        own = {c.value for c in baselines(site) if "carries=mine" in c.features}
        assert ("Slipway", "Harbour")[number] in own
        assert ("Slipway", "Harbour")[1 - number] not in own


def test_a_device_inside_a_quantity_leaves_it_a_number():
    document = read("It falls from 3.26 ms on the GPU to 1.09 ms.", [entity("GPU", "Hardware")])
    assert [q.raw for q in scene_of(document, ResultWords.from_ontology(ONTOLOGY)).quantities] == [
        "3.26 ms on the GPU to 1.09 ms"]


def test_the_evidence_covers_number_bound_and_metric():
    text = "Orbiter raises throughput by up to 40% here."
    (result,) = read(text, [ORBITER, THROUGHPUT])._.kg_results
    assert text[result.evidence.start : result.evidence.end] == "throughput by up to 40%"
    assert (result.raw, result.form) == ("40%", "single")


def test_a_number_in_a_name_is_none():
    assert read("Llama 2 70B is served.", [entity("Llama 2 70B", "Model")])._.kg_results == ()


def test_results_of_nothing():
    doc = read("")
    assert (doc._.kg_results, doc._.kg_unresolved) == ((), ())


_PIECES = st.sampled_from([
    "Orbiter", "Slipway", "latency", "throughput", "reduces", "by", "up to", "40%", "2-3x", "and", ",", "than", "(",
    ")", ".", "over", "3 ms", "respectively", "while", "faster", "compared to", "from 5 to 9%", "the", "of", "on"])


@given(st.lists(_PIECES, max_size=30).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_it_fail(text):
    known = [e for e in (ORBITER, SLIPWAY, LATENCY, THROUGHPUT) if e["name"] in text]
    doc = read(text, known)
    for result in doc._.kg_results:
        assert result.raw in text
        assert 0 <= result.evidence.start < result.evidence.end <= len(text)
        assert 0.0 <= result.evidence.confidence <= 1.0
        assert result.low <= result.high
    assert read(text, known)._.kg_results == doc._.kg_results


def test_chances_add_up_and_follow_the_weights():
    model = ResultModel({"head": {"a": 1.0}})
    chances = model.chances("head", [["a"], ["b"], []])
    assert sum(chances) == pytest.approx(1.0)
    assert chances[0] > chances[1] == chances[2]
    assert model.chances("head", []) == []


def test_weights_survive_writing(tmp_path):
    model = ResultModel({"head": {"b": -0.5, "a": 1.0}})
    (tmp_path / "w.json").write_text(dumps(model), encoding="utf-8")
    assert load(tmp_path / "w.json") == model


@pytest.mark.parametrize("text", [None, "{"])
def test_damaged_weights_are_named(tmp_path, text):
    if text is not None:
        (tmp_path / "w.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"w\.json"):
        load(tmp_path / "w.json")
