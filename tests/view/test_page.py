"""The page as a file: fixed bytes, closed policy, nothing that another name could open."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ExportError
from kg.view import page as page_module
from kg.view import write_page
from kg.view.page import SCRIPTS, json_block, policy

ASSETS = Path(page_module.__file__).parent / "assets"
STYLE = (ASSETS / "style.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([\w-]+): light-dark\((#\w+, #\w+)\)", STYLE))
TEXT = [(ink, paper) for ink in ("text", "muted", "accent") for paper in ("page", "surface", "raised")] + [
    ("text", "wash"), ("text", "mark"), ("muted", "wash"), ("page", "accent")]
PARTS = [("accent", "page"), ("accent", "wash"), ("edge", "page"), ("muted", "surface")]
CONTRASTS = [*((*pair, 4.5) for pair in TEXT), *((*pair, 3.0) for pair in PARTS)]


@pytest.fixture
def page(store_of, schema, orbiter, tmp_path):
    write_page(store_of(orbiter), schema, tmp_path / "graph.html")
    return (tmp_path / "graph.html").read_text(encoding="utf-8")


def scripts(page):
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def test_the_policy_allows_exactly_the_scripts_of_the_page(page):
    allowed = re.search(r"script-src ([^;]*);", page.replace("&#39;", "'"))[1]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts(page)]
    assert len(hashes) == len(SCRIPTS) + 1
    assert allowed.split() == hashes
    assert "default-src 'none'" in page.replace("&#39;", "'")
    assert "unsafe" not in policy(["x"], ["y"])


@pytest.mark.parametrize(("ink", "paper", "least"), CONTRASTS)
def test_colours_have_the_contrast_of_aa(ink, paper, least):
    """See https://www.w3.org/TR/WCAG22/#contrast-minimum and #non-text-contrast."""
    for one, two in zip(COLOURS[ink].split(", "), COLOURS[paper].split(", "), strict=True):
        assert contrast(one, two) >= least


def luminance(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, two):
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_every_script_is_listed():
    assert {path.name for path in ASSETS.glob("*.js")} == set(SCRIPTS)


def test_nothing_is_loaded_from_elsewhere(page):
    markup = re.sub(r"<(script|style)\b[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.findall(r"""\b(?:src|href)\s*=|@import|url\(""", markup)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert not re.findall(r"@import|url\(", style)


def test_the_same_store_gives_the_same_bytes(store_of, schema, orbiter, hostile, tmp_path):
    write_page(store_of(orbiter, hostile), schema, tmp_path / "one.html")
    write_page(store_of(hostile, orbiter), schema, tmp_path / "two.html")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_names_cannot_end_the_data(store_of, schema, hostile, tmp_path):
    write_page(store_of(hostile), schema, tmp_path / "x.html", title="</title><script>alert(1)</script>")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert len(scripts(page)) == len(SCRIPTS) + 1
    assert "alert(1)</script>" not in page
    content = re.search(r'id="content">(.*?)</script>', page, re.DOTALL)[1]
    assert "<" not in content
    assert json.loads(content)["nodes"]


def test_json_blocks_read_back():
    value = {"a": "</script>\u2028<!--", "b": [1, 2.5, "é🚀"]}
    assert json.loads(json_block(value)) == value
    assert "<" not in json_block(value)


def test_an_empty_store_gives_a_page(schema, tmp_path):
    write_page(ox.Store(), schema, tmp_path / "x.html")
    assert "<html" in (tmp_path / "x.html").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_is_named(schema, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="file"):
        write_page(ox.Store(), schema, tmp_path / "file" / "x.html")
