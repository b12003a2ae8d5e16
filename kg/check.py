"""Does a store keep what the ontology says: domains and ranges, SHACL shapes, quotes equal to the text.

Domains and ranges are compared with the types as they are stated: under RDFS inference a reversed triple
would give its ends the types that make it pass. SHACL (``ontology/shapes.ttl``) sees the claims, results and
papers of the papers' own graphs and, apart from them, those of the default graph, where equal nodes say other things.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.ontology import Ontology, Property
from kg.terms import KG, RDF, XSD, local_name, term

if TYPE_CHECKING:
    import rdflib

_TYPE = RDF + "type"
_SHAPED = ("Paper", "Claim", "Result")
_Types = Mapping[str, frozenset[str]]
_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Said = Mapping[str, list[_Node]]
_Facts = dict[str, dict[str, list[_Node]]]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A fault: the node it stands at, the rule it breaks, and what is wrong."""

    node: str
    rule: str
    message: str


def check(store: ox.Store, ontology: Ontology) -> tuple[Violation, ...]:
    """Return what the store breaks, sorted by node; empty where all is well.

    Rules are ``domain``, ``range``, ``quote``, ``mention``, ``link`` and ``shape``.
    """
    types = _types(store)
    found = {*_ends(store, ontology, types), *_claims(store, ontology, types), *_links(store)}
    shaped: list[ox.Quad] = []
    texts: dict[str, str] = {}
    for graph in store.named_graphs():
        quads = list(store.quads_for_pattern(None, None, None, graph))
        facts = _by_subject(quads)
        found |= {*_quotes(graph.value, facts), *_mentions(facts)}
        shaped += _shaped(quads, facts)
        texts[graph.value] = next(map(_value, facts[graph.value][term("text")]), "")
    linked = list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    facts = _by_subject(linked)
    found |= {*_linked_quotes(facts, texts)}
    shapes = _shapes(ontology)
    return tuple(sorted(found | _validate(shaped, shapes) | _validate(_shaped(linked, facts), shapes)))


def _shaped(quads: Iterable[ox.Quad], facts: _Facts) -> list[ox.Quad]:
    return [q for q in quads if _is_shaped(facts[_value(q.subject)]) and q.predicate.value != term("text")]


def _types(store: ox.Store) -> _Types:
    types: dict[str, set[str]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, ox.NamedNode(_TYPE), None, None):
        if (cls := _value(quad.object)).startswith(KG):
            types[_value(quad.subject)].add(local_name(cls))
    return {node: frozenset(classes) for node, classes in types.items()}


def _ends(store: ox.Store, ontology: Ontology, types: _Types) -> Iterator[Violation]:
    """Compare both ends of every statement with the domain and range of its property."""
    for quad in store:
        prop = ontology.properties.get(quad.predicate.value.removeprefix(KG))
        if prop is None or not quad.predicate.value.startswith(KG):
            continue
        node = _value(quad.subject)
        yield from _domain(node, node, prop, ontology, types)
        if isinstance(quad.object, ox.Literal):
            yield from _datatype(node, quad.object, prop)
        else:
            yield from _range(node, _value(quad.object), prop, ontology, types)


def _claims(store: ox.Store, ontology: Ontology, types: _Types) -> Iterator[Violation]:
    """Compare what claims say with the domain and range of the predicate that they say it with."""
    for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "predicate"), None, None):
        claim, predicate = _value(quad.subject), _value(quad.object)
        prop = ontology.properties.get(predicate.removeprefix(KG))
        if prop is None or not prop.is_object:
            yield Violation(claim, "range", f"{predicate} is no relation of the ontology")
            continue
        for end in store.quads_for_pattern(quad.subject, None, None, quad.graph_name):
            if end.predicate.value == RDF + "subject":
                yield from _domain(claim, _value(end.object), prop, ontology, types)
            elif end.predicate.value == RDF + "object":
                yield from _range(claim, _value(end.object), prop, ontology, types)


def _domain(node: str, subject: str, prop: Property, ontology: Ontology, types: _Types) -> Iterator[Violation]:
    found = types.get(subject, frozenset())
    if prop.domain and not any(ontology.is_a(cls, prop.domain) for cls in found):
        yield Violation(node, "domain", f"the subject of {prop.name} is {_named(found)}, not {prop.domain}: {subject}")


def _range(node: str, value: str, prop: Property, ontology: Ontology, types: _Types) -> Iterator[Violation]:
    found = types.get(value, frozenset())
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


def _links(store: ox.Store) -> Iterator[Violation]:
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


def _linked_quotes(facts: _Facts, texts: Mapping[str, str]) -> Iterator[Violation]:
    """Every quote of the default graph must be what stands at its offsets in the text of the paper that states it."""
    for node, said in facts.items():
        for quote in said.get(term("quote"), ()):
            stated = [texts.get(_value(paper)) for paper in said.get(term("statedIn"), ())]
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
    import pyshacl
    import rdflib
    from rdflib.namespace import SH

    _, report, _ = pyshacl.validate(_to_rdflib(quads), shacl_graph=shapes, inference="none", advanced=False)
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
