"""One closed set of nodes -> the groups that are one thing each, with a reason for every link and every refusal.

A wrong merge is worse than a missed one. The order of the steps: what a user's links.toml says; the vocabulary;
names without maker and kind; acronyms that a paper spells out; slips of spelling. Each step joins whole groups
under guards, in a fixed order, so that the outcome depends on the nodes alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from kg.link.index import Index, slips
from kg.link.names import is_coined
from kg.link.nodes import Key, Member, Node, Vocabulary, key
from kg.link.overrides import Name, Overrides

Anchor = tuple[str, ...]
"""``concept``, IRI; or ``own``, class, fold and whose it is; or ``name``, class, fold."""

Context = Callable[[str], frozenset[str]]
"""Gives the words of a paper, by its id."""

_EARLIER = 6
_FITS = 0.12
_MARGIN = 0.04


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Why a member is part of an entity; ``score`` is 1 where nothing was guessed."""

    member: Member
    iri: str
    reason: str
    score: float = 1.0


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Two names that look alike and were kept apart, and why."""

    left: str
    right: str
    reason: str


@dataclass
class Clusters:
    """What came of a closed set: members of each group by anchor, reasons and scores by member, refusals."""

    groups: dict[Anchor, list[Node]] = field(default_factory=dict)
    reasons: dict[Member, tuple[str, float]] = field(default_factory=dict)
    refusals: set[Refusal] = field(default_factory=set)


class _Groups:
    """Union-find over anchors, with what must not meet: two concepts, two introduced things, a user's opposites."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self.parent = {anchor: anchor for anchor in anchors}
        self.tags: dict[Anchor, set[tuple[int, int]]] = defaultdict(set)

    def find(self, anchor: Anchor) -> Anchor:
        """Return the root of the group of an anchor, which may be new."""
        self.parent.setdefault(anchor, anchor)
        while self.parent[anchor] != anchor:
            self.parent[anchor] = self.parent[self.parent[anchor]]
            anchor = self.parent[anchor]
        return anchor

    def union(self, left: Anchor, right: Anchor, *, forced: bool = False) -> str | None:
        """Join two groups; return why not where they must stay apart. Concepts and own things stay the root."""
        first, second = sorted((self.find(left), self.find(right)), key=lambda a: (a[0] == "name", a))
        if first == second:
            return None
        if self._opposed(first, second):
            return "links.toml says that they are different"
        if second[0] != "name" and not forced:
            return "would join two listed or introduced things"
        self.parent[second] = first
        self.tags[first] |= self.tags[second]
        return None

    def _opposed(self, first: Anchor, second: Anchor) -> bool:
        return any(rule == other and side != another
                   for rule, side in self.tags[first] for other, another in self.tags[second])


class _Linker:
    """The steps over one closed set; made and used by :func:`cluster`."""

    def __init__(self, nodes: Sequence[Node], index: Index, known: Vocabulary, rules: Overrides,
                 context: Context) -> None:
        self.nodes, self.index, self.known, self.rules, self.context = nodes, index, known, rules, context
        self.refusals: set[Refusal] = set()
        self.introducers = _introducers(nodes, known)
        self.shared = {k for k, found in self.introducers.items() if len(found) > 1} | self._taken_over()
        self.reasons: dict[Member, tuple[str, float]] = {}
        self.anchors = {node: self._anchor(node) for node in nodes}
        self.groups = _Groups(self.anchors.values())
        self.by_anchor: dict[Anchor, list[Node]] = defaultdict(list)
        for node, anchor in self.anchors.items():
            self.by_anchor[anchor].append(node)

    def _taken_over(self) -> set[Key]:
        """Return the keys of introduced things that older papers name already: something else of that name.

        A description in plain words is the same thing; that a paper introduces it is then a slip of the reading.
        """
        found = set()
        for node in self.nodes:
            for introducer in self.introducers.get(node.key, {}).values():
                if _before(node, introducer) and node.concept is None and is_coined(node.name):
                    found.add(node.key)
                    self.refusals.add(Refusal(f"{node.folded} of {node.paper}", f"{introducer.folded} of "
                                              f"{introducer.paper}", "named before it was introduced"))
        return found

    def _anchor(self, node: Node) -> Anchor:
        apart = self._told_apart(node)
        if apart is not None:
            self.reasons[node.member] = ("links.toml says that it is different", 1.0)
            return ("own", node.cls, node.folded, apart)
        mine = next((k for k in node.own_keys if node.introduced and k in self.shared), None)
        if mine is not None and (node.concept is None or self.known.ambiguous(node.concept)):
            self.reasons[node.member] = ("introduced here under a name that other papers use for something else", 1.0)
            return ("own", node.cls, node.folded, node.paper)
        if node.apart and node.key in self.known.labels:
            self.reasons[node.member] = ("its paper spells the acronym out as something that is not listed", 1.0)
            return ("own", node.cls, node.folded, node.paper)
        if node.concept is not None:
            self.reasons[node.member] = ("is a concept of the vocabulary", 1.0)
            return ("concept", node.concept)
        if node.key in self.shared and (chosen := self._chosen(node)) is not None:
            return chosen
        self.reasons.setdefault(node.member, (f"same class and same name once folded: {node.folded}", 1.0))
        return ("name", node.cls, node.folded)

    def _told_apart(self, node: Node) -> str | None:
        for rule in self.rules.rules:
            for name in rule.names if not rule.same else ():
                if (name.paper or name.exact) and name.fits(node.paper, node.name, node.cls):
                    return name.paper or name.name
        return None

    def _chosen(self, node: Node) -> Anchor | None:
        """Return the introduced thing that a later mention of a shared name means; None where that is not clear."""
        candidates = [i for i in self.introducers.get(node.key, {}).values() if not _before(node, i)]
        words = self.context(node.paper)
        scored = sorted(((round(_alike(words, self.context(c.paper)), 3), c.paper, c) for c in candidates),
                        key=lambda s: (-s[0], s[1]))
        if not scored:
            return None
        best, second = scored[0], scored[1][0] if len(scored) > 1 else 0.0
        if best[0] >= _FITS and best[0] - second >= _MARGIN:
            self.reasons[node.member] = (f"its paper is about what {best[1]} introduces under the name "
                                         f"({best[0]:g} against {second:g})", best[0])
            return ("own", best[2].cls, best[2].folded, best[1])
        rivals = ", ".join(f"{paper} ({score:g})" for score, paper, _ in scored)
        self.refusals.add(Refusal(f"{node.folded} of {node.paper}", f"{node.folded} of {rivals}",
                                  "ambiguous: its paper fits none of them clearly better"))
        return None

    def run(self) -> Clusters:
        """Carry out the steps."""
        self.refusals |= _homonyms(self.introducers)
        self._join_overrides()
        self._join_vocabulary()
        self._join_short()
        self._join_acronyms()
        self._join_slips()
        found: dict[Anchor, list[Node]] = defaultdict(list)
        for node in self.nodes:
            found[self.groups.find(self.anchors[node])].append(node)
        return Clusters(dict(found), self.reasons, self.refusals)

    def _join(self, left: Anchor, right: Anchor, reason: str, score: float, *, forced: bool = False) -> None:
        """Join two groups and note why; a refusal is noted as well."""
        moved = self.by_anchor.get(right, ())
        if (why := self.groups.union(left, right, forced=forced)) is not None:
            self.refusals.add(Refusal(_told(left), _told(right), why))
            return
        for node in moved:
            self.reasons[node.member] = (reason, score)

    def _join_overrides(self) -> None:
        for number, rule in enumerate(self.rules.rules):
            matched = [[a for a in sorted(self.by_anchor) if any(self._fits(n, name) for n in self.by_anchor[a])]
                       for name in rule.names]
            if not rule.same:
                for side, anchors in enumerate(matched):
                    for anchor in anchors:
                        self.groups.tags[self.groups.find(anchor)].add((number, side))
        for rule in self.rules.rules:
            anchors = sorted({a for a in self.by_anchor for n in self.by_anchor[a] for name in rule.names
                              if rule.same and self._fits(n, name)}, key=lambda a: (a[0] == "name", a))
            for anchor in anchors[1:]:
                self._join(anchors[0], anchor, f"{self.rules.file}:{rule.line} says that it is the same", 1.0,
                           forced=True)

    def _fits(self, node: Node, name: Name) -> bool:
        return not node.phrase and name.fits(node.paper, node.name, node.cls)

    def _named(self) -> Iterator[tuple[Anchor, list[Node]]]:
        yield from ((a, found) for a, found in sorted(self.by_anchor.items()) if a[0] == "name")

    def _join_vocabulary(self) -> None:
        for anchor, found in self._named():
            concept = self.known.labels.get(key(anchor[1], anchor[2]))
            if concept is None:
                continue
            if any(node.introduced for node in found) or key(anchor[1], anchor[2]) in self.introducers:
                self.refusals.add(Refusal(anchor[2], concept,
                                          "a paper introduces the name, so it need not be the listed one"))
            else:
                self._join(("concept", concept), anchor, "spells a label of the vocabulary", 1.0)

    def _join_short(self) -> None:
        for anchor, found in self._named():
            shorts = sorted({n.short for n in found if n.short})
            for short in shorts[:1]:
                one = key(anchor[1], short)
                concept, plain = self.known.labels.get(one), ("name", anchor[1], short)
                target = ("concept", concept) if concept and one not in self.introducers else plain
                if one in self.shared or target not in {*self.groups.parent, ("concept", concept)}:
                    continue
                self._join(target, anchor, f"is {short} with its maker or its kind", 0.98)

    def _join_acronyms(self) -> None:
        """Join names through the acronyms that papers spell out, where an acronym has one expansion only."""
        expansions: dict[Key, set[str]] = defaultdict(set)
        for node in self.nodes:
            for short, long in _pairs(node):
                expansions[key(node.cls, short)].add(long)
        for node in sorted(self.nodes, key=lambda n: n.member):
            for alias in (node.folded, *node.aliases) if node.aliases else ():
                one, anchor = key(node.cls, alias), self.anchors[node]
                target = ("name", node.cls, alias)
                if target not in self.by_anchor or target == anchor or one in self.shared:
                    continue
                if len(expansions.get(one, ())) > 1:
                    self.refusals.add(Refusal(alias, node.folded, "papers expand the acronym in different ways"))
                else:
                    self._join(anchor, target, f"{node.paper} spells out {alias} as another form of {node.name}", 0.95)

    def _join_slips(self) -> None:
        """Join slips of spelling: never two introduced names, nor two that one paper tells apart."""
        names = {(node.key, node.spelled): node for node in self.nodes if not node.phrase}
        pairs = {(score, min(one, other), max(one, other)) for (one, _), node in names.items()
                 for score, other in slips(node, self.index)}
        for score, left, right in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
            first, second = (("name", *k.split("|", 1)) for k in (left, right))
            if first not in self.by_anchor and second not in self.by_anchor:
                continue
            if any(k in self.shared for k in (left, right)):
                continue
            if left in self.introducers and right in self.introducers:
                self.refusals.add(Refusal(_told(first), _told(second), "papers introduce both names"))
            elif self._papers(first) & self._papers(second):
                self.refusals.add(Refusal(_told(first), _told(second), "a paper names both"))
            else:
                self._join(first, second, f"spelt like {_told(first)}", score)

    def _papers(self, anchor: Anchor) -> set[str]:
        root = self.groups.find(anchor)
        return {n.paper for a, found in self.by_anchor.items() if self.groups.find(a) == root for n in found}


def cluster(nodes: Sequence[Node], index: Index, known: Vocabulary, rules: Overrides, context: Context) -> Clusters:
    """Group the nodes of a closed set (:func:`kg.link.index.closure`); no nodes give no groups."""
    return _Linker(nodes, index, known, rules, context).run()


def _introducers(nodes: Iterable[Node], known: Vocabulary) -> dict[Key, dict[str, Node]]:
    """Return key -> paper -> the node that it introduces under a name that is unlisted, or an everyday word."""
    found: dict[Key, dict[str, Node]] = defaultdict(dict)
    for node in nodes:
        if node.introduced and (node.concept is None or known.ambiguous(node.concept)):
            for one in node.own_keys:
                found[one][node.paper] = node
    return dict(found)


def _before(node: Node, introducer: Node) -> bool:
    """Tell whether a paper names a thing well before the paper that introduces it."""
    return (node.month is not None and introducer.month is not None and not node.introduced
            and node.month + _EARLIER < introducer.month)


def _alike(left: Collection[str], right: Collection[str]) -> float:
    """Return the cosine of two sets of words; 0 where one is empty."""
    common = len(set(left) & set(right))
    return common / (len(left) * len(right)) ** 0.5 if common else 0.0


def _homonyms(introducers: Mapping[Key, Mapping[str, Node]]) -> set[Refusal]:
    return {Refusal(f"{one.partition('|')[2]} of {left}", f"{one.partition('|')[2]} of {right}",
                    "both papers introduce the name")
            for one, papers in introducers.items() for left, right in combinations(sorted(papers), 2)}


def _pairs(node: Node) -> list[tuple[str, str]]:
    return [(min(node.folded, alias, key=len), max(node.folded, alias, key=len)) for alias in node.aliases]


def _told(anchor: Anchor) -> str:
    return anchor[1] if anchor[0] == "concept" else anchor[2]
