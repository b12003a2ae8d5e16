"""The routes of the endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kg import __version__
from kg.answers import FILTERS
from kg.errors import KgError, QueryError, StoreError
from kg.ontology import Ontology
from kg.pool import Answer, BusyError, CutError, Pool
from kg.query import prepare
from kg.serve.description import description
from kg.serve.guard import Guard
from kg.serve.negotiation import GRAPHS, OFFERED, accepts, content_type, formats
from kg.serve.page import Page
from kg.serve.protocol import asked, decoded
from kg.serve.server import Options
from kg.store import current

T = TypeVar("T")
_Reply = Callable[[Request], Awaitable[Response]]

_ASSETS = Path(__file__).resolve().parent / "assets"
_QUERY_PAGE = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
               "frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
_GRAPH_PAGE = "frame-ancestors 'none'"
_STATUS = {"refused": 400, "not-acceptable": 406, "too-large": 422, "failed": 500}
_WAIT = {"retry-after": "5"}
_MOST_FOUND = 200
_PREPARED = 512


def application(store: Path, ontology: Ontology, options: Options, *, extra: Sequence[Path] = (),
                ready: Callable[[], None] | None = None) -> Starlette:
    """Return the endpoint of a store as an ASGI application; its processes start and end with its lifespan.

    Its ``state.leave()`` ends what runs, so that it can be shut down at once.

    Args:
        store: the store's folder.
        ontology: has the saved queries.
        options: what is allowed; host and port of it do not matter here.
        extra: the folders that ``ontology`` was loaded from beside the shipped one.
        ready: told when requests can be answered.
    """
    pool = Pool(store, options.limits)
    routes = _Routes(store, ontology, pool, Page(store, extra))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await pool.start()
        if ready:
            ready()
        yield
        await pool.close()

    guards = [Middleware(Guard, hosts=(options.host, *options.hosts), origins=options.origins)]
    if options.origins:
        guards.append(Middleware(CORSMiddleware, allow_origins=list(options.origins), allow_methods=["GET", "POST"],
                                 allow_headers=["content-type", "accept"]))
    faults: dict[Any, Any] = {BusyError: _later, CutError: _later, QueryError: _wrong(400), StoreError: _wrong(503),
                              KgError: _wrong(500), HTTPException: _http_fault}
    app = Starlette(routes=routes.all(), middleware=guards, lifespan=lifespan, exception_handlers=faults)
    app.state.leave = pool.leave
    return app


class _Routes:
    def __init__(self, store: Path, ontology: Ontology, pool: Pool, page: Page) -> None:
        self._store = store
        self._ontology = ontology
        self._pool = pool
        self._page = page
        self._prepared = lru_cache(maxsize=_PREPARED)(
            lambda name, values: prepare(name, dict(values), self._ontology))

    def all(self) -> list[BaseRoute]:
        """Return the routes."""
        both = ["GET", "POST"]
        return [
            Route("/", self.graph), Route("/query", self.query_page), Route("/assets/{name}", self.asset),
            Route("/sparql", self.sparql, methods=both), Route("/sparql/", self.sparql, methods=both),
            Route("/queries", self.queries), Route("/queries/{name}", self.saved), Route("/about", self.about),
            Route("/search", self.search), Route("/entity", self.named("entity")),
            Route("/paper", self.named("paper")), Route("/results", self.results), Route("/compare", self.compare)]

    async def graph(self, request: Request) -> Response:
        """Return the page of the graph."""
        html = await _unless_gone(request, self._page.html())
        return HTMLResponse(html, headers={"content-security-policy": _GRAPH_PAGE})

    async def query_page(self, request: Request) -> Response:
        """Return the page to ask queries on."""
        return HTMLResponse((_ASSETS / "query.html").read_bytes(), headers={"content-security-policy": _QUERY_PAGE})

    async def asset(self, request: Request) -> Response:
        """Return a script or style of the query page."""
        kinds = {"query.js": "text/javascript", "query.css": "text/css"}
        name = request.path_params["name"]
        if name not in kinds:
            raise HTTPException(404, "no such file")
        return Response((_ASSETS / name).read_bytes(), media_type=kinds[name])

    async def sparql(self, request: Request) -> Response:
        """Answer a query, or describe the endpoint."""
        question = await asked(request, most=self._pool.limits.body)
        accept = request.headers.get("accept", "")
        if not question.query:
            return _described(request, accept, question.format)
        found = await _unless_gone(request, self._pool.sparql(
            question.query, formats=formats(accept, question.format), default=question.default, named=question.named))
        return _reply(found)

    async def queries(self, request: Request) -> Response:
        """List the saved queries with their parameters."""
        listed = [{"name": q.name, "title": q.title, "question": q.question, "sparql": q.sparql, "parameters": [
            {"name": p.name, "default": p.default, "description": p.description} for p in q.parameters]}
            for _, q in sorted(self._ontology.queries.items())]
        return _json(listed)

    async def saved(self, request: Request) -> Response:
        """Answer a saved query with its parameters."""
        name = request.path_params["name"]
        if name not in self._ontology.queries:
            raise HTTPException(404, f"no saved query {name!r}; /queries lists them")
        values = _fields(request)
        wanted = values.pop("format", "")
        sparql = self._prepared(name, tuple(sorted(values.items())))
        found = await _unless_gone(request, self._pool.sparql(
            sparql, formats=formats(request.headers.get("accept", ""), wanted)))
        return _reply(found)

    async def about(self, request: Request) -> Response:
        """Say what made the endpoint and what it reads."""
        return _json({"software": "abstract-kg", "version": __version__, "ontology": {
            "sha256": self._ontology.sha256}, "generation": current(self._store).name})

    async def search(self, request: Request) -> Response:
        """List what is called like ``q``."""
        values = _fields(request, "q", "limit")
        limit = values.get("limit", "20")
        if not limit.isdecimal() or int(limit) > _MOST_FOUND:
            raise HTTPException(400, f"limit is a whole number up to {_MOST_FOUND}")
        return await self._told(request, "search", 400, text=_needed(values, "q"), limit=int(limit))

    def named(self, question: str) -> _Reply:
        """Return the route that tells about a thing by its ``name``."""
        async def reply(request: Request) -> Response:
            return await self._told(request, question, 404, name=_needed(_fields(request, "name"), "name"))

        return reply

    async def results(self, request: Request) -> Response:
        """List the results that fit every filter."""
        return await self._told(request, "results", 400, **_fields(request, *FILTERS))

    async def compare(self, request: Request) -> Response:
        """Tell what is known between ``a`` and ``b``."""
        values = _fields(request, "a", "b")
        return await self._told(request, "compare", 404, first=_needed(values, "a"), second=_needed(values, "b"))

    async def _told(self, request: Request, question: str, unknown: int, **arguments: Any) -> Response:
        found = await _unless_gone(request, self._pool.ask(question, **arguments))
        if found.status == "refused":
            raise HTTPException(unknown, found.message)
        return _reply(found)


def _fields(request: Request, *known: str) -> dict[str, str]:
    """Return the fields of the address.

    Raises:
        HTTPException: 400 where one is unknown (of those given), or comes twice.
    """
    fields = decoded(request.scope["query_string"])
    values = dict(fields)
    unknown = sorted(values.keys() - set(known)) if known else []
    if unknown or len(values) != len(fields):
        raise HTTPException(400, f"unknown: {', '.join(unknown)}; known: {', '.join(known)}" if unknown
                            else "a parameter is given twice")
    return values


def _needed(values: dict[str, str], name: str) -> str:
    if not values.get(name):
        raise HTTPException(400, f"the parameter {name!r} is missing")
    return values[name]


def _described(request: Request, accept: str, wanted: str) -> Response:
    """Describe the endpoint; a browser is sent to the query page."""
    chosen = formats(accept, wanted)["graph"]
    best = max((accepts(accept, t) for types in GRAPHS.values() for t in types), default=0.0)
    if accept and accepts(accept, "text/html") > best:
        return RedirectResponse("/query", 303)
    if not chosen:
        raise HTTPException(406, f"the description comes as {', '.join(t[0] for t in GRAPHS.values())}")
    address = str(request.url.replace(query="", fragment=""))
    return Response(description(address, chosen), headers={"content-type": content_type("graph", chosen),
                                                           "vary": "accept"})


def _reply(found: Answer) -> Response:
    if found.status != "ok":
        return PlainTextResponse(found.message + "\n", _STATUS[found.status])
    form, _, chosen = found.type.partition("/")
    kind = content_type(form, chosen) if form in OFFERED else "application/json"
    return Response(found.body, headers={"content-type": kind, "vary": "accept"})


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False).encode("utf-8"), media_type="application/json")


async def _unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return what the work gives, but give it up when the client has gone."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise HTTPException(400, "the client has gone")
        return task.result()
    finally:
        for left in (task, gone):
            left.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _wrong(status: int) -> Callable[[Request, Exception], Response]:
    def reply(_: Request, error: Exception) -> Response:
        return PlainTextResponse(f"{error}\n", status)

    return reply


def _later(_: Request, error: Exception) -> Response:
    return PlainTextResponse(f"{error}\n", 503, headers=_WAIT)


def _http_fault(_: Request, error: Exception) -> Response:
    status, said = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    headers = error.headers if isinstance(error, HTTPException) else None
    return PlainTextResponse(f"{said}\n", status, headers=headers)
