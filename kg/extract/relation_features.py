"""What a text shows about a pair of entities: names of features that the weights of the ranker know.

A feature is a string; a pair has a set of them. Those that say something about one mention of the object come
with that mention, so that the one that speaks most for a relation becomes its evidence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.extract.relation_scene import Scene, Sentence, list_bounds
from kg.model import Entity
from kg.ontology import Ontology

_REACH = 12
"""Items to the left of an object in which a cue counts."""
_BAG_LEFT, _BAG_RIGHT = 8, 5
_TOKEN = re.compile(r"\w+(?:['’.]\w+)*|[^\w\s]")
_NAME_PART = re.compile(r"[A-Za-z]+")
_DESCRIBED = 5
"""Items before an object that can describe it."""
_GOVERNORS = frozenset(
    {
        "on",
        "in",
        "with",
        "to",
        "for",
        "of",
        "by",
        "over",
        "than",
        "from",
        "into",
        "via",
        "using",
        "through",
        "upon",
        "within",
        "across",
        "as",
        "like",
        "against",
        "and",
        "(",
        ",",
        ":",
        "between",
        "under",
        "atop",
        "versus",
        "vs",
        "inside",
        "without",
        "unlike",
        "including",
        ".",
    }
)
_ENDING = re.compile(r"(?:ations?|ing|ed|es|s|e|ions?)$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase found in a sentence: positions of its items, what it is and the properties or lists it stands for."""

    start: int
    end: int
    phrase: str
    names: tuple[str, ...]


class Phrases:
    """Phrases with the names they stand for, matched on sequences of words."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        table: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._spelling: dict[tuple[str, ...], str] = {}
        for phrase, name in phrases:
            words = tuple(_TOKEN.findall(phrase))
            table[words].add(name)
            self._spelling[words] = min(phrase, self._spelling.get(words, phrase))
        self._table = {words: tuple(sorted(names)) for words, names in table.items()}
        self._longest: dict[str, int] = {}
        for words in self._table:
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def __call__(self, words: Sequence[str]) -> Iterator[Cue]:
        """Yield the longest phrase at each position, from left to right."""
        at = 0
        while at < len(words):
            for size in range(min(self._longest.get(words[at], 0), len(words) - at), 0, -1):
                key = tuple(words[at : at + size])
                if key in self._table:
                    yield Cue(at, at + size, self._spelling[key], self._table[key])
                    at += size - 1
                    break
            at += 1


@dataclass(frozen=True, slots=True)
class Spot:
    """One mention of an object: sentence, position, the bounds of its enumeration, and what it shows."""

    sentence: int
    at: int
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Subject and object as indexes into the entities (``PAPER_INDEX``: the paper), with all features."""

    subject: int
    object: int
    features: frozenset[str]
    spots: tuple[Spot, ...]


PAPER_INDEX = -1
"""The subject of a pair whose subject is the paper."""
_LISTS = ("prior-work", "example-marker", "contrast", "evaluation")


class Features:
    """Reads pairs out of scenes by the cues and word lists of an ontology."""

    def __init__(self, ontology: Ontology) -> None:
        relations = ontology.relations()
        self.own = ontology.words("own-work")
        self.auxiliary = ontology.words("auxiliary")
        self._after = Phrases((cue, p.name) for p in relations for cue in p.cues)
        self._before = Phrases((cue.lstrip("-"), p.name) for p in relations for cue in p.inverse_cues)
        self._lists = Phrases((word, name) for name in _LISTS for word in ontology.words(name))

    def cues(self, sentence: Sentence) -> list[Cue]:
        """Return the cues of a sentence, by position."""
        return list(self._after(sentence.words))

    def inverse_cues(self, sentence: Sentence) -> list[Cue]:
        """Return the inverse cues of a sentence, by position."""
        return list(self._before(sentence.words))

    def markers(self, sentence: Sentence) -> list[Cue]:
        """Return the words of a sentence that mark prior work, examples, contrast and the like."""
        return list(self._lists(sentence.words))

    def pairs(self, scene: Scene) -> tuple[list[Pair], list[Pair]]:
        """Return the pairs of a scene: those with the authors' work as subject, and those without.

        The first are one for each entity; with its main artefact, the work is the paper. The others are the ordered
        pairs of entities that share a sentence.
        """
        reader = _Reader(self, scene)
        shared = sorted(
            {
                (a.entity, b.entity)
                for s in scene.sentences
                if s.zone != "title"
                for a in s.items
                for b in s.items
                if a.entity >= 0 <= b.entity and a.entity != b.entity and a.entity != scene.main
            }
        )
        named = [
            reader.named_pair(subject, target) for subject, target in shared if scene.entities[subject].cls != "Metric"
        ]
        return [reader.own_pair(index) for index in range(len(scene.entities))], named


class _Reader:
    """Features of the pairs of one scene; what several pairs need is computed once."""

    def __init__(self, features: Features, scene: Scene) -> None:
        self.scene, self.own, self.auxiliary = scene, features.own, features.auxiliary
        self.cues = [features.cues(s) for s in scene.sentences]
        self.inverse = [features.inverse_cues(s) for s in scene.sentences]
        self.markers = [features.markers(s) for s in scene.sentences]
        self.places: Mapping[int, list[tuple[int, int]]] = _places(scene)

    def own_pair(self, index: int) -> Pair:
        entity = self.scene.entities[index]
        spots = tuple(Spot(s, at, tuple(sorted(self._spot(s, at, index)))) for s, at in self.places.get(index, ()))
        shown = {f for spot in spots for f in spot.features}
        shown |= set(self._document(index))
        cls = entity.cls
        subject = self.scene.main if self.scene.main != index else PAPER_INDEX
        return Pair(subject, index, frozenset({*shown, *(f"{cls}|{f}" for f in shown), f"cls={cls}"}), spots)

    def _document(self, index: int) -> Iterator[str]:
        scene, entity = self.scene, self.scene.entities[index]
        main = scene.entities[scene.main] if scene.main >= 0 else None
        zones = [scene.sentences[s].zone for s, _ in self.places.get(index, ())]
        yield f"subject={main.cls if main else 'paper'}"
        yield f"mentions={min(len(zones), 4)}"
        yield "zones=" + ",".join(sorted(set(zones)))
        yield from (f"first={zones[0]}", f"last={zones[-1]}") if zones else ()
        yield f"new={'main' if index == scene.main else index in scene.new}"
        yield f"alike={min(sum(e.cls == entity.cls for e in scene.entities), 5)}"
        yield from (f"name={part.lower().rstrip('s')}" for part in _NAME_PART.findall(entity.name))
        yield f"whole={entity.name.lower()}"
        if main is not None:
            yield f"kin={_kin(main, entity)}"
        yield from (f"other={cls}" for cls in {e.cls for i, e in enumerate(scene.entities) if i != index})

    def _spot(self, number: int, at: int, index: int) -> Iterator[str]:
        sentence = self.scene.sentences[number]
        words = sentence.words
        first, last = list_bounds(sentence, at, self.scene.entities)
        zone = "t" if sentence.zone == "title" else ""
        left, right = [w for w in words[:first] if w not in self.auxiliary], words[last + 1 :]
        for size in (1, 2, 3):
            if len(left) >= size:
                yield f"{zone}l{size}=" + " ".join(map(stem, left[-size:]))
            if size < 3 and len(right) >= size:
                yield f"{zone}r{size}=" + " ".join(map(stem, right[:size]))
        if zone:
            yield f"tpos={min(at, 3)}"
            return
        later = "end" if number == len(self.scene.sentences) - 1 else "mid"
        yield f"at={sentence.index if sentence.index < 3 else later}"
        yield f"list={min(last - first, 1)}"
        yield from (f"bl={word}" for word in set(map(stem, left[-_BAG_LEFT:])))
        link = _link(left)
        yield f"link={link}"
        yield from (f"bl={word}~{link}" for word in set(map(stem, left[-_BAG_LEFT:])) if word.isalpha())
        yield from (f"br={word}" for word in set(map(stem, right[:_BAG_RIGHT])))
        yield from self._cue_features(number, first, last)
        yield from self._sentence_features(number, first, last)

    def _cue_features(self, number: int, first: int, last: int) -> Iterator[str]:
        before = [c for c in self.cues[number] if first - _REACH <= c.start and c.end <= first]
        for rank, cue in enumerate(reversed(before[-2:])):
            near = "near" if first - cue.end <= 2 else "far"
            yield f"cue{rank}={cue.phrase}"
            yield from (f"cue{rank}@{name}/{near}" for name in cue.names)
        after = [c for c in self.inverse[number] if last < c.start <= last + 3]
        for cue in after[:1]:
            yield from (f"inv@{name}" for name in cue.names)
            yield f"inv={cue.phrase}"
        further = [c for c in self.cues[number] if last < c.start <= last + 6]
        for cue in further[:1]:
            yield f"next={cue.phrase}"
        for cue in self.markers[number]:
            side = "<" if cue.end <= first else ">"
            near = "near" if 0 <= first - cue.end <= 3 else "far"
            yield from (f"mark{side}{near}={name}" for name in cue.names)
            if side == "<" and near == "near":
                yield f"markw={cue.phrase}"

    def _sentence_features(self, number: int, first: int, last: int) -> Iterator[str]:
        sentence = self.scene.sentences[number]
        words = sentence.words
        yield f"zone={sentence.zone}"
        own = [at for at, word in enumerate(words) if word in self.own or word in {"<own>", "<new>"}]
        before = [at for at in own if at < first]
        yield f"own={'before' if before else 'after' if own else 'none'}"
        if before:
            yield f"ownw={words[before[-1]]}"
        yield f"start={words[0]}"
        yield f"numbers={min(sum(w in {'0x', '0%', '×', '%'} for w in words), 2)}"
        yield f"0left={any(w[:1] == '0' for w in words[max(0, first - 4) : first])}"
        yield f"0right={any(w[:1] == '0' for w in words[last + 1 : last + 5])}"
        yield from (f"sl={w}" for w in {w for w in words[:first] if w.startswith("<")})
        yield from (f"sr={w}" for w in {w for w in words[last + 1 :] if w.startswith("<")})
        said = [c for c in self.cues[number] if before and before[-1] < c.start and c.end <= first]
        if said:
            yield f"said={said[0].phrase}"
            yield from (f"said@{name}" for name in said[0].names)
        if before:
            verbs = (w for w in words[before[-1] + 1 :] if w.isalpha() and w not in self.auxiliary)
            yield f"verb={stem(next(verbs, ''))}"

    def named_pair(self, subject: int, target: int) -> Pair:
        entities = self.scene.entities
        kinds = f"{entities[subject].cls}>{entities[target].cls}"
        spots = []
        for number, sentence in enumerate(self.scene.sentences):
            for at in sentence.places(target) if sentence.zone != "title" else ():
                near = min(sentence.places(subject), key=lambda s: (abs(s - at), s), default=None)
                if near is not None:
                    spots.append(Spot(number, at, tuple(sorted(self._between(number, near, at)))))
        shown = {f for spot in spots for f in spot.features}
        shown |= {
            f"kin={_kin(entities[subject], entities[target])}",
            f"snew={subject in self.scene.new}",
            f"tnew={target in self.scene.new}",
            f"tmain={target == self.scene.main}",
            f"paper={self.scene.main < 0}",
            f"shared={min(len(spots), 3)}",
        }
        return Pair(
            subject, target, frozenset({*shown, *(f"{kinds}|{f}" for f in shown), f"kinds={kinds}"}), tuple(spots)
        )

    def _between(self, number: int, subject: int, target: int) -> Iterator[str]:
        sentence = self.scene.sentences[number]
        words = sentence.words
        forward = subject < target
        low, high = (subject, target) if forward else (target, subject)
        gap = words[low + 1 : high]
        side = ">" if forward else "<"
        yield f"order={side}"
        yield f"zone={sentence.zone}"
        yield f"gap={side}{min(len(gap), 8)}"
        if len(gap) <= 4:
            yield f"text={side}" + " ".join(gap)
        yield from (f"w={side}{word}" for word in set(map(stem, gap)))
        yield f"ml={sum(w.startswith('<') for w in gap) and 1}"
        same = list_bounds(sentence, target, self.scene.entities)
        yield f"inlist={same[0] <= subject <= same[1]}"
        cues = [c for c in self.cues[number] if low < c.start and c.end <= high]
        for cue in cues[-1:]:
            yield f"cue={side}{cue.phrase}"
            yield from (f"cue@{side}{name}" for name in cue.names)
        behind = [c for c in self.inverse[number] if low < c.start and c.end <= high]
        yield from (f"inv@{side}{name}" for c in behind for name in c.names)
        yield f"sl1={words[subject - 1] if subject else ''}"
        yield f"tl1={words[target - 1] if target else ''}"
        yield f"sr1={words[subject + 1] if subject + 1 < len(words) else ''}"
        yield f"tr1={words[target + 1] if target + 1 < len(words) else ''}"
        yield f"sstart={subject <= 1}"
        yield from (
            f"mark={side}{name}" for c in self.markers[number] if low < c.start and c.end <= high for name in c.names
        )
        yield f"ownbefore={any(w in self.own or w == '<own>' for w in words[:low])}"


def _places(scene: Scene) -> dict[int, list[tuple[int, int]]]:
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, sentence in enumerate(scene.sentences):
        for at, item in enumerate(sentence.items):
            if item.entity >= 0:
                places[item.entity].append((number, at))
    return places


def _kin(one: Entity, other: Entity) -> str:
    """Return how the names of two entities contain each other, ``none`` where they do not.

    ``holds`` means that a name of ``one`` has a whole name of ``other`` in it, ``within`` the reverse, ``word``
    that they share a word.
    """
    ours, theirs = _names(one), _names(other)
    if any(_contains(a, b) for a in ours for b in theirs):
        return "holds"
    if any(_contains(b, a) for a in ours for b in theirs):
        return "within"
    shared = {w for a in ours for w in a.split()} & {w for b in theirs for w in b.split()}
    return "word" if any(len(w) > 2 for w in shared) else "none"


def _link(left: Sequence[str]) -> str:
    """Return the nearest word to the left that can govern an object: past articles and describing words."""
    return next((w for w in reversed(left[-_DESCRIBED:]) if w in _GOVERNORS), "")


def _names(entity: Entity) -> list[str]:
    return sorted(
        {" ".join(_NAME_PART.findall(m)).casefold() for m in (entity.name, *(m.text for m in entity.mentions))} - {""}
    )


def _contains(whole: str, part: str) -> bool:
    return len(part) > 2 and part in whole and part != whole


def stem(word: str) -> str:
    """Return a word without its commonest endings, so that forms of one verb meet; masks and short words stay.

    >>> stem("extending") == stem("extends") == stem("extended")
    True
    """
    if len(word) <= 4 or word.startswith("<"):
        return word
    bare = _ENDING.sub("", word)
    return bare if len(bare) >= 3 else word
