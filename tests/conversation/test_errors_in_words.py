"""Savers pass on what they are called with, and their drivers' errors come out in words."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver

from graphrag_tools.conversation.errors_in_words import AsyncErrorsInWords, ErrorsInWords
from graphrag_tools.errors import StoreError

CONFIG: Any = {"configurable": {"thread_id": "a"}}
SEARCH = {"filter": {"step": 1}, "before": CONFIG, "limit": 3}


@contextmanager
def in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError("the disk is full") from error


class Recorder(BaseCheckpointSaver[str]):
    """Returns what it was called with, or fails."""

    def __init__(self) -> None:
        super().__init__()
        self.fails = False
        self.was_called_with: Any = None

    def call(self, *given: Any) -> Any:
        self.was_called_with = given
        if self.fails:
            raise OSError
        return given


class Driver(Recorder):
    def get_tuple(self, config: Any) -> Any:
        return self.call(config)

    def list(self, config: Any, *, filter: Any, before: Any, limit: Any) -> Iterator[Any]:
        yield self.call(config, filter, before, limit)

    def delete_thread(self, thread_id: str) -> None:
        self.call(thread_id)

    def put(self, *given: Any) -> Any:
        return self.call(*given)

    def put_writes(self, *given: Any) -> None:
        self.call(*given)


class AsyncDriver(Recorder):
    async def aget_tuple(self, config: Any) -> Any:
        return self.call(config)

    async def alist(self, config: Any, *, filter: Any, before: Any, limit: Any) -> AsyncIterator[Any]:
        yield self.call(config, filter, before, limit)

    async def adelete_thread(self, thread_id: str) -> None:
        self.call(thread_id)

    async def aput(self, *given: Any) -> Any:
        return self.call(*given)

    async def aput_writes(self, *given: Any) -> None:
        self.call(*given)


class Saver(ErrorsInWords, Driver):  # type: ignore[misc]
    __init__ = Driver.__init__

    def errors(self) -> AbstractContextManager[None]:
        return in_words()


class AsyncSaver(AsyncErrorsInWords, AsyncDriver):  # type: ignore[misc]
    __init__ = AsyncDriver.__init__

    def errors(self) -> AbstractContextManager[None]:
        return in_words()


CALLS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "get_tuple": ((CONFIG,), (CONFIG,)),
    "delete_thread": (("a",), None),
    "put": ((CONFIG, "checkpoint", "metadata", "versions"), (CONFIG, "checkpoint", "metadata", "versions")),
    "put_writes": ((CONFIG, ["writes"], "task", "path"), None),
}


@pytest.mark.parametrize("name", CALLS)
async def test_calls_pass_on_what_they_are_given_and_fail_in_words(name: str) -> None:
    given, returned = CALLS[name]
    saver, waiting = Saver(), AsyncSaver()
    call: Callable[..., Any] = getattr(saver, name)
    awaited: Callable[..., Any] = getattr(waiting, f"a{name}")
    assert call(*given) == await awaited(*given) == returned
    assert saver.was_called_with == waiting.was_called_with == given
    saver.fails = waiting.fails = True
    with pytest.raises(StoreError, match="the disk is full"):
        call(*given)
    with pytest.raises(StoreError, match="the disk is full"):
        await awaited(*given)


async def test_lists_pass_on_what_they_are_given_and_fail_in_words() -> None:
    saver, waiting = Saver(), AsyncSaver()
    expected = [(CONFIG, {"step": 1}, CONFIG, 3)]
    assert [*saver.list(CONFIG, **SEARCH)] == expected
    assert [one async for one in waiting.alist(CONFIG, **SEARCH)] == expected
    assert [*saver.list(None)] == [one async for one in waiting.alist(None)] == [(None, None, None, None)]
    saver.fails = waiting.fails = True
    with pytest.raises(StoreError):
        [*saver.list(CONFIG)]
    with pytest.raises(StoreError):
        [one async for one in waiting.alist(CONFIG)]


async def test_path_of_a_task_may_be_left_out() -> None:
    saver, waiting = Saver(), AsyncSaver()
    saver.put_writes(CONFIG, [], "task")
    await waiting.aput_writes(CONFIG, [], "task")
    assert saver.was_called_with == waiting.was_called_with == (CONFIG, [], "task", "")
