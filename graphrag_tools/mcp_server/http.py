"""Serve over streamable HTTP: to this machine alone, unless there is a token."""

import hmac
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import uvicorn
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl

from graphrag_tools.errors import ConfigError
from graphrag_tools.loopback import LOOPBACK_NAMES, in_url, is_loopback, is_wildcard
from graphrag_tools.slow_callers import ImpatientProtocol

if TYPE_CHECKING:
    from starlette.applications import Starlette

PATH = "/mcp"
_SECONDS_TO_FINISH = 5
_LEAST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, and who may call.

    `token` is what callers send as "Authorization: Bearer …"; it may be left out only where nothing but this
    machine reaches the port. `names` are host names that callers may use beside the address itself.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = field(default=None, repr=False)
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse what would let anybody in."""
        if self.token is not None and (len(self.token) < _LEAST_TOKEN or not self.token.isprintable()):
            raise ConfigError(
                f"the token has {len(self.token)} characters; expected {_LEAST_TOKEN} or more, none of them invisible."
            )
        if self.token is not None and not self.token.isascii():
            raise ConfigError("the token has letters that HTTP headers cannot carry; expected ASCII characters only.")
        if self.token is None and not is_loopback(self.host):
            raise ConfigError(f"{self.host} can be reached from other machines: that needs a token. Give one: --token")

    @property
    def security(self) -> TransportSecuritySettings:
        """The Host and Origin headers to take, so that no page in a browser reaches the server by a name of its own.

        A wildcard address has no name to compare with: then the token alone protects, unless there are names.
        """
        names = [*self.names, *_own_names(self.host)]
        if is_wildcard(self.host) and not self.names:
            return TransportSecuritySettings(enable_dns_rebinding_protection=False)
        return TransportSecuritySettings(
            allowed_hosts=[form for name in names for form in (name, f"{name}:*")],
            allowed_origins=[
                f"{scheme}://{form}" for name in names for scheme in ("http", "https") for form in (name, f"{name}:*")
            ],
        )


class SharedToken:
    """Verifies the one token that all callers share."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return who calls, None for a wrong token; how long it takes does not tell how wrong."""
        if not hmac.compare_digest(token.encode(), self._token):
            return None
        return AccessToken(token=token, client_id="token-holder", scopes=[])


def http_app(server: "Server[Any]", address: Address) -> "Starlette":
    """Return the ASGI application: one endpoint, /mcp, that keeps no sessions, so that a restart breaks none."""
    verifier = SharedToken(address.token) if address.token else None
    # The SDK wants to know who issues tokens; nobody does, and it publishes nothing without a resource URL.
    settings = AuthSettings(issuer_url=AnyHttpUrl("http://localhost/"), resource_server_url=None)
    return server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        transport_security=address.security,
        host=address.host,
        auth=settings if verifier else None,
        token_verifier=verifier,
    )


async def serve_http(server: "Server[Any]", address: Address, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C, which let running calls finish; `announce` gets the URL once it is open.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    listening = _listen(address)
    for stopping in (signal.SIGTERM, signal.SIGINT):
        # uvicorn sends itself the signal again once all is shut down, and that is to mean nothing more.
        signal.signal(stopping, lambda _number, _frame: None)
    config = uvicorn.Config(
        http_app(server, address),
        http=ImpatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    with listening:
        announce(f"http://{in_url(address.host)}:{listening.getsockname()[1]}{PATH}")
        await uvicorn.Server(config).serve(sockets=[listening])


def _listen(address: Address) -> socket.socket:
    try:
        return socket.create_server(
            (address.host, address.port),
            family=socket.AF_INET6 if ":" in address.host else socket.AF_INET,
            backlog=128,
        )
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(f"cannot listen on {address.host} port {address.port}: {reason}. Take another.") from error


def _own_names(host: str) -> Sequence[str]:
    return (*LOOPBACK_NAMES, in_url(host)) if is_loopback(host) else (in_url(host),)
