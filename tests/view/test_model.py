"""What the page shows: classes, nodes, evidence, and which part is drawn."""

import copy
import json
import re

import pyoxigraph as ox

from kg.view.model import view


def test_evidence_gives_back_its_sentence_and_span(store_of, schema, orbiter):
    content = view(store_of(orbiter), schema).content
    names = [node["label"] for node in content["nodes"]]
    edge = next(e for e in content["edges"] if e[1] == "outperforms")
    assert (names[edge[0]], names[edge[2]]) == ("Orbiter", "Comet")
    paper, first, last, start, end, rule, confidence = content["evidence"][edge[3][0]]
    text = content["nodes"][paper]["text"].encode("utf-16-le")
    assert text[2 * first:2 * last].decode("utf-16-le").startswith("Our Orbiter 🚀 beats")
    assert text[2 * start:2 * end].decode("utf-16-le") == "Comet"
    assert (rule, confidence) == ("cue", 0.81)


def test_nodes_tell_aliases_papers_and_results(store_of, schema, orbiter):
    content = view(store_of(orbiter), schema).content
    number = next(i for i, n in enumerate(content["nodes"]) if n["label"] == "Orbiter")
    grid, = (n for n in content["nodes"] if n["cls"] == "Hardware")
    assert (grid["label"], grid["aliases"]) == ("Dusty Unit Grid", ["DUG"])
    assert [content["nodes"][paper]["id"] for paper in content["named"][number]] == ["p1"]
    result, = content["results"]
    assert (result["about"], result["value"]) == (number, "2–4x increase")
    paper = content["nodes"][content["named"][number][0]]
    assert (paper["year"], paper["pages"], paper["code"]) == (
        2025, ["https://arxiv.org/abs/2501.00001"], ["https://example.org/orbiter"])


def test_every_baseline_of_a_result_is_shown(store_of, schema, orbiter):
    both = orbiter["results"][0] | {"baseline": "systems like Comet and the DUG",
                                    "baselines": ["Comet", "Dusty Unit Grid"]}
    content = view(store_of(orbiter | {"results": [both]}), schema).content
    result, = content["results"]
    assert {content["nodes"][b]["label"] for b in result["baselines"]} == {"Comet", "Dusty Unit Grid"}
    assert result["baselinePhrase"] == "systems like Comet and the DUG"


def test_classes_come_in_the_order_and_colours_of_the_ontology(store_of, schema, orbiter):
    classes = view(store_of(orbiter), schema).content["classes"]
    assert [cls["name"] for cls in classes] == ["System", "Hardware", "Metric", "Paper", "Repository"]
    assert classes[-1]["shape"] not in {style.shape for style in schema.styles.values()}  # has no style: one of its own
    assert classes[0]["colour"] == schema.styles["System"].colour


def test_each_class_has_a_shape_of_its_own_and_enough_contrast(schema):
    assert set(schema.styles) == {"System", "Model", "Hardware", "Dataset", "Metric", "Method", "Paper"}
    assert len({style.shape for style in schema.styles.values()}) == 7
    for style in schema.styles.values():
        assert contrast(style.colour, "#ffffff") >= 3, style
        assert contrast(style.dark_colour, "#15181d") >= 3, style


def luminance(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_pairs_are_drawn_once_however_many_relations_they_have(store_of, schema, orbiter):
    more = copy.deepcopy(orbiter)
    more["relations"].append({"subject": "Comet", "predicate": "builtOn", "object": "Orbiter"})
    made = view(store_of(more), schema)
    pairs = [(edge["from"], edge["to"]) for edge in made.edges]
    assert len(set(pairs)) == len(pairs) == len(made.content["edges"]) - 1


def test_a_large_graph_opens_with_groups_and_keeps_every_node(store_of, schema, chain):
    made = view(store_of(chain(80)), schema, max_drawn=29)
    rows, found = made.content["nodes"], made.content["groups"]
    assert len(rows) == 81
    assert sorted(member for group in found for member in group["members"]) == list(range(81))
    assert [node["id"] for node in made.nodes] == list(range(81, 81 + len(found)))
    assert all({edge["from"], edge["to"]} <= {node["id"] for node in made.nodes} for edge in made.edges)
    assert len(made.content["places"]) == 2 * len(rows)


def test_many_edges_make_a_graph_large(store_of, schema, chain):
    assert "groups" in view(store_of(chain(20)), schema, max_edges=10).content
    assert "groups" not in view(store_of(chain(20)), schema).content


def test_metrics_tell_which_way_is_better(store_of, schema, orbiter):
    content = view(store_of(orbiter), schema).content
    metric, = (node for node in content["nodes"] if node["cls"] == "Metric")
    assert "better" not in metric  # an invented one, of which the ontology knows nothing
    known = orbiter | {"text": orbiter["text"].replace("swiftness", "throughput"), "results": [], "relations": [],
                       "entities": [{"type": "Metric", "name": "throughput", "mentions": ["throughput"]}],
                       "introduces": []}
    metric, = (node for node in view(store_of(known), schema).content["nodes"] if node["cls"] == "Metric")
    assert metric["better"] == "higher"


def test_only_web_addresses_become_links(store_of, schema, orbiter):
    unsafe = orbiter | {"arxiv": None, "code": []}
    store = store_of(unsafe)
    paper = ox.NamedNode("https://w3id.org/abstract-kg/paper/p1")
    for address in ("javascript:alert(1)", "https://example.org/ok"):
        store.add(ox.Quad(paper, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso"), ox.NamedNode(address)))
    node = next(n for n in view(store, schema).content["nodes"] if n["cls"] == "Paper")
    assert node["pages"] == ["https://example.org/ok"]


def test_a_paper_without_a_title_is_called_by_its_first_words(store_of, schema):
    text = "Long ago " + "words " * 40
    node, = view(store_of({"id": "p9", "title": None, "text": text, "entities": []}), schema).content["nodes"]
    assert node["label"].startswith("Long ago words")
    assert node["label"].endswith("…")
    assert (len(node["label"]) <= 64, node["id"]) == (True, "p9")


def test_an_empty_store_gives_an_empty_view(schema):
    made = view(ox.Store(), schema)
    assert (made.nodes, made.edges, made.content["nodes"]) == ([], [], [])


def test_content_is_plain_json_and_fixed(store_of, schema, orbiter):
    one, two = (json.dumps(view(store_of(orbiter), schema).content, allow_nan=False) for _ in range(2))
    assert one == two
    assert not re.search(r"\bNone\b|\bNaN\b", one)
