"""Help for a terminal too narrow for panels: each option on a line of its own, what it does below it."""

import inspect
import re
import shutil
import textwrap
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup

_PANELS_FROM = 80
"""Columns, below which rich's panels cut the names of variables and of arguments."""
_INDENT = "    "


class _Readable:
    """Stands before typer's own class among the bases: help that is readable on any terminal."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return all parameters; help names no value of those that take none, and no type of an argument."""
        return _valueless(super().get_params(ctx))  # type: ignore[misc]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write panels where they fit."""
        if (columns := shutil.get_terminal_size().columns) >= _PANELS_FROM:
            super().format_help(ctx, formatter)  # type: ignore[misc]
        else:
            formatter.write(_narrow_help(self, ctx, columns))


class ReadableCommand(_Readable, TyperCommand):
    """A command whose help is readable on any terminal."""


class ReadableGroup(_Readable, TyperGroup):
    """A group of commands whose help is readable on any terminal."""


def paragraphs(text: str) -> str:
    """Return a docstring with a line a paragraph: help wraps lines to the terminal, and keeps breaks where they are."""
    return "\n\n".join(" ".join(one.split()) for one in re.split(r"\n\s*\n", inspect.cleandoc(text)))


def _valueless(parameters: list[Any]) -> list[Any]:
    for one in parameters:
        if getattr(one, "is_flag", False):
            one.metavar = ""
        if isinstance(one, TyperArgument):
            one.display_type_rich = _no_type  # type: ignore[method-assign]
    return parameters


def _no_type(ctx: Any) -> str:  # noqa: ARG001  # as typer calls it
    """Return no type: an argument has its name in the same line, and its type as programmers write it beside that."""
    return ""


def _narrow_help(command: Any, ctx: Any, columns: int) -> str:
    names = command.list_commands(ctx) if isinstance(command, TyperGroup) else ()
    known = [(name, command.get_command(ctx, name)) for name in names]
    commands = [(name, one.get_short_help_str(limit=1_000)) for name, one in known if one]
    records = [record for one in command.get_params(ctx) if (record := one.get_help_record(ctx))]
    after = (command.epilog or "").replace(r"\[", "[").split("\n\n")
    lines = wrapped(" ".join(command.get_usage(ctx).split()), columns)
    for paragraph in paragraphs(command.help or "").split("\n\n"):
        lines += ["", *wrapped(paragraph, columns)]
    for title, entries in (("Options:", records), ("Commands:", commands)):
        lines += ["", title] if entries else []
        for term, said in entries:
            lines += wrapped(term, columns, "  ")
            lines += wrapped(said, columns, _INDENT)
    for paragraph in filter(None, after):
        lines += ["", *wrapped(paragraph, columns)]
    return "\n".join(lines) + "\n"


def wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    """Return the lines of a text, names of options and variables whole."""
    return textwrap.wrap(
        text, columns, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
