"""Several processes behind one address: they share the calls, are replaced, and end together."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from support.api_servers import Api, served_api
from support.cli_fixtures import Run
from support.mcp_servers import http_client, served, text_of
from support.postgres import Postgres
from support.processes import HANG_SECONDS

from graphrag_tools.index.index import ManualIndex

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the children of a process from /proc")
FLIGHT = "How do I turn on flight mode?"
WORKERS = 2


def children(pid: int) -> set[int]:
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()}


def is_alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.fixture
def api(sample_index_for_answers: ManualIndex) -> Iterator[Api]:
    with served_api(sample_index_for_answers.folder, "--workers", WORKERS) as served_by_workers:
        yield served_by_workers


def asked(api: Api) -> str:
    # A connection of its own each time, so that any worker may take it.
    answer = api.post("/ask", json={"question": FLIGHT}).json()
    return str(answer["status"])


def figures(api: Api) -> str:
    return api.get("/metrics").text


def test_workers_answer_are_replaced_tell_figures_together_and_end_together(api: Api) -> None:
    first = children(api.process.pid)
    assert len(first) == WORKERS
    assert [asked(api) for _ in range(6)] == ["answered"] * 6
    assert re.search(r'questions_total\{status="answered"\} 6\.0\b', figures(api)), figures(api)
    killed = min(first)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(children(api.process.pid) - {killed}) == WORKERS, "no other worker took its place")
    assert asked(api) == "answered"
    # What the one that was killed has counted is not lost.
    assert re.search(r'questions_total\{status="answered"\} 7\.0\b', figures(api)), figures(api)
    running = children(api.process.pid)
    said = api.ended()
    assert "a worker ended (-9); another takes its place" in said
    assert api.process.returncode == 0
    wait_until(lambda: not any(map(is_alive, running)), "a worker outlived its parent")


def test_workers_end_where_their_parent_is_killed(api: Api) -> None:
    running = children(api.process.pid)
    api.process.kill()
    api.process.communicate(timeout=HANG_SECONDS)
    wait_until(lambda: not any(map(is_alive, running)), "a worker outlived its parent")
    with pytest.raises(httpx.ConnectError):
        api.get("/health")


def test_what_keeps_a_worker_from_beginning_is_said_once(sample_index: ManualIndex, tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as failed, served_api(tmp_path / "nowhere", "--workers", WORKERS):
        pass
    assert str(failed.value).count("Error: ") == 1
    assert "nowhere" in str(failed.value)


def test_threads_are_remembered_whichever_worker_is_asked(
    sample_index_for_answers: ManualIndex, chats: str, postgres: Postgres
) -> None:
    questions = [FLIGHT, *["and how do I turn it off?", "where is it?"] * 3]
    with served_api(sample_index_for_answers.folder, "--workers", WORKERS, "--remember", chats) as api:
        answers = [api.post("/ask", json={"question": one, "thread": "desk-7"}).json() for one in questions]
        other = api.post("/ask", json={"question": questions[1], "thread": "desk-8"}).json()
    assert [answer["follow_up"] for answer in answers] == [False, *[True] * 6]
    assert {answer["menu_path"][-1] for answer in answers if answer["menu_path"]} == {"Flight mode"}
    assert not other["follow_up"]
    kept = postgres.run("SELECT DISTINCT thread_id FROM checkpoints", chats.rpartition("/")[2])
    assert sorted(map(str, sum(kept, ()))) == ["serve/desk-7", "serve/desk-8"]


async def test_workers_serve_mcp(sample_index: ManualIndex) -> None:
    with served(sample_index.folder, "--workers", WORKERS) as server:
        assert len(children(server.process.pid)) == WORKERS
        for _ in range(4):
            async with http_client(server.url) as client:
                assert "Settings" in text_of(await client.call_tool("get_menu_path", {"item": "Battery"}))
        server.process.terminate()
        server.process.communicate(timeout=HANG_SECONDS)
        assert server.process.returncode == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("mcp", "--workers", 2), "2 workers over stdio: a client starts one process; take --transport http."),
        (("web", "--workers", 2), "behind a proxy that keeps each visitor with one of them."),
    ],
)
def test_faces_that_cannot_have_several_say_so(
    command: tuple[object, ...], said: str, run: Run, sample_index: ManualIndex
) -> None:
    outcome = run(*command, "--index", sample_index.folder)
    assert outcome.code == 1
    assert said in " ".join(outcome.err.split())
