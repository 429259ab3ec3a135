"""Ollama's API, as far as chat clients use it: models, chat and generate as NDJSON or whole."""

import asyncio
import hashlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from graphrag_tools.serve.history import ChatMessage
from graphrag_tools.serve.manuals import ManualModel, Manuals
from graphrag_tools.serve.refusals import OLLAMA_PREFIX, Refusal, error_body
from graphrag_tools.serve.replies import NO_LOGPROBS, TEXT_ONLY, Reply, reply_to
from graphrag_tools.serve.requests import read_body
from graphrag_tools.serve.waiting import StreamForm, responded

_API_VERSION = "0.12.0"
"""The version of Ollama whose forms these are: clients refuse to talk to one that is too old for them."""
_PATH = f"{OLLAMA_PREFIX}/chat"
_NDJSON = "application/x-ndjson"
_NANOSECONDS = 1_000_000_000
_DETAILS = {
    "parent_model": "",
    "format": "manual",
    "family": "graphrag-tools",
    "families": ["graphrag-tools"],
    "parameter_size": "",
    "quantization_level": "",
}


class ChatRequest(BaseModel):
    """What is read of a request to chat; options, tools and the like change nothing of checked text."""

    model: str
    messages: list[ChatMessage] | None = None
    stream: bool | None = None
    format: str | dict[str, Any] | None = None
    logprobs: bool | None = None


class GenerateRequest(BaseModel):
    """What is read of a request to generate."""

    model: str
    prompt: str | None = None
    images: list[Any] | None = None
    stream: bool | None = None
    format: str | dict[str, Any] | None = None
    logprobs: bool | None = None


class ShowRequest(BaseModel):
    """The name of a model; older clients say `name`."""

    model: str | None = None
    name: str | None = None


class PullRequest(ShowRequest):
    """The name of a model to fetch."""

    stream: bool | None = None


def ollama_routes(manuals: Manuals) -> APIRouter:
    """Return the routes under /api."""
    routes = APIRouter(prefix=OLLAMA_PREFIX, include_in_schema=False)

    @routes.get("/version")
    async def version() -> dict[str, Any]:
        return {"version": _API_VERSION}

    @routes.get("/tags")
    async def tags() -> dict[str, Any]:
        return {"models": [_as_model(one) for one in await asyncio.to_thread(manuals.models)]}

    @routes.get("/ps")
    async def running() -> dict[str, Any]:
        forever = {"expires_at": "2318-01-01T00:00:00Z", "size_vram": 0}
        return {"models": [_as_model(one) | forever for one in await asyncio.to_thread(manuals.models)]}

    @routes.post("/show")
    async def show(request: Request) -> dict[str, Any]:
        asked = await read_body(request, ShowRequest)
        return _shown(await asyncio.to_thread(manuals.named, asked.model or asked.name or ""))

    @routes.post("/pull")
    async def pull(request: Request) -> Response:
        """Say that a manual is here: `ollama run` and front ends fetch what they do not find."""
        asked = await read_body(request, PullRequest)
        await asyncio.to_thread(manuals.named, asked.model or asked.name or "")
        done = {"status": "success"}
        return JSONResponse(done) if asked.stream is False else Response(_json_line(done), media_type=_NDJSON)

    @routes.post("/chat")
    async def chat(request: Request) -> Response:
        asked = await read_body(request, ChatRequest)
        return await _respond(request, asked, asked.messages or [], "chat", manuals)

    @routes.post("/generate")
    async def generate(request: Request) -> Response:
        asked = await read_body(request, GenerateRequest)
        asks = asked.prompt or asked.images
        messages = [ChatMessage(role="user", content=asked.prompt, images=asked.images)] if asks else []
        return await _respond(request, asked, messages, "generate", manuals)

    return routes


async def _respond(
    request: Request,
    asked: ChatRequest | GenerateRequest,
    messages: list[ChatMessage],
    call: Literal["chat", "generate"],
    manuals: Manuals,
) -> Response:
    """Answer the last user message; without any message a client only wants the model to be loaded, which it is."""
    model = await asyncio.to_thread(manuals.named, asked.model)
    form = _Lines(asked.model, call)
    if not messages:
        return JSONResponse(form.loaded())
    if asked.logprobs:
        raise Refusal(400, NO_LOGPROBS)
    schema = asked.format if isinstance(asked.format, dict) else None
    refused = Refusal(400, TEXT_ONLY) if asked.format else None
    work = reply_to(messages, model.manual, manuals, form=schema, refused=refused)
    return await responded(request, work, form, as_stream=asked.stream is not False)


def _as_model(model: ManualModel) -> dict[str, Any]:
    name = f"{model.name}:latest"
    digest = hashlib.sha256(f"{model.name} {model.built.isoformat()}".encode()).hexdigest()
    modified = model.built.isoformat()
    return {"name": name, "model": name, "modified_at": modified, "size": 0, "digest": digest, "details": _DETAILS}


def _shown(model: ManualModel) -> dict[str, Any]:
    return {
        "license": "",
        "modelfile": f"# The manual {model.title}, answered from by graphrag-tools",
        "parameters": "",
        "template": "{{ .Prompt }}",
        "details": _DETAILS,
        "model_info": {"general.architecture": "graphrag-tools", "general.basename": model.title},
        "capabilities": ["completion"],
        "modified_at": model.built.isoformat(),
    }


class _Lines:
    """One reply in Ollama's form, whole or in lines of JSON."""

    def __init__(self, model: str, call: Literal["chat", "generate"]) -> None:
        self._model = model
        self._call = call
        self._began = time.perf_counter()

    def whole(self, reply: Reply) -> dict[str, Any]:
        return self._said(reply.text) | self._end(reply)

    def loaded(self) -> dict[str, Any]:
        return self._said("") | {"done": True, "done_reason": "load"}

    def stream(self) -> StreamForm:
        nothing = self._line("")
        return StreamForm(
            media_type=_NDJSON,
            opening=nothing,
            sign=nothing,
            reply=self._pieces,
            failure=lambda refusal: _json_line(error_body(_PATH, refusal)),
        )

    def _pieces(self, reply: Reply) -> Iterator[str]:
        for line in reply.text.splitlines(keepends=True):
            yield self._line(line)
        yield _json_line(self._said("") | self._end(reply))

    def _line(self, text: str) -> str:
        return _json_line({**self._said(text), "done": False})

    def _said(self, text: str) -> dict[str, Any]:
        created = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        words = {"response": text} if self._call == "generate" else {"message": {"role": "assistant", "content": text}}
        return {"model": self._model, "created_at": created, **words}

    def _end(self, reply: Reply) -> dict[str, Any]:
        duration = int((time.perf_counter() - self._began) * _NANOSECONDS)
        return {
            "done": True,
            "done_reason": "stop",
            "total_duration": duration,
            "load_duration": 0,
            "prompt_eval_count": reply.usage.prompt_tokens,
            "prompt_eval_duration": 0,
            "eval_count": reply.usage.completion_tokens,
            "eval_duration": 0,
            **reply.extra,
        }


def _json_line(data: dict[str, Any]) -> str:
    return f"{json.dumps(data, ensure_ascii=False)}\n"
