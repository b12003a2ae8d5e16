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
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath, PureWindowsPath
from urllib.parse import quote

import pyoxigraph as ox

from kg.errors import TextError
from kg.link import LinkedEntity, Linking
from kg.model import PAPER, Entity, Evidence, Extraction, Mention, Paper, Relation, Result
from kg.ontology import Ontology
from kg.terms import BASE, DCTERMS, QUDT, RDF, RDFS, SKOS, XSD, paper_iri, slug, term

_Term = ox.NamedNode | ox.Literal
_Triple = tuple[str, str, _Term]
_Resolve = Callable[[str], str | None]

_TYPE = RDF + "type"
_LABEL = RDFS + "label"
_ALIAS = SKOS + "altLabel"
_ARXIV_NEW = re.compile(r"^(\d\d)\d\d\.\d{4,5}")
_ARXIV_OLD = re.compile(r"^[a-z.-]+/(\d\d)\d{5}", re.IGNORECASE)
_VERSION = re.compile(r"v\d+$")
_URL_SAFE = ":/?#@!$&'()*+,;=%~[]"


def paper_quads(extraction: Extraction, *, base: str = BASE) -> list[ox.Quad]:
    """Return the named graph of one paper, without duplicates, in a fixed order.

    A paper without entities still has its metadata and text.

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
    return _quads(triples, ox.NamedNode(node))


def linked_quads(extractions: Iterable[Extraction], linking: Linking, ontology: Ontology, *,
                 base: str = BASE) -> list[ox.Quad]:
    """Return the default graph of a set of papers, without duplicates, in a fixed order.

    A claim whose two ends link to one entity gives no direct triple; it stays in its paper's graph.

    Raises:
        TextError: a relation or result names an entity that its paper does not have.
    """
    triples: list[_Triple] = []
    for extraction in extractions:
        triples += _linked_paper(extraction, linking, ontology, base)
    for entity in linking.entities:
        triples += _linked_entity(entity)
    triples += _concept_facts(linking, ontology)
    return _quads(triples, ox.DefaultGraph())


def graph_quads(extractions: Iterable[Extraction], linking: Linking, ontology: Ontology, *,
                base: str = BASE) -> Iterator[ox.Quad]:
    """Yield the default graph and every paper's graph, papers by id.

    Raises:
        TextError: a relation or result names an entity that its paper does not have.
    """
    papers = sorted(extractions, key=lambda e: e.paper.id)
    yield from linked_quads(papers, linking, ontology, base=base)
    for extraction in papers:
        yield from paper_quads(extraction, base=base)


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
    triples += [(node, term("origin"), ox.Literal(f"{_basename(o.file)}:{o.line}")) for o in paper.origins]
    triples += [(node, RDFS + "seeAlso", _iri(url)) for url in _pages(paper)]
    for address in sorted({_address(mention.text) for mention in code}):
        triples += [(node, term("code"), _iri(address)), (address, _TYPE, _iri(term("Repository")))]
    return triples


def _basename(file: str) -> str:
    """Return the last part of a file name written on any platform: no path enters the graph."""
    return PurePath(PureWindowsPath(file).as_posix()).name


def _pages(paper: Paper) -> Iterator[str]:
    if paper.arxiv:
        yield _address(f"https://arxiv.org/abs/{_VERSION.sub('', paper.arxiv)}")
    if paper.doi:
        yield f"https://doi.org/{quote(paper.doi, safe='/:;()')}"
    if paper.url:
        yield _address(paper.url)


def _address(url: str) -> str:
    """Return a printed web address as an IRI: a scheme in front, odd characters escaped."""
    full = url if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url) else f"https://{url}"
    scheme, rest = full.split("://", 1)
    return f"{scheme}://{quote(rest, safe=_URL_SAFE).replace('[', '%5B').replace(']', '%5D')}"


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


def _linked_paper(extraction: Extraction, linking: Linking, ontology: Ontology, base: str) -> list[_Triple]:
    paper = extraction.paper
    node = paper_iri(paper.id, base=base)
    local = local_iris(extraction, base=base)
    linked = {name: linking.iri(paper.id, name) for name in local}
    resolve = _resolver(extraction, linked, node)
    triples = _metadata(paper, extraction.code, node)
    triples += [(local[name], term("linkedTo"), _iri(iri)) for name, iri in linked.items()]
    for claim in (*extraction.introduces, *extraction.relations):
        ends = _required(resolve, claim.subject, paper), _required(resolve, claim.object, paper)
        if _stands(claim.evidence) and ends[0] != ends[1]:
            triples.append((ends[0].value, term(claim.predicate), ends[1]))
    for result in extraction.results:
        if _stands(result.evidence):
            concept = None if result.metric in linked else linking.metric(result.metric)
            triples += _result(result, resolve, node, paper, metric=concept, unit=ontology.unit(result.unit))
    return triples


def _linked_entity(entity: LinkedEntity) -> list[_Triple]:
    return [(entity.iri, _TYPE, _iri(term(entity.cls))), (entity.iri, _LABEL, ox.Literal(entity.label)),
            *((entity.iri, _ALIAS, ox.Literal(alias)) for alias in entity.aliases),
            (entity.iri, term("support"), _integer(entity.support))]


def _concept_facts(linking: Linking, ontology: Ontology) -> list[_Triple]:
    """Return what the vocabulary says of the concepts in use, and the families above them."""
    concepts = {concept.iri: concept for concept in ontology.concepts}
    waiting = sorted(entity.concept for entity in linking.entities if entity.concept)
    done: set[str] = set()
    triples: list[_Triple] = []
    while waiting:
        concept = concepts.get(iri := waiting.pop())
        if concept is None or iri in done:
            continue
        done.add(iri)
        triples += [(iri, _TYPE, _iri(term(concept.cls))), (iri, _LABEL, ox.Literal(concept.label)),
                    *((iri, _ALIAS, ox.Literal(alias)) for alias in concept.aliases)]
        if concept.direction:
            triples.append((iri, term("direction"), ox.Literal(concept.direction)))
        for name, value in concept.attributes:
            if name in ontology.properties and not ontology.properties[name].is_object:
                triples.append((iri, term(name), _typed(value, ontology.properties[name].range)))
        if concept.variant_of:
            triples.append((iri, term("variantOf"), _iri(concept.variant_of)))
            waiting.append(concept.variant_of)
    return triples


def _quads(triples: Iterable[_Triple], graph: ox.NamedNode | ox.DefaultGraph) -> list[ox.Quad]:
    distinct = {(s, p, str(o)): o for s, p, o in triples}
    return [ox.Quad(_iri(s), _iri(p), distinct[s, p, text], graph) for s, p, text in sorted(distinct)]


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
