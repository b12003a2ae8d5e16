"""Mentions of many papers -> entities; explains every link and every refusal.

What a paper calls by one name is one thing there; here things of different papers become one entity where
that is safe. A wrong merge is worse than a missed one: names must agree in every letter, digit and version
once case and separators are folded, classes must agree (a vocabulary concept decides its own), and of two
papers that introduce the same name each keeps its own. An acronym links only through an expansion that a
paper spells out. The outcome depends on the set of papers, never on their order.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from kg.model import Entity, Extraction
from kg.ontology import Concept, Ontology
from kg.terms import BASE, slug

_PLURAL = re.compile(r"(?<=[A-Z0-9])s\b")
_SEPARATORS = re.compile(r"(?<=\d)[\W_]+(?=\d)|[^\w+]|_")
_MIN_ACRONYM = 3

_Anchor = tuple[str, ...]
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """An entity as one paper knows it: the paper's id and the entity's name there."""

    paper: str
    name: str


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


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Why a member is part of an entity."""

    member: Member
    iri: str
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Two names that look alike and were kept apart, and why."""

    left: str
    right: str
    reason: str


@dataclass(frozen=True)
class Linking:
    """The entities of a set of papers, sorted by IRI, and the reasons behind them."""

    entities: tuple[LinkedEntity, ...]
    links: tuple[Link, ...]
    refusals: tuple[Refusal, ...]
    metrics: Mapping[str, str]
    _iris: Mapping[Member, str] = field(repr=False, default_factory=dict)

    def iri(self, paper: str, name: str) -> str:
        """Return the IRI of the entity that a paper calls ``name``.

        Raises:
            KeyError: the paper has no entity of that name.
        """
        return self._iris[Member(paper, name)]

    def metric(self, phrase: str) -> str | None:
        """Return the IRI of the metric concept that a result's metric phrase spells, None where none does."""
        return self.metrics.get(fold(phrase))


def fold(name: str) -> str:
    """Return ``name`` without case, accents, separators and the plural s of an acronym.

    Digits stay apart (``3.5`` is not ``35``) and a plus sign counts (``C++`` is not ``C``), so that equal
    folds mean equal letters, digits and versions.

    >>> fold("LLaMA-2 70B") == fold("Llama 2-70b")
    True
    >>> fold("A100s"), fold("GPT-3.5"), fold("π0")
    ('a100', 'gpt3.5', 'π0')
    """
    spelled = _PLURAL.sub("", name.strip()).replace("#", "sharp").replace("*", "star")
    decomposed = unicodedata.normalize("NFKD", spelled)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    folded = _SEPARATORS.sub(lambda m: "." if m.end() < len(plain) and m.start() and _between(plain, m) else "", plain)
    return folded or plain


def _between(text: str, match: re.Match[str]) -> bool:
    return text[match.start() - 1].isdigit() and text[match.end()].isdigit()


def is_acronym(short: str, long: str) -> bool:
    """Tell whether ``short`` can abbreviate ``long``: its letters occur there in order, digits agree.

    A name cut short is no acronym: the longer one may well be another thing.

    >>> is_acronym("FSDP", "Fully Sharded Data Parallel"), is_acronym("GPT-3", "GPT-4 model")
    (True, False)
    """
    letters, spelled = fold(short), fold(long)
    if letters in spelled or " " in short.strip() or sum(c.isupper() for c in short) < 2:
        return False
    if len(re.findall(r"\w+", long)) < 2 or re.findall(r"\d+", short) != re.findall(r"\d+", long):
        return False
    rest = iter(spelled)
    return letters[:1] == spelled[:1] and all(letter in rest for letter in letters)


@dataclass(frozen=True, slots=True)
class _Node:
    """A member with what linking needs to know about it; ``aliases`` are acronym and expansion folds."""

    member: Member
    entity: Entity
    cls: str
    introduced: bool
    aliases: frozenset[str]

    @property
    def key(self) -> _Key:
        return self.cls, fold(self.entity.name)

    @property
    def keys(self) -> list[_Key]:
        return [self.key, *((self.cls, alias) for alias in sorted(self.aliases))]


def link(extractions: Iterable[Extraction], ontology: Ontology, *, base: str = BASE) -> Linking:
    """Link the entities of all papers.

    An entity's IRI is its vocabulary concept; else, where several papers introduce the name, one below the
    introducing paper's id; else the smallest form of its names.

    Returns:
        The linking; empty for no papers. Equal for equal sets of papers, in any order.
    """
    papers = sorted(extractions, key=lambda e: e.paper.id)
    concepts = {concept.iri: concept for concept in ontology.concepts}
    nodes = [node for extraction in papers for node in _nodes(extraction, concepts)]
    groups, reasons, refusals = _group(nodes, ontology.concepts)
    phrases = _metric_phrases(papers, ontology.concepts)
    entities = _entities(groups, concepts, phrases, base)
    iris = {member: entity.iri for entity in entities for member in entity.members}
    links = sorted(Link(member, iris[member], reason) for member, reason in reasons.items())
    metrics = {phrase: iri for phrase, (iri, _) in phrases.items()}
    return Linking(tuple(sorted(entities, key=lambda e: e.iri)), tuple(links), tuple(sorted(refusals)), metrics, iris)


def _nodes(extraction: Extraction, concepts: Mapping[str, Concept]) -> list[_Node]:
    introduced = {relation.object for relation in extraction.introduces}
    return [_Node(member=Member(extraction.paper.id, entity.name), entity=entity,
                  cls=_cls(entity, concepts),
                  introduced=entity.name in introduced, aliases=_aliases(entity))
            for entity in extraction.entities]


def _cls(entity: Entity, concepts: Mapping[str, Concept]) -> str:
    concept = concepts.get(entity.concept) if entity.concept else None
    return concept.cls if concept else entity.cls


def _aliases(entity: Entity) -> frozenset[str]:
    """Return the folds of mentions that abbreviate the name, or that the name abbreviates."""
    texts = {mention.text for mention in entity.mentions} - {entity.name}
    pairs = [(min(text, entity.name, key=len), max(text, entity.name, key=len)) for text in texts]
    found = {fold(form) for short, long in pairs if len(short) >= _MIN_ACRONYM and is_acronym(short, long)
             for form in (short, long)}
    return frozenset(found - {fold(entity.name)})


def _metric_phrases(papers: Sequence[Extraction], concepts: Iterable[Concept]) -> dict[str, tuple[str, set[str]]]:
    """Return fold -> (IRI of the metric concept, papers) for metrics that are phrases, not entities."""
    labels = _labels(concepts)
    found: dict[str, tuple[str, set[str]]] = {}
    for extraction in papers:
        for result in extraction.results:
            iri = labels.get(("Metric", fold(result.metric)))
            if iri is not None and extraction.entity(result.metric) is None:
                found.setdefault(fold(result.metric), (iri, set()))[1].add(extraction.paper.id)
    return found


def _labels(concepts: Iterable[Concept]) -> dict[_Key, str]:
    """Return (class, fold) -> concept, without everyday words and without folds of several concepts."""
    owners: dict[_Key, set[str]] = defaultdict(set)
    for concept in concepts:
        for label in concept.labels:
            owners[concept.cls, fold(label)].add("" if concept.ambiguous else concept.iri)
    return {key: next(iter(iris)) for key, iris in owners.items() if len(iris) == 1 and "" not in iris}


class _Groups:
    """Union-find over anchors; two concepts, or two introducing papers, never meet in one group."""

    def __init__(self, anchors: Iterable[_Anchor]) -> None:
        self.parent = {anchor: anchor for anchor in anchors}

    def find(self, anchor: _Anchor) -> _Anchor:
        while self.parent[anchor] != anchor:
            self.parent[anchor] = self.parent[self.parent[anchor]]
            anchor = self.parent[anchor]
        return anchor

    def union(self, left: _Anchor, right: _Anchor) -> bool:
        """Join the groups of two anchors; ``concept`` and ``own`` sort before ``name`` and stay the root."""
        first, second = sorted((self.find(left), self.find(right)), key=lambda a: (a[0] == "name", a))
        if first != second and second[0] != "name":
            return False
        self.parent[second] = first
        return True


def _group(nodes: Sequence[_Node], concepts: Iterable[Concept],
           ) -> tuple[dict[_Anchor, list[_Node]], dict[Member, str], set[Refusal]]:
    introducers: dict[_Key, set[str]] = defaultdict(set)
    for node in nodes:
        if node.introduced and node.entity.concept is None:
            for key in node.keys:
                introducers[key].add(node.member.paper)
    shared = {key for key, papers in introducers.items() if len(papers) > 1}
    anchors = {node.member: _anchor(node, shared) for node in nodes}
    labels = _labels(concepts)
    groups = _Groups({*anchors.values(), *(("concept", iri) for iri in labels.values())})
    refusals = _homonyms(introducers, shared) | _other_classes(nodes)
    reasons = {node.member: _reason(node, anchors[node.member]) for node in nodes}
    named = _by_anchor(anchors)
    for anchor in sorted(a for a in named if a[0] == "name" and (a[1], a[2]) in labels):
        concept = labels[anchor[1], anchor[2]]
        if (anchor[1], anchor[2]) in introducers:
            refusals.add(Refusal(anchor[2], concept, "a paper introduces the name, so it need not be the listed one"))
        elif groups.union(("concept", concept), anchor):
            reasons |= dict.fromkeys(named[anchor], "spells a label of the vocabulary")
    _join_aliases(nodes, anchors, shared, groups, reasons, refusals)
    members: dict[_Anchor, list[_Node]] = defaultdict(list)
    for node in nodes:
        members[groups.find(anchors[node.member])].append(node)
    return members, reasons, refusals


def _by_anchor(anchors: Mapping[Member, _Anchor]) -> dict[_Anchor, list[Member]]:
    members: dict[_Anchor, list[Member]] = defaultdict(list)
    for member, anchor in anchors.items():
        members[anchor].append(member)
    return members


def _anchor(node: _Node, shared: Collection[_Key]) -> _Anchor:
    if node.entity.concept is not None:
        return ("concept", node.entity.concept)
    if node.introduced and any(key in shared for key in node.keys):
        return ("own", *node.key, node.member.paper)
    return ("name", *node.key)


def _reason(node: _Node, anchor: _Anchor) -> str:
    return {"concept": "is a concept of the vocabulary",
            "own": "introduced here under a name that other papers introduce too",
            "name": f"same class and same name once folded: {node.key[1]}"}[anchor[0]]


def _homonyms(introducers: Mapping[_Key, set[str]], shared: Iterable[_Key]) -> set[Refusal]:
    return {Refusal(f"{key[1]} of {left}", f"{key[1]} of {right}", "both papers introduce the name")
            for key in shared for left in introducers[key] for right in introducers[key] if left < right}


def _other_classes(nodes: Iterable[_Node]) -> set[Refusal]:
    classes: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        classes[node.key[1]].add(node.cls)
    return {Refusal(f"{left} {key}", f"{right} {key}", "the classes differ")
            for key, found in classes.items() for left in found for right in found if left < right}


def _join_aliases(nodes: Sequence[_Node], anchors: Mapping[Member, _Anchor], shared: Collection[_Key],
                  groups: _Groups, reasons: dict[Member, str], refusals: set[Refusal]) -> None:
    """Join names through the acronyms that papers spell out, where an acronym has one expansion only."""
    expansions: dict[_Key, set[str]] = defaultdict(set)
    for node in nodes:
        for short, long in _pairs(node):
            expansions[node.cls, short].add(long)
    by_anchor = _by_anchor(anchors)
    for node in sorted(nodes, key=lambda n: n.member):
        for key in node.keys:
            target, anchor = ("name", *key), anchors[node.member]
            if target not in by_anchor or target == anchor or key in shared:
                continue
            if len(expansions[key]) > 1:
                refusals.add(Refusal(key[1], node.key[1], "papers expand the acronym in different ways"))
            elif groups.union(anchor, target):
                reason = f"{node.member.paper} spells out {key[1]} as another form of {node.entity.name}"
                reasons |= {m: reason for m in by_anchor[target] if m != node.member}
            else:
                refusals.add(Refusal(key[1], node.key[1], "would join two listed or introduced things"))


def _pairs(node: _Node) -> list[tuple[str, str]]:
    name = fold(node.entity.name)
    return [(min(name, alias, key=len), max(name, alias, key=len)) for alias in node.aliases]


def _entities(groups: Mapping[_Anchor, Sequence[_Node]], concepts: Mapping[str, Concept],
              phrases: Mapping[str, tuple[str, set[str]]], base: str) -> list[LinkedEntity]:
    papers: dict[str, set[str]] = defaultdict(set)
    for iri, ids in phrases.values():
        papers[iri] |= ids
    found = [_entity(root, nodes, concepts, papers, base) for root, nodes in groups.items()]
    known = {entity.iri for entity in found}
    for iri in sorted(papers.keys() - known):
        concept = concepts[iri]
        found.append(LinkedEntity(iri, concept.cls, concept.label, concept.aliases, iri, (), len(papers[iri])))
    return found


def _entity(root: _Anchor, nodes: Sequence[_Node], concepts: Mapping[str, Concept],
            phrases: Mapping[str, set[str]], base: str) -> LinkedEntity:
    iri = root[1] if root[0] == "concept" else _iri(root, nodes, base)
    concept = concepts.get(iri)
    label = concept.label if concept else _label(nodes)
    names = {form for node in nodes for form in _forms(node)} | set(concept.aliases if concept else ())
    support = len({node.member.paper for node in nodes} | phrases.get(iri, set()))
    return LinkedEntity(iri, nodes[0].cls, label, tuple(sorted(names - {label})), iri if concept else None,
                        tuple(sorted(node.member for node in nodes)), support)


def _iri(root: _Anchor, nodes: Sequence[_Node], base: str) -> str:
    name = min(_segment(node.entity.name) for node in nodes)
    paper = f"/{quote(root[3], safe=':.-_~()')}" if root[0] == "own" else ""
    return f"{base}{slug(root[1])}/{name}{paper}"


def _segment(name: str) -> str:
    """Return a path segment for a name: equal segments only for equal folds."""
    plain = slug(name)
    return plain if fold(plain) == fold(name) else quote(fold(name), safe="+")


def _label(nodes: Sequence[_Node]) -> str:
    """Return the introducing paper's name; else the most frequent, of equals the one that begins small."""
    chosen = [node for node in nodes if node.introduced] or nodes
    counts = Counter(node.entity.name for node in chosen)
    return min(counts, key=lambda name: (-counts[name], name.swapcase()))


def _forms(node: _Node) -> set[str]:
    """Return the name and the mentions that spell it or abbreviate it."""
    safe = {fold(node.entity.name), *node.aliases}
    return {node.entity.name} | {m.text for m in node.entity.mentions if fold(m.text) in safe}
