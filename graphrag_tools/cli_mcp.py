"""The command mcp: the tools for any program that speaks the Model Context Protocol."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphrag_tools.cli_opening import open_index
from graphrag_tools.cli_options import DEFAULT_INDEX, Index, Manual, takes_asking_options
from graphrag_tools.cli_output import print_aside
from graphrag_tools.errors import ConfigError

if TYPE_CHECKING:
    from graphrag_tools.mcp_server.over_http import Address


class Transport(StrEnum):
    """What an MCP server is spoken to over."""

    stdio = "stdio"
    http = "http"


@dataclass(frozen=True, slots=True)
class ServingOptions:
    """Where the server listens, for --transport http."""

    host: Annotated[str, typer.Option(help="Address to listen on (http).")] = "127.0.0.1"
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on (http); 0 takes a free one.")] = 8000
    token: Annotated[
        str | None,
        typer.Option(
            envvar="GRAPHRAG_TOOLS_MCP_TOKEN",
            help="What callers send as Bearer token (http); needed where other machines reach the address.",
        ),
    ] = None
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further host name that callers use (http); several times.")
    ] = None

    def address(self) -> "Address":
        """Return it as the server takes it. Raises ConfigError where it would let anybody in."""
        from graphrag_tools.mcp_server.over_http import Address

        return Address(self.host, self.port, self.token, tuple(self.allow_host or ()))


@takes_asking_options
def mcp(
    serving: ServingOptions,
    index: Index = DEFAULT_INDEX,
    manual: Manual = None,
    transport: Annotated[Transport, typer.Option(help="How clients reach it.")] = Transport.stdio,
    prompts: Annotated[Path | None, typer.Option(help="Folder of prompts in place of the shipped ones.")] = None,
) -> None:
    """Serve the tools, the manuals and a prompt over the Model Context Protocol, until the client or Ctrl-C ends it.

    A desktop client starts it itself, over stdio. With --transport http it is at /mcp of the address.
    """
    import asyncio

    _check_installed()
    from graphrag_tools.mcp_server.over_http import serve_http
    from graphrag_tools.mcp_server.over_stdio import serve_stdio
    from graphrag_tools.mcp_server.server import manual_server
    from graphrag_tools.prompts import Prompts

    address = serving.address() if transport == Transport.http else None
    server = manual_server(open_index(index), manual, Prompts(prompts))
    if address is None:
        asyncio.run(serve_stdio(server))
    else:
        asyncio.run(serve_http(server, address, lambda url: print_aside(f"Serving {index} at {url}; Ctrl-C ends it.")))


def add_mcp_command(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(mcp)


def _check_installed() -> None:
    try:
        import mcp_types  # noqa: F401 - since mcp 2
    except ImportError as error:
        raise ConfigError("serving MCP needs mcp 2.3 or newer: pip install 'graphrag-tools[mcp]'") from error
