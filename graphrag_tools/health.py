"""What a supervisor asks a server: whether the process lives (/health), and whether it can answer (/ready)."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from graphrag_tools.errors import GraphRAGToolsError


def health_routes(read_index: Callable[[], object]) -> list[BaseRoute]:
    """Return the two routes, which need no token; `read_index` raises where questions cannot be answered."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_request: Request) -> Response:
        try:
            await asyncio.to_thread(read_index)
        except GraphRAGToolsError as error:
            # Not its words: who asks here has shown no token, and they name folders.
            return JSONResponse({"detail": f"the index cannot be read ({type(error).__name__})"}, 503)
        return JSONResponse({"status": "ok"})

    return [Route("/health", health), Route("/ready", ready)]
