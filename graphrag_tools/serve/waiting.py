"""Wait for an answer only as long as its client does, and stream it: a client that has gone stops the model."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from fastapi import Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from graphrag_tools.http_server.leaving_callers import while_connected
from graphrag_tools.serve.refusals import Refusal, refusal_of
from graphrag_tools.serve.replies import Reply

Result = TypeVar("Result")
_SECONDS_FOR_STATUS = 1.0
"""What fails within it is told by the status of the response, what fails later by an error in the stream."""
_SECONDS_BETWEEN_SIGNS = 10.0
"""Proxies and clients give up on a connection over which nothing comes."""
EVENTS_SIGN = ": still answering\n\n"
"""The `sign` of server-sent events: a comment of theirs."""


@dataclass(frozen=True, slots=True)
class StreamForm:
    """How an API writes a stream: text pieces to be sent as they are."""

    media_type: str
    opening: str
    """Sent before anything is known."""
    sign: str
    """Sent while there is no answer yet, and read as nothing."""
    reply: Callable[[Reply], Iterable[str]]
    failure: Callable[[Refusal], str]


class ReplyForm(Protocol):
    """How an API writes a reply."""

    def whole(self, reply: Reply) -> dict[str, Any]:
        """Return it as one document."""

    def stream(self) -> StreamForm:
        """Return how it is written in pieces."""


async def responded(
    request: Request, work: Coroutine[Any, Any, Reply], form: ReplyForm, *, as_stream: bool
) -> Response:
    """Return a reply, whole or as a stream. Raises what the work raises, a stream what it raises at once."""
    if as_stream:
        return await _streamed(work, form.stream())
    return JSONResponse(form.whole(await while_connected(request.receive, work)))


async def _streamed(work: Coroutine[Any, Any, Reply], form: StreamForm) -> StreamingResponse:
    """Return a reply as a stream. Raises what the work raises at once."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=_SECONDS_FOR_STATUS)
        if task.done():
            task.result()
    except BaseException:
        task.cancel()
        raise
    return _TaskStream(task, form)


class _TaskStream(StreamingResponse):
    """A stream whose task ends with it, also where no piece was ever sent."""

    def __init__(self, task: "asyncio.Task[Reply]", form: StreamForm) -> None:
        # Proxies such as nginx would hold the pieces back.
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        super().__init__(_pieces(task, form), headers=headers, media_type=form.media_type)
        self._task = task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._task.cancel()


async def _pieces(task: "asyncio.Task[Reply]", form: StreamForm) -> AsyncIterator[str]:
    yield form.opening
    while not (await asyncio.wait({task}, timeout=_SECONDS_BETWEEN_SIGNS))[0]:
        yield form.sign
    try:
        reply = task.result()
    except Exception as error:  # noqa: BLE001 - the status has gone out: every failure is a piece of the stream
        yield form.failure(refusal_of(error))
        return
    for piece in form.reply(reply):
        yield piece
