"""Quantities: a table of own sentences, and what must hold of every text."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import document
from kg.extract.quantities import QuantityFinder, find_quantities
from kg.extract.sentences import blank
from kg.extract.units import QuantityWords
from kg.ontology import load

TABLE = Path(__file__).parent.parent / "data" / "results.jsonl"
ROWS = [row for row in map(json.loads, TABLE.read_text(encoding="utf-8").splitlines()) if "quantities" in row]
WORDS = QuantityWords.from_ontology(load())

_PIECES = st.sampled_from([
    "2", "15", "3.5", "1,234", "×", "x", "%", " ", "-", "–", "to", "from", "up to", "and", ",", "(", ")", "/", "10^",
    "±", "$", "ms", "tokens/s", "orders of magnitude", "two", "half the", "on average", ".", "e5", "GPT-4", "\n\n",
    "~", "<", "٣", "²", "points", "of 34"])
TEXTS = st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=30).map("".join),
                  st.lists(_PIECES, max_size=20).map(" ".join))


def test_table_is_whole():
    assert len(ROWS) == 90


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:60])
def test_table(row):
    found = [{"low": q.low, "high": q.high, "unit": q.unit, "bound": q.bound, "form": q.form}
             for q in find_quantities(row["text"], WORDS)]
    assert found == row["quantities"]


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_every_quantity_is_printed_where_it_says(text):
    found = find_quantities(text, WORDS)
    for quantity in found:
        assert text[quantity.start : quantity.end] == quantity.raw
        assert quantity.bound_start <= quantity.start < quantity.end
        assert all(abs(v) < float("inf") for v in (quantity.low, quantity.high))
        assert any(c.isdigit() for c in quantity.raw) or quantity.unit in ("x", "%")
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.integers(0, 999), st.integers(1, 9))
def test_a_plain_value_is_read_as_it_stands(whole, tenth):
    found = find_quantities(f"It saves {whole}.{tenth}% here.", WORDS)
    assert [(q.low, q.raw) for q in found] == [(float(f"{whole}.{tenth}"), f"{whole}.{tenth}%")]


@pytest.mark.parametrize("unit", [
    "1x1", "1,111", "9", "a@", "2-3x ", "from 1 to 2 ms ", "two ", "10^", "1.5 × ", "up to "])
def test_time_grows_with_length_alone(unit):
    def seconds(times):
        text = unit * times
        start = time.process_time()
        find_quantities(text, WORDS)
        return time.process_time() - start

    seconds(100)
    short, long = min(seconds(2000) for _ in range(3)), min(seconds(16000) for _ in range(2))
    assert long < 8 * 4 * max(short, 0.005)


def test_the_component_sets_the_quantities():
    document.register()
    doc = QuantityFinder(load())(blank()("Orbiter saves 5% here."))
    assert [q.raw for q in doc._.kg_quantities] == ["5%"]


def test_no_text_has_no_quantities():
    assert find_quantities("", WORDS) == ()
