"""Cancel work once, however often its caller is cancelled.

Scopes of anyio (Starlette, FastAPI, MCP) cancel a task again and again until it has ended. A second cancellation ends
what LangGraph cancels its own tasks with, and the model goes on. Here work has a task of its own.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextvars import Context, copy_context
from typing import Any, Final, TypeVar

Result = TypeVar("Result")
_END: Final = object()
_running: "set[asyncio.Task[Any]]" = set()
"""Tasks are kept here, because an event loop lets go of those that nobody waits for."""


async def cancelled_once(work: Coroutine[Any, Any, Result], context: Context | None = None) -> Result:
    """Return the result of some work. Cancelling cancels it and waits for its end, unless that is cancelled too."""
    task = _begun(work, context)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait({task})
        raise


async def each_cancelled_once(items: AsyncGenerator[Result, Any]) -> AsyncGenerator[Result, None]:
    """Yield the same items, waiting for each in this way; who leaves before the end closes `items`."""
    # One context for all, as if it were one task.
    context = copy_context()
    while (item := await cancelled_once(_next_of(items), context)) is not _END:
        try:
            yield item
        except BaseException:
            await asyncio.shield(_begun(items.aclose(), context))
            raise


def _begun(work: Coroutine[Any, Any, Result], context: Context | None) -> "asyncio.Task[Result]":
    task = asyncio.create_task(work, context=context)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def _next_of(items: AsyncGenerator[Any, Any]) -> Any:
    return await anext(items, _END)
