"""The network: which nodes and edges it has, what they carry, in which order."""

import math

import pyoxigraph as ox

from kg import graph, link, ontology
from kg.export.network import MENTIONS, VOCABULARY, edge_id, network, value_text, words
from kg.export.statements import Outcome
from kg.interchange import from_record

TEXT = "Orbiter beats Comet by 2-4x in throughput on Dust. Orbiter runs on Dust."


def record(number, **changes):
    return {
        "id": f"p{number}", "title": f"Paper {number}", "text": f"Paper {number}\n\n{TEXT}",
        "entities": [
            {"type": "System", "name": "Orbiter", "mentions": ["Orbiter"]},
            {"type": "System", "name": "Comet", "mentions": ["Comet"]},
            {"type": "Hardware", "name": "Dust", "mentions": ["Dust"]},
            {"type": "Metric", "name": "quux", "mentions": ["throughput"]},
        ],
        "introduces": ["Orbiter"],
        "relations": [{"subject": "Orbiter", "predicate": "outperforms", "object": "Comet",
                       "rule": "cue", "confidence": 0.8}],
        "results": [{"subject": "Orbiter", "metric": "quux", "low": 2, "high": 4, "unit": "x", "change": "increase",
                     "bound": "max", "baseline": "Comet", "conditions": ["Dust"], "quote": "2-4x in throughput"}],
    } | changes


def store_of(*records):
    schema = ontology.load()
    extractions = [from_record(r) for r in records]
    store = ox.Store()
    store.extend(graph.graph_quads(extractions, link.link(extractions, schema), schema))
    return store


def by_label(net):
    return {attributes["label"]: iri for iri, attributes in net.nodes(data=True)}


def edges(net):
    names = {iri: label for label, iri in by_label(net).items()}
    return {(names[s], attributes["interaction"], names[o]): attributes for s, o, attributes in net.edges(data=True)}


def test_nodes_are_papers_and_entities_alone():
    net = network(store_of(record(1), record(2, introduces=[])))
    assert sorted(by_label(net)) == ["Comet", "Dust", "Orbiter", "Paper 1", "Paper 2", "quux"]
    orbiter = net.nodes[by_label(net)["Orbiter"]]
    assert (orbiter["type"], orbiter["support"], orbiter["results"]) == ("System", 2, 2)
    assert net.nodes[by_label(net)["quux"]]["results"] == 2
    assert net.nodes[by_label(net)["Paper 1"]]["identifier"] == "p1"


def test_an_edge_carries_its_papers_its_surest_evidence_and_its_result():
    surer = [{"subject": "Orbiter", "predicate": "outperforms", "object": "Comet", "rule": "model", "confidence": 0.9}]
    net = network(store_of(record(1), record(2, relations=surer, introduces=[])))
    edge = edges(net)["Orbiter", "outperforms", "Comet"]
    assert (edge["support"], edge["weight"], edge["papers"]) == (2, 2.0, "p1 | p2")
    assert (edge["confidence"], edge["rule"], edge["quote"]) == (0.9, "model", "Comet")
    assert (edge["results"], edge["metric"], edge["value"]) == (2, "quux", "up to 2–4x increase")


def test_an_entity_without_relations_hangs_on_the_papers_that_name_it():
    found = edges(network(store_of(record(1))))
    assert found["Paper 1", MENTIONS, "Dust"]["quote"] == "Dust"
    assert [key for key in found if key[1] == MENTIONS and key[2] == "Comet"] == []


def test_what_the_vocabulary_states_says_so():
    concepts = {c.iri: c for c in ontology.load().concepts}
    variant = next((c for c in concepts.values() if c.variant_of and not c.ambiguous), None)
    assert variant is not None
    entity = {"type": variant.cls, "name": variant.label, "mentions": [variant.label], "concept": variant.iri}
    net = network(store_of(record(1, text=f"About {variant.label}.", title=None, entities=[entity], introduces=[],
                                  relations=[], results=[])))
    ends = variant.iri, variant.variant_of
    attributes = net.get_edge_data(*ends)[edge_id(ends[0], "variantOf", ends[1])]
    assert (attributes["rule"], attributes["support"], attributes["weight"]) == (VOCABULARY, 0, 1.0)


def test_negated_claims_make_no_edge():
    negated = [{"subject": "Orbiter", "predicate": "outperforms", "object": "Comet", "polarity": "negated"}]
    assert ("Orbiter", "outperforms", "Comet") not in edges(network(store_of(record(1, relations=negated))))


def test_parallel_edges_stay_apart_and_ids_are_unique():
    both = [{"subject": "Orbiter", "predicate": p, "object": "Comet"} for p in ("outperforms", "builtOn", "uses")]
    net = network(store_of(record(1, relations=both)))
    ends = by_label(net)["Orbiter"], by_label(net)["Comet"]
    assert net.number_of_edges(*ends) == 3
    ids = [eid for *_, eid in net.edges(data="eid")]
    assert len(set(ids)) == len(ids) == net.number_of_edges()


def test_attributes_are_strings_integers_and_finite_numbers_of_one_type_each():
    net = network(store_of(record(1), record(2, introduces=[])))
    kinds = {}
    rows = [*(("node", a) for _, a in net.nodes(data=True)), *(("edge", a) for *_, a in net.edges(data=True))]
    for kind, attributes in rows:
        for name, value in attributes.items():
            assert type(value) in {str, int, float}
            assert isinstance(value, str) or math.isfinite(value)
            assert kinds.setdefault((kind, name), type(value)) is type(value), name
    assert len(kinds) >= 15


def test_order_of_papers_does_not_matter():
    first, second = record(1), record(2, introduces=[])
    one, two = network(store_of(first, second)), network(store_of(second, first))
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(two.edges(keys=True, data=True))


def test_an_empty_store_gives_an_empty_network():
    assert network(ox.Store()).number_of_nodes() == 0


def outcome(**changes):
    return Outcome(**({"iri": "r", "about": "a", "metric": "", "metric_phrase": "", "baselines": (),
                       "baseline_phrase": "", "conditions": (), "low": 2.0, "high": 2.0,
                       "unit": "x", "unit_iri": "", "change": "increase", "bound": "exact",
                       "form": "single", "raw": "", "paper": "p", "start": 0, "end": 1, "quote": "", "rule": "",
                       "confidence": 1.0} | changes))


def test_values_read_as_people_write_them():
    cases = {
        "2x increase": {},
        "up to 2–4.5x increase": {"high": 4.5, "bound": "max", "form": "range"},
        "39.6 → 47.7% increase": {"low": 39.6, "high": 47.7, "unit": "%", "form": "from-to"},
        "about 400000000 Gbit/s": {"low": 4e8, "high": 4e8, "unit": "Gbit/s", "bound": "approx", "change": "value"},
    }
    for wanted, changes in cases.items():
        assert value_text(outcome(**changes)) == wanted
    assert words("usesHardware") == "uses hardware"


def test_each_baseline_of_a_result_has_it_on_its_edge():
    ties = [{"subject": "Orbiter", "predicate": predicate, "object": name}
            for predicate, name in (("outperforms", "Comet"), ("uses", "Flare"))]
    flare = {"type": "System", "name": "Flare", "mentions": ["Orbiter"]}
    both = record(1, relations=ties, introduces=[])
    both["entities"].append(flare)
    both["results"][0] |= {"baseline": "Comet and Flare", "baselines": ["Comet", "Flare"]}
    found = {target: a["value"] for (_, _, target), a in edges(network(store_of(both))).items() if a["results"]}
    assert found == {"Comet": "up to 2–4x increase", "Flare": "up to 2–4x increase"}
