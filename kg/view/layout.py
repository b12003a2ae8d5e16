"""Where the nodes of the page stand: computed here, so that it is fixed and the page opens at once.

Each connected part is laid out by a force-directed method on its own, nodes that overlap are pushed apart, and
the parts are packed around the largest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import rustworkx as rx

SEED = 20
"""Seed of the layout: same network, same picture."""

_SPACING = 58.0
_GAP = 46.0
_ROUNDS = 60
_Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def layout(sizes: Sequence[float], edges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a place for each node, in units of the canvas at zoom 1; the middle of it all is (0, 0).

    Args:
        sizes: radius of each node.
        edges: pairs of indexes into ``sizes``; direction and repetition do not matter.
    """
    graph: rx.PyGraph[int, float] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(sizes)))
    graph.add_edges_from([(a, b, 1.0) for a, b in edges if a != b])
    parts = sorted((sorted(part) for part in rx.connected_components(graph)), key=lambda part: (-len(part), part))
    places = np.zeros((len(sizes), 2))
    discs: list[tuple[list[int], _Array, float]] = []
    for part in parts:
        points = _part(graph, part, np.array([sizes[i] for i in part]))
        discs.append((part, points, _reach(points) + _GAP))
    for (part, points, _), centre in zip(discs, _pack([radius for *_, radius in discs]), strict=True):
        places[part] = points + centre
    if len(places):
        places -= (places.min(axis=0) + places.max(axis=0)) / 2
    return [(round(x), round(y)) for x, y in places.tolist()]


def _part(graph: rx.PyGraph[int, float], part: list[int], sizes: _Array) -> _Array:
    """Return the places of one connected part around (0, 0)."""
    if len(part) == 1:
        return np.zeros((1, 2))
    own = graph.subgraph(part)
    degrees = [own.degree(i) for i in own.node_indices()]
    for edge, (a, b, _) in own.edge_index_map().items():
        own.update_edge_by_index(edge, 1.0 / math.sqrt(min(degrees[a], degrees[b])))
    side = _SPACING * math.sqrt(len(part))
    weigh: Callable[[float], float] = float
    found = rx.spring_layout(own, seed=SEED, k=1.1 / math.sqrt(len(part)), scale=1.0, num_iter=_iterations(len(part)),
                             weight_fn=weigh)
    points = np.array([found[i] for i in own.node_indices()])
    points = _spread(points - points.mean(axis=0)) * side
    points = _apart(points, sizes)
    return np.asarray(points - (points.min(axis=0) + points.max(axis=0)) / 2)


def _iterations(count: int) -> int:
    return 400 if count <= 600 else 200


def _spread(points: _Array) -> _Array:
    """Even out how densely the plane is used: the middle of a force layout is crowded, its rim empty."""
    radii = np.hypot(points[:, 0], points[:, 1])
    ranks = np.sqrt((np.argsort(np.argsort(radii, kind="stable"), kind="stable") + 1) / len(radii))
    scaled = radii / (radii.max() or 1.0)
    wanted = 0.5 * ranks + 0.5 * scaled
    return np.asarray(points * (wanted / np.maximum(radii, 1e-9))[:, None])


def _apart(points: _Array, sizes: _Array) -> _Array:
    """Push nodes apart that stand closer than their sizes and a margin, and let labels have some room below."""
    moved = points.copy()
    for _ in range(_ROUNDS):
        difference = moved[:, None, :] - moved[None, :, :]
        distance = np.hypot(difference[..., 0], difference[..., 1])
        lacking = sizes[:, None] + sizes[None, :] + 22.0 - distance
        np.fill_diagonal(lacking, 0.0)
        lacking[lacking < 0] = 0.0
        if lacking.max() < 1.0:
            break
        push = difference / np.maximum(distance, 1e-6)[..., None] * (lacking * 0.25)[..., None]
        moved += push.sum(axis=1)
    return moved


def _reach(points: _Array) -> float:
    return float(np.hypot(points[:, 0], points[:, 1]).max())


def _pack(radii: Sequence[float]) -> Iterator[_Array]:
    """Yield a centre for each disc, each as close to the first as the ones before it allow."""
    placed: list[tuple[_Array, float]] = []
    for radius in radii:
        centre = next(c for c in _spiral() if all(math.dist(c, other) >= radius + reach for other, reach in placed))
        placed.append((centre, radius))
        yield centre


def _spiral() -> Iterator[_Array]:
    """Yield points outwards along a spiral wider than high, as screens are."""
    step = 24.0
    turn = 0.0
    while True:
        radius = step * turn / (2 * math.pi)
        yield np.array([1.35 * radius * math.cos(turn), radius * math.sin(turn)])
        turn += step / max(radius, step)
