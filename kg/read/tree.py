"""XML to elements, one record at a time, with lxml: the one place where XML is parsed.

No entity is resolved, no DTD loaded, nothing fetched; depth and size of a text are bounded by libxml2. A file that
declares entities of its own is refused, for what they stand for is not read. Records that were read are freed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lxml import etree

from kg.model import Origin, Skipped
from kg.read.markup import prose
from kg.read.source import Source

_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL)
_ROOT = re.compile(r"\s*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_ENTITY = "<!ENTITY"
_DECLARES = "the XML declares entities of its own, which are never expanded; remove the <!ENTITY> lines"

Element = Any
"""An element of lxml, whose stubs know no public name for it."""


def root_name(head: str) -> str:
    """Return the local name of the root element of the XML that begins with ``head``, nothing where it is no XML."""
    position = 0
    while found := _PROLOG.match(head, position):
        position = found.end()
    root = _ROOT.match(head, position)
    return root.group(1) if root else ""


def elements(source: Source, names: Iterable[str], *, drop: Iterable[str] = (),
             ) -> Iterator[tuple[Element, Origin] | Skipped]:
    """Yield the outermost elements of some local names, each with the place where it begins, and free them.

    What stands in elements named in ``drop`` is forgotten at once. A fault of the file is a ``Skipped`` that ends it.
    """
    dropped = frozenset(drop)
    parser = _parser(dropped.union(names))
    starts: list[int] = []
    origin = Origin(source.name, 1)
    begun = False
    for line in source.lines():
        origin = Origin(source.name, line.number)
        fault = line.fault or ("" if begun or _ENTITY not in line.text else _DECLARES)
        fault = fault or _faulty(parser.feed, f"{line.text}\n".encode())
        for event, element in parser.read_events():
            begun = True
            if local_name(element) in dropped:
                if event == "end":
                    element.clear()
            elif event == "start":
                starts.append(line.number)
            elif starts:
                start = starts.pop()
                if not starts:
                    yield element, Origin(source.name, start)
                    _free(element)
        if fault:
            yield Skipped(origin, fault)
            return
    fault = _faulty(parser.close)
    if fault:
        yield Skipped(origin, fault)


def _parser(names: Iterable[str]) -> Any:
    """Return a parser that takes text in pieces and tells where elements of some names begin and end."""
    return etree.XMLPullParser(
        events=("start", "end"), tag=[f"{{*}}{name}" for name in sorted(names)], encoding="utf-8",
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True)


def _faulty(step: Callable[..., object], *given: bytes) -> str:
    """Take a step of parsing and return what is wrong with the XML, if anything."""
    try:
        step(*given)
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg or "it cannot be parsed").split())
        return f"broken XML: {reason[:200]}; the rest of the file is lost"
    return ""


def _free(element: Element) -> None:
    parent = element.getparent()
    element.clear()
    while parent is not None and len(parent) > 1:
        del parent[0]


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, and without a prefix that nothing declares."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def text(element: Element | None) -> str:
    """Return what an element says, its markup turned to text; nothing where there is no element."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    return html.unescape(prose(etree.tostring(element, encoding="unicode", with_tail=False), xml=True)).strip()


def find(element: Element, path: str) -> Element | None:
    """Return the first element at a path of local names (``a/b``), None where there is none."""
    return element.find(_path(path))


def find_all(element: Element, path: str) -> list[Element]:
    """Return all elements at a path of local names, in order."""
    found: list[Element] = element.findall(_path(path))
    return found


def value(element: Element, *paths: str) -> str:
    """Return the text at the first of the paths that has one, without blanks around it."""
    return next(filter(None, (text(find(element, path)).strip() for path in paths)), "")


def values(element: Element, path: str) -> tuple[str, ...]:
    """Return the texts at a path, empty ones left out."""
    return tuple(filter(None, (text(one).strip() for one in find_all(element, path))))


def _path(path: str) -> str:
    return "/".join(step if step in {".", "", ".."} else f"{{*}}{step}" for step in path.split("/"))
