"""What each stage adds to the usage of a turn."""

import time

from graphrag_tools.answer import StageTime, Usage
from graphrag_tools.models.steps import Meter


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
