"""The reads of a store as tools of the Model Context Protocol, over standard input and output.

The official SDK comes with the extra ``mcp``. The tools run in the processes of :mod:`kg.pool`, so that a question is
cut when it takes too long, and reads a new generation of the store as soon as there is one.

Source: https://modelcontextprotocol.io/specification
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import __version__
from kg.errors import KgError, ServeError
from kg.ontology import Ontology
from kg.pool import Answer, Limits, Pool
from kg.store import current

if TYPE_CHECKING:
    from mcp.server import MCPServer

_FORMATS = {"solutions": "json", "boolean": "json", "graph": "ttl"}
_ABOUT = """A knowledge graph of abstracts of machine-learning and systems papers: systems, models, hardware, metrics,
datasets and methods; what papers introduce, build on, run on and compare; and numeric results with their sentences."""


def server(store: Path, ontology: Ontology, *, limits: Limits | None = None) -> MCPServer[None]:
    """Return the server of the store in a folder; its processes start and end with its lifespan.

    Raises:
        ServeError: the extra is not installed.
        StoreError: there is no store in the folder.
    """
    try:
        from mcp.server import MCPServer
    except ImportError as error:
        raise ServeError(f"serving agents needs {error.name}", remedy="pip install 'abstract-kg[mcp]'") from error
    current(store)
    pool = Pool(store, limits or Limits())

    @asynccontextmanager
    async def lifespan(_: MCPServer[None]) -> AsyncIterator[None]:
        await pool.start()
        try:
            yield
        finally:
            await pool.close()

    made: MCPServer[None] = MCPServer("abstract-kg", version=__version__, instructions=_instructions(ontology),
                                      lifespan=lifespan, log_level="WARNING")
    for tool in _tools(pool):
        made.tool(structured_output=False)(tool)
    return made


def _instructions(ontology: Ontology) -> str:
    classes = ", ".join(sorted(ontology.classes))
    relations = ", ".join(sorted(relation.name for relation in ontology.relations()))
    return (f"{_ABOUT}\n\nIn SPARQL the prefixes kg:, rdf:, rdfs:, skos: and dcterms: are known. Classes (kg:): "
            f"{classes}. Relations (kg:): {relations}. Every entity has rdfs:label. A kg:Result has kg:about, "
            "kg:metric, kg:low, kg:high, kg:unit, kg:change, kg:bound, kg:baseline, kg:condition, kg:statedIn and "
            "kg:quote.")


def _tools(pool: Pool) -> list[Callable[..., Awaitable[str]]]:
    async def search(text: str, limit: int = 20) -> str:
        """Find entities and papers by name: their IRI, class and label, best first."""
        return await _asked(pool, "search", text=text, limit=max(1, min(limit, 200)))

    async def entity(name: str) -> str:
        """Tell what is known of an entity, a paper, a claim or a result by its name, id or IRI.

        Every statement comes with its sentence, the span in it, the rule that found it, and a confidence.
        """
        return await _asked(pool, "entity", name=name)

    async def results(about: str = "", metric: str = "", baseline: str = "", hardware: str = "", dataset: str = "",
                      paper: str = "") -> str:
        """List numeric results that fit every filter given: what was measured, numbers, unit, baseline and quote."""
        given = {"about": about, "metric": metric, "baseline": baseline, "hardware": hardware, "dataset": dataset,
                 "paper": paper}
        return await _asked(pool, "results", **{name: value for name, value in given.items() if value})

    async def compare(first: str, second: str) -> str:
        """Tell what is known between two things: results of one against the other, and on the same metric."""
        return await _asked(pool, "compare", first=first, second=second)

    async def sparql(query: str) -> str:
        """Answer a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT, DESCRIBE), as SPARQL JSON or Turtle."""
        return _text(await _told(pool.sparql(query, formats=_FORMATS)))

    return [search, entity, results, compare, sparql]


async def _asked(pool: Pool, question: str, **arguments: Any) -> str:
    return _text(await _told(pool.ask(question, **arguments)))


async def _told(answer: Awaitable[Answer]) -> Answer:
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        return await answer
    except KgError as error:
        raise ToolError(str(error)) from error


def _text(answer: Answer) -> str:
    from mcp.server.mcpserver.exceptions import ToolError

    if answer.status != "ok":
        raise ToolError(answer.message)
    text = answer.body.decode("utf-8")
    return json.dumps(json.loads(text), ensure_ascii=False) if answer.type.endswith("json") else text
