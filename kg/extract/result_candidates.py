"""Candidates for the parts of a result, and how a place in a sentence lies to a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.extract.result_scene import Sentence, runs
from kg.extract.result_sites import Site, between, bucket, kind

NOTHING = ""
"""Value of the candidate that stands for no part at all."""

_WEAK = (",", "and", ")")
_SHORT_PATH = 4
_TOUCHING = 2
_MANY = 3


@dataclass(frozen=True)
class Candidate:
    """A possible part of a result: a name or phrase, where it stands (-1 where nowhere) and its features."""

    value: str
    start: int
    end: int
    features: Sequence[str]

    def plus(self, features: Iterable[str]) -> Candidate:
        """Return the candidate with more features."""
        return replace(self, features=[*self.features, *features])


def few(count: int, most: int = _MANY) -> int:
    """Return a count, cut at a few."""
    return min(count, most)


def position(site: Site, sentence: Sentence, n: int) -> Iterator[str]:
    """Yield how place ``n`` of the number's sentence lies to the number: side, distance, path, what stands between."""
    side = "<" if n < site.place else ">"
    inner = between(site.scene, sentence, n, site.place)
    numbers = few(sum(i.startswith("Q") for i in inner))
    yield f"{side}d={bucket(len(inner))}"
    yield f"{side}d={bucket(len(inner))} u={site.unit}"
    yield f"{side}numbers={numbers}"
    yield f"{side}breaks={few(sum(i in site.scene.words.strong for i in inner), 2)}"
    yield f"{side}commas={few(sum(i in _WEAK for i in inner))}"
    if len(inner) <= _SHORT_PATH:
        yield f"{side}path={' '.join(inner)}"
        yield f"{side}path={' '.join(inner)} u={site.unit}"
    else:
        yield f"{side}ends={inner[0]} {inner[-1]}"
    first, last = sorted((n, site.place))
    classes = site.scene.words.classes
    for cls in sorted({c for i in range(first + 1, last) for c in classes.get(sentence.lowered[i], ())}):
        yield f"{side}over={cls}"
    if site.rank[1] > 1:
        yield f"list={few(site.rank[1])} {side}numbers={numbers}"


def alignment(site: Site, sentence: Sentence, n: int, places: Sequence[int]) -> Iterator[str]:
    """Yield how the rank of place ``n`` in its list, of ``places``, agrees with that of the number in its own."""
    rank, length = site.rank
    other_rank, other_length = runs(sentence, places).get(n, (0, 1))
    if length == other_length == 1:
        return
    side = "<" if n < site.place else ">"
    same = "same" if rank == other_rank else "other"
    lengths = "equal" if length == other_length else f"{few(length)}:{few(other_length)}"
    yield f"{side}rank={same} {lengths}"
    yield f"rank={same} {lengths} paired={not site.scene.words.paired.isdisjoint(sentence.lowered)}"


def rivalry(site: Site, sentence: Sentence, n: int) -> Iterator[str]:
    """Yield whether another number is nearer to place ``n`` than this one, and how it touches it."""
    here = abs(n - site.place)
    others = [m for m in sentence.numbers if m != site.place]
    yield f"rivals={few(sum(abs(n - m) < here for m in others), 2)}"
    across = [m for m in others if (m < n) != (site.place < n)]
    if across:
        rival = min(across, key=lambda m: abs(m - n))
        path = between(site.scene, sentence, n, rival)
        if len(path) <= _TOUCHING:
            yield f"taken={' '.join(path)}"
        yield f"across={'nearer' if abs(rival - n) < here else 'farther'}"


def ownership(site: Site, sentence: Sentence, n: int, peers: Sequence[int]) -> Iterator[str]:
    """Yield which number place ``n`` seems to belong to: the nearest before it; and how many peers this number has."""
    lefts = [m for m in sentence.numbers if m < n]
    right = next((m for m in sentence.numbers if m > n), -1)
    listed = _list_of(site)
    owner = _owner(site, lefts, listed)
    following = "none" if right < 0 else "mine" if right == site.place else "other"
    own = [m for m in peers if lefts and m > site.place
           and not any(site.place < k < m and k not in listed for k in sentence.numbers)]
    yield f"owner={owner}"
    yield f"owner={owner} gap={bucket(n - lefts[-1]) if lefts else 'none'}"
    yield f"next={following} owner={owner}"
    yield f"owner={owner} peers={few(len(own), 2)}"


def _owner(site: Site, lefts: Sequence[int], listed: Sequence[int]) -> str:
    if not lefts:
        return "leads"
    if lefts[-1] == site.place:
        return "mine"
    if lefts[-1] in listed:
        return "list"
    return "other before" if lefts[-1] < site.place else "other after"


def _list_of(site: Site) -> Sequence[int]:
    """Return the places of the numbers of this number's list."""
    numbers, (rank, length) = site.sentence.numbers, site.rank
    at = numbers.index(site.place)
    return numbers[at - rank : at - rank + length]


def nearest_places(site: Site) -> dict[int, int]:
    """Return, for each entity that the number's sentence names, its place that is nearest to the number."""
    best: dict[int, int] = {}
    for n in site.sentence.names():
        ref = site.sentence.items[n].ref
        if ref not in best or abs(n - site.place) < abs(best[ref] - site.place):
            best[ref] = n
    return best


def precedent(site: Site, candidate: Candidate, before: str) -> Candidate:
    """Return a candidate with features of whether the outcome before, which had ``before``, agrees with it."""
    if not site.past:
        return candidate
    same = "same" if before == candidate.value else "other"
    some = "none" if not candidate.value else "some"
    right = kind(site.scene, site.sentence, site.place + 1)
    return candidate.plus([f"past {same} {site.link}", f"past {same} {some} {site.link}", f"past {same} R={right}"])
