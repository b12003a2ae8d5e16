"""Who may meet whom: nodes by their keys, and the closed set of nodes around some keys.

What becomes of a node depends on nothing outside its closed set, so that a change need only link the sets that
it touches anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol

from kg.link.names import blocks, misspelt
from kg.link.nodes import Key, Node, Vocabulary
from kg.link.overrides import NONE, Overrides


class Index(Protocol):
    """Nodes by key, and the spellings of a block; in memory or on disk."""

    def members(self, key: Key) -> Iterable[Node]:
        """Return the nodes that have a key; none where nothing has it."""

    def spellings(self, block: str) -> Iterable[tuple[str, Key]]:
        """Return the spellings of a block of a class, each with the key of its name."""


def block_keys(node: Node) -> Iterator[str]:
    """Yield the blocks of a node's name, within its class; none for a metric phrase."""
    if not node.phrase:
        yield from (f"{node.cls}|{block}" for block in blocks(node.spelled))


class MemoryIndex:
    """An index in memory.

    Args:
        nodes: what it holds.
        known: the vocabulary.
    """

    def __init__(self, nodes: Iterable[Node], known: Vocabulary) -> None:
        self._members: dict[Key, dict[tuple[str, str, bool], Node]] = defaultdict(dict)
        self._blocks: dict[str, set[tuple[str, Key]]] = defaultdict(set)
        for node in nodes:
            for key in node.keys(known):
                self._members[key][node.paper, node.name, node.phrase] = node
            for block in block_keys(node):
                self._blocks[block].add((node.spelled, node.key))

    def members(self, key: Key) -> Iterable[Node]:
        """See :class:`Index`."""
        found = self._members.get(key)
        return found.values() if found else ()

    def spellings(self, block: str) -> Iterable[tuple[str, Key]]:
        """See :class:`Index`."""
        return self._blocks.get(block, ())

    def keys(self) -> list[Key]:
        """Return every key, sorted."""
        return sorted(self._members)


def slips(node: Node, index: Index) -> list[tuple[float, Key]]:
    """Return the keys of names that are the node's name misspelt, or the other way round, each with its score."""
    spelled, found = node.spelled, set()
    for block in block_keys(node):
        for other, key in index.spellings(block):
            score = misspelt(spelled, other) if key != node.key else None
            if score is not None:
                found.add((round(score, 3), key))
    return sorted(found)


def closure(keys: Iterable[Key], index: Index, known: Vocabulary, rules: Overrides = NONE) -> list[Node]:
    """Return every node that is connected to one of the keys, sorted by paper and name; none for unused keys."""
    waiting, seen = list(keys), set()
    found: dict[tuple[str, str, bool], Node] = {}
    names: set[tuple[str, Key]] = set()
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        waiting += rules.partners(key)
        for node in index.members(key):
            if (node.paper, node.name, node.phrase) in found:
                continue
            found[node.paper, node.name, node.phrase] = node
            waiting += node.keys(known)
            if not node.phrase and (node.spelled, node.key) not in names:
                names.add((node.spelled, node.key))
                waiting += (other for _, other in slips(node, index))
    return [found[at] for at in sorted(found)]
