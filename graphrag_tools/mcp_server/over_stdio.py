"""Serving over standard input and output: the client starts this program and owns both streams."""

import os
import signal
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server


async def serve_stdio(server: "Server[Any]") -> None:
    """Serve until the client closes standard input; SIGTERM and Ctrl-C end the process with code 0.

    While it serves, what anything else in the process prints goes to standard error.
    """
    for stopping in (signal.SIGTERM, signal.SIGINT):
        # A thread waits inside a read of standard input and cannot be woken: an orderly end would wait for it.
        # Nothing is lost, because the index is only read and every message is written whole.
        signal.signal(stopping, lambda _number, _frame: os._exit(0))
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())
