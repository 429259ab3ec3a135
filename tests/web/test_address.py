"""Addresses: each answer, item and question has one; Back, Forward, reload and a copied link lead to it."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from support.web_fixtures import Open, Serve, ask, expect

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.web.address import MOST_QUESTIONS, PageAddress

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLIGHT_QUESTION = "How do I turn on flight mode?"
LOAN_QUESTION = "How long can I keep a borrowed book?"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        (PageAddress(), "/"),
        (PageAddress(conversation="4f", turn=3), "/c/4f#3"),
        (PageAddress(item="s10/apps/phone~2"), "/item/s10/apps/phone~2"),
        (PageAddress(item="manual/設定/a b?#"), "/item/manual/%E8%A8%AD%E5%AE%9A/a%20b%3F%23"),
        (PageAddress(questions=("what's 5 & 6?",), manual="s10"), "/?manual=s10&q=what%27s+5+%26+6%3F"),
        (PageAddress(questions=("where is it?", "and\nthat?")), "/?q=where+is+it%3F&q=and%0Athat%3F"),
    ],
)
def test_address_is_read_as_it_was_written(address: PageAddress, written: str) -> None:
    assert str(address) == written
    assert PageAddress.read(written) == address


@pytest.mark.parametrize(
    "text", ["", "/", "/elsewhere", "//evil.test/", "/?q=", "/?x=1", "http://[", "/#3", "/?q=%20%0A"]
)
def test_what_nobody_wrote_here_is_the_beginning(text: str) -> None:
    assert PageAddress.read(text) == PageAddress()


def test_an_address_asks_no_more_than_a_few_questions() -> None:
    assert PageAddress.read("/?" + "&q=x" * 1_000).questions == ("x",) * MOST_QUESTIONS
    assert len(PageAddress.read(str(PageAddress(questions=("x",) * 10))).questions) == MOST_QUESTIONS


@pytest.mark.parametrize("fragment", ["", "#", "#x", "#-1", "#1.5", "#²", f"#{'9' * 5_000}"])
def test_turn_that_is_no_number_is_the_last(fragment: str) -> None:
    assert PageAddress.read(f"/c/4f{fragment}") == PageAddress(conversation="4f")


def wait_for_address(page: "Page", end: str) -> None:
    page.wait_for_function("end => decodeURIComponent(location.href).endsWith(end)", arg=end)


def wait_for_item(page: "Page", name: str) -> None:
    page.locator(".node.current", has_text=name).wait_for()


def test_back_and_forward_walk_answers_and_items(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    wait_for_address(page, "#1")
    assert "/c/" in page.url
    ask(page, LOAN_QUESTION)
    wait_for_address(page, "#2")
    page.get_by_role("treeitem", name="Settings", exact=True).click()
    wait_for_address(page, "/item/larkfield/settings")
    page.go_back()
    wait_for_item(page, "Loans")
    page.go_back()
    wait_for_item(page, "Flight mode")
    page.go_back()
    page.locator(".welcome h2").wait_for()
    expect(page.locator(".answer")).to_have_count(0)
    page.go_forward()
    page.locator(".answer").nth(1).wait_for()
    wait_for_item(page, "Flight mode")
    expect(page).to_have_title(re.compile(f"^{re.escape(FLIGHT_QUESTION)}"))


def test_reload_shows_what_the_address_says(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    ask(page, LOAN_QUESTION)
    wait_for_address(page, "#2")
    page.go_back()
    wait_for_item(page, "Flight mode")
    page.reload()
    page.locator(".answer").nth(1).wait_for()
    wait_for_item(page, "Flight mode")


def test_item_has_an_address_that_opens_anywhere(open_page: Open, sample_page: str) -> None:
    page = open_page(urljoin(sample_page, "/item/larkfield/settings/wi-fi"))
    wait_for_item(page, "Wi-Fi")
    page.locator(".screen .pressed", has_text="Wi-Fi").wait_for()


def test_link_of_an_answer_gives_anybody_the_same_answer(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    card = ask(page, "and how do I turn it off?")
    link = card.get_by_role("button", name="Copy a link").get_attribute("data-link")
    other = open_page(urljoin(sample_page, link))
    again = other.locator(".answer").nth(1)
    again.wait_for()
    for part in (".status", ".words", ".place"):
        expect(again.locator(part)).to_have_text(card.locator(part).all_inner_texts(), use_inner_text=True)
    wait_for_address(other, "#2")
    other.reload()
    other.locator(".answer").nth(1).wait_for()
    expect(other.locator(".question")).to_have_count(2)


def test_share_copies_the_address_of_what_is_shown(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, permissions=["clipboard-read", "clipboard-write"])

    def shared() -> str:
        page.bring_to_front()
        page.evaluate("document.querySelector('.heard').textContent = ''")
        page.get_by_role("button", name="Copy a link to what is shown").click()
        page.locator(".heard", has_text="Copied").wait_for(state="attached")
        copied: str = page.evaluate("navigator.clipboard.readText()")
        return copied.removeprefix(sample_page.rstrip("/"))

    ask(page, FLIGHT_QUESTION)
    ask(page, LOAN_QUESTION)
    wait_for_address(page, "#2")
    assert PageAddress.read(shared()) == PageAddress(questions=(LOAN_QUESTION,))
    page.go_back()
    wait_for_item(page, "Flight mode")
    assert PageAddress.read(shared()) == PageAddress(questions=(FLIGHT_QUESTION,))
    page.get_by_role("treeitem", name="Settings", exact=True).click()
    wait_for_address(page, "/item/larkfield/settings")
    assert shared() == "/item/larkfield/settings"


def test_address_of_what_is_not_here_says_so(open_page: Open, sample_page: str) -> None:
    page = open_page(urljoin(sample_page, "/c/1b4e28ba-2fa1-4d24-883f-0016d3cca427#2"))
    page.locator(".log .trouble", has_text="not kept here").wait_for()
    page = open_page(urljoin(sample_page, "/item/larkfield/no-such-item"))
    page.locator(".view .warning", has_text="no longer in the index").wait_for()
    page = open_page(urljoin(sample_page, "/?manual=lamp"))
    page.locator(".log .trouble", has_text="no manual 'lamp'").wait_for()
    page = open_page(urljoin(sample_page, f"/?q={'word+' * 450}"))
    page.locator(".counted", has_text="Not sent").wait_for()
    expect(page.locator(".answer")).to_have_count(0)


def test_address_and_reload_keep_the_manual(open_page: Open, serve: Serve, two_manuals_index: ManualIndex) -> None:
    address = serve(two_manuals_index)
    page = open_page(urljoin(address, "/?manual=lamp"))
    trees = page.locator(".tree")
    expect(trees).to_have_count(1)
    expect(page.get_by_role("treeitem", name="Colour")).to_be_visible()
    page.get_by_role("combobox", name="Manual").select_option(label="All manuals")
    expect(trees).to_have_count(2)
    page.goto(address)
    expect(trees).to_have_count(2)
