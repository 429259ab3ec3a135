"""Middleware: a call that asks for progress is answered by a stream of events, any other by one piece of JSON."""

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASKS = b'"progressToken"'
_STREAM = "text/event-stream"
_MOST_READ = 64 << 10
"""Bytes of a request that are looked through, before anybody has checked who sends it."""


class ProgressStreams:
    """Sends a call to one of two applications that differ in the form of their replies alone.

    Every client of MCP says that it takes both forms, so that only what it asks for tells which one is of use: progress
    cannot be told in plain JSON, and plain JSON is what scripts without a client's library can read.
    """

    def __init__(self, app: "ASGIApp", streaming: "Starlette") -> None:
        self._plain = app
        self._streaming = streaming

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request, or start and stop both applications."""
        if scope["type"] == "lifespan":
            async with self._streaming.router.lifespan_context(self._streaming):
                await self._plain(scope, receive, send)
        elif (
            scope["type"] != "http"
            or scope["method"] != "POST"
            or _STREAM not in Headers(scope=scope).get("accept", "")
        ):
            await self._plain(scope, receive, send)
        else:
            read = await _beginning(receive)
            asks = _ASKS in b"".join(message.get("body", b"") for message in read)
            await (self._streaming if asks else self._plain)(scope, _again(read, receive), send)


async def _beginning(receive: "Receive") -> "list[Message]":
    """Return a request's first messages: all of a call of usual size."""
    read: list[Message] = []
    size, more = 0, True
    while more and size < _MOST_READ:
        message = await receive()
        read.append(message)
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    return read


def _again(read: "list[Message]", receive: "Receive") -> "Receive":
    """Return what receives these messages, and then those that follow."""

    async def next_message() -> "Message":
        return read.pop(0) if read else await receive()

    return next_message
