"""GraphML and GEXF: other tools read the same network, whatever the names hold."""

import re
from itertools import pairwise

import igraph
import networkx as nx
import pytest

from kg.errors import ExportError
from kg.export.graphml import write_gexf, write_graphml

AWKWARD = ["a < b & c > d", 'say "x" and \'y\'', "bell\x07 and null\x00", "rocket 🚀 é", "]]>", "",
           "tab\tand\nline", "\ufffe", "\u202eltr"]


def awkward_network():
    net = nx.MultiDiGraph()
    for number, label in enumerate(AWKWARD):
        net.add_node(f"https://example.org/n{number}", label=label, type="System", support=number, aliases="")
    nodes = list(net)
    for number, (source, target) in enumerate(pairwise(nodes)):
        for relation in ("builtOn", "uses"):
            net.add_edge(source, target, key=f"e{number}{relation}", eid=f"e{number}{relation}", label=relation,
                         interaction=relation, weight=float(number or 1), quote=AWKWARD[number])
    net.nodes[nodes[0]]["year"] = 2026
    return net


@pytest.fixture
def net():
    return awkward_network()


def shown(text):
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)


def test_networkx_reads_the_same_network(net, tmp_path):
    write_graphml(net, tmp_path / "x.graphml")
    back = nx.read_graphml(tmp_path / "x.graphml", force_multigraph=True)
    assert list(back) == list(net)
    assert [label or "" for _, label in back.nodes(data="label")] == [shown(label) for label in AWKWARD]
    assert sorted(key for *_, key in back.edges(keys=True)) == sorted(key for *_, key in net.edges(keys=True))
    assert sorted(eid for *_, eid in back.edges(data="eid")) == sorted(eid for *_, eid in net.edges(data="eid"))
    assert back.nodes["https://example.org/n0"]["year"] == 2026


def test_igraph_reads_the_same_network(net, tmp_path):
    write_graphml(net, tmp_path / "x.graphml")
    back = igraph.Graph.Read_GraphML(str(tmp_path / "x.graphml"))
    assert (back.vcount(), back.ecount()) == (net.number_of_nodes(), net.number_of_edges())
    assert back.vs["label"] == [shown(label) for label in AWKWARD]
    assert sorted(back.es["eid"]) == sorted(eid for *_, eid in net.edges(data="eid"))
    assert {type(weight) for weight in back.es["weight"]} == {float}


def test_gexf_reads_the_same_network(net, tmp_path):
    write_gexf(net, tmp_path / "x.gexf")
    back = nx.read_gexf(tmp_path / "x.gexf")
    assert (back.number_of_nodes(), back.number_of_edges()) == (net.number_of_nodes(), net.number_of_edges())
    labels = [label for _, label in back.nodes(data="label")]
    assert [re.sub(r"\s", " ", label) for label in labels] == [re.sub(r"\s", " ", shown(label)) for label in AWKWARD]
    assert sorted(eid for *_, eid in back.edges(data="eid")) == sorted(eid for *_, eid in net.edges(data="eid"))


@pytest.mark.parametrize("write", [write_graphml, write_gexf])
def test_bytes_are_the_same_each_time_and_hold_no_date(write, net, tmp_path):
    write(net, tmp_path / "one")
    write(awkward_network(), tmp_path / "two")
    content = (tmp_path / "one").read_bytes()
    assert content == (tmp_path / "two").read_bytes()
    assert b"lastmodified" not in content
    assert content.startswith(b"<?xml")


@pytest.mark.parametrize("write", [write_graphml, write_gexf])
def test_an_empty_network_is_a_valid_file(write, tmp_path):
    write(nx.MultiDiGraph(), tmp_path / "x")
    read = nx.read_graphml if write is write_graphml else nx.read_gexf
    assert read(tmp_path / "x").number_of_nodes() == 0


def test_the_network_is_left_as_it_was(net, tmp_path):
    write_graphml(net, tmp_path / "x")
    write_gexf(net, tmp_path / "y")
    assert nx.utils.graphs_equal(net, awkward_network())


def test_a_place_that_cannot_be_written_is_named(net, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="file"):
        write_graphml(net, tmp_path / "file" / "x.graphml")
