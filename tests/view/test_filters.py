"""Filters by year, confidence and paper, and paths over what they show. See test_browser.py for class and relation."""

import pytest

pytestmark = pytest.mark.browser


def names(page):
    page.evaluate("kg.set({view: 'nodes'})")
    found = {name.strip() for name in page.locator("#tables tbody th").all_inner_texts()}
    page.evaluate("kg.set({view: 'graph'})")
    return found


def drawn(page):
    return set(page.evaluate("kg.canvas.shown().map((id) => kg.nodes[id].label)"))


def relations(page):
    return page.evaluate("kg.edges.filter(kg.isShown).map((e) => `${kg.nodes[e.from].label} ${e.predicate} "
                         "${kg.nodes[e.to].label}`)")


def test_years_leave_what_papers_of_these_years_say(opened, orbiter, sailor):
    page = opened(orbiter, sailor)
    page.get_by_label("To year").select_option("2021")
    assert names(page) == drawn(page) == {"Sailor", "Comet", "Wet Grid", "swiftness"} | {
        name for name in names(page) if "Sailor" in name}
    assert "example.org/orbiter" not in drawn(page)  # of a paper that is left out
    assert not any("Orbiter" in relation for relation in relations(page))
    assert "years=2021-2021" in page.url
    assert page.locator("#remaining").inner_text().startswith("Shown: 5 of 9 nodes")
    page.click("text=any year")
    assert "Orbiter" in drawn(page)


def test_confidence_leaves_what_is_sure_enough(opened, orbiter, sailor):
    page = opened(orbiter, sailor)
    page.focus("#sure")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert page.locator("#sure-value").inner_text() == "50% or more"
    assert "Sailor outperforms Comet" not in relations(page)
    assert "Orbiter outperforms Comet" in relations(page)
    assert "sure=0.5" in page.url


def test_papers_can_be_chosen_and_taken_off_again(opened, orbiter, sailor):
    page = opened(orbiter, sailor)
    page.get_by_label("Only this paper").fill("sailor")
    page.keyboard.press("Enter")
    assert "Orbiter" not in drawn(page)
    assert {"Sailor", "Comet", "Wet Grid"} <= drawn(page)
    assert "paper=paper" in page.url
    page.get_by_role("button", name="Remove Sailor").click()
    assert "Orbiter" in drawn(page)


def test_the_panel_says_how_many_the_filters_hide(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#node=system/comet&sure=0.5")
    assert "Relations (1 of 2)" in page.locator("#panel").inner_text()
    page.click("#reset")
    assert "Relations (2)" in page.locator("#panel").inner_text()


def test_filters_that_leave_nothing_say_so_and_can_be_undone(opened, orbiter):
    page = opened(orbiter, state="#years=1990-1991")
    assert drawn(page) == set()
    assert "The filters leave nothing" in page.locator("#notice").inner_text()
    page.locator("#notice button").click()
    assert "Orbiter" in drawn(page)


def test_filters_come_from_the_address(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#years=2025-2025&sure=0.3")
    assert "Sailor" not in drawn(page)
    assert page.locator("#sure-value").inner_text() == "30% or more"


def test_a_hidden_node_that_is_searched_for_comes_back(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#years=2025-2025")
    page.fill("#search", "wet grid")
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "Wet Grid"
    assert "Wet Grid" in drawn(page)


def test_papers_without_a_year_are_told(opened, orbiter):
    page = opened(orbiter, {"id": "p9", "title": "Undated", "text": "Undated\n\nNothing.", "entities": []})
    assert "1 paper without a year" in page.locator("#years").inner_text()
    none = opened({"id": "p9", "title": "Undated", "text": "Undated\n\nNothing.", "entities": []})
    assert "No paper tells its year" in none.locator("#years").inner_text()


def test_the_shortest_path_is_listed_with_its_evidence(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#node=system/orbiter")
    page.click("text=Find a path to")
    page.keyboard.type("wet")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    assert panel.locator("h2").inner_text() == "Orbiter to Wet Grid"
    assert "3 steps" in panel.inner_text()
    steps = [" ".join(text.split()) for text in panel.locator(".steps li").all_inner_texts()]
    assert steps == ["Orbiter outperforms Comet why?", "Sailor outperforms Comet why?",
                     "Sailor uses hardware Wet Grid why?"]
    bright = page.evaluate("kg.canvas.shown().filter((id) => !kg.canvas.isDim(id)).map((id) => kg.nodes[id].label)")
    assert set(bright) == {"Orbiter", "Comet", "Sailor", "Wet Grid"}
    state = page.url.partition("#")[2]
    assert opened(orbiter, sailor, state=f"#{state}").locator("#panel h2").inner_text() == "Orbiter to Wet Grid"
    panel.get_by_role("button", name="Evidence: Sailor, outperforms, Comet").click()
    assert page.locator("#panel mark").inner_text() == "Comet"


def test_a_path_keeps_to_what_the_filters_show(opened, orbiter, sailor):
    page = opened(orbiter, sailor, state="#path=system/orbiter&path=hardware/wet-grid&sure=0.5")
    assert "Nothing that the filters show leads" in page.locator("#panel").inner_text()


def test_a_path_over_nodes_that_are_not_drawn_gets_a_picture_of_its_own(opened, chain):
    page = opened(chain(40), max_drawn=30)
    page.evaluate("kg.openPath(kg.nodes.findIndex((n) => n.label === 'Node00003'), "
                  "kg.nodes.findIndex((n) => n.label === 'Node00009'))")
    assert drawn(page) == {f"Node{number:05d}" for number in range(3, 10)}
    assert "Path from Node00003 to Node00009" in page.locator("#notice").inner_text()
