"""Let in only visitors who came by this page's own address: Host and Origin of requests and sockets."""

from collections.abc import Collection
from typing import TypeGuard
from uuid import UUID, uuid4

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from graphrag_tools.machine.loopback import called_host

_POLICY_VIOLATION = 1008


class OwnAddressOnly:
    """ASGI middleware that refuses a foreign Host, and an Origin that is not the address called.

    Else a web page elsewhere could reach this one under a name of its own that leads here (DNS rebinding), or open
    its socket from another site, for browsers do not keep sockets to their origin.
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        """`names`: those of `own_names`; empty takes any host."""
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request or socket on, or refuse it in words."""
        refusal = self._refusal(Headers(scope=scope)) if scope["type"] in ("http", "websocket") else ""
        if not refusal:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            status = 403 if self._has_own_host(Headers(scope=scope)) else 400
            await PlainTextResponse(refusal, status_code=status)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal})

    def _has_own_host(self, headers: Headers) -> bool:
        return not self._names or called_host(headers.getlist("host")) in self._names

    def _refusal(self, headers: Headers) -> str:
        host = headers.get("host", "").lower()
        if not self._has_own_host(headers):
            return f"This page is not served as {host!r}. Its owner can allow a name: --allow-host NAME."
        origin = headers.get("origin")
        if origin is not None and (not host or origin.lower().partition("://")[2] != host):
            return f"Requests from {origin!r} are not taken here."
        return ""


class BrowserIds:
    """The ids by which browsers are shown their own conversations; nobody can guess one."""

    def __init__(self) -> None:
        self._made: set[str] = set()

    def accept(self, given: object, *, remembered: bool) -> str:
        """Return the id that a browser gives, if it was made here: now, or before a restart; else a new one.

        `remembered` says whether conversations are kept under it, which only ids made here have.
        """
        if is_browser_id(given) and (remembered or given in self._made):
            return given
        made = str(uuid4())
        self._made.add(made)
        return made


def is_browser_id(value: object) -> TypeGuard[str]:
    """Whether a value has the form of an id; what has not is never looked for among the conversations."""
    try:
        return isinstance(value, str) and UUID(value).version == 4 and str(UUID(value)) == value
    except ValueError:
        return False
