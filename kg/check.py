"""Does a store keep what the ontology says: domains and ranges, SHACL shapes, quotes equal to the text.

Domains and ranges are compared with the types as they are stated: under RDFS inference a reversed triple
would give its ends the types that make it pass. SHACL (``ontology/shapes.ttl``) sees the claims, results and
papers of the papers' own graphs and, apart from them, those of the default graph, where equal nodes say other things.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.ontology import Ontology, Property
from kg.terms import KG, RDF, XSD, local_name, term

if TYPE_CHECKING:
    import rdflib

_TYPE = RDF + "type"
_SHAPED = ("Paper", "Claim", "Result")
_PAPERS = 100
_NODES = 2000
_REMEMBERED = 100_000
_Types = Callable[[str], frozenset[str]]
_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Said = Mapping[str, list[_Node]]
_Facts = dict[str, dict[str, list[_Node]]]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A fault: the node it stands at, the rule it breaks, and what is wrong."""

    node: str
    rule: str
    message: str


def check(store: ox.Store, ontology: Ontology, *, papers: Collection[str] | None = None) -> tuple[Violation, ...]:
    """Return what the store breaks, sorted by node; empty where all is well.

    Rules are ``domain``, ``range``, ``quote``, ``mention``, ``link`` and ``shape``. Papers are looked at some at a
    time, so that memory does not grow with the store.

    Args:
        store: the graph.
        ontology: what it must keep.
        papers: IRIs of the papers whose graphs to look at, with what the default graph says of their nodes; all where
            it is None, and then all of the default graph.
    """
    types, shapes = lru_cache(maxsize=_REMEMBERED)(partial(_types, store)), _shapes(ontology)
    graphs = sorted(graph.value for graph in store.named_graphs()) if papers is None else sorted(papers)
    found: set[Violation] = set()
    linked: set[str] = set() if papers is not None else _linked_subjects(store)
    for some in _batches(graphs, _PAPERS):
        shaped: list[ox.Quad] = []
        for graph in some:
            quads = list(store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
            facts = _by_subject(quads)
            found |= {*_ends(quads, ontology, types), *_claims(facts, ontology, types), *_quotes(graph, facts),
                      *_mentions(facts)}
            shaped += _shaped(quads, facts)
            if papers is not None:
                linked.update(facts)
                found |= set(_links(store, graph, facts))
        found |= _validate(shaped, shapes)
    for some in _batches(sorted(linked), _NODES):
        found |= _default_graph(store, some, ontology, types, shapes)
    return tuple(sorted(found | set(_all_links(store) if papers is None else ())))


def _default_graph(store: ox.Store, nodes: Iterable[str], ontology: Ontology, types: _Types, shapes: rdflib.Graph,
                   ) -> set[Violation]:
    quads = [quad for node in nodes for quad in store.quads_for_pattern(ox.NamedNode(node), None, None,
                                                                        ox.DefaultGraph())]
    facts = _by_subject(quads)
    return {*_ends(quads, ontology, types), *_claims(facts, ontology, types), *_linked_quotes(facts, store),
            *_validate(_shaped(quads, facts), shapes)}


def _linked_subjects(store: ox.Store) -> set[str]:
    return {_value(quad.subject) for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}


def _batches(names: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    yield from (names[at:at + most] for at in range(0, len(names), most))


def _shaped(quads: Iterable[ox.Quad], facts: _Facts) -> list[ox.Quad]:
    return [q for q in quads if _is_shaped(facts[_value(q.subject)]) and q.predicate.value != term("text")]


def _types(store: ox.Store, node: str) -> frozenset[str]:
    """Return the classes of a node in any graph."""
    found = store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(_TYPE), None, None)
    return frozenset(local_name(cls) for quad in found if (cls := _value(quad.object)).startswith(KG))


def _ends(quads: Iterable[ox.Quad], ontology: Ontology, types: _Types) -> Iterator[Violation]:
    """Compare both ends of every statement with the domain and range of its property."""
    for quad in quads:
        prop = ontology.properties.get(quad.predicate.value.removeprefix(KG))
        if prop is None or not quad.predicate.value.startswith(KG):
            continue
        node = _value(quad.subject)
        yield from _domain(node, node, prop, ontology, types)
        if isinstance(quad.object, ox.Literal):
            yield from _datatype(node, quad.object, prop)
        else:
            yield from _range(node, _value(quad.object), prop, ontology, types)


def _claims(facts: _Facts, ontology: Ontology, types: _Types) -> Iterator[Violation]:
    """Compare what claims say with the domain and range of the predicate that they say it with."""
    for claim, said in facts.items():
        for predicate in map(_value, said.get(RDF + "predicate", ())):
            prop = ontology.properties.get(predicate.removeprefix(KG))
            if prop is None or not prop.is_object:
                yield Violation(claim, "range", f"{predicate} is no relation of the ontology")
                continue
            for subject in said.get(RDF + "subject", ()):
                yield from _domain(claim, _value(subject), prop, ontology, types)
            for obj in said.get(RDF + "object", ()):
                yield from _range(claim, _value(obj), prop, ontology, types)


def _domain(node: str, subject: str, prop: Property, ontology: Ontology, types: _Types) -> Iterator[Violation]:
    found = types(subject)
    if prop.domain and not any(ontology.is_a(cls, prop.domain) for cls in found):
        yield Violation(node, "domain", f"the subject of {prop.name} is {_named(found)}, not {prop.domain}: {subject}")


def _range(node: str, value: str, prop: Property, ontology: Ontology, types: _Types) -> Iterator[Violation]:
    found = types(value)
    if not prop.is_object:
        yield Violation(node, "range", f"{prop.name} takes a literal, not {value}")
    elif prop.range and not any(ontology.is_a(cls, prop.range) for cls in found):
        yield Violation(node, "range", f"the object of {prop.name} is {_named(found)}, not {prop.range}: {value}")


def _datatype(node: str, value: ox.Literal, prop: Property) -> Iterator[Violation]:
    if prop.is_object or (prop.range and local_name(value.datatype.value) != prop.range):
        wanted = prop.range or "a thing"
        yield Violation(node, "range", f"{prop.name} takes {wanted}, not {value}")


def _named(classes: Iterable[str]) -> str:
    return " and ".join(sorted(classes)) or "of no known class"


def _links(store: ox.Store, paper: str, facts: _Facts) -> Iterator[Violation]:
    """Every node of a paper that a mention refers to must be linked to one entity."""
    mentioned = {_value(node) for said in facts.values() for node in said.get(term("refersTo"), ())}
    for node in (mentioned | facts.keys()) - {paper}:
        found = store.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(term("linkedTo")), None, ox.DefaultGraph())
        count = sum(1 for _ in found)
        if count != 1 and (count or node in mentioned):
            yield Violation(node, "link", f"is linked to {count} entities, not to one")


def _all_links(store: ox.Store) -> Iterator[Violation]:
    """Every node that a mention refers to must be linked to one entity."""
    predicate = ox.NamedNode(term("linkedTo"))
    counts = Counter(_value(q.subject) for q in store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()))
    mentioned = {_value(q.object) for q in store.quads_for_pattern(None, ox.NamedNode(term("refersTo")), None, None)}
    for node in mentioned | counts.keys():
        if counts[node] != 1:
            yield Violation(node, "link", f"is linked to {counts[node]} entities, not to one")


def _by_subject(quads: Iterable[ox.Quad]) -> _Facts:
    facts: _Facts = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        facts[_value(quad.subject)][quad.predicate.value].append(quad.object)
    return facts


def _quotes(paper: str, facts: _Facts) -> Iterator[Violation]:
    """Every quote must be what stands at its offsets in the paper's text."""
    texts = [_value(text) for text in facts[paper][term("text")]]
    if len(texts) != 1:
        yield Violation(paper, "quote", f"the paper has {len(texts)} texts, not one")
        return
    for node, said in facts.items():
        for quote in said.get(term("quote"), ()):
            if not any(0 <= s < e and texts[0][s:e] == _value(quote) for s, e in _spans(said)):
                yield Violation(node, "quote", f"the text at its offsets is not {_value(quote)!r}")


def _linked_quotes(facts: _Facts, store: ox.Store) -> Iterator[Violation]:
    """Every quote of the default graph must be what stands at its offsets in the text of the paper that states it."""
    @lru_cache(maxsize=_PAPERS)
    def text_of(paper: str) -> str | None:
        graph = ox.NamedNode(paper)
        found = next(store.quads_for_pattern(graph, ox.NamedNode(term("text")), None, graph), None)
        return None if found is None else _value(found.object)

    for node, said in facts.items():
        for quote in said.get(term("quote"), ()):
            stated = [text_of(_value(paper)) for paper in said.get(term("statedIn"), ())]
            if not any(text is not None and text[s:e] == _value(quote) for text in stated for s, e in _spans(said)):
                yield Violation(node, "quote", f"no paper that states it has {_value(quote)!r} at its offsets")


def _spans(said: _Said) -> Iterator[tuple[int, int]]:
    for start in said.get(term("start"), ()):
        for end in said.get(term("end"), ()):
            yield int(_value(start)), int(_value(end))


def _mentions(facts: _Facts) -> Iterator[Violation]:
    for node, said in facts.items():
        if term("Mention") in map(_value, said.get(_TYPE, ())) and len(said.get(term("refersTo"), ())) != 1:
            yield Violation(node, "mention", f"refers to {len(said.get(term('refersTo'), ()))} things, not to one")


def _is_shaped(said: _Said) -> bool:
    return any(local_name(_value(cls)) in _SHAPED for cls in said.get(_TYPE, ()))


def _shapes(ontology: Ontology) -> rdflib.Graph:
    import rdflib

    shapes = rdflib.Graph()
    for path in ontology.turtle:
        if path.name == "shapes.ttl":
            shapes.parse(path, format="turtle")
    return shapes


def _validate(quads: Iterable[ox.Quad], shapes: rdflib.Graph) -> set[Violation]:
    """Validate with pySHACL, without inference."""
    statements = list(quads)
    if not statements:
        return set()
    import pyshacl
    import rdflib
    from rdflib.namespace import SH

    _, report, _ = pyshacl.validate(_to_rdflib(statements), shacl_graph=shapes, inference="none", advanced=False)
    found = set()
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        value = report.value(result, SH.value)
        said = f"{report.value(result, SH.resultMessage)}" + (f", not {value}" if value is not None else "")
        found.add(Violation(str(report.value(result, SH.focusNode)), "shape", said))
    return found


def _to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """Return the statements as an rdflib graph: what pySHACL reads."""
    import rdflib

    def converted(node: _Node) -> rdflib.URIRef | rdflib.Literal:
        if not isinstance(node, ox.Literal):
            return rdflib.URIRef(_value(node))
        plain = node.datatype.value == XSD + "string"
        return rdflib.Literal(node.value, datatype=None if plain else rdflib.URIRef(node.datatype.value))

    graph = rdflib.Graph()
    for quad in quads:
        graph.add((rdflib.URIRef(_value(quad.subject)), rdflib.URIRef(quad.predicate.value), converted(quad.object)))
    return graph


def _value(node: _Node) -> str:
    return str(node) if isinstance(node, ox.Triple) else node.value
