"""Words that every command says alike: counts, ways, and signs in characters that the output has."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from graphrag_tools.stores.place import IndexPlace
from graphrag_tools.workflow.settings import DEFAULT_INDEX

_NAME = "graphrag-tools"


def command_line(command: str) -> str:
    """Return a command as it is typed: by its path where a shell does not find the program."""
    called = sys.argv[0]
    program = _NAME if Path(called).name != _NAME or shutil.which(_NAME) else shlex.quote(called)
    return f"{program} {command}"


def counted(number: int, noun: str) -> str:
    """Return a count with its noun: "1 section", "2 sections", "3 entries"."""
    if number == 1:
        return f"1 {noun}"
    first, of, rest = noun.partition(" of ")
    plural = f"{first.removesuffix('y')}ies" if first.endswith("ry") else f"{first}s"
    return f"{number} {plural}{of}{rest}"


def all_counted(*counts: tuple[int, str]) -> str:
    """Return counts with their nouns, those of nothing left out."""
    return ", ".join(counted(number, noun) for number, noun in counts if number)


def title_beside(manual: str, title: str) -> str:
    """Return a manual's title with a space before it, as it stands beside its id; empty where it says no more."""
    return "" if title == manual else f" {title}"


def shown_way(way: Sequence[str]) -> str:
    """Return a way as people read one."""
    return f" {sign('›', '>')} ".join(way)


def sign(wanted: str, plain: str) -> str:
    """Return a sign, or a plain one where the encoding of standard output lacks it."""
    return wanted if can_be_written(wanted) else plain


def can_be_written(text: str) -> bool:
    """Whether the encoding of standard output has all characters of a text."""
    try:
        text.encode(output_encoding())
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def output_encoding() -> str:
    """Return the encoding of standard output, which a program that replaces it may not tell."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def index_option(folder: IndexPlace) -> str:
    """Return how a command is told of an index, empty where it looks there anyway."""
    return "" if folder == DEFAULT_INDEX else f" --index {shlex.quote(str(folder))}"


def search_command(item: str, folder: IndexPlace) -> str:
    """Return the command that searches an index for what names nothing in it."""
    return command_line(f"search {shlex.quote(item)}{index_option(folder)}")
