"""Work whose caller is cancelled by a scope of anyio, which cancels again and again until the caller has ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import anyio
import pytest
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from pydantic import PrivateAttr
from support.processes import HANG_SECONDS
from support.scripted_models import ScriptedChatModel

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow.cancelling import each_cancelled_once
from graphrag_tools.workflow.graph import aask, manual_workflow
from graphrag_tools.workflow.options import WorkflowOptions
from graphrag_tools.workflow.streaming import astream_answer

QUESTION = "How do I turn on flight mode?"


class HangingChatModel(ScriptedChatModel):
    """Never replies, and knows when it is asked and when it is left alone."""

    _begun: asyncio.Event = PrivateAttr(default_factory=asyncio.Event)
    _ended: asyncio.Event = PrivateAttr(default_factory=asyncio.Event)

    async def _agenerate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        self._begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            self._ended.set()
        raise AssertionError


async def streamed(app: Any) -> None:
    async for _ in astream_answer(app, QUESTION):
        pass


@pytest.mark.parametrize("asking", [lambda app: aask(app, QUESTION), streamed], ids=["ask", "stream"])
async def test_a_model_is_stopped_by_a_scope_too(
    asking: Callable[[Any], Awaitable[Any]], sample_index_for_answers: ManualIndex
) -> None:
    model = HangingChatModel()
    options = WorkflowOptions(tool_mode="none", answers="written", choices=1)
    app = manual_workflow(sample_index_for_answers, model, options=options)
    async with anyio.create_task_group() as group:
        group.start_soon(asking, app)
        await asyncio.wait_for(model._begun.wait(), HANG_SECONDS)
        group.cancel_scope.cancel()
    await asyncio.wait_for(model._ended.wait(), HANG_SECONDS)


async def test_items_are_those_of_the_source_which_ends_with_who_reads_them() -> None:
    ended = []

    async def source() -> AsyncIterator[int]:
        try:
            for number in range(3):
                yield number
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    assert [item async for item in each_cancelled_once(source())] == [0, 1, 2]  # type: ignore[arg-type]
    left = each_cancelled_once(source())  # type: ignore[arg-type]
    assert await anext(left) == 0
    await left.aclose()
    assert ended == [True, True]


async def test_an_error_of_the_source_is_raised() -> None:
    async def source() -> AsyncIterator[int]:
        yield 1
        raise ValueError("broken")

    items = each_cancelled_once(source())  # type: ignore[arg-type]
    assert await anext(items) == 1
    with pytest.raises(ValueError, match="broken"):
        await anext(items)
