"""Mentions of many papers -> entities; explains every link and every refusal.

What a paper calls by one name is one thing there; here things of different papers become one entity where
that is safe. Names must agree in every letter, digit and version once case and separators are folded, or by one of
the rules of :mod:`kg.link.cluster`; classes must agree (a vocabulary concept decides its own). The outcome depends
on the set of papers, never on their order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from kg.link.cluster import Anchor, Clusters, Context, Link, Refusal, cluster
from kg.link.index import Index, MemoryIndex, closure
from kg.link.names import fold
from kg.link.nodes import Key, Member, Node, Vocabulary, key, nodes, vocabulary
from kg.link.overrides import NONE, Overrides
from kg.model import Extraction
from kg.ontology import Ontology
from kg.terms import BASE, slug

_WORD = re.compile(r"[^\W\d_]{5,}")
_SAFE = ":.-_~()"


@dataclass(frozen=True, slots=True)
class LinkedEntity:
    """One thing across papers; ``aliases`` are its other names, ``members`` where it is named, both sorted.

    ``support`` is the number of papers that name it.
    """

    iri: str
    cls: str
    label: str
    aliases: tuple[str, ...]
    concept: str | None
    members: tuple[Member, ...]
    support: int


@dataclass(frozen=True)
class Linking:
    """The entities of a set of papers, sorted by IRI, and the reasons behind them.

    ``families`` holds pairs of an entity and the family that its name says it belongs to, sorted.
    """

    entities: tuple[LinkedEntity, ...]
    links: tuple[Link, ...]
    refusals: tuple[Refusal, ...]
    families: tuple[tuple[str, str], ...] = ()
    _metric: Callable[[str], str | None] = field(repr=False, compare=False, default=lambda phrase: None)
    _iris: Mapping[Member, str] = field(repr=False, default_factory=dict)

    def iri(self, paper: str, name: str) -> str:
        """Return the IRI of the entity that a paper calls ``name``.

        Raises:
            KeyError: the paper has no entity of that name.
        """
        return self._iris[Member(paper, name)]

    def metric(self, phrase: str) -> str | None:
        """Return the IRI of the metric concept that a result's metric phrase spells, None where none does."""
        return self._metric(phrase)


def link(extractions: Iterable[Extraction], ontology: Ontology, *, base: str = BASE,
         rules: Overrides = NONE) -> Linking:
    """Link the entities of all papers.

    An entity's IRI is its vocabulary concept; else, where a name stands for different things, one below the
    introducing paper's id; else the smallest form of its names.

    Returns:
        The linking; empty for no papers. Equal for equal sets of papers, in any order.
    """
    papers = sorted(extractions, key=lambda e: e.paper.id)
    known = vocabulary(ontology)
    index = MemoryIndex((node for paper in papers for node in nodes(paper, known)), known)
    texts = {paper.paper.id: paper.paper.text for paper in papers}
    return link_keys(index.keys(), index, known, base=base, rules=rules, context=lambda paper: words(texts[paper]))


def link_keys(keys: Iterable[Key], index: Index, known: Vocabulary, *, base: str = BASE, rules: Overrides = NONE,
              context: Context) -> Linking:
    """Link the closed sets around some keys; the rest of the index is left alone.

    Args:
        keys: where to begin; a key that nothing has is passed over.
        index: the nodes of all papers.
        known: the vocabulary.
        base: what the IRIs begin with.
        rules: what a user says.
        context: gives the words of a paper; asked only where a name is shared by different things.
    """
    seen: set[Key] = set()
    entities: list[LinkedEntity] = []
    links: list[Link] = []
    refusals: set[Refusal] = set()
    found: list[Node] = []
    for one in sorted(set(keys)):
        if one in seen:
            continue
        closed = closure([one], index, known, rules)
        seen |= {one, *(k for node in closed for k in node.keys(known))}
        clusters = cluster(closed, index, known, rules, context)
        for anchor, group in clusters.groups.items():
            entity = _entity(anchor, group, known, base)
            entities.append(entity)
            links += _links(entity, clusters)
        refusals |= clusters.refusals
        found += (node for node in closed if not node.phrase)
    iris = {member: entity.iri for entity in entities for member in entity.members}
    return Linking(tuple(sorted(entities, key=lambda e: e.iri)), tuple(sorted(links)),
                   tuple(sorted(refusals | _other_classes(found))),
                   _families(found, iris, index, known), known.concept_of, iris)


def words(text: str) -> frozenset[str]:
    """Return the words of five letters and more, folded: what papers of one subject share."""
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _links(entity: LinkedEntity, clusters: Clusters) -> list[Link]:
    return [Link(member, entity.iri, *clusters.reasons[member]) for member in entity.members]


def _families(found: Iterable[Node], iris: Mapping[Member, str], index: Index, known: Vocabulary,
              ) -> tuple[tuple[str, str], ...]:
    pairs = {(iris[node.member], family) for node in found
             if (family := family_of(node, known, lambda one: {iris[n.member] for n in index.members(one)
                                                               if n.member in iris and n.key == one}))}
    return tuple(sorted((child, family) for child, family in pairs if child != family and child not in known.concepts))


def family_of(node: Node, known: Vocabulary, iris_of: Callable[[Key], set[str]]) -> str | None:
    """Return the IRI of the nearest family that a node's name tells of; None where none is known, or several are."""
    for folded in node.families:
        one = key(node.cls, folded)
        found = {known.labels[one]} if one in known.labels else iris_of(one)
        if found:
            return next(iter(found)) if len(found) == 1 else None
    return None


def _other_classes(found: Iterable[Node]) -> set[Refusal]:
    classes: dict[str, set[str]] = defaultdict(set)
    for node in found:
        classes[node.folded].add(node.cls)
    return {Refusal(f"{left} {folded}", f"{right} {folded}", "the classes differ")
            for folded, names in classes.items() for left in names for right in names if left < right}


def _entity(root: Anchor, group: Sequence[Node], known: Vocabulary, base: str) -> LinkedEntity:
    members = [node for node in group if not node.phrase]
    iri = root[1] if root[0] == "concept" else _iri(root, members, base)
    concept = known.concepts.get(iri)
    label = concept.label if concept else _label(members)
    names = {form for node in members for form in node.forms} | set(concept.aliases if concept else ())
    counts = Counter(node.cls for node in group)
    cls = concept.cls if concept else min(counts, key=lambda name: (-counts[name], name))
    return LinkedEntity(iri, cls, label, tuple(sorted(names - {label})), iri if concept else None,
                        tuple(sorted(node.member for node in members)), len({node.paper for node in group}))


def _iri(root: Anchor, group: Sequence[Node], base: str) -> str:
    name = min(_segment(node.name) for node in group)
    owner = f"/{quote(root[3], safe=_SAFE)}" if root[0] == "own" else ""
    return f"{base}{slug(root[1])}/{name}{owner}"


def _segment(name: str) -> str:
    """Return a path segment for a name: equal segments only for equal folds."""
    plain = slug(name)
    return plain if fold(plain) == fold(name) else quote(fold(name), safe="+")


def _label(group: Sequence[Node]) -> str:
    """Return the introducing paper's name; else the most frequent, of equals the one that begins small."""
    chosen = [node for node in group if node.introduced] or group
    counts = Counter(node.name for node in chosen)
    return min(counts, key=lambda name: (-counts[name], name.swapcase()))
