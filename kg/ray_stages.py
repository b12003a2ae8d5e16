"""What the stages of :mod:`kg.ray_engine` do: functions of a batch of values, or of a key and all its values."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from kg.change import entity_parts, paper_parts
from kg.gathering import Pair, bucket
from kg.link.index import MemoryIndex, block_keys
from kg.link.linking import LinkedEntity, Linking, link_keys, words
from kg.link.names import misspelt
from kg.link.nodes import Key, Node
from kg.model import Origin, Paper, Skipped
from kg.read import merged_records, read
from kg.read.merge import same_paper_keys
from kg.stages import Making, Source, frame_of, names_of, read_texts
from kg.terms import RDF, paper_iri

_TYPE = RDF + "type"
_SAMPLED = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Something to read: what the readers are given, the name that origins show, and its number."""

    entry: str
    shown: str
    number: int


@dataclass(frozen=True, slots=True)
class Names:
    """What the driver learns of some papers: counts, and the keys of each name, each set once."""

    papers: tuple[str, ...]
    stated: int
    results: int
    keys: frozenset[tuple[Key, ...]]


def read_place(places: Sequence[Place]) -> Iterator[Pair]:
    """Yield every record of some places with their numbers, and the places of what is skipped."""
    for place in places:
        for row, record in enumerate(read([place.entry])):
            shown = place.shown or None
            if isinstance(record, Skipped):
                record = replace(record, origin=_renamed(record.origin, shown))
            else:
                record = replace(record, origins=tuple(_renamed(origin, shown) for origin in record.origins))
            yield "", (place.number, row, record)


def _renamed(origin: Origin, shown: str | None) -> Origin:
    return replace(origin, file=shown) if shown else origin


def keys_of(records: Sequence[tuple[int, int, Paper | Skipped]]) -> Iterator[Pair]:
    """Yield the keys of each paper, and what was skipped."""
    for number, row, record in records:
        if isinstance(record, Skipped):
            yield "skipped", (number, row, record)
        else:
            yield "paper", _paper_keys(record)


def _paper_keys(paper: Paper) -> list[str]:
    """Return the keys of a paper: those of the same paper, and its id, by which different ones are told apart."""
    return [hashlib.sha256(f"{kind} {value}".encode()).hexdigest()[:32]
            for kind, value in (*same_paper_keys(paper), ("id", paper.id))]


def under_root(roots: Mapping[str, str], parts: int,
                records: Sequence[tuple[int, int, Paper | Skipped]]) -> Iterator[Pair]:
    """Yield the records under the part that holds all records of their paper."""
    for _, _, record in records:
        if isinstance(record, Paper):
            first = _paper_keys(record)[0]
            yield bucket(roots.get(first, first), parts), record


def merged(_: str, records: Sequence[Paper]) -> Iterator[Pair]:
    """Yield each paper of a part with the records that brought it."""
    for paper, brought in merged_records(records):
        yield "", (paper, tuple(sorted(set(brought), key=repr)))


def extracted(making: Making, papers: Sequence[tuple[Paper, tuple[Paper, ...]]]) -> Iterator[Pair]:
    """Yield the papers with what they say."""
    rows = read_texts(making, [paper.text for paper, _ in papers])
    yield from (("", Source(paper, records, row)) for (paper, records), row in zip(papers, rows, strict=True))


def learnt(making: Making, sources: Sequence[Source]) -> Iterator[Pair]:
    """Yield what the driver learns of some papers."""
    found, known = names_of(making, sources), frame_of(making).known
    told = found.account
    keys = frozenset(tuple(node.keys(known)) for node in found.nodes)
    yield "", Names(tuple(source.paper.id for source in sources), told.stated, told.results, keys)


def nodes_of(making: Making, sources: Sequence[Source]) -> Iterator[Pair]:
    """Yield the names of some papers, as linking sees them."""
    yield from (("", node) for node in names_of(making, sources).nodes)


def asked_for(making: Making, papers: frozenset[str], keys: frozenset[Key], sources: Sequence[Source],
               ) -> Iterator[Pair]:
    """Yield the papers of some ids, and the names that have some keys."""
    known = frame_of(making).known
    yield from (("source", source) for source in sources if source.paper.id in papers)
    yield from (("node", node) for node in names_of(making, sources).nodes if not keys.isdisjoint(node.keys(known)))


def spellings(parts: int, nodes: Sequence[Node]) -> Iterator[Pair]:
    """Yield the spellings of some names under the part that holds their block."""
    found = {(block, node.spelled, node.key) for node in nodes for block in block_keys(node)}
    yield from ((bucket(one[0], parts), one) for one in sorted(found))


def slips_of(_: str, found: Sequence[tuple[str, str, Key]]) -> Iterator[Pair]:
    """Yield the keys of names that are spelt alike."""
    blocks: dict[str, set[tuple[str, Key]]] = defaultdict(set)
    for block, spelled, one in found:
        blocks[block].add((spelled, one))
    for same in blocks.values():
        ordered = sorted(same)
        for at, (spelled, one) in enumerate(ordered):
            yield from (("", (one, other)) for else_spelled, other in ordered[at + 1:] if one != other and (
                misspelt(spelled, else_spelled) is not None or misspelt(else_spelled, spelled) is not None))


def under_set(making: Making, roots: Mapping[Key, Key], parts: int, nodes: Sequence[Node]) -> Iterator[Pair]:
    """Yield some names under the part that holds their closed set."""
    known = frame_of(making).known
    for node in nodes:
        first = next(iter(node.keys(known)))
        yield bucket(roots.get(first, first), parts), node


def contexts(making: Making, _: str, nodes: Sequence[Node]) -> Iterator[Pair]:
    """Yield the papers whose words linking asks for."""
    asked: set[str] = set()

    def ask(paper: str) -> frozenset[str]:
        asked.add(paper)
        return frozenset()

    _linking(making, nodes, ask)
    yield from (("", paper) for paper in sorted(asked))


def _linking(making: Making, nodes: Sequence[Node], context: Any) -> Linking:
    known = frame_of(making).known
    index = MemoryIndex(nodes, known)
    return link_keys(index.keys(), index, known, base=making.base, rules=making.rules, context=context)


def words_of(papers: frozenset[str], sources: Sequence[Source]) -> Iterator[Pair]:
    """Yield the words of the papers of some ids."""
    yield from (("", (s.paper.id, words(s.paper.text))) for s in sources if s.paper.id in papers)


def link_sets(making: Making, texts: Mapping[str, frozenset[str]], _: str, nodes: Sequence[Node]) -> Iterator[Pair]:
    """Yield the entities of closed sets of names, which IRIs a name gives, and the families that are sought."""
    entities = _linking(making, nodes, texts.__getitem__).entities
    yield from (("entity", ("entity", entity)) for entity in entities)
    iris = {member: entity.iri for entity in entities for member in entity.members}
    own = [(node, iris[node.member]) for node in nodes if not node.phrase]
    yield "family", ("gives", frozenset((node.key, iri) for node, iri in own))
    yield "family", ("seeks", frozenset((iri, node.cls, node.families) for node, iri in own if node.families))


def of_kind(kinds: tuple[str, ...], values: Sequence[tuple[str, Any]]) -> Iterator[Pair]:
    """Yield what is of some kinds."""
    yield from ((kind, value) for kind, value in values if kind in kinds)


def offered(wanted: frozenset[Key], values: Sequence[tuple[str, Any]]) -> Iterator[Pair]:
    """Yield the IRIs of the names that have some keys."""
    yield from (("", {pair for pair in value if pair[0] in wanted}) for kind, value in values if kind == "gives")


def count_entities(values: Sequence[tuple[str, Any]]) -> Iterator[Pair]:
    """Yield the number of entities."""
    yield "", sum(kind == "entity" for kind, _ in values)


def _entities(values: Sequence[tuple[str, Any]]) -> list[LinkedEntity]:
    return [value for kind, value in values if kind == "entity"]


def members_of(making: Making, bounds: Sequence[str], values: Sequence[tuple[str, Any]]) -> Iterator[Pair]:
    """Yield the entity of each name under the range of its paper."""
    for entity in _entities(values):
        for member in entity.members:
            yield _range(bounds, _graph(member.paper, making)), (member.paper, member.name, entity.iri)


def entity_quads(making: Making, values: Sequence[tuple[str, Any]]) -> Iterator[Pair]:
    """Yield what the linked graph says of some entities."""
    yield "", entity_parts(_entities(values), [], frame_of(making))[0]


def by_range(making: Making, bounds: Sequence[str], sources: Sequence[Source]) -> Iterator[Pair]:
    """Yield the papers under the ranges of their graphs."""
    yield from ((_range(bounds, _graph(source.paper.id, making)), source) for source in sources)


def _graph(paper: str, making: Making) -> str:
    return f"<{paper_iri(paper, base=making.base)}>"


def _range(bounds: Sequence[str], name: str) -> str:
    return f"{bisect_right(bounds, name):06d}"


def paper_shard(making: Making, number: str, values: Sequence[Any]) -> Iterator[Pair]:
    """Yield the graphs of a range of papers as N-Quads, and what they say in the linked graph."""
    iris: dict[str, dict[str, str]] = defaultdict(dict)
    for value in values:
        if not isinstance(value, Source):
            paper, name, iri = value
            iris[paper][name] = iri
    sources = sorted((value for value in values if isinstance(value, Source)), key=lambda s: _graph(s.paper.id, making))
    lines, shared, count = [], [], 0
    for source in sources:
        quads, _ = paper_parts(source.document(), iris[source.paper.id], frame_of(making))
        own = [quad for quad in quads if quad.graph_name != ox.DefaultGraph()]
        shared += [quad for quad in quads if quad.graph_name == ox.DefaultGraph()]
        size, content = _serialised(own)
        lines.append(content)
        count += size
    yield "", (number, count, b"".join(lines), shared)


def linked_part(values: Sequence[tuple[str, int, bytes, list[ox.Quad]]]) -> Iterator[Pair]:
    """Yield what some papers say in the linked graph."""
    yield from (("", shared) for *_, shared in values)


def shard_alone(values: Sequence[tuple[str, int, bytes, list[ox.Quad]]]) -> Iterator[Pair]:
    """Yield the shards of papers without that."""
    yield from (("", (number, count, content)) for number, count, content, _ in values)


def sampled(values: Sequence[Sequence[ox.Quad]]) -> Iterator[Pair]:
    """Yield the number of statements, and those of their subjects that a hash picks, whichever worker asks."""
    subjects = {str(quad.subject) for quads in values for quad in quads}
    picked = {one for one in subjects if hashlib.sha256(one.encode("utf-8")).digest()[0] % _SAMPLED == 0}
    yield "", (sum(map(len, values)), picked)


def by_subject(cuts: Sequence[str], values: Sequence[Sequence[ox.Quad]]) -> Iterator[Pair]:
    """Yield statements under the ranges of their subjects."""
    found: dict[str, list[ox.Quad]] = defaultdict(list)
    for quads in values:
        for quad in quads:
            found[_range(cuts, str(quad.subject))].append(quad)
    yield from found.items()


def linked_shard(number: str, values: Sequence[Sequence[ox.Quad]]) -> Iterator[Pair]:
    """Yield a range of the linked graph as N-Quads, each statement once."""
    yield "", (number, *_serialised(quad for some in values for quad in some))


def _serialised(quads: Iterable[ox.Quad]) -> tuple[int, bytes]:
    """Return how many statements there are, and the N-Quads of them, sorted, values written as a store writes them."""
    store = ox.Store()
    store.bulk_extend(quads)
    return len(store), ox.serialize(sorted(store, key=_order), format=ox.RdfFormat.N_QUADS) or b""


def _order(quad: ox.Quad) -> tuple[str, str, str]:
    """Return what the exports sort by within a graph: the type of each subject first."""
    predicate = "" if quad.predicate.value == _TYPE else quad.predicate.value
    return str(quad.subject), predicate, str(quad.object)


