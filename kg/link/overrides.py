"""links.toml: what a user says is the same or different, and statements of a paper to reject or retype.

    [[same]]
    names = ["Orbiter", "Orbit Server"]

    [[different]]
    names = [{name = "Prism", paper = "2401.00001"}, "PRISM"]

    [[statement]]
    paper = "2401.00001"
    subject = "Orbiter"
    predicate = "builtOn"
    object = "Ray"
    becomes = "uses"          # or: reject = true

A name is a string, or a table with ``name`` and, to say which one is meant, ``paper`` or ``class``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.link.names import fold
from kg.model import Extraction, Relation
from kg.ontology import Ontology

_KEYS = {"same": {"names"}, "different": {"names"},
         "statement": {"paper", "subject", "predicate", "object", "reject", "becomes"}}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a rule; ``exact`` where only this very spelling is meant; ``line`` is where it stands."""

    name: str
    paper: str | None = None
    cls: str | None = None
    exact: bool = False
    line: int = 0

    def fits(self, paper: str, name: str, cls: str) -> bool:
        """Tell whether an entity of a paper is meant."""
        if self.paper not in {None, paper} or self.cls not in {None, cls}:
            return False
        return name == self.name if self.exact else fold(name) == fold(self.name)


@dataclass(frozen=True, slots=True)
class Rule:
    """Names that are the same thing, or different ones; ``line`` is where it stands."""

    same: bool
    names: tuple[Name, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A statement of a paper that is rejected (``becomes`` None) or gets another predicate."""

    paper: str
    subject: str
    predicate: str
    object: str
    becomes: str | None
    line: int

    def hits(self, relation: Relation) -> bool:
        """Tell whether a relation is the statement that is meant."""
        return (relation.subject, relation.predicate, relation.object) == (self.subject, self.predicate, self.object)


@dataclass(frozen=True)
class Overrides:
    """Everything a links.toml says; ``file`` is its name for messages."""

    rules: tuple[Rule, ...] = ()
    corrections: tuple[Correction, ...] = ()
    classes: tuple[str, ...] = ()
    file: str = "links.toml"

    def partners(self, key: str) -> list[str]:
        """Return the keys of the names that rules of sameness join with a key's name; mostly none."""
        if not self.rules:
            return []
        cls, _, folded = key.partition("|")
        found = []
        for rule in self.rules:
            if rule.same and any(fold(n.name) == folded and n.cls in {None, cls} for n in rule.names):
                found += [f"{c}|{fold(n.name)}" for n in rule.names for c in ([n.cls] if n.cls else self.classes)]
        return found

    def correct(self, extraction: Extraction) -> Extraction:
        """Return an extraction without the rejected statements, and with the new predicates of the others."""
        mine = [c for c in self.corrections if c.paper == extraction.paper.id]
        if not mine:
            return extraction
        return replace(extraction, introduces=tuple(_corrected(extraction.introduces, mine)),
                       relations=tuple(_corrected(extraction.relations, mine)))

    def check(self, known: Callable[[Name], bool], extraction: Callable[[str], Extraction | None]) -> None:
        """Refuse a name or statement that nothing has.

        Args:
            known: tells whether any paper, or the vocabulary, has a name.
            extraction: gives what a paper says, None for an unknown paper.

        Raises:
            InputError: a name, paper or statement is unknown; its line is named.
        """
        for rule in self.rules:
            for name in rule.names:
                if not known(name):
                    raise self._unknown(f"no {name.cls or 'thing'} is called {name.name!r}"
                                        + (f" in paper {name.paper}" if name.paper else ""), name.line)
        for correction in self.corrections:
            said = extraction(correction.paper)
            if said is None:
                raise self._unknown(f"no paper has the id {correction.paper!r}", correction.line)
            if not any(map(correction.hits, (*said.introduces, *said.relations))):
                raise self._unknown(f"paper {correction.paper} does not say: {correction.subject} "
                                    f"{correction.predicate} {correction.object}", correction.line)

    def _unknown(self, message: str, line: int) -> InputError:
        return InputError(message, place=f"{self.file}:{line}", remedy="mend the name, or take the entry out")


NONE = Overrides()
"""No overrides."""


def _corrected(relations: Iterable[Relation], corrections: Iterable[Correction]) -> Iterator[Relation]:
    for relation in relations:
        hit = next((c for c in corrections if c.hits(relation)), None)
        if hit is None:
            yield relation
        elif hit.becomes is not None:
            yield replace(relation, predicate=hit.becomes)


def read_overrides(path: Path, ontology: Ontology) -> Overrides:
    """Read a links.toml; a file that is not there says nothing.

    Raises:
        InputError: the file is not TOML, or an entry is malformed; its line is named.
    """
    if not path.is_file():
        return NONE
    text = path.read_text(encoding="utf-8")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {error}", place=path.name, remedy="mend the file") from error
    rules, corrections = [], []
    for kind, entry, line in _entries(content, text, path.name):
        place = f"{path.name}:{line}"
        if kind == "statement":
            corrections.append(_correction(entry, line, place, ontology))
        else:
            rules.append(Rule(kind == "same", _placed(_names(entry, place, ontology), text, line), line))
    return Overrides(tuple(rules), tuple(corrections), ontology.entity_classes(), path.name)


def _entries(content: dict[str, Any], text: str, file: str) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Yield kind, entry and the line of its header; TOML keeps the order of the tables of one kind."""
    for kind, entries in content.items():
        if kind not in _KEYS or not isinstance(entries, list):
            raise InputError(f"unknown entry {kind!r}", place=file, remedy=f"write [[{']], [['.join(_KEYS)}]]")
        lines = [n for n, line in enumerate(text.splitlines(), start=1)
                 if line.replace(" ", "").startswith(f"[[{kind}]]")]
        for entry, line in zip(entries, lines, strict=True):
            if extra := sorted(entry.keys() - _KEYS[kind]):
                raise InputError(f"unknown key {extra[0]!r}", place=f"{file}:{line}",
                                 remedy=f"one of {', '.join(sorted(_KEYS[kind]))}")
            yield kind, entry, line


def _names(entry: dict[str, Any], place: str, ontology: Ontology) -> tuple[Name, ...]:
    given = entry.get("names")
    if not isinstance(given, list) or len(given) < 2:
        raise InputError("names must list two or more", place=place, remedy='write names = ["A", "B"]')
    names = [_name(one, place, ontology) for one in given]
    folds = [(fold(n.name), n.cls) for n in names]
    return tuple(replace(n, exact=n.paper is None and folds.count(at) > 1) for n, at in zip(names, folds, strict=True))


def _placed(names: tuple[Name, ...], text: str, first: int) -> tuple[Name, ...]:
    """Return the names with the line that each stands on: the first from its entry on that quotes it."""
    lines = list(enumerate(text.splitlines(), start=1))[first - 1:]
    return tuple(replace(n, line=next((at for at, line in lines if f'"{n.name}"' in line or f"'{n.name}'" in line),
                                      first)) for n in names)


def _name(given: object, place: str, ontology: Ontology) -> Name:
    if isinstance(given, str):
        return Name(given)
    if (not isinstance(given, dict) or not isinstance(given.get("name"), str)
            or given.keys() - {"name", "paper", "class"}):
        raise InputError(f"not a name: {given!r}", place=place,
                         remedy='write "NAME" or {name = "NAME", paper = "ID"} or {name = "NAME", class = "CLASS"}')
    if given.get("class") not in {None, *ontology.entity_classes()}:
        raise InputError(f"no class {given['class']!r}", place=place,
                         remedy=f"one of {', '.join(ontology.entity_classes())}")
    return Name(given["name"], given.get("paper"), given.get("class"))


def _correction(entry: dict[str, Any], line: int, place: str, ontology: Ontology) -> Correction:
    paper, subject, predicate, obj = (entry.get(name) for name in ("paper", "subject", "predicate", "object"))
    becomes = entry.get("becomes")
    complete = all(isinstance(part, str) for part in (paper, subject, predicate, obj))
    if not complete or (becomes is None) is not (entry.get("reject") is True):
        raise InputError("a statement names paper, subject, predicate, object and either reject = true or becomes",
                         place=place, remedy="complete the entry")
    if becomes is not None and becomes not in {p.name for p in ontology.relations()}:
        raise InputError(f"no relation {becomes!r}", place=place, remedy="name a relation of the ontology")
    return Correction(str(paper), str(subject), str(predicate), str(obj), becomes, line)
