"""Where the nodes of the page stand: computed here, so that it is fixed and the page opens at once.

Nodes with one neighbour stand in a ring around it. The rest of each connected part is laid out by a force-directed
method, nodes that overlap are pushed apart with their rings, and the parts are packed around the largest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

import numpy as np
import rustworkx as rx

SEED = 20
"""Seed of the layout: same network, same picture."""

_SPACING = 60.0
_MARGIN = 16.0
_CELL = 52.0
_APART = 26.0
_GOLDEN = math.pi * (3.0 - math.sqrt(5.0))
_ROUNDS = 80
_CROWD = 3000
_STEP = 34.0
_Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
_Ring = tuple[list[int], float]
_Cell = tuple[int, int]


def layout(sizes: Sequence[float], edges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a place for each node, in units of the canvas at zoom 1; the middle of it all is (0, 0).

    Args:
        sizes: radius of each node.
        edges: pairs of indexes into ``sizes``; direction and repetition do not matter.
    """
    graph: rx.PyGraph[int, None] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(sizes)))
    graph.add_edges_from([(a, b, None) for a, b in edges if a != b])
    parts = sorted((sorted(part) for part in rx.connected_components(graph)), key=lambda part: (-len(part), part))
    places = np.zeros((len(sizes), 2))
    laid = [_part(graph, part, sizes) for part in parts]
    for part, points, shift in zip(parts, laid, pack(laid), strict=True):
        places[part] = points + shift
    if len(places):
        places -= (places.min(axis=0) + places.max(axis=0)) / 2
    return [(round(x), round(y)) for x, y in places.tolist()]


def spread(sizes: Sequence[float], edges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a place for each of a few large nodes, near those they are tied to and clear of all others."""
    graph: rx.PyGraph[int, None] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(sizes)))
    graph.add_edges_from([(a, b, None) for a, b in edges if a != b])
    if not sizes:
        return []
    reach = np.array(sizes) + _APART
    points = _apart(_spring(graph, list(range(len(sizes))), reach), reach)
    points -= (points.min(axis=0) + points.max(axis=0)) / 2
    return [(round(x), round(y)) for x, y in points.tolist()]


def _part(graph: rx.PyGraph[int, None], part: list[int], sizes: Sequence[float]) -> _Array:
    """Return the places of one connected part, the middle of its box at (0, 0)."""
    core, leaves = _leaves(graph, part)
    rings = {anchor: _ring(around, sizes, sizes[anchor]) for anchor, around in leaves.items()}
    reach = np.array([sizes[i] + (sizes[i] + 2 * _STEP * len(rings[i]) * 0.6 if i in rings else 0.0) for i in core])
    points = _apart(_spring(graph, core, reach), reach)
    found = dict(zip(core, points, strict=True))
    middle = points.mean(axis=0)
    for anchor, own in rings.items():
        found.update(_fan(found[anchor], own, float(np.arctan2(*(found[anchor] - middle)[::-1]))))
    places = np.array([found[i] for i in part])
    return np.asarray(places - (places.min(axis=0) + places.max(axis=0)) / 2)


def _leaves(graph: rx.PyGraph[int, None], part: list[int]) -> tuple[list[int], dict[int, list[int]]]:
    """Return the nodes with several neighbours, and by node the neighbours that have no other one."""
    leaves: dict[int, list[int]] = {}
    for node in part:
        neighbours = sorted(set(graph.neighbors(node)))
        if len(neighbours) == 1 and (len(set(graph.neighbors(neighbours[0]))) > 1 or neighbours[0] < node):
            leaves.setdefault(neighbours[0], []).append(node)
    outer = {leaf for around in leaves.values() for leaf in around}
    return [node for node in part if node not in outer], leaves


def _ring(around: list[int], sizes: Sequence[float], inner: float) -> list[_Ring]:
    """Share out leaves over rings: as many on each as fit at a hand's breadth from each other."""
    rings: list[_Ring] = []
    radius = inner + _STEP
    waiting = sorted(around, key=lambda leaf: (-sizes[leaf], leaf))
    while waiting:
        fit = max(3, int(2 * math.pi * radius / _STEP))
        rings.append((waiting[:fit], radius))
        waiting = waiting[fit:]
        radius += _STEP
    return rings


def _fan(anchor: _Array, rings: list[_Ring], outwards: float) -> Iterator[tuple[int, _Array]]:
    """Yield a place for each leaf; a ring that is not full opens towards the middle of the picture."""
    for leaves, radius in rings:
        step = 2 * math.pi / max(len(leaves), 5)
        for place, leaf in enumerate(leaves):
            angle = outwards + (place - (len(leaves) - 1) / 2) * step
            yield leaf, anchor + radius * np.array([math.cos(angle), math.sin(angle)])


def _spring(graph: rx.PyGraph[int, None], core: list[int], reach: _Array) -> _Array:
    """Return a force-directed layout of the core, its density evened out, sized to what it has to hold."""
    if len(core) == 1:
        return np.zeros((1, 2))
    own = graph.subgraph(core)
    weights = {edge: 1.0 / math.sqrt(min(own.degree(a), own.degree(b)))
               for edge, (a, b, _) in own.edge_index_map().items()}
    weighted: rx.PyGraph[int, float] = rx.PyGraph(multigraph=False)
    weighted.add_nodes_from(range(len(core)))
    weighted.add_edges_from([(a, b, weights[edge]) for edge, (a, b, _) in sorted(own.edge_index_map().items())])
    found = rx.spring_layout(weighted, seed=SEED, k=1.2 / math.sqrt(len(core)), scale=1, num_iter=200,
                             weight_fn=float)
    points = np.array([found[i] for i in range(len(core))])
    points -= points.mean(axis=0)
    radii = np.hypot(points[:, 0], points[:, 1])
    ranks = np.sqrt((np.argsort(np.argsort(radii, kind="stable"), kind="stable") + 1) / len(radii))
    wanted = 0.35 * ranks + 0.65 * radii / (radii.max() or 1.0)
    side = 1.1 * math.sqrt(float(((reach + _SPACING / 3) ** 2).sum()))
    return np.asarray(points * (wanted / np.maximum(radii, 1e-9))[:, None] * side)


def _apart(points: _Array, reach: _Array) -> _Array:
    """Push nodes apart that stand closer than they and what surrounds them reach, where they are no crowd."""
    moved = points.copy()
    if len(points) > _CROWD:
        return moved
    near = reach[:, None] + reach[None, :] + _MARGIN
    np.fill_diagonal(near, 0.0)
    for _ in range(_ROUNDS):
        dx, dy = (moved[:, None, axis] - moved[None, :, axis] for axis in (0, 1))
        distance = np.sqrt(dx * dx + dy * dy)
        push = np.maximum(near - distance, 0.0)
        if push.max(initial=0.0) < 1.0:
            break
        push *= 0.3 / np.maximum(distance, 1e-6)
        moved += np.stack([(dx * push).sum(axis=1), (dy * push).sum(axis=1)], axis=1)
    return moved


def pack(parts: Sequence[_Array]) -> Iterator[_Array]:
    """Yield a shift for each part: to the first free place along a spiral around the middle of the first."""
    taken: set[_Cell] = set()
    start = 0
    for number, points in enumerate(parts):
        cells = {(round(x / _CELL), round(y / _CELL)) for x, y in points.tolist()}
        if number and len(points) < len(parts[number - 1]):
            start = 0
        step, (dx, dy) = next((step, shift) for step, shift in _spiral(start)
                              if taken.isdisjoint((x + shift[0], y + shift[1]) for x, y in cells))
        start = step
        taken.update((x + dx + i, y + dy + j) for x, y in cells for i in (-1, 0, 1) for j in (-1, 0, 1))
        yield np.array([dx * _CELL, dy * _CELL])


def _spiral(start: int) -> Iterator[tuple[int, _Cell]]:
    """Yield cells outwards from the middle, numbered, from the given number on."""
    for step in count(start):
        radius = 0.5 * math.sqrt(step)
        angle = _GOLDEN * step
        yield step, (round(radius * math.cos(angle)), round(radius * math.sin(angle)))
