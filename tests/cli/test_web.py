"""The web command where it cannot serve: one line that says what to do."""

import socket

import pytest
from support.cli_fixtures import Run

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.loopback import is_loopback


def test_port_that_is_taken_is_said(run: Run, sample_index_for_answers: ManualIndex) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = run("web", "--index", sample_index_for_answers.folder, "--port", port)
    assert outcome.code == 1
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use. Choose another port" in outcome.err
    assert "--port" in outcome.err


def test_manual_that_is_not_in_the_index_is_said(run: Run, sample_index_for_answers: ManualIndex) -> None:
    outcome = run("web", "--index", sample_index_for_answers.folder, "--manual", "lamp")
    assert (outcome.code, outcome.out) == (1, "")
    assert "lamp" in outcome.err


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("localhost.example.org", False),
        ("my-localhost", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_loopback_is_told_from_other_addresses(host: str, own: bool) -> None:
    assert is_loopback(host) is own
