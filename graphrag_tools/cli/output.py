"""Print answers, items, JSON and progress: results on standard output, all else on standard error.

All that the command line prints goes through here, and leaves without escape sequences, control characters and marks
of direction: what an index of others holds, or a server answers, was never cleaned by a loader of ours.
"""

import io
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from graphrag_tools.cli.answers import Hanging, shown_answer, shown_line
from graphrag_tools.cli.narrow_help import wrapped
from graphrag_tools.cli.wording import can_be_written, output_encoding, shown_way
from graphrag_tools.text.characters import escaped_controls, without_controls
from graphrag_tools.text.redaction import hide_secrets

if TYPE_CHECKING:
    from graphrag_tools.answer import Answer
    from graphrag_tools.index.index import ManualIndex
    from graphrag_tools.manual.graph import MenuItem
    from graphrag_tools.manual.sections import Block
    from graphrag_tools.progress import Progress
    from graphrag_tools.tools.lookup import MenuPath

_LABEL_WIDTH, _GAP = len("On the device"), 2
"""Of the labels of an item's facts."""


def rendered_answer(
    answer: "Answer", index: "ManualIndex | None" = None, verbose: bool = False, in_chat: bool = False
) -> RenderableType:
    """An answer as a person reads it; the index tells which of its lines are steps, options and warnings."""
    return Group(*shown_answer(answer, index, verbose, in_chat=in_chat))


def rendered_hits(hits: "Iterable[tuple[MenuItem, str, float]]") -> RenderableType:
    """Search results: item, its best block and its score."""
    lines: list[RenderableType] = []
    for number, (item, best, score) in enumerate(hits, start=1):
        lead = f"{number}. "
        lines.append(Hanging(lead, Text.assemble((shown_way(item.path), "bold cyan"), (f"  score {score:.2f}", "dim"))))
        lines += [Hanging(" " * len(lead), Text(best)), _whole(" " * len(lead), item.id)]
    return Group(*lines)


def rendered_path(way: "MenuPath") -> RenderableType:
    """A menu path and the taps."""
    facts = _Facts()
    facts.add("Menu path", shown_way([item.name for item in way.items]), "bold cyan")
    if way.taps:
        facts.add("On the device", shown_way(way.taps), "cyan")
    return Group(facts.table, _id_line(way.items[-1].id))


def rendered_item(item: "MenuItem", below: Sequence[str], related: Sequence[str]) -> RenderableType:
    """A menu item with its text, the items below it and those it refers to."""
    facts = _Facts()
    facts.add("Menu path", shown_way(item.path), "bold cyan")
    if item.taps:
        facts.add("On the device", shown_way(item.taps), "cyan")
    if below:
        facts.add("Below it", ", ".join(below))
    if related:
        facts.add("See also", ", ".join(related))
    return Group(facts.table, _id_line(item.id), Text(), *_rendered_blocks(item.blocks))


def _id_line(item_id: str) -> Text:
    return _whole(f"{'Id':<{_LABEL_WIDTH + _GAP}}", item_id)


def _whole(lead: str, item_id: str) -> Text:
    """Return a line that ends in an id, which only the terminal breaks, so that it is copied in one piece."""
    return Text.assemble(lead, (item_id, "dim"), no_wrap=True, overflow="ignore")


class _Facts:
    """Labels and what they say, in two columns."""

    def __init__(self) -> None:
        self.table = Table.grid(padding=(0, _GAP, 0, 0))
        self.table.add_column(no_wrap=True, min_width=_LABEL_WIDTH)
        self.table.add_column(overflow="fold")

    def add(self, label: str, text: str, style: str = "") -> None:
        self.table.add_row(label, Text(text, style=style))


def _rendered_blocks(blocks: "Sequence[Block]") -> list[RenderableType]:
    from graphrag_tools.answers.layout import section_lines

    return [shown_line(line) for line in section_lines(blocks)]


def print_answer(
    answer: "Answer",
    as_json: bool,
    index: "ManualIndex | None",
    verbose: bool = False,
    in_chat: bool = False,
) -> None:
    """Print an answer for a person or, as JSON, for a program."""
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        print_shown(rendered_answer(answer, index, verbose, in_chat))


_UNWRAPPED = 10_000
"""Columns of a pipe: whoever reads there wants each line whole."""


def print_shown(shown: RenderableType) -> None:
    """Print a text, a table or the like: as wide as a terminal, and neither wrapped nor padded elsewhere."""
    console = Console(highlight=False, soft_wrap=isinstance(shown, str))
    if console.is_terminal:
        console.print(Cleaned(shown), markup=False, crop=False)
        return
    # Of the output's own encoding, for rich draws trees in plain characters where that has no others.
    there = io.TextIOWrapper(io.BytesIO(), encoding=output_encoding())
    held = Console(highlight=False, soft_wrap=True, file=there, width=_UNWRAPPED, force_terminal=False)
    with held.capture() as captured:
        held.print(Cleaned(shown), markup=False)
    lines = captured.get().removesuffix("\n").split("\n")
    print("\n".join(line.rstrip() for line in lines))


class Cleaned:
    """Anything to be shown, without what a terminal would obey in its words; colours and movements of ours stay."""

    def __init__(self, shown: RenderableType) -> None:
        self._shown = Text(without_controls(shown)) if isinstance(shown, str) else shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what rich makes of it, piece by piece."""
        for piece in console.render(self._shown, options):
            yield piece if piece.control else Segment(without_controls(piece.text), piece.style)


def print_json(document: object) -> None:
    """Print one JSON document."""
    print_data(json.dumps(document, ensure_ascii=False, indent=1))


def print_data(text: str, end: str = "\n") -> None:
    """Print JSON, or lines of it, with what a terminal would obey written as escapes."""
    whole = escaped_controls(text)
    print(whole if can_be_written(whole) else "".join(map(_escaped, whole)), end=end)


def _escaped(character: str) -> str:
    return character if can_be_written(character) else json.dumps(character)[1:-1]


def take_any_character() -> None:
    """Let both outputs replace a character that their encoding lacks: a pipe on Windows, or LC_ALL=C, has few.

    UTF-8 lacks the half characters that stand for what is no text in the name of a file. An output that was closed
    before the program began, as a service's may be, takes everything and keeps nothing.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # open as long as the process lives
            setattr(sys, name, nowhere)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_text(text: str) -> None:
    """Print a text that another program reads."""
    print(without_controls(text))


def print_aside(text: str) -> None:
    """Say something on standard error, without any secret: it may be the words of a server or a driver.

    On a terminal, long lines end between words; a command on a line of its own ("$ …") stays whole, to be copied.
    """
    said = hide_secrets(without_controls(text))
    if sys.stderr.isatty():
        columns = shutil.get_terminal_size().columns
        said = "\n".join(part for line in said.split("\n") for part in _parts(line, columns))
    print(said, file=sys.stderr)


def _parts(line: str, columns: int) -> list[str]:
    return [line] if line.startswith("$") or cell_len(line) <= columns else wrapped(line, columns)


class _SafeLog(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(without_controls(super().format(record)))


def clean_the_log() -> None:
    """Have warnings and errors that are logged, with their tracebacks, go to standard error as all else does.

    Servers log what nobody expected, and such an error may hold the words of another server, or an address.
    """
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_SafeLog())


@contextmanager
def progress() -> "Iterator[Progress]":
    """Show progress on standard error, a bar per stage with the time left; nothing where that is no terminal."""
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    with Bars(console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(without_controls(stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
