"""Stores made by hand, and a browser to look at their pages."""

import copy
import os
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import graph, link, ontology
from kg.interchange import from_record
from kg.view import write_page

HOSTILE = (
    '<img src=x onerror="window.hacked=1">',
    "</script><script>window.hacked=1</script>",
    'href="javascript:window.hacked=1"',
    "javascript:window.hacked=1",
    "\u202eevil\u202c & {{ 7*7 }} ${7*7}",
    "<!--<script>",
)
"""Names that would run as script, or break the page, wherever one is taken for HTML."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]

ORBITER = {
    "id": "p1", "title": "Orbiter: Fast Serving",
    "text": "Orbiter: Fast Serving\n\nServing is slow. Our Orbiter 🚀 beats Comet by 2-4x in swiftness on a "
            "Dusty Unit Grid (DUG). Code is at https://example.org/orbiter.",
    "arxiv": "2501.00001",
    "entities": [
        {"type": "System", "name": "Orbiter", "mentions": ["Orbiter"]},
        {"type": "System", "name": "Comet", "mentions": ["Comet"]},
        {"type": "Hardware", "name": "Dusty Unit Grid", "mentions": ["Dusty Unit Grid", "DUG"]},
        {"type": "Metric", "name": "swiftness", "mentions": ["swiftness"]},
    ],
    "introduces": ["Orbiter"],
    "relations": [
        {"subject": "Orbiter", "predicate": "outperforms", "object": "Comet", "rule": "cue", "confidence": 0.81},
        {"subject": "Orbiter", "predicate": "usesHardware", "object": "Dusty Unit Grid"},
        {"subject": "Orbiter", "predicate": "measures", "object": "swiftness"},
    ],
    "results": [{"subject": "Orbiter", "metric": "swiftness", "low": 2, "high": 4, "unit": "x", "change": "increase",
                 "bound": "exact", "baseline": "Comet", "conditions": ["Dusty Unit Grid"],
                 "quote": "2-4x in swiftness"}],
    "code": ["https://example.org/orbiter"],
}


def hostile_record():
    """Return a paper whose title and every name are hostile."""
    text = "\n".join(HOSTILE)
    return {"id": HOSTILE[0], "title": HOSTILE[1], "text": f"{HOSTILE[1]}\n\n{text}",
            "entities": [{"type": "System", "name": name, "mentions": [
                {"text": name, "start": 0, "end": 5}]} for name in HOSTILE],
            "relations": [{"subject": HOSTILE[0], "predicate": "uses", "object": name} for name in HOSTILE[1:]],
            "results": [{"subject": name, "metric": HOSTILE[1], "low": 2, "high": 3, "unit": HOSTILE[0],
                         "change": "increase", "bound": "max", "baseline": HOSTILE[2], "baselines": [HOSTILE[2]],
                         "conditions": [HOSTILE[3]], "quote": HOSTILE[0]} for name in (HOSTILE[0], HOSTILE[4])]}


def chain(count):
    """Return a paper that names ``count`` systems, each built on the one before."""
    names = [f"Node{number:05d}" for number in range(count)]
    return {"id": "chain", "title": "Chain", "text": "Chain\n\n" + " ".join(names),
            "entities": [{"type": "System", "name": n, "mentions": [n]} for n in names],
            "relations": [{"subject": a, "predicate": "builtOn", "object": b}
                          for a, b in zip(names[1:], names, strict=False)]}


SAILOR = {
    "id": "p2", "title": "Sailor",
    "text": "Sailor\n\nSailor is up to 3x faster in swiftness than Comet. Sailor runs on a Wet Grid.",
    "arxiv": "2105.00002",
    "entities": [
        {"type": "System", "name": "Sailor", "mentions": ["Sailor"]},
        {"type": "System", "name": "Comet", "mentions": ["Comet"]},
        {"type": "Hardware", "name": "Wet Grid", "mentions": ["Wet Grid"]},
        {"type": "Metric", "name": "swiftness", "mentions": ["swiftness"]},
    ],
    "introduces": ["Sailor"],
    "relations": [
        {"subject": "Sailor", "predicate": "outperforms", "object": "Comet", "confidence": 0.4},
        {"subject": "Sailor", "predicate": "usesHardware", "object": "Wet Grid", "confidence": 0.95},
    ],
    "results": [{"subject": "Sailor", "metric": "swiftness", "low": 3, "high": 3, "unit": "x", "change": "increase",
                 "bound": "max", "baseline": "Comet", "baselines": ["Comet"], "conditions": [],
                 "quote": "up to 3x faster in swiftness", "confidence": 0.6}],
}
"""A paper of another year that shares two things with the first."""


@pytest.fixture
def sailor():
    return copy.deepcopy(SAILOR)


@pytest.fixture
def orbiter():
    return copy.deepcopy(ORBITER)


@pytest.fixture
def hostile():
    return hostile_record()


@pytest.fixture(name="chain")
def chain_fixture():
    return chain


@pytest.fixture(scope="session")
def schema():
    return ontology.load()


@pytest.fixture(scope="session")
def store_of(schema):
    def make(*records):
        extractions = [from_record(record) for record in records]
        store = ox.Store()
        store.extend(graph.graph_quads(extractions, link.link(extractions, schema), schema))
        return store

    return make


def chromium():
    """Return the path of a Chromium, None where there is none."""
    named = os.environ.get("KG_CHROMIUM")
    return named or next((found for name in ("chromium", "chromium-browser", "google-chrome")
                          if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        assert os.environ.get("CI") != "true", "CI needs a Chromium: install it, or name it in KG_CHROMIUM"
        pytest.skip("needs Chromium: install it, or name it in KG_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser, schema, store_of, tmp_path):
    """Return a function that writes the page of some records and opens it.

    At the end of the test the page must have asked for nothing but itself, and have had no fault. What it made itself
    (``blob:``, a file to save) is no request.
    """
    contexts, asked, faults = [], [], []

    def open_page(*records, width=1280, height=800, scheme="light", state="", **options):
        path: Path = tmp_path / "graph.html"
        write_page(store_of(*records), schema, path, **options)
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: None if request.url.startswith("blob:") else asked.append(request.url))
        page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri() + state)
        page.wait_for_selector("html[data-ready=true]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert len(asked) == len(contexts), f"the page asked for {asked}"
    assert all(url.startswith("file:") for url in asked)
    assert faults == []
