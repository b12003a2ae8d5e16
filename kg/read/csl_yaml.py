"""CSL as YAML (Zotero with Better BibTeX, pandoc): a list of items, alone or under ``references:``, parsed by PyYAML.

Every item of the list is parsed by itself, so that a broken one costs itself alone. Values stay the text they are:
there are no types, no tags and no aliases, which a hostile file could grow without bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kg.model import Origin, Paper, Skipped
from kg.read.fields import raw_record
from kg.read.record import paper
from kg.read.shapes import shaped
from kg.read.source import Source

_HEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*|%YAML[^\n]*|---[^\n]*)?\n){0,50}?(?:references:[ \t]*\n(?:[ \t]*\n){0,9})?"
                   r"[ \t]*-[ \t]+(?:id|type|title|author|abstract|DOI|issued|citation-key):(?:[ \t]|\n)")
_ITEM = re.compile(r"([ \t]*)-(?:[ \t]|$)")
_SIZE_LIMIT = 4_000_000
_DEPTH = 20


class _Loader(yaml.BaseLoader):  # type: ignore[misc]
    """YAML without aliases and without depth."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Return the next node.

        Raises:
            ComposerError: it is an alias, or nested too deeply.
        """
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "it holds an alias, which is not read")
        self.depth += 1
        if self.depth > _DEPTH:
            raise yaml.composer.ComposerError(None, None, "it is nested too deeply")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def sniff(head: str) -> bool:
    """Return whether a file that begins with ``head`` is a list of CSL items as YAML."""
    return _HEAD.match(f"\n{head}") is not None


def read_csl_yaml(source: Source) -> Iterator[Paper | Skipped]:
    """Yield the papers of a list in order; items without an abstract and broken ones as ``Skipped``."""
    item: list[str] = []
    indent: str | None = None
    start = size = 0
    for line in source.lines():
        if line.fault:
            yield Skipped(Origin(source.name, line.number), line.fault)
            continue
        found = _ITEM.match(line.text)
        if found and (indent is None or found.group(1) == indent):
            yield from _read_item(item, Origin(source.name, start))
            item, start, size, indent = [], line.number, 0, found.group(1)
        if indent is not None and line.text[:3] not in {"---", "..."}:
            item.append(line.text)
            size += len(line.text) + 1
        if size > _SIZE_LIMIT:
            yield Skipped(Origin(source.name, start), "one item of more than 4 MB; is the list indented by itself?")
            return
    yield from _read_item(item, Origin(source.name, start))


def _read_item(lines: list[str], origin: Origin) -> Iterator[Paper | Skipped]:
    if not lines:
        return
    value = _loaded("\n".join(lines))
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield paper(raw_record(shaped(value[0])), origin)
    else:
        reason = " ".join(str(value).split())[:200] if isinstance(value, Exception) else "it is no mapping"
        yield Skipped(origin, f"broken YAML: {reason}")


def _loaded(text: str) -> object:
    """Return the value, or the error where there is none."""
    try:
        value: object = yaml.load(text, Loader=_Loader)  # noqa: S506  (BaseLoader makes only text, lists and mappings)
    except (yaml.YAMLError, ValueError, IndexError) as error:
        return error
    return value
