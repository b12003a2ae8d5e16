"""The values that pass between the parts: frozen, without I/O.

Every offset in this module counts Unicode code points into ``Paper.text`` and spans are half-open:
``paper.text[start:end]`` is what a span covers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PAPER = "@paper"
"""Stands for the paper itself where a subject has no named artefact."""

Change = Literal["increase", "decrease", "value"]
Bound = Literal["exact", "max", "min", "mean", "approx"]
Form = Literal["single", "range", "from-to"]
Polarity = Literal["affirmed", "negated"]
Modality = Literal["asserted", "hedged"]


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where a record was seen: file name, and the 1-based line it starts on; 0 stands for the whole file."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, its text already repaired.

    ``id`` is the record's own id where it has one, else one derived from its text. ``origins`` is
    sorted and holds every place that brought the paper. Dates are ISO 8601 as printed, or None.
    """

    id: str
    abstract: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    created: str | None = None
    updated: str | None = None
    comment: str | None = None
    categories: tuple[str, ...] = ()
    arxiv: str | None = None
    doi: str | None = None
    url: str | None = None
    origins: tuple[Origin, ...] = ()

    @property
    def text(self) -> str:
        """Title, blank line, abstract; the abstract alone where there is no title."""
        return f"{self.title}\n\n{self.abstract}" if self.title else self.abstract


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that gave no paper: where it stood, what it was called, and why it was left out."""

    origin: Origin
    reason: str
    id: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A surface string that denotes an entity; ``text`` is ``paper.text[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One distinct thing that a paper names.

    ``name`` is its fullest proper form in this paper and is unique among the paper's entities.
    ``concept`` is the IRI of the vocabulary concept it is, None for a thing that is not listed.
    ``count`` is, for hardware, the largest number of units the paper says it used.
    ``mentions`` is sorted by offset and never empty. ``rule`` names what found it.
    """

    cls: str
    name: str
    mentions: tuple[Mention, ...]
    rule: str
    confidence: float
    concept: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The span that states something, what found it and how sure it is (0 to 1)."""

    start: int
    end: int
    rule: str
    confidence: float
    polarity: Polarity = "affirmed"
    modality: Modality = "asserted"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range as printed, with its unit.

    A single value repeats: ``low == high``. ``unit`` is ``x`` for ratios, ``%``, ``points``, else as
    printed; empty where there is none. A ``from-to`` has ``low`` before and ``high`` after, as printed, so
    that ``low > high`` is possible there. ``bound_start`` is where the words of the bound begin
    (``start`` where there are none).
    """

    low: float
    high: float
    unit: str
    bound: Bound
    form: Form
    raw: str
    start: int
    end: int
    bound_start: int


@dataclass(frozen=True, slots=True)
class Relation:
    """Subject, predicate, object: entity names of the same paper, or ``PAPER`` as subject.

    ``predicate`` is the local name of an object property of the ontology (``builtOn``).
    """

    subject: str
    predicate: str
    object: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Result:
    """One outcome number: what was measured on what, against what, under which conditions.

    ``subject`` and ``metric`` are entity names of the same paper (``PAPER`` allowed for the subject;
    a metric that is no entity stands as its phrase). ``low <= high``, also of a from-to, where ``change`` says which
    came first. ``baseline`` is an entity name or a phrase, ``baselines`` are the entities that it names, in its order.
    ``conditions`` are entity names, in text order.
    """

    subject: str
    metric: str
    low: float
    high: float
    unit: str
    change: Change
    bound: Bound
    form: Form
    raw: str
    evidence: Evidence
    baseline: str | None = None
    conditions: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A number that gave no result, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one paper says: a function of that paper (and the ontology and weights) alone."""

    paper: Paper
    entities: tuple[Entity, ...] = ()
    introduces: tuple[Relation, ...] = ()
    relations: tuple[Relation, ...] = ()
    results: tuple[Result, ...] = ()
    code: tuple[Mention, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def entity(self, name: str) -> Entity | None:
        """Return the entity of that name, None where the paper has none."""
        return next((e for e in self.entities if e.name == name), None)
