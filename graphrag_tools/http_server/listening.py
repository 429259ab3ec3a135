"""Listen for HTTP: on this machine alone unless there is a token, by known names, until a signal."""

import asyncio
import hmac
import re
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn

from graphrag_tools.errors import ConfigError
from graphrag_tools.http_server.slow_callers import ImpatientProtocol
from graphrag_tools.http_server.workers import Worker, become_worker, run_workers
from graphrag_tools.machine.loopback import in_url, is_loopback, own_names

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_SECONDS_TO_FINISH = 5
_LEAST_TOKEN = 16
_BACKLOG = 512
_HIGHEST_PORT = 65_535


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
    def hosts(self) -> Sequence[str]:
        """The names that Host and Origin headers may have, so that no page in a browser gets here by its own name.

        Empty where any may: a wildcard address has no name to compare with, and then the token alone protects.
        """
        return own_names(self.host, self.names)

    @property
    def origins(self) -> str:
        """A pattern of the origins whose pages may read what is answered here: those of `hosts`, at any port."""
        names = "|".join(re.escape(name) for name in self.hosts) or ".*"
        return rf"https?://(?:{names})(?::\d+)?"


def is_same_token(given: str, token: str) -> bool:
    """Whether a token is the one; how long it takes does not tell how wrong it is."""
    return hmac.compare_digest(given.encode(), token.encode())


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes any that is free.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    try:
        if port > _HIGHEST_PORT:
            raise OSError(f"ports end at {_HIGHEST_PORT}")
        families = [found[0] for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        # "localhost" is called as 127.0.0.1 more often than as ::1.
        family = socket.AF_INET if socket.AF_INET in families else families[0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python adds the address to the words of the system, as it writes a tuple.
        why = (error.strerror or str(error)).partition(" (while ")[0]
        raise ConfigError(
            f"cannot listen on {host} port {port}: {why}. Choose another port (--port) or address (--host)."
        ) from error


async def serve_until_signal(app: "ASGIApp", address: Address, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C, which let running calls finish; `announce` gets the URL once it is open.

    A process that `serve_by_workers` has started serves on its parent's socket, and tells it instead.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    worker = become_worker()
    listening = worker.listening if worker else listen(address.host, address.port)
    config = uvicorn.Config(
        app,
        http=ImpatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    server = uvicorn.Server(config)
    for stopping in (signal.SIGTERM, signal.SIGINT):
        # uvicorn listens for signals once it serves. Until then they end it all the same, and when it sends itself the
        # signal again once all is shut down, it means nothing more.
        signal.signal(stopping, lambda _number, _frame: _stop(server))
    with listening:
        if worker:
            _follow(worker, server)
        else:
            announce(_url(address, listening))
        await server.serve(sockets=[listening])


def serve_by_workers(
    count: int, address: Address, environment: Mapping[str, str], announce: Callable[[str], None]
) -> None:
    """Serve by several processes that run this very command, until SIGTERM or Ctrl-C; `run_workers` says what raises.

    `environment` is added to theirs; `announce` gets the URL once all of them take calls.
    """
    with listen(address.host, address.port) as listening:
        run_workers(count, listening, environment, lambda: announce(_url(address, listening)))


def _follow(worker: Worker, server: uvicorn.Server) -> None:
    """Tell the parent that calls are taken, and stop when it has gone: nobody else would stop this process then."""

    def stop() -> None:
        loop.remove_reader(worker.parent)
        _stop(server)

    loop = asyncio.get_running_loop()
    loop.add_reader(worker.parent, stop)
    worker.say_ready()


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


def _url(address: Address, listening: socket.socket) -> str:
    return f"http://{in_url(address.host)}:{listening.getsockname()[1]}"
