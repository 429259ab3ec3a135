"""Connections that ask nothing, or never end their request, do not stay; slow answers do."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn
from support.processes import HANG_SECONDS

from graphrag_tools.http_server.slow_callers import ImpatientProtocol

HEAD = b"POST / HTTP/1.1\r\nHost: here\r\n"


class Quick(ImpatientProtocol):
    """Waits for less than an answer takes."""

    seconds_to_ask = 0.3


async def echo_late(scope: Any, receive: Any, send: Any) -> None:
    """Read the body, wait for longer than a request may take, and send the body back."""
    assert scope["type"] == "http"
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await asyncio.sleep(3 * Quick.seconds_to_ask)
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Return the port of a server that waits .3 s for a request."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(echo_late, http=Quick, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(HANG_SECONDS)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEAD, id="half a head"),
        pytest.param(HEAD + b"Content-Length: 9\r\n\r\nfour", id="half a body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n", id="a body without an end"),
    ],
)
def test_a_request_that_does_not_come_is_not_waited_for(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=HANG_SECONDS) as caller:
        caller.sendall(sent)
        with suppress(ConnectionResetError):
            assert caller.recv(1000) == b""


def drip(caller: socket.socket) -> None:
    for number in range(100):
        time.sleep(Quick.seconds_to_ask / 3)
        caller.sendall(f"X-Drip-{number}: a\r\n".encode())


def test_bytes_that_drip_do_not_keep_a_connection(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=HANG_SECONDS) as caller:
        caller.sendall(HEAD)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            drip(caller)


def test_an_answer_may_take_longer_than_a_request(port: int) -> None:
    whole = HEAD + b"Content-Length: 4\r\n\r\nfour"
    with socket.create_connection(("127.0.0.1", port), timeout=HANG_SECONDS) as caller:
        for _ in range(2):  # and the connection is kept for a second one
            caller.sendall(whole)
            answer = b""
            while not answer.endswith(b"four"):
                part = caller.recv(1000)
                assert part, answer
                answer += part


def test_a_second_request_is_waited_for_no_longer_than_the_first(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=HANG_SECONDS) as caller:
        caller.sendall(HEAD + b"Content-Length: 4\r\n\r\nfour")
        answer = b""
        while not answer.endswith(b"four"):
            answer += caller.recv(1000)
        caller.sendall(HEAD)
        with suppress(ConnectionResetError):
            assert caller.recv(1000) == b""
