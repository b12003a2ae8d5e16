"""The possible subjects of a number, and the hardware, models and data it may hold for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.extract.document import SURE
from kg.extract.result_candidates import Candidate, alignment, few, nearest_places, ownership, position, precedent
from kg.extract.result_scene import COMPARED, METRIC, Scene, Sentence, runs
from kg.extract.result_sites import Site, kind
from kg.model import PAPER

OWN = ""
"""Value of the subject that stands for the authors' work, unless the sentence names it."""

_CONDITIONS = ("Hardware", "Model", "Dataset")
_FAR = 6
_NEAR = 8
_REACH = 6
_VERB_REACH = 3
_VERBS = frozenset({"ACHIEVE", "BEAT", "UP", "DOWN", "SPEED"})
_HANGS = frozenset({"(", "for", "with", "by", "of", "from"})
_FRACTIONS = frozenset({"Q%", "Qx", "Qpoints"})


def main_subject(scene: Scene) -> str:
    """Return the first artefact that the paper introduces, but for metrics; the paper itself where none is sure."""
    return next((scene.entities[i].name for i in scene.owned
                 if scene.entities[i].cls != METRIC and scene.sure.get(i, 0.0) >= SURE), PAPER)


def subjects(site: Site) -> list[Candidate]:
    """Return the possible subjects: the authors' work first, then each artefact that the sentence names."""
    scene, sentence = site.scene, site.sentence
    names = sentence.names()
    named = any(sentence.items[n].symbol == "<I>" for n in names)
    said = any("OWN" in scene.words.classes.get(w, ()) for w in sentence.lowered[: site.place])
    found = [Candidate(OWN, -1, -1, [
        "own", f"own named={named} said={said}", f"own introduces={bool(scene.owned)}",
        f"own title={site.depth[0] == 0}", f"own any={bool(names)}", *_own_rival(site)])]
    best = {ref: n for ref, n in nearest_places(site).items() if _may_be_subject(scene, ref)}
    for order, (ref, n) in enumerate(sorted(best.items(), key=lambda p: p[1])):
        found.append(_subject(site, ref, n, [f"first={order == 0}", f"named={named}",
                                             f"introduces={bool(scene.owned)} named={named} said={said}"]))
    before = _past_subject(site)
    return [precedent(site, c, before) for c in found]


def _may_be_subject(scene: Scene, ref: int) -> bool:
    cls = scene.entities[ref].cls
    return cls != METRIC and (cls in COMPARED or ref in scene.owned)


def _past_subject(site: Site) -> str:
    """Return the subject of the outcome before: the authors' work where this sentence does not name it."""
    if not site.past:
        return OWN
    before = site.past[-1][1].subject
    is_main = before in (PAPER, main_subject(site.scene))
    named = any(i.ref >= 0 and i.kind == "e" and site.scene.entities[i.ref].name == before for i in site.sentence.items)
    return OWN if is_main and not named else before


def _subject(site: Site, ref: int, n: int, shared: Sequence[str]) -> Candidate:
    scene, sentence = site.scene, site.sentence
    entity, item = scene.entities[ref], sentence.items[n]
    label = "I" if ref in scene.owned else entity.cls
    left, right = kind(scene, sentence, n - 1), kind(scene, sentence, n + 1)
    whose = "I" if label == "I" else "other"
    features = [label, f"main={bool(scene.owned) and scene.owned[0] == ref}", f"L={left}", f"R={right}",
                f"{label} L={left}", f"{label} R={right}", f"{label} start={few(n, 4)}",
                f"{label} LL={kind(scene, sentence, n - 2)} {left}", *(f"{label} {f}" for f in shared),
                *(f"{whose} {f}" for f in position(site, sentence, n)),
                *(f"{whose} {f}" for f in _grammar(site, n)),
                *(f"{whose} {f}" for f in alignment(site, sentence, n, sentence.names()))]
    return Candidate(entity.name, item.start, item.end, features)


def _own_rival(site: Site) -> Iterator[str]:
    """Yield whether something that is not the authors' seems to be what the clause speaks of."""
    sentence, scene = site.sentence, site.scene
    actor = _actor(site)
    whose = "none" if actor < 0 else "I" if sentence.items[actor].ref in scene.owned else "other"
    told = range(actor + 1, site.place) if actor >= 0 else range(site.clause[0], site.place)
    said = any("OWN" in scene.words.classes.get(sentence.lowered[n], ()) for n in told)
    yield f"own actor={whose} said={said}"
    yield f"own actor={whose} introduces={bool(scene.owned)}"
    links = sorted({_link(site, n) for n in sentence.names() if sentence.items[n].ref not in scene.owned
                    and _may_be_subject(scene, sentence.items[n].ref)} - {"none"})
    yield from (f"own link={link}" for link in links)


def _grammar(site: Site, n: int) -> Iterator[str]:
    """Yield whether a name is what the number's clause speaks of, and how the number hangs on it."""
    scene, link = site.scene, _link(site, n)
    actor = _actor(site) == n
    yield f"actor={actor}"
    yield f"actor={actor} introduces={bool(scene.owned)}"
    yield f"link={link}"
    yield f"link={link} introduces={bool(scene.owned)}"
    yield f"link={link} u={site.unit}"


def _actor(site: Site) -> int:
    """Return the place of the last name before the number that a verb follows; -1 where none does."""
    for n in reversed([n for n in site.sentence.names() if site.clause[0] <= n < site.place]):
        if _may_be_subject(site.scene, site.sentence.items[n].ref) and _verb_follows(site, n):
            return n
    return -1


def _verb_follows(site: Site, n: int) -> bool:
    words, sentence = site.scene.words, site.sentence
    for k in range(n + 1, min(n + 1 + _VERB_REACH, site.place)):
        shown = sentence.lowered[k]
        if _VERBS.intersection(words.classes.get(shown, ())):
            return k == n + 1 or not shown.endswith("ing")
        if not shown.endswith("ly") and shown not in words.auxiliaries:
            return False
    return False


def _link(site: Site, n: int) -> str:
    """Return how the number hangs on the name at a place: ``E's Q``, ``E (Q``, ``Q (E)``, ``Q for E``, or none."""
    sentence, at = site.sentence, site.place
    if n < at:
        inner = sentence.lowered[n + 1 : at]
        if inner[:1] == ("(",) and ")" not in inner:
            return "E ("
        if inner[:1] in (("'s",), ("’s",), ("'",), ("’",)) and len(inner) <= _FAR:
            return "E's"
        return "none"
    inner = sentence.lowered[at + 1 : n]
    if len(inner) > 2 or not inner:
        return "none" if inner else "Q E"
    return f"Q {kind(site.scene, sentence, at + 1)}" if inner[0] in _HANGS else "none"


def conditions(site: Site, subject: str, baseline: str | None) -> list[Candidate]:
    """Return the possible conditions in text order, subject and baseline left out; each is a decision of its own."""
    found = [_condition(site, ref, baseline) for ref, entity in enumerate(site.scene.entities)
             if entity.cls in _CONDITIONS and entity.name not in (subject, baseline)]
    return sorted(found, key=lambda c: (c.start, c.value))


def _condition(site: Site, ref: int, baseline: str | None) -> Candidate:
    scene, sentence, entity = site.scene, site.sentence, site.scene.entities[ref]
    places = scene.places.get(ref, [])
    cls = "I" + entity.cls if ref in scene.owned else entity.cls
    here = [n for s, n in places if s == sentence.index]
    features = [cls, f"{cls} peers={few(sum(e.cls == entity.cls for e in scene.entities), 4)}",
                f"{cls} often={few(len(places), 4)}", f"{cls} count={entity.count is not None}",
                f"{cls} baseline={baseline is not None}", *_roles(site, ref, present=bool(here)),
                *_held(site, entity.name, cls, present=bool(here))]
    if baseline and entity.name in baseline:
        features.append("inside baseline")
    if here:
        n = min(here, key=lambda n: (abs(n - site.place), n))
        return Candidate(entity.name, sentence.items[n].start, sentence.items[n].end,
                         [*features, *_present(site, n, cls, entity.cls)])
    first = entity.mentions[0]
    return Candidate(entity.name, first.start, first.end, [*features, *_absent(site, cls, places)])


def _roles(site: Site, ref: int, *, present: bool) -> Iterator[str]:
    """Yield which relations of the paper the name is the object of, and whether others of its class are so too."""
    scene = site.scene
    cls = scene.entities[ref].cls
    for role in sorted(scene.roles.get(ref, ())) or ["none"]:
        peers = few(sum(role in scene.roles.get(k, ()) and e.cls == cls for k, e in enumerate(scene.entities)))
        here = any(role in scene.roles.get(site.sentence.items[n].ref, ()) and site.sentence.items[n].ref != ref
                   for n in site.sentence.names([cls]))
        yield f"role={role} {present}"
        yield f"role={role} {present} {cls}"
        yield f"role={role} {present} peers={peers} {cls}"
        yield f"role={role} {present} rival={here}"


def _held(site: Site, name: str, cls: str, *, present: bool) -> Iterator[str]:
    """Yield whether the outcomes before held for that name."""
    if not site.past:
        return
    outcome, before = site.past[-1]
    held = name in before.conditions
    away = few(site.sentence.index - outcome.sentence.index)
    yield f"past {held} {site.link}"
    yield f"past {held} {site.link} {present}"
    yield f"past {held} away={away} {present} {cls}"
    yield f"past any={any(name in p.conditions for _, p in site.past)} {present}"
    yield f"past {held} empty={not before.conditions} {present} {away}"


def _present(site: Site, n: int, cls: str, peers: str) -> Iterator[str]:
    """Yield how a name of the number's sentence lies to the number; in a list, how the list's first name does."""
    scene, sentence = site.scene, site.sentence
    names = sentence.names([peers])
    rank, length = runs(sentence, names).get(n, (0, 1))
    head = names[names.index(n) - rank] if n in names else n
    own, prep = _preposition(site, sentence, n), _preposition(site, sentence, head)
    yield f"{cls} here"
    yield f"prep={own}"
    yield f"{cls} prep={own}"
    yield f"{cls} L={kind(scene, sentence, n - 1)}"
    yield f"R={kind(scene, sentence, n + 1)}"
    yield from (f"{cls} {f}" for f in position(site, sentence, n))
    yield from alignment(site, sentence, n, names)
    claims = list(ownership(site, sentence, head, names))
    yield from (f"{cls} head {f}" for f in (*position(site, sentence, head), *claims))
    yield from (f"{cls} head prep={prep} {f}" for f in claims)
    yield f"{cls} head prep={prep} L={kind(scene, sentence, head - 1)}"
    yield f"list={few(length)}"


def _absent(site: Site, cls: str, places: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield how a name that the number's sentence does not hold stands in the others."""
    scene, at = site.scene, site.sentence.index
    yield f"{cls} away rivals={any(site.sentence.items[n].symbol == f'<{cls}>' for n in site.sentence.names())}"
    if not places:
        return
    index, n = min(places, key=lambda p: (abs(p[0] - at), p))
    other = scene.sentences[index]
    numbers = any(i.symbol in _FRACTIONS for i in other.items)
    yield f"{cls} away d={max(-_FAR, min(_FAR, index - at))}"
    yield f"{cls} away title={places[0][0] == 0 and scene.titled}"
    yield f"{cls} away prep={_preposition(site, other, n)}"
    yield f"{cls} away L={kind(scene, other, n - 1)}"
    yield f"{cls} away numbers={numbers} d={max(-2, min(2, index - at))}"
    for word in sorted({kind(scene, other, k) for k in range(max(0, n - _NEAR), n)}):
        yield f"{cls} away near {word}"


def _preposition(site: Site, sentence: Sentence, n: int) -> str:
    """Return the nearest word that leads to a condition before a place; ``none`` where there is none within reach."""
    words = site.scene.words
    for k in range(n - 1, max(-1, n - 1 - _REACH), -1):
        shown = sentence.lowered[k]
        if shown in words.conditions or shown in words.baselines:
            return shown
        if shown in (";", "."):
            break
    return "none"
