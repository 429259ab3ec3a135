"""Whatever callers send, each place in the code writes little to a server's log, and what matters is still told."""

import logging
from collections.abc import Iterator

import pytest

from graphrag_tools.http_server import bounded_log
from graphrag_tools.http_server.bounded_log import BoundedLog

LOG = logging.getLogger("a server")


@pytest.fixture(autouse=True)
def written_to_standard_error(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Write what is logged as a server does."""
    handler = BoundedLog()
    LOG.addHandler(handler)
    LOG.propagate = False
    yield
    LOG.removeHandler(handler)


def fail(words: str) -> None:
    try:
        raise ValueError(words)
    except ValueError:
        LOG.exception("failed")


def test_error_is_told_with_its_traceback_once_and_then_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    fail("a\nb")
    first = capsys.readouterr().err
    assert first.startswith("failed\nTraceback")
    assert "in fail" in first
    fail("a\nb")
    assert capsys.readouterr().err == "failed: ValueError: a b\n"


def test_what_is_no_warning_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    LOG.setLevel(logging.DEBUG)
    LOG.info("a word")
    LOG.warning("a warning")
    assert capsys.readouterr().err == "a warning\n"


def test_a_place_has_few_lines_a_minute_and_another_has_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(bounded_log.time, "monotonic", lambda: now)

    def warn(count: int) -> list[str]:
        for at in range(count):
            LOG.warning("call %d", at)
        return capsys.readouterr().err.splitlines()

    assert warn(40) == [f"call {at}" for at in range(5)]
    LOG.warning("another place")
    assert capsys.readouterr().err == "another place\n"
    now += 59
    assert warn(1) == []
    now += 1
    assert warn(2) == ["call 0 (36 more of these were left out)", "call 1"]


def test_errors_raised_at_two_places_are_two_though_one_place_logs_them(capsys: pytest.CaptureFixture[str]) -> None:
    def one() -> None:
        raise IndexError("one")

    def other() -> None:
        raise KeyError("other")

    for raising in (one, other) * 9:
        try:
            raising()
        except LookupError:
            LOG.exception("failed")
    said = capsys.readouterr().err
    assert said.count("Traceback") == 2
    assert said.count("failed: IndexError") == said.count("failed: KeyError") == 4


def test_long_words_and_long_errors_are_cut_in_the_middle(capsys: pytest.CaptureFixture[str]) -> None:
    LOG.warning("begin %s end", "x" * 500_000)
    line = capsys.readouterr().err
    assert line.startswith("begin x")
    assert line.endswith("x end\n")
    assert len(line) < 600
    fail("y" * 500_000)
    error = capsys.readouterr().err
    assert error.startswith("failed\nTraceback")
    assert len(error) < 7_000


def test_secrets_and_what_a_terminal_obeys_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        fail("https://me:secret@host \x1b[2Jcleared")
    LOG.warning("https://me:secret@host \x1b[2J\nforged line")
    said = capsys.readouterr().err
    assert "secret" not in said
    assert "\x1b" not in said
    assert said.endswith("https://***@host forged line\n")
