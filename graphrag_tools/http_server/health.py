"""Health endpoints for a supervisor: whether the process lives (/health), and whether it can answer (/ready)."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from graphrag_tools.errors import GraphRAGToolsError

Endpoint = Callable[[Request], Awaitable[Response]]


def health_endpoints(read_index: Callable[[], object]) -> dict[str, Endpoint]:
    """Return what answers at /health and /ready; `read_index` raises where questions cannot be answered."""

    async def health(_request: Request) -> Response:
        """Return ok as soon as there is an answer at all."""
        return JSONResponse({"status": "ok"})

    async def ready(_request: Request) -> Response:
        """Return ok where the index can be read."""
        try:
            await asyncio.to_thread(read_index)
        except GraphRAGToolsError as error:
            # Not its words: who asks here has shown no token, and they name folders.
            return JSONResponse({"detail": f"the index cannot be read ({type(error).__name__})"}, 503)
        return JSONResponse({"status": "ok"})

    return {"/health": health, "/ready": ready}


def health_routes(read_index: Callable[[], object]) -> list[BaseRoute]:
    """Return the two addresses as routes, which need no token."""
    return [Route(path, endpoint) for path, endpoint in health_endpoints(read_index).items()]
