"""The tools for agents, called by the client of the official SDK over a real process."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

mcp = pytest.importorskip("mcp")

Call = Callable[..., Awaitable[tuple[bool, str]]]


def session(store: Path, work: Callable[[Any, Call], Awaitable[None]]) -> None:
    """Run ``work`` with a client of ``kg mcp`` and a function that calls a tool: (whether it failed, its text)."""
    async def run() -> None:
        command = mcp.StdioServerParameters(
            command=sys.executable, args=["-m", "kg", "mcp", "--store", str(store), "--timeout", "2"],
            env=dict(os.environ))
        async with asyncio.timeout(60), mcp.Client(command) as client:
            async def call(tool: str, /, **arguments: Any) -> tuple[bool, str]:
                found = await client.call_tool(tool, arguments)
                return bool(found.is_error), "".join(part.text for part in found.content)

            await work(client, call)

    asyncio.run(run())


def test_an_agent_reads_the_store(store_folder: Path) -> None:
    async def work(client: Any, call: Call) -> None:
        listed = await client.list_tools()
        assert {tool.name for tool in listed.tools} == {"search", "entity", "results", "compare", "sparql"}
        assert all(tool.description for tool in listed.tools)
        failed, text = await call("search", text="orbiter")
        assert not failed
        assert json.loads(text)[0]["label"] == "Orbiter"
        _, text = await call("entity", name="Orbiter")
        assert json.loads(text)["kind"] == "entity"
        _, text = await call("results", metric="throughput", hardware="A100")
        assert [(row["low"], row["high"], row["unit"]) for row in json.loads(text)] == [(2.0, 3.0, "x")]
        _, text = await call("compare", first="Orbiter", second="vLLM")
        assert {row["basis"] for row in json.loads(text)} == {"direct", "said"}
        _, text = await call("sparql", query="ASK { ?s a kg:System }")
        assert json.loads(text)["boolean"] is True

    session(store_folder, work)


def test_what_goes_wrong_is_told_to_the_agent(store_folder: Path) -> None:
    async def work(client: Any, call: Call) -> None:
        cases = {
            "nothing is called": await call("entity", name="no such thing"),
            "not valid SPARQL": await call("sparql", query="SELECT {"),
            "SERVICE would ask": await call("sparql", query="SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
            "was cut after 2 s": await call("sparql", query="SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
                                                            ". ?j ?k ?l }"),
        }
        for message, (failed, text) in cases.items():
            assert failed
            assert message in text
        assert not (await call("sparql", query="ASK {}"))[0]

    session(store_folder, work)
