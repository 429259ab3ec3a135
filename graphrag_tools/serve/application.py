"""The ASGI application: three APIs over the same manuals, and who may call them."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from graphrag_tools.conversation.memory import aopen_memory
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.http_server.listening import Address
from graphrag_tools.machine.cores import usable_cores
from graphrag_tools.serve.callers import CallersOnly, HeadAsGet
from graphrag_tools.serve.json_api import health_routes, json_routes, metrics_routes
from graphrag_tools.serve.manuals import Manuals
from graphrag_tools.serve.ollama_api import ollama_routes
from graphrag_tools.serve.openai_api import openai_routes
from graphrag_tools.serve.refusals import Refusal, error_response, nothing_at, refusal_of
from graphrag_tools.serve.responses_api import responses_routes

_DESCRIPTION = "Answers from device manuals, each with its menu path and its source, checked against the manual."
_GREETING = "graphrag-tools is running: OpenAI's API at /v1, Ollama's at /api, its own described by /openapi.json"

_NO_OBJECT = {"model_attributes_type": "expected a JSON object, and the header Content-Type: application/json"}
"""FastAPI reads a body as text where its header says nothing of JSON, and pydantic then speaks of dictionaries."""


def application(manuals: Manuals, address: Address, remember: str | Path | None = None) -> FastAPI:
    """Return the application for an address, whose names and token decide who may call it.

    `remember` is where threads are remembered, a file or an address as `open_memory` takes it; None remembers none.
    """

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        async with _reading_on_all_cores(), _remembering(manuals, remember):
            yield

    app = FastAPI(
        title="graphrag-tools",
        version=version("graphrag-tools"),
        description=_DESCRIPTION,
        docs_url=None,  # FastAPI's pages load their scripts from another machine
        redoc_url=None,
        lifespan=running,
    )
    for kind in (Refusal, GraphRAGToolsError, HTTPException, RequestValidationError, ClientDisconnect, Exception):
        app.add_exception_handler(kind, _refuse)
    for routes in (openai_routes, responses_routes, ollama_routes, json_routes, health_routes, metrics_routes):
        app.include_router(routes(manuals))

    @app.get("/", include_in_schema=False)
    async def greet() -> Response:
        return PlainTextResponse(_GREETING)

    app.add_middleware(HeadAsGet)
    app.add_middleware(CallersOnly, address=address)
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=address.origins,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
    )
    return app


@asynccontextmanager
async def _reading_on_all_cores() -> AsyncIterator[None]:
    """Search with as many threads as there are cores: with more, all of many questions at once would be late."""
    with ThreadPoolExecutor(usable_cores(), thread_name_prefix="reading") as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        yield


@asynccontextmanager
async def _remembering(manuals: Manuals, remember: str | Path | None) -> AsyncIterator[None]:
    if remember is None:
        yield
        return
    async with aopen_memory(remember) as memory:
        manuals.memory = memory
        yield


async def _refuse(request: Request, error: Exception) -> Response:
    path = request.url.path
    match error:
        case ClientDisconnect():
            return Response(status_code=499)
        case RequestValidationError():
            problems = [
                {"loc": one["loc"], "msg": _NO_OBJECT.get(one["type"], one["msg"]), "type": one["type"]}
                for one in error.errors()
            ]
            return JSONResponse({"detail": problems}, 422)
        case HTTPException(__cause__=Refusal() as refusal):
            # FastAPI tells of whatever stops it from reading a body as one that cannot be parsed.
            return error_response(path, refusal)
        case HTTPException():
            refused = error_response(path, Refusal(error.status_code, _words(error, path)))
            refused.headers.update(error.headers or {})
            return refused
        case _:
            return error_response(path, refusal_of(error))


def _words(error: HTTPException, path: str) -> str:
    return nothing_at(path) if error.status_code == 404 else f"{error.detail}: {path[:200]}"
