"""A name is listened on where its callers look for it."""

import socket

import pytest

from graphrag_tools.errors import ConfigError
from graphrag_tools.listening import listen


def test_name_of_this_machine_is_reached_by_its_usual_address() -> None:
    with listen("localhost", 0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        with socket.create_connection(listening.getsockname()):
            pass


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("no.such.host.invalid", 8000)])
def test_impossible_address_is_said_in_words(host: str, port: int) -> None:
    with pytest.raises(ConfigError, match=f"cannot listen on {host} port {port}: .*--port"):
        listen(host, port)
