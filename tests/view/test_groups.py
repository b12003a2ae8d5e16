"""Groups of large graphs: every node in one, named by people's words, the same each time; and how they open."""

import math

import pytest

from kg.view.groups import OTHERS, bubble, groups, links, overview, places

NAMES = [f"n{number}" for number in range(21)]
PAIRS = [(a, b) for first in (0, 10) for a in range(first, first + 10) for b in range(a + 1, first + 10)] + [(0, 10)]


def two_circles():
    weights = [1.0] * 21
    weights[3], weights[7], weights[12] = 9.0, 5.0, 8.0
    return groups(weights, NAMES, dict.fromkeys(PAIRS, 1.0))


def test_what_is_tied_belongs_together_and_is_named_after_its_weightiest():
    found = two_circles()
    assert [set(group.members) for group in found] == [set(range(10)), set(range(10, 20)), {20}]
    assert [group.name for group in found] == ["n3, n7", "n12, n10", OTHERS]
    assert found[0].members[:2] == (3, 7)


def test_nodes_without_a_name_come_last():
    star = dict.fromkeys([(0, leaf) for leaf in range(1, 5)], 1.0)
    found = groups([9.0, 1.0, 1.0, 1.0, 1.0], ["", "b", "c", "d", "e"], star)
    assert found[0].name == "b, c"
    assert found[0].members[-1] == 0


def test_nothing_gives_no_groups_and_strangers_one():
    assert groups([], [], {}) == []
    assert [group.name for group in groups([1.0, 1.0], ["a", "b"], {})] == [OTHERS]


def test_groups_are_linked_by_what_crosses_them():
    assert links(two_circles(), [*PAIRS, (1, 11)]) == [(0, 1, 2)]
    assert links([], []) == []


def test_groups_and_their_members_stand_apart():
    found = two_circles()
    where = places(found, [8.0] * 21, PAIRS)
    centres = [tuple(sum(where[m][axis] for m in g.members) / len(g.members) for axis in (0, 1)) for g in found]
    assert math.dist(centres[0], centres[1]) > max(math.dist(centres[0], where[m]) for m in found[0].members)
    discs = overview(found, links(found, PAIRS))
    assert all(math.dist(discs[a], discs[b]) > bubble(len(found[a].members)) + bubble(len(found[b].members))
               for a in range(3) for b in range(a))


def test_the_same_ties_give_the_same_groups():
    assert two_circles() == two_circles()
    assert places(two_circles(), [8.0] * 21, PAIRS) == places(two_circles(), [8.0] * 21, PAIRS)


@pytest.fixture
def large(opened, chain):
    return lambda state="": opened(chain(80), max_drawn=30, state=state)


@pytest.mark.browser
def test_a_large_graph_opens_with_groups_and_says_so(large):
    page = large()
    groups = page.evaluate("kg.groups.length")
    assert page.locator("#notice").inner_text().startswith(f"81 nodes in {groups} groups")
    assert page.evaluate("kg.canvas.shown().length") == groups > 2
    name = page.evaluate("kg.groups[0].name")
    assert name.startswith("Node")
    page.locator("#panel").get_by_role("button", name=name).click()
    assert f"Group {name}" in page.locator("#notice").inner_text()
    members = page.evaluate("kg.groups[0].members.length")
    assert page.evaluate("kg.canvas.shown().length") == members
    assert f"{members} nodes" in page.locator("#panel").inner_text()
    page.click("#notice button")
    assert page.evaluate("kg.canvas.shown().length") == groups


@pytest.mark.browser
def test_a_group_is_chosen_and_opened_on_the_canvas_by_keys_and_by_double_click(large):
    page = large()
    page.focus("#canvas")
    page.keyboard.press("Enter")
    assert page.locator("#panel .kind").inner_text() == "Group"
    page.keyboard.press("Enter")
    assert "Group" in page.locator("#notice").inner_text()
    page.evaluate("kg.set({picture: null, selected: null})")
    at = page.evaluate("kg.canvas.place(kg.groups[1].key)")
    box = page.locator("#canvas").bounding_box()
    page.mouse.dblclick(box["x"] + at["x"], box["y"] + at["y"])
    page.get_by_role("button", name="Back to the groups").first.wait_for()
    assert page.evaluate("kg.state.picture.group") == 1


@pytest.mark.browser
def test_what_is_too_much_is_not_drawn_and_the_page_says_so(large, monkeypatch):
    monkeypatch.setattr("kg.view.model.OPENED", 5)
    monkeypatch.setattr("kg.view.model.MAX_ALL", 80)
    page = large("#group=1&about=group-1")
    assert "the 5 weightiest of" in page.locator("#notice").inner_text()
    assert page.evaluate("kg.canvas.shown().length") == 5
    page.click("#notice button")
    assert "Draw all" not in page.locator("#notice").inner_text()
    assert large("#draw=all").evaluate("kg.canvas.shown().length") == page.evaluate("kg.groups.length")


@pytest.mark.browser
def test_search_opens_the_neighbourhood_of_a_node_that_is_not_drawn(large):
    page = large()
    page.fill("#search", "Node00033")
    page.keyboard.press("Enter")
    assert "Neighbourhood of Node00033" in page.locator("#notice").inner_text()
    assert page.locator("#panel h2").inner_text() == "Node00033"


@pytest.mark.browser
def test_everything_can_be_drawn_and_each_picture_has_its_address(large):
    page = large()
    page.click("text=Draw all 81 nodes")
    assert page.evaluate("kg.canvas.shown().length") == 81
    assert page.url.endswith("#draw=all")
    again = large("#draw=all")
    assert again.evaluate("kg.canvas.shown().length") == 81
    third = large("#group=2&about=group-2")
    assert third.evaluate("kg.state.picture.group") == 1
    assert third.locator("#panel h2").inner_text() == third.evaluate("kg.groups[1].name")
