"""Which format an answer is written in, by the Accept header.

Source: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SOLUTIONS: Mapping[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
"""The media types of each format of solutions and booleans; the first is the one that answers carry."""

GRAPHS: Mapping[str, tuple[str, ...]] = {
    "ttl": ("text/turtle", "application/x-turtle"),
    "nt": ("application/n-triples", "text/plain"),
    "xml": ("application/rdf+xml", "application/xml"),
    "json": ("application/ld+json", "application/json"),
}
"""The media types of each format of graphs."""

OFFERED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "solutions": SOLUTIONS, "boolean": SOLUTIONS, "graph": GRAPHS}
"""The formats of each form of answer."""


def formats(accept: str, wanted: str = "") -> dict[str, str]:
    """Return the format of each form of answer; empty where none that is accepted suits it.

    Args:
        accept: the Accept header; all is fine where it is empty.
        wanted: a format by its short name, which counts before that; other names, which clients add of their own
            accord, do not.
    """
    ranges = [*_ranges(accept or "*/*")]
    return {form: wanted if wanted in offered else _best(ranges, offered) for form, offered in OFFERED.items()}


def accepts(accept: str, media_type: str) -> float:
    """Return the quality that an Accept header gives a media type, 0 for none."""
    return _quality([*_ranges(accept or "*/*")], media_type)


def content_type(form: str, chosen: str) -> str:
    """Return the Content-Type of an answer in a format of a form."""
    media_type = OFFERED[form][chosen][0]
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _best(ranges: Iterable[tuple[str, float]], offered: Mapping[str, tuple[str, ...]]) -> str:
    found = [(max(_quality(ranges, t) for t in types), -rank, name)
             for rank, (name, types) in enumerate(offered.items())]
    quality, _, name = max(found)
    return name if quality > 0 else ""


def _quality(ranges: Iterable[tuple[str, float]], media_type: str) -> float:
    """Return the quality of the most specific range that covers a media type."""
    kind = media_type.partition("/")[0]
    by_range = dict(ranges)
    return next((by_range[r] for r in (media_type, f"{kind}/*", "*/*") if r in by_range), 0.0)


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        if media_range:
            yield media_range, float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
