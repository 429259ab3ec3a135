"""A name is listened on where its callers look for it."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from support.processes import HANG_SECONDS

from graphrag_tools.errors import ConfigError
from graphrag_tools.http_server.listening import Address, listen, serve_until_signal

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture
def kept_handlers() -> Iterator[None]:
    kept = [signal.getsignal(number) for number in SIGNALS]
    yield
    for number, handler in zip(SIGNALS, kept, strict=True):
        signal.signal(number, handler)


def test_wildcard_with_a_name_is_called_by_that_and_by_those_of_this_machine() -> None:
    """As when a container's client calls by the host's name, and its owner by localhost."""
    address = Address("0.0.0.0", token="a-token-of-some-length", names=("Box.example",))
    assert set(address.hosts) == {"box.example", "localhost", "127.0.0.1", "[::1]"}


def test_name_of_this_machine_is_reached_by_its_usual_address() -> None:
    with listen("localhost", 0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        with socket.create_connection(listening.getsockname()):
            pass


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("no.such.host.invalid", 8000)])
def test_impossible_address_is_said_in_words(host: str, port: int) -> None:
    with pytest.raises(ConfigError, match=f"cannot listen on {host} port {port}: .*--port"):
        listen(host, port)


@pytest.mark.parametrize("number", SIGNALS)
async def test_signal_that_comes_as_soon_as_the_address_is_told_ends_it(
    number: signal.Signals, kept_handlers: None
) -> None:
    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        """An application that answers nothing."""

    told: list[str] = []

    def announce(url: str) -> None:
        told.append(url)
        os.kill(os.getpid(), number)

    await asyncio.wait_for(serve_until_signal(nothing, Address(port=0), announce), HANG_SECONDS)
    assert len(told) == 1
