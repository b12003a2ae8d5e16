"""The only reader of ``ontology/``: classes, relations, concepts, word lists, styles and queries.

A user's own Turtle comes on top (``load([DIR])``): each ``*.ttl`` below a directory is read, each
``queries/*.rq`` is a saved query. Statements add up; nothing of the shipped ontology is taken back.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.terms import DCTERMS, KG, OWL, RDF, RDFS, SKOS, UNIT, local_name

CLASSES = ("System", "Model", "Hardware", "Dataset", "Metric", "Method")
"""Local names of the classes of entities that the trained weights know, in the order legends show them.

An ontology may have more (:meth:`Ontology.entity_classes`); their things are found through the vocabulary.
"""

_Facts = dict[str, dict[str, list[str]]]
_OWN = {"ambiguous", "direction", "variantOf"}
_HEADER = re.compile(r"^#\s*(title|question|parameter):\s*(.*)$")
_SYMBOL = 4
"""Letters up to which the label of a unit is a symbol."""
_PARAMETER = re.compile(r"^(\w+)\s*(?:=\s*([^|]*?))?\s*(?:\|\s*(.*))?$")


@dataclass(frozen=True, slots=True)
class Cls:
    """A class: ``parents`` and ``ancestors`` are local names; ``ancestors`` includes the class itself."""

    name: str
    label: str
    definition: str
    parents: tuple[str, ...]
    ancestors: frozenset[str]
    head_nouns: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """A relation or attribute; ``domain`` and ``range`` are local names, empty where none is set."""

    name: str
    label: str
    definition: str
    domain: str
    range: str
    is_object: bool
    cues: tuple[str, ...]
    inverse_cues: tuple[str, ...]
    paper_level: bool
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """A listed thing: ``label`` is preferred, ``aliases`` are the others, sorted.

    ``variant_of`` is the IRI of the family it belongs to. ``direction`` is ``higher`` or ``lower`` for a
    metric. ``attributes`` holds what else is stated (vendor, memoryGB ...) as pairs, sorted.
    """

    iri: str
    cls: str
    label: str
    aliases: tuple[str, ...]
    ambiguous: bool
    direction: str | None
    variant_of: str | None
    examples: tuple[str, ...]
    sources: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The label and the aliases."""
        return (self.label, *self.aliases)


@dataclass(frozen=True, slots=True)
class Style:
    """How a class is drawn; colours are CSS hex colours for light and dark pages."""

    cls: str
    colour: str
    dark_colour: str
    shape: str
    order: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved query; ``default`` None means that it must be given."""

    name: str
    default: str | None
    description: str


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question kept as SPARQL under ``queries/``; ``name`` is the file's name without suffix."""

    name: str
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    sparql: str


@dataclass(frozen=True)
class Ontology:
    """Everything ``ontology/`` says, ready for use; made by :func:`load`."""

    version: str
    sha256: str
    classes: Mapping[str, Cls]
    properties: Mapping[str, Property]
    concepts: tuple[Concept, ...]
    generic: frozenset[str]
    word_lists: Mapping[str, frozenset[str]]
    styles: Mapping[str, Style]
    queries: Mapping[str, SavedQuery]
    turtle: tuple[Path, ...]
    units: Mapping[str, str] = field(default_factory=dict)

    def unit(self, printed: str) -> str | None:
        """Return the QUDT IRI of a unit as a text prints it, None where QUDT has none. Case counts in symbols (ms, MS).

        Source: https://qudt.org/vocab/unit/
        """
        spelled = printed.casefold() if len(printed) > _SYMBOL and printed not in self.units else printed
        return self.units.get(spelled)

    def words(self, name: str) -> frozenset[str]:
        """Return a word list.

        Raises:
            OntologyError: no list of that name exists.
        """
        if name not in self.word_lists:
            raise OntologyError(f"no word list {name!r}", remedy="define a kg:WordList with that rdfs:label")
        return self.word_lists[name]

    @cached_property
    def _by_iri(self) -> dict[str, Concept]:
        return {concept.iri: concept for concept in self.concepts}

    def concept(self, iri: str) -> Concept | None:
        """Return the concept of an IRI, None for another IRI."""
        return self._by_iri.get(iri)

    def entity_classes(self) -> tuple[str, ...]:
        """Return the classes an entity can have: those below Artefact that have none below them, known ones first."""
        return _entity_classes(self.classes)

    def is_a(self, cls: str, ancestor: str) -> bool:
        """Tell whether ``cls`` is ``ancestor`` or below it; False for an unknown class."""
        return cls in self.classes and ancestor in self.classes[cls].ancestors

    def relations(self) -> tuple[Property, ...]:
        """Return the relations between research objects, sorted by name."""
        ends = {name for name in self.classes if self.is_a(name, "ResearchObject")}
        return tuple(p for _, p in sorted(self.properties.items())
                     if p.is_object and p.domain in ends and p.range in ends and p.name != "linkedTo")


def home() -> Path:
    """Return the folder of the shipped ontology, in a checkout or an installed package.

    Raises:
        OntologyError: the installation is incomplete.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "_ontology", here.parent / "ontology"):
        if (folder / "kg.ttl").is_file():
            return folder
    raise OntologyError("the ontology is missing", place=str(here), remedy="reinstall the package")


def load(extra: Sequence[Path] = ()) -> Ontology:
    """Read the shipped ontology and the directories of ``extra``, in that order.

    Returns:
        The ontology; ``sha256`` covers every file read, in order, so that equal hashes mean equal
        extraction.

    Raises:
        OntologyError: a directory is missing, a file is not valid Turtle (with its line), a property
            has more than one domain or range, a label belongs to two concepts (both named), or a
            query has no title.
    """
    folders = [home(), *extra]
    for folder in folders:
        if not folder.is_dir():
            raise OntologyError("no such folder", place=str(folder), remedy="--ontology takes a folder of Turtle files")
    turtle = [path for folder in folders for path in sorted(folder.rglob("*.ttl"))]
    queries = [path for folder in folders for path in sorted(folder.glob("queries/*.rq"))]
    digest = hashlib.sha256()
    for path in [*turtle, *queries]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    facts = _facts(turtle)
    classes = _classes(facts)
    concepts = tuple(_concepts(facts, _entity_classes(classes)))
    _check_labels(concepts)
    words = _word_lists(facts)
    return Ontology(
        version=_one(facts.get(KG.rstrip("#"), {}), OWL + "versionInfo") or "0",
        sha256=digest.hexdigest(),
        classes=classes,
        properties=_properties(facts),
        concepts=concepts,
        generic=frozenset(_generic(facts)),
        word_lists=words,
        styles=_styles(facts),
        queries={q.name: q for q in map(saved_query, queries)},
        turtle=tuple(turtle),
        units=_units(facts, words.get("scale symbol", frozenset())),
    )


def _facts(paths: Iterable[Path]) -> _Facts:
    """Return subject -> predicate -> values (IRIs and lexical forms), values sorted."""
    facts: _Facts = defaultdict(lambda: defaultdict(list))
    for path in paths:
        for triple in _parse(path):
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                raise OntologyError("quoted triples are not read here", place=str(path), remedy="use plain Turtle 1.1")
            values = facts[subject.value][triple.predicate.value]
            if value.value not in values:
                values.append(value.value)
    for predicates in facts.values():
        for values in predicates.values():
            values.sort()
    return facts


def _parse(path: Path) -> Iterator[ox.Quad]:
    try:
        yield from ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise OntologyError(f"not valid Turtle: {error.msg}", place=f"{path}:{error.lineno}",
                            remedy="mend the Turtle") from error


def _one(predicates: Mapping[str, list[str]], predicate: str) -> str | None:
    values = predicates.get(predicate)
    return values[0] if values else None


def _typed(facts: _Facts, type_iri: str) -> list[tuple[str, dict[str, list[str]]]]:
    return [(s, p) for s, p in sorted(facts.items()) if type_iri in p.get(RDF + "type", ())]


def _classes(facts: _Facts) -> dict[str, Cls]:
    own = {s: p for s, p in _typed(facts, OWL + "Class") if s.startswith(KG)}
    parents = {local_name(s): tuple(local_name(v) for v in p.get(RDFS + "subClassOf", ()) if v.startswith(KG))
               for s, p in own.items()}

    def ancestors(name: str, seen: frozenset[str]) -> frozenset[str]:
        if name in seen:
            return seen
        for parent in parents.get(name, ()):
            seen = ancestors(parent, seen | {name})
        return seen | {name}

    return {
        local_name(s): Cls(
            name=local_name(s), label=_one(p, RDFS + "label") or local_name(s),
            definition=_one(p, SKOS + "definition") or "", parents=parents[local_name(s)],
            ancestors=ancestors(local_name(s), frozenset()),
            head_nouns=tuple(p.get(KG + "headNoun", ())), examples=tuple(p.get(SKOS + "example", ())))
        for s, p in own.items()
    }


def _properties(facts: _Facts) -> dict[str, Property]:
    found = {}
    for kind in ("ObjectProperty", "DatatypeProperty"):
        for s, p in _typed(facts, OWL + kind):
            if not s.startswith(KG):
                continue
            for side in ("domain", "range"):
                if len(p.get(RDFS + side, ())) > 1:
                    raise OntologyError(f"more than one {side}", place=s, remedy="name a common superclass")
            found[local_name(s)] = Property(
                name=local_name(s), label=_one(p, RDFS + "label") or local_name(s),
                definition=_one(p, SKOS + "definition") or "",
                domain=local_name(_one(p, RDFS + "domain") or ""), range=local_name(_one(p, RDFS + "range") or ""),
                is_object=kind == "ObjectProperty", cues=tuple(p.get(KG + "cue", ())),
                inverse_cues=tuple(p.get(KG + "inverseCue", ())),
                paper_level=_one(p, KG + "paperLevel") == "true", examples=tuple(p.get(SKOS + "example", ())))
    return found


def _entity_classes(classes: Mapping[str, Cls]) -> tuple[str, ...]:
    parents = {parent for c in classes.values() for parent in c.parents}
    more = {name for name, c in classes.items() if "Artefact" in c.ancestors and name not in parents}
    return (*CLASSES, *sorted(more - {*CLASSES, "Artefact"}))


def _concepts(facts: _Facts, classes: Sequence[str]) -> Iterator[Concept]:
    for cls in classes:
        for s, p in _typed(facts, KG + cls):
            labels = p.get(SKOS + "prefLabel", ())
            if len(labels) != 1:
                raise OntologyError(f"{len(labels)} preferred labels", place=s, remedy="give one skos:prefLabel")
            attributes = sorted((local_name(k), v) for k, values in p.items() for v in values
                                if k.startswith(KG) and local_name(k) not in _OWN)
            yield Concept(
                iri=s, cls=cls, label=labels[0], aliases=tuple(p.get(SKOS + "altLabel", ())),
                ambiguous=_one(p, KG + "ambiguous") == "true", direction=_one(p, KG + "direction"),
                variant_of=_one(p, KG + "variantOf"), examples=tuple(p.get(SKOS + "example", ())),
                sources=tuple(p.get(DCTERMS + "source", ())), attributes=tuple(attributes))


def _check_labels(concepts: Iterable[Concept]) -> None:
    owner: dict[str, str] = {}
    for concept in concepts:
        for label in concept.labels:
            other = owner.setdefault(label, concept.iri)
            if other != concept.iri:
                raise OntologyError(f"the label {label!r} belongs to two concepts: {other} and {concept.iri}",
                                    place=concept.iri, remedy="take it from one of them")


def _generic(facts: _Facts) -> Iterator[str]:
    for _, p in _typed(facts, KG + "GenericTerm"):
        yield from p.get(SKOS + "prefLabel", ())
        yield from p.get(SKOS + "altLabel", ())


def _word_lists(facts: _Facts) -> dict[str, frozenset[str]]:
    lists: dict[str, set[str]] = defaultdict(set)
    for s, p in _typed(facts, KG + "WordList"):
        lists[_one(p, RDFS + "label") or local_name(s)].update(p.get(KG + "word", ()))
    return {name: frozenset(words) for name, words in lists.items()}


def _units(facts: _Facts, scales: frozenset[str]) -> dict[str, str]:
    """Return label -> QUDT IRI, long names also in lower case; a scale (K) is no unit (kelvin)."""
    found = {label: iri for _, p in _typed(facts, SKOS + "Concept") for iri in p.get(SKOS + "exactMatch", ())
             if iri.startswith(UNIT) for label in (*p.get(SKOS + "prefLabel", ()), *p.get(SKOS + "altLabel", ()))
             if label not in scales}
    return {label.casefold(): iri for label, iri in sorted(found.items()) if len(label) > _SYMBOL} | found


def _styles(facts: _Facts) -> dict[str, Style]:
    styles = {}
    for s, p in sorted(facts.items()):
        if KG + "colour" in p:
            name = local_name(s)
            colour = _one(p, KG + "colour") or ""
            styles[name] = Style(cls=name, colour=colour, dark_colour=_one(p, KG + "darkColour") or colour,
                                 shape=_one(p, KG + "shape") or "dot", order=int(_one(p, KG + "order") or "99"))
    return styles


def saved_query(path: Path) -> SavedQuery:
    """Read a ``.rq`` file with its header.

    Raises:
        OntologyError: the header has no title or question, or a parameter line is malformed.
    """
    text = path.read_text(encoding="utf-8")
    header: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        match = _HEADER.match(line)
        if not match:
            break
        header[match[1]].append(match[2].strip())
    if not header["title"] or not header["question"]:
        raise OntologyError("no title or question", place=f"{path}:1",
                            remedy="begin the file with '# title: ...' and '# question: ...'")
    return SavedQuery(name=path.stem, title=header["title"][0], question=header["question"][0],
                      parameters=tuple(_parameter(p, path) for p in header["parameter"]), sparql=text)


def _parameter(line: str, path: Path) -> Parameter:
    match = _PARAMETER.match(line)
    if not match:
        raise OntologyError(f"not a parameter: {line!r}", place=str(path),
                            remedy="write '# parameter: name = default | what it is'")
    return Parameter(name=match[1], default=match[2], description=match[3] or "")
