"""User and password of an index's server are in nothing that is printed, logged, shown or stored."""

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.faulty_proxy import Call, FaultyProxy, Reply, proxy_before, status
from support.opensearch import Node, unused_name
from support.places import SAMPLE_MANUAL

from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.backends import open_backend
from graphrag_tools.index.index import ManualIndex

USER, PASSWORD = "keeper", "canary-8c1f/odd@sign"
ENCODED = "canary-8c1f%2Fodd%40sign"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECRETS = (PASSWORD, ENCODED, "canary-8c1f", BASIC)
LOGIN = f"{USER}:{ENCODED}@"


def only_with_password(call: Call) -> Reply:
    """Refuse as a server that repeats what it was sent, where that is not the password."""
    sent = call.headers.get("authorization", "")
    if sent != f"Basic {BASIC}":
        return Reply(401, json.dumps({"error": f"not authorised: {sent}", "status": 401}).encode())
    return call.forward()


@pytest.fixture(scope="module")
def guarded(opensearch: Node) -> Iterator[FaultyProxy]:
    """A server that asks for user and password."""
    with proxy_before(opensearch.url) as proxy, proxy.faulty(only_with_password):
        yield proxy


@pytest.fixture(autouse=True)
def folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opensearch: Node, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Look through what is logged, and what is left in files and in the engine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "cache"))
    with caplog.at_level(logging.DEBUG):
        yield
    stored = [
        file for file in tmp_path.rglob("*") if file.is_file() and told(file.read_bytes().decode(errors="ignore"))
    ]
    assert stored == []
    assert [record for record in caplog.records if told(record.getMessage())] == []
    found = opensearch.ask("GET", "/_search?size=1000&ignore_unavailable=true")
    assert not told(json.dumps(found))


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("by", ["address", "environment"])
def test_no_command_tells_the_password(
    run: Run, guarded: FaultyProxy, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    name = unused_name()
    if by == "environment":
        monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_USER", USER)
        monkeypatch.setenv("GRAPHRAG_TOOLS_STORE_PASSWORD", PASSWORD)
    address = guarded.index_address(name, LOGIN if by == "address" else "")
    for command in (
        ("build", SAMPLE_MANUAL, "--embeddings", "wordllama"),
        ("check",),
        ("list",),
        ("ask", "How long does the battery last?", "--json"),
    ):
        outcome = run(*command, "--index", address)
        assert outcome.code == 0, outcome.err
        assert told(outcome.out + outcome.err) == []


@pytest.mark.parametrize("command", [("search", "battery"), ("check",), ("build", SAMPLE_MANUAL), ("doctor",)])
def test_a_password_that_is_refused_is_not_repeated(run: Run, guarded: FaultyProxy, command: tuple[str, ...]) -> None:
    wrong = guarded.index_address("manuals", f"{USER}:{ENCODED}x@")
    outcome = run(*command, "--index", wrong)
    assert told(outcome.out + outcome.err) == []
    assert base64.b64encode(f"{USER}:{PASSWORD}x".encode()).decode() not in outcome.out + outcome.err


def test_nothing_shows_the_password_of_itself(guarded: FaultyProxy) -> None:
    address = guarded.index_address(unused_name(), LOGIN)
    index = ManualIndex.build([SAMPLE_MANUAL], address)
    shown: list[object] = [index, index.folder, index.manifest, open_backend(address), index.as_retriever()]
    with guarded.faulty(status(403)), pytest.raises(GraphRAGToolsError) as failed:
        index.search("battery")
    shown += [failed.value, failed.value.__cause__, failed.value.__context__]
    assert [one for one in shown if told(f"{one!r} {one}")] == []
    index.close()
