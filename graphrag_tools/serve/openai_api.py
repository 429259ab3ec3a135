"""OpenAI's API, as far as chat clients use it: models, and chat completions with and without a stream."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from graphrag_tools.serve.history import ChatMessage
from graphrag_tools.serve.manuals import ManualModel, Manuals
from graphrag_tools.serve.refusals import OPENAI_PREFIX, Refusal, error_body
from graphrag_tools.serve.replies import Reply, reply_to
from graphrag_tools.serve.requests import read_body
from graphrag_tools.serve.waiting import StreamForm, streamed, while_connected

_PATH = f"{OPENAI_PREFIX}/chat/completions"
_END = "data: [DONE]\n\n"


class StreamOptions(BaseModel):
    """What a stream is to hold beside the text."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """What is read of a request; sampling, lengths, stop words and tools on offer change nothing of checked text."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tool_choice: str | dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None

    def check(self) -> None:
        """Raise Refusal for what a client would wait for in vain."""
        if self.n not in (None, 1):
            raise Refusal(400, f"n is {self.n}; expected 1: a question has one answer.", "n", "unsupported_value")
        if isinstance(self.tool_choice, dict) or self.tool_choice == "required":
            message = "tool_choice asks for a call of a tool of yours; answers call the manual's own tools only."
            raise Refusal(400, message, "tool_choice", "unsupported_value")

    @property
    def text_only(self) -> bool:
        """Whether the reply may be plain text."""
        return self.response_format is None or self.response_format.get("type") == "text"


def openai_routes(manuals: Manuals) -> APIRouter:
    """Return the routes under /v1."""
    routes = APIRouter(prefix=OPENAI_PREFIX, include_in_schema=False)

    @routes.get("/models")
    async def list_models() -> dict[str, Any]:
        models = await asyncio.to_thread(manuals.models)
        return {"object": "list", "data": [_as_model(one) for one in models]}

    @routes.get("/models/{name:path}")
    async def show_model(name: str) -> dict[str, Any]:
        return _as_model(await asyncio.to_thread(manuals.named, name))

    @routes.post("/chat/completions")
    async def complete_chat(request: Request) -> Response:
        asked = await read_body(request, ChatRequest)
        model = await asyncio.to_thread(manuals.named, asked.model)
        asked.check()
        work = reply_to(asked.messages, model.manual, manuals, text_only=asked.text_only)
        form = _Completion(asked)
        if asked.stream:
            return await streamed(work, form.stream())
        return JSONResponse(form.whole(await while_connected(request, work)))

    return routes


def _as_model(model: ManualModel) -> dict[str, Any]:
    created = int(model.built.timestamp())
    return {"id": model.name, "object": "model", "created": created, "owned_by": "graphrag-tools", "name": model.title}


class _Completion:
    """One completion in OpenAI's form, whole or in pieces."""

    def __init__(self, asked: ChatRequest) -> None:
        self._head = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time.time()), "model": asked.model}
        self._shows_usage = bool(asked.stream_options and asked.stream_options.include_usage)

    def whole(self, reply: Reply) -> dict[str, Any]:
        message = {"role": "assistant", "content": reply.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        head = {**self._head, "object": "chat.completion"}
        return {**head, "choices": [choice], "usage": _usage(reply), **reply.extra}

    def stream(self) -> StreamForm:
        return StreamForm(
            media_type="text/event-stream",
            opening=self._delta({"role": "assistant", "content": ""}),
            sign=": still answering\n\n",
            reply=self._pieces,
            failure=lambda refusal: _event(error_body(_PATH, refusal)),
        )

    def _pieces(self, reply: Reply) -> Iterator[str]:
        for line in reply.text.splitlines(keepends=True):
            yield self._delta({"content": line})
        yield self._delta({}, "stop", reply.extra)
        if self._shows_usage:
            yield self._chunk([], {"usage": _usage(reply)})
        yield _END

    def _delta(self, delta: dict[str, Any], reason: str | None = None, extra: dict[str, Any] | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        unused = {"usage": None} if self._shows_usage else {}
        return self._chunk([choice], {**unused, **(extra or {})})

    def _chunk(self, choices: list[dict[str, Any]], extra: dict[str, Any]) -> str:
        return _event({**self._head, "object": "chat.completion.chunk", "choices": choices, **extra})


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _usage(reply: Reply) -> dict[str, int]:
    prompt, completion = reply.usage.prompt_tokens, reply.usage.completion_tokens
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
