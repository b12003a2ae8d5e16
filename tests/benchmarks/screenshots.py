"""Make the pictures of README from the bundled abstracts: the graph, an entity, the comparison of results.

    python tests/benchmarks/screenshots.py [FOLDER]

Builds the demo, opens its page in headless Chromium (KG_CHROMIUM names it) and writes graph.png, entity.png and
compare.png into the folder, exports/demo unless told otherwise.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from kg.building import build
from kg.examples import paths

FOLDER = Path(__file__).parents[2] / "exports" / "demo"
WIDTH, HEIGHT = 1280, 800
SYSTEMS = ("SGLang", "vLLM", "S-LoRA", "Orca", "PagedAttention")
ENTITY = "vLLM"

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_KEY = "(name) => kg.nodes.find((node) => node.label === name).key"
_FIRST_VALUE = "#panel button.value"


def main(folder: Path) -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright

    named = os.environ.get("KG_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        build([paths().abstracts], out=Path(made))
        browser = playwright.chromium.launch(executable_path=named, args=_FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto((Path(made) / "graph.html").as_uri())
        page.wait_for_selector("html[data-ready=true]")

        def shoot(name: str) -> None:
            page.mouse.move(0, 0)
            page.wait_for_timeout(300)
            page.screenshot(path=folder / name)
            print(folder / name)

        shoot("graph.png")
        page.evaluate(f"(name) => kg.select(({_KEY})(name))", ENTITY)
        page.locator(_FIRST_VALUE).first.click()
        shoot("entity.png")
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT + 190})
        page.evaluate(f"(names) => kg.set({{view: 'compare', selected: null, compared: names.map({_KEY})}})", SYSTEMS)
        shoot("compare.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
