"""Work for a caller only as long as it waits: one that has gone stops the model."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Result = TypeVar("Result")


async def while_connected(receive: "Receive", work: Awaitable[Result]) -> Result:
    """Return the result of some work, which is cancelled when the caller goes. The request was read before.

    Raises:
        ClientDisconnect: The caller has gone.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


class LeavingCallers:
    """ASGI middleware that cancels the application's work on a request whose caller has gone."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on, and wait for its answer as long as the caller does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_read = asyncio.Event()

        async def reading() -> "Message":
            message = await receive()
            if not message.get("more_body", False):
                is_read.set()
            return message

        async def after_reading() -> "Message":
            await is_read.wait()
            return await receive()

        with suppress(ClientDisconnect):
            await while_connected(after_reading, self._app(scope, reading, send))


async def _gone(receive: "Receive") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
