"""An answer's lines as Markdown: what is an item of a list, below what it stands, and what is a paragraph."""

import pytest

from graphrag_tools.answers.layout import AnswerLine
from graphrag_tools.answers.markdown import as_markdown


def test_steps_have_numbers_and_what_hangs_under_them_is_indented() -> None:
    lines = [
        AnswerLine("paragraph", "The pump fills the tank."),
        AnswerLine("step", "Open the lid:", number=1),
        AnswerLine("option", "Fill it half.", depth=1, name="Half"),
        AnswerLine("option", "By hand.", depth=2, is_listed=True),
        AnswerLine("note", "It drips.", depth=1),
        AnswerLine("step", "Close the lid.", number=2),
        AnswerLine("warning", "The water is hot."),
        AnswerLine("code", "pump --start\n\n  --slow"),
        AnswerLine("step", "Press the button.", number=3),
    ]
    assert as_markdown(lines).split("\n") == [
        "The pump fills the tank.",
        "",
        "1. Open the lid:",
        "   - Half: Fill it half.",
        "     - By hand.",
        "",
        "   It drips.",
        "",
        "2. Close the lid.",
        "",
        "⚠ The water is hot.",
        "",
        "```",
        "pump --start",
        "",
        "  --slow",
        "```",
        "",
        "3. Press the button.",
    ]


def test_items_below_the_tenth_step_begin_where_its_words_do() -> None:
    lines = [AnswerLine("step", "Choose:", number=10), AnswerLine("option", "Half", depth=1)]
    assert as_markdown(lines) == "10. Choose:\n    - Half"


def test_rows_are_a_table_whose_short_rows_are_filled() -> None:
    rows = ["Key | Does | Since", "A | Runs", "B | Stops | 2"]
    lines = [AnswerLine("paragraph", "Keys:"), *(AnswerLine("table", row) for row in rows)]
    table = "| Key | Does | Since |\n|---|---|---|\n| A | Runs |  |\n| B | Stops | 2 |"
    assert as_markdown([*lines, AnswerLine("table", "No cells"), AnswerLine("paragraph", "End.")]) == (
        f"Keys:\n\n{table}\n\nNo cells\n\nEnd."
    )


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (AnswerLine("step", "Alone."), "Alone."),
        (AnswerLine("paragraph", "one", depth=1), "- one"),
        (AnswerLine("heading", "On Windows", depth=1), "On Windows"),
        (AnswerLine("paragraph", "one", is_listed=True), "- one"),
    ],
)
def test_a_line_alone_is_at_the_margin(line: AnswerLine, written: str) -> None:
    assert as_markdown([line]) == written


def test_without_lines_there_is_nothing() -> None:
    assert as_markdown([]) == ""
