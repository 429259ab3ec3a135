"""One body of steps, run with or without waiting."""

import asyncio
import threading
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from ollama import ResponseError
from support.scripted_models import ScriptedChatModel, saying

from graphrag_tools.errors import ModelError
from graphrag_tools.models.steps import Meter, ModelCall, Steps, arun_steps, run_steps


def two_calls(chat: ScriptedChatModel) -> Steps[str]:
    first = yield ModelCall(chat, [HumanMessage("a")])
    try:
        second = yield ModelCall(chat, [HumanMessage(first.text)])
    except ModelError as error:
        return f"failed: {error}"
    return f"{first.text} {second.text}"


def run(steps: Steps[Any], waiting: bool) -> Any:
    return asyncio.run(arun_steps(steps)) if waiting else run_steps(steps)


both_ways = pytest.mark.parametrize("waiting", [False, True])


@both_ways
def test_replies_reach_the_steps_in_order(waiting: bool) -> None:
    chat = ScriptedChatModel(saying("one"), saying("two"))
    assert run(two_calls(chat), waiting) == "one two"
    assert [messages[0].text for messages in chat.asked] == ["a", "one"]


@both_ways
def test_failure_may_be_caught_by_the_steps(waiting: bool) -> None:
    chat = ScriptedChatModel(saying("one"), ResponseError("gone", 500))
    assert "gone" in run(two_calls(chat), waiting)


@both_ways
def test_failure_that_is_not_caught_is_raised(waiting: bool) -> None:
    with pytest.raises(ModelError, match="gone"):
        run(two_calls(ScriptedChatModel(ResponseError("gone", 500))), waiting)


@both_ways
def test_bug_is_not_taken_for_a_failure_of_the_model(waiting: bool) -> None:
    with pytest.raises(ZeroDivisionError):
        run(two_calls(ScriptedChatModel(ZeroDivisionError())), waiting)


class AwaitedChatModel(ScriptedChatModel):
    """A model of somebody's own that can only be awaited."""

    def invoke(self, *_: Any, **__: Any) -> AIMessage:
        raise NotImplementedError("await it")

    async def ainvoke(self, messages: Any, *_: Any, **__: Any) -> AIMessage:
        await asyncio.sleep(0)
        return super().invoke(messages)


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("within_a_loop", [False, True])
def test_a_model_that_can_only_be_awaited_is(waiting: bool, within_a_loop: bool) -> None:
    async def within() -> str:
        return run_steps(two_calls(chat))

    chat = AwaitedChatModel(saying("one"), saying("two"))
    said = asyncio.run(within()) if within_a_loop else run(two_calls(chat), waiting)
    assert said == "one two"


def test_steps_that_need_no_call() -> None:
    def nothing() -> Steps[int]:
        yield from ()
        return 3

    assert run_steps(nothing()) == 3


@both_ways
def test_meter_counts_calls_and_tokens_failed_calls_too(waiting: bool) -> None:
    meter = Meter()
    chat = ScriptedChatModel(saying("one"), ResponseError("gone", 500))
    run(meter.metered(two_calls(chat)), waiting)
    assert (meter.calls, meter.prompt_tokens, meter.completion_tokens) == (2, 10, 5)


def test_meter_reads_the_message_behind_a_structured_reply() -> None:
    def structured() -> Steps[Any]:
        return (yield ModelCall(chat.with_structured_output({"title": "t"}, include_raw=True), [HumanMessage("a")]))

    chat, meter = ScriptedChatModel(saying('{"a": 1}')), Meter()
    result = run_steps(meter.metered(structured()))
    assert result["parsed"] == {"a": 1}
    assert isinstance(result["raw"], AIMessage)
    assert (meter.calls, meter.prompt_tokens, meter.completion_tokens) == (1, 10, 5)


async def test_awaited_steps_leave_the_event_loop_free() -> None:
    threads = []

    def reading() -> Steps[None]:
        threads.append(threading.current_thread())
        yield ModelCall(ScriptedChatModel(saying("one")), [HumanMessage("a")])
        threads.append(threading.current_thread())
        with pytest.raises(ModelError):
            yield ModelCall(ScriptedChatModel(ResponseError("gone", 500)), [HumanMessage("b")])
        threads.append(threading.current_thread())

    await arun_steps(reading())
    assert len(threads) == 3
    assert threading.current_thread() not in threads
