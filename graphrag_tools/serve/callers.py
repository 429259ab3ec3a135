"""ASGI middleware: only who may call is let in, by the server's own names, from its own pages, with the token."""

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from graphrag_tools.http_server.listening import Address, is_same_token
from graphrag_tools.machine.loopback import called_host, host_of
from graphrag_tools.serve.refusals import Refusal, error_response

WITHOUT_TOKEN = frozenset({"/health", "/ready"})
MOST_BODY_BYTES = 4 * 1024 * 1024


class CallersOnly:
    """Refuses a foreign Host or Origin, a wrong token, and a body that is too large, in the form of the API called."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app = app
        self._token = address.token
        self._hosts = frozenset(address.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        refusal = self._refusal(scope["path"], Headers(scope=scope)) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, _bounded(receive), send)
        else:
            await error_response(scope["path"], refusal)(scope, receive, send)

    def _refusal(self, path: str, headers: Headers) -> Refusal | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._hosts and called_host(headers.getlist("host")) not in self._hosts:
            return Refusal(421, f"this server is not called {host[:200]!r}; its owner can allow a name: --allow-host")
        if self._hosts and origin is not None and not self._is_own(origin):
            return Refusal(403, f"requests from pages of {origin[:200]!r} are not taken here")
        if self._token and path not in WITHOUT_TOKEN and not self._may_enter(headers.get("authorization", "")):
            return Refusal(401, "the token is missing or wrong; expected it as API key (Authorization: Bearer …)")
        length = headers.get("content-length", "")
        return _too_large() if length.isdecimal() and int(length) > MOST_BODY_BYTES else None

    def _is_own(self, origin: str) -> bool:
        return origin.startswith(("http://", "https://")) and host_of(origin) in self._hosts

    def _may_enter(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        return scheme.lower() == "bearer" and is_same_token(given.strip(), self._token or "")


class HeadAsGet:
    """Answers HEAD as GET, whose body the server leaves out: clients ask so whether anybody is there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        await self._app({**scope, "method": "GET"} if is_head else scope, receive, send)


def _too_large() -> Refusal:
    return Refusal(413, f"the body is too large; at most {MOST_BODY_BYTES:,} bytes are read")


def _bounded(receive: Receive) -> Receive:
    """Return the same, with an end to a body whose length was not said before."""
    read = 0

    async def bounded() -> MutableMapping[str, Any]:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BODY_BYTES:
            raise _too_large()
        return message

    return bounded
