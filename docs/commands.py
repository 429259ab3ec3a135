"""Write the reference of commands, docs/reference/commands.md: a table of options and examples for each.

python docs/commands.py            # writes it
"""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from typer.models import ArgumentInfo, CommandInfo, OptionInfo

from graphrag_tools.cli.app import app
from graphrag_tools.cli.narrow_help import paragraphs
from graphrag_tools.cli.settings import AFTER_HELP
from graphrag_tools.workflow.settings import AnswerSettings, ModelSettings

PAGE = Path(__file__).parent / "reference" / "commands.md"
EXAMPLES: Mapping[str, Sequence[str]] = {
    "build": (
        "graphrag-tools build my-manual.pdf --index my-index",
        "graphrag-tools build phone=phone.json watch=watch-folder --index my-index",
    ),
    "ask": (
        "graphrag-tools ask how do i turn on flight mode --index my-index",
        "graphrag-tools ask how do i turn on flight mode --index my-index --model ollama:llama3.2:3b --json",
    ),
    "chat": ("graphrag-tools chat --index my-index --remember chats.sqlite",),
    "web": ("graphrag-tools web --index my-index --model none --model ollama:llama3.2:3b",),
    "demo": ("graphrag-tools demo",),
    "search": ("graphrag-tools search battery life -k 3 --index my-index",),
    "describe": ('graphrag-tools describe "Settings > Battery" --index my-index',),
    "path": ("graphrag-tools path power saving --index my-index",),
    "menu": ("graphrag-tools menu --index my-index", "graphrag-tools menu Display --index my-index"),
    "tree": ("graphrag-tools tree --index my-index", 'graphrag-tools tree "Settings > Display" --index my-index'),
    "export": ("graphrag-tools export --index my-index --format graphml --out my-manual.graphml",),
    "add": ("graphrag-tools add watch=watch-folder --index my-index",),
    "remove": (
        "graphrag-tools add watch=watch-folder --index my-index",
        "graphrag-tools remove watch --index my-index",
    ),
    "list": ("graphrag-tools list --index my-index",),
    "check": ("graphrag-tools check --index my-index --repair",),
    "trust": ("graphrag-tools trust .",),
    "doctor": ("graphrag-tools doctor --model ollama:llama3.2:3b --index my-index",),
    "eval": ("graphrag-tools eval --questions q.csv --index my-index --out results",),
    "questions": ("graphrag-tools questions -n 20 --index my-index --out my-questions.csv",),
    "mcp": ("graphrag-tools mcp --index my-index --transport http --port 8000",),
    "serve": ("graphrag-tools serve --index my-index --model ollama:llama3.2:3b",),
}
"""What to begin with; tests/docs runs each."""
_INTRODUCTION = """# Commands

Made by `python docs/commands.py` from what `graphrag-tools COMMAND --help` says. Files, defaults and variables: [where
values come from](../how-to/configure.md)."""
_SHARED = "Options for answering"
_SHARED_LINK = f"[{_SHARED.lower()}](#options-for-answering)"
_COMMON = {"index", "model", "manual"}
"""The settings of answering that stand with each command all the same."""
_CODE = re.compile(
    r"(?<![\w`])(?:--[a-z][a-z-]*|[a-z]+:(?:NAME|PATH|FOLDER|smollm2)|[A-Z]+[:=](?:NAME|PATH)|GRAPHRAG_\w+"
    r"|graphrag-tools\.toml|\"[^\" ]*[*/][^\" ]*\")"
)
_HEAD = ("option", "values", "default", "meaning")


@dataclass(frozen=True, slots=True)
class Row:
    """An option or an argument of a command, as cells of a table."""

    name: str
    written: str
    values: str
    default: str
    meaning: str

    def __str__(self) -> str:
        return _line(self.written, self.values, self.default, self.meaning)


def page() -> str:
    """Return the page as Markdown."""
    commands = [(name_of(one), one) for one in app.registered_commands]
    parts = [_INTRODUCTION, "\n".join(_overview(commands))]
    parts += [part for name, one in commands for part in _section(name, one)]
    before_each = app.registered_callback
    general = _rows(inspect.signature(before_each.callback)) if before_each and before_each.callback else []
    parts += [f"## {_SHARED}", _table(_shared_rows())]
    parts += ["## Before any command", _table(general), *map(_with_code, AFTER_HELP)]
    return "\n\n".join(parts) + "\n"


def name_of(command: CommandInfo) -> str:
    """Return what is typed for a command."""
    return command.name or (command.callback.__name__ if command.callback else "")


def _overview(commands: Sequence[tuple[str, CommandInfo]]) -> Iterator[str]:
    """Yield a table of the commands, with the headings under which help lists them."""
    yield _line("command", "what it is for")
    yield _line("---", "---")
    heading = ""
    for name, command in commands:
        if command.rich_help_panel != heading:
            heading = str(command.rich_help_panel)
            yield _line(f"**{heading}**", "")
        first, *_ = paragraphs(inspect.getdoc(command.callback) or "").split("\n\n")
        yield _line(f"[{name}](#{name})", _with_code(first))


def _section(name: str, command: CommandInfo) -> Iterator[str]:
    shared = {row.name for row in _shared_rows()}
    rows = list(_rows(inspect.signature(command.callback or page)))
    takes_all = shared <= {row.name for row in rows}
    yield f"## {name}"
    yield _with_code(paragraphs(inspect.getdoc(command.callback) or ""))
    yield "\n".join(["```sh", *EXAMPLES[name], "```"])
    yield _table([row for row in rows if not (takes_all and row.name in shared)])
    if takes_all:
        yield f"And the {_SHARED_LINK}."


def _shared_rows() -> list[Row]:
    """Return the settings of answering as the commands have them, without those that stand with each command."""
    (ask,) = (one for one in app.registered_commands if name_of(one) == "ask")
    names = {field.name for field in (*fields(ModelSettings), *fields(AnswerSettings))} - _COMMON
    return [row for row in _rows(inspect.signature(ask.callback or page)) if row.name in names]


def _table(rows: Iterable[Row]) -> str:
    return "\n".join([_line(*_HEAD), _line(*("---" for _ in _HEAD)), *map(str, rows)])


def _rows(signature: inspect.Signature) -> Iterator[Row]:
    """Yield the arguments and options of a command in the order of its help, arguments first."""
    declared = (one for one in signature.parameters.values() if get_origin(one.annotation) is Annotated)
    made = [_row(one) for one in declared if not _info(one).hidden]
    yield from sorted(made, key=lambda row: row.written.startswith("`-"))


def _row(parameter: inspect.Parameter) -> Row:
    kind, info = get_args(parameter.annotation)[0], _info(parameter)
    is_repeated = any(get_origin(one) is list for one in (kind, *get_args(kind)))
    default = parameter.default if parameter.default is not inspect.Parameter.empty else MISSING
    if isinstance(info, ArgumentInfo):
        name = (info.metavar or parameter.name).upper()
        written = f"`{name}{' …' if is_repeated else ''}`"
    else:
        # typer keeps the first spelling of an option where its default would be.
        spelled = [one for one in (info.default, *(info.param_decls or ())) if isinstance(one, str)]
        names = "/".join(spelled or [f"--{parameter.name.replace('_', '-')}"])
        written = ", ".join(f"`{one}`" for one in names.split("/"))
    shown = "required" if default is MISSING else _default_words(default)
    values = "" if isinstance(info, ArgumentInfo) else _values(kind, info)
    return Row(parameter.name, written, values, shown, _with_code(info.help or ""))


def _info(parameter: inspect.Parameter) -> Any:
    """Return what typer is told of an argument or an option."""
    return next(one for one in get_args(parameter.annotation)[1:] if isinstance(one, ArgumentInfo | OptionInfo))


def _default_words(default: object) -> str:
    if default is None or isinstance(default, bool):
        return ""
    return f"`{default.value if isinstance(default, Enum) else default}`"


def _values(kind: Any, info: Any) -> str:
    """Return what can be given: choices, a number with its bounds, a path or a text; nothing for a switch."""
    inner = [one for one in get_args(kind) if one is not type(None)] if get_origin(kind) is not Literal else []
    bare = inner[0] if inner and get_origin(kind) is not list else kind
    if get_origin(bare) is Literal:
        return ", ".join(f"`{one}`" for one in get_args(bare))
    if bare is bool:
        return ""
    if inspect.isclass(bare) and issubclass(bare, Enum):
        return ", ".join(f"`{one.value}`" for one in bare)
    if bare in (int, float):
        return _number(info.min, info.max)
    return "path" if bare is Path else "text"


def _number(least: float | None, most: float | None) -> str:
    if least is None:
        return "number"
    return f"{least:g} to {most:g}" if most is not None else f"{least:g} or more"


def _with_code(text: str) -> str:
    """Return text with options, variables, files and what stands in quotes marked as code."""
    return _CODE.sub(lambda found: f"`{found[0]}`", text)


def _line(*cells: str) -> str:
    """Return a row of a table; a `|` in a cell would end it."""
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
