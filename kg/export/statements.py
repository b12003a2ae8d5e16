"""The graph as values: nodes, what is stated between them with its evidence, and results.

The one place where the network and the page read the store. Ends of statements are nodes of the linked
graph: a paper's own nodes are replaced by what they are linked to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import pyoxigraph as ox

from kg.terms import DCTERMS, KG, PREFIXES, QUDT, RDF, RDFS, SKOS, local_name, term

MENTIONS = "mentions"
"""The predicate that ties an entity to a paper that names it, where no statement does."""

_PROLOGUE = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
_REMEMBERED = 50_000
_Facts = Mapping[str, list[str]]
_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

_RELATIONS = """SELECT DISTINCT ?s ?p ?o WHERE {
    ?s ?p ?o . FILTER (isIRI(?o) && STRSTARTS(STR(?p), $kg) && ?p != kg:linkedTo) }"""
_MENTIONS = """SELECT ?s ?o ?paper ?quote ?start ?end ?rule ?confidence WHERE {
    GRAPH ?paper { ?m kg:refersTo ?s ; kg:quote ?quote ; kg:start ?start ; kg:end ?end .
                   ?s kg:rule ?rule ; kg:confidence ?confidence }
    ?s kg:linkedTo ?o }"""
_LABELS = """SELECT ?s ?label ?class WHERE {
    ?s a ?class ; rdfs:label ?label . FILTER (STRSTARTS(STR(?class), $kg)) }"""
_DIRECTIONS = "SELECT ?s ?o WHERE { ?s kg:direction ?o }"
_TEXTS = "SELECT ?s ?o WHERE { GRAPH ?s { ?s kg:text ?o } }"


@dataclass(frozen=True, slots=True)
class Node:
    """A paper or an entity of the linked graph.

    ``support`` is the number of papers that name an entity, 1 for a paper, 0 for a family that only the
    vocabulary knows. ``pages`` and ``code`` are web addresses, of papers alone. Tuples are sorted.
    """

    iri: str
    cls: str
    label: str
    aliases: tuple[str, ...]
    support: int
    year: int | None
    identifier: str
    pages: tuple[str, ...]
    code: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one span of one paper states about two nodes; offsets count code points of the paper's text."""

    subject: str
    predicate: str
    object: str
    paper: str
    start: int
    end: int
    quote: str
    rule: str
    confidence: float
    polarity: str
    modality: str

    @property
    def stands(self) -> bool:
        """Whether it is affirmed and asserted, not negated or hedged."""
        return self.polarity == "affirmed" and self.modality == "asserted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result of the linked graph.

    ``metric`` and ``baselines`` are IRIs of nodes, or empty where only the phrase is known. ``unit_iri`` is
    the unit in QUDT, empty where QUDT has none.
    """

    iri: str
    about: str
    metric: str
    metric_phrase: str
    baselines: tuple[str, ...]
    baseline_phrase: str
    conditions: tuple[str, ...]
    low: float
    high: float
    unit: str
    unit_iri: str
    change: str
    bound: str
    form: str
    raw: str
    paper: str
    start: int
    end: int
    quote: str
    rule: str
    confidence: float


    def favours_subject(self, direction: str) -> bool | None:
        """Tell whether it speaks for what it is about, given which way the metric is better.

        None where that cannot be told: a level is no comparison, and not every metric has a direction.
        """
        if self.change == "value" or not self.baselines or direction not in {"higher", "lower"}:
            return None
        return (self.change == "increase") == (direction == "higher")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of this, read once; each list in the order of the function of its name."""

    nodes: list[Node]
    relations: list[tuple[str, str, str]]
    claims: list[Statement]
    mentions: list[Statement]
    outcomes: list[Outcome]


def snapshot(store: ox.Store) -> Snapshot:
    """Return what a store says, as values; lists are empty for an empty store."""
    found = nodes(store)
    return Snapshot(found, relations(store, (node.iri for node in found)), claims(store), mentions(store),
                    outcomes(store))


def nodes(store: ox.Store, *, of: Collection[str] | None = None) -> list[Node]:
    """Return the papers and entities of the linked graph, or those of some IRIs, sorted; empty for an empty store."""
    typed = () if of is not None else store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, ox.DefaultGraph())
    named = of or {_value(quad.subject) for quad in typed if _value(quad.object).startswith(KG)}
    found = ((iri, _facts(store, iri, ox.DefaultGraph())) for iri in sorted(named))
    return [_node(iri, facts) for iri, facts in found if RDFS + "label" in facts]


def relations(store: ox.Store, known: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return subject, local name of the predicate and object of each direct triple between ``known`` IRIs, sorted."""
    ends = frozenset(known)
    return sorted((s, local_name(p), o) for s, p, o in _rows(store, _RELATIONS) if s in ends and o in ends)


def relations_of(store: ox.Store, ends: Collection[str]) -> list[tuple[str, str, str]]:
    """Return the direct triples between some nodes, as :func:`relations` does, without looking at any others."""
    left_out = term("linkedTo")
    quads = (quad for end in ends for quad in store.quads_for_pattern(ox.NamedNode(end), None, None, ox.DefaultGraph()))
    return sorted({(_value(q.subject), local_name(q.predicate.value), _value(q.object)) for q in quads
                   if isinstance(q.object, ox.NamedNode) and q.predicate.value.startswith(KG)
                   and q.predicate.value != left_out and q.object.value in ends})


def claims(store: ox.Store, *, of: Collection[str] | None = None) -> list[Statement]:
    """Return every claim of every paper, negated and hedged ones too, by subject, predicate, object and place.

    With ``of``, only those that have one of these nodes of the linked graph as an end.
    """
    return sorted(each_claim(store) if of is None else _claims_at(store, set(_claims_of(store, of))), key=place_of)


def each_claim(store: ox.Store, predicate: str | None = None) -> Iterator[Statement]:
    """Yield every claim of every paper, or those with a predicate (its local name), in no order."""
    stated = None if predicate is None else ox.NamedNode(term(predicate))
    return _claims_at(store, ((_value(quad.subject), quad.graph_name) for quad in store.quads_for_pattern(
        None, ox.NamedNode(RDF + "predicate"), stated, None)))


def _claims_at(store: ox.Store, places: Iterable[tuple[str, _Graph]]) -> Iterator[Statement]:
    linked = lru_cache(maxsize=_REMEMBERED)(partial(_linked, store))
    for iri, graph in places:
        yield _claim(_facts(store, iri, graph), linked)


def _linked(store: ox.Store, local: str) -> str:
    """Return the entity that a paper's node is linked to, the node itself where it is to none."""
    found = store.quads_for_pattern(ox.NamedNode(local), ox.NamedNode(term("linkedTo")), None, ox.DefaultGraph())
    quad = next(found, None)
    return local if quad is None else _value(quad.object)


def mentions(store: ox.Store) -> list[Statement]:
    """Return every mention as a statement ``paper mentions entity``, sorted like :func:`claims`."""
    return sorted(each_mention(store), key=place_of)


def each_mention(store: ox.Store) -> Iterator[Statement]:
    """Yield every mention, as :func:`mentions` gives them, in no order."""
    for _, entity, paper, quote, start, end, rule, confidence in _rows(store, _MENTIONS):
        yield Statement(paper, MENTIONS, entity, paper, int(start), int(end), quote, rule, float(confidence),
                        "affirmed", "asserted")


def mentions_in(store: ox.Store, paper: str) -> Iterator[Statement]:
    """Yield the mentions of one paper, as :func:`mentions` gives them, in no order."""
    graph = ox.NamedNode(paper)
    for quad in store.quads_for_pattern(None, ox.NamedNode(term("refersTo")), None, graph):
        where = _facts(store, _value(quad.subject), graph)
        found = _facts(store, _value(quad.object), graph)
        yield Statement(paper, MENTIONS, _linked(store, _value(quad.object)), paper, int(_first(where, term("start"))),
                        int(_first(where, term("end"))), _first(where, term("quote")), _first(found, term("rule")),
                        float(_first(found, term("confidence"))), "affirmed", "asserted")


def named_in(store: ox.Store, paper: str) -> list[tuple[int, str]]:
    """Return where one paper names which entity of the linked graph: start of the mention and IRI, sorted."""
    graph = ox.NamedNode(paper)
    found = []
    for quad in store.quads_for_pattern(None, ox.NamedNode(term("refersTo")), None, graph):
        starts = store.quads_for_pattern(quad.subject, ox.NamedNode(term("start")), None, graph)
        things = [_value(q.object) for q in store.quads_for_pattern(
            ox.NamedNode(_value(quad.object)), ox.NamedNode(term("linkedTo")), None, ox.DefaultGraph())]
        found += [(int(_value(start.object)), thing) for start in starts for thing in things]
    return sorted(found)


def outcomes(store: ox.Store, *, of: Collection[str] | None = None) -> list[Outcome]:
    """Return the results of the linked graph, sorted by paper and place.

    With ``of``, only those that are about one of these nodes, or against one.
    """
    places = _results(store) if of is None else set(_results_of(store, of))
    found = [outcome_of(iri, _facts(store, iri, graph)) for iri, graph in places]
    return sorted(found, key=lambda o: (o.paper, o.start, o.end, o.iri))


def labels(store: ox.Store) -> dict[str, tuple[str, str]]:
    """Return the label and the class of each paper and entity of the linked graph by IRI."""
    return {iri: (label, local_name(cls)) for iri, label, cls in sorted(_rows(store, _LABELS))}


def directions(store: ox.Store) -> dict[str, str]:
    """Return ``higher`` or ``lower``, which is better, for each metric of the linked graph that has it."""
    return {metric: direction for metric, direction in _rows(store, _DIRECTIONS)}


def texts(store: ox.Store) -> dict[str, str]:
    """Return the text of each paper by the paper's IRI."""
    return {paper: text for paper, text in _rows(store, _TEXTS)}


def text_of(store: ox.Store, paper: str) -> str:
    """Return the text of a paper by its IRI, empty where there is no such paper."""
    graph = ox.NamedNode(paper)
    found = next(store.quads_for_pattern(graph, ox.NamedNode(term("text")), None, graph), None)
    return "" if found is None else _value(found.object)


def _results(store: ox.Store) -> Iterator[tuple[str, _Graph]]:
    """Yield the results of the linked graph."""
    for quad in _quads_to(store, RDF + "type", term("Result"), ox.DefaultGraph()):
        yield _value(quad.subject), quad.graph_name


def _results_of(store: ox.Store, ends: Iterable[str]) -> Iterator[tuple[str, _Graph]]:
    """Yield the results of the linked graph that are about or against one of the nodes, with their graph."""
    for end in ends:
        for name in ("about", "baseline"):
            for quad in _quads_to(store, term(name), end, ox.DefaultGraph()):
                yield _value(quad.subject), quad.graph_name


def _claims_of(store: ox.Store, ends: Iterable[str]) -> Iterator[tuple[str, _Graph]]:
    """Yield the claims that have one of the nodes as an end, with their paper's graph."""
    for end in ends:
        local = [_value(quad.subject) for quad in _quads_to(store, term("linkedTo"), end, ox.DefaultGraph())]
        for node in (*local, end):
            for name in ("subject", "object"):
                for quad in _quads_to(store, RDF + name, node, None):
                    yield _value(quad.subject), quad.graph_name


def _quads_to(store: ox.Store, predicate: str, value: str, graph: ox.DefaultGraph | None) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(value), graph)


def _value(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return "" if isinstance(node, ox.Triple) else node.value


def _facts(store: ox.Store, iri: str, graph: _Graph) -> _Facts:
    """Return predicate -> distinct values, sorted, of a node in a graph: no query plan to go wrong."""
    facts: dict[str, list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None, graph):
        facts[quad.predicate.value].append(_value(quad.object))
    return {predicate: sorted(set(values)) for predicate, values in facts.items()}


def _rows(store: ox.Store, query: str) -> Iterator[tuple[str, ...]]:
    solutions = store.query(f"{_PROLOGUE}\n{query.replace('$kg', repr(KG))}")
    if isinstance(solutions, ox.QuerySolutions):
        for solution in solutions:
            yield tuple("" if v is None else _value(v) for v in solution)


def _first(facts: _Facts, predicate: str) -> str:
    return facts.get(predicate, [""])[0]


def _node(iri: str, facts: _Facts) -> Node:
    label = _first(facts, RDFS + "label")
    cls = next(local_name(t) for t in facts[RDF + "type"] if t.startswith(KG))
    year = _first(facts, term("year"))
    return Node(
        iri=iri, cls=cls, label=label,
        aliases=tuple(a for a in facts.get(SKOS + "altLabel", ()) if a != label),
        support=1 if cls == "Paper" else int(_first(facts, term("support")) or 0),
        year=int(year) if year else None, identifier=_first(facts, DCTERMS + "identifier"),
        pages=tuple(facts.get(RDFS + "seeAlso", ())), code=tuple(facts.get(term("code"), ())))


def _claim(facts: _Facts, linked: Callable[[str], str]) -> Statement:
    subject, obj = _first(facts, RDF + "subject"), _first(facts, RDF + "object")
    return Statement(
        linked(subject), local_name(_first(facts, RDF + "predicate")), linked(obj),
        _first(facts, term("statedIn")), int(_first(facts, term("start"))), int(_first(facts, term("end"))),
        _first(facts, term("quote")), _first(facts, term("rule")), float(_first(facts, term("confidence"))),
        _first(facts, term("polarity")), _first(facts, term("modality")))


def place_of(statement: Statement) -> tuple[str, str, str, str, int, int, str]:
    """Return the sort key of a statement: subject, predicate, object and place."""
    return (statement.subject, statement.predicate, statement.object, statement.paper, statement.start,
            statement.end, statement.rule)


def outcome_of(iri: str, facts: _Facts) -> Outcome:
    """Return a result from what a graph says of it: predicate -> values."""
    def text(name: str) -> str:
        return _first(facts, term(name))

    return Outcome(
        iri=iri, about=text("about"), metric=text("metric"), metric_phrase=text("metricPhrase"),
        baselines=tuple(facts.get(term("baseline"), ())), baseline_phrase=text("baselinePhrase"),
        conditions=tuple(facts.get(term("condition"), ())), low=float(text("low")), high=float(text("high")),
        unit=text("unit"), unit_iri=_first(facts, QUDT + "hasUnit"), change=text("change"),
        bound=text("bound"), form=text("form"), raw=text("raw"),
        paper=text("statedIn"), start=int(text("start")), end=int(text("end")), quote=text("quote"),
        rule=text("rule"), confidence=float(text("confidence")))
