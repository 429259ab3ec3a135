"""The chat page for those who use a keyboard, a screen reader, a phone or the dark; and what it keeps out."""

from typing import TYPE_CHECKING

import httpx
import pytest
from support.web_fixtures import WRITING, Open, SayingModel, Serve, ask, comes_to, expect

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Link, Manual, Section

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLIGHT_QUESTION = "How do I turn on flight mode?"
PHONE = {"width": 390, "height": 844}
EVIL = "<img src=x onerror='window.hit=1'>"
EVIL_SCRIPT = "</script><script>window.hit=1</script> ${window.hit=1} {{window.hit=1}} `window.hit=1`"
# Contrast as WCAG 2 defines it, of the text of every element that has some against the first opaque ground below it.
_WEAKEST_CONTRAST = """() => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const found = parse(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const shown = [...document.querySelectorAll(".page *")].filter(element => element.checkVisibility()
    && [...element.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  return shown.map(element => {
    const [a, b] = [parse(getComputedStyle(element).color), ground(element)].map(light);
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.className + ": " + element.textContent];
  }).sort((a, b) => a[0] - b[0])[0];
}"""
_COPY_IS_FREE = """() => {
  const button = document.querySelector("[data-copy]");
  button.scrollIntoView({ block: "start" });
  const { left, top, width, height } = button.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) === button;
}"""
_NAMELESS = """() => [...document.querySelectorAll("button, input, a, [role=combobox]")]
  .filter(element => element.checkVisibility())
  .filter(element => !(element.ariaLabel || element.innerText || element.labels?.length))
  .map(element => element.outerHTML)"""


@pytest.fixture(scope="module")
def evil_index(tmp_path_factory: pytest.TempPathFactory) -> ManualIndex:
    """A manual whose every text is an attack on the page that shows it."""
    blocks = (
        Block("paragraph", f"Turn the wheel to set the brightness. {EVIL}"),
        Block("option", f"Glow: {EVIL_SCRIPT}", depth=1, name="Glow"),
        Block("paragraph", "See Colour.", links=(Link("Colour", "javascript:window.hit=1"),)),
    )
    sections = (
        Section("brightness", f"Brightness {EVIL}", blocks, url="javascript:window.hit=1"),
        Section("colour", f"Colour {EVIL_SCRIPT}", (Block("paragraph", "Turn the dial."),)),
    )
    manual = Manual("evil", f"Lamp {EVIL} {EVIL_SCRIPT}", sections, source="evil.md")
    return ManualIndex.build([manual], tmp_path_factory.mktemp("evil") / "index")


def assert_nothing_ran(page: "Page") -> None:
    assert page.evaluate("window.hit === undefined")
    expect(page.locator("img[src=x], a[href^='javascript:' i]")).to_have_count(0)


def test_what_manual_and_question_say_is_text(open_page: Open, serve: Serve, evil_index: ManualIndex) -> None:
    page = open_page(serve(evil_index))
    card = ask(page, f"How do I set the brightness? {EVIL} {EVIL_SCRIPT}")
    expect(card.locator(".words")).to_contain_text(EVIL)
    expect(card.locator(".path")).to_contain_text(EVIL)
    expect(page.get_by_role("heading", level=1)).to_contain_text(EVIL)
    expect(page.locator(".question")).to_contain_text(EVIL)
    for view in ("Map", "Page", "Tap by tap"):
        page.get_by_role("tab", name=view).click()
        page.get_by_role("tabpanel", name=view).wait_for()
        assert_nothing_ran(page)
    page.get_by_role("treeitem", name="Colour").first.click()
    page.locator(".node.current", has_text="Colour").wait_for()
    expect(page.locator(".past")).to_contain_text("<img src=x")
    assert_nothing_ran(page)


def test_what_a_model_writes_is_text(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.says = [f"[loans](javascript:window.hit=1) {EVIL} {EVIL_SCRIPT}"]
    saying_model.goes_on.clear()
    options = ("--model", "ollama:saying", "--base-url", saying_model.url, *WRITING)
    page = open_page(serve(sample_index_for_answers, *options))
    field = page.get_by_role("textbox", name="Question")
    field.fill("How long can I keep a borrowed book?")
    field.press("Enter")
    page.locator(".draft .words").get_by_text("<img").wait_for()
    assert_nothing_ran(page)
    saying_model.goes_on.set()
    page.locator(".answer").wait_for()
    assert_nothing_ran(page)


def test_only_web_addresses_become_links() -> None:
    from graphrag_tools.web.elements import is_web_address

    assert is_web_address("https://example.org/manual#battery")
    for address in ("javascript:alert(1)", "data:text/html,x", "//example.org", "http:", "https://a\n.org", "a.md", ""):
        assert not is_web_address(address)


def test_keyboard_alone_is_enough(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    page.wait_for_function("document.activeElement.ariaLabel === 'Question'")  # it has the focus at the start
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.innerText") == "Skip to the question":
            break
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'FORM'")
    page.keyboard.press("Tab")
    comes_to(page, "document.activeElement.ariaLabel", "Question")
    page.keyboard.type(FLIGHT_QUESTION)
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    comes_to(page, "document.activeElement.ariaLabel", "Question")
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.classList.contains('path')"):
            break
    page.keyboard.press("Enter")
    page.locator(".look-menu").wait_for()  # the menu is drawn anew, and would take the focus with it
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.role + document.activeElement.innerText") == "treeitemWi-Fi":
            break
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.ariaCurrent === 'location'")
    comes_to(page, "document.activeElement.innerText", "Wi-Fi")


def test_screen_reader_finds_landmarks_live_regions_and_names(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    for role, name in {"main": None, "complementary": "Menu of the manual", "log": "Conversation"}.items():
        expect(page.get_by_role(role, name=name)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("navigation", name="Menu of larkfield")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("lang", "en-US")
    expect(page.locator("[role=status]")).to_have_count(3)
    expect(page.locator("[role=alert]")).to_have_count(1)
    assert page.evaluate(_NAMELESS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_themes(scheme: str, open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, color_scheme=scheme)
    ask(page, FLIGHT_QUESTION)
    ask(page, "What is the weather in Paris?")
    page.locator(".path").first.click()
    page.locator("mark").first.wait_for()
    contrast, where = page.evaluate(_WEAKEST_CONTRAST)
    assert contrast >= 4.5, where
    expect(page.locator("body.body--dark")).to_have_count(1 if scheme == "dark" else 0)


def test_theme_can_be_chosen(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, color_scheme="light")
    theme = page.get_by_role("button", name="Theme: automatic")
    theme.click()
    page.get_by_role("button", name="Theme: light").click()
    page.get_by_role("button", name="Theme: dark").wait_for()
    page.locator("body.body--dark").wait_for()


def test_phone_shows_one_pane_at_a_time_and_nothing_is_too_wide(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, viewport=PHONE)
    card = ask(page, FLIGHT_QUESTION)
    assert page.evaluate(_COPY_IS_FREE), "the way that stays in sight leaves it with the words"
    expect(page.locator(".tree")).to_be_hidden()
    expect(page.locator(".screens")).to_be_hidden()
    card.locator(".path").click()
    page.locator(".screens").wait_for()
    expect(page.get_by_role("textbox", name="Question")).to_be_hidden()
    comes_to(page, "document.documentElement.scrollWidth", PHONE["width"])
    page.get_by_role("button", name="Contents", exact=True).click()
    page.locator(".tree").wait_for()
    comes_to(page, "document.documentElement.scrollWidth", PHONE["width"])
    page.get_by_role("button", name="Chat", exact=True).click()
    page.get_by_role("textbox", name="Question").wait_for()
    comes_to(page, "document.documentElement.scrollWidth", PHONE["width"])


def test_browser_is_told_to_load_nothing_from_elsewhere(sample_page: str) -> None:
    policy = httpx.get(sample_page).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_supervisor_is_told_whether_it_lives_and_can_answer(sample_page: str) -> None:
    for path in ("health", "ready"):
        assert httpx.get(f"{sample_page}{path}", trust_env=False).json() == {"status": "ok"}


@pytest.mark.parametrize("name", ["rebound.example", "localhost.rebound.example", "127.0.0.1.rebound.example"])
def test_page_is_refused_under_a_foreign_name(name: str, sample_page: str) -> None:
    assert httpx.get(sample_page, headers={"host": name}).status_code == 400
