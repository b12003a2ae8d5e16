"""The pipeline: components in order, what they share, and the extraction of one paper.

Components are registered with spaCy as ``kg_<name>``; each gets the ontology and the weights of its pipeline through
:func:`resources`, since neither fits into a spaCy configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract import document
from kg.extract.baseline_names import BaselineNamer
from kg.extract.entities import EntityFinder, Weights
from kg.extract.leftovers import LeftoverFinder
from kg.extract.links import LinkFinder
from kg.extract.measured import MeasuredFinder
from kg.extract.modality import ModalityFinder
from kg.extract.notes import NoteTaker
from kg.extract.quantities import QuantityFinder
from kg.extract.relation_weights import Rankers
from kg.extract.relations import RelationFinder
from kg.extract.results import ResultFinder
from kg.extract.sentences import SentenceSplitter, blank
from kg.model import Extraction, Paper
from kg.ontology import Ontology

WEIGHTS = Path(__file__).parent / "weights"
"""Folder of the trained weights that ship with the package."""


@dataclass(frozen=True)
class Resources:
    """What the components of one pipeline share."""

    ontology: Ontology
    weights: Path
    drop_source: str | None = None
    fast: bool = False


_RESOURCES: WeakKeyDictionary[Language, Resources] = WeakKeyDictionary()
_Component = Callable[[Doc], Doc]
_MAKERS: dict[str, Callable[[Resources], _Component]] = {
    "kg_sentences": lambda r: SentenceSplitter(r.ontology),
    "kg_notes": lambda r: NoteTaker(r.ontology),
    "kg_entities": lambda r: EntityFinder(
        r.ontology, Weights.load(r.weights / "entities", None if r.fast else r.weights / "encoder"),
        drop_source=r.drop_source),
    "kg_links": lambda r: LinkFinder(r.ontology),
    "kg_quantities": lambda r: QuantityFinder(r.ontology),
    "kg_relations": lambda r: RelationFinder(
        r.ontology, rankers=Rankers.load(r.weights / "relations" / "relations.json")),
    "kg_results": lambda r: ResultFinder(r.ontology, r.weights / "results" / "results.json"),
    "kg_measured": lambda r: MeasuredFinder(r.ontology),
    "kg_leftovers": lambda r: LeftoverFinder(r.ontology),
    "kg_modality": lambda r: ModalityFinder(r.ontology),
    "kg_baselines": lambda r: BaselineNamer(r.ontology),
}
_GIVES_ENTITIES = "kg_entities"
_ADDS_ENTITIES = "kg_measured"
COMPONENTS = tuple(_MAKERS)
"""Names of the components, in the order they run."""


def _register(name: str) -> None:
    def make(nlp: Language, name: str) -> _Component:
        return _MAKERS[name](_RESOURCES[nlp])

    make.__annotations__ |= {"nlp": Language, "name": str}  # older releases of spaCy want types, not their names
    Language.factory(name, func=make)


for _name in COMPONENTS:
    _register(_name)


class Extractor:
    """Extracts what papers say; made by :func:`load`.

    ``nlp`` is the spaCy pipeline: ``nlp.pipe(texts)`` gives documents with the extensions of
    ``kg.extract.document``.
    """

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp

    def extract(self, paper: Paper) -> Extraction:
        """Return what ``paper`` says, a function of its text, the ontology and the weights alone.

        A paper without text gives an extraction without entities, with a note.
        """
        return _extraction(paper, self.nlp(paper.text))

    def extract_given(self, known: Extraction) -> Extraction:
        """Return what a paper says where its entities and introductions are those of ``known``.

        Relations and results are found as :meth:`extract` finds them; what ``known`` says of them does not count.
        """
        doc = self.nlp.make_doc(known.paper.text)
        for name, component in self.nlp.pipeline:
            if name == _GIVES_ENTITIES:
                doc._.kg_entities, doc._.kg_introduces = known.entities, known.introduces
            elif name != _ADDS_ENTITIES:
                doc = component(doc)
        return _extraction(known.paper, doc)

    def extract_all(self, papers: Iterable[Paper]) -> Iterator[Extraction]:
        """Yield the extraction of each paper, in order."""
        for paper in papers:
            yield self.extract(paper)


def _extraction(paper: Paper, doc: Doc) -> Extraction:
    return Extraction(
        paper=paper, entities=doc._.kg_entities, introduces=doc._.kg_introduces, relations=doc._.kg_relations,
        results=doc._.kg_results, code=doc._.kg_code, unresolved=doc._.kg_unresolved, notes=doc._.kg_notes)


def load(ontology: Ontology, *, weights: Path = WEIGHTS, drop_source: str | None = None, fast: bool = False
         ) -> Extractor:
    """Make an extractor for an ontology.

    Args:
        ontology: the vocabulary, word lists and cues to use.
        weights: folder of trained weights.
        drop_source: leave out the concepts that only this source names (for cross-validation).
        fast: do without the pretrained encoder, which takes two fifths of the time and finds a little more.
    """
    document.register()
    nlp = blank()
    nlp.max_length = 10_000_000
    _RESOURCES[nlp] = Resources(ontology, weights, drop_source, fast)
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return Extractor(nlp)
