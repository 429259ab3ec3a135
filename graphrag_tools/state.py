"""What the workflow keeps between its stages."""

import time
from typing import NotRequired

from langgraph.graph import MessagesState

from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.follow_ups import Earlier, Understood
from graphrag_tools.model_calls import Meter
from graphrag_tools.search import Hit


class ManualState(MessagesState):
    """The state of a thread; of the keys beside `messages`, only `earlier` outlives a turn."""

    earlier: NotRequired[Earlier | None]
    """What the last answered turn was about; missing where no checkpointer has kept it."""
    question: str
    meant: Understood
    hits: list[Hit]
    coverage: float
    answer: Answer | None
    failed: list[tuple[str, list[str]]]
    usage: Usage
    warnings: list[str]
    escalated_at: int | None
    """How many messages of the turn there were when the larger model took over; None while it has not."""
    stand_in: Answer | None
    """What the first model came to: the answer if the larger one finds none."""
    larger_failed: bool


def spent(usage: Usage, stage: str, started: float, meter: Meter | None = None, unread: int = 0) -> Usage:
    """Return the usage with one more stage in it, from `started` (time.perf_counter) until now."""
    cost, seconds = meter or Meter(), time.perf_counter() - started
    return Usage(
        model_calls=usage.model_calls + cost.calls,
        unread_calls=usage.unread_calls + unread,
        prompt_tokens=usage.prompt_tokens + cost.prompt_tokens,
        completion_tokens=usage.completion_tokens + cost.completion_tokens,
        seconds=usage.seconds + seconds,
        stages=(*usage.stages, StageTime(stage=stage, seconds=seconds)),
    )
