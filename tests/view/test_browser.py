"""The page in a browser. The fixture ``opened`` fails a test whose page makes a request or has a fault."""

import pytest

pytestmark = pytest.mark.browser

DRAWN = """() => { const canvas = document.querySelector('#canvas canvas'); 
    const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
    context.drawImage(canvas, 0, 0);
    const {data} = context.getImageData(0, 0, canvas.width, canvas.height); const seen = new Set();
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3]) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    return [...seen].map((c) => '#' + c.toString(16).padStart(6, '0')); }"""


def place(page, name):
    """Return where the node of that name is on the screen."""
    at = page.evaluate("(name) => kg.canvas.place(kg.nodes.findIndex((node) => node.label === name))", name)
    box = page.locator("#canvas").bounding_box()
    return box["x"] + at["x"], box["y"] + at["y"]


def test_nodes_are_drawn_in_the_colours_of_their_classes(opened, orbiter, schema):
    page = opened(orbiter)
    page.wait_for_timeout(200)
    colours = page.evaluate(DRAWN)
    for cls in ("System", "Hardware", "Metric", "Paper"):
        assert schema.styles[cls].colour in colours, cls


def test_dark_pages_have_dark_colours(opened, orbiter, schema):
    page = opened(orbiter, scheme="dark")
    page.wait_for_timeout(200)
    assert schema.styles["System"].dark_colour in page.evaluate(DRAWN)
    page.click("#theme")
    page.wait_for_timeout(200)
    assert schema.styles["System"].colour in page.evaluate(DRAWN)


def test_search_finds_a_node_by_an_alias_with_the_keyboard_alone(opened, orbiter):
    page = opened(orbiter)
    page.keyboard.press("/")
    page.keyboard.type("dug")
    assert page.locator("#hits [role=option]").count() == 1
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "Dusty Unit Grid"
    assert "DUG" in page.locator("#panel").inner_text()
    assert "node=" in page.url
    page.keyboard.press("Escape")


def test_search_says_when_nothing_is_found(opened, orbiter):
    page = opened(orbiter)
    page.fill("#search", "zzz")
    assert "Nothing" in page.locator("#hits").inner_text()


def test_a_click_on_a_node_shows_aliases_papers_results_and_relations(opened, orbiter):
    page = opened(orbiter)
    page.mouse.click(*place(page, "Orbiter"))
    panel = page.locator("#panel")
    assert panel.locator("h2").inner_text() == "Orbiter"
    text = panel.inner_text()
    for part in ("Orbiter: Fast Serving", "2–4x increase", "swiftness", "Comet", "outperforms", "Dusty Unit Grid"):
        assert part in text
    panel.get_by_role("button", name="2–4x increase").click()
    assert panel.locator("mark").inner_text() == "2-4x in swiftness"


def test_a_click_on_a_line_shows_the_sentence_with_its_span_marked(opened, orbiter):
    page = opened(orbiter)
    (ax, ay), (bx, by) = place(page, "Orbiter"), place(page, "Comet")
    page.mouse.click((ax + bx) / 2, (ay + by) / 2)
    panel = page.locator("#panel")
    sentence = panel.locator("blockquote").inner_text()
    assert sentence == "Our Orbiter 🚀 beats Comet by 2-4x in swiftness on a Dusty Unit Grid (DUG)."
    assert panel.locator("mark").inner_text() == "Comet"
    assert "81% sure" in panel.inner_text()
    assert "cue" in panel.inner_text()
    assert panel.get_by_role("link", name="open paper").get_attribute("href") == "https://arxiv.org/abs/2501.00001"


def test_the_legend_filters_by_class_and_the_list_by_relation(opened, orbiter):
    page = opened(orbiter)
    page.click("text=Nodes")
    assert "Dust" in page.locator("#tables").inner_text()
    page.uncheck("#classes input[name=Hardware]")
    assert "Dust" not in page.locator("#tables").inner_text()
    assert page.evaluate("kg.canvas.network.body.nodeIndices.length") == len(orbiter["entities"]) + 1
    page.click(".views >> text=Relations")
    assert "Outperforms" in page.locator("#relations").inner_text()
    page.uncheck("#relations input[name=outperforms]")
    assert "outperforms" not in page.locator("#tables").inner_text()
    page.click("#reset")
    assert "outperforms" in page.locator("#tables").inner_text()


def test_tables_list_everything_and_sort(opened, orbiter):
    page = opened(orbiter)
    page.click(".views >> text=Results")
    assert "2–4x increase" in page.locator("#tables tbody").inner_text()
    page.click("#tables >> text=sentence")
    assert page.locator("#tables mark").inner_text() == "2-4x in swiftness"
    page.click(".views >> text=Nodes")
    page.click("#tables th >> text=Name")
    names = [name.strip() for name in page.locator("#tables tbody th").all_inner_texts()]
    assert names == ["Comet", "Dusty Unit Grid", "example.org/orbiter", "Orbiter", "Orbiter: Fast Serving", "swiftness"]


def test_the_address_bar_keeps_the_view(opened, orbiter):
    page = opened(orbiter)
    page.mouse.click(*place(page, "Comet"))
    page.uncheck("#classes input[name=Metric]")
    state = page.url.partition("#")[2]
    again = opened(orbiter, state=f"#{state}")
    assert again.locator("#panel h2").inner_text() == "Comet"
    assert not again.is_checked("#classes input[name=Metric]")


def test_a_state_that_makes_no_sense_is_ignored(opened, orbiter):
    page = opened(orbiter, state="#node=nowhere&view=__proto__&hide=Nothing&around=<img>&pair=1"
                  "&years=9-1&sure=x&paper=no&path=a&along=b&group=7&draw=all&with=<b>&measure=||&about=group-x")
    assert "1 paper, 4 entities" in page.locator("#panel").inner_text()


def test_a_neighbourhood_fills_the_picture_and_gives_it_back(opened, orbiter):
    page = opened(orbiter, state="#node=system/comet")
    page.click("text=Show only its neighbourhood")
    assert page.evaluate("kg.canvas.network.body.nodeIndices.length") == 2
    page.click("#notice button")
    assert page.evaluate("kg.canvas.network.body.nodeIndices.length") == 6


def test_an_empty_graph_says_so(opened):
    page = opened()
    assert "This graph is empty" in page.locator("#nothing").inner_text()
    for part in (".zoom", ".saves", "#filters", "#panel"):
        assert page.locator(part).is_hidden()
    assert page.is_disabled("#search")


def test_a_graph_of_one_node(opened):
    page = opened({"id": "p", "title": "Alone", "text": "Alone\n\nNothing.", "entities": []})
    page.mouse.click(*place(page, "Alone"))
    assert page.locator("#panel h2").inner_text() == "Alone"


def test_hostile_names_are_text(opened, hostile):
    page = opened(hostile, title="<b>title</b>")
    for view in ("nodes", "relations", "results", "compare", "graph"):
        page.evaluate("(view) => kg.set({view})", view)
    page.evaluate("kg.set({papers: new Set(kg.nodes.filter((n) => n.cls === 'Paper').map((n) => n.key))})")
    page.evaluate("kg.compareWith(kg.results[0].about)")
    assert page.locator("#compare svg.plot").count() > 0
    page.evaluate("kg.set({view: 'graph'})")
    page.evaluate("kg.openPath(0, kg.nodes.length - 1)")
    for number in range(page.evaluate("kg.nodes.length")):
        page.evaluate("(number) => kg.select(number)", number)
        page.evaluate("(number) => kg.edgesOf[number].forEach((edge) => kg.openPair(edge.from, edge.to))", number)
    page.fill("#search", "script")
    page.wait_for_timeout(100)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, h1 b").count() == 0
    assert page.evaluate("[...document.links].every((link) => /^https?:/.test(link.href))")


def test_everything_can_be_reached_and_seen_with_the_keyboard(opened, orbiter):
    page = opened(orbiter, state="#sure=0.1")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or page.evaluate("document.activeElement === document.body")
    assert {"search", "theme", "canvas", "zoom-in", "node", "save-png", "save-csv", "sure", "reset"} <= reached


def test_the_canvas_goes_from_node_to_node_by_keys(opened, orbiter):
    page = opened(orbiter)
    page.focus("#canvas")
    page.keyboard.press("Enter")
    first = page.locator("#panel h2").inner_text()
    assert first == "Orbiter"
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        if page.locator("#panel h2").inner_text() != first:
            break
    other = page.locator("#panel h2").inner_text()
    assert other != first
    assert page.locator("#said").inner_text().startswith(f"{other}: ")
    page.keyboard.press("Enter")
    assert other in page.locator("#notice").inner_text()
    page.keyboard.press("Escape")
    assert "2 papers" not in page.locator("#panel").inner_text()
    assert page.evaluate("document.activeElement.id") == "canvas"


def test_a_pressed_button_that_goes_leaves_the_focus_near(opened, orbiter):
    page = opened(orbiter, state="#node=system/orbiter")
    page.locator("#panel button.node").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"


def test_a_repository_opens_its_address_and_says_who_gives_it(opened, orbiter):
    page = opened(orbiter, state="#node=https://example.org/orbiter")
    panel = page.locator("#panel")
    assert panel.get_by_role("link").get_attribute("href") == "https://example.org/orbiter"
    panel.get_by_role("button", name="Evidence: ").click()
    assert "The abstract gives this address" in panel.inner_text()


def test_the_keyboard_is_explained(opened, orbiter):
    page = opened(orbiter)
    page.click("text=Keyboard")
    assert "Shift+arrows" in page.locator("#panel").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("state", ["#node=system/orbiter", ""])
def test_nothing_is_wider_than_the_screen(opened, orbiter, width, state):
    orbiter["text"] = orbiter["text"].replace("orbiter.", "orbiter/with/a/long/address/that/does/not/break.")
    orbiter["code"] = ["https://example.org/orbiter/with/a/long/address/that/does/not/break"]
    page = opened(orbiter, width=width, state=state)
    page.evaluate("kg.set({compared: kg.nodes.map((node) => node.key)})")
    for view in ("graph", "nodes", "relations", "results", "compare"):
        page.evaluate("(view) => kg.set({view})", view)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for part in ("#panel", "#tables", "#compare", "#filters"):
            assert page.locator(part).evaluate("(element) => element.scrollWidth <= element.clientWidth"), (view, part)
        if width == 390:
            assert page.locator("#stage").evaluate("(element) => element.clientWidth") == width
