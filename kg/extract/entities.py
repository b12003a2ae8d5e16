"""The component that finds entities: proposals, one decision for each, and what the paper introduces."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc

from kg.errors import InputError
from kg.extract.boosting import Boosted
from kg.extract.candidates import Candidate, find_candidates
from kg.extract.coreference import same_things
from kg.extract.encoder import Encoder
from kg.extract.features import columns, defined, table, with_probe
from kg.extract.probe import Probe, candidate_vectors
from kg.extract.sequence import Recogniser
from kg.extract.signals import Lexicon, Signals, gather
from kg.extract.surface import fold
from kg.extract.token_features import read_tokens
from kg.extract.words import Words
from kg.model import PAPER, Entity, Evidence, Mention, Relation
from kg.ontology import CLASSES, Ontology

PROPOSAL = 0.04
"""Probability from which the recogniser's spans become candidates."""
ACCEPTED = 0.45
"""Probability of being an entity at all from which a candidate is one."""
INTRODUCED = 0.5
"""Probability from which an entity is taken as introduced by the paper."""
_SUREST = 0.9999
"""Largest probability of being introduced whose log odds are told apart."""
_AGAIN, _OFTEN = 0.5, 6
"""What each mention counts for the main contribution, in log odds, and how many count."""
_PLAIN = 2.0
"""What a name in lower case counts against it."""
_NOTHING = np.eye(1, 1 + len(CLASSES))[0]
"""The probabilities of what is surely no entity."""

DEFINED = 0.65
"""How often the definition was right, out of fold, where the decision saw another class."""
LISTED = 0.85
"""Confidence in a listed name of a class that the weights do not know: how often the vocabulary alone was right."""

FAST = "fast-"
"""What the names of the files begin with that decide without the encoder."""
_FILES = ("words.npz", "recogniser.npz", "decision.npz", "introduced.npz")
_PROBE = "probe.npz"
_BARE = frozenset({"Dataset", "Hardware"})
"""Classes whose names stand with and without a noun that says the class."""
_SIZED = frozenset({"Dataset", "Model"})
"""Classes of what has a size in its name (``Orbiter-7B``); it is a model where it is taken for neither."""
_BILLIONS = re.compile(r" \d+ b(?: |$)")
_COUNT = re.compile(r"(?<![\w.,$€-])(\d{1,3}(?:,\d{3})+|\d{1,7})(\s?[kK])?[\s-]*[x×]?\s*((?:[A-Za-z-]+[ ]){0,2})$")
_NUMBER = re.compile(r"[\d.,]+[x×%]?(?:[-–~][\d.,]+[x×%]?)?")
_SENTENCE_END = re.compile(r"[.!?;]\s|\n")


@dataclass(frozen=True)
class Weights:
    """The trained parts: word classes, recogniser, the decision on a candidate, the one on introductions.

    ``encoder`` and ``probe`` are both there, or neither: then the decisions are ones that do without.
    """

    words: Words
    recogniser: Recogniser
    decision: Boosted
    introduced: Boosted
    encoder: Encoder | None = None
    probe: Probe | None = None

    @classmethod
    def load(cls, folder: Path, encoder: Path | None = None) -> Weights:
        """Read the weights that ``kg.train.entities`` wrote.

        Args:
            folder: where they are.
            encoder: where the encoder is; None to do without it, which is faster and finds less.

        Raises:
            InputError: a file is missing, or the weights were trained with other features than the code has.
        """
        fast = encoder is None
        names = [f"{FAST}{name}" if fast and name in _FILES[2:] else name for name in _FILES]
        missing = [name for name in (*names, *(() if fast else (_PROBE,))) if not (folder / name).is_file()]
        if missing:
            raise InputError(f"weights are missing: {', '.join(missing)}", place=str(folder), remedy="reinstall")
        decision, introduced = (Boosted.load(folder / name) for name in names[2:])
        if decision.names != tuple(columns(probed=not fast)) or introduced.names != decision.names:
            raise InputError("the weights were trained with other features", place=str(folder),
                             remedy="train them again")
        return cls(Words.load(folder / names[0]), Recogniser.load(folder / names[1]), decision, introduced,
                   Encoder(encoder) if encoder else None, Probe.load(folder / _PROBE) if encoder else None)


@dataclass(frozen=True, slots=True)
class Choice:
    """An accepted candidate: its class, the occurrences left to it, and the probabilities."""

    candidate: Candidate
    cls: str
    occurrences: tuple[tuple[int, int], ...]
    confidence: float
    introduced: float


def choose(candidates: Sequence[Candidate], chances: npt.NDArray[np.float64], introduced: npt.NDArray[np.float64],
           defined: Sequence[str | None], listed: Sequence[str | None] = ()) -> list[Choice]:
    """Return the accepted candidates, by first occurrence; where occurrences overlap the longest keeps the place.

    Args:
        candidates: the candidates of a document.
        chances: probability of being no entity, then of each class: shape (candidates, 1 + classes).
        introduced: probability of being introduced: shape (candidates,).
        defined: for each candidate the class that the text's own definition gives it (``kg.extract.features.defined``);
            what the paper introduces is of that class, whatever it looks like.
        listed: for each candidate the class that the vocabulary gives it where the weights do not know that class,
            else None; it is accepted as that. Empty where there are no such classes.
    """
    own = listed or [None] * len(candidates)
    accepted = [i for i in range(len(candidates)) if own[i] or 1 - chances[i, 0] >= ACCEPTED]
    places = sorted(((b - a, 1 - chances[i, 0], a, b, i) for i in accepted for a, b in candidates[i].occurrences),
                    key=lambda p: (-p[0], -p[1], p[2], p[4]))
    taken: set[int] = set()
    left: dict[int, list[tuple[int, int]]] = {i: [] for i in accepted}
    for _, _, start, end, i in places:
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            left[i].append((start, end))
    chosen = []
    for i in accepted:
        if left[i]:
            cls, confidence = _class_of(chances[i], defined[i] if introduced[i] >= INTRODUCED else None)
            if cls not in _SIZED and any(map(_BILLIONS.search, candidates[i].keys)):
                cls, confidence = "Model", float(1 - chances[i, 0])
            chosen.append(Choice(candidates[i], own[i] or cls, tuple(sorted(left[i])),
                                 LISTED if own[i] else confidence, float(introduced[i])))
    return sorted(chosen, key=lambda c: c.occurrences[0])


def _class_of(chances: npt.NDArray[np.float64], defined: str | None) -> tuple[str, float]:
    """Return the class of a candidate, by its definition or else the likeliest one, with its probability."""
    best = int(np.argmax(chances[1:]))
    if defined is None or defined == CLASSES[best]:
        return CLASSES[best], float(chances[1 + best])
    return defined, DEFINED * float(1 - chances[0])


def merge(doc: Doc, chosen: Sequence[Choice]) -> list[Choice]:
    """Return the choices by first occurrence, those that name one thing made one (``kg.extract.coreference``)."""
    forms = [frozenset(fold(doc[a:b].text) for a, b in c.occurrences) for c in chosen]
    kept: dict[int, Choice] = {}
    targets = same_things([(f, c.cls, len(c.occurrences)) for f, c in zip(forms, chosen, strict=True)])
    for target in sorted(set(targets)):
        parts = [c for c, t in zip(chosen, targets, strict=True) if t == target]
        main = chosen[target]
        kept[target] = Choice(
            main.candidate, main.cls, tuple(sorted(o for c in parts for o in c.occurrences)),
            max(c.confidence for c in parts), max(c.introduced for c in parts))
    return sorted(kept.values(), key=lambda c: c.occurrences[0])


class EntityFinder:
    """Sets ``kg_entities`` and ``kg_introduces`` on a document whose sentences are set."""

    def __init__(self, ontology: Ontology, weights: Weights, *, drop_source: str | None = None) -> None:
        self._lexicon = Lexicon.from_ontology(ontology, drop_source=drop_source)
        self._weights = weights

    def __call__(self, doc: Doc) -> Doc:
        """Find the entities of ``doc``; a text without words has none."""
        signals = gather(doc, self._lexicon)
        chosen = self._choose(doc, signals)
        entities = entities_of(doc, chosen, self._lexicon)
        doc._.kg_entities = tuple(entities)
        doc._.kg_introduces = tuple(introductions_of(doc, chosen, entities))
        return doc

    def _choose(self, doc: Doc, signals: Signals) -> list[Choice]:
        weights = self._weights
        reading = read_tokens(doc, signals, weights.words, self._lexicon.cues)
        spans = weights.recogniser.spans(reading, minimum=PROPOSAL)
        candidates = find_candidates(doc, signals, spans, self._lexicon)
        if not candidates:
            return []
        values = table(doc, signals, spans, candidates, self._lexicon, weights.words)
        if weights.encoder is not None and weights.probe is not None:
            read = candidate_vectors(weights.encoder.vectors(doc), candidates)
            values = with_probe(values, weights.probe.probabilities(read))
        introduced = weights.introduced.probabilities(values)[:, 0]
        listed = [_listed_class(c, self._lexicon) for c in candidates]
        chances = weights.decision.probabilities(values)
        chances[_generic(candidates, chances, introduced, self._lexicon) + _bare_numbers(doc, candidates)] = _NOTHING
        return merge(doc, choose(candidates, chances, introduced, defined(values), listed))


def _generic(candidates: Sequence[Candidate], chances: npt.NDArray[np.float64], introduced: npt.NDArray[np.float64],
             lexicon: Lexicon) -> list[int]:
    """Return the candidates that only name a kind of thing (*large language models*).

    Annotation leaves these open, so that the weights know nothing of them; the vocabulary lists them as generic. What a
    number measures may have such a name (*performance*), and so may what the paper introduces.
    """
    metric = CLASSES.index("Metric")
    return [i for i, c in enumerate(candidates) if lexicon.generic_folds.issuperset(c.keys)
            and int(np.argmax(chances[i, 1:])) != metric and introduced[i] < INTRODUCED]


def _bare_numbers(doc: Doc, candidates: Sequence[Candidate]) -> list[int]:
    """Return the candidates that are a number or a range and nothing else (*5x-7x*)."""
    return [i for i, c in enumerate(candidates) if all(map(_NUMBER.fullmatch, c.forms(doc)))]


def entities_of(doc: Doc, chosen: Iterable[Choice], lexicon: Lexicon) -> list[Entity]:
    """Return one entity a choice, in their order, each with a name of its own."""
    names: set[str] = set()
    found = []
    text = doc.text
    for choice in chosen:
        places = {*choice.occurrences, *(p for o in choice.occurrences if (p := _bare(doc, o, choice.cls, lexicon)))}
        mentions = tuple(sorted(_mention(doc, a, b) for a, b in places))
        name = _unique(_name(choice, [m.text for m in mentions]), names)
        names.add(name)
        found.append(Entity(
            cls=choice.cls, name=name, mentions=mentions, rule="+".join(sorted(choice.candidate.sources)),
            confidence=round(choice.confidence, 4), concept=_concept(choice, lexicon),
            count=_count(text, mentions, lexicon.units) if choice.cls == "Hardware" else None))
    return found


def _bare(doc: Doc, place: tuple[int, int], cls: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """Return the place of a name without the noun that only says its class (``RTX 3090 GPU``), None without one.

    Of devices only names with a digit and listed ones stand alone: *NVIDIA* is no name of an *NVIDIA GPU*.
    """
    start, end = place
    if cls not in _BARE or end - start < 2 or lexicon.cues.heads.get(doc[end - 1].lower_) != cls:
        return None
    bare = doc[start : end - 1].text
    at = lexicon.by_fold.get(fold(bare))
    listed = at is not None and lexicon.concepts[at].cls == cls
    proper = any(c.isdigit() for c in bare) or (cls == "Dataset" and any(c.isupper() for c in bare))
    return (start, end - 1) if bare[-1:].isalnum() and (listed or proper) else None


def _listed_class(candidate: Candidate, lexicon: Lexicon) -> str | None:
    """Return the class of a listed name where it is one that the weights do not know, else None."""
    found = [lexicon.concepts[at] for at in (lexicon.by_fold.get(k) for k in sorted(candidate.keys)) if at is not None]
    return next((c.cls for c in found if c.cls not in CLASSES and not c.ambiguous), None)


def _mention(doc: Doc, start: int, end: int) -> Mention:
    """Return the mention of a token span, without a full stop that the tokenizer left on its last token."""
    first, surface = doc[start].idx, doc[start:end].text.rstrip(".,;:")
    return Mention(first, first + len(surface), surface)


def _name(choice: Choice, forms: Sequence[str]) -> str:
    """Return the fullest form; of what is introduced under an acronym the acronym; common nouns in lower case."""
    by_fold: dict[str, list[str]] = {}
    for form in forms:
        by_fold.setdefault(fold(form), []).append(form)
    keys = sorted(by_fold, key=lambda k: (-len(k), k))
    key = keys[-1] if choice.introduced >= INTRODUCED and choice.candidate.short_form else keys[0]
    same = by_fold[key]
    return min(same, key=lambda f: (not f[:1].islower() if choice.cls == "Metric" else False, len(f), f))


def _unique(name: str, taken: set[str]) -> str:
    """Return ``name``, numbered where an entity of the same text has it already."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate


def _concept(choice: Choice, lexicon: Lexicon) -> str | None:
    for key in sorted(choice.candidate.keys, key=lambda k: (-len(k), k)):
        at = lexicon.concept(key)
        if at is not None and lexicon.concepts[at].cls == choice.cls:
            return lexicon.concepts[at].iri
    return None


def _count(text: str, mentions: Iterable[Mention], units: frozenset[str]) -> int | None:
    """Return the largest number that stands right before a mention, None where none does.

    A number with a unit (``a 48 GB GPU``), decimals and amounts of money are no counts.
    """
    counts = []
    for mention in mentions:
        before = _SENTENCE_END.split(text[max(0, mention.start - 48) : mention.start])[-1]
        match = _COUNT.search(before)
        if match and units.isdisjoint(match.group(3).split()):
            counts.append(int(match.group(1).replace(",", "")) * (1000 if match.group(2) else 1))
    return max(counts, default=None)


def introductions_of(doc: Doc, chosen: Sequence[Choice], entities: Sequence[Entity]) -> list[Relation]:
    """Return what the paper introduces among the entities of the choices, the likeliest main contribution first."""
    ranked = sorted((_standing(c, entities[i]), -i) for i, c in enumerate(chosen) if c.introduced >= INTRODUCED)
    title = next((t.i for t in doc if t.is_space and "\n\n" in t.text), -1)
    found = []
    for _, minus in reversed(ranked):
        entity, choice = entities[-minus], chosen[-minus]
        start, end = _stating(doc, choice, title)
        evidence = Evidence(start, end, "introduction", round(choice.introduced, 4))
        found.append(Relation(PAPER, "introduces", entity.name, evidence))
    return found


def _standing(choice: Choice, entity: Entity) -> float:
    """Return how much speaks for an introduced entity as the main one, in log odds.

    The contribution itself is named again and again; a part of it is often a phrase in lower case that stands once.
    """
    chance = min(choice.introduced, _SUREST)
    plain = entity.name.islower()
    return math.log(chance / (1 - chance)) + _AGAIN * min(len(entity.mentions), _OFTEN) - _PLAIN * plain


def _stating(doc: Doc, choice: Choice, title: int) -> tuple[int, int]:
    """Return the span of the first sentence behind the token ``title`` that names the thing, else of the first."""
    sentences = [_sentence(doc, a) for a, _ in choice.occurrences]
    start, end = next((s for s in sentences if s[0] > title), sentences[0])
    return doc[start].idx, doc[start].idx + len(doc[start:end].text.rstrip())


def _sentence(doc: Doc, at: int) -> tuple[int, int]:
    """Return the token span, half-open, of the sentence that holds the token ``at``."""
    start, end = at, at + 1
    while start and not doc[start].is_sent_start:
        start -= 1
    while end < len(doc) and not doc[end].is_sent_start:
        end += 1
    return start, end
