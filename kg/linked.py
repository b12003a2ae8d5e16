"""Why things are one entity, or are not: the link report of a store, and of one entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.documents import Documents
from kg.errors import StoreError
from kg.lifecycle import link_documents
from kg.link import Link, Linking, Refusal
from kg.link.index import closure
from kg.link.linking import link_keys, words
from kg.link.names import fold
from kg.link.nodes import key, vocabulary
from kg.link.overrides import read_overrides
from kg.ontology import Ontology
from kg.store import LINKS, open_documents, open_store
from kg.terms import DCTERMS, term

LINK_REPORT = "link-report.json"
"""The name of the file that lists every merge and every refusal."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of an entity: the papers that use it, sorted, why it is the entity's, and how sure that is (0 to 1)."""

    name: str
    papers: tuple[str, ...]
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class EntityLinks:
    """Why an entity is one thing: its names, the most used first, and what looks alike but was kept apart."""

    iri: str
    cls: str
    label: str
    aliases: tuple[Alias, ...]
    refusals: tuple[Refusal, ...]
    variant_of: str | None


def link_report(linking: Linking) -> dict[str, Any]:
    """Return every merge and every refusal of a linking, ready for JSON; lists are sorted.

    ``merges`` holds the entities that several members make up, each member with its reason and score.
    """
    by_entity: dict[str, list[Link]] = defaultdict(list)
    for one in linking.links:
        by_entity[one.iri].append(one)
    return {
        "merges": [
            {"iri": e.iri, "class": e.cls, "label": e.label,
             "members": [{"paper": m.member.paper, "name": m.member.name, "reason": m.reason, "score": m.score}
                         for m in sorted(by_entity[e.iri])]}
            for e in linking.entities if len(by_entity[e.iri]) > 1],
        "variants": [{"iri": child, "family": family} for child, family in linking.families],
        "refusals": [{"left": r.left, "right": r.right, "reason": r.reason} for r in linking.refusals],
    }


def store_report(store: Path, ontology: Ontology) -> dict[str, Any]:
    """Return the link report of what a store holds now; see :func:`link_report`.

    Raises:
        StoreError: there is no store, or it has no documents of its papers.
    """
    documents = Documents(open_documents(store), vocabulary(ontology)).all()
    return link_report(link_documents(documents, ontology, read_overrides(store / LINKS, ontology)))


def explain_links(store: Path, iri: str, ontology: Ontology) -> EntityLinks | None:
    """Return why an entity of a store is one thing; None where the store, or its documents, have no such entity.

    Only the names around the entity are linked again, as they were when the store was made.

    Raises:
        StoreError: there is no store, or it has no documents of its papers.
    """
    known = vocabulary(ontology)
    documents = Documents(open_documents(store), known)
    graph = open_store(store)
    start = _start(graph, documents, iri)
    if start is None:
        return None
    rules = read_overrides(store / LINKS, ontology)
    closed = closure(start, documents, known, rules)
    folds = sorted({node.folded for node in closed})
    everywhere = {key(cls, folded) for cls in ontology.entity_classes() for folded in folds}

    def context(paper: str) -> frozenset[str]:
        document = documents.document(paper)
        return words(document.extraction.paper.text) if document else frozenset()

    linking = link_keys(everywhere | set(start), documents, known, rules=rules, context=context)
    entity = next(e for e in linking.entities if e.iri == iri)
    links = [one for one in linking.links if one.iri == iri]
    names = {fold(name) for name in (entity.label, *entity.aliases)} | {iri}
    refused = tuple(r for r in linking.refusals if _names(r) & names)
    return EntityLinks(iri, entity.cls, entity.label, tuple(_aliases(links)), refused, _family(graph, iri))


def _start(graph: ox.Store, documents: Documents, iri: str) -> list[str] | None:
    """Return the keys of one member of an entity."""
    node = ox.NamedNode(iri)
    locals_ = sorted(str(q.subject) for q in graph.quads_for_pattern(None, _named("linkedTo"), node, ox.DefaultGraph()))
    if not locals_:
        known = next(graph.quads_for_pattern(node, _named("support"), None, ox.DefaultGraph()), None)
        return [f"={iri}"] if known is not None else None
    paper = locals_[0].strip("<>").rsplit("/", 1)[0]
    found = next(graph.quads_for_pattern(ox.NamedNode(paper), ox.NamedNode(DCTERMS + "identifier"), None,
                                         ox.DefaultGraph()), None)
    if found is None or not isinstance(found.object, ox.Literal):
        raise StoreError(f"the paper of {locals_[0]} is missing", remedy="build the store again")
    names = [n for n, one in sorted(documents.iris(found.object.value).items()) if one == iri]
    if not names:
        return None
    name = names[0]
    return [n.key for n in documents.nodes(found.object.value) if n.name == name and not n.phrase] + [f"={iri}"]


def _named(name: str) -> ox.NamedNode:
    return ox.NamedNode(term(name))


def _family(graph: ox.Store, iri: str) -> str | None:
    found = graph.quads_for_pattern(ox.NamedNode(iri), _named("variantOf"), None, ox.DefaultGraph())
    return min((str(q.object).strip("<>") for q in found), default=None)


def _names(refusal: Refusal) -> set[str]:
    """Return the folds and IRIs that a refusal speaks of; classes and papers stand beside some."""
    parts = (refusal.left, refusal.right)
    return {*parts, *(p.split(" of ")[0] for p in parts), *(p.split(" ", 1)[1] for p in parts if " " in p)}


def _aliases(links: Iterable[Link]) -> list[Alias]:
    found: dict[tuple[str, str, float], set[str]] = defaultdict(set)
    for one in links:
        found[one.member.name, one.reason, one.score].add(one.member.paper)
    aliases = [Alias(name, tuple(sorted(papers)), reason, score) for (name, reason, score), papers in found.items()]
    return sorted(aliases, key=lambda a: (-len(a.papers), a.name, a.reason))



