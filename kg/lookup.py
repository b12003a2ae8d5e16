"""The thing that a name or an IRI means: exactly one, or a fault that says which ones there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from rapidfuzz.fuzz import ratio

from kg.errors import QueryError
from kg.link import fold
from kg.terms import BASE, PREFIXES, local_name

_NAMES = """SELECT ?thing ?class ?label ?alias WHERE {
    ?thing a ?class ; rdfs:label ?label .
    OPTIONAL { ?thing skos:altLabel|dcterms:identifier ?alias }
    FILTER (STRSTARTS(STR(?class), STR(kg:))) }"""
_NEAR = 5
_FAR = 4
_ALIKE = 80.0


@dataclass(frozen=True, slots=True)
class Thing:
    """A node of the linked graph; ``others`` say what else has that name, less closely: class and IRI of each."""

    iri: str
    cls: str
    label: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    thing: Thing
    label: str
    aliases: tuple[str, ...]


def find(store: ox.Store, name: str) -> Thing:
    """Return the entity or paper of the linked graph that a name or an IRI means.

    A label counts before an alias, the same case before another, and both before a name that differs in separators
    alone. Papers are found by title and id. An IRI may stand in angle brackets, or without the base of the graph.

    Raises:
        QueryError: nothing has that name (near names are given), or several things have it equally (all are named).
    """
    named = _named(store)
    iri = as_iri(name)
    if by_iri := [n.thing for n in named if n.thing.iri == iri]:
        return by_iri[0]
    tiers = [[n.thing for n in named if fits(n)] for fits in (
        lambda n: n.label == name, lambda n: n.label.casefold() == name.casefold(),
        lambda n: name in n.aliases, lambda n: name.casefold() in map(str.casefold, n.aliases),
        lambda n: fold(name) in map(fold, (n.label, *n.aliases)))]
    best = next((tier for tier in tiers if tier), [])
    if not best:
        raise QueryError(f"nothing is called {name!r}", remedy=_near(name, named))
    if len(best) > 1:
        raise QueryError(f"{name!r} is the name of {len(best)} things: {', '.join(map(_shown, best))}",
                         remedy="give the IRI of one")
    others = {_shown(thing) for tier in tiers for thing in tier if thing.iri != best[0].iri}
    return Thing(best[0].iri, best[0].cls, best[0].label, tuple(sorted(others)))


def called(store: ox.Store, name: str) -> tuple[Thing, ...]:
    """Return everything that has a name, in any case and with any separators, or that IRI; sorted by IRI."""
    iri, folded = as_iri(name), fold(name)
    return tuple(n.thing for n in _named(store)
                 if n.thing.iri == iri or (folded and folded in map(fold, (n.label, *n.aliases))))


def search(store: ox.Store, text: str, *, limit: int = 20) -> tuple[Thing, ...]:
    """Return what is called so, then what has a name that begins with the text, holds it, or is spelled nearly so.

    Among equals the shorter label stands first. An empty text finds nothing.
    """
    wanted = fold(text)
    if not wanted:
        return ()
    ranked = [(_rank(wanted, n), len(n.label), n.label, n.thing.iri, n.thing) for n in _named(store)]
    near = sorted((entry for entry in ranked if entry[0] < _FAR), key=lambda entry: entry[:4])
    return tuple(entry[4] for entry in near[:limit])


def _rank(wanted: str, named: _Named) -> int:
    """Return how far the nearest name of a thing is from the folded text, :data:`_FAR` where none is near."""
    return min((_distance(wanted, fold(form)) for form in (named.label, *named.aliases)), default=_FAR)


def _distance(wanted: str, form: str) -> int:
    if form == wanted:
        return 0
    if wanted in form:
        return 1 if form.startswith(wanted) else 2
    return 3 if ratio(wanted, form) >= _ALIKE else _FAR


def as_iri(name: str) -> str:
    """Return a name as the IRI it may be: brackets off, a known prefix or the base of the graph in front."""
    bare = name.strip().removeprefix("<").removesuffix(">")
    prefix, colon, rest = bare.partition(":")
    if colon and prefix in PREFIXES and not rest.startswith("//"):
        return PREFIXES[prefix] + rest
    return bare if "://" in bare else BASE + bare


def _named(store: ox.Store) -> list[_Named]:
    found: dict[str, tuple[str, str, list[str]]] = {}
    solutions = store.query(_NAMES, prefixes=PREFIXES)
    if isinstance(solutions, ox.QuerySolutions):
        for thing, cls, label, alias in solutions:
            entry = found.setdefault(thing.value, (local_name(cls.value), label.value, []))
            if alias is not None:
                entry[2].append(alias.value)
    return [_Named(Thing(iri, cls, label), label, tuple(sorted(aliases)))
            for iri, (cls, label, aliases) in sorted(found.items())]


def _shown(thing: Thing) -> str:
    return f"{thing.cls} {thing.label!r} <{thing.iri}>"


def _near(name: str, named: Iterable[_Named]) -> str:
    """Return what the reader may have meant: names that are spelled alike, or that hold the name."""
    forms = {form.casefold(): form for n in named for form in (*n.aliases, n.label)}
    wanted = name.casefold()
    inside = sorted((form for form in forms if len(wanted) > 1 and wanted in form), key=lambda form: (len(form), form))
    close = dict.fromkeys([*inside, *difflib.get_close_matches(wanted, sorted(forms), n=_NEAR)])
    near = [forms[form] for form in close][:_NEAR]
    return f"did you mean {', '.join(near)}?" if near else "see 'kg query' for lists of names"
