"""The command line: parse, call, print. Exit code 0 is success, 1 an error in one line, 2 wrong usage."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphrag_tools.cli.ask import chat
from graphrag_tools.cli.graph import add_graph_commands
from graphrag_tools.cli.index import Wait, add_index_commands, print_built
from graphrag_tools.cli.opening import open_index, open_model, open_workflow
from graphrag_tools.cli.options import (
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
from graphrag_tools.cli.output import print_answer, print_aside, print_json, print_shown, progress
from graphrag_tools.cli.serve import add_mcp_command, demo, web
from graphrag_tools.cli.settings import take_configuration
from graphrag_tools.embeddings.providers import DEFAULT_EMBEDDINGS, FORMS
from graphrag_tools.errors import ConfigError, GraphRAGToolsError

if TYPE_CHECKING:
    from graphrag_tools.evaluation.measurement import Measurement

app = typer.Typer(
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
            print_aside("Stopped.")
        raise
    except Exception as error:
        if os.environ.get(_TRACEBACK_VARIABLE):
            raise
        _fail(f"unexpected {type(error).__name__}: {error}. Set {_TRACEBACK_VARIABLE}=1 to see where, and report it.")
    finally:
        _flush_quietly()


def _flush_quietly() -> None:
    """Write what is still buffered; where the reader has closed the pipe, let the interpreter's end not complain."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command()
@takes_asking_options
def build(  # noqa: PLR0913  # the last ones by name only
    manuals: Annotated[
        list[str],
        typer.Argument(
            help="E-manual JSON, Markdown, HTML (or folders of them), PDF, Word, RST, path CSV; NAME=PATH gives its id."
        ),
    ],
    index: Index = DEFAULT_INDEX,
    embeddings: Annotated[str, typer.Option(help=f"{FORMS}.")] = DEFAULT_EMBEDDINGS,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing has changed.")] = False,
    wait: Wait = False,
    as_json: Json = False,
    *,
    texts: TextOptions,
) -> None:
    """Read manuals and build an index of them, in place of what the index held; what is unchanged costs nothing."""
    from graphrag_tools.index.build import build_index

    try:
        with progress() as report:
            built = build_index(
                manuals, index, embeddings, report, enricher=texts.open_writer(), force=force, wait=wait
            )
    except KeyboardInterrupt:
        print_aside("An index that was there before is unchanged.")
        raise
    print_built(built, index, as_json, hint=" --force builds it all the same.")


@app.command()
@takes_asking_options
def ask(question: Annotated[str, typer.Argument(help="What you want to know.")], options: AskingOptions) -> None:
    """Answer one question from the manual."""
    import asyncio

    from graphrag_tools.workflow.graph import aask

    workflow = open_workflow(options)
    # Awaited, so that Ctrl-C does not wait for the model.
    print_answer(asyncio.run(aask(workflow, question)), options.as_json)


app.command()(takes_asking_options(chat))
app.command()(web)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    index: Index = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many sections.")] = 5,
    manual: Manual = None,
    as_json: Json = False,
) -> None:
    """Find the sections that fit a query best."""
    from graphrag_tools.cli.output import rendered_hits
    from graphrag_tools.search.hit import best_passage

    opened = open_index(index)
    found = [(opened.item_of(hit), hit) for hit in opened.search(query, k, manual)]
    best = [best_passage(item, hit) for item, hit in found]
    if as_json:
        print_json(
            [
                {"id": item.id, "path": item.path, "option": hit.item_id, "text": text, "score": hit.score}
                for (item, hit), text in zip(found, best, strict=True)
            ]
        )
    elif found:
        rows = ((item, text, hit.score) for (item, hit), text in zip(found, best, strict=True))
        print_shown(rendered_hits(rows))
    else:
        print_shown(f"Nothing in the index fits {query!r}.")


@app.command()
def path(
    item: Annotated[str, typer.Argument(help="A menu item: id, menu path or title.")],
    index: Index = DEFAULT_INDEX,
    start: Annotated[str | None, typer.Option(help="Another item to start from.")] = None,
    manual: Manual = None,
    as_json: Json = False,
) -> None:
    """Show where a menu item is, and the taps that lead to it."""
    from graphrag_tools.cli.output import rendered_path
    from graphrag_tools.tools.tools import GraphPathTool

    way = _artifact(GraphPathTool(index=open_index(index), manual=manual), {"item": item, "start": start})
    if as_json:
        names = [step.name for step in way.items]
        print_json({"id": way.items[-1].id, "menu_path": names, "taps": way.taps})
    else:
        print_shown(rendered_path(way))


@app.command()
def describe(
    item: Annotated[str, typer.Argument(help="A menu item: id, menu path or title.")],
    index: Index = DEFAULT_INDEX,
    manual: Manual = None,
    as_json: Json = False,
) -> None:
    """Show what the manual says about a menu item."""
    from dataclasses import asdict

    from graphrag_tools.cli.output import rendered_item
    from graphrag_tools.tools.tools import NodeDescriptionTool

    opened = open_index(index)
    found = _artifact(NodeDescriptionTool(index=opened, manual=manual), {"item": item})
    graph = opened.graph_of(found.id)
    below, related = graph.children(found.id), graph.see_also(found.id)
    if as_json:
        links = {"children": [child.id for child in below], "see_also": [other.id for other in related]}
        print_json(asdict(found) | links)
    else:
        sections = [child.name for child in below if child.kind == "section"]
        print_shown(rendered_item(found, sections, [other.name for other in related]))


@app.command("eval")
@takes_asking_options
def evaluate(measuring: MeasuringOptions, options: AskingOptions) -> None:
    """Measure answers on questions whose section and answer are known: models and ways side by side."""
    from graphrag_tools.evaluation.measurement import measured

    with progress() as show:
        found = measured(open_index(options.index), _measurement(measuring, options), show)
    if options.as_json:
        print_json(found.document)
    else:
        print_shown(found.rendered())
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
    from graphrag_tools.evaluation.question_writing import check_ending, made, write_questions

    check_ending(out)
    with progress() as show:
        found = made(open_index(options.index), open_model(options), n, seed, prompts=options.prompts, progress=show)
    if options.as_json:
        print_json(found.document)
    else:
        write_questions(found.questions, out) if out else print(found.lines, end="")
    print_aside(found.words)


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
    from graphrag_tools.abilities.doctor import cost_note, diagnose
    from graphrag_tools.cli.doctor import rendered_diagnosis
    from graphrag_tools.models.model import ModelOptions

    if note := cost_note(model):
        print_aside(note)
    with progress() as show:
        found = diagnose(model, ModelOptions(context=context, base_url=base_url), index, redo=redo, progress=show)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        print_shown(rendered_diagnosis(found))
    if not found.usable:
        sys.exit(1)


app.command()(demo)
add_graph_commands(app)
add_index_commands(app)
add_mcp_command(app)
take_configuration(app)


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


def _fail(reason: str) -> None:
    print(f"Error: {reason}", file=sys.stderr)
    sys.exit(1)
