"""Tokens per second: the server's own figures where it gives them, else the stream by the clock."""

from collections.abc import Iterator
from typing import Any

from conftest import OllamaServer, opened
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import Field
from support.probing_models import ProbedModel, as_model, right

from graphrag_tools.abilities.speed import Speed, measure_speed
from graphrag_tools.models.options import ModelOptions

OLLAMA = {
    "prompt_eval_count": 300,
    "prompt_eval_duration": 2_000_000_000,
    "eval_count": 40,
    "eval_duration": 500_000_000,
}


class Streaming(ProbedModel):
    pieces: list[AIMessageChunk]
    asked: list[str] = Field(default_factory=list)

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages[-1].text)
        yield from (ChatGenerationChunk(message=piece) for piece in self.pieces)


def speed(*pieces: AIMessageChunk) -> Speed:
    return measure_speed(as_model(Streaming(choose=right, pieces=list(pieces))))


def test_figures_of_the_server_go_before_the_clock() -> None:
    last = AIMessageChunk("", response_metadata=OLLAMA)
    assert speed(AIMessageChunk("Once"), last) == Speed(tokens_in=150.0, tokens_out=80.0)


def test_stream_that_counts_its_tokens_is_timed() -> None:
    usage: Any = {"input_tokens": 300, "output_tokens": 3, "total_tokens": 303}
    told = speed(AIMessageChunk("Once"), AIMessageChunk(" upon"), AIMessageChunk("", usage_metadata=usage))
    assert (told.tokens_in or 0) > 0
    assert (told.tokens_out or 0) > 0


def test_nothing_is_made_up_where_nothing_is_counted() -> None:
    assert speed(AIMessageChunk("Once"), AIMessageChunk(" upon")) == Speed()
    assert measure_speed(as_model(ProbedModel(choose=right))) == Speed()


def test_no_two_prompts_begin_alike_so_that_no_cache_holds_them() -> None:
    chat = Streaming(choose=right, pieces=[AIMessageChunk("Once")])
    for _ in range(2):
        measure_speed(as_model(chat))
    first, second = (prompt.splitlines()[0] for prompt in chat.asked)
    assert first != second


def test_real_server_tells_its_figures(ollama_server: OllamaServer) -> None:
    told = measure_speed(opened(ollama_server.weak, ModelOptions(base_url=ollama_server.base_url, max_tokens=8)))
    assert told.tokens_in
    assert told.tokens_out
