"""The JSON API: questions, search and items with types of their own, described by /openapi.json."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError
from graphrag_tools.http_server.health import health_endpoints
from graphrag_tools.http_server.leaving_callers import while_connected
from graphrag_tools.index.manifest import ManualInfo
from graphrag_tools.serve.history import ChatMessage, history_of
from graphrag_tools.serve.manuals import Manuals
from graphrag_tools.serve.metrics import counted_errors
from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.tools.manual_tools import MOST_ARGUMENT_CHARACTERS
from graphrag_tools.tools.results import DescribedItem, FoundItems, described_item, found_items

_MOST_QUESTION_CHARACTERS = 100_000
_MOST_HITS = 20
ManualId = Annotated[str | None, Field(description="Id of the one manual to keep to; left out: all of them.")]


class Problem(BaseModel):
    """Why there is no answer."""

    detail: str


class Question(BaseModel):
    """A question, and the turns before it, which a follow-up may refer to: as they are, or as the server remembers."""

    question: str = Field(min_length=1, max_length=_MOST_QUESTION_CHARACTERS)
    manual: ManualId = None
    history: list[ChatMessage] = Field(default=[], max_length=1000, description="Earlier turns, the oldest first.")
    thread: Annotated[str | None, StringConstraints(min_length=1, max_length=200, pattern=r"^[\w.:@/-]+$")] = Field(
        default=None, description="Name of the conversation to go on with, where the server remembers them."
    )


class SearchQuery(BaseModel):
    """What to look for."""

    query: str = Field(min_length=1, max_length=MOST_ARGUMENT_CHARACTERS)
    k: int = Field(default=5, ge=1, le=_MOST_HITS, description="How many items to return.")
    manual: ManualId = None


class ManualSummary(BaseModel):
    """A manual that can be asked."""

    id: str
    title: str
    language: str
    sections: int


class Health(BaseModel):
    """Whether questions can be answered; `detail` says what is missing."""

    status: str
    detail: str = ""


_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request cannot be read, or the question is blank."},
    401: {"model": Problem, "description": "The token is missing or wrong."},
    403: {"model": Problem, "description": "The request comes from a page of another site."},
    404: {"model": Problem, "description": "There is no such manual or item."},
    413: {"model": Problem, "description": "The body is too large."},
    421: {"model": Problem, "description": "The server is not called by this name."},
    502: {"model": Problem, "description": "The model failed."},
    503: {"model": Problem, "description": "The index cannot be read."},
}


def json_routes(manuals: Manuals) -> APIRouter:
    """Return the routes of the JSON API."""
    routes = APIRouter(responses=_REFUSED)

    @routes.post("/ask", summary="Answer a question")
    async def ask(request: Request, asked: Question) -> Answer:
        """Return the verified answer with its status, menu path, sources and the next places to look."""
        manual = await asyncio.to_thread(_known, manuals, asked.manual)
        if asked.thread is not None:
            if asked.history:
                raise Refusal(400, "both a thread and a history are given; expected one of them.")
            return await while_connected(request.receive, manuals.ask_on(asked.thread, manual, asked.question))
        messages = history_of([*asked.history, ChatMessage(role="user", content=asked.question)], asked.question)
        return await while_connected(request.receive, manuals.ask(manual, messages))

    @routes.get("/search", summary="Search with a query string")
    async def search(query: Annotated[SearchQuery, Query()]) -> FoundItems:
        """Return the menu items that fit best."""
        return await asyncio.to_thread(_search, manuals, query)

    @routes.post("/search", summary="Search")
    async def search_with_body(query: SearchQuery) -> FoundItems:
        """Return the menu items that fit best."""
        return await asyncio.to_thread(_search, manuals, query)

    @routes.get("/items/{item_id:path}", summary="Read a menu item")
    async def item(item_id: Annotated[str, Path(description="Its id, which may hold slashes.")]) -> DescribedItem:
        """Return what the manual says about an item, word for word."""
        return await asyncio.to_thread(_item, manuals, item_id)

    @routes.get("/manuals", summary="List the manuals")
    async def list_manuals() -> list[ManualSummary]:
        """Return the manuals that can be asked."""
        return [_summary(info) for info in await asyncio.to_thread(_on_offer, manuals)]

    return routes


def health_routes(manuals: Manuals) -> APIRouter:
    """Return what a supervisor asks, which needs no token, described as the other routes are."""
    routes = APIRouter()
    endpoints = health_endpoints(lambda: _on_offer(manuals))
    health, ready = endpoints["/health"], endpoints["/ready"]
    unready: dict[int | str, dict[str, Any]] = {503: {"model": Problem}}
    routes.get("/health", summary="Whether the process lives", response_model=Health)(health)
    routes.get("/ready", summary="Whether questions can be answered", response_model=Health, responses=unready)(ready)
    return routes


def metrics_routes(manuals: Manuals) -> APIRouter:
    """Return what Prometheus asks, with the token as its bearer token."""
    routes = APIRouter()

    @routes.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Return questions by state, seconds by stage, calls of models and errors, of all workers together."""
        try:
            figures, kind = await asyncio.to_thread(manuals.metrics.exposition)
        except ConfigError as error:
            raise Refusal(501, str(error)) from error
        return Response(figures, media_type=kind)

    return routes


def _on_offer(manuals: Manuals) -> tuple[ManualInfo, ...]:
    return manuals.index.manifest.manuals_within(manuals.only)


def _known(manuals: Manuals, manual: str | None) -> str | None:
    """Return a manual's id, or the one on offer for None. Raises Refusal where there is no such manual."""
    ids = [info.id for info in _on_offer(manuals)]
    if manual is not None and manual not in ids:
        raise Refusal(404, f"there is no manual {manual[:200]!r}; expected one of: {', '.join(ids[:20])}")
    return manual or manuals.only


def _search(manuals: Manuals, asked: SearchQuery) -> FoundItems:
    with counted_errors(manuals.metrics):
        manual = _known(manuals, asked.manual)
        return found_items(manuals.index.search(asked.query, asked.k, manual), manuals.index, asked.query)


def _item(manuals: Manuals, item_id: str) -> DescribedItem:
    missing = Refusal(404, f"there is no item {item_id[:200]!r}; POST /search finds ids.")
    try:
        with counted_errors(manuals.metrics):
            item = manuals.index.item(item_id)
            if manuals.only not in (None, item.manual):
                raise missing
            return described_item(item, manuals.index)
    except KeyError as error:
        raise missing from error


def _summary(info: ManualInfo) -> ManualSummary:
    return ManualSummary(id=info.id, title=info.title, language=info.language, sections=info.sections)
