"""Draw what may be wider than its place, so that it is scrolled there: code with its lines, tables with their cells."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from nicegui import ui

from graphrag_tools.answers.layout import AnswerLine
from graphrag_tools.manual.sections import CELL_BREAK
from graphrag_tools.web.elements import Words, part


@contextmanager
def wide(tag: str, label: str, *, classes: str = "") -> Iterator[ui.element]:
    """Draw a part that is scrolled sideways, with the keyboard too."""
    with part(tag, classes=f"wide {classes}", label=label) as drawn:
        drawn.props["role"] = "group"
        drawn.props["tabindex"] = "0"
        yield drawn


def draw_lines(lines: Sequence[AnswerLine], draw: Callable[[int], None], marked: frozenset[int] = frozenset()) -> None:
    """Draw lines where the caller's slot is: rows of a table together, any other by `draw`, which takes its place."""
    for is_row, places in groupby(range(len(lines)), lambda at: _is_row(lines[at])):
        if is_row:
            held = list(places)
            _draw_table([lines[at].text for at in held], [at in marked for at in held])
        else:
            for at in places:
                draw(at)


def _is_row(line: AnswerLine) -> bool:
    return line.kind == "table" and CELL_BREAK in line.text


def _draw_table(rows: Sequence[str], marked: Sequence[bool]) -> None:
    with wide("div", "Table"), part("table"):
        for row, is_marked in zip(rows, marked, strict=True):
            with part("tr"):
                for cell in row.split(CELL_BREAK):
                    with part("td"):
                        Words("mark" if is_marked else "span", cell)
