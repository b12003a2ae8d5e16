"""The only place that makes triples.

Each paper has a named graph, called by the paper's IRI, that says what the paper says: its text, its own
nodes for the entities it names, mentions, claims and results, each with its span. It depends on that
paper alone. The default graph is the linked graph that people query: entities, direct triples of claims
that are affirmed and asserted, such results, and where each paper's node is linked to. It depends on the
set of papers. No node is blank, and every IRI derives from what it denotes.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.addresses import authorities, basename, pages, repository
from kg.errors import TextError
from kg.link import LinkedEntity, Linking
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation, Result
from kg.model_names import model_name
from kg.ontology import Ontology
from kg.provenance import Run
from kg.terms import BASE, DCTERMS, OWL, PROV, QUDT, RDF, RDFS, SCHEMA, SKOS, XSD, paper_iri, slug, term

_Term = ox.NamedNode | ox.Literal
_Triple = tuple[str, str, _Term]
Triples = dict[tuple[str, str, str], ox.Triple]
"""Statements without a graph, each once."""
_Resolve = Callable[[str], str | None]

_TYPE = RDF + "type"
_LABEL = RDFS + "label"
_ALIAS = SKOS + "altLabel"
_ARXIV_NEW = re.compile(r"^(\d\d)\d\d\.\d{4,5}")
_ARXIV_OLD = re.compile(r"^[a-z.-]+/(\d\d)\d{5}", re.IGNORECASE)


def paper_quads(extraction: Extraction, *, base: str = BASE, run: Run | None = None) -> list[ox.Quad]:
    """Return the named graph of one paper, without duplicates, in a fixed order.

    A paper without entities still has its metadata and text. With ``run`` the graph says what made it.

    Raises:
        TextError: a relation or result names an entity that the paper does not have.
    """
    paper = extraction.paper
    node = paper_iri(paper.id, base=base)
    local = local_iris(extraction, base=base)
    triples = [*_metadata(paper, extraction.code, node), (node, term("text"), ox.Literal(paper.text))]
    for entity in extraction.entities:
        triples += _local_entity(entity, local[entity.name], node, paper)
    for claim in (*extraction.introduces, *extraction.relations):
        triples += _claim(claim, _resolver(extraction, local, node), node, paper)
    for result in extraction.results:
        triples += _result(result, _resolver(extraction, local, node), node, paper)
    if run is not None:
        reading = f"{node}/extraction"
        triples += [(reading, _TYPE, _iri(term("Extraction"))), (reading, _TYPE, _iri(PROV + "Entity")),
                    (reading, PROV + "wasDerivedFrom", _iri(node)),
                    (reading, PROV + "wasGeneratedBy", _iri(_run_iri(run, base)))]
    return _quads(triples, ox.NamedNode(node))


def linked_quads(extractions: Iterable[Extraction], linking: Linking, ontology: Ontology, *,
                 base: str = BASE, run: Run | None = None) -> list[ox.Quad]:
    """Return the default graph of a set of papers, without duplicates, in a fixed order.

    A claim whose two ends link to one entity gives no direct triple; it stays in its paper's graph.

    Raises:
        TextError: a relation or result names an entity that its paper does not have.
    """
    found: Triples = {}
    for extraction in extractions:
        iris = {entity.name: linking.iri(extraction.paper.id, entity.name) for entity in extraction.entities}
        found |= linked_paper(extraction, iris, linking.metric, ontology, base=base)
    for entity in linking.entities:
        found |= linked_entity(entity, ontology)
    for child, family in linking.families:
        found |= linked_family(child, family, ontology)
    if run is not None:
        found |= provenance(run, base=base)
    return quads_of(found, ox.DefaultGraph())


def graph_quads(extractions: Iterable[Extraction], linking: Linking, ontology: Ontology, *,
                base: str = BASE, run: Run | None = None) -> Iterator[ox.Quad]:
    """Yield the default graph and every paper's graph, papers by id.

    Raises:
        TextError: a relation or result names an entity that its paper does not have.
    """
    papers = sorted(extractions, key=lambda e: e.paper.id)
    yield from linked_quads(papers, linking, ontology, base=base, run=run)
    for extraction in papers:
        yield from paper_quads(extraction, base=base, run=run)


def local_iris(extraction: Extraction, *, base: str = BASE) -> dict[str, str]:
    """Return the IRI of each entity of a paper by name: ``<paper>/<slug>``.

    Names that share a slug are told apart by their class, then by a hash of the name, all of them, so
    that no IRI hangs on the order of the entities.
    """
    by_slug: dict[str, list[Entity]] = defaultdict(list)
    for entity in extraction.entities:
        by_slug[slug(entity.name)].append(entity)
    node = paper_iri(extraction.paper.id, base=base)
    return {entity.name: f"{node}/{_segment(entity, same)}" for same in by_slug.values() for entity in same}


def _segment(entity: Entity, same: list[Entity]) -> str:
    if len(same) == 1:
        return slug(entity.name)
    if sum(other.cls == entity.cls for other in same) == 1:
        return f"{slug(entity.name)}~{entity.cls.lower()}"
    return f"{slug(entity.name)}~{_hash(entity.name)}"


def year(paper: Paper) -> int | None:
    """Return the year of the first version, from the record's date or its arXiv id; None where neither tells.

    Source: https://info.arxiv.org/help/arxiv_identifier.html
    """
    if paper.created and re.match(r"\d{4}(?!\d)", paper.created):
        return int(paper.created[:4])
    match = _ARXIV_NEW.match(paper.arxiv or "") or _ARXIV_OLD.match(paper.arxiv or "")
    if match is None:
        return None
    return 1900 + int(match[1]) if int(match[1]) > 90 else 2000 + int(match[1])


def _metadata(paper: Paper, code: Iterable[Mention], node: str) -> list[_Triple]:
    triples: list[_Triple] = [(node, _TYPE, _iri(term("Paper"))),
                              (node, DCTERMS + "identifier", ox.Literal(paper.id)),
                              (node, _LABEL, ox.Literal(paper.title or paper.id))]
    texts = [("title", paper.title), ("created", paper.created), ("modified", paper.updated),
             *(("creator", author) for author in paper.authors), *(("subject", c) for c in paper.categories)]
    triples += [(node, DCTERMS + name, ox.Literal(value)) for name, value in texts if value]
    if paper.comment:
        triples.append((node, RDFS + "comment", ox.Literal(paper.comment)))
    if (issued := year(paper)) is not None:
        triples.append((node, term("year"), _integer(issued)))
    triples += [(node, term("origin"), ox.Literal(f"{basename(o.file)}:{o.line}")) for o in paper.origins]
    triples += [(node, RDFS + "seeAlso", _iri(url)) for url in pages(paper)]
    triples += [(node, SCHEMA + "sameAs", _iri(url)) for url in authorities(paper)]
    for address in sorted({repository(mention.text) for mention in code}):
        triples += [(node, term("code"), _iri(address)), (address, _TYPE, _iri(term("Repository"))),
                    (address, _LABEL, ox.Literal(address.split("://", 1)[1]))]
    return triples


def _local_entity(entity: Entity, iri: str, graph: str, paper: Paper) -> list[_Triple]:
    triples: list[_Triple] = [(iri, _TYPE, _iri(term(entity.cls))), (iri, _LABEL, ox.Literal(entity.name)),
                              (iri, term("rule"), ox.Literal(entity.rule)),
                              (iri, term("confidence"), _double(entity.confidence))]
    triples += [(iri, _ALIAS, ox.Literal(m.text)) for m in entity.mentions if m.text != entity.name]
    if entity.concept:
        triples.append((iri, SKOS + "exactMatch", _iri(entity.concept)))
    if entity.count is not None:
        triples.append((iri, term("count"), _integer(entity.count)))
    for mention in entity.mentions:
        node = f"{graph}/mention/{mention.start}-{mention.end}"
        triples += [(node, _TYPE, _iri(term("Mention"))), (node, term("refersTo"), _iri(iri)),
                    (node, term("statedIn"), _iri(graph)), *_span(node, mention.start, mention.end, paper)]
    return triples


def _span(node: str, start: int, end: int, paper: Paper) -> list[_Triple]:
    return [(node, term("start"), _integer(start)), (node, term("end"), _integer(end)),
            (node, term("quote"), ox.Literal(paper.text[start:end]))]


def _evidence(node: str, evidence: Evidence, graph: str, paper: Paper) -> list[_Triple]:
    return [*_span(node, evidence.start, evidence.end, paper),
            (node, term("rule"), ox.Literal(evidence.rule)),
            (node, term("confidence"), _double(evidence.confidence)),
            (node, term("polarity"), ox.Literal(evidence.polarity)),
            (node, term("modality"), ox.Literal(evidence.modality)),
            (node, term("statedIn"), _iri(graph))]


def _resolver(extraction: Extraction, local: dict[str, str], node: str) -> _Resolve:
    known = {PAPER: node, **local}
    return known.get


def _required(resolve: _Resolve, name: str, paper: Paper) -> ox.NamedNode:
    iri = resolve(name)
    if iri is None:
        raise TextError(f"a statement names {name!r}, which is no entity of the paper", place=paper.id,
                        remedy="add the entity to the extraction")
    return _iri(iri)


def _claim(claim: Relation, resolve: _Resolve, graph: str, paper: Paper) -> list[_Triple]:
    evidence = claim.evidence
    node = f"{graph}/claim/{evidence.start}-{evidence.end}-" + _hash(
        claim.subject, claim.predicate, claim.object, evidence.rule, evidence.polarity, evidence.modality)
    return [(node, _TYPE, _iri(term("Claim"))), (node, _TYPE, _iri(RDF + "Statement")),
            (node, RDF + "subject", _required(resolve, claim.subject, paper)),
            (node, RDF + "predicate", _iri(term(claim.predicate))),
            (node, RDF + "object", _required(resolve, claim.object, paper)),
            *_evidence(node, evidence, graph, paper)]


def result_iri(result: Result, paper_id: str, *, base: str = BASE) -> str:
    """Return the IRI of a result: its span and a hash of what it says, all but the confidence."""
    evidence = result.evidence
    return f"{paper_iri(paper_id, base=base)}/result/{evidence.start}-{evidence.end}-" + _hash(
        result.subject, result.metric, repr(result.low), repr(result.high), result.unit, result.change,
        result.bound, result.form, result.raw, result.baseline or "", *result.conditions, evidence.rule,
        evidence.polarity, evidence.modality)


def _result(result: Result, resolve: _Resolve, graph: str, paper: Paper, *,
            metric: str | None = None, unit: str | None = None) -> list[_Triple]:
    """Return a result; ``metric`` and ``unit`` are IRIs that the vocabulary adds to what the paper prints."""
    node = f"{graph}/result/" + result_iri(result, paper.id).rsplit("/", 1)[1]
    triples: list[_Triple] = [(node, _TYPE, _iri(term("Result"))),
                              (node, term("about"), _required(resolve, result.subject, paper)),
                              (node, term("low"), _double(result.low)), (node, term("high"), _double(result.high))]
    triples += [(node, term(name), ox.Literal(getattr(result, name)))
                for name in ("unit", "change", "bound", "form", "raw")]
    triples += _part(node, "metric", result.metric, resolve)
    if metric is not None:
        triples.append((node, term("metric"), _iri(metric)))
    if unit is not None:
        triples.append((node, QUDT + "hasUnit", _iri(unit)))
    triples += _baselines(node, result, resolve, paper)
    triples += [(node, term("condition"), _required(resolve, name, paper)) for name in result.conditions]
    return triples + _evidence(node, result.evidence, graph, paper)


def _baselines(node: str, result: Result, resolve: _Resolve, paper: Paper) -> list[_Triple]:
    """Return the links to all baselines, and the phrase where it is not itself the name of one."""
    named = {_required(resolve, name, paper).value for name in result.baselines}
    triples = _part(node, "baseline", result.baseline, resolve) if result.baseline else []
    return triples + [(node, term("baseline"), _iri(iri)) for iri in sorted(named)]


def _part(node: str, name: str, value: str, resolve: _Resolve) -> list[_Triple]:
    """Return the link to an entity, or the phrase where the value names none."""
    iri = resolve(value)
    return [(node, term(f"{name}Phrase"), ox.Literal(value)) if iri is None else (node, term(name), _iri(iri))]


def _stands(evidence: Evidence) -> bool:
    return evidence.polarity == "affirmed" and evidence.modality == "asserted"


def linked_paper(extraction: Extraction, iris: Mapping[str, str], metric: Callable[[str], str | None],
                 ontology: Ontology, *, base: str = BASE) -> Triples:
    """Return what one paper adds to the default graph.

    Args:
        extraction: what the paper says.
        iris: the linked entity of each of its entities, by name.
        metric: gives the metric concept that a phrase spells, None where it spells none.
        ontology: knows the units.
        base: what the IRIs begin with.

    Raises:
        TextError: a relation or result names an entity that the paper does not have.
    """
    paper = extraction.paper
    node = paper_iri(paper.id, base=base)
    local = local_iris(extraction, base=base)
    resolve = _resolver(extraction, dict(iris), node)
    triples = _metadata(paper, extraction.code, node)
    triples += _spelled(node, (paper.id, *filter(None, (paper.title,))))
    triples += [(local[name], term("linkedTo"), _iri(iri)) for name, iri in iris.items()]
    for claim in (*extraction.introduces, *extraction.relations):
        ends = _required(resolve, claim.subject, paper), _required(resolve, claim.object, paper)
        if _stands(claim.evidence) and ends[0] != ends[1]:
            triples.append((ends[0].value, term(claim.predicate), ends[1]))
    for result in extraction.results:
        if _stands(result.evidence):
            concept = None if result.metric in iris else metric(result.metric)
            triples += _result(result, resolve, node, paper, metric=concept, unit=ontology.unit(result.unit))
    return _distinct(triples)


def linked_entity(entity: LinkedEntity, ontology: Ontology) -> Triples:
    """Return what the default graph says of an entity, with the vocabulary's facts where it is a concept."""
    triples: list[_Triple] = [
        (entity.iri, _TYPE, _iri(term(entity.cls))), (entity.iri, _LABEL, ox.Literal(entity.label)),
        *((entity.iri, _ALIAS, ox.Literal(alias)) for alias in entity.aliases),
        *_spelled(entity.iri, (entity.label, *entity.aliases)),
        (entity.iri, term("support"), _integer(entity.support))]
    if entity.cls == "Model":
        triples += _model_facts(entity)
    return _distinct(triples + (_concept_facts(entity.concept, ontology) if entity.concept else []))


def _spelled(node: str, names: Iterable[str]) -> list[_Triple]:
    """Return the names of a thing in lower case, by which queries find it without looking at all names."""
    return [(node, term("spelled"), ox.Literal(name.lower())) for name in names]


def _model_facts(entity: LinkedEntity) -> list[_Triple]:
    """Return what the name of a model says: family, version, number of parameters."""
    said = model_name(entity.label)
    facts = [(entity.iri, term(name), ox.Literal(value))
             for name, value in (("family", said.family), ("version", said.version)) if value]
    sizes = [(entity.iri, term("parameters"), _double(said.parameters))] if said.parameters else []
    return [*facts, *sizes]


def linked_family(child: str, family: str, ontology: Ontology) -> Triples:
    """Return that an entity is a variant of a family, with the vocabulary's facts where that is a concept."""
    return _distinct([(child, term("variantOf"), _iri(family)), *_concept_facts(family, ontology)])


def provenance(run: Run, *, base: str = BASE) -> Triples:
    """Return what made the graph, in PROV-O: the software, the ontology and the weights. Source: W3C PROV-O."""
    node = _run_iri(run, base)
    agent, schema = f"{base}software/{slug(run.version)}", f"{base}used/ontology-{run.ontology_sha256[:12]}"
    weights = f"{base}used/weights-{run.weights_sha256[:12]}"
    return _distinct([
        (node, _TYPE, _iri(PROV + "Activity")), (node, PROV + "wasAssociatedWith", _iri(agent)),
        (node, PROV + "used", _iri(schema)), (node, PROV + "used", _iri(weights)),
        (agent, _TYPE, _iri(PROV + "SoftwareAgent")), (agent, _LABEL, ox.Literal("abstract-kg")),
        (agent, SCHEMA + "softwareVersion", ox.Literal(run.version)),
        (schema, _TYPE, _iri(PROV + "Entity")), (schema, OWL + "versionInfo", ox.Literal(run.ontology_version)),
        (schema, term("sha256"), ox.Literal(run.ontology_sha256)),
        (weights, _TYPE, _iri(PROV + "Entity")), (weights, term("sha256"), ox.Literal(run.weights_sha256))])


def _run_iri(run: Run, base: str) -> str:
    return f"{base}run/{run.id}"


def _concept_facts(iri: str, ontology: Ontology) -> list[_Triple]:
    """Return what the vocabulary says of a concept and the families above it; nothing for another IRI."""
    triples: list[_Triple] = []
    done: set[str] = set()
    at: str | None = iri
    while at is not None and at not in done and (concept := ontology.concept(at)) is not None:
        done.add(at)
        triples += [(at, _TYPE, _iri(term(concept.cls))), (at, _LABEL, ox.Literal(concept.label)),
                    *((at, _ALIAS, ox.Literal(alias)) for alias in concept.aliases), *_spelled(at, concept.labels)]
        if concept.direction:
            triples.append((at, term("direction"), ox.Literal(concept.direction)))
        for name, value in concept.attributes:
            if name in ontology.properties and not ontology.properties[name].is_object:
                triples.append((at, term(name), _typed(value, ontology.properties[name].range)))
        if concept.variant_of:
            triples.append((at, term("variantOf"), _iri(concept.variant_of)))
        at = concept.variant_of
    return triples


def _distinct(triples: Iterable[_Triple]) -> Triples:
    return {(s, p, str(o)): ox.Triple(_iri(s), _iri(p), o) for s, p, o in triples}


def _quads(triples: Iterable[_Triple], graph: ox.NamedNode | ox.DefaultGraph) -> list[ox.Quad]:
    return quads_of(_distinct(triples), graph)


def quads_of(triples: Triples, graph: ox.NamedNode | ox.DefaultGraph) -> list[ox.Quad]:
    """Return statements as quads of a graph, sorted."""
    found = (triples[at] for at in sorted(triples))
    return [ox.Quad(t.subject, t.predicate, t.object, graph) for t in found]


def _iri(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=_iri(XSD + "integer"))


def _double(value: float) -> ox.Literal:
    return ox.Literal(repr(float(value)), datatype=_iri(XSD + "double"))


def _typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value) if datatype in {"", "string"} else ox.Literal(value, datatype=_iri(XSD + datatype))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:10]
