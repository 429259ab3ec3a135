"""The lines of an answer as Markdown, in which lines that follow each other flow together: steps, lists, tables."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from graphrag_tools.answers.layout import AnswerLine
from graphrag_tools.text.normalise import fenced, markdown_table

_WARNING = "⚠ "
_CELL = " | "
_UNLISTED = frozenset({"warning", "note", "code", "heading"})


def as_markdown(lines: Sequence[AnswerLine]) -> str:
    """Return steps with their numbers, options with bullets, rows as a table, all else as paragraphs.

    What is below a step or an option is indented. The words stay as they are: nothing in them is escaped, because
    terminals show such a text too.
    """
    parts: list[str] = []
    for is_table, group in groupby(lines, key=lambda line: line.kind == "table" and _CELL in line.text):
        some = list(group)
        parts.append(markdown_table([row.text.split(_CELL) for row in some]) if is_table else _listed(some))
    return "\n\n".join(parts)


def _listed(lines: Iterable[AnswerLine]) -> str:
    text, was_item = "", False
    columns: dict[int, int] = {}  # where the text of the items begins that a line may stand below, by their depth
    for line in lines:
        columns = {depth: column for depth, column in columns.items() if depth < line.depth}
        indent = max(columns.values(), default=0)
        mark = _mark(line)
        if mark:
            columns[line.depth] = indent + len(mark)
        between = "" if not text else "\n" if was_item and mark else "\n\n"
        text += between + _indented(f"{mark}{_words(line)}", indent)
        was_item = bool(mark)
    return text


def _mark(line: AnswerLine) -> str:
    """Return what makes a line an item of a list, empty where it is none."""
    if line.number:
        return f"{line.number}. "
    is_item = line.kind == "option" or line.is_listed or line.depth > 0
    return "- " if is_item and line.kind not in _UNLISTED else ""


def _words(line: AnswerLine) -> str:
    if line.kind == "code":
        return fenced(line.text)
    said = f"{line.name}: {line.text}" if line.name else line.text
    return f"{_WARNING}{said}" if line.kind == "warning" else said


def _indented(text: str, columns: int) -> str:
    return "\n".join(f"{' ' * columns}{line}" if line else line for line in text.split("\n"))
