"""What five people come for, each in at most three actions: a key press, a click, or words typed and sent.

They come with a keyboard alone, some with a mouse too: a click of the keyboard is the way there with Tab, and Enter.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx
import pytest
from reportlab.pdfgen.canvas import Canvas
from support.web_fixtures import Open, Serve, Server, ask, expect

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.providers import NO_MODEL

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FLIGHT_QUESTION = "How do I turn on flight mode?"
MOST = 3
_MOST_TABS = 150
each_tool = pytest.mark.parametrize("tool", ["mouse", "keyboard"])


class Person:
    """Acts on a page as somebody would, and counts it."""

    def __init__(self, page: "Page", tool: str = "mouse") -> None:
        self.page = page
        self.tool = tool
        self.actions = 0
        page.locator("html[data-ready=true]").wait_for(state="attached")

    def asks(self, words: str) -> None:
        self.actions += 1
        field = self.page.get_by_role("textbox", name="Question")
        if self.tool == "keyboard":
            self.goes_to(field)
            self.page.keyboard.type(words)
        else:
            field.fill(words)
        field.press("Enter")

    def looks_for(self, words: str) -> None:
        self.actions += 1
        field = self.page.get_by_role("searchbox", name="Find in the manual")
        if self.tool == "keyboard":
            self.goes_to(field)
            self.page.keyboard.type(words)
        else:
            field.fill(words)

    def clicks(self, what: "Locator") -> None:
        self.actions += 1
        what.wait_for()
        if self.tool == "keyboard":
            self.goes_to(what)
            self.page.keyboard.press("Enter")
        else:
            what.click()

    def chooses(self, where: "Locator", value: str) -> None:
        """Choose the value that comes next in a list, which the arrow keys walk."""
        self.actions += 1
        if self.tool == "keyboard":
            self.goes_to(where)
            self.page.keyboard.press("ArrowDown")
        else:
            where.select_option(value)

    def goes_to(self, what: "Locator") -> None:
        """Move the focus with Shift+Tab: what is looked for stands before the field, which has it at first."""
        for _ in range(_MOST_TABS):
            if what.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Shift+Tab")
        raise AssertionError(f"the keyboard does not lead to {what}")


@pytest.fixture(scope="module")
def pdf_index(tmp_path_factory: pytest.TempPathFactory) -> ManualIndex:
    """The index of a manual that was read from a PDF, which has its chapters on pages of their own."""
    folder = tmp_path_factory.mktemp("pdf")
    canvas = Canvas(str(folder / "lamp.pdf"))
    for title, lines in {
        "Lamp": ["This lamp lights a desk and most of a room around it."],
        "Brightness": ["Turn the wheel at the side to set the brightness of the lamp.", "It keeps what was set."],
        "Cleaning": ["Wipe the shade of the lamp with a dry cloth and no soap."],
    }.items():
        canvas.bookmarkPage(title)
        canvas.addOutlineEntry(title, title)
        canvas.setFont("Helvetica-Bold", 22)
        canvas.drawString(72, 760, title)
        canvas.setFont("Helvetica", 11)
        for at, line in enumerate(lines):
            canvas.drawString(72, 720 - 16 * at, line)
        canvas.showPage()
    canvas.save()
    return ManualIndex.build([folder / "lamp.pdf"], folder / "index")


@pytest.fixture(scope="module")
def pdf_page(pdf_index: ManualIndex) -> Iterator[str]:
    server = Server(pdf_index.folder)
    yield server.address
    assert "Traceback" not in server.close()


@each_tool
def test_one_finds_a_setting(tool: str, open_page: Open, sample_page: str) -> None:
    person = Person(open_page(sample_page), tool)
    person.looks_for("flight")
    person.clicks(person.page.locator(".found").get_by_role("button", name="Settings › Wi-Fi › Flight mode"))
    screens = person.page.locator(".screen .pressed")
    screens.first.wait_for()
    expect(screens).to_have_text(["Wi-Fi", "Flight mode"])
    assert person.actions <= MOST


def test_what_is_looked_for_can_be_asked(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, viewport={"width": 390, "height": 844})
    ask(page, FLIGHT_QUESTION)
    page.get_by_role("button", name="Contents", exact=True).click()
    find = page.get_by_role("searchbox", name="Find in the manual")
    find.fill("loan")
    page.locator(".past-one").wait_for(state="detached")
    find.fill("flight")
    page.locator(".past-one", has_text=FLIGHT_QUESTION).wait_for()
    find.fill("How long can I keep a borrowed book?")
    find.press("Enter")
    page.locator(".answer .path", has_text="Loans").wait_for()
    expect(page.locator(".find")).to_have_value("")


def test_one_follows_up(open_page: Open, sample_page: str) -> None:
    person = Person(open_page(sample_page), "keyboard")
    person.asks(FLIGHT_QUESTION)
    person.page.locator(".answer").wait_for()
    person.asks("and how do I turn it off?")
    person.page.locator(".answer", has_text="Understood as").wait_for()
    assert person.actions <= MOST


def test_one_sees_the_page_of_the_pdf(open_page: Open, pdf_page: str) -> None:
    person = Person(open_page(pdf_page), "keyboard")
    person.asks("How do I set the brightness?")
    link = person.page.get_by_role("link", name="Open in the manual: page 2")
    address = urljoin(pdf_page, link.get_attribute("href"))
    person.actions += 1  # the click on it, which a browser without a window answers with a download
    person.goes_to(link)
    assert address.endswith("/manual/lamp.pdf#page=2")
    file = httpx.get(address)
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")
    assert file.content.startswith(b"%PDF")
    assert person.actions <= MOST


@each_tool
def test_one_copies_an_answer_with_its_source(tool: str, open_page: Open, sample_page: str) -> None:
    person = Person(open_page(sample_page, permissions=["clipboard-read", "clipboard-write"]), tool)
    person.asks(FLIGHT_QUESTION)
    person.page.bring_to_front()
    person.clicks(person.page.get_by_role("button", name="Copy this answer"))
    person.page.locator(".is-copied").wait_for()
    source = "From the manual: Settings › Wi-Fi › Flight mode"
    person.page.wait_for_function(f"navigator.clipboard.readText().then(words => words.includes('{source}'))")
    assert person.actions <= MOST


def test_one_switches_the_model(open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex) -> None:
    person = Person(open_page(serve(sample_index_for_answers, "--model", "gguf:nowhere.gguf")), "keyboard")
    person.page.get_by_role("alert").get_by_text("cannot be used").wait_for()
    person.chooses(person.page.get_by_role("combobox", name="Model"), NO_MODEL)
    person.page.get_by_role("alert").get_by_text("cannot be used").wait_for(state="hidden")
    assert person.actions <= MOST


def test_unknown_address_leads_to_the_page(serve: Serve, sample_index_for_answers: ManualIndex) -> None:
    told = httpx.get(urljoin(serve(sample_index_for_answers), "/nope"))
    assert told.status_code == 404
    assert "There is nothing at this address" in told.text
    assert '<a href="/">' in told.text
    assert "HTTPException" not in told.text


def test_pdf_is_shown_to_nobody_else_unless_allowed(
    open_page: Open, serve: Serve, pdf_index: ManualIndex, pdf_page: str
) -> None:
    for path in ("/manual/other.pdf", "/manual/..%2Flamp.pdf", "/manual/larkfield.pdf"):
        assert httpx.get(urljoin(pdf_page, path)).status_code == 404
    assert httpx.get(urljoin(pdf_page, "/manual/lamp.pdf")).status_code == 200
    private = serve(pdf_index, "--no-pdf")
    assert httpx.get(urljoin(private, "/manual/lamp.pdf")).status_code == 404
    card = ask(open_page(private), "How do I set the brightness?")
    expect(card.locator(".origin")).to_contain_text("Page 2")
    expect(card.get_by_role("link")).to_have_count(0)
