"""OpenAI's Responses API, as far as answers of a manual need it: created whole or as a stream, and never stored.

A request is read as the chat that it is, so that both of OpenAI's APIs answer, refuse and check alike.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, field_validator
from pydantic_core import PydanticCustomError

from graphrag_tools.serve.history import ChatMessage
from graphrag_tools.serve.manuals import Manuals
from graphrag_tools.serve.openai_api import ChatRequest, event, openai_reply
from graphrag_tools.serve.refusals import OPENAI_PREFIX, Refusal, error_body
from graphrag_tools.serve.replies import Reply
from graphrag_tools.serve.requests import read_body
from graphrag_tools.serve.waiting import EVENTS_SIGN, StreamForm

_PATH = f"{OPENAI_PREFIX}/responses"
_NAMES_HERE = {"messages": "input", "response_format": "text.format", "logprobs": "top_logprobs"}
_LOGPROBS = "message.output_text.logprobs"
_SEND_ALL = "nothing is remembered here; expected the earlier messages themselves in input"
_NOT_HERE = {
    "previous_response_id": f"{_SEND_ALL}.",
    "conversation": f"{_SEND_ALL}.",
    "background": "there are no responses in the background; expected a stream, or a client that waits.",
    "prompt": "there are no stored prompts here; expected the question in input.",
}


class TextForm(BaseModel):
    """What the text of a response is to be like."""

    format: dict[str, Any] | None = None


class ResponsesRequest(BaseModel):
    """What is read of a request; sampling, lengths, reasoning and tools on offer change nothing of checked text."""

    model: str
    input: list[ChatMessage | None]
    """The messages; None stands for an item of another kind: a call, its output, thoughts."""
    instructions: str | None = None
    stream: bool | None = None
    text: TextForm | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    top_logprobs: int | None = None
    include: list[str] | None = None
    metadata: dict[str, Any] | None = None
    previous_response_id: Any = None
    conversation: Any = None
    background: bool | None = None
    prompt: Any = None

    @field_validator("input", mode="before")
    @classmethod
    def _as_messages(cls, given: object) -> list[object]:
        """Return a text as a user's message, and of a list of items what the messages among them are."""
        if isinstance(given, str):
            return [{"role": "user", "content": given}]
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            raise PydanticCustomError("input", "expected text, or a list of items")
        kinds = [item.get("type") or "message" for item in given]
        if "item_reference" in kinds:
            raise PydanticCustomError("input", f"an item is a reference; {_SEND_ALL} (store: false)")
        return [item if kind == "message" else None for item, kind in zip(given, kinds, strict=True)]

    def as_chat(self) -> ChatRequest:
        """Return the request as one for a chat completion. Raises Refusal for what a chat has not."""
        for name, why in _NOT_HERE.items():
            if getattr(self, name):
                raise Refusal(400, why, name, "unsupported_value")
        instructions = [ChatMessage(role="system", content=self.instructions)] if self.instructions else []
        wanted = self.text.format if self.text else None
        return ChatRequest(
            model=self.model,
            messages=[*instructions, *(message for message in self.input if message)],
            stream=self.stream,
            logprobs=bool(self.top_logprobs) or _LOGPROBS in (self.include or ()),
            tools=[_nested(tool) for tool in self.tools or ()],
            tool_choice=_nested(self.tool_choice) if isinstance(self.tool_choice, dict) else self.tool_choice,
            response_format=_nested(wanted) if wanted else None,
        )


def responses_routes(manuals: Manuals) -> APIRouter:
    """Return the route that creates a response."""
    routes = APIRouter(prefix=OPENAI_PREFIX, include_in_schema=False)

    @routes.post("/responses")
    async def create_response(request: Request) -> Response:
        asked = await read_body(request, ResponsesRequest)
        with _names_of_this_api():
            chat = asked.as_chat()
            form = ResponseForm(asked, chat.called_tool)
            return await openai_reply(request, chat, manuals, form)

    return routes


def _nested(value: dict[str, Any]) -> dict[str, Any]:
    """Return a tool, a choice or a format as chat completions have it: what it is stands under the name of its kind."""
    kind = str(value.get("type"))
    return {"type": kind, kind: value}


@contextmanager
def _names_of_this_api() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        refusal.param = _NAMES_HERE.get(refusal.param or "", refusal.param)
        raise


class ResponseForm:
    """One response in OpenAI's form, whole or in events: a message, or a call of the client's own tool."""

    def __init__(self, asked: ResponsesRequest, called_tool: str | None) -> None:
        self._asked = asked
        self._tool = called_tool
        self._id = f"resp_{uuid4().hex}"
        self._item_id = f"{'fc' if called_tool else 'msg'}_{uuid4().hex}"
        self._created = int(time.time())
        self._events = 0

    def whole(self, reply: Reply) -> dict[str, Any]:
        """Return the response object."""
        done = {"output": [self._item(reply)], "usage": _usage(reply), "completed_at": int(time.time())}
        return {**self._response("completed"), **done, **reply.extra}

    def stream(self) -> StreamForm:
        """Return the response as server-sent events, numbered from its beginning."""
        begun = {"response": self._response("in_progress")}
        return StreamForm(
            media_type="text/event-stream",
            opening=self._event("response.created", begun) + self._event("response.in_progress", begun),
            sign=EVENTS_SIGN,
            reply=self._pieces,
            failure=self._failed,
        )

    def _response(self, status: str) -> dict[str, Any]:
        asked = self._asked
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": asked.instructions,
            "metadata": asked.metadata or {},
            "model": asked.model,
            "output": [],
            "parallel_tool_calls": False,
            "previous_response_id": None,
            "store": False,
            "text": {"format": (asked.text and asked.text.format) or {"type": "text"}},
            "tool_choice": asked.tool_choice or "auto",
            "tools": asked.tools or [],
            "usage": None,
        }

    def _item(self, reply: Reply | None) -> dict[str, Any]:
        """Return what is put out, without a reply as it is begun."""
        head = {"id": self._item_id, "status": "completed" if reply else "in_progress"}
        if self._tool:
            arguments = reply.as_arguments if reply else ""
            named = {"call_id": f"call_{self._item_id[-12:]}", "name": self._tool, "arguments": arguments}
            return {**head, "type": "function_call", **named}
        content = [_part(reply.text)] if reply else []
        return {**head, "type": "message", "role": "assistant", "content": content}

    def _pieces(self, reply: Reply) -> Iterator[str]:
        item = self._item(reply)
        yield self._event("response.output_item.added", {"output_index": 0, "item": self._item(None)})
        for kind, more in _called(reply) if self._tool else _spoken(reply):
            yield self._event(kind, {"item_id": self._item_id, "output_index": 0, **more})
        yield self._event("response.output_item.done", {"output_index": 0, "item": item})
        yield self._event("response.completed", {"response": self.whole(reply)})

    def _failed(self, refusal: Refusal) -> str:
        """Return both signs of a failure that clients look for: the end of the response, and an error."""
        told = error_body(_PATH, refusal)
        why = {"code": refusal.code or told["error"]["type"], "message": refusal.message}
        failed = self._event("response.failed", {"response": {**self._response("failed"), "error": why}})
        return failed + self._event("error", {**why, "param": refusal.param, **told})

    def _event(self, kind: str, data: dict[str, Any]) -> str:
        number, self._events = self._events, self._events + 1
        return f"event: {kind}\n{event({'type': kind, 'sequence_number': number, **data})}"


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _spoken(reply: Reply) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "response.content_part.added", {"content_index": 0, "part": _part("")}
    for line in reply.text.splitlines(keepends=True):
        yield "response.output_text.delta", {"content_index": 0, "delta": line, "logprobs": []}
    yield "response.output_text.done", {"content_index": 0, "text": reply.text, "logprobs": []}
    yield "response.content_part.done", {"content_index": 0, "part": _part(reply.text)}


def _called(reply: Reply) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "response.function_call_arguments.delta", {"delta": reply.as_arguments}
    yield "response.function_call_arguments.done", {"arguments": reply.as_arguments}


def _usage(reply: Reply) -> dict[str, Any]:
    read, written = reply.usage.prompt_tokens, reply.usage.completion_tokens
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }
