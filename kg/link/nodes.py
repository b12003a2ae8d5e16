"""What linking needs to know of a paper: one node for each entity, with the keys under which it may meet others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.link.names import alike, families, fold, is_acronym, spelling
from kg.model import Entity, Extraction, Paper
from kg.ontology import Concept, Ontology

Key = str
"""A class and a folded name (``Model|llama2``), or ``=`` and the IRI of a concept: equal keys may be one thing."""

_MIN_ACRONYM = 3
_SAME_WORDS = 0.6
_ARXIV = re.compile(r"^(\d\d)(\d\d)\.\d{4,5}")
_DATE = re.compile(r"^(\d{4})-(\d\d)")
_EDITIONS = "edition"
_MAKERS = "maker"
_TAIL = "tail "


def key(cls: str, folded: str) -> Key:
    """Return the key of a folded name under a class."""
    return f"{cls}|{folded}"


def concept_key(iri: str) -> Key:
    """Return the key of a vocabulary concept."""
    return f"={iri}"


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """An entity as one paper knows it: the paper's id and the entity's name there."""

    paper: str
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What linking asks of the ontology; made by :func:`vocabulary`.

    ``labels`` gives the concept of a key, without everyday words and without keys of several concepts.
    ``tails`` are the words of each class that may follow a name and say only what it is.
    """

    concepts: Mapping[str, Concept]
    labels: Mapping[Key, str]
    makers: tuple[str, ...]
    tails: Mapping[str, tuple[str, ...]]
    editions: frozenset[str]

    def concept_of(self, metric: str) -> str | None:
        """Return the metric concept that a phrase spells, None where it spells none."""
        return self.labels.get(key("Metric", fold(metric)))

    def ambiguous(self, iri: str | None) -> bool:
        """Tell whether the labels of a concept are everyday words as well; False for no concept."""
        return iri is not None and iri in self.concepts and self.concepts[iri].ambiguous


@dataclass(frozen=True, slots=True)
class Node:
    """An entity of one paper, as far as linking looks at it.

    ``aliases`` are the folds of acronyms and expansions, ``forms`` the names as printed that spell it or
    abbreviate it, ``short`` the fold without maker and kind (``A100`` of ``NVIDIA A100 GPU``), ``families`` the
    folds of the families it may belong to, nearest first. ``month`` counts months since year 0 of the paper's
    first version, None where unknown. A ``phrase`` is a metric that a result names and that is no entity. What is
    ``apart`` has the acronym of a concept, which its paper spells out as something else.
    """

    paper: str
    name: str
    cls: str
    concept: str | None = None
    introduced: bool = False
    aliases: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    short: str | None = None
    families: tuple[str, ...] = ()
    month: int | None = None
    phrase: bool = False
    apart: bool = False

    @property
    def member(self) -> Member:
        """The paper and the name."""
        return Member(self.paper, self.name)

    @property
    def folded(self) -> str:
        """The folded name."""
        return fold(self.name)

    @property
    def key(self) -> Key:
        """The key of the name."""
        return key(self.cls, fold(self.name))

    @property
    def own_keys(self) -> tuple[Key, ...]:
        """The key of the name and those of its acronyms and expansions."""
        return (self.key, *(key(self.cls, alias) for alias in self.aliases))

    def keys(self, known: Vocabulary) -> Iterator[Key]:
        """Yield every key under which it may meet others."""
        if self.concept is not None:
            yield concept_key(self.concept)
        if self.phrase:
            return
        short = () if self.short is None else (key(self.cls, self.short),)
        for one in (*self.own_keys, *short):
            yield one
            if one in known.labels:
                yield concept_key(known.labels[one])

    @property
    def spelled(self) -> str:
        """The class and the spelling: what :func:`kg.link.names.misspelt` compares."""
        return spelling(self.name)


@lru_cache(maxsize=8)
def _labels(concepts: tuple[Concept, ...]) -> dict[Key, str]:
    owners: dict[Key, set[str]] = defaultdict(set)
    for concept in concepts:
        for label in concept.labels:
            owners[key(concept.cls, fold(label))].add("" if concept.ambiguous else concept.iri)
    return {one: next(iter(iris)) for one, iris in owners.items() if len(iris) == 1 and "" not in iris}


def vocabulary(ontology: Ontology) -> Vocabulary:
    """Return what linking asks of an ontology."""
    vendors = {value for concept in ontology.concepts for name, value in concept.attributes if name == "vendor"}
    makers = vendors | ontology.word_lists.get(_MAKERS, frozenset())
    return Vocabulary(
        {concept.iri: concept for concept in ontology.concepts}, _labels(ontology.concepts), _longest_first(makers),
        {name.removeprefix(_TAIL): _longest_first(words) for name, words in ontology.word_lists.items()
         if name.startswith(_TAIL)},
        ontology.word_lists.get(_EDITIONS, frozenset()))


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def nodes(extraction: Extraction, known: Vocabulary) -> list[Node]:
    """Return the nodes of a paper: its entities in their order, then metric phrases that are concepts, sorted."""
    introduced = {relation.object for relation in extraction.introduces}
    published = month(extraction.paper)
    found = [_node(entity, extraction.paper.id, published, entity.name in introduced, known)
             for entity in extraction.entities]
    names = {entity.name for entity in extraction.entities}
    phrases = sorted({result.metric for result in extraction.results} - names)
    return found + [Node(extraction.paper.id, phrase, known.concepts[iri].cls, iri, phrase=True)
                    for phrase in phrases if (iri := known.concept_of(phrase)) is not None]


def _node(entity: Entity, paper: str, published: int | None, introduced: bool, known: Vocabulary) -> Node:
    concept = known.concepts.get(entity.concept) if entity.concept else None
    apart = concept is not None and _spelt_otherwise(entity, concept)
    concept = None if apart else concept
    cls = concept.cls if concept else entity.cls
    aliases = _aliases(entity)
    safe = {fold(entity.name), *aliases}
    forms = {entity.name} | {m.text for m in entity.mentions if fold(m.text) in safe}
    unlisted = concept is None
    return Node(
        paper=paper, name=entity.name, cls=cls, concept=concept.iri if concept else None, introduced=introduced,
        aliases=aliases, forms=tuple(sorted(forms)), short=_short(entity.name, cls, known) if unlisted else None,
        families=tuple(map(fold, families(entity.name, known.editions))) if unlisted else (), month=published,
        apart=apart)


def _spelt_otherwise(entity: Entity, concept: Concept) -> bool:
    """Tell whether a paper spells out a listed acronym in its own way, so that it means something else."""
    folds = {fold(label) for label in concept.labels}
    names = sorted({entity.name, *(m.text for m in entity.mentions)})
    short = [name for name in names if fold(name) in folds]
    spelt = [(acronym, name) for acronym in short for name in names if is_acronym(acronym, name)]
    if not spelt or any(fold(name) in folds for _, name in spelt):
        return False
    labels = [label for acronym in short for label in concept.labels if is_acronym(acronym, label)]
    return bool(labels) and all(alike(name, label) < _SAME_WORDS for _, name in spelt for label in labels)


def _aliases(entity: Entity) -> tuple[str, ...]:
    """Return the folds of mentions that abbreviate the name, or that the name abbreviates."""
    texts = {mention.text for mention in entity.mentions} - {entity.name}
    pairs = [(min(text, entity.name, key=len), max(text, entity.name, key=len)) for text in texts]
    found = {fold(form) for short, long in pairs if len(short) >= _MIN_ACRONYM and is_acronym(short, long)
             for form in (short, long)}
    return tuple(sorted(found - {fold(entity.name)}))


def month(paper: Paper) -> int | None:
    """Return the month of the first version, counted from year 0, by date or arXiv id; None where neither tells."""
    if match := _DATE.match(paper.created or ""):
        return int(match[1]) * 12 + int(match[2])
    match = _ARXIV.match(paper.arxiv or "")
    return (2000 + int(match[1])) * 12 + int(match[2]) if match else None


def _short(name: str, cls: str, known: Vocabulary) -> str | None:
    """Return the fold of a name without its maker in front and its kind behind; None where that leaves no name."""
    rest = _without_tail(_without_maker(name, cls, known), cls, known)
    return fold(rest) if rest != name and fold(rest) != fold(name) else None


def _without_maker(name: str, cls: str, known: Vocabulary) -> str:
    folded = name.casefold()
    for maker in known.makers:
        rest = name[len(maker):].lstrip(" -")
        if folded.startswith(maker.casefold()) and len(rest) < len(name) - len(maker) \
                and _stands_alone(rest, maker, cls, known):
            return rest
    return name


def _stands_alone(rest: str, maker: str, cls: str, known: Vocabulary) -> bool:
    """Tell whether a name without its maker still names the one thing: a listed one of that maker, or a number."""
    concept = known.concepts.get(known.labels.get(key(cls, fold(rest)), ""))
    if concept is not None:
        return ("vendor", maker) in concept.attributes
    first = rest.split(" ")[0]
    return cls in known.tails and any(c.isdigit() for c in first) and any(c.isalpha() for c in first)


def _without_tail(name: str, cls: str, known: Vocabulary) -> str:
    folded = name.casefold()
    for tail in known.tails.get(cls, ()):
        rest = name[:-len(tail)].rstrip(" -")
        if folded.endswith(tail.casefold()) and len(rest) < len(name) - len(tail) and _is_name(rest, cls, known):
            return rest
    return name


def _is_name(rest: str, cls: str, known: Vocabulary) -> bool:
    if rest in known.makers or rest in known.tails.get(cls, ()):
        return False
    if key(cls, fold(rest)) in known.labels:
        return True
    return any(c.isdigit() or c.isupper() for c in rest[1:])
