"""Have an Ollama server refuse what it would cut: a way to it that says so with each chat request."""

import json
from collections.abc import Callable
from copy import copy
from typing import Any

import httpx

_NEVER_CUT = {"truncate": False, "shift": False}


def uncut_client(client: Any, around: Callable[[Any], Any]) -> Any:
    """Return a client of the server with what is put around each of its transports, if they are HTTPX's."""
    if not isinstance(getattr(client, "_client", None), httpx.Client | httpx.AsyncClient):
        return client
    own, http = copy(client), copy(client._client)
    http._transport = around(http._transport)
    http._mounts = {pattern: transport and around(transport) for pattern, transport in http._mounts.items()}
    own._client = http
    return own


class UncutTransport(httpx.BaseTransport):
    """Adds "truncate": false and "shift": false to each chat request.

    Without them Ollama drops the beginning of a long prompt and answers as if nothing had happened; with
    them it refuses the request. ChatOllama has no field for either.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        """Send everything through inner."""
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; only the body of a chat request is changed."""
        return self._inner.handle_request(_uncut(request))

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()


class AsyncUncutTransport(httpx.AsyncBaseTransport):
    """The same for an asynchronous client."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        """Send everything through inner."""
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; only the body of a chat request is changed."""
        return await self._inner.handle_async_request(_uncut(request))

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


def _uncut(request: httpx.Request) -> httpx.Request:
    if request.method != "POST" or not request.url.path.endswith("/api/chat"):
        return request
    body: dict[str, Any] = json.loads(request.read())
    headers = httpx.Headers(request.headers)
    del headers["content-length"]
    return httpx.Request(
        request.method, request.url, headers=headers, json=body | _NEVER_CUT, extensions=request.extensions
    )
