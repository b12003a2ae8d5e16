"""What a text shows before anything is decided: listed names, definitions, introductions, word classes.

One pass over a document gathers the signals; the recogniser and the decision read them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.extract.abbreviations import Definition, find_definitions
from kg.extract.introductions import Cues, title_name
from kg.extract.surface import Match, NameMatcher, fold
from kg.ontology import Concept, Ontology


@dataclass(frozen=True)
class Lexicon:
    """The vocabulary compiled for matching; keys of ``names`` index ``concepts``."""

    concepts: tuple[Concept, ...]
    names: NameMatcher
    generic: NameMatcher
    by_fold: Mapping[str, int]
    generic_folds: frozenset[str]
    cues: Cues
    relation_cues: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    units: frozenset[str]

    def concept(self, key: str) -> int | None:
        """Return the index of the listed thing that a folded name denotes, None where it is not listed.

        A trailing noun that only says the class (``A100 GPU``, ``GSM8K dataset``) does not count.
        """
        found = self.by_fold.get(key)
        if found is None and " " in key:
            name, noun = key.rsplit(" ", 1)
            found = self.by_fold.get(name)
            if found is not None and self.cues.heads.get(noun) != self.concepts[found].cls:
                return None
        return found

    @classmethod
    def from_ontology(cls, ontology: Ontology, *, drop_source: str | None = None) -> Lexicon:
        """Compile the ontology; concepts whose only source is ``drop_source`` are left out."""
        concepts = tuple(c for c in ontology.concepts if drop_source is None or c.sources != (drop_source,))
        pairs = [(key, label) for key, concept in enumerate(concepts) for label in concept.labels]
        bound = frozenset(label for concept in concepts if concept.ambiguous for label in concept.labels)
        by_fold: dict[str, int] = {}
        for key, label in pairs:
            by_fold.setdefault(fold(label), key)
        generic = sorted(ontology.generic)
        return cls(concepts, NameMatcher(pairs, case_bound=bound), NameMatcher(enumerate(generic)), by_fold,
                   frozenset(map(fold, generic)), Cues.from_ontology(ontology), _relation_cues(ontology),
                   ontology.words("unit"))


def _relation_cues(ontology: Ontology) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return the cue phrases as words, with their relation, by last word."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for relation in ontology.relations():
        for cue in relation.cues:
            phrase = tuple(cue.lower().split())
            found[phrase[-1]].append((phrase, relation.name))
    return dict(found)


@dataclass(frozen=True)
class Signals:
    """The signals of one document; token-indexed sequences have one item a token.

    ``listed`` and ``generic`` are matches by offset; ``listed_tags`` gives each token ``B-Class`` or ``I-Class`` of
    a listed name, or an empty string. ``words`` are the lower-cased tokens, ``sentences`` the number of each
    token's sentence. ``title_end`` is the offset where the title ends, 0 without one; ``title_key`` the folded name
    that opens it, empty without one. ``own_sentences`` speak of the authors, ``introducing`` ones say that they bring
    something new, ``part_sentences`` speak of parts of a work. ``own_classes`` counts the head nouns of what the
    authors call their own (``our framework``), by class; ``verb_distances`` says how many words stand between an
    introducing verb of the authors and each token, None without one.
    """

    text: str
    words: tuple[str, ...]
    sentences: tuple[int, ...]
    listed: tuple[Match, ...]
    generic: tuple[Match, ...]
    listed_tags: tuple[str, ...]
    generic_tokens: frozenset[int]
    definitions: tuple[Definition, ...]
    definition_tags: tuple[str, ...]
    title_end: int
    title_name: tuple[int, int] | None
    title_key: str
    title_tokens: int
    form_count: Mapping[str, int]
    form_class: Mapping[str, str]
    own_sentences: frozenset[int]
    introducing: frozenset[int]
    part_sentences: frozenset[int]
    own_classes: Mapping[str, int]
    verb_distances: Sequence[int | None]


def gather(doc: Doc, lexicon: Lexicon) -> Signals:
    """Return the signals of a document whose sentences are set."""
    text = doc.text
    listed = tuple(lexicon.names(text))
    generic = tuple(lexicon.generic(text))
    definitions = tuple(find_definitions(text))
    title_end = max(text.find("\n\n"), 0)
    name = title_name(text[:title_end]) if title_end else None
    words = tuple("¶" if t.is_space else t.lower_ for t in doc)
    tags = [""] * len(doc)
    for match in listed:
        cls = lexicon.concepts[match.key].cls
        for n, index in enumerate(_tokens(doc, match.start, match.end)):
            tags[index] = ("I-" if n else "B-") + cls
    forms = _forms(doc)
    numbers = _sentence_numbers(doc)
    distances = lexicon.cues.verb_distances(words)
    return Signals(
        text=text, words=words, sentences=numbers, listed=listed, generic=generic, listed_tags=tuple(tags),
        generic_tokens=frozenset(i for m in generic for i in _tokens(doc, m.start, m.end)),
        definitions=definitions, definition_tags=_definition_tags(doc, definitions), title_end=title_end,
        title_name=name, title_key=fold(text[slice(*name)]) if name else "",
        title_tokens=sum(t.idx < title_end for t in doc),
        form_count={w: len(at) for w, at in forms.items()}, form_class=_form_classes(forms, words, lexicon.cues),
        own_sentences=frozenset(n for w, n in zip(words, numbers, strict=True) if w in lexicon.cues.own),
        introducing=frozenset(n for n, distance in zip(numbers, distances, strict=True) if distance == 0),
        part_sentences=frozenset(n for w, n in zip(words, numbers, strict=True) if w in lexicon.cues.parts),
        own_classes=Counter(c for i in range(len(words)) if (c := lexicon.cues.own_class(words, i))),
        verb_distances=distances)


def _tokens(doc: Doc, start: int, end: int) -> range:
    span = doc.char_span(start, end, alignment_mode="expand")
    return range(span.start, span.end) if span is not None else range(0)


def _sentence_numbers(doc: Doc) -> tuple[int, ...]:
    numbers, current = [], -1
    for token in doc:
        current += bool(token.is_sent_start) or current < 0
        numbers.append(current)
    return tuple(numbers)


def _definition_tags(doc: Doc, definitions: Sequence[Definition]) -> tuple[str, ...]:
    tags = [""] * len(doc)
    for found in definitions:
        for start, end, tag in ((found.long_start, found.long_end, "L"), (found.short_start, found.short_end, "S")):
            for index in _tokens(doc, start, end):
                tags[index] = tag
    return tuple(tags)


def _forms(doc: Doc) -> dict[str, list[int]]:
    """Return the positions of each token form that looks like a name (a capital or a digit in it)."""
    forms: dict[str, list[int]] = defaultdict(list)
    for token in doc:
        if any(c.isupper() or c.isdigit() for c in token.text):
            forms[token.text].append(token.i)
    return forms


def _form_classes(forms: Mapping[str, Sequence[int]], words: Sequence[str], cues: Cues) -> dict[str, str]:
    """Return the class that a definition anywhere in the text gives to a form."""
    classes: dict[str, str] = {}
    for form, positions in forms.items():
        for at in positions:
            named = cues.head_before(words, at) if cues.is_named(words, at) else None
            cls = cues.defined_class(words, at + 1) or named
            if cls:
                classes[form] = cls
                break
    return classes
