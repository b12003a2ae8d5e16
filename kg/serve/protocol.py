"""A SPARQL query as HTTP brings it: by GET, as a form, or as the body of a POST.

Source: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

_FIELDS = 1000
_SLOW = 20.0
_READ_ONLY = "this endpoint is read-only: it takes queries, no updates"
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the graphs that the protocol names; ``query`` is empty where none was given."""

    query: str
    default: tuple[str, ...]
    named: tuple[str, ...]
    format: str


async def asked(request: Request, *, most: int) -> Asked:
    """Return what a request to the endpoint asks.

    Args:
        request: by GET or POST.
        most: bytes that its body may have.

    Raises:
        HTTPException: 400 where there is not exactly one query, or text is not UTF-8; 403 for updates; 408 for a body
            that does not come; 413 for one that is too large; 415 for another media type.
    """
    fields = decoded(request.scope["query_string"])
    if request.method == "POST":
        fields += await _posted(request, most)
    values = _grouped(fields)
    if values.keys() & {"update", "using-graph-uri", "using-named-graph-uri"}:
        raise HTTPException(403, _READ_ONLY)
    queries = values.get("query", [])
    if len(queries) > 1 or (not queries and request.method == "POST"):
        raise HTTPException(400, f"give one query, not {len(queries)}")
    return Asked(queries[0] if queries else "", tuple(values.get("default-graph-uri", ())),
                 tuple(values.get("named-graph-uri", ())), values.get("format", [""])[0])


async def _posted(request: Request, most: int) -> list[tuple[str, str]]:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if media_type == UPDATE:
        raise HTTPException(403, _READ_ONLY)
    if media_type not in {FORM, QUERY}:
        raise HTTPException(415, f"a query comes by GET, or by POST as {FORM} or {QUERY}")
    charset = parameters.partition("charset=")[2].strip().strip('"').lower() or "utf-8"
    if charset not in _UTF8:
        raise HTTPException(415, "a query is written in UTF-8")
    content = await body(request, most)
    return decoded(content) if media_type == FORM else [("query", _text(content))]


async def body(request: Request, most: int) -> bytes:
    """Return the body of a request.

    Raises:
        HTTPException: 413 where it has more than ``most`` bytes, 408 where it does not come in time.
    """
    too_large = HTTPException(413, f"a request may have {most} bytes")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        raise too_large
    content = bytearray()
    try:
        async with asyncio.timeout(_SLOW):
            async for part in request.stream():
                content += part
                if len(content) > most:
                    raise too_large
    except TimeoutError as error:
        raise HTTPException(408, "the body of the request did not come") from error
    return bytes(content)


def decoded(form: bytes) -> list[tuple[str, str]]:
    """Return the fields of a URL-encoded form in their order.

    Raises:
        HTTPException: 400 where it is not UTF-8, or has too many fields.
    """
    try:
        return parse_qsl(form.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError as error:
        raise HTTPException(400, "not a URL-encoded form in UTF-8") from error


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(400, "the query is not UTF-8") from error


def _grouped(fields: list[tuple[str, str]]) -> Mapping[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in fields:
        grouped.setdefault(name, []).append(value)
    return grouped
