"""Nothing that was typed is lost: a server that is away, words too many, lines, earlier questions, a deletion."""

from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from support.processes import HANG_SECONDS
from support.web_fixtures import WRITING, Open, SayingModel, Serve, Server, ask, expect, violations

from graphrag_tools.index.index import ManualIndex

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, WebSocketRoute

FLIGHT_QUESTION = "How do I turn on flight mode?"
LOAN_QUESTION = "How long can I keep a borrowed book?"


def field_of(page: "Page") -> "Locator":
    return page.get_by_role("textbox", name="Question")


def test_words_that_were_not_sent_are_kept_and_sent_once_the_server_is_back(
    browser: "Browser", sample_index_for_answers: ManualIndex
) -> None:
    options = ("--port", free_port())
    server = Server(sample_index_for_answers.folder, *options)
    user = browser.new_context()
    user.set_default_timeout(HANG_SECONDS * 1000)
    page = user.new_page()
    page.goto(server.address)
    page.locator("html[data-ready]").wait_for()
    server.process.kill()
    server.close()
    page.locator(".away").wait_for()
    # As where a question was under way, which nobody will answer now.
    page.evaluate("document.querySelector('.log').setAttribute('aria-busy', 'true')")
    field_of(page).fill(FLIGHT_QUESTION)
    field_of(page).press("Enter")
    page.locator(".unsent", has_text="Not sent").wait_for()
    assert violations(page) == []
    expect(field_of(page)).to_have_value(FLIGHT_QUESTION)
    server = Server(sample_index_for_answers.folder, *options)
    try:
        page.wait_for_function("window.socket?.connected && document.documentElement.dataset.ready")
        page.wait_for_function(f"document.querySelector('.asking textarea')?.value === '{FLIGHT_QUESTION}'")
        page.get_by_role("button", name="Retry").click()
        page.locator(".answer .path", has_text="Flight mode").wait_for()
        expect(field_of(page)).to_have_value("")
        page.locator(".unsent").wait_for(state="hidden")
    finally:
        user.close()
        server.close()


def test_words_typed_after_a_question_that_was_not_answered_are_kept_too(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    page.locator("html[data-ready]").wait_for()
    kept = {"graphrag-tools-pending": LOAN_QUESTION, "graphrag-tools-draft": FLIGHT_QUESTION}
    page.evaluate("kept => Object.assign(sessionStorage, kept)", kept)
    page.reload()
    page.locator(".unsent").wait_for()
    expect(field_of(page)).to_have_value(FLIGHT_QUESTION)


def test_question_asked_before_the_page_has_its_server_is_sent_by_itself(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    held: list[WebSocketRoute] = []
    page.route_web_socket("**/*", lambda socket: held.append(socket))  # noqa: PLW0108  # playwright marks what it is given
    page.reload()
    field_of(page).fill(FLIGHT_QUESTION)
    field_of(page).press("Enter")
    page.locator(".early", has_text="sent as soon as").wait_for()
    expect(page.locator("html[data-ready]")).to_have_count(0)
    for socket in held:
        socket.connect_to_server()
    page.locator(".answer .path", has_text="Flight mode").wait_for()
    expect(field_of(page)).to_have_value("")
    expect(page.locator(".unsent, .early").first).to_be_hidden()


def test_words_that_the_manual_has_no_answer_to_stay_to_be_said_otherwise(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    field = field_of(page)
    page.locator("html[data-ready]").wait_for()
    field.fill("What is the weather in Paris?")
    field.press("Enter")
    page.locator(".answer.is-not_in_manual").wait_for()
    page.wait_for_function("document.activeElement.selectionEnd === 29")
    page.keyboard.type("hello")  # in place of what is selected
    field.press("Enter")
    page.locator(".answer").nth(1).wait_for()
    expect(page.locator(".question").nth(1)).to_have_text("hello")
    expect(field).to_have_value("")


def test_question_is_said_to_be_too_long_while_it_is_typed(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    page.locator("html[data-ready]").wait_for()
    field_of(page).fill("x" * 2_000)
    expect(page.locator(".counted")).to_have_text("")
    field_of(page).fill("x" * 2_001)
    page.locator(".counted", has_text="2,001 characters; 2,000 are read").wait_for()
    field_of(page).fill("x")
    page.locator(".counted", has_text="characters").wait_for(state="hidden")


@pytest.mark.parametrize("height", [800, 500])
def test_button_stays_where_it_is_while_notices_come_and_go(height: int, open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, viewport={"width": 1000, "height": height})
    page.locator("html[data-ready]").wait_for()
    button = page.get_by_role("button", name="Ask", exact=True)
    field_of(page).fill("x" * 2_001)
    page.locator(".counted", has_text="2,001 characters").wait_for()
    before = button.bounding_box()
    field_of(page).fill("x")
    page.locator(".counted", has_text="characters").wait_for(state="hidden")
    assert button.bounding_box() == before
    for name in ("is-away", "is-unsent", "is-early", "is-too-much"):
        page.evaluate("name => document.documentElement.classList.toggle(name)", name)
        expect(page.locator(".lost:visible")).to_have_count(1)
        assert button.bounding_box() == before, name
        page.evaluate("name => document.documentElement.classList.toggle(name)", name)
    page.evaluate("document.querySelector('.trouble').textContent = 'gguf:nowhere cannot be used. '.repeat(9)")
    assert button.bounding_box() == before


def test_second_click_of_a_double_click_does_not_stop_what_the_first_asked(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.says = ["A loan ends after 21 days."]
    saying_model.goes_on.clear()
    page = open_page(
        serve(sample_index_for_answers, "--model", "ollama:saying", "--base-url", saying_model.url, *WRITING)
    )
    page.locator("html[data-ready]").wait_for()
    field_of(page).fill(LOAN_QUESTION)
    button = page.get_by_role("button", name="Ask", exact=True).bounding_box()
    assert button is not None
    at = (button["x"] + button["width"] / 2, button["y"] + button["height"] / 2)
    page.mouse.click(*at)
    page.get_by_role("button", name="Stop").wait_for()
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.locator(".draft").get_by_text("A loan ends").wait_for()
    expect(page.locator(".log .trouble")).to_have_count(0)
    saying_model.goes_on.set()
    page.locator(".answer").wait_for()


def test_question_may_have_lines_and_earlier_ones_come_back(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    field = field_of(page)
    field.press_sequentially("How do I")
    field.press("Shift+Enter")
    field.press_sequentially("turn on dark pages?")
    field.press("Enter")
    page.locator(".answer").nth(1).wait_for()
    expect(page.locator(".question").nth(1)).to_have_text("How do I\nturn on dark pages?")
    field.press("ArrowUp")
    expect(field).to_have_value("How do I\nturn on dark pages?")
    field.press("ArrowUp")
    expect(field).to_have_value(FLIGHT_QUESTION)
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(field).to_have_value("")
    field.press("ArrowUp")
    field.press("End")
    field.press_sequentially(" now")  # what is changed is no earlier question any more, and stays
    field.press("ArrowUp")
    expect(field).to_have_value("How do I\nturn on dark pages? now")


def test_deletion_can_be_taken_back(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    page.get_by_role("button", name="Delete this conversation").click()
    page.locator(".answer").wait_for(state="detached")
    page.locator(".undo", has_text=f"Deleted “{FLIGHT_QUESTION}”").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Undo").click()
    page.locator(".answer").wait_for()
    expect(ask(page, "and how do I turn it off?")).to_contain_text("(Flight mode)")


def test_second_user_of_a_model_is_told_of_the_first(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.says = ["A loan ends after 21 days."]
    saying_model.goes_on.clear()
    address = serve(sample_index_for_answers, "--model", "ollama:saying", "--base-url", saying_model.url, *WRITING)
    first, second = open_page(address), open_page(address)
    for page in (first, second):
        field_of(page).fill(LOAN_QUESTION)
        field_of(page).press("Enter")
        page.locator(".draft").get_by_text("A loan ends").wait_for()
    second.locator(".draft", has_text="1 question before yours").wait_for()
    expect(first.locator(".draft")).not_to_contain_text("before yours")
    first.get_by_role("button", name="Stop").click()
    second.locator(".draft", has_text="before yours").wait_for(state="detached")
    saying_model.goes_on.set()
    second.locator(".answer").wait_for()


def test_question_that_died_with_the_server_is_given_back(
    browser: "Browser", sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.goes_on.clear()
    model = ("--model", "ollama:saying", "--base-url", saying_model.url, *WRITING)
    options = ("--port", free_port(), *model)
    server = Server(sample_index_for_answers.folder, *options)
    user = browser.new_context()
    user.set_default_timeout(HANG_SECONDS * 1000)
    page = user.new_page()
    page.goto(server.address)
    field_of(page).fill(LOAN_QUESTION)
    field_of(page).press("Enter")
    page.locator(".draft").get_by_text("The manual").wait_for()
    server.process.kill()
    server.close()
    server = Server(sample_index_for_answers.folder, *options)
    try:
        page.locator(".unsent", has_text="not answered").wait_for()
        page.wait_for_function(f"document.querySelector('.asking textarea')?.value === '{LOAN_QUESTION}'")
    finally:
        user.close()
        server.close()


@pytest.mark.parametrize("stored", ["theme=dark&model=evil&manual=../x", "%%%", "a" * 4_000, "theme=%3Cscript%3E"])
def test_choices_of_a_browser_are_taken_as_far_as_they_are_on_offer(
    stored: str, open_page: Open, sample_page: str
) -> None:
    cookie = {"name": "graphrag-tools-choices", "value": stored, "url": sample_page}
    page = open_page(sample_page, storage_state={"cookies": [], "origins": []})
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.reload()
    expect(ask(page, FLIGHT_QUESTION).locator(".path")).to_have_text("Settings › Wi-Fi › Flight mode")
