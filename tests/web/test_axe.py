"""The chat page under axe-core, zoom, print and reduced motion: at three widths and in both themes."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from support.web_fixtures import Open, Serve, ask, comes_to, expect, violations

from graphrag_tools.index.index import ManualIndex

if TYPE_CHECKING:
    pass

FLIGHT_QUESTION = "How do I turn on flight mode?"
WIDTHS = {"desktop": (1440, 900), "laptop": (1024, 768), "phone": (390, 844)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(width: str, scheme: str, open_page: Open, sample_page: str) -> None:
    across, down = WIDTHS[width]
    page = open_page(sample_page, viewport={"width": across, "height": down}, color_scheme=scheme)
    page.locator(".asked button").first.wait_for()
    assert violations(page) == []
    for question in (FLIGHT_QUESTION, "How do I reset the device?", "What is the weather in Paris?", "screen"):
        ask(page, question)
    assert violations(page) == []
    page.locator(".path").first.click()
    for view in ("Tap by tap", "Map", "Page"):
        page.get_by_role("tab", name=view).click()
        page.get_by_role("tabpanel", name=view).wait_for()
        assert violations(page) == [], view
    if width != "desktop":
        page.get_by_role("button", name="Contents", exact=True).click()
        page.locator(".tree").wait_for()
        assert violations(page) == []


@pytest.mark.parametrize(("zoom", "left"), [(2, 0.6), (4, 0.4)])
def test_zoom_leaves_room_for_answers(zoom: int, left: float, open_page: Open, sample_page: str) -> None:
    size = {"width": 1280 // zoom, "height": 800 // zoom}
    page = open_page(sample_page, viewport=size)
    card = ask(page, FLIGHT_QUESTION)
    page.wait_for_function("document.querySelector('.question').getBoundingClientRect().top < 20")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.emulate_media(color_scheme="dark" if zoom == 4 else "light")
    assert violations(page) == []
    form = page.locator(".asking").bounding_box()
    assert form is not None
    assert form["y"] >= left * size["height"]
    expect(card.locator(".status")).to_be_visible()


def test_print_shows_all_answers_and_nothing_else(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, color_scheme="dark")
    page.locator("body.body--dark").wait_for()
    cards = [ask(page, question).locator(".words").inner_text() for question in (FLIGHT_QUESTION,) * 3]
    cards += [ask(page, "How do I reset the device?").locator(".words").inner_text()]
    page.emulate_media(media="print")
    for shown in (".question", ".answer .status", ".answer .words", ".answer .taps"):
        expect(page.locator(shown).last).to_be_visible()
    for hidden in (".asking", ".logo", ".choice", ".side", ".menu", ".acts"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert violations(page) == [], "on white paper, with the manual's name as the heading"
    printed = pypdfium2.PdfDocument(page.pdf())
    words = " ".join(" ".join(sheet.get_textpage().get_text_range().split()) for sheet in printed)
    assert words.count("Flight mode turns off") == 3
    assert all(line in words for line in cards[-1].splitlines() if line)


def test_nothing_moves_for_those_who_want_it_still(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, reduced_motion="reduce")
    ask(page, FLIGHT_QUESTION)
    moving = """[...document.querySelectorAll(".page, .page *")].filter(one => {
        const style = getComputedStyle(one);
        return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).length"""
    comes_to(page, moving, 0)


def test_tree_tabs_and_screens_are_walked_with_arrow_keys(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    here = "document.activeElement.innerText"
    page.get_by_role("treeitem", name="Settings", exact=True).focus()
    for key in ("ArrowRight", "End", "Home", "ArrowDown"):
        before = page.evaluate(here)
        page.keyboard.press(key)
        comes_to(page, f"{here} !== {json.dumps(before)}", True)
        comes_to(page, "document.activeElement.role", "treeitem")
    page.get_by_role("treeitem", name="Wi-Fi", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    comes_to(page, here, "Settings")
    page.get_by_role("tab", name="Tap by tap").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("tabpanel", name="Map").locator("svg").wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator(".screen .pressed").last.focus()
    page.keyboard.press("ArrowLeft")
    comes_to(page, here, "Wi-Fi")
    page.keyboard.press("ArrowUp")
    comes_to(page, "document.activeElement.classList.contains('entry')", True)
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    comes_to(page, outline, "solid")


GATEWAY = """# Set up the bridge

Run these commands on the gateway to set up the bridge:

```
bridge --interface eth0 --name living-room --password "one that goes on and on and on" --timeout 30 --verbose
```

# Status lights

The gateway tells its state:

| Light | What it means | What to do |
|---|---|---|
| Power | No power from the adapter | Plug in the adapter that came with the gateway, and no other |
| Radio | The gateway looks for devices | Wait for two minutes, then press the button once |
"""


def test_code_and_tables_keep_their_shape_and_are_scrolled_with_the_keyboard(
    open_page: Open, serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "gateway.md").write_text(GATEWAY, encoding="utf-8")
    index = ManualIndex.build([tmp_path / "gateway.md"], tmp_path / "index", embeddings="wordllama")
    page = open_page(serve(index, "--answer-from", "0"), viewport={"width": 390, "height": 844})
    code = ask(page, "commands to set up the bridge").locator("pre")
    assert "\n" not in code.inner_text().strip()
    assert code.evaluate("one => one.scrollWidth > one.clientWidth")
    code.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
    lights = ask(page, "what do the status lights mean")
    assert [row.split("\t")[0] for row in lights.locator("tr").all_inner_texts()] == ["Light", "Power", "Radio"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    lights.locator(".path").click()
    page.get_by_role("tab", name="Page").click()
    page.locator(".section td mark").first.wait_for()
    assert violations(page) == []
