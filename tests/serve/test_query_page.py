"""The query page in a browser: questions, parameters, faults, CSV, and nothing from elsewhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.serve.conftest import Endpoint

pytestmark = pytest.mark.browser
HOSTILE = ("SELECT (IRI('javascript:window.hacked=1') AS ?x) ('<img src=x onerror=\"window.hacked=1\">' AS ?y) "
           "('=1+1' AS ?z) (-2.5 AS ?n) {}")


@pytest.fixture
def page(endpoint: Endpoint) -> Iterator[Any]:
    """Return the query page; at the end it must have asked for nothing from elsewhere and have had no fault."""
    path = os.environ.get("KG_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs Chromium: install it, or name it in KG_CHROMIUM")
    from playwright.sync_api import sync_playwright

    home = f"http://127.0.0.1:{endpoint.port}/"
    asked: list[str] = []
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.goto(home + "query")
        opened.wait_for_function("document.querySelectorAll('option').length > 5")
        yield opened
        assert opened.evaluate("window.hacked") is None
        browser.close()
    assert not [url for url in asked if not url.startswith((home, "data:", "blob:" + home))]
    assert not faults


def test_a_saved_question_is_asked_with_its_parameter(page: Any) -> None:
    page.select_option("#name", "beats")
    page.fill("#parameters input", "vLLM")
    page.click("#ask")
    page.wait_for_selector("#answer table")
    assert "Orbiter" in page.inner_text("#answer")
    assert page.url.endswith("#saved=beats&system=vLLM")
    page.reload()
    page.wait_for_selector("#parameters input")
    assert page.input_value("#parameters input") == "vLLM"


def test_a_fault_is_shown_with_its_place(page: Any) -> None:
    page.fill("#sparql", "SELECT {")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#fault:not([hidden])")
    assert "query:1:" in page.inner_text("#fault")


def test_what_is_hostile_is_text_and_the_csv_is_defused(page: Any) -> None:
    page.fill("#sparql", HOSTILE)
    page.click("#ask")
    page.wait_for_selector("#answer table")
    assert page.query_selector("#answer a") is None
    assert page.query_selector("#answer img") is None
    with page.expect_download() as saved:
        page.click("#csv")
    lines = Path(saved.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "x,y,z,n"
    assert lines[1].endswith(",'=1+1,-2.5")
