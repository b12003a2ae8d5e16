"""The comparison of results, and files saved from the page."""

import csv
import io
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
BOTH = "#view=compare&with=system/orbiter&with=system/sailor"


def saved(page, button):
    with page.expect_download() as download:
        page.click(button)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_results_of_chosen_systems_stand_side_by_side(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#view=compare")
    assert "Choose what to compare" in page.locator("#compare").inner_text()
    field = page.get_by_label("Add something with results")
    for name in ("orb", "sail"):
        field.fill(name)
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Add something with results …"
    table = page.locator("#compare table")
    assert [head.strip() for head in table.locator("thead th").all_inner_texts()] == ["Metric", "Orbiter", "Sailor"]
    cells = table.locator("tbody tr").first.inner_text()
    for part in ("swiftness", "2–4x increase", "up to 3x increase", "Comet", "Dusty Unit Grid"):
        assert part in cells
    table.get_by_role("button", name="up to 3x increase").click()
    assert page.locator("#compare mark").inner_text() == "up to 3x faster in swiftness"
    assert page.url.count("with=") == 2


def test_the_plot_shows_ranges_and_bounds_and_says_them_in_words(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state=BOTH)
    plot = page.locator("#compare svg.plot")
    assert plot.locator("circle.filled").count() == 2
    assert plot.locator("circle.hollow").count() == 1
    assert plot.locator("line[stroke-dasharray]").count() == 1
    assert page.get_by_role("img", name="Dot plot of swiftness increase (x)").count() == 1
    description = plot.locator("desc").text_content()
    assert "Orbiter, 2–4x, against Comet, with Dusty Unit Grid" in description
    assert "Sailor, up to 3x, against Comet" in description
    page.click("text=The same in words")
    assert "Sailor: up to 3x" in page.locator(".words").inner_text()
    range_ = plot.locator("line[stroke-width='3']")
    low, high = (float(range_.get_attribute(name)) for name in ("x1", "x2"))
    open_, = (float(dot.get_attribute("cx")) for dot in plot.locator("circle.hollow").all())
    assert open_ == pytest.approx((low + high) / 2)  # 3 is half way from 2 to 4


def test_a_metric_brings_all_that_it_measures(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#node=metric/swiftness")
    page.click("text=Compare what it measures")
    assert page.locator("#compare circle").count() == 3
    page.get_by_role("button", name="Remove Sailor").click()
    assert page.locator("#compare circle").count() == 2


def test_one_measure_of_several_is_chosen(opened, orbiter, sailor):
    other = sailor["results"][0] | {"change": "value", "unit": "%", "low": 80, "high": 80, "bound": "exact"}
    sailor["results"].append(other)
    page = opened(orbiter, sailor, state=BOTH)
    assert page.locator("#measure").input_value() == "swiftness|x|increase"
    page.select_option("#measure", "swiftness|%|value")
    assert page.locator("#compare circle").count() == 1
    assert "measure=" in page.url


def test_far_values_stand_on_a_logarithmic_scale_and_the_page_says_so(opened, orbiter, sailor):
    sailor["results"][0] |= {"low": 3000, "high": 3000}
    page = opened(orbiter, sailor, state=BOTH)
    assert "logarithmic" in page.locator("figcaption").inner_text()


def test_filters_reach_the_comparison(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state=f"{BOTH}&years=2021-2021")
    assert page.locator("#compare circle").count() == 1


def test_results_are_saved_as_csv(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#view=results")
    name, content = saved(page, "#save-csv")
    assert name == "results.csv"
    found = rows(content)
    assert {(row["about"], row["low"], row["high"], row["unit"], row["baseline"]) for row in found} == {
        ("Orbiter", "2", "4", "x", "Comet"), ("Sailor", "3", "3", "x", "Comet")}
    assert next(row for row in found if row["about"] == "Sailor")["sentence"].startswith("Sailor is up to 3x")


def test_each_view_saves_what_it_shows(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#sure=0.5")
    name, content = saved(page, "#save-csv")
    assert name == "graph.csv"
    assert ("Sailor", "Comet") not in {(row["from"], row["to"]) for row in rows(content)}
    assert ("Orbiter", "Comet") in {(row["from"], row["to"]) for row in rows(content)}
    files = (("nodes", "nodes.csv", 9), ("relations", "relations.csv", None), ("compare", "comparison.csv", 1))
    for view, file, count in files:
        page.evaluate("(view) => kg.set({view, compared: [kg.results[0].about]})", view)
        name, content = saved(page, "#save-csv")
        assert name == file
        assert count is None or len(rows(content)) == count


def test_cells_that_a_spreadsheet_would_run_are_text(opened, orbiter):
    text = 'Evil\n\n=HYPERLINK("x"), new\u2028line and @SUM beat all.'
    names = ['=HYPERLINK("x"), new', "@SUM"]
    page = opened({"id": "e", "title": "Evil", "text": text,
                   "entities": [{"type": "System", "name": name, "mentions": [name]} for name in names]},
                  state="#view=nodes")
    found = {row["name"] for row in rows(saved(page, "#save-csv")[1])}
    assert {"'" + name for name in names} <= found


def size(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def test_the_picture_and_the_plot_are_saved_as_png(opened, orbiter, sailor):
    page = opened(orbiter, sailor)
    box = page.locator("#canvas").bounding_box()
    name, content = saved(page, "#save-png")
    assert name == "graph.png"
    assert size(content) == (pytest.approx(2 * box["width"], abs=1), pytest.approx(2 * box["height"] + 68, abs=1))
    assert len(content) > 10000
    place = page.evaluate("kg.canvas.place(0)")
    page.evaluate("(state) => { location.hash = state; }", BOTH)
    page.wait_for_selector("#compare svg.plot")
    name, content = saved(page, "#save-png")
    assert name == "comparison.png"
    assert size(content)[0] == 2 * page.evaluate("kg.plotted.drawing.width")
    page.evaluate("kg.set({view: 'graph'})")
    assert page.evaluate("kg.canvas.place(0)") == place  # saving moved nothing
    page.evaluate("kg.set({view: 'nodes'})")
    assert page.locator("#save-png").is_disabled()


def test_an_empty_graph_has_nothing_to_compare_or_save(opened):
    page = opened(state="#view=compare")
    assert "No paper here reports a numeric result" in page.locator("#compare").inner_text()
    assert page.locator("#save-png").is_disabled()
