"""Serve the page: a socket of its own, NiceGUI under uvicorn, and limits to what a browser may load."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, HTMLResponse
from nicegui import app as pages_of_framework
from nicegui import ui

from graphrag_tools.conversation.memory import aopen_memory, open_memory
from graphrag_tools.http_server.health import health_routes
from graphrag_tools.http_server.listening import listen
from graphrag_tools.http_server.slow_callers import ImpatientProtocol
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.loopback import in_url, own_names
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.web.address import CONVERSATION, ITEM, PageAddress
from graphrag_tools.web.choices import TabChoices
from graphrag_tools.web.conversations import Deletions
from graphrag_tools.web.drawings import Drawings
from graphrag_tools.web.page import ChatPage, Shared
from graphrag_tools.web.ratings import Ratings
from graphrag_tools.web.visitors import BrowserIds, OwnAddressOnly
from graphrag_tools.web.workflows import WorkflowRegistry
from graphrag_tools.workflow.options import WorkflowOptions

# The framework evaluates handlers that it sends itself; nothing may come from, or go to, another machine, and no
# script may stand in an address.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_NOTHING_HERE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Nothing here</title>
<style>
:root { color-scheme: light dark }
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 20vh auto; padding: 0 1rem }
</style>
<h1>There is nothing at this address</h1>
<p><a href="/">Ask the manual</a></p>
</html>
"""
_FILES, _PDF = "/manual/", b"%PDF"
_SECONDS_TO_RECONNECT = 15.0
"""A browser that does not answer for two fifths of it counts as gone: on a busy machine that has to be some seconds."""
_SECONDS_TO_STOP = 2
_SECONDS_IDLE = 5
_MOST_CONNECTIONS = 1_000
# Scripts and styles are packed anew for each visitor: the default, 9, takes 48 ms for 292 kB, this one 21 for 305.
_COMPRESSION = 4


@dataclass(frozen=True, slots=True)
class Site:
    """What the page offers."""

    index: ManualIndex
    models: Sequence[str]
    options: WorkflowOptions
    model_options: ModelOptions
    remember: Path | None = field(default=None, repr=False)
    """The SQLite file or PostgreSQL address to remember conversations in; without one they end with the server."""
    names: Sequence[str] = ()
    """Further host names by which visitors may call the page, beside its own address."""
    ratings: Path | None = None
    """The JSONL file to keep in which answers were found useful; without one nobody is asked."""
    show_files: bool = False
    """Whether visitors may open the PDF that a manual was read from, at the page that an answer is from."""


def serve(site: Site, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page until it is stopped; `ready` gets its address. Port 0 takes any that is free.

    Once in a process: the framework keeps its pages in globals.

    Raises:
        ConfigError: The address cannot be listened on, the index has no such manual, or the package is missing
            that remembers there.
        StoreError: What is to be remembered in cannot be opened: no SQLite database, or a server that is down.
    """
    site.index.check_manual(site.options.manual)
    with open_memory(site.remember):
        pass  # what is wrong with it is told now, for later only the server's log would tell
    listening = listen(host, port)
    ready(f"http://{in_url(host)}:{listening.getsockname()[1]}/")
    config = uvicorn.Config(
        _application(site, host),
        http=ImpatientProtocol,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
        timeout_keep_alive=_SECONDS_IDLE,
        limit_concurrency=_MOST_CONNECTIONS,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _application(site: Site, host: str) -> FastAPI:
    shared: list[Shared] = []
    browsers = BrowserIds()
    files = _pdf_files(site) if site.show_files else {}
    ratings = Ratings(site.ratings, site.index) if site.ratings else None

    @asynccontextmanager
    async def remembering(_app: FastAPI) -> AsyncIterator[None]:
        async with aopen_memory(site.remember) as memory:
            workflows = WorkflowRegistry(site.index, site.models, memory, site.options, site.model_options)
            deletions = Deletions(workflows.forget)
            pages = {manual: f"{_FILES}{quote(manual)}.pdf" for manual in files}
            kept = browsers if site.remember else None
            shared.append(Shared(workflows, Drawings(site.index), deletions, kept, pages, ratings))
            yield
            await deletions.finish()

    application = FastAPI(lifespan=remembering, openapi_url=None, routes=health_routes(lambda: site.index.manuals))
    application.middleware("http")(_with_headers)
    application.add_middleware(OwnAddressOnly, names=own_names(host, site.names))

    async def page(request: Request) -> None:
        address = PageAddress.read(f"{request.url.path}?{request.url.query}")
        await ChatPage(shared[-1], TabChoices.of_browser(request.cookies)).begin(address)

    async def file(manual: str) -> Response:
        found = files.get(manual)
        if found is None or not found.is_file():
            return Response("There is no such file.", status_code=404, media_type="text/plain")
        return FileResponse(found, media_type="application/pdf", content_disposition_type="inline")

    application.get(f"{_FILES}{{manual}}.pdf")(file)
    for path in ("/", f"{CONVERSATION}{{conversation}}", f"{ITEM}{{item:path}}"):
        ui.page(path)(page)
    pages_of_framework.add_exception_handler(404, _nothing_here)
    ui.run_with(
        application,
        language="en-US",
        reconnect_timeout=_SECONDS_TO_RECONNECT,
        tailwind=False,
        show_welcome_message=False,
        gzip_middleware_factory=partial(GZipMiddleware, compresslevel=_COMPRESSION),
    )
    return application


def _pdf_files(site: Site) -> dict[str, Path]:
    """Return the PDFs that manuals were read from, by the manuals' ids, as far as they are still where they were."""
    found = {info.id: Path(info.source) for info in site.index.manuals if os.path.isfile(info.source)}  # noqa: PTH113  # of any text
    return {manual: file.resolve() for manual, file in found.items() if _is_pdf(file)}


def _is_pdf(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(_PDF)) == _PDF
    except OSError:
        return False


async def _nothing_here(_request: Request, _error: Exception) -> Response:
    """Say what the framework says with a face of its own, the name of a Python class and no way back."""
    return HTMLResponse(_NOTHING_HERE, 404)


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    response.headers.update(_HEADERS)
    return response
