"""The commands that serve others: web for a browser, mcp and serve for other programs; and demo, to try it all."""

import asyncio
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from graphrag_tools.cli.opening import open_index, open_model, open_workflow
from graphrag_tools.cli.options import AskingOptions, Json
from graphrag_tools.cli.output import print_answer, print_aside, print_json, progress
from graphrag_tools.cli.wording import command_line
from graphrag_tools.errors import ConfigError, IndexNotFound
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.machine.loopback import is_loopback
from graphrag_tools.workflow.settings import AnswerSettings, BaseUrl, ModelName

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphrag_tools.answer import Answer
    from graphrag_tools.http_server.listening import Address

MOST_WORKERS = 64


class Transport(StrEnum):
    """What an MCP server is spoken to over."""

    stdio = "stdio"
    http = "http"


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where the server listens, for --transport http."""

    host: Annotated[str, typer.Option(help="Address to listen on (http).")] = "127.0.0.1"
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on (http); 0 takes a free one.")] = 8000
    token: Annotated[
        str | None,
        typer.Option(
            envvar="GRAPHRAG_TOOLS_MCP_TOKEN",
            help="What callers send as Bearer token (http); needed where other machines reach the address.",
        ),
    ] = field(default=None, repr=False)
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further host name that callers use (http); several times.")
    ] = None
    workers: Annotated[int, typer.Option(min=1, max=MOST_WORKERS, help="Processes that serve the address (http).")] = 1


def mcp(
    serving: ServerOptions,
    settings: AnswerSettings,
    transport: Annotated[Transport, typer.Option(help="How clients reach it.")] = Transport.stdio,
) -> None:
    """Serve tools, the manuals and a prompt over the Model Context Protocol, until the client or Ctrl-C ends it.

    A desktop client starts it itself, over stdio. With --transport http it is at /mcp of the address. A --model is
    opened by the first question to the tool ask_manual, and used by nothing else.
    """
    _check_installed()
    from graphrag_tools.http_server.bounded_log import bound_the_log
    from graphrag_tools.http_server.listening import serve_by_workers
    from graphrag_tools.http_server.workers import is_worker
    from graphrag_tools.mcp_server.asking import Answering
    from graphrag_tools.mcp_server.http import PATH, serve_http
    from graphrag_tools.mcp_server.server import manual_server, serve_stdio
    from graphrag_tools.prompts import Prompts

    if transport != Transport.http and serving.workers > 1:
        raise ConfigError(f"{serving.workers} workers over stdio: a client starts one process; take --transport http.")
    address = _address(serving) if transport == Transport.http else None

    def ready(url: str) -> None:
        print_aside(f"Serving {settings.index} at {url}; Ctrl-C ends it.")

    if address and serving.workers > 1 and not is_worker():
        serve_by_workers(serving.workers, address, {}, lambda url: ready(f"{url}{PATH}"))
        return
    answering = Answering(settings.model, settings.for_workflow(), settings.for_model())
    index = open_index(settings.index)
    server = manual_server(index, settings.manual, Prompts(settings.prompts), answering)
    if address is None:
        asyncio.run(serve_stdio(server))
    else:
        bound_the_log()
        asyncio.run(serve_http(server, address, index, ready))


def _check_installed() -> None:
    try:
        import mcp_types  # noqa: F401 - since mcp 2
    except ImportError as error:
        raise ConfigError(f"serving MCP needs mcp 2.3 or newer: {install_extra('mcp')}") from error


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """Where the APIs listen, and who may call them."""

    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8010
    token: Annotated[
        str | None,
        typer.Option(
            envvar="GRAPHRAG_TOOLS_SERVE_TOKEN",
            help="What callers send as API key; needed where other machines reach the address.",
        ),
    ] = field(default=None, repr=False)
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further host name that callers use; several times.")
    ] = None
    workers: Annotated[int, typer.Option(min=1, max=MOST_WORKERS, help="Processes that serve the address.")] = 1
    remember: Annotated[
        Path | None,
        typer.Option(help="Remember the threads of POST /ask in this SQLite file, or in PostgreSQL (postgresql://…)."),
    ] = field(default=None, repr=False)
    as_json: Json = False


def _address(options: ServerOptions | ApiOptions) -> "Address":
    """Return it as the server takes it. Raises ConfigError where it would let anybody in."""
    from graphrag_tools.http_server.listening import Address

    return Address(options.host, options.port, options.token, tuple(options.allow_host or ()))


def _tell_programs(address: str, as_json: bool) -> None:
    if as_json:
        print_json({"address": address})
        sys.stdout.flush()  # whoever reads it through a pipe waits for it, and the program goes on


def serve(serving: ApiOptions, options: AskingOptions) -> None:
    """Serve the manuals to chat clients as if each were a model, until Ctrl-C.

    At /v1 as OpenAI does, at /api as Ollama does; and a JSON API (/ask, /search, /items) that /openapi.json describes.
    /metrics has figures for Prometheus.
    """
    try:
        from graphrag_tools.conversation.memory import open_memory
        from graphrag_tools.http_server.bounded_log import bound_the_log
        from graphrag_tools.http_server.listening import serve_until_signal
        from graphrag_tools.http_server.workers import is_worker
        from graphrag_tools.serve.application import application
        from graphrag_tools.serve.manuals import Manuals
    except ImportError as error:
        raise ConfigError(
            f"serving needs packages that are not installed ({error}). Install them with: {install_extra('serve')}"
        ) from error

    def ready(url: str) -> None:
        _tell_programs(url, serving.as_json)
        print_aside(f"Serving {options.index} at {url}/v1 (OpenAI) and {url} (Ollama); Ctrl-C ends it.")

    address = _address(serving)
    if serving.workers > 1 and not is_worker():
        _serve_by_workers(serving.workers, address, ready)
        return
    with open_memory(serving.remember):
        pass  # what is wrong with it is told before anything is opened
    with progress() as show:
        manuals = Manuals(
            open_index(options.index), open_model(options), options.for_workflow(), options.for_model(), show
        )
    bound_the_log()
    asyncio.run(serve_until_signal(application(manuals, address, serving.remember), address, ready))


def _serve_by_workers(count: int, address: "Address", ready: "Callable[[str], None]") -> None:
    """Serve by several processes, whose figures are kept in one folder while they run."""
    from graphrag_tools.http_server.listening import serve_by_workers
    from graphrag_tools.serve.metrics import FOLDER_VARIABLE

    with TemporaryDirectory(prefix="graphrag-tools-metrics-") as figures:
        serve_by_workers(count, address, {FOLDER_VARIABLE: figures}, ready)


# Not --index: an own index that the environment or the config file names is never replaced.
Folder = Annotated[Path, typer.Option("--folder", help="Folder for the index of the sample manual.")]


def demo(
    model: ModelName = "none",
    base_url: BaseUrl = None,
    folder: Folder = Path(".demo"),
    as_json: Json = False,
) -> None:
    """Try it: build an index of the sample manual (an invented e-reader) and ask three questions."""
    from graphrag_tools.manual.sample import QUESTIONS
    from graphrag_tools.workflow.graph import aask

    index = folder / "index"
    _build(index)
    opened = open_index(index)
    # Asked for, because a model that has earned no role makes no call of its own accord.
    options = AskingOptions(index=index, model=model, base_url=base_url, tool_mode="schema")
    workflow = open_workflow(options, index=opened)
    asked_for = "" if model == "none" else " --tool-mode schema"
    answers: list[Answer] = []
    for question in QUESTIONS:
        if not as_json:
            print_aside(f'\n$ {command_line("ask")} "{question}" --index {index} --model {model}{asked_for}')
        answers.append(asyncio.run(aask(workflow, question)))
        if not as_json:
            print_answer(answers[-1], as_json=False, index=opened)
    if as_json:
        print_json([answer.model_dump(mode="json") for answer in answers])
    else:
        print_aside(
            f"\nNext: {command_line('chat')} --index {index}; of your own: {command_line('build')} my-manual.pdf"
        )


def _build(index: Path) -> None:
    from graphrag_tools.index.build import build_index
    from graphrag_tools.index.manifest import read_manifest
    from graphrag_tools.manual.sample import SAMPLE_ID, sample_manual

    try:
        others = [info.id for info in read_manifest(index).manuals if info.id != SAMPLE_ID]
    except IndexNotFound:
        others = []
    if others:
        raise ConfigError(f"{index} is an index of {', '.join(others)}, which the demo would replace. Give a --folder.")
    with progress() as report:
        build_index([f"{SAMPLE_ID}={sample_manual()}"], index, progress=report)


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What the page offers and where. Its models stand in place of the one of AskingOptions."""

    model: Annotated[
        list[str] | None,
        typer.Option(
            envvar="GRAPHRAG_TOOLS_MODEL",
            help="A model to choose in the page, as for ask; several times. The first is chosen at the start.",
        ),
    ] = None
    host: Annotated[str, typer.Option(help="Address to listen on; any other lets other machines in.")] = "127.0.0.1"
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080
    remember: Annotated[
        Path | None,
        typer.Option(
            help="Remember conversations in this SQLite file, or in PostgreSQL (postgresql://…); each browser is "
            "shown its own."
        ),
    ] = field(default=None, repr=False)
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further host name by which visitors may call the page; several times.")
    ] = None
    # Said in words where somebody tries it, and not on offer.
    workers: Annotated[int, typer.Option(min=1, max=MOST_WORKERS, hidden=True)] = 1
    pdf: Annotated[
        bool | None,
        typer.Option(
            "--pdf/--no-pdf",
            help="Let visitors open the PDF that a manual was read from; without either, on this machine alone.",
        ),
    ] = None
    ratings: Annotated[
        Path | None,
        typer.Option(
            help="JSONL file for which answers visitors found useful, for eval to read; without it nobody is asked."
        ),
    ] = None
    as_json: Json = False


def web(serving: PageOptions, options: AskingOptions) -> None:
    """Serve a chat page with the menu path drawn, until Ctrl-C; only this machine reaches it without --host."""
    try:
        from graphrag_tools.http_server.bounded_log import bound_the_log
        from graphrag_tools.web.serving import Site, serve
    except ImportError as error:
        raise ConfigError(
            f"the chat page needs packages that are not installed ({error}). Install them with: {install_extra('web')}"
        ) from error

    if serving.workers > 1:
        raise ConfigError(
            f"{serving.workers} workers for the page: the process that served a tab keeps what is on it. Start several "
            "on ports of their own, with one --remember, behind a proxy that keeps each visitor with one of them."
        )

    def ready(address: str) -> None:
        _tell_programs(address, serving.as_json)
        print_aside(f"The page is at {address} - Ctrl-C ends it.")
        if not is_loopback(serving.host):
            print_aside(
                "Anyone who can reach this address can ask there, and there is no password. To have one, listen on "
                "127.0.0.1 and put a reverse proxy with a login before it (--allow-host with the name it is called by)."
            )

    index = open_index(options.index)
    site = Site(
        index,
        serving.model or [],
        options.for_workflow(),
        options.for_model(),
        serving.remember,
        serving.allow_host or (),
        serving.ratings,
        is_loopback(serving.host) if serving.pdf is None else serving.pdf,
    )
    bound_the_log()
    serve(site, serving.host, serving.port, ready)
