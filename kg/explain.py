"""Why the graph says what it says: sentences with their spans, rules and confidence, of an entity, claim or result."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import QueryError
from kg.export.network import value_text, words
from kg.export.statements import outcome_of
from kg.lookup import as_iri, find
from kg.sentences import sentence
from kg.terms import DCTERMS, RDF, RDFS, SKOS, local_name, term

_INTRODUCES = "introduces"
_NAMED_BY = (RDF + "subject", RDF + "object", term("about"), term("metric"), term("baseline"), term("condition"))
_RESULT_PARTS = ("about", "metric", "metricPhrase", "baseline", "baselinePhrase", "condition", "low", "high", "unit",
                 "change", "bound", "form", "raw")
_Facts = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A span in its sentence: ``before + span + after`` is the sentence.

    ``start`` and ``end`` count code points of the paper's text, ``section_start`` and ``section_end`` those of its
    title or its abstract, whichever ``section`` says.
    """

    paper: str
    title: str
    section: str
    start: int
    end: int
    section_start: int
    section_end: int
    before: str
    span: str
    after: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A claim or result: what it says in short and by parts, what found it, how sure it is, and where it stands.

    ``linked`` tells whether it is in the linked graph: what is negated or hedged is not.
    """

    iri: str
    kind: str
    said: str
    parts: tuple[tuple[str, str], ...]
    rule: str
    confidence: float
    polarity: str
    modality: str
    linked: bool
    passage: Passage


@dataclass(frozen=True, slots=True)
class NamedIn:
    """How one paper names an entity: its name there, how often in which forms, and the first place."""

    paper: str
    name: str
    cls: str
    mentions: int
    forms: tuple[str, ...]
    introduced: bool
    rule: str
    confidence: float
    first: Passage


@dataclass(frozen=True, slots=True)
class EntityPart:
    """What an entity is: its names and classes, where it was introduced, which papers name it, those with most first.

    ``classes`` are that of the entity and those that papers give it. ``variant_of`` is the label of its family.
    """

    iri: str
    label: str
    classes: tuple[str, ...]
    aliases: tuple[str, ...]
    variant_of: str
    introduced: tuple[Explained, ...]
    named_in: tuple[NamedIn, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer: ``kind`` is entity, paper, claim or result; ``entity`` is None for all but the first.

    ``statements`` are the claims and results that speak of it, the one itself for a claim or result, by paper and
    place. ``others`` are things that have the same name, less closely.
    """

    iri: str
    kind: str
    label: str
    entity: EntityPart | None
    statements: tuple[Explained, ...]
    others: tuple[str, ...]


def explain(store: ox.Store, name: str) -> Explanation:
    """Return the sentences behind an entity, a paper, a claim or a result.

    Args:
        store: the store to read.
        name: the name of an entity, the id or title of a paper, or the IRI of any of the four.

    Raises:
        QueryError: nothing or several things are called so; see :func:`kg.lookup.find`.
    """
    reader = _Reader(store)
    iri = as_iri(name)
    if (graph := reader.graph_of(iri)) is not None:
        explained = reader.explained(iri, graph)
        return Explanation(iri, explained.kind, explained.said, None, (explained,), ())
    thing = find(store, reader.linked(iri) or name)
    if thing.cls == "Paper":
        return Explanation(thing.iri, "paper", thing.label, None, tuple(reader.said_in(thing.iri)), thing.others)
    part = entity_part(store, thing.iri)
    introductions = {explained.iri for explained in part.introduced}
    statements = tuple(s for s in reader.said_of(thing.iri) if s.iri not in introductions)
    return Explanation(thing.iri, "entity", part.label, part, statements, thing.others)


def entity_part(store: ox.Store, iri: str) -> EntityPart:
    """Return what is known of an entity of the linked graph apart from statements about it.

    Raises:
        QueryError: the linked graph has no such entity.
    """
    reader = _Reader(store)
    facts = reader.facts(iri, ox.DefaultGraph())
    if RDFS + "label" not in facts:
        raise QueryError(f"no entity has the IRI {iri!r}", remedy="give the name or IRI of an entity of the graph")
    label, family = facts[RDFS + "label"][0], facts.get(term("variantOf"), [""])[0]
    introduced = tuple(s for s in reader.said_of(iri) if dict(s.parts).get("relation") == _INTRODUCES)
    papers = {s.passage.paper for s in introduced}
    named = [reader.named(local, papers) for local in reader.locals(iri)]
    classes = [*map(local_name, facts.get(RDF + "type", ())), *(n.cls for n in named)]
    return EntityPart(
        iri, label, tuple(dict.fromkeys(classes)), tuple(a for a in facts.get(SKOS + "altLabel", ()) if a != label),
        reader.label(family) if family else "", introduced,
        tuple(sorted(named, key=lambda n: (not n.introduced, -n.mentions, n.paper))))


class _Reader:
    """Reads nodes with what is said of them; patterns only, so that the time depends on the answer alone."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._default = ox.DefaultGraph()

    def facts(self, iri: str, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> _Facts:
        """Return predicate -> values, sorted, of a node in one graph."""
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self._store.quads_for_pattern(ox.NamedNode(iri), None, None, graph):
            found[quad.predicate.value].append(_text(quad.object))
        return {predicate: sorted(values) for predicate, values in found.items()}

    def to(self, predicate: str, iri: str) -> Iterator[ox.Quad]:
        """Yield the statements of any graph that have the node as object."""
        yield from self._store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(iri), None)

    def graph_of(self, iri: str) -> ox.NamedNode | None:
        """Return the graph of the paper that has the node as a claim or result, None where none has."""
        if any(c in iri for c in '<>"{}|^`\\ \n'):
            return None
        for cls in ("Claim", "Result"):
            for quad in self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(RDF + "type"),
                                                      ox.NamedNode(term(cls)), None):
                if isinstance(quad.graph_name, ox.NamedNode):
                    return quad.graph_name
        return None

    def linked(self, local: str) -> str:
        """Return the entity that a paper's own node is linked to, empty where it is none."""
        if any(c in local for c in '<>"{}|^`\\ \n'):
            return ""
        return next(iter(self.facts(local, self._default).get(term("linkedTo"), ())), "")

    def locals(self, entity: str) -> list[str]:
        """Return the papers' own nodes of an entity, sorted."""
        return sorted(_text(quad.subject) for quad in self.to(term("linkedTo"), entity))

    def label(self, iri: str) -> str:
        """Return the label of a node of the linked graph, or of the entity that a paper's own node is linked to."""
        return next(iter(self.facts(self.linked(iri) or iri, self._default).get(RDFS + "label", ())), local_name(iri))

    def said_of(self, entity: str) -> list[Explained]:
        """Return the claims and results in which an entity has a part, by paper and place."""
        found = {(_text(quad.subject), quad.graph_name) for local in self.locals(entity) for predicate in _NAMED_BY
                 for quad in self.to(predicate, local) if isinstance(quad.graph_name, ox.NamedNode)}
        return _by_place(self.explained(iri, graph) for iri, graph in found if isinstance(graph, ox.NamedNode))

    def said_in(self, paper: str) -> list[Explained]:
        """Return the claims and results of a paper, by place."""
        graph = ox.NamedNode(paper)
        found = {_text(quad.subject) for cls in ("Claim", "Result") for quad in self._store.quads_for_pattern(
            None, ox.NamedNode(RDF + "type"), ox.NamedNode(term(cls)), graph)}
        return _by_place(self.explained(iri, graph) for iri in found)

    def explained(self, iri: str, graph: ox.NamedNode) -> Explained:
        """Return a claim or result of a paper's graph."""
        facts = self.facts(iri, graph)
        result = term("Result") in facts[RDF + "type"]
        said, parts = self._result(iri, facts) if result else self._claim(facts)
        polarity, modality = facts[term("polarity")][0], facts[term("modality")][0]
        return Explained(iri, "result" if result else "claim", said, tuple(parts), facts[term("rule")][0],
                         float(facts[term("confidence")][0]), polarity, modality,
                         (polarity, modality) == ("affirmed", "asserted"), self._passage(facts, graph.value))

    def _claim(self, facts: _Facts) -> tuple[str, list[tuple[str, str]]]:
        subject, obj = (self.label(facts[RDF + end][0]) for end in ("subject", "object"))
        relation = local_name(facts[RDF + "predicate"][0])
        return f"{subject} {words(relation)} {obj}", [("subject", subject), ("relation", relation), ("object", obj)]

    def _result(self, iri: str, facts: _Facts) -> tuple[str, list[tuple[str, str]]]:
        outcome = outcome_of(iri, facts)
        about = self.label(outcome.about)
        metric = self.label(outcome.metric) if outcome.metric else outcome.metric_phrase
        nodes = {"about", "metric", "baseline", "condition"}
        parts = [(name, self.label(value) if name in nodes else value)
                 for name in _RESULT_PARTS for value in facts.get(term(name), ())]
        return f"{about}: {metric} {value_text(outcome)}", parts

    def named(self, local: str, introduced_in: Iterable[str]) -> NamedIn:
        """Return how a paper names an entity, by the paper's own node of it."""
        mentions = [(_text(quad.subject), quad.graph_name) for quad in self.to(term("refersTo"), local)]
        graph = next(graph for _, graph in mentions if isinstance(graph, ox.NamedNode))
        places = sorted((self.facts(node, graph) for node, _ in mentions), key=lambda f: int(f[term("start")][0]))
        facts = self.facts(local, graph)
        first = self._passage(places[0], graph.value)
        forms = Counter(place[term("quote")][0] for place in places)
        return NamedIn(first.paper, facts[RDFS + "label"][0], local_name(facts[RDF + "type"][0]), len(places),
                       tuple(sorted(forms, key=lambda form: (-forms[form], form))), first.paper in introduced_in,
                       facts[term("rule")][0], float(facts[term("confidence")][0]), first)

    def _passage(self, facts: _Facts, paper: str) -> Passage:
        about = self.facts(paper, ox.NamedNode(paper))
        text, title = about[term("text")][0], next(iter(about.get(DCTERMS + "title", ())), "")
        start, end = int(facts[term("start")][0]), int(facts[term("end")][0])
        first, last = sentence(text, start, end)
        first, last = min(first, start), max(last, end)
        in_title = bool(title) and end <= len(title)
        shift = len(title) + 2 if title and not in_title else 0
        return Passage(about[DCTERMS + "identifier"][0], title, "title" if in_title else "abstract", start, end,
                       start - shift, end - shift, text[first:start], text[start:end], text[end:last])


def _by_place(found: Iterable[Explained]) -> list[Explained]:
    return sorted(found, key=lambda s: (s.passage.paper, s.passage.start, s.passage.end, s.iri))


def _text(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return "" if isinstance(node, ox.Triple) else node.value


def shown(passage: Passage, mark: Callable[[str], str]) -> str:
    """Return the sentence of a passage in one line, its span as ``mark`` returns it."""
    return " ".join((passage.before + "\0" + passage.after).split()).replace("\0", mark(" ".join(passage.span.split())))
