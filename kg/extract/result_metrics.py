"""The possible metrics of a number: those that the text names, plain speed-up, and phrases near the number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.extract.result_candidates import Candidate, alignment, few, nearest_places, position, precedent, rivalry
from kg.extract.result_phrases import Phrase, phrases
from kg.extract.result_scene import METRIC
from kg.extract.result_sites import Site, kind, symbol

_UNKNOWN = 9


def metrics(site: Site) -> list[Candidate]:
    """Return the possible metrics of a number, speed-up first, then the entities, then phrases in text order."""
    scene = site.scene
    measured = {ref for ref, e in enumerate(scene.entities) if e.cls == METRIC and not _is_speedup(site, e.name)}
    best = {ref: n for ref, n in nearest_places(site).items() if ref in measured}
    found = [_speedup(site)]
    found += [_named(site, ref, best) for ref in sorted(measured)]
    found += [_unnamed(site, phrase, present=bool(best)) for phrase in phrases(site)]
    return [_with_past(site, candidate) for candidate in found]


def _is_speedup(site: Site, name: str) -> bool:
    """Whether a name says no more than plain speed-up, and how it was measured (*average speedups*)."""
    words = site.scene.words
    *lead, last = name.lower().replace("-", " ").split() or [""]
    return "SPEED" in words.classes.get(last, ()) and last not in words.heads and words.qualifiers.issuperset(lead)


def _with_past(site: Site, candidate: Candidate) -> Candidate:
    if not site.past:
        return candidate
    before = site.past[-1][1].metric
    same = "same" if before == candidate.value else "other"
    here = "here" in candidate.features or "speedup" in candidate.features
    return precedent(site, candidate, before).plus([
        f"past {same} {site.link} here={here}",
        f"past {same} L={kind(site.scene, site.sentence, site.place - 1)} {site.link}"])


def _speedup(site: Site) -> Candidate:
    scene, sentence = site.scene, site.sentence
    name = min(scene.words.speedup)
    features = ["speedup", f"speedup u={site.unit}", f"speedup form={site.quantity.form}"]
    near = [n for n, w in enumerate(sentence.lowered) if "SPEED" in scene.words.classes.get(w, ())]
    if not near:
        right = kind(scene, sentence, site.place + 1)
        return Candidate(name, -1, -1, [*features, "speedup unsaid", f"speedup unsaid u={site.unit} R={right}"])
    n = min(near, key=lambda n: (abs(n - site.place), n))
    word, following = sentence.lowered[n], symbol(sentence, n + 1)
    features += [f"speedup {f}" for f in position(site, sentence, n)]
    features += [f"speedup next={following}", f"speedup word={word}", f"speedup word={word} next={following}"]
    if any(symbol(sentence, k) == f"<{METRIC}>" for k in (n + 1, n + 2)):
        features.append("speedup then metric")
    return Candidate(name, sentence.items[n].start, sentence.items[n].end, features)


def _named(site: Site, ref: int, best: Mapping[int, int]) -> Candidate:
    scene, sentence = site.scene, site.sentence
    features = list(_of_metric(site, ref))
    start = end = -1
    if ref in best:
        n = best[ref]
        features += [*_order(site, n, best), *position(site, sentence, n),
                     *alignment(site, sentence, n, sentence.names([METRIC])), *rivalry(site, sentence, n)]
        start, end = sentence.items[n].start, sentence.items[n].end
    else:
        features += _elsewhere(site, ref, present=bool(best))
    if scene.unit_metrics.get(site.number) == ref:
        features.append("in unit")
        start, end = site.quantity.start, site.quantity.end
    return Candidate(scene.entities[ref].name, start, end, features)


def _order(site: Site, n: int, best: Mapping[int, int]) -> Iterator[str]:
    """Yield how many metrics are nearer to the number, on either side and on this one."""
    nearer = few(sum(abs(m - site.place) < abs(n - site.place) for m in best.values()))
    beside = sum(abs(m - site.place) < abs(n - site.place) and (m < site.place) == (n < site.place)
                 for m in best.values())
    yield "here"
    yield f"order={nearer}"
    yield f"order={nearer} of {few(len(best))}"
    yield f"{'<' if n < site.place else '>'}near={few(beside, 2)}"


def _of_metric(site: Site, ref: int) -> Iterator[str]:
    """Yield how the metric's name goes with the unit."""
    entity = site.scene.entities[ref]
    words = entity.name.lower().replace("-", " ").split()
    last = words[-1] if words else ""
    low = site.scene.is_low(entity.name, entity.concept)
    unit = site.quantity.unit.lower()
    yield "metric"
    yield f"u={site.unit}"
    yield f"u={site.unit} low={low}"
    yield f"u={site.unit} m={last}"
    if site.unit == "unit":
        yield f"unit={unit} m={last}"
        yield f"unit={unit} low={low}"
    if {w for w in unit.replace("/", " ").split() if len(w) > 1} & set(words):
        yield "shares words with unit"
    if last in site.scene.words.vague:
        yield "vague"


def _elsewhere(site: Site, ref: int, *, present: bool) -> Iterator[str]:
    """Yield where a metric stands that this sentence does not name."""
    scene = site.scene
    places = scene.places.get(ref, [])
    before = [s for s, _ in places if s < site.sentence.index]
    distance = site.sentence.index - before[-1] if before else _UNKNOWN
    only = sum(e.cls == METRIC for e in scene.entities) == 1
    yield f"away present={present}"
    yield f"away d={few(distance)} present={present}"
    yield f"away only={only} present={present}"
    yield f"away often={few(len(places))}"
    yield f"away u={site.unit} R={kind(scene, site.sentence, site.place + 1)}"
    yield f"away L={kind(scene, site.sentence, site.place - 1)} u={site.unit}"


def _unnamed(site: Site, phrase: Phrase, *, present: bool) -> Candidate:
    scene, sentence = site.scene, site.sentence
    text = scene.text[phrase.start : phrase.end]
    edge = phrase.last - 1 if phrase.first < site.place else phrase.first
    head = sentence.lowered[phrase.last - 1]
    known = head in scene.words.heads
    left, right = kind(scene, sentence, phrase.first - 1), kind(scene, sentence, phrase.last)
    near = list(position(site, sentence, edge))
    features = [
        f"phrase present={present} known={known}", f"phrase size={phrase.last - phrase.first} known={known}",
        f"phrase h={head}", f"phrase u={site.unit} known={known}", f"phrase L={left}", f"phrase R={right}",
        f"phrase R={right} known={known}", f"phrase u={site.unit} h={head}",
        f"phrase u={site.unit} low={scene.is_low(text)}", f"phrase caps={text[1:] != text[1:].lower()} known={known}",
        *(f"phrase {f}" for f in near), *(f"phrase known={known} {f}" for f in near),
        *(f"phrase {f}" for f in rivalry(site, sentence, edge)),
        *(f"phrase w={w}" for w in sorted(set(sentence.lowered[phrase.first : phrase.last])))]
    return Candidate(text, phrase.start, phrase.end, features)
