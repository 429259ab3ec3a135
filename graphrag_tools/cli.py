"""The command line: parse, call, print. Exit code 0 is success, 1 an error in one line, 2 wrong usage."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphrag_tools.cli_options import (
    DEFAULT_INDEX,
    AskingOptions,
    BaseUrl,
    Context,
    Index,
    Json,
    Manual,
    MeasuringOptions,
    ModelName,
    TextOptions,
    takes_asking_options,
)
from graphrag_tools.errors import ConfigError, GraphRAGToolsError

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.types import Checkpointer
    from rich.console import RenderableType

    from graphrag_tools.answer import Answer
    from graphrag_tools.evaluation.measurement import Measurement
    from graphrag_tools.index import ManualIndex
    from graphrag_tools.models import ChatModel

app = typer.Typer(
    help="Answers from a device manual, with menu path and source, by any model or none.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
_STOPPED = 130  # what typer exits with on Ctrl-C, as shells expect
_TRACEBACK_VARIABLE = "GRAPHRAG_TOOLS_TRACEBACK"


def main() -> None:
    """Run the command line; an error becomes one line on standard error."""
    try:
        app()
    except GraphRAGToolsError as error:
        _fail(str(error))
    except SystemExit as ended:
        if ended.code == _STOPPED:
            _print_aside("Stopped. An index that was there before is unchanged.")
        raise
    except Exception as error:
        if os.environ.get(_TRACEBACK_VARIABLE):
            raise
        _fail(f"unexpected {type(error).__name__}: {error}. Set {_TRACEBACK_VARIABLE}=1 to see where, and report it.")


@app.command()
@takes_asking_options
def build(
    manuals: Annotated[
        list[str],
        typer.Argument(help="E-manual JSON, Markdown file or folder, path CSV; NAME=PATH gives the manual its id."),
    ],
    index: Index = DEFAULT_INDEX,
    embeddings: Annotated[
        str, typer.Option(help="wordllama, ollama:NAME, onnx:FOLDER or another PROVIDER:NAME.")
    ] = "wordllama",
    as_json: Json = False,
    *,
    texts: TextOptions,
) -> None:
    """Read manuals and build an index of them, in place of what the index held."""
    from graphrag_tools.building import build_index
    from graphrag_tools.rendering import rendered_manuals

    with _progress() as report:
        manifest = build_index(manuals, index, embeddings, report, texts.for_build())
    if as_json:
        _print_json(manifest.model_dump(mode="json", exclude={"embeddings": {"fingerprint"}}))
    else:
        _print(rendered_manuals(manifest.manuals, str(index)))
        for told in manifest.model_texts:
            _print(told.words)


@app.command()
@takes_asking_options
def ask(question: Annotated[str, typer.Argument(help="What you want to know.")], options: AskingOptions) -> None:
    """Answer one question from the manual."""
    from graphrag_tools.workflow import ask as ask_workflow

    workflow = _workflow(options)
    _print_answer(ask_workflow(workflow, question), options.as_json)


@app.command()
@takes_asking_options
def chat(
    options: AskingOptions,
    remember: Annotated[Path | None, typer.Option(help="SQLite file to remember the chat in.")] = None,
    thread: Annotated[str, typer.Option(help="Name of the conversation in that file.")] = "chat",
) -> None:
    """Answer questions in a loop, follow-ups too; an empty line or Ctrl-D ends it, Ctrl-C stops an answer."""
    from graphrag_tools.memory import open_memory

    answers: list[Answer] = []
    with open_memory(remember) as memory:
        workflow = _workflow(options, memory)
        while question := _next_question():
            try:
                answer = _live_answer(workflow, question, thread)
            except KeyboardInterrupt:
                _print_aside("Stopped. Ask another question, or end with an empty line.")
            except GraphRAGToolsError as error:
                _print_aside(f"Error: {error}")
            else:
                answers.append(answer)
                if not options.as_json:
                    _print_answer(answer, as_json=False)
    if options.as_json:
        _print_json([answer.model_dump(mode="json") for answer in answers])


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    index: Index = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many sections.")] = 5,
    manual: Manual = None,
    as_json: Json = False,
) -> None:
    """Find the sections that fit a query best."""
    from graphrag_tools.rendering import rendered_hits

    opened = _open(index)
    found = [(opened.item(hit.section_id), hit) for hit in opened.search(query, k, manual)]
    best = [next((item.blocks[at].text for at in (*hit.blocks, 0) if at < len(item.blocks)), "") for item, hit in found]
    if as_json:
        _print_json(
            [
                {"id": item.id, "path": item.path, "option": hit.item_id, "text": text, "score": hit.score}
                for (item, hit), text in zip(found, best, strict=True)
            ]
        )
    elif found:
        rows = ((item, text, hit.score) for (item, hit), text in zip(found, best, strict=True))
        _print(rendered_hits(rows))
    else:
        _print(f"Nothing in the index fits {query!r}.")


@app.command()
def path(
    item: Annotated[str, typer.Argument(help="A menu item: id, menu path or title.")],
    index: Index = DEFAULT_INDEX,
    start: Annotated[str | None, typer.Option(help="Another item to start from.")] = None,
    as_json: Json = False,
) -> None:
    """Show where a menu item is, and the taps that lead to it."""
    from graphrag_tools.rendering import rendered_path
    from graphrag_tools.tools import GraphPathTool

    way = _artifact(GraphPathTool(index=_open(index)), {"item": item, "start": start})
    if as_json:
        names = [step.name for step in way.items]
        _print_json({"id": way.items[-1].id, "menu_path": names, "taps": way.taps})
    else:
        _print(rendered_path(way))


@app.command()
def describe(
    item: Annotated[str, typer.Argument(help="A menu item: id, menu path or title.")],
    index: Index = DEFAULT_INDEX,
    as_json: Json = False,
) -> None:
    """Show what the manual says about a menu item."""
    from dataclasses import asdict

    from graphrag_tools.rendering import rendered_item
    from graphrag_tools.tools import NodeDescriptionTool

    opened = _open(index)
    found = _artifact(NodeDescriptionTool(index=opened), {"item": item})
    graph = opened.graph_of(found.id)
    below, related = graph.children(found.id), graph.see_also(found.id)
    if as_json:
        links = {"children": [child.id for child in below], "see_also": [other.id for other in related]}
        _print_json(asdict(found) | links)
    else:
        sections = [child.name for child in below if child.kind == "section"]
        _print(rendered_item(found, sections, [other.name for other in related]))


@app.command("eval")
@takes_asking_options
def evaluate(measuring: MeasuringOptions, options: AskingOptions) -> None:
    """Measure answers on questions whose section and answer are known: models and ways side by side."""
    from graphrag_tools.evaluation.measurement import measured

    with _progress() as show:
        found = measured(_open(options.index), _measurement(measuring, options), show)
    if options.as_json:
        _print_json(found.document)
    else:
        _print(found.rendered())
    if not found.passed:
        raise typer.Exit(1)


@app.command()
@takes_asking_options
def questions(
    options: AskingOptions,
    n: Annotated[int, typer.Option("-n", min=1, help="How many at most.")] = 200,
    seed: Annotated[int, typer.Option(help="Another seed, other questions.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="File to write: .csv or .jsonl (without it: JSONL is shown).")
    ] = None,
) -> None:
    """Make questions with known answers from the index, by --model or without one, to measure on an own manual."""
    from graphrag_tools.evaluation.question_making import check_ending, made, write_questions

    check_ending(out)
    with _progress() as show:
        found = made(_open(options.index), _chat_model(options), n, seed, prompts=options.prompts, progress=show)
    if options.as_json:
        _print_json(found.document)
    else:
        write_questions(found.questions, out) if out else print(found.lines, end="")
    _print_aside(found.words)


@app.command()
def doctor(
    model: ModelName = "none",
    index: Annotated[Path | None, typer.Option("--index", help="Folder of an index to check as well.")] = None,
    base_url: BaseUrl = None,
    context: Context = 8192,
    redo: Annotated[bool, typer.Option("--redo", help="Probe anew what is remembered.")] = False,
    as_json: Json = False,
) -> None:
    """Show what a model is, what it can do, what follows from that, and what is wrong."""
    from graphrag_tools.diagnosis_rendering import rendered_diagnosis
    from graphrag_tools.doctor import cost_note, diagnose
    from graphrag_tools.models import ModelOptions

    if note := cost_note(model):
        _print_aside(note)
    with _progress() as show:
        found = diagnose(model, ModelOptions(context=context, base_url=base_url), index, redo=redo, progress=show)
    if as_json:
        _print_json(found.model_dump(mode="json"))
    else:
        _print(rendered_diagnosis(found))
    if not found.usable:
        sys.exit(1)


def _open(index: Path) -> "ManualIndex":
    from graphrag_tools.index import ManualIndex

    return ManualIndex.open(index)


def _live_answer(workflow: "CompiledStateGraph[Any, Any, Any, Any]", question: str, thread: str) -> "Answer":
    """Return the answer to a question; on a terminal, show on standard error how it is made."""
    from rich.console import Console
    from rich.live import Live

    from graphrag_tools.live_answer import LiveAnswer
    from graphrag_tools.streaming import Answered, stream_answer

    shown, answer = LiveAnswer(), None
    console = Console(stderr=True)
    with Live(console=console, transient=True, auto_refresh=console.is_terminal) as live:
        for event in stream_answer(workflow, question, {"configurable": {"thread_id": thread}}):
            if isinstance(event, Answered):
                answer = event.answer
            elif console.is_terminal:
                live.update(shown.take(event))
    if answer is None:
        raise RuntimeError("the workflow ended without an answer")
    return answer


def _workflow(options: AskingOptions, memory: "Checkpointer" = None) -> "CompiledStateGraph[Any, Any, Any, Any]":
    from graphrag_tools.workflow import manual_workflow

    return manual_workflow(
        _open(options.index),
        _probed_model(options),
        options=options.for_workflow(),
        model_options=options.for_model(),
        checkpointer=memory,
    )


def _probed_model(options: AskingOptions) -> "ChatModel | None":
    """Open the model and probe it, with progress, where that has to be done and was not done before."""
    from graphrag_tools.abilities import abilities_of
    from graphrag_tools.prompts import Prompts

    model = _chat_model(options)
    if model is not None and not options.for_workflow().decide_all:
        with _progress() as show:
            abilities_of(model, prompts=Prompts(options.prompts), progress=show)
    return model


def _chat_model(options: AskingOptions) -> "ChatModel | None":
    from graphrag_tools.models import open_chat_model

    return open_chat_model(options.model, options=options.for_model())


def _measurement(measuring: MeasuringOptions, options: AskingOptions) -> "Measurement":
    import shlex

    from graphrag_tools.evaluation.measurement import Measurement
    from graphrag_tools.evaluation.ways import WaySettings

    return Measurement(
        questions=measuring.questions,
        models=tuple(measuring.model or ["none"]),
        ways=tuple(measuring.way or ["auto"]),
        unanswerable=measuring.unanswerable,
        out=measuring.out,
        require=tuple(measuring.require or ()),
        limit=measuring.limit,
        seed=measuring.seed,
        settings=WaySettings(options.for_workflow(), options.for_model()),
        command=shlex.join(["graphrag-tools", *sys.argv[1:]]),
    )


def _artifact(tool: Any, arguments: dict[str, str | None]) -> Any:
    """Run a tool as a model would and return its artifact; what it tells a model becomes an error."""
    message = tool.invoke({"type": "tool_call", "id": "cli", "name": tool.name, "args": arguments})
    if message.status == "error":
        raise ConfigError(message.text)
    return message.artifact


def _next_question() -> str:
    try:
        print("Question: ", end="", file=sys.stderr, flush=True)
        return input().strip()
    except (EOFError, KeyboardInterrupt):
        print(file=sys.stderr)
        return ""


@contextmanager
def _progress() -> "Iterator[Callable[[str, int, int], None]]":
    """Show progress on standard error, a bar per stage with the time left; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)

        yield show


def _print_answer(answer: "Answer", as_json: bool) -> None:
    from graphrag_tools.rendering import rendered_answer

    if as_json:
        _print_json(answer.model_dump(mode="json"))
    else:
        _print(rendered_answer(answer))


def _print(shown: "RenderableType") -> None:
    from rich.console import Console

    Console(highlight=False, soft_wrap=isinstance(shown, str)).print(shown, markup=False)


def _print_json(document: object) -> None:
    import json

    print(json.dumps(document, ensure_ascii=False, indent=1))


def _print_aside(text: str) -> None:
    print(text, file=sys.stderr)


def _fail(reason: str) -> None:
    print(f"Error: {reason}", file=sys.stderr)
    sys.exit(1)
