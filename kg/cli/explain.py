"""``kg explain``: the sentences behind an entity, a claim or a result."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.console import say
from kg.cli.options import STORE, Ontologies, Store

if TYPE_CHECKING:
    from kg.explain import EntityPart, Explained, Explanation, Passage
    from kg.linked import EntityLinks

_OPEN, _CLOSE = "[[", "]]"
_Mark = Callable[[str], str]


class ExplainFormat(StrEnum):
    """How an explanation is printed."""

    TEXT = "text"
    JSON = "json"


def explain(
    name: Annotated[str, typer.Argument(
        metavar="NAME|IRI", help="An entity by name, a paper by id or title; these, a claim or a result by IRI.")],
    form: Annotated[ExplainFormat, typer.Option("--format", help="How to print it.")] = ExplainFormat.TEXT,
    limit: Annotated[int, typer.Option(
        "--limit", min=0, metavar="N", help="Papers and statements to print as text; 0 prints all.")] = 10,
    out: Annotated[Path | None, typer.Option(
        "-o", "--out", metavar="FILE", help="Write to a file.", show_default="standard output")] = None,
    store: Store = STORE,
    ontology: Ontologies = None,
) -> None:
    """Show why the graph says what it says.

    Of an entity, also why its names are one thing, and what was kept apart. Prints each sentence with its span
    marked, where it stands, the rule that found it and the confidence.
    """
    from kg.explain import explain as explain_thing
    from kg.export.files import write_bytes
    from kg.linked import explain_links
    from kg.ontology import load
    from kg.store import open_store

    found = explain_thing(open_store(store), name)
    links = explain_links(store, found.iri, load(tuple(ontology or ()))) if found.entity else None
    if found.others:
        say(f"{name!r} is taken for {found.label!r} <{found.iri}>; also called so: {', '.join(found.others)}")
    coloured = out is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    mark = _highlighted if coloured else _bracketed
    lines = _lines(found, links, mark, limit or None)
    text = _json(found, links) if form is ExplainFormat.JSON else "\n".join(lines) + "\n"
    if out is None:
        print(text, end="")
    else:
        write_bytes(text.encode("utf-8"), out)


def _highlighted(span: str) -> str:
    return typer.style(span, bold=True, reverse=True)


def _bracketed(span: str) -> str:
    return f"{_OPEN}{span}{_CLOSE}"


def _json(found: Explanation, links: EntityLinks | None) -> str:
    import json
    from dataclasses import asdict

    content = asdict(found) | {"links": asdict(links) if links else None}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _lines(found: Explanation, links: EntityLinks | None, mark: _Mark, limit: int | None) -> Iterator[str]:
    from kg.cli.tables import plain

    yield f"{found.kind} {plain(found.label)} <{found.iri}>"
    if found.entity:
        yield from _entity(found.entity, mark, limit)
    if links:
        yield from _links(links, limit)
    if found.kind in {"entity", "paper"}:
        yield f"statements: {len(found.statements)}"
    for explained in found.statements[:limit]:
        yield from _explained(explained, mark, parts=found.kind in {"claim", "result"})
    yield from _more(len(found.statements), limit)


def _more(count: int, limit: int | None) -> Iterator[str]:
    if limit is not None and count > limit:
        yield f"  ... and {count - limit} more (--limit 0 prints all)"


def _entity(part: EntityPart, mark: _Mark, limit: int | None) -> Iterator[str]:
    from kg.cli.tables import plain

    yield f"classes: {', '.join(part.classes)}"
    if part.aliases:
        yield f"also written: {', '.join(map(plain, part.aliases))}"
    if part.variant_of:
        yield f"variant of: {plain(part.variant_of)}"
    yield f"introduced: {len(part.introduced)}"
    for explained in part.introduced[:limit]:
        yield from _explained(explained, mark)
    total = sum(named.mentions for named in part.named_in)
    yield f"named: {total} times in {len(part.named_in)} papers"
    for named in part.named_in[:limit]:
        yield f"  {named.paper}: {named.mentions} times as {', '.join(map(plain, named.forms))} ({named.cls})"
        yield from _passage(named.first, f"{named.rule}, confidence {named.confidence:.2f}", mark)
    yield from _more(len(part.named_in), limit)


def _links(links: EntityLinks, limit: int | None) -> Iterator[str]:
    """Say why the names are one thing, and what looks alike but is another."""
    from kg.cli.tables import plain

    yield f"names joined: {len(links.aliases)}"
    for alias in links.aliases[:limit]:
        papers = f"{len(alias.papers)} paper{'' if len(alias.papers) == 1 else 's'}"
        yield f"  {plain(alias.name)} ({papers}, score {alias.score:g}): {plain(alias.reason)}"
    yield from _more(len(links.aliases), limit)
    if links.refusals:
        yield f"kept apart: {len(links.refusals)}"
    yield from (f"  {plain(r.left)} | {plain(r.right)}: {plain(r.reason)}" for r in links.refusals[:limit])
    yield from _more(len(links.refusals), limit)


def _explained(explained: Explained, mark: _Mark, *, parts: bool = False) -> Iterator[str]:
    from kg.cli.tables import plain

    yield f"  {plain(explained.said)}"
    if parts:
        yield from (f"    {name}: {plain(value)}" for name, value in explained.parts)
    manner = "" if explained.linked else f", {explained.polarity} and {explained.modality}: not in the linked graph"
    yield from _passage(explained.passage, f"{explained.rule}, confidence {explained.confidence:.2f}{manner}", mark)
    if not parts:
        yield f"    <{explained.iri}>"


def _passage(passage: Passage, how: str, mark: _Mark) -> Iterator[str]:
    from dataclasses import replace

    from kg.cli.tables import plain
    from kg.explain import shown

    harmless = replace(passage, before=plain(passage.before), span=plain(passage.span), after=plain(passage.after))
    yield f"    {shown(harmless, mark)}"
    title = f" {plain(passage.title)!r}" if passage.title else ""
    yield (f"    {passage.paper}{title}, {passage.section} {passage.section_start}-{passage.section_end} "
           f"(text {passage.start}-{passage.end}); {how}")
