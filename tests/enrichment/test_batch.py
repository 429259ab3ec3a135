import threading
import time
from contextlib import closing
from pathlib import Path

import ollama
import pytest
from conftest import ChatModel, opened
from support.scripted_models import ScriptedChatModel, saying
from support.writing_models import writer

from graphrag_tools.enrichment.batch import FAILURES_IN_A_ROW, Limits, Replies, ask_all
from graphrag_tools.enrichment.cache import ModelTextCache
from graphrag_tools.errors import ModelError

PROMPTS = [f"prompt {number}" for number in range(8)]
DOWN = ollama.ResponseError("it is down", 500)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite"


def _asked(
    model: ChatModel, file: Path, limits: Limits | None = None, told: list[tuple[int, int]] | None = None
) -> Replies:
    show = told if told is not None else []
    with closing(ModelTextCache(file, model)) as cache:
        return ask_all(
            model,
            PROMPTS,
            cache,
            limits or Limits(),
            enough=lambda _reply: False,
            progress=lambda done, total: show.append((done, total)),
        )


def _echo() -> ChatModel:
    return opened(writer(lambda prompt: f"reply to {prompt}"))


@pytest.mark.parametrize("parallel", [1, 3])
def test_each_prompt_is_sent_once_and_never_again(file: Path, parallel: int) -> None:
    model = _echo()
    first = _asked(model, file, Limits(parallel=parallel))
    assert first.by_prompt == {prompt: f"reply to {prompt}" for prompt in PROMPTS}
    again = _asked(model, file, Limits(parallel=parallel))
    assert (first.sent, again.sent) == (8, 0)
    assert again.by_prompt == first.by_prompt


@pytest.mark.parametrize("parallel", [1, 3])
def test_limit_of_calls_counts_only_what_is_not_known(file: Path, parallel: int) -> None:
    told: list[tuple[int, int]] = []
    for expected in (3, 6, 8, 8):
        found = _asked(_echo(), file, Limits(calls=3, parallel=parallel), told)
        assert list(found.by_prompt) == PROMPTS[:expected] or set(found.by_prompt) == set(PROMPTS[:expected])
    assert told == [(1, 3), (2, 3), (3, 3), (1, 3), (2, 3), (3, 3), (1, 2), (2, 2)]


@pytest.mark.parametrize("parallel", [1, 3])
def test_nothing_is_sent_when_the_time_is_up(file: Path, parallel: int) -> None:
    found = _asked(_echo(), file, Limits(until=time.monotonic() - 1, parallel=parallel))
    assert (found.sent, found.by_prompt, found.failures) == (0, {}, {})


def test_as_many_calls_run_at_once_as_are_allowed(file: Path) -> None:
    together = threading.Barrier(3)

    def wait(prompt: str) -> str:
        if prompt in PROMPTS[:3]:
            together.wait(20)
        return "reply"

    assert len(_asked(opened(writer(wait)), file, Limits(parallel=3)).by_prompt) == 8


def test_failed_prompt_is_asked_again_next_time(file: Path) -> None:
    model = opened(ScriptedChatModel(saying("one"), DOWN, *[saying("more")] * 6))
    found = _asked(model, file)
    assert found.sent == 8
    assert list(found.failures) == PROMPTS[1:2]
    assert "it is down" in found.failures[PROMPTS[1]]
    again = _asked(_renamed(_echo(), model), file)
    assert (again.sent, again.by_prompt[PROMPTS[1]]) == (1, f"reply to {PROMPTS[1]}")


def test_server_that_is_gone_is_not_asked_for_the_rest(file: Path) -> None:
    model = opened(ScriptedChatModel(saying("one"), *[DOWN] * FAILURES_IN_A_ROW))
    found = _asked(model, file)
    assert (found.sent, len(found.by_prompt), len(found.failures)) == (4, 1, FAILURES_IN_A_ROW)
    still_gone = _asked(_renamed(opened(ScriptedChatModel(*[DOWN] * FAILURES_IN_A_ROW)), model), file)
    assert len(still_gone.by_prompt) == 1


def test_model_that_has_never_answered_is_an_error(file: Path) -> None:
    with pytest.raises(ModelError, match="it is down"):
        _asked(opened(ScriptedChatModel(*[DOWN] * FAILURES_IN_A_ROW)), file)


def test_bug_in_a_model_is_not_dressed_up_and_what_came_before_is_kept(file: Path) -> None:
    model = opened(ScriptedChatModel(saying("one"), ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        _asked(model, file)
    with closing(ModelTextCache(file, model)) as cache:
        assert cache.known(PROMPTS) == {PROMPTS[0]: "one"}


def test_reply_that_has_enough_is_stopped(gguf_model: ChatModel, file: Path) -> None:
    with closing(ModelTextCache(file, gguf_model)) as cache:
        found = ask_all(
            gguf_model,
            ["Count to one hundred: one, two, three,"],
            cache,
            Limits(),
            enough=lambda reply: len(reply) > 8,
            progress=lambda _done, _total: None,
        )
        (reply,) = found.by_prompt.values()
    assert 8 < len(reply) < 40


def _renamed(model: ChatModel, other: ChatModel) -> ChatModel:
    return ChatModel(other.name, other.provider, model.chat, claims_tools=True, context=None)
