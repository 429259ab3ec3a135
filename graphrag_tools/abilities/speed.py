"""Measure how fast a model reads and writes: by its server's own figures, else by the clock."""

import time
from typing import Any

from langchain_core.messages import AIMessageChunk
from pydantic import BaseModel, ConfigDict

from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel

_NANOSECONDS = 1e9
_TEXT = "Fill the tank with water, press the button and wait until the light is blue. " * 16


class Speed(BaseModel):
    """Tokens per second in (the prompt) and out (the reply); None where neither server nor stream tells."""

    model_config = ConfigDict(frozen=True)

    tokens_in: float | None = None
    tokens_out: float | None = None


def measure_speed(model: ChatModel) -> Speed:
    """Ask once and return the server's own figures where it gives them (Ollama), else the stream's by the clock.

    Raises:
        ModelError: The model's server failed.
    """
    # It begins otherwise each time, so that no part of the prompt is still in the server's cache.
    prompt = f"{time.time_ns()}\n{_TEXT}\nTell a long story about this machine."
    whole: AIMessageChunk | None = None
    started = time.perf_counter()
    first = last = started
    try:
        with model_errors():
            for piece in model.chat.stream(prompt):
                if isinstance(piece, AIMessageChunk):
                    whole = piece if whole is None else whole + piece
                    if piece.content:
                        last = time.perf_counter()
                        first = last if first == started else first
    except ValueError:
        # What LangChain raises where a server does not stream: there is nothing to measure by.
        return Speed()
    if whole is None:
        return Speed()
    reported = _reported_speed(whole.response_metadata)
    return reported or _clocked_speed(whole, to_first=first - started, rest=last - first)


def _reported_speed(metadata: dict[str, Any]) -> Speed | None:
    """Return the speed by Ollama's own durations; they leave out the time that loading the model took."""
    if not metadata.get("prompt_eval_duration") or not metadata.get("eval_duration"):
        return None
    return Speed(
        tokens_in=_rate(metadata.get("prompt_eval_count") or 0, metadata["prompt_eval_duration"] / _NANOSECONDS),
        tokens_out=_rate(metadata.get("eval_count") or 0, metadata["eval_duration"] / _NANOSECONDS),
    )


def _clocked_speed(reply: AIMessageChunk, *, to_first: float, rest: float) -> Speed:
    used = reply.usage_metadata
    if used is None:
        return Speed()
    # The first token belongs to the time before it.
    return Speed(tokens_in=_rate(used["input_tokens"], to_first), tokens_out=_rate(used["output_tokens"] - 1, rest))


def _rate(tokens: int, seconds: float) -> float | None:
    return round(tokens / seconds, 1) if tokens > 0 and seconds > 0 else None
