"""The graph as values: nodes, what is stated between them with its evidence, and results.

The one place where the network and the page read the store. Ends of statements are nodes of the linked
graph: a paper's own nodes are replaced by what they are linked to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.terms import DCTERMS, KG, PREFIXES, QUDT, RDF, RDFS, SKOS, local_name, term

MENTIONS = "mentions"
"""The predicate that ties an entity to a paper that names it, where no statement does."""

_PROLOGUE = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())
_Facts = Mapping[str, list[str]]

_NODES = "SELECT ?s ?p ?o WHERE { ?s a ?class ; rdfs:label ?label ; ?p ?o . FILTER (STRSTARTS(STR(?class), $kg)) }"
_RELATIONS = """SELECT DISTINCT ?s ?p ?o WHERE {
    ?s ?p ?o . FILTER (isIRI(?o) && STRSTARTS(STR(?p), $kg) && ?p != kg:linkedTo) }"""
_RESULTS = "SELECT ?s ?p ?o WHERE { ?s a kg:Result ; ?p ?o }"
_CLAIMS = "SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s a kg:Claim ; ?p ?o } }"
_MENTIONS = """SELECT ?s ?o ?paper ?quote ?start ?end ?rule ?confidence WHERE {
    GRAPH ?paper { ?m kg:refersTo ?s ; kg:quote ?quote ; kg:start ?start ; kg:end ?end .
                   ?s kg:rule ?rule ; kg:confidence ?confidence }
    ?s kg:linkedTo ?o }"""
_LINKS = "SELECT ?s ?o WHERE { ?s kg:linkedTo ?o }"
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


def nodes(store: ox.Store) -> list[Node]:
    """Return the papers and entities of the linked graph, sorted by IRI; empty for an empty store."""
    return [_node(iri, facts) for iri, facts in sorted(_grouped(store, _NODES).items())]


def relations(store: ox.Store, known: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return subject, local name of the predicate and object of each direct triple between ``known`` IRIs, sorted."""
    ends = frozenset(known)
    return sorted((s, local_name(p), o) for s, p, o in _rows(store, _RELATIONS) if s in ends and o in ends)


def claims(store: ox.Store) -> list[Statement]:
    """Return every claim of every paper, negated and hedged ones too, by subject, predicate, object and place."""
    links = {local: entity for local, entity in _rows(store, _LINKS)}
    found = [_claim(facts, links) for facts in _grouped(store, _CLAIMS).values()]
    return sorted(found, key=_order)


def mentions(store: ox.Store) -> list[Statement]:
    """Return every mention as a statement ``paper mentions entity``, sorted like :func:`claims`."""
    found = [Statement(paper, MENTIONS, entity, paper, int(start), int(end), quote, rule, float(confidence),
                       "affirmed", "asserted")
             for _, entity, paper, quote, start, end, rule, confidence in _rows(store, _MENTIONS)]
    return sorted(found, key=_order)


def outcomes(store: ox.Store) -> list[Outcome]:
    """Return the results of the linked graph, sorted by paper and place."""
    found = [_outcome(iri, facts) for iri, facts in _grouped(store, _RESULTS).items()]
    return sorted(found, key=lambda o: (o.paper, o.start, o.end, o.iri))


def texts(store: ox.Store) -> dict[str, str]:
    """Return the text of each paper by the paper's IRI."""
    return {paper: text for paper, text in _rows(store, _TEXTS)}


def _rows(store: ox.Store, query: str) -> Iterator[tuple[str, ...]]:
    solutions = store.query(f"{_PROLOGUE}\n{query.replace('$kg', repr(KG))}")
    if isinstance(solutions, ox.QuerySolutions):
        for solution in solutions:
            yield tuple("" if isinstance(v, ox.Triple) or v is None else v.value for v in solution)


def _grouped(store: ox.Store, query: str) -> dict[str, dict[str, list[str]]]:
    """Return subject -> predicate -> distinct values, sorted."""
    grouped: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for subject, predicate, value in _rows(store, query):
        grouped[subject][predicate].add(value)
    return {s: {p: sorted(values) for p, values in facts.items()} for s, facts in grouped.items()}


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


def _claim(facts: _Facts, links: Mapping[str, str]) -> Statement:
    subject, obj = _first(facts, RDF + "subject"), _first(facts, RDF + "object")
    return Statement(
        links.get(subject, subject), local_name(_first(facts, RDF + "predicate")), links.get(obj, obj),
        _first(facts, term("statedIn")), int(_first(facts, term("start"))), int(_first(facts, term("end"))),
        _first(facts, term("quote")), _first(facts, term("rule")), float(_first(facts, term("confidence"))),
        _first(facts, term("polarity")), _first(facts, term("modality")))


def _order(statement: Statement) -> tuple[str, str, str, str, int, int, str]:
    return (statement.subject, statement.predicate, statement.object, statement.paper, statement.start,
            statement.end, statement.rule)


def _outcome(iri: str, facts: _Facts) -> Outcome:
    def text(name: str) -> str:
        return _first(facts, term(name))

    return Outcome(
        iri=iri, about=text("about"), metric=text("metric"), metric_phrase=text("metricPhrase"),
        baselines=tuple(facts.get(term("baseline"), ())), baseline_phrase=text("baselinePhrase"),
        conditions=tuple(facts.get(term("condition"), ())), low=float(text("low")), high=float(text("high")),
        unit=text("unit"), unit_iri=_first(facts, QUDT + "hasUnit"), change=text("change"), bound=text("bound"), form=text("form"), raw=text("raw"),
        paper=text("statedIn"), start=int(text("start")), end=int(text("end")), quote=text("quote"),
        rule=text("rule"), confidence=float(text("confidence")))
