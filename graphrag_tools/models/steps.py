"""Steps: code that needs a model's replies, written once and run with or without waiting for them.

Such code is a generator: it yields each `ModelCall` that it wants made and is sent the reply. `run_steps` makes
the calls in this thread; `arun_steps` awaits them, so that cancelling the task closes the connection and the
server stops. A call that fails is raised inside the generator as ModelError, where it may be caught.
"""

import asyncio
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from langchain_core.messages import AIMessage, BaseMessage

from graphrag_tools.errors import ModelError
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.thoughts import end_reason, own_words

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ModelCall:
    """A call to be made: a chat model, or one with tools or a schema bound to it, and the messages for it."""

    target: "Runnable[Any, Any]"
    messages: Sequence[BaseMessage]
    writes: bool = False
    """Whether the reply is a draft of what the user is to read."""


Around = Callable[[ModelCall], AbstractContextManager[None]]
"""What surrounds each call that is made."""
Steps = Generator[ModelCall, Any, Result]


def _unsurrounded(_call: ModelCall) -> AbstractContextManager[None]:
    return nullcontext()


def run_steps(steps: Steps[Result], around: Around = _unsurrounded) -> Result:
    """Make the calls of the steps and return their result. Raises what the steps raise."""
    try:
        call = next(steps)
        while True:
            try:
                with model_errors(), around(call):
                    reply = own_words(reply_of(call.target, call.messages))
            except ModelError as error:
                call = steps.throw(error)
            else:
                call = steps.send(reply)
    except StopIteration as end:
        result: Result = end.value
        return result


def reply_of(target: "Runnable[Any, Any]", messages: Sequence[BaseMessage]) -> Any:
    """Return a model's reply; one that can only be awaited is awaited, in a thread with an event loop of its own."""
    try:
        return target.invoke(list(messages))
    except NotImplementedError:
        # Not in this thread, which may run an event loop that would wait for itself.
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(copy_context().run, asyncio.run, _awaited(target, messages)).result()


async def _awaited(target: "Runnable[Any, Any]", messages: Sequence[BaseMessage]) -> Any:
    return await target.ainvoke(list(messages))


async def arun_steps(steps: Steps[Result], around: Around = _unsurrounded) -> Result:
    """Await the calls of the steps and return their result; what is between them reads the index, in a thread."""
    step = await asyncio.to_thread(_advance, partial(next, steps))
    while not isinstance(step, _Ended):
        try:
            with model_errors(), around(step):
                reply = own_words(await step.target.ainvoke(list(step.messages)))
        except ModelError as error:
            step = await asyncio.to_thread(_advance, partial(steps.throw, error))
        else:
            step = await asyncio.to_thread(_advance, partial(steps.send, reply))
    result: Result = step.result
    return result


@dataclass(frozen=True, slots=True)
class _Ended(Generic[Result]):
    """The result of steps, because a StopIteration cannot leave a thread through a future."""

    result: Result


def _advance(advance: Callable[[], ModelCall]) -> "ModelCall | _Ended[Any]":
    try:
        return advance()
    except StopIteration as end:
        return _Ended(end.value)


def watched(steps: Steps[Result], begun: Callable[[], None], replied: Callable[[Any], None]) -> Steps[Result]:
    """Return the same steps; `begun` runs before each call, `replied` takes each reply.

    A ModelError of `begun` refuses the call: the steps meet it as they would meet a call that failed.
    """
    try:
        call = next(steps)
        while True:
            try:
                begun()
                reply = yield call
            except ModelError as error:
                call = steps.throw(error)
            else:
                replied(reply)
                call = steps.send(reply)
    except StopIteration as end:
        result: Result = end.value
        return result


@dataclass(slots=True)
class Meter:
    """The cost of calls: their number, and the tokens that the model's server reports, 0 where it reports none."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def metered(self, steps: Steps[Result]) -> Steps[Result]:
        """Return the same steps with every call counted, failed ones too."""
        return watched(steps, self.count_call, self.count_tokens)

    def count_call(self) -> None:
        """Add a call."""
        self.calls += 1

    def count_tokens(self, reply: Any) -> None:
        """Add the tokens of a reply."""
        # A call under a schema returns what was parsed and the message that it was parsed from.
        message = reply.get("raw") if isinstance(reply, dict) else reply
        used = getattr(message, "usage_metadata", None)
        if used:
            self.prompt_tokens += used["input_tokens"]
            self.completion_tokens += used["output_tokens"]


_LIMITS = frozenset(("length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"))


def was_cut(reply: AIMessage) -> bool:
    """Whether a model's reply ended because it reached its limit of tokens."""
    return end_reason(reply) in _LIMITS
