"""The chat as a user at a terminal meets it: answers, follow-ups, Ctrl-C, trouble with its memory."""

import io
import json
import os
import pty
import select
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.cli_fixtures import Outcome, Run
from support.loopback_servers import QuietHandler, listening
from support.postgres import Postgres
from support.processes import HANG_SECONDS

from graphrag_tools.answer import Answer, Source
from graphrag_tools.cli.ask import chat
from graphrag_tools.cli.conversation import ChatSession
from graphrag_tools.cli.options import ShownOptions
from graphrag_tools.cli.serve import ApiOptions, PageOptions
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.web.serving import Site
from graphrag_tools.workflow.options import WorkflowOptions

WRITING = ("--tool-mode", "none", "--answers", "written", "--choices", "1")
"""Leave the model no role but writing, so that nothing is probed."""
LOAN_QUESTION = "How long can I keep a borrowed book?"


@dataclass
class SlowModel:
    """What answers as Ollama does, but begins its first answer and does not go on until its caller has gone."""

    url: str = ""
    begun: threading.Event = field(default_factory=threading.Event)
    left_alone: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def slow_model() -> Iterator[SlowModel]:
    model = SlowModel()

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.path == "/api/show":
                self._say(capabilities=["completion"], model_info={})
            elif model.begun.is_set():
                self._say(message={"role": "assistant", "content": "A loan ends after 21 days."}, done=True)
            else:
                self._say(message={"role": "assistant", "content": "A loan"}, done=False)
                self.wfile.flush()
                model.begun.set()
                self.connection.settimeout(HANG_SECONDS)
                with suppress(ConnectionResetError):
                    assert self.connection.recv(1) == b""
                model.left_alone.set()

        def do_GET(self) -> None:
            self._say(models=[{"model": "slow:latest", "digest": "0" * 64, "size": 1}])

        def _say(self, **fields: Any) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/x-ndjson")
            self.end_headers()
            self.wfile.write(json.dumps({"model": "slow", "created_at": "2026-11-24T00:00:00Z", **fields}).encode())
            self.wfile.write(b"\n")

    with listening(Handler) as model.url:
        yield model


class Terminal:
    """A program that runs in a terminal of its own."""

    def __init__(self, *arguments: object) -> None:
        self._master, slave = pty.openpty()
        # A shell gives its programs Ctrl-C back where it has to ignore the key itself.
        program = (
            "import os, signal, sys; os.login_tty(0); sys.argv[0] = 'graphrag-tools'; "
            "signal.signal(signal.SIGINT, signal.default_int_handler); "
            "from graphrag_tools.cli.app import main; main()"
        )
        command = [sys.executable, "-c", program, *map(str, arguments)]
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment)
        os.close(slave)
        self._unread = ""

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def read_until(self, expected: str) -> str:
        """Return what was shown up to and with a text; what comes after is read next time."""
        while expected not in self._unread:
            ready, _, _ = select.select([self._master], [], [], HANG_SECONDS)
            assert ready, f"{expected!r} did not come; shown since: {self._unread!r}"
            try:
                self._unread += os.read(self._master, 4096).decode(errors="replace")
            except OSError:  # that is how Linux tells that the other end is closed
                pytest.fail(f"ended without {expected!r}; shown since: {self._unread!r}")
        end = self._unread.index(expected) + len(expected)
        shown, self._unread = self._unread[:end], self._unread[end:]
        return shown

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(HANG_SECONDS)
        os.close(self._master)


@pytest.fixture
def slow_chat(slow_model: SlowModel, sample_index_for_answers: ManualIndex, tmp_path: Path) -> Iterator[Terminal]:
    """A chat with the slow model, remembered in a file."""
    model = ("--model", "ollama:slow", "--base-url", slow_model.url, "--index", sample_index_for_answers.folder)
    terminal = Terminal("chat", *model, *WRITING, "--remember", tmp_path / "chat.sqlite")
    yield terminal
    terminal.close()


def test_answers_each_line_and_ends_on_an_empty_one(
    run: Run, sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(["How do I turn on flight mode?", "What is the warranty on a boat?", ""])
    monkeypatch.setattr("builtins.input", lambda: next(lines))
    answers = run("chat", "--index", sample_index_for_answers.folder, "--json").document
    assert answers[0]["menu_path"] == ["Settings", "Wi-Fi", "Flight mode"]
    assert len(answers) == 2


@pytest.mark.parametrize("place", ["file", pytest.param("database", marks=pytest.mark.postgres)])
def test_understands_follow_ups_and_remembers_them(
    place: str,
    run: Run,
    sample_index_for_answers: ManualIndex,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where = tmp_path / "chat.sqlite" if place == "file" else request.getfixturevalue("chats")
    memory = ("--remember", where, "--thread", "desk")
    for question in ("How do I turn on flight mode?", "and how do I turn it off?"):
        lines = iter([question, ""])
        monkeypatch.setattr("builtins.input", lambda lines=lines: next(lines))
        outcome = run("chat", "--index", sample_index_for_answers.folder, *memory)
    assert "Understood as: and how do I turn it off? (Flight mode)" in outcome.out
    assert outcome.out.startswith(
        "? The manual says no more about that than what you have read, in Settings › Wi-Fi › Fl"
    )


def test_ctrl_c_stops_the_model_at_once_and_the_chat_goes_on(slow_model: SlowModel, slow_chat: Terminal) -> None:
    slow_chat.read_until("Question: ")
    slow_chat.type(f"{LOAN_QUESTION}\n")
    assert slow_model.begun.wait(HANG_SECONDS)
    slow_chat.type("\x03")
    slow_chat.read_until("Stopped. Ask another question")
    assert slow_model.left_alone.wait(HANG_SECONDS)
    slow_chat.read_until("Question: ")
    slow_chat.type(f"{LOAN_QUESTION}\n")
    assert "A loan ends after 21 days." in slow_chat.read_until("Question: ")
    slow_chat.type("\n")
    assert slow_chat.process.wait(HANG_SECONDS) == 0


def test_second_ctrl_c_leaves(slow_model: SlowModel, slow_chat: Terminal) -> None:
    slow_chat.read_until("Question: ")
    slow_chat.type(f"{LOAN_QUESTION}\n")
    assert slow_model.begun.wait(HANG_SECONDS)
    slow_chat.type("\x03")
    slow_chat.read_until("Question: ")
    slow_chat.type("\x03")
    assert slow_chat.process.wait(HANG_SECONDS) == 0


def test_ctrl_c_while_one_question_is_asked_does_not_wait_for_the_model(
    slow_model: SlowModel, sample_index_for_answers: ManualIndex
) -> None:
    model = ("--model", "ollama:slow", "--base-url", slow_model.url, "--index", sample_index_for_answers.folder)
    terminal = Terminal("ask", LOAN_QUESTION, *model, *WRITING)
    try:
        assert slow_model.begun.wait(HANG_SECONDS)
        terminal.type("\x03")
        shown = terminal.read_until("Stopped.")
        assert slow_model.left_alone.wait(HANG_SECONDS)
        assert terminal.process.wait(HANG_SECONDS) == 130
    finally:
        terminal.close()
    assert "index" not in shown
    assert "Traceback" not in shown


def test_memory_that_fails_is_an_error_in_one_line_and_the_chat_goes_on(
    run: Run, sample_index_for_answers: ManualIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, index = tmp_path / "chat.sqlite", sample_index_for_answers.folder
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0))

    def questions() -> Iterator[str]:
        yield "How do I turn on flight mode?"
        other = sqlite3.connect(file)
        other.execute("BEGIN IMMEDIATE")
        yield "why?"
        other.close()
        yield "and how do I turn it off?"
        yield ""

    lines = questions()
    monkeypatch.setattr("builtins.input", lambda: next(lines))
    outcome = run("chat", "--index", index, "--remember", file, "--json")
    assert outcome.code == 0
    [error] = [line for line in outcome.err.splitlines() if "Error: " in line]
    assert f"{file}: cannot remember the chat there (database is locked). Another program is using it" in error
    assert "Traceback" not in outcome.err
    assert ["Flight mode" in answer["question"] for answer in outcome.document] == [False, True]
    assert [answer["status"] for answer in outcome.document] == ["answered", "unsure"]


def test_thread_tokens_limit_what_is_kept(
    run: Run, sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(["How do I turn on flight mode?", LOAN_QUESTION, ""])
    monkeypatch.setattr("builtins.input", lambda: next(lines))
    index = sample_index_for_answers.folder
    answers = run("chat", "--index", index, "--thread-tokens", "10", "--json").document
    assert [answer["warnings"] for answer in answers] == [
        [],
        ["The conversation is longer than 10 tokens: its first 6 messages were dropped."],
    ]
    option = chat.__annotations__["thread_tokens"].__metadata__[0]
    assert f"(default: {WorkflowOptions().thread_tokens})" in option.help


def test_chat_at_a_terminal_greets_with_manual_model_and_questions(sample_index_for_answers: ManualIndex) -> None:
    terminal = Terminal("chat", "--index", sample_index_for_answers.folder)
    try:
        shown = terminal.read_until("Question: ")
        assert "answers in the manual's own words, without a model." in shown
        assert shown.count("?\r\n") == 3
        assert "/help lists what else can be typed" in shown
        terminal.type("/hlep\n")
        assert "Did you mean /help?" in terminal.read_until("Question: ")
        terminal.type("/quit\n")
        assert terminal.process.wait(HANG_SECONDS) == 0
    finally:
        terminal.close()


def test_ctrl_c_clears_the_line_and_earlier_questions_come_back(sample_index_for_answers: ManualIndex) -> None:
    terminal = Terminal("chat", "--index", sample_index_for_answers.folder)
    try:
        terminal.read_until("Question: ")
        terminal.type("who won the cup\x03")
        terminal.type("turn on flight mode\x1b\rplease\n")
        shown = terminal.read_until("From the manual: ")
        assert "✓ " in shown
        assert "Flight mode" in shown
        terminal.read_until("Question: ")
        terminal.type("\x1b[A\n")
        assert "✓ " in terminal.read_until("From the manual: ")
        terminal.read_until("Question: ")
        terminal.type("\x03")
        assert terminal.process.wait(HANG_SECONDS) == 0
    finally:
        terminal.close()


def test_the_quote_is_shown_while_the_model_works(slow_model: SlowModel, slow_chat: Terminal) -> None:
    slow_chat.read_until("Question: ")
    slow_chat.type(f"{LOAN_QUESTION}\n")
    slow_chat.read_until("From the manual: ")
    assert slow_model.begun.wait(HANG_SECONDS)
    assert not slow_model.left_alone.is_set()
    slow_chat.type("\x03")
    slow_chat.read_until("Stopped. Ask another question")


def chatted(run: Run, monkeypatch: pytest.MonkeyPatch, *lines: str, **options: object) -> Outcome:
    """Return what a chat in a pipe prints for some lines."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    return run("chat", *(part for name, value in options.items() for part in (f"--{name}", value)))


def test_commands_work_in_a_pipe(run: Run, two_manuals_index: ManualIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = chatted(
        run,
        monkeypatch,
        *("/help", "/model", "/manual lamp", "/map", "/open", "/manual toaster", "/model gguf:nowhere.gguf"),
        *("turn the wheel", "/quit", "never asked"),
        index=two_manuals_index.folder,
    )
    assert outcome.code == 0
    for said in ("/manual [ID]", "/model NAME takes another", "Answers are from lamp."):
        assert said in outcome.err
    assert "There is no answer yet that has a source." in outcome.err
    assert "Error: " in outcome.err
    assert "not in this index; it has" in outcome.err
    assert "nowhere.gguf" in outcome.err
    assert "lamp Lamp" in outcome.out
    assert "sample-manual  69 sections" not in outcome.out
    assert "never asked" not in outcome.err


def test_lines_of_a_pipe_are_not_asked_for(
    run: Run, two_manuals_index: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("How do I turn on flight mode?\n"))
    assert run("chat", "--index", two_manuals_index.folder).err == ""


def test_map_and_open_are_of_the_last_answer(
    run: Run, sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ("How do I turn on flight mode?", "/map", "/open", "/map Battery", "/map zzzzzz")
    outcome = chatted(run, monkeypatch, *lines, index=sample_index_for_answers.folder)
    assert "\nSettings › Wi-Fi › Flight mode\nlarkfield" in outcome.out
    assert "Settings › Wi-Fi › Flight mode: no address of its own" in outcome.err
    assert "Settings › Battery\nlarkfield" in outcome.out
    assert "there is no menu item 'zzzzzz'" in outcome.err


def test_number_of_a_place_reads_it_and_doubt_takes_no_source_away(
    run: Run, sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ("How do I turn on flight mode?", "and how do I turn it off?", "1", "9", "/map", "/open")
    outcome = chatted(run, monkeypatch, *lines, index=sample_index_for_answers.folder)
    assert "To read one, type its number." in outcome.out
    assert "graphrag-tools describe" not in outcome.out.split("?", 1)[1]
    assert outcome.out.count("Menu path ") == 1
    assert "/read takes a number of a place; the last answer names 3 places." in outcome.err
    assert "\nSettings › Wi-Fi › Flight mode\nlarkfield" in outcome.out
    assert "Settings › Wi-Fi › Flight mode: no address of its own" in outcome.err


def test_rest_of_a_long_answer_is_read_without_leaving_the_chat(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manual = tmp_path / "kettle.md"
    causes = "\n\n".join(
        f"Cause {number}: the lid is not quite shut, and so steam gets out at it. " * 2 for number in range(8)
    )
    manual.write_text(f"# Kettle\n\n## Descale the kettle\n\nFill the kettle with vinegar to descale it.\n\n{causes}\n")
    index = ManualIndex.build([str(manual)], tmp_path / "index", embeddings="wordllama").folder
    outcome = chatted(run, monkeypatch, "How do I descale the kettle?", "/read", index=index)
    empty = chatted(run, monkeypatch, "/read", index=index)
    answer, read = outcome.out.split("Menu path", 1)
    assert " more words: /read)" in answer
    assert "graphrag-tools describe" not in outcome.out
    assert "Cause 7" in read
    assert "Cause 7" not in answer
    assert "the last answer names 0 places" in empty.err


def test_no_page_is_opened_that_is_no_web_address(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    talk = ChatSession(ShownOptions(index=sample_index_for_answers.folder), None, None)
    for address in ("https://example.org/manual#battery", "javascript:alert(1)", "file:///etc/passwd"):
        source = Source(id="larkfield/settings", title="Settings", path=("Settings",), url=address)
        talk.obey("/open", [Answer(text="", status="answered", sources=(source,))])
    assert opened == ["https://example.org/manual#battery"]


def test_what_can_be_typed_is_completed(two_manuals_index: ManualIndex) -> None:
    talk = ChatSession(ShownOptions(index=two_manuals_index.folder), None, None)
    assert talk.words_to_complete("/ma") == ["/manual", "/map"]
    assert talk.words_to_complete("/manual l") == ["/manual lamp"]
    assert talk.words_to_complete("/map lamp/") == ["/map lamp/light", "/map lamp/timer"] or talk.words_to_complete(
        "/map lamp/"
    )
    assert talk.words_to_complete("how do i") == []


def test_addresses_with_passwords_stay_out_of_reprs(sample_index: ManualIndex) -> None:
    address = Path("postgresql://desk:hidden-word@db/chats")
    site = Site(sample_index, [], WorkflowOptions(), ModelOptions(), address)
    for options in (site, ApiOptions(remember=address), PageOptions(remember=address)):
        assert "hidden-word" not in repr(options)


def test_database_that_refuses_is_said_in_one_line_without_the_password(
    run: Run, sample_index_for_answers: ManualIndex, postgres: Postgres
) -> None:
    address = postgres.address(password="hidden-word")
    outcome = run("chat", "--index", sample_index_for_answers.folder, "--remember", address)
    assert outcome.code == 1
    [error] = [line for line in outcome.err.splitlines() if "Error: " in line]
    assert f"postgresql://127.0.0.1:{postgres.port}/postgres: cannot remember the chat there" in error
    assert "Correct the user or the password." in error
    assert "hidden-word" not in outcome.err + outcome.out


def test_places_name_their_manual_where_an_index_has_several(
    run: Run, two_manuals_index: ManualIndex, sample_index_for_answers: ManualIndex
) -> None:
    question = ("--answer-from", "1", "how do I set the brightness")
    several = run("ask", *question, "--index", two_manuals_index.folder).out.splitlines()
    places = [line.split(". ", 1)[1] for line in several if line.startswith("  ")]
    assert "Lamp: Brightness" in places
    titles = tuple(f"{info.title}: " for info in two_manuals_index.manuals)
    assert all(place.startswith(titles) for place in places)
    title = sample_index_for_answers.manuals[0].title
    assert f"{title}: " not in run("ask", *question, "--index", sample_index_for_answers.folder).out
