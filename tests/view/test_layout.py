"""The layout: fixed, without overlap, whatever the network looks like."""

import math

from kg.view.layout import layout


def closest(places):
    return min(math.dist(a, b) for i, a in enumerate(places) for b in places[:i])


def test_small_networks():
    assert layout([], []) == []
    assert layout([6.0], []) == [(0, 0)]
    assert layout([6.0], [(0, 0)]) == [(0, 0)]
    assert closest(layout([6.0, 6.0], [(0, 1)])) > 12


def test_nodes_do_not_overlap():
    star = [(0, i) for i in range(1, 40)]
    ring = [(40 + i, 40 + (i + 1) % 30) for i in range(30)]
    places = layout([20.0] + [8.0] * 99, [*star, *ring, (0, 40)])
    assert len(places) == 100
    assert closest(places) > 16


def test_neighbours_are_closer_than_strangers():
    edges = [(i, j) for part in (range(10), range(10, 20)) for i in part for j in part if i < j]
    places = layout([6.0] * 20, [*edges, (0, 10)])
    near = [math.dist(places[a], places[b]) for a, b in edges]
    far = [math.dist(places[a], places[b]) for a in range(1, 10) for b in range(11, 20)]
    assert sum(near) / len(near) < sum(far) / len(far)


def test_the_same_network_gives_the_same_places():
    edges = [(i, (i * 7) % 60) for i in range(60)]
    assert layout([6.0] * 60, edges) == layout([6.0] * 60, edges)
