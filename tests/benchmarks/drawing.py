"""Draw networks of growing size in headless Chromium: this page, and pyvis as it comes, in one run.

    python tests/benchmarks/drawing.py [NODES ...]

Prints for each size how long it takes until the picture stands, how many frames a second a drag gives, and how large
the file is. ``all`` is the page told to draw every node, where it would open with groups. KG_CHROMIUM names the
browser.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import graph, link, ontology
from kg.interchange import from_record
from kg.view import write_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = (1000, 3000, 10000)
EDGES_A_NODE = 1.5
STOCK_LIMIT = 120
"""Seconds after which waiting for pyvis ends."""

_SEED = 7
_BLOCK = 60
_NAMED = 9
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_DRAG = """([place, seconds]) => new Promise((done) => {
    const drawn = typeof kg === 'undefined' ? network : kg.canvas.network;
    const canvas = document.querySelector(place + ' canvas');
    const box = canvas.getBoundingClientRect();
    const fire = (type, step) => canvas.dispatchEvent(new PointerEvent(type, {
        clientX: box.left + 30 + 3 * (step % 60), clientY: box.bottom - 30 - 2 * (step % 60), pointerId: 1,
        pointerType: 'mouse', isPrimary: true, bubbles: true, button: type === 'pointermove' ? -1 : 0, buttons: 1}));
    let frames = 0, step = 0;
    drawn.on('afterDrawing', () => frames++);
    fire('pointerdown', 0);
    const started = performance.now();
    const next = () => {
        const took = (performance.now() - started) / 1000;
        if (took < seconds) { fire('pointermove', ++step); requestAnimationFrame(next); return; }
        fire('pointerup', step);
        done(frames / took);
    };
    requestAnimationFrame(next);
})"""
_SETTLED = "() => document.getElementById('loadingBar')?.style.display === 'none'"
_NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def records(nodes: int) -> list[dict[str, Any]]:
    """Return papers of nine systems each that give so many nodes; most relations stay within a block of systems."""
    shuffled = random.Random(_SEED)  # noqa: S311
    count = nodes * _NAMED // (_NAMED + 1)
    names = [f"Sys{number:05d}" for number in range(count)]
    papers = []
    for first in range(0, count, _NAMED):
        own = names[first:first + _NAMED]
        relations = [_relation(shuffled, own, names, first) for _ in range(round(EDGES_A_NODE * (len(own) + 1)))]
        papers.append(_paper(f"p{first:05d}", own, relations))
    return papers


def _relation(shuffled: random.Random, own: list[str], names: list[str], first: int) -> tuple[str, str]:
    start = first // _BLOCK * _BLOCK
    near = names[start:start + _BLOCK] if shuffled.random() < 0.9 else names
    return shuffled.choice(own), shuffled.choice(near)


def _paper(key: str, own: list[str], relations: list[tuple[str, str]]) -> dict[str, Any]:
    sentences = [f"In our trials on a shared machine {a} outperforms {b} by a factor of two in throughput."
                 for a, b in relations]
    text = f"Trial {key}\n\nWe look at {', '.join(own)}. " + " ".join(sentences)
    used = sorted({*own, *(name for pair in relations for name in pair)})
    return {"id": key, "title": f"Trial {key}", "text": text,
            "entities": [{"type": "System", "name": name, "mentions": [name]} for name in used],
            "relations": [{"subject": a, "predicate": "outperforms", "object": b} for a, b in relations if a != b]}


def write_pages(nodes: int, folder: Path) -> tuple[Path, Path]:
    """Write this page and that of pyvis, of the same network; return where."""
    import pyoxigraph as ox
    from pyvis.network import Network

    from kg.export.network import network

    schema = ontology.load()
    extractions = [from_record(record) for record in records(nodes)]
    store = ox.Store()
    store.extend(graph.graph_quads(extractions, link.link(extractions, schema), schema))
    ours, stock = folder / f"ours-{nodes}.html", folder / f"stock-{nodes}.html"
    started = time.perf_counter()
    write_page(store, schema, ours)
    took = time.perf_counter() - started
    made = network(store)
    plain = Network(directed=True, cdn_resources="in_line")
    for node, attributes in made.nodes(data=True):
        plain.add_node(node, label=attributes["label"])
    for a, b in made.edges():
        plain.add_edge(a, b)
    stock.write_text(plain.generate_html(), encoding="utf-8")
    print(f"{made.number_of_nodes():,} nodes, {made.number_of_edges():,} edges: page written in {took:.1f} s",
          flush=True)
    return ours, stock


def measure(browser: Browser, path: Path, *, state: str = "",
            stock: bool = False) -> tuple[float | None, float | None]:
    """Return seconds until the picture stands and frames a second while it is dragged; None for what never came."""
    from playwright.sync_api import TimeoutError as TookTooLongError

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
    page = context.new_page()
    page.set_default_timeout(1000 * STOCK_LIMIT)
    started = time.perf_counter()
    try:
        page.goto(path.as_uri() + state, wait_until="commit")
        if stock:
            page.wait_for_function(_SETTLED)
        else:
            page.wait_for_selector("html[data-ready=true]", state="attached")
        page.evaluate(_NEXT_FRAME)
    except TookTooLongError:
        context.close()
        return None, None
    drawn = time.perf_counter() - started
    fps = drag(page, "#mynetwork" if stock else "#canvas")
    context.close()
    return drawn, fps


def drag(page: Page, place: str, seconds: float = 3.0) -> float:
    """Return the frames a second that are drawn while the picture is dragged around by its edge."""
    return float(page.evaluate(_DRAG, [place, seconds]))


def _row(name: str, path: Path, found: tuple[float | None, float | None]) -> str:
    drawn, fps = found
    return (f"  {name:<22}{f'over {STOCK_LIMIT} s' if drawn is None else f'{drawn:.2f} s':>12}"
            f"{'-' if fps is None else f'{fps:.0f} fps':>10}{path.stat().st_size / 1e6:>9.2f} MB")


def main(sizes: list[int]) -> None:
    """Print the figures of each size."""
    from playwright.sync_api import sync_playwright

    named = os.environ.get("KG_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=named, args=_FLAGS)
        for nodes in sizes:
            ours, stock = write_pages(nodes, Path(folder))
            print(_row("this page, as it opens", ours, measure(browser, ours)), flush=True)
            if nodes > min(sizes):
                print(_row("this page, all", ours, measure(browser, ours, state="#draw=all")), flush=True)
            print(_row("pyvis as it comes", stock, measure(browser, stock, stock=True)), flush=True)
        browser.close()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
