"""A batch of prompts to one model: answered from the cache or by calls, within a budget, several at once."""

import itertools
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from langchain_core.messages import AIMessageChunk, HumanMessage

from graphrag_tools.enrichment.cache import ModelTextCache
from graphrag_tools.errors import ModelError
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.progress import StageProgress

Enough = Callable[[str], bool]
"""Whether a reply, as far as it has come, need not go on: small models often repeat themselves to the last token."""
FAILURES_IN_A_ROW = 3
"""So many failed calls one after the other mean that the server is gone, and the rest is not asked for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many prompts may be sent, until when by `time.monotonic`, and how many at once; None is no limit."""

    calls: int | None = None
    until: float | None = None
    parallel: int = 1

    @property
    def is_time_up(self) -> bool:
        """Whether no further prompt may be sent."""
        return self.until is not None and time.monotonic() >= self.until


@dataclass(slots=True)
class Replies:
    """What came back: replies by prompt, how many prompts were sent, and the server's words where one failed."""

    by_prompt: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def ask_all(
    model: ChatModel,
    prompts: Sequence[str],
    cache: ModelTextCache,
    limits: Limits,
    *,
    enough: Enough,
    progress: StageProgress,
) -> Replies:
    """Ask the model every prompt: those in the cache without a call, the others as far as the limits reach.

    Each reply is saved when it comes. A failed call leaves its prompt without a reply, and is made again when the
    same is asked next time; after three in a row no more is sent.

    Raises:
        ModelError: The model has never answered any of these prompts, and three calls (or all there are) failed.
        StoreError: The cache cannot be written.
    """
    found = Replies(cache.known(dict.fromkeys(prompts)))
    due = [prompt for prompt in dict.fromkeys(prompts) if prompt not in found.by_prompt][: limits.calls]
    in_a_row, last = 0, None
    for prompt, outcome in _outcomes(partial(_outcome, model, enough), due, limits):
        found.sent += 1
        if isinstance(outcome, ModelError):
            found.failures[prompt] = str(outcome)
            in_a_row, last = in_a_row + 1, outcome
            if in_a_row == FAILURES_IN_A_ROW:
                break
        else:
            cache.save(prompt, outcome)
            found.by_prompt[prompt] = outcome
            in_a_row = 0
        progress(found.sent, len(due))
    if last is not None and not found.by_prompt:
        raise last
    return found


def _outcomes(
    ask: Callable[[str], str | ModelError], due: Sequence[str], limits: Limits
) -> Iterator[tuple[str, str | ModelError]]:
    """Yield each prompt with its reply or its error, as they come, until the time is up."""
    if limits.parallel == 1:
        # In this thread, so that Ctrl-C ends the call itself.
        for prompt in due:
            if limits.is_time_up:
                return
            yield prompt, ask(prompt)
        return
    pool = ThreadPoolExecutor(limits.parallel, thread_name_prefix="asking")
    running: dict[Future[str | ModelError], str] = {}
    left = iter(due)
    try:
        while True:
            free = 0 if limits.is_time_up else limits.parallel - len(running)
            running |= {pool.submit(ask, prompt): prompt for prompt in itertools.islice(left, free)}
            if not running:
                return
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(ended), ended.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _outcome(model: ChatModel, enough: Enough, prompt: str) -> str | ModelError:
    reply = ""
    try:
        # Closing the stream closes the connection, and the server stops.
        with (
            model_errors(),
            closing(cast(Generator[AIMessageChunk], model.chat.stream([HumanMessage(prompt)]))) as came,
        ):
            for piece in came:
                reply += piece.text
                if enough(reply):
                    break
    except ModelError as error:
        return error
    return reply
