"""The web command: the chat page, served from this machine."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from graphrag_tools.cli_opening import open_index
from graphrag_tools.cli_options import AskingOptions, Json, takes_asking_options
from graphrag_tools.cli_output import print_aside, print_json
from graphrag_tools.errors import ConfigError
from graphrag_tools.loopback import is_loopback


@dataclass(frozen=True, slots=True)
class ServingOptions:
    """What the page offers and where. Its models stand in place of the one of AskingOptions."""

    model: Annotated[
        list[str] | None,
        typer.Option(
            envvar="GRAPHRAG_TOOLS_MODEL",
            help="A model to choose in the page, as for ask; several times. The first is chosen at the start.",
        ),
    ] = None
    host: Annotated[str, typer.Option(help="Address to listen on; others than this machine's let others in.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080
    remember: Annotated[
        Path | None,
        typer.Option(help="SQLite file to remember conversations in; each browser is shown its own."),
    ] = None
    as_json: Json = False


@takes_asking_options
def web(serving: ServingOptions, options: AskingOptions) -> None:
    """Serve a chat page with the menu path drawn, until Ctrl-C; only this machine reaches it without --host."""
    try:
        from graphrag_tools.web.serving import Site, serve
    except ImportError as error:
        raise ConfigError(
            f"the chat page needs the package nicegui ({error}). Install it with: pip install 'graphrag-tools[web]'"
        ) from error

    def ready(address: str) -> None:
        if serving.as_json:
            print_json({"address": address})
            sys.stdout.flush()  # whoever reads it through a pipe waits for it, and the program goes on
        print_aside(f"The page is at {address} - Ctrl-C ends it.")
        if not is_loopback(serving.host):
            print_aside("Anyone who can reach this address can ask there, and there is no password.")

    index = open_index(options.index)
    site = Site(index, serving.model or [], options.for_workflow(), options.for_model(), serving.remember)
    serve(site, serving.host, serving.port, ready)
