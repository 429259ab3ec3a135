"""OpenAI's API, as far as chat clients use it: models, and chat completions with and without a stream."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from graphrag_tools.serve.history import ChatMessage
from graphrag_tools.serve.manuals import ManualModel, Manuals
from graphrag_tools.serve.refusals import OPENAI_PREFIX, Refusal, error_body
from graphrag_tools.serve.replies import NO_LOGPROBS, TEXT_ONLY, Reply, reply_to
from graphrag_tools.serve.requests import read_body
from graphrag_tools.serve.waiting import EVENTS_SIGN, ReplyForm, StreamForm, responded

_PATH = f"{OPENAI_PREFIX}/chat/completions"
_END = "data: [DONE]\n\n"
_FORCES = ("required", "any")


class StreamOptions(BaseModel):
    """What a stream is to hold beside the text."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """What is read of a request; sampling, lengths, stop words and tools on offer change nothing of checked text."""

    model: str
    messages: list[ChatMessage]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    logprobs: bool | int | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    function_call: str | dict[str, Any] | None = None
    """What tool_choice was once."""
    modalities: list[str] | None = None
    response_format: dict[str, Any] | None = None

    def check(self) -> None:
        """Raise Refusal for what a client would wait for in vain."""
        if self.n not in (None, 1):
            raise Refusal(400, f"n is {self.n}; expected 1: a question has one answer.", "n", "unsupported_value")
        if self.logprobs:
            raise Refusal(400, NO_LOGPROBS, "logprobs", "unsupported_value")
        if self.modalities and "text" not in self.modalities:
            raise Refusal(400, "answers are text; expected the modality text.", "modalities", "unsupported_value")

    @property
    def forced_tool(self) -> dict[str, Any] | None:
        """The client's tool that has to be called, {} where it is not among those it sent; None where none has to."""
        chosen = self._chosen_tool
        if not isinstance(chosen, dict) and chosen not in _FORCES:
            return None
        offered = [_mapping(one.get("function")) for one in self.tools or ()]
        wanted = _mapping(chosen.get("function")).get("name") if isinstance(chosen, dict) else None
        return next((one for one in offered if one.get("name") and wanted in (None, one["name"])), {})

    @property
    def called_tool(self) -> str | None:
        """The name of the client's tool that a reply calls."""
        return (self.forced_tool or {}).get("name")

    @property
    def _chosen_tool(self) -> str | dict[str, Any] | None:
        """Return the tool that has to be called, or the word for whether one has to: clients wrap it in an object."""
        chosen = self.tool_choice
        if not isinstance(chosen, dict):
            return chosen
        kind = str(chosen.get("type", ""))
        if kind == "allowed_tools":
            return str(_mapping(chosen.get(kind)).get("mode"))
        return kind if kind in (*_FORCES, "auto", "none") else chosen

    @property
    def form(self) -> dict[str, Any] | None:
        """The JSON schema that a reply is to obey, None for text."""
        if self.forced_tool is not None:
            return _mapping(self.forced_tool.get("parameters"))
        return _mapping(_mapping((self.response_format or {}).get("json_schema")).get("schema")) or None

    @property
    def refused(self) -> Refusal | None:
        """Why an answer of the manual cannot have the form that is asked for; None where it can."""
        asks_by = "function_call" if isinstance(self.function_call, dict) else "tool_choice"
        if self.forced_tool is not None or isinstance(self.function_call, dict):
            message = f"{asks_by} asks for a call of a tool of yours; answers call the manual's own tools only."
            return Refusal(400, message, asks_by, "unsupported_value")
        if self.response_format is None or self.response_format.get("type") == "text":
            return None
        return Refusal(400, TEXT_ONLY, "response_format")


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def openai_routes(manuals: Manuals) -> APIRouter:
    """Return the routes under /v1."""
    routes = APIRouter(prefix=OPENAI_PREFIX, include_in_schema=False)

    @routes.get("/models")
    async def list_models() -> dict[str, Any]:
        models = await asyncio.to_thread(manuals.models)
        return {"object": "list", "data": [_as_model(one) for one in models]}

    @routes.get("/models/{name:path}")
    async def show_model(name: str) -> dict[str, Any]:
        if not name:  # as clients ask that end addresses in a slash
            return await list_models()
        return _as_model(await asyncio.to_thread(manuals.named, name))

    @routes.post("/chat/completions")
    async def complete_chat(request: Request) -> Response:
        asked = await read_body(request, ChatRequest)
        return await openai_reply(request, asked, manuals, _Completion(asked))

    return routes


async def openai_reply(request: Request, asked: ChatRequest, manuals: Manuals, form: ReplyForm) -> Response:
    """Answer a chat in the form of one of OpenAI's APIs. Raises Refusal for what a client would wait for in vain."""
    model = await asyncio.to_thread(manuals.named, asked.model)
    asked.check()
    work = reply_to(asked.messages, model.manual, manuals, form=asked.form, refused=asked.refused)
    return await responded(request, work, form, as_stream=bool(asked.stream))


def _as_model(model: ManualModel) -> dict[str, Any]:
    created = int(model.built.timestamp())
    return {"id": model.name, "object": "model", "created": created, "owned_by": "graphrag-tools", "name": model.title}


class _Completion:
    """One completion in OpenAI's form, whole or in pieces."""

    def __init__(self, asked: ChatRequest) -> None:
        self._head = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time.time()), "model": asked.model}
        self._shows_usage = bool(asked.stream_options and asked.stream_options.include_usage)
        self._tool = asked.called_tool

    def whole(self, reply: Reply) -> dict[str, Any]:
        said: dict[str, Any] = {"content": None, "tool_calls": [self._call(reply)]} if self._tool else {}
        message = {"role": "assistant", "content": reply.text, "refusal": None, **said}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._reason}
        head = {**self._head, "object": "chat.completion"}
        return {**head, "choices": [choice], "usage": _usage(reply), **reply.extra}

    def stream(self) -> StreamForm:
        return StreamForm(
            media_type="text/event-stream",
            opening=self._delta({"role": "assistant", "content": ""}),
            sign=EVENTS_SIGN,
            reply=self._pieces,
            failure=lambda refusal: event(error_body(_PATH, refusal)),
        )

    @property
    def _reason(self) -> str:
        return "tool_calls" if self._tool else "stop"

    def _call(self, reply: Reply) -> dict[str, Any]:
        """Return the call of the client's own tool, with the title that it asked for as its arguments."""
        function = {"name": self._tool, "arguments": reply.as_arguments}
        return {"id": f"call_{uuid4().hex[:12]}", "type": "function", "function": function}

    def _pieces(self, reply: Reply) -> Iterator[str]:
        if self._tool:
            yield self._delta({"tool_calls": [{"index": 0, **self._call(reply)}]})
        for line in () if self._tool else reply.text.splitlines(keepends=True):
            yield self._delta({"content": line})
        yield self._delta({}, self._reason, reply.extra)
        if self._shows_usage:
            yield self._chunk([], {"usage": _usage(reply)})
        yield _END

    def _delta(self, delta: dict[str, Any], reason: str | None = None, extra: dict[str, Any] | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        unused = {"usage": None} if self._shows_usage else {}
        return self._chunk([choice], {**unused, **(extra or {})})

    def _chunk(self, choices: list[dict[str, Any]], extra: dict[str, Any]) -> str:
        return event({**self._head, "object": "chat.completion.chunk", "choices": choices, **extra})


def event(data: dict[str, Any]) -> str:
    """Return one of the events that a stream is sent as."""
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _usage(reply: Reply) -> dict[str, int]:
    prompt, completion = reply.usage.prompt_tokens, reply.usage.completion_tokens
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
