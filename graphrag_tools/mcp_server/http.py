"""Serve over streamable HTTP: to this machine alone, unless there is a token."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware

from graphrag_tools.http_server.health import health_routes
from graphrag_tools.http_server.leaving_callers import LeavingCallers
from graphrag_tools.http_server.listening import Address, is_same_token, serve_until_signal
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.loopback import called_host
from graphrag_tools.text.characters import without_controls

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/mcp"
_ASKS = b'"progressToken"'
_STREAM = "text/event-stream"
_MOST_READ = 64 << 10
"""Bytes of a request that are looked through, before anybody has checked who sends it."""


def security_of(address: Address) -> TransportSecuritySettings:
    """Return the Host and Origin headers to take, on any port."""
    if not address.hosts:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    forms = [form for name in address.hosts for form in (name, f"{name}:*")]
    return TransportSecuritySettings(
        allowed_hosts=forms, allowed_origins=[f"{scheme}://{form}" for form in forms for scheme in ("http", "https")]
    )


class SharedToken:
    """Verifies the one token that all callers share."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return who calls, None for a wrong token; how long it takes does not tell how wrong."""
        if not is_same_token(token, self._token):
            return None
        return AccessToken(token=token, client_id="token-holder", scopes=[])


def http_app(server: "Server[Any]", address: Address, index: ManualIndex) -> "Starlette":
    """Return the ASGI application: one endpoint, /mcp, that keeps no sessions, so that a restart breaks none.

    Replies are plain JSON, but for calls that ask for progress: these get a stream of events. Beside it stand /health
    and /ready, the latter for whether the index can be read.
    """
    verifier = SharedToken(address.token) if address.token else None
    # The SDK wants to know who issues tokens; nobody does, and it publishes nothing without a resource URL.
    settings = AuthSettings(issuer_url=AnyHttpUrl("http://localhost/"), resource_server_url=None)
    plain, streaming = (
        server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=json_response,
            stateless_http=True,
            transport_security=security_of(address),
            host=address.host,
            auth=settings if verifier else None,
            token_verifier=verifier,
        )
        for json_response in (True, False)
    )
    plain.add_middleware(ProgressStreams, streaming=streaming)
    plain.add_middleware(LeavingCallers)
    plain.add_middleware(WholeHosts)
    # Clients in a browser, such as MCP Inspector, read nothing else.
    plain.add_middleware(
        CORSMiddleware,
        allow_origin_regex=address.origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=["Mcp-Session-Id", "WWW-Authenticate"],
    )
    plain.router.routes.extend(health_routes(lambda: index.manuals))
    plain.add_exception_handler(404, _tell_endpoint)
    return plain


async def _tell_endpoint(request: "Request", _error: Exception) -> "Response":
    """Say where the endpoint is to who looks elsewhere for it, as at /sse, where MCP's first transport was."""
    from starlette.responses import PlainTextResponse

    told = f"there is nothing at {without_controls(request.url.path[:200])}; MCP's streamable HTTP is at {PATH}\n"
    return PlainTextResponse(told, status_code=404)


async def serve_http(
    server: "Server[Any]", address: Address, index: ManualIndex, announce: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or Ctrl-C; `serve_until_signal` says what raises."""
    await serve_until_signal(http_app(server, address, index), address, lambda url: announce(f"{url}{PATH}"))


class WholeHosts:
    """Middleware: refuses a Host that is more than a name and a port, or stands twice; the SDK sees how it begins."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on, or refuse it."""
        from starlette.responses import PlainTextResponse

        if scope["type"] != "http" or scope["path"] != PATH or called_host(Headers(scope=scope).getlist("host")):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("Invalid Host header", status_code=421)(scope, receive, send)


class ProgressStreams:
    """Middleware: sends a call to one of two applications that differ in the form of their replies alone.

    Every client of MCP says that it takes both forms, so that only what it asks for tells which one is of use: progress
    cannot be told in plain JSON, and plain JSON is what scripts without a client's library can read.
    """

    def __init__(self, app: "ASGIApp", streaming: "Starlette") -> None:
        self._plain = app
        self._streaming = streaming

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer a request, or start and stop both applications."""
        if scope["type"] == "lifespan":
            async with self._streaming.router.lifespan_context(self._streaming):
                await self._plain(scope, receive, send)
        elif (
            scope["type"] != "http"
            or scope["method"] != "POST"
            or _STREAM not in Headers(scope=scope).get("accept", "")
        ):
            await self._plain(scope, receive, send)
        else:
            read = await _beginning(receive)
            asks = _ASKS in b"".join(message.get("body", b"") for message in read)
            await (self._streaming if asks else self._plain)(scope, _again(read, receive), send)


async def _beginning(receive: "Receive") -> "list[Message]":
    """Return a request's first messages: all of a call of usual size."""
    read: list[Message] = []
    size, more = 0, True
    while more and size < _MOST_READ:
        message = await receive()
        read.append(message)
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    return read


def _again(read: "list[Message]", receive: "Receive") -> "Receive":
    """Return what receives these messages, and then those that follow."""

    async def next_message() -> "Message":
        return read.pop(0) if read else await receive()

    return next_message
