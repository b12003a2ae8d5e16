"""The possible baselines of a number: none, and the names and phrases behind each marker of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.result_candidates import NOTHING, Candidate, alignment, few, ownership, position, precedent
from kg.extract.result_scene import METRIC, Item, Sentence
from kg.extract.result_sites import Site, kind, symbol

_LONGEST_PHRASE = 12
_LONGEST_MARKER = 4
_LONGEST_BOUND = 5
_CARRIES = frozenset({"by", "("})
_JOINTS = "-–/'’\"&"
_LOOSE_ENDS = frozenset({"and", "or", ",", "the", "a"})
_VERBS = frozenset({"UP", "DOWN", "ACHIEVE", "BEAT", "SPEED"})
_LINKS = frozenset({",", "and", "or", "&"})
_ARTICLES = frozenset({"the", "a", "an"})


@dataclass(frozen=True, slots=True)
class _Marker:
    """A marker and its phrase: places of the marker's first word, of the phrase, behind it, and of its own number.

    ``number`` is -1 where the phrase carries none (*A by 3%*, *A (3%)*).
    """

    first: int
    start: int
    end: int
    number: int
    text: str


def baselines(site: Site) -> list[Candidate]:
    """Return the possible baselines, none first; of the sentence, of the one before, and of the outcome before."""
    scene = site.scene
    markers = list(_markers(site, site.sentence))
    found = [_none(site, markers)]
    for marker in markers:
        found += _of_marker(site, marker)
    if site.depth[0] > 1 and site.sentence.index > 0:
        found += _from_before(site, scene.sentences[site.sentence.index - 1])
    if not site.past:
        return found
    outcome, before = site.past[-1]
    if before.baseline and all(c.value != before.baseline for c in found):
        found.append(Candidate(before.baseline, -1, -1, ["carried", f"carried u={site.unit}"]))
    away = few(site.sentence.index - outcome.sentence.index)
    return [_with_past(site, c, away) for c in found]


def _with_past(site: Site, candidate: Candidate, away: int) -> Candidate:
    before = site.past[-1][1]
    same = "same" if before.baseline == candidate.value else "other"
    some = "none" if not candidate.value else "some"
    return precedent(site, candidate, before.baseline).plus([
        f"past {same} {some} u={site.unit} change={before.change}", f"past {same} {some} away={away}"])


def _none(site: Site, markers: list[_Marker]) -> Candidate:
    right, left = (kind(site.scene, site.sentence, site.place + k) for k in (1, -1))
    features = [f"none u={site.unit}", f"none markers={few(len(markers), 2)}", f"none R={right} u={site.unit}",
                f"none L={left} u={site.unit}", f"none RR={right} {kind(site.scene, site.sentence, site.place + 2)}"]
    features += [f"none marker {m}" for m in sorted({m.text for m in markers} - site.scene.words.faint)]
    return Candidate(NOTHING, -1, -1, features)


def _markers(site: Site, sentence: Sentence) -> Iterator[_Marker]:
    """Yield the markers of a comparison that a phrase follows, the longest at each place."""
    items, known, n = sentence.lowered, site.scene.words.baselines, 0
    while n < len(items):
        size = next((k for k in range(min(_LONGEST_MARKER, len(items) - n), 0, -1)
                     if " ".join(items[n : n + k]) in known), 0)
        if size:
            start, text = _past_determiner(site, sentence, n + size), " ".join(items[n : n + size])
            while start >= 0 and (end := _phrase_end(site, sentence, start)) > start:
                number = _carried(sentence, end)
                yield _Marker(n, start, end, number, text)
                start = _continued(site, sentence, number) if number >= 0 else -1
        n += size or 1


def _past_determiner(site: Site, sentence: Sentence, start: int) -> int:
    """Return where the phrase behind a marker starts: behind words like *all* and *both*."""
    return start + (symbol(sentence, start) in site.scene.words.determiners)


def _carried(sentence: Sentence, end: int) -> int:
    """Return the place of the number that hangs on the phrase before ``end``; -1 where none does."""
    near = (n for n in range(end, min(end + _LONGEST_BOUND, len(sentence.items))) if sentence.items[n].kind == "q")
    return next(near, -1) if symbol(sentence, end) in _CARRIES else -1


def _continued(site: Site, sentence: Sentence, number: int) -> int:
    """Return where the next phrase of a list starts whose items carry their numbers; -1 where the list ends."""
    start = n = number + (2 if symbol(sentence, number + 1) == ")" else 1)
    while symbol(sentence, n) in _LINKS:
        n += 1
    verb = n < len(sentence.items) and not _VERBS.isdisjoint(site.scene.words.classes.get(sentence.lowered[n], ()))
    return n if start < n < len(sentence.items) and not verb else -1


def _phrase_end(site: Site, sentence: Sentence, start: int) -> int:
    """Return the place behind the phrase that starts at ``start``."""
    n = start
    while n < min(len(sentence.items), start + _LONGEST_PHRASE) and not _ends(site, sentence, n):
        n += 1
    while n > start and sentence.lowered[n - 1] in _LOOSE_ENDS:
        n -= 1
    return n


def _ends(site: Site, sentence: Sentence, n: int) -> bool:
    item, words = sentence.items[n], site.scene.words
    if item.kind == "q" or item.symbol in words.phrase_ends:
        return True
    if item.kind == "p":
        return item.symbol not in _JOINTS and not _joins_names(sentence, n)
    following = words.classes.get(symbol(sentence, n + 1), ())
    return item.symbol in words.joints and not _VERBS.isdisjoint(following)


def _joins_names(sentence: Sentence, n: int) -> bool:
    """Whether a comma stands in a list of names: the next one is not the last."""
    if sentence.lowered[n] != "," or not symbol(sentence, n - 1).startswith("<"):
        return False
    following, after = symbol(sentence, n + 1), symbol(sentence, n + 2)
    return (following.startswith("<") and after in _LINKS) or (following in _LINKS and after.startswith("<"))


def _from_before(site: Site, previous: Sentence) -> Iterator[Candidate]:
    """Yield the baselines of the sentence before, which may go on to hold."""
    for marker in _markers(site, previous):
        if marker.text not in site.scene.words.faint:
            for item, label in _values(site, previous, marker):
                yield Candidate(item.symbol, item.start, item.end, [
                    "before", f"before {label}", f"before u={site.unit}", f"before marker={marker.text}"])


def _of_marker(site: Site, marker: _Marker) -> Iterator[Candidate]:
    """Yield the phrase behind a marker and the names in it."""
    sentence = site.sentence
    side = "<" if marker.first < site.place else ">"
    low, high = sorted((marker.first, site.place))
    others = sum(w in site.scene.words.comparisons for w in sentence.lowered[low + 1 : high])
    clear = marker.text not in site.scene.words.faint
    shared = [f"marker={marker.text}", f"{side}marker={marker.text}", f"{side}marker={marker.text} u={site.unit}",
              f"marker={marker.text} before={kind(site.scene, sentence, marker.first - 1)}",
              f"{side}other markers={few(others, 2)}",
              f"{side}clear={clear} opens={marker.first == 0} others={few(others, 2)}",
              f"carries={'none' if marker.number < 0 else 'mine' if marker.number == site.place else 'other'}",
              *(f"m{f}" for f in position(site, sentence, marker.first)),
              *(f"m{f}" for f in ownership(site, sentence, marker.first, ()))]
    for item, label in _values(site, sentence, marker):
        yield Candidate(item.symbol, item.start, item.end, [
            label, *shared, *_shape(sentence, marker, label), *_of_name(site, marker, item)])


def _shape(sentence: Sentence, marker: _Marker, label: str) -> Iterator[str]:
    """Yield what the words of the phrase are."""
    second = sentence.items[marker.start + 1].symbol if marker.start + 1 < marker.end else ""
    yield f"{label} marker={marker.text}"
    yield f"{label} opens={marker.first == 0}"
    yield f"{label} head={sentence.items[marker.end - 1].symbol}"
    yield f"{label} first={sentence.items[marker.start].symbol}"
    yield f"{label} second={second}"
    for word in sorted({i.symbol for i in sentence.items[marker.start : marker.end] if i.kind == "w"}):
        yield f"{label.split()[0]} with {word}"


def _of_name(site: Site, marker: _Marker, item: Item) -> Iterator[str]:
    """Yield how a name of the phrase lies to the number."""
    if item.ref >= 0:
        places = [n for n in range(marker.start, marker.end) if site.sentence.items[n].kind == "e"]
        at = next(n for n in places if site.sentence.items[n].start == item.start)
        for features in (alignment(site, site.sentence, at, places), ownership(site, site.sentence, at, places),
                         position(site, site.sentence, at)):
            yield from (f"n{f}" for f in features)


def _values(site: Site, sentence: Sentence, marker: _Marker) -> Iterator[tuple[Item, str]]:
    """Yield the phrase and each name in it, as items whose symbol is the value, with the kind of each."""
    items = sentence.items[marker.start : marker.end]
    names = [i for i in items if i.kind == "e" and i.symbol != f"<{METRIC}>"]
    shape = f"names={few(len(names))} words={few(sum(i.kind == 'w' for i in items), 4)}"
    first = items[1] if len(items) > 1 and items[0].symbol in _ARTICLES else items[0]
    yield Item("w", site.scene.text[first.start : items[-1].end], first.start, items[-1].end), f"phrase {shape}"
    for item in names:
        edge = "last" if item is items[-1] else "first" if item is items[0] else "inner"
        owned = "I" if item.ref in site.scene.owned else "E"
        name = site.scene.entities[item.ref].name
        yield Item("e", name, item.start, item.end, item.ref), f"name {owned} {edge} {shape}"
