"""Answers last as long as their client waits, and what fails on the way is told."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
from fastapi import Request
from starlette.requests import ClientDisconnect
from support.processes import HANG_SECONDS

from graphrag_tools.errors import ModelError
from graphrag_tools.serve import waiting
from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.serve.replies import Reply
from graphrag_tools.serve.waiting import StreamForm, responded, while_connected


def pieces_of(reply: Reply) -> Iterator[str]:
    yield from (f"{reply.text};", "end;")


FORM = StreamForm("text/x", "begin;", "wait;", pieces_of, lambda refusal: f"{refusal.status} {refusal.message};")


class Form:
    """A form that tells which of its ways was taken."""

    def whole(self, reply: Reply) -> dict[str, Any]:
        return {"whole": reply.text}

    def stream(self) -> StreamForm:
        return FORM


class Client:
    """A client that sends messages one by one, and then nothing."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = list(kinds)
        self.request = Request({"type": "http"}, self.receive)
        self.got: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if not self._kinds:
            await asyncio.sleep(HANG_SECONDS)
        return {"type": self._kinds.pop(0)}

    async def send(self, message: Any) -> None:
        self.got.append(message)

    @property
    def text(self) -> str:
        return b"".join(one.get("body", b"") for one in self.got).decode()


class Work:
    """Work that ends when it is told to, and knows whether it was cancelled."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.cancelled = False

    async def run(self) -> Reply:
        try:
            async with asyncio.timeout(HANG_SECONDS):
                await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return Reply("done")


async def failing() -> Reply:
    raise ModelError("out of memory")


async def answering() -> Reply:
    return Reply("done")


async def test_result_is_returned_to_a_client_that_stays() -> None:
    assert await while_connected(Client("http.request").request, answering()) == Reply("done")


async def test_client_that_goes_cancels_the_work() -> None:
    work = Work()
    with pytest.raises(ClientDisconnect):
        await while_connected(Client("http.request", "http.disconnect").request, work.run())
    await asyncio.sleep(0)
    assert work.cancelled


async def test_failure_is_raised_to_whoever_waits() -> None:
    with pytest.raises(ModelError, match="out of memory"):
        await while_connected(Client().request, failing())


async def test_nothing_is_left_waiting_for_the_client() -> None:
    before = asyncio.all_tasks()
    await while_connected(Client().request, answering())
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def streamed(work: Coroutine[Any, Any, Reply]) -> Any:
    return await responded(Client().request, work, Form(), as_stream=True)


async def test_reply_is_one_document_where_no_stream_is_asked_for() -> None:
    response = await responded(Client().request, answering(), Form(), as_stream=False)
    assert response.body == b'{"whole":"done"}'
    work = Work()
    with pytest.raises(ClientDisconnect):
        await responded(Client("http.disconnect").request, work.run(), Form(), as_stream=False)
    await asyncio.sleep(0)
    assert work.cancelled


async def sent(response: Any) -> Client:
    client = Client("http.request")
    await response({"type": "http", "asgi": {"spec_version": "2.4"}}, client.receive, client.send)
    return client


async def test_stream_begins_goes_on_and_ends() -> None:
    client = await sent(await streamed(answering()))
    assert client.text == "begin;done;end;"
    headers = dict(client.got[0]["headers"])
    assert headers[b"content-type"].startswith(b"text/x")
    assert headers[b"cache-control"] == b"no-cache"
    assert headers[b"x-accel-buffering"] == b"no"


async def test_what_fails_at_once_is_raised() -> None:
    with pytest.raises(ModelError, match="out of memory"):
        await streamed(failing())


async def test_what_takes_long_shows_signs_and_fails_within_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_SECONDS_FOR_STATUS", 0.001)
    monkeypatch.setattr(waiting, "_SECONDS_BETWEEN_SIGNS", 0.001)
    work = Work()
    response = await streamed(work.run())
    sending = asyncio.create_task(sent(response))
    while not work.may_end.is_set():
        await asyncio.sleep(0.005)
        work.may_end.set()
    text = (await sending).text
    assert text.startswith("begin;wait;")
    assert text.replace("wait;", "") == "begin;done;end;"

    async def fails_later() -> Reply:
        await asyncio.sleep(0.005)
        raise Refusal(409, "taken")

    failed = (await sent(await streamed(fails_later()))).text
    assert failed.replace("wait;", "") == "begin;409 taken;"


async def test_stream_that_nobody_reads_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_SECONDS_FOR_STATUS", 0.001)
    work = Work()
    response = await streamed(work.run())

    async def broken(_message: Any) -> None:
        raise OSError("the client has gone")

    with pytest.raises(ClientDisconnect):
        await response({"type": "http", "asgi": {"spec_version": "2.4"}}, Client().receive, broken)
    await asyncio.sleep(0)
    assert work.cancelled


async def test_caller_that_is_cancelled_stops_the_work() -> None:
    work = Work()
    waits = asyncio.create_task(streamed(work.run()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
    await asyncio.sleep(0)
    assert work.cancelled
