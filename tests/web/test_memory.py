"""What the chat page remembers in a file: past a restart, for each browser its own, and what a bad file says."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import free_port
from support.cli_fixtures import Run
from support.web_fixtures import Open, Server, ask, expect

from graphrag_tools.index.index import ManualIndex

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLIGHT_QUESTION = "How do I turn on flight mode?"
LOAN_QUESTION = "How long can I keep a borrowed book?"

Remembering = Callable[[], "contextmanager[str]"]


@pytest.fixture
def remembering(request: pytest.FixtureRequest, sample_index_for_answers: ManualIndex, tmp_path: Path) -> Remembering:
    """Serve the page, at the same address each time, with the same file or database to remember in."""
    port = free_port()
    in_database = getattr(request, "param", "file") == "database"
    where = request.getfixturevalue("chats") if in_database else tmp_path / "chats.sqlite"

    @contextmanager
    def call() -> Iterator[str]:
        server = Server(sample_index_for_answers.folder, "--remember", where, "--port", port)
        yield server.address
        said = server.close()
        assert "Traceback" not in said, said

    return call


def assert_listed(page: "Page", titles: list[str]) -> None:
    expect(page.locator(".past button")).to_have_text(titles)


@pytest.mark.parametrize("remembering", ["file", pytest.param("database", marks=pytest.mark.postgres)], indirect=True)
def test_conversations_are_there_after_a_restart(open_page: Open, remembering: Remembering) -> None:
    with remembering() as address:
        page = open_page(address)
        ask(page, FLIGHT_QUESTION)
        page.get_by_role("button", name="New question").click()
        page.get_by_text("Ask a question, such as").wait_for()
        ask(page, LOAN_QUESTION)
        mine = page.context
        page.close()
    with remembering() as address:
        page = mine.new_page()
        page.goto(address)
        page.get_by_role("textbox", name="Question").wait_for()
        assert_listed(page, [LOAN_QUESTION, FLIGHT_QUESTION])
        page.locator(".past").get_by_role("button", name=FLIGHT_QUESTION).click()
        page.locator(".answer .path", has_text="Flight mode").wait_for()
        expect(ask(page, "and how do I turn it off?")).to_contain_text("(Flight mode)")
        page.get_by_role("button", name="Delete this conversation").click()
        page.locator(".question").first.wait_for(state="detached")
        page.close()
        page = mine.new_page()
        page.goto(address)
        page.get_by_role("textbox", name="Question").wait_for()
        assert_listed(page, [LOAN_QUESTION])
        page.close()


def test_other_browsers_are_shown_nothing(open_page: Open, remembering: Remembering) -> None:
    with remembering() as address:
        page = open_page(address)
        ask(page, FLIGHT_QUESTION)
        other = open_page(address)
        ask(other, LOAN_QUESTION)
        assert_listed(other, [LOAN_QUESTION])
        page.close()
        other.close()


def test_file_that_fails_later_is_said_in_the_page(open_page: Open, remembering: Remembering, tmp_path: Path) -> None:
    with remembering() as address:
        page = open_page(address)
        ask(page, FLIGHT_QUESTION)
        with sqlite3.connect(tmp_path / "chats.sqlite") as connection:
            connection.execute("DROP TABLE checkpoints")
        connection.close()
        page.reload()
        page.locator(".log .trouble", has_text="cannot remember the chat there").wait_for()
        page.close()


def test_file_that_is_no_database_is_said_before_anything_is_served(
    run: Run, sample_index_for_answers: ManualIndex, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("buy milk\n" * 200, encoding="utf-8")
    outcome = run("web", "--index", sample_index_for_answers.folder, "--remember", tmp_path / "notes.txt", "--port", 0)
    assert outcome.code == 1
    assert "cannot remember the chat there" in outcome.err
