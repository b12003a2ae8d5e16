"""Groups of a network that is too large to draw whole: what belongs together, with a name, and where it all stands.

Groups are communities of densely tied nodes, found by the Louvain method. They are drawn as one node each and opened
on demand; where their members stand, alone and in the picture of everything, is computed here too.

Source: V. D. Blondel et al., Fast unfolding of communities in large networks, J. Stat. Mech. (2008) P10008.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.view.layout import SEED, layout, pack, spread

NAMES = 2
"""Members that give a group its name."""

OTHERS = "Small groups"
"""The name of what belongs to no group of its own."""

_SMALLEST = 5
_MOST = 60
_LINKS = 3
_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that belong together, by index, the weightiest first; ``name`` is made of the labels of the first."""

    name: str
    members: tuple[int, ...]


def groups(weights: Sequence[float], names: Sequence[str], ties: Mapping[_Pair, float]) -> list[Group]:
    """Return the groups, largest first, each node in exactly one; without nodes there are none.

    What is too small to be a group, or comes after the largest sixty, is gathered in a last one.

    Args:
        weights: how much each node matters; the weightiest members name a group.
        names: label of each node, empty for one that names no group while others can.
        ties: how closely pairs of nodes belong together.
    """
    found = _communities(len(weights), ties)
    large = [members for members in found if len(members) >= _SMALLEST][:_MOST]
    rest = sorted({*range(len(weights))} - {number for members in large for number in members})

    def ranked(members: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(members, key=lambda number: (not names[number], -weights[number], number)))

    made = [Group(_name(order, names), order) for order in map(ranked, large)]
    return [*made, Group(OTHERS, ranked(rest))] if rest else made


def places(found: Sequence[Group], sizes: Sequence[float], pairs: Iterable[_Pair]) -> list[tuple[int, int]]:
    """Return where each node stands in the picture of everything: every group a patch of its own."""
    home = _home(found)
    inner: dict[int, list[_Pair]] = defaultdict(list)
    for a, b in pairs:
        if home[a] == home[b]:
            inner[home[a]].append((a, b))
    patches = [_patch(group.members, sizes, inner[number]) for number, group in enumerate(found)]
    where = np.zeros((len(sizes), 2))
    for group, patch, shift in zip(found, patches, pack(patches), strict=True):
        where[list(group.members)] = patch + shift
    if len(where):
        where -= (where.min(axis=0) + where.max(axis=0)) / 2
    return [(round(x), round(y)) for x, y in where.tolist()]


def links(found: Sequence[Group], pairs: Iterable[_Pair]) -> list[tuple[int, int, int]]:
    """Return pairs of groups with the number of node pairs related across them: the closest three of each group."""
    home = _home(found)
    across = Counter((min(home[a], home[b]), max(home[a], home[b])) for a, b in pairs if home[a] != home[b])
    closest: dict[int, list[_Pair]] = defaultdict(list)
    for pair in sorted(across, key=lambda pair: (-across[pair], pair)):
        for end in pair:
            closest[end].append(pair)
    kept = {pair for ranked in closest.values() for pair in ranked[:_LINKS]}
    return [(a, b, across[a, b]) for a, b in sorted(kept)]


def bubble(members: int) -> float:
    """Return the radius of a group of so many members."""
    return round(min(14.0 + 1.9 * math.sqrt(members), 62.0), 1)


def overview(found: Sequence[Group], linked: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Return where each group stands in the picture of the groups."""
    return spread([bubble(len(group.members)) for group in found], [(a, b) for a, b, _ in linked])


def _communities(count: int, ties: Mapping[_Pair, float]) -> list[list[int]]:
    """Return the communities, members sorted, largest first."""
    import networkx as nx

    network: nx.Graph[int] = nx.Graph()
    network.add_nodes_from(range(count))
    network.add_weighted_edges_from((a, b, weight) for (a, b), weight in sorted(ties.items()) if a != b)
    if not network.number_of_edges():
        return [[number] for number in range(count)]
    found = nx.community.louvain_communities(network, weight="weight", seed=SEED)
    return sorted((sorted(members) for members in found), key=lambda members: (-len(members), members))


def _name(ranked: Sequence[int], names: Sequence[str]) -> str:
    distinct = dict.fromkeys(names[number] for number in ranked if names[number])
    return ", ".join(list(distinct)[:NAMES])


def _home(found: Sequence[Group]) -> dict[int, int]:
    return {member: number for number, group in enumerate(found) for member in group.members}


def _patch(members: Sequence[int], sizes: Sequence[float], pairs: Iterable[_Pair]) -> np.ndarray[tuple[int, ...],
                                                                                          np.dtype[np.float64]]:
    rank = {number: place for place, number in enumerate(members)}
    where = layout([sizes[number] for number in members], [(rank[a], rank[b]) for a, b in pairs])
    return np.array(where, dtype=np.float64)


__all__ = ["Group", "bubble", "groups", "links", "overview", "places"]
