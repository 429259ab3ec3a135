"""The command line: parse, call, print. Exit code 0 is success, 1 an error in one line, 2 wrong usage."""

import errno
import os
import sys
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from graphrag_tools.cli.ask import ask, chat
from graphrag_tools.cli.consent import trust_folder
from graphrag_tools.cli.doctor import doctor
from graphrag_tools.cli.evaluate import evaluate, questions
from graphrag_tools.cli.graph import export, item_named, tree
from graphrag_tools.cli.index import add, build, check, list_manuals, remove
from graphrag_tools.cli.menu import menu
from graphrag_tools.cli.narrow_help import ReadableGroup
from graphrag_tools.cli.opening import open_index
from graphrag_tools.cli.options import GroupedCommand, Json, takes_options
from graphrag_tools.cli.output import clean_the_log, print_aside, print_json, print_shown, take_any_character
from graphrag_tools.cli.serve import demo, mcp, serve, web
from graphrag_tools.cli.settings import take_configuration
from graphrag_tools.errors import ConfigError, GraphRAGToolsError
from graphrag_tools.text.characters import without_quotes
from graphrag_tools.workflow.settings import DEFAULT_INDEX, VARIABLE_PREFIX, Index, ManualId

app = typer.Typer(cls=ReadableGroup, no_args_is_help=True, pretty_exceptions_enable=False)
Item = Annotated[list[str], typer.Argument(help="A menu item: its title, path or id; a path with '>' needs quotes.")]
_STOPPED = 130  # what typer exits with on Ctrl-C, as shells expect
_TRACEBACK_VARIABLE = "GRAPHRAG_TOOLS_TRACEBACK"
_UNWRITABLE = "nothing more can be written: {why}. Make room where the output or the index goes."


def main() -> None:
    """Run the command line; an error becomes one line on standard error."""
    take_any_character()
    for name in [name for name in os.environ if name.startswith(VARIABLE_PREFIX)]:
        os.environ[name] = without_quotes(os.environ[name])
    clean_the_log()
    try:
        app()
    except GraphRAGToolsError as error:
        _fail(str(error))
    except SystemExit as ended:
        if ended.code == _STOPPED:
            print_aside("Stopped.")
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            _give_up_output()
            _fail(_UNWRITABLE.format(why=error.strerror))
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
        _give_up_output()
    except OSError as error:
        _give_up_output()
        _fail(_UNWRITABLE.format(why=error.strerror))


def _give_up_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def search(
    query: Annotated[list[str], typer.Argument(help="What to look for; quotes are not needed.")],
    index: Index = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many sections.")] = 5,
    manual: ManualId = None,
    as_json: Json = False,
) -> None:
    """Find the sections that fit a query best."""
    from graphrag_tools.cli.output import rendered_hits
    from graphrag_tools.search.hit import best_passage

    words = " ".join(query)
    if not words.strip():
        raise ConfigError("the query is empty; expected words to look for.")
    opened = open_index(index)
    found = [(opened.item_of(hit), hit) for hit in opened.search(words, k, manual)]
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
        print_shown(f"Nothing in the index fits {words!r}.")


def path(
    item: Item,
    index: Index = DEFAULT_INDEX,
    start: Annotated[str | None, typer.Option(help="Another item, to begin the way at.")] = None,
    manual: ManualId = None,
    as_json: Json = False,
) -> None:
    """Show where a menu item is in the manual, and the way to it on the device."""
    from graphrag_tools.cli.output import rendered_path
    from graphrag_tools.tools.lookup import LookupFailed, is_nothing, menu_path

    opened = open_index(index)
    end, first = (
        item_named(opened, " ".join(item), manual),
        None if is_nothing(start) else item_named(opened, str(start), manual),
    )
    try:
        _, way = menu_path(opened, end, first)
    except LookupFailed as error:
        raise ConfigError(str(error)) from error
    if as_json:
        names = [step.name for step in way.items]
        print_json({"id": way.items[-1].id, "menu_path": names, "taps": way.taps})
    else:
        print_shown(rendered_path(way))


def describe(
    item: Item,
    index: Index = DEFAULT_INDEX,
    manual: ManualId = None,
    as_json: Json = False,
) -> None:
    """Show what the manual says about a menu item."""
    from dataclasses import asdict

    from graphrag_tools.cli.output import rendered_item

    opened = open_index(index)
    found = item_named(opened, " ".join(item), manual)
    graph = opened.graph_of(found.id)
    below, related = graph.children(found.id), graph.see_also(found.id)
    if as_json:
        links = {"children": [child.id for child in below], "see_also": [other.id for other in related]}
        print_json(asdict(found) | links)
    else:
        sections = [child.name for child in below if child.kind == "section"]
        print_shown(rendered_item(found, sections, [other.name for other in related]))


def _fail(reason: str) -> None:
    print_aside(f"Error: {reason}")
    sys.exit(1)


_COMMANDS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "Usual": (build, ask, chat, web, demo),
    "Look into a manual": (search, describe, path, menu, tree, export),
    "Look after an index": (add, remove, list_manuals, check, trust_folder),
    "Models and measuring": (doctor, evaluate, questions),
    "For other programs": (mcp, serve),
}
"""In the order, and under the headings, in which --help lists them."""
_NAMES = {evaluate: "eval", list_manuals: "list", trust_folder: "trust"}
for _heading, _commands in _COMMANDS.items():
    for _command in _commands:
        app.command(_NAMES.get(_command), cls=GroupedCommand, rich_help_panel=_heading)(takes_options(_command))
take_configuration(app)
