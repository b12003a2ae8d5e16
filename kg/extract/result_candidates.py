"""What a number may be about: its possible metrics, subjects, baselines and conditions, each with its features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.result_features import Site, between, bucket, kind, symbol
from kg.extract.result_scene import METRIC, Sentence, runs

SPEEDUP = "speedup"
OWN = ""
NOTHING = ""
SUBJECTS = ("System", "Model", "Method", "Hardware")
CONDITIONS = ("Hardware", "Model", "Dataset")
_BETWEEN = 4
_PHRASE = 12
_FAR = 6


@dataclass(frozen=True)
class Candidate:
    """A possible part of a result: a name or phrase, where it stands (-1 where nowhere) and its features."""

    value: str
    start: int
    end: int
    features: Sequence[str]


def _relation(site: Site, sentence: Sentence, n: int) -> Iterator[str]:
    """Yield how a place of the same sentence lies to the number."""
    side = "<" if n < site.place else ">"
    inner = between(site.scene, sentence, n, site.place)
    distance = bucket(len(inner))
    numbers = sum(i.startswith("Q") for i in inner)
    breaks = sum(i in (";", "while", "whereas", "but", ":") for i in inner)
    commas = sum(i in (",", "and", ")") for i in inner)
    yield f"{side}d={distance}"
    yield f"{side}d={distance} u={site.unit}"
    yield f"{side}numbers={min(numbers, 3)}"
    yield f"{side}breaks={min(breaks, 2)}"
    yield f"{side}commas={min(commas, 3)}"
    if len(inner) <= _BETWEEN:
        yield f"{side}path={' '.join(inner)}"
        yield f"{side}path={' '.join(inner)} u={site.unit}"
    else:
        ends = (inner[0], inner[-1])
        yield f"{side}ends={' '.join(ends)}"
    words = site.scene.words.classes
    for cls in sorted({c for i in range(min(n, site.place) + 1, max(n, site.place)) for c in words.get(sentence.lowered[i], ())}):
        yield f"{side}over={cls}"
    a_rank, a_length = site.rank
    if a_length > 1:
        yield f"list={min(a_length, 3)} {side}numbers={min(numbers, 3)}"


def _aligned(site: Site, sentence: Sentence, n: int, places: Sequence[int]) -> Iterator[str]:
    """Yield how the ranks of a name and of the number in their lists agree."""
    rank, length = site.rank
    other_rank, other_length = runs(sentence, places).get(n, (0, 1))
    side = "<" if n < site.place else ">"
    if length > 1 or other_length > 1:
        same = "same" if rank == other_rank else "other"
        lengths = "equal" if length == other_length else f"{min(length, 3)}:{min(other_length, 3)}"
        yield f"{side}rank={same} {lengths}"
        yield f"rank={same} {lengths} respectively={'respectively' in sentence.lowered}"


def metrics(site: Site) -> list[Candidate]:
    """Return the possible metrics: those of the sentence, those named elsewhere, plain speed-up, and phrases."""
    scene, sentence = site.scene, site.sentence
    found = [_speedup(site)]
    places = sentence.names([METRIC])
    best: dict[int, int] = {}
    for n in places:
        ref = sentence.items[n].ref
        if ref not in best or abs(n - site.place) < abs(best[ref] - site.place):
            best[ref] = n
    order = {n: k for k, n in enumerate(sorted(best.values(), key=lambda n: abs(n - site.place)))}
    lefts = [n for n in sorted(best.values(), reverse=True) if n < site.place]
    rights = [n for n in sorted(best.values()) if n > site.place]
    for ref, entity in enumerate(scene.entities):
        if entity.cls != METRIC:
            continue
        features = [*_of_metric(site, ref)]
        start = end = -1
        if ref in best:
            n = best[ref]
            near = (lefts if n < site.place else rights).index(n)
            features += ["here", f"order={min(order[n], 3)}", f"order={min(order[n], 3)} of {min(len(order), 3)}", f"{'<' if n < site.place else '>'}near={min(near, 2)}",
                         *_relation(site, sentence, n), *_aligned(site, sentence, n, places), *_rival(site, sentence, n)]
            start, end = sentence.items[n].start, sentence.items[n].end
        else:
            features += _elsewhere(site, ref, present=bool(best))
        if scene.unit_metrics.get(site.number) == ref:
            features.append("in unit")
            start, end = site.quantity.start, site.quantity.end
        found.append(Candidate(entity.name, start, end, features))
    return found


def _speedup(site: Site) -> Candidate:
    scene, sentence = site.scene, site.sentence
    features = ["speedup", f"speedup u={site.unit}", f"speedup form={site.quantity.form}"]
    near = [n for n in range(len(sentence.items)) if "SPEED" in scene.words.classes.get(sentence.lowered[n], ())]
    if not near:
        features.append("speedup unsaid")
        features.append(f"speedup unsaid u={site.unit} R={kind(scene, sentence, site.place + 1)}")
        return Candidate(SPEEDUP, -1, -1, features)
    n = min(near, key=lambda n: (abs(n - site.place), n))
    features += [f"speedup {f}" for f in _relation(site, sentence, n)]
    features += [f"speedup next={symbol(sentence, n + 1)}", f"speedup word={sentence.lowered[n]}", f"speedup word={sentence.lowered[n]} next={symbol(sentence, n + 1)}"]
    if any(symbol(sentence, k) == f"<{METRIC}>" for k in (n + 1, n + 2)):
        features.append("speedup then metric")
    return Candidate(SPEEDUP, sentence.items[n].start, sentence.items[n].end, features)


def _of_metric(site: Site, ref: int) -> Iterator[str]:
    entity = site.scene.entities[ref]
    words = entity.name.lower().replace("-", " ").split()
    low = site.scene.is_low(entity.name, entity.concept)
    yield "metric"
    yield f"u={site.unit}"
    yield f"u={site.unit} low={low}"
    yield f"u={site.unit} m={words[-1] if words else ''}"
    if site.unit == "unit":
        yield f"unit={site.quantity.unit.lower()} m={words[-1] if words else ''}"
        yield f"unit={site.quantity.unit.lower()} low={low}"
    said = {w for w in site.quantity.unit.lower().replace("/", " ").split() if len(w) > 1}
    if said & set(words):
        yield "shares words with unit"
    if entity.name.lower() in ("performance", "quality", "efficiency"):
        yield "vague"


def _elsewhere(site: Site, ref: int, *, present: bool) -> Iterator[str]:
    """Yield where a metric that this sentence does not name stands."""
    scene = site.scene
    sentences = sorted({s for s, _ in scene.places.get(ref, ())})
    metrics = [i for i, e in enumerate(scene.entities) if e.cls == METRIC]
    before = [s for s in sentences if s < site.sentence.index]
    distance = site.sentence.index - before[-1] if before else 9
    yield f"away present={present}"
    yield f"away d={min(distance, 3)} present={present}"
    yield f"away only={len(metrics) == 1} present={present}"
    yield f"away often={min(len(scene.places.get(ref, ())), 3)}"
    yield f"away u={site.unit} R={kind(scene, site.sentence, site.place + 1)}"
    yield f"away L={kind(scene, site.sentence, site.place - 1)} u={site.unit}"


def _rival(site: Site, sentence: Sentence, n: int) -> Iterator[str]:
    """Yield whether another number is nearer to a metric than this one, and how it touches it."""
    here = abs(n - site.place)
    others = [m for m in sentence.numbers if m != site.place]
    nearer = [m for m in others if abs(n - m) < here]
    yield f"rivals={min(len(nearer), 2)}"
    across = [m for m in others if (m < n) != (site.place < n)]
    if across:
        rival = min(across, key=lambda m: abs(m - n))
        path = between(site.scene, sentence, n, rival)
        if len(path) <= 2:  # noqa: PLR2004
            yield f"taken={' '.join(path)}"
        yield f"across={'nearer' if abs(rival - n) < here else 'farther'}"


def subjects(site: Site) -> list[Candidate]:
    """Return the possible subjects: the authors' own work, and each artefact that the sentence names."""
    scene, sentence = site.scene, site.sentence
    names = sentence.names()
    has_own = any(sentence.items[n].symbol == "<I>" for n in names)
    said = any("OWN" in scene.words.classes.get(w, ()) for w in sentence.lowered[: site.place])
    found = [Candidate(OWN, -1, -1, ["own", f"own named={has_own} said={said}", f"own introduces={bool(scene.owned)}",
                                     f"own title={sentence.index == 0}", f"own any={bool(names)}"])]
    best: dict[int, int] = {}
    for n in names:
        ref = sentence.items[n].ref
        entity = scene.entities[ref]
        if entity.cls != METRIC and (entity.cls in SUBJECTS or ref in scene.owned):
            if ref not in best or abs(n - site.place) < abs(best[ref] - site.place):
                best[ref] = n
    for order, (ref, n) in enumerate(sorted(best.items(), key=lambda p: p[1])):
        item, entity = sentence.items[n], scene.entities[ref]
        label = "I" if ref in scene.owned else entity.cls
        shape = [f"{label}", f"main={bool(scene.owned) and scene.owned[0] == ref}", f"{label} first={order == 0}", f"{label} named={has_own}",
                 f"{label} introduces={bool(scene.owned)} named={has_own} said={said}", f"L={kind(scene, sentence, n - 1)}", f"R={kind(scene, sentence, n + 1)}",
                 f"{label} L={kind(scene, sentence, n - 1)}", f"{label} R={kind(scene, sentence, n + 1)}", f"{label} start={min(n, 4)}",
                 f"{label} LL={kind(scene, sentence, n - 2)} {kind(scene, sentence, n - 1)}"]
        near = [f"{'I' if label == 'I' else 'other'} {f}" for f in (*_relation(site, sentence, n), *_aligned(site, sentence, n, names))]
        found.append(Candidate(entity.name, item.start, item.end, shape + near))
    return found


def baselines(site: Site) -> list[Candidate]:
    """Return the possible baselines: none, and the names and phrases behind each marker of a comparison."""
    scene, sentence = site.scene, site.sentence
    markers = list(_markers(sentence, scene.words.baselines))
    quiet = [f"none u={site.unit}", f"none markers={min(len(markers), 2)}"]
    quiet += [f"none marker {m}" for m in sorted({' '.join(sentence.lowered[a:b]) for a, b in markers if b - a > 1 or sentence.lowered[a] in ('than', 'over', 'outperforms')})]
    quiet += [f"none R={kind(scene, sentence, site.place + 1)} u={site.unit}", f"none L={kind(scene, sentence, site.place - 1)} u={site.unit}",
              f"none RR={kind(scene, sentence, site.place + 1)} {kind(scene, sentence, site.place + 2)}"]
    found = [Candidate(NOTHING, -1, -1, quiet)]
    for first, last in markers:
        end = _phrase_end(site, sentence, last)
        if end > last:
            found += _of_marker(site, sentence, (first, last, end))
    previous = scene.sentences[site.sentence.index - 1] if site.sentence.index > 1 else None
    if previous is not None:
        found += _from_before(site, previous)
    return found


def _from_before(site: Site, previous: Sentence) -> Iterator[Candidate]:
    """Yield the baselines of the sentence before, which may go on to hold."""
    for first, last in _markers(previous, site.scene.words.baselines):
        end = _phrase_end(site, previous, last)
        marker = " ".join(previous.lowered[first:last])
        if end > last and marker not in ("of", "from", "of the", "over", "than the"):
            for value, start, stop, label in _values(site, previous, last, end):
                yield Candidate(value, start, stop, ["before", f"before {label}", f"before u={site.unit}", f"before marker={marker}"])


def _markers(sentence: Sentence, known: object) -> Iterator[tuple[int, int]]:
    """Yield the places of the markers of a comparison, the longest at each."""
    phrases: dict[str, int] = known  # type: ignore[assignment]
    n, items = 0, sentence.lowered
    while n < len(items):
        size = next((k for k in (4, 3, 2, 1) if " ".join(items[n : n + k]) in phrases), 0)
        if size and len(items[n : n + size]) == size:
            yield n, n + size
        n += size or 1


def _phrase_end(site: Site, sentence: Sentence, start: int) -> int:
    """Return the place behind the phrase that starts at ``start``."""
    n = start
    while n < len(sentence.items) and n - start < _PHRASE:
        item = sentence.items[n]
        shown = item.symbol
        if item.kind == "q" or shown in site.scene.words.phrase_ends or (item.kind == "p" and shown not in "-–/'’\"&" and not _inner_comma(sentence, n)):
            break
        if shown == "and" and "UP" in site.scene.words.classes.get(symbol(sentence, n + 1), ()):
            break
        n += 1
    while n > start and sentence.lowered[n - 1] in ("and", "or", ",", "the", "a"):
        n -= 1
    return n


def _inner_comma(sentence: Sentence, n: int) -> bool:
    """Whether a comma stands between two names."""
    return sentence.lowered[n] == "," and symbol(sentence, n - 1).startswith("<") and symbol(sentence, n + 1).startswith(("<", "and"))


def _of_marker(site: Site, sentence: Sentence, span: tuple[int, int, int]) -> Iterator[Candidate]:
    first, last, end = span
    scene = site.scene
    marker = " ".join(sentence.lowered[first:last])
    side = "<" if first < site.place else ">"
    shared = [f"marker={marker}", f"{side}marker={marker}", f"{side}marker={marker} u={site.unit}", *(f"m{f}" for f in _relation(site, sentence, first))]
    shared.append(f"marker={marker} before={kind(scene, sentence, first - 1)}")
    inner = [n for n in range(min(first, site.place) + 1, max(first, site.place))]
    shared.append(f"{side}other markers={min(sum(sentence.lowered[n] in ('over', 'than', 'versus', 'compared') for n in inner), 2)}")
    for value, start, stop, label in _values(site, sentence, last, end):
        extra = []
        places = [n for n in range(last, end) if sentence.items[n].kind == "e"]
        at = next((n for n in places if sentence.items[n].start == start), -1)
        if label.startswith("name") and at >= 0:
            extra = [*(f"n{f}" for f in _aligned(site, sentence, at, places))]
        head = sentence.items[end - 1].symbol
        extra += [f"{label} marker={marker}", f"{label} head={head}", f"{label} first={sentence.items[last].symbol}",
                  f"{label} second={symbol(sentence, last + 1) if last + 1 < end else ''}"]
        yield Candidate(value, start, stop, [label, *shared, *extra])


def _values(site: Site, sentence: Sentence, start: int, end: int) -> Iterator[tuple[str, int, int, str]]:
    """Yield the phrase and each name in it, with what kind of candidate it is."""
    items = sentence.items[start:end]
    names = [i for i in items if i.kind == "e" and i.symbol != f"<{METRIC}>"]
    others = sum(i.kind == "w" for i in items)
    shape = f"names={min(len(names), 3)} words={min(others, 4)}"
    yield _stripped(site, sentence, start, end), items[0].start, items[-1].end, f"phrase {shape}"
    for item in names:
        edge = "last" if item is items[-1] else "first" if item is items[0] else "inner"
        owned = "I" if item.ref in site.scene.owned else "E"
        yield site.scene.entities[item.ref].name, item.start, item.end, f"name {owned} {edge} {shape}"


def _stripped(site: Site, sentence: Sentence, start: int, end: int) -> str:
    first = start + 1 if sentence.lowered[start] in ("the", "a", "an") and end - start > 1 else start
    return site.scene.text[sentence.items[first].start : sentence.items[end - 1].end]


def conditions(site: Site, subject: str, baseline: str | None) -> list[Candidate]:
    """Return the possible conditions, in text order: hardware, models and data, subject and baseline left out."""
    scene = site.scene
    found = []
    for ref, entity in enumerate(scene.entities):
        if entity.cls in CONDITIONS and entity.name not in (subject, baseline):
            found.append(_condition(site, ref, baseline))
    return sorted(found, key=lambda c: (c.start, c.value))


def _condition(site: Site, ref: int, baseline: str | None) -> Candidate:
    scene, sentence, entity = site.scene, site.sentence, site.scene.entities[ref]
    places = scene.places.get(ref, [])
    cls = "I" + entity.cls if ref in scene.owned else entity.cls
    peers = sum(e.cls == entity.cls for e in scene.entities)
    shape = [cls, f"{cls} peers={min(peers, 4)}", f"{cls} often={min(len(places), 4)}", f"{cls} count={entity.count is not None}", f"{cls} baseline={baseline is not None}"]
    inside = bool(baseline) and entity.name in str(baseline)
    if inside:
        shape.append("inside baseline")
    here = [n for s, n in places if s == sentence.index]
    if here:
        n = min(here, key=lambda n: (abs(n - site.place), n))
        names = sentence.names([entity.cls])
        prep = _preposition(site, sentence, n)
        shape += [f"{cls} here", f"prep={prep}", f"{cls} prep={prep}", f"{cls} L={kind(scene, sentence, n - 1)}", f"R={kind(scene, sentence, n + 1)}"]
        shape += [f"{cls} {f}" for f in _relation(site, sentence, n)] + list(_aligned(site, sentence, n, names))
        return Candidate(entity.name, sentence.items[n].start, sentence.items[n].end, shape)
    shape += _beyond(site, cls, places)
    start, end = entity.mentions[0].start, entity.mentions[0].end
    return Candidate(entity.name, start, end, shape)


def _beyond(site: Site, cls: str, places: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield how a name that this sentence does not hold stands in the others."""
    scene, at = site.scene, site.sentence.index
    rivals = any(site.sentence.items[n].symbol == f"<{cls}>" for n in site.sentence.names())
    yield f"{cls} away rivals={rivals}"
    if not places:
        return
    nearest = min(places, key=lambda p: (abs(p[0] - at), p))
    other = scene.sentences[nearest[0]]
    yield f"{cls} away d={max(-_FAR, min(_FAR, nearest[0] - at))}"
    yield f"{cls} away title={places[0][0] == 0}"
    prep = _preposition(site, other, nearest[1])
    yield f"{cls} away prep={prep}"
    yield f"{cls} away L={kind(scene, other, nearest[1] - 1)}"
    results = any(i.symbol in ("Q%", "Qx", "Qpoints") for i in other.items)
    yield f"{cls} away numbers={results} d={max(-2, min(2, nearest[0] - at))}"
    for word in sorted({kind(scene, other, n) for n in range(max(0, nearest[1] - 8), nearest[1])}):
        yield f"{cls} away near {word}"


def _preposition(site: Site, sentence: Sentence, n: int) -> str:
    """Return the nearest word of a condition before a name, within its list."""
    for k in range(n - 1, max(-1, n - 7), -1):
        shown = sentence.lowered[k]
        if shown in site.scene.words.conditions or shown in site.scene.words.baselines:
            return shown
        if shown in (";", "."):
            break
    return "none"
