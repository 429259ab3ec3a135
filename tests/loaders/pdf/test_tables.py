"""Rows of tables that no ruling lines draw."""

from graphrag_tools.loaders.pdf.lines import lines_in_order
from graphrag_tools.loaders.pdf.list_marks import marked_line
from graphrag_tools.loaders.pdf.pages import Chunk, Piece
from graphrag_tools.loaders.pdf.tables import table_at

COLUMNS = (40, 160, 280)


def rows_of(*rows: tuple[float, str]) -> list[list[str]]:
    """Read a table of lines that are given by where they stand and their cells, "-" for an empty one."""
    chunks = [
        Chunk(x, x + 40, top, 10, (Piece(said),))
        for top, line in rows
        for x, said in zip(COLUMNS, line.split(), strict=True)
        if said != "-"
    ]
    found, _ = table_at(lines_in_order([(1, chunks)]), 0)
    return [["".join(chunk.text for chunk in cell) for cell in row] for row in found]


def test_lines_that_fill_all_columns_are_rows_however_close_they_stand() -> None:
    assert rows_of(
        (100, "Level Delay Current"), (120, "0 - 62"), (140, "1 10 41"), (152, "2 8 33"), (164, "3 6 28")
    ) == [
        ["Level", "Delay", "Current"],
        ["0", "", "62"],
        ["1", "10", "41"],
        ["2", "8", "33"],
        ["3", "6", "28"],
    ]


def test_close_lines_with_an_empty_cell_go_on_with_the_row() -> None:
    assert rows_of((100, "Level Delay Current"), (120, "one ten low"), (132, "more - er"), (152, "two 8 33")) == [
        ["Level", "Delay", "Current"],
        ["onemore", "ten", "lower"],
        ["two", "8", "33"],
    ]


def test_operators_that_serve_as_bullets_begin_items() -> None:
    for mark in "∗∘‒":
        (line,) = lines_in_order([(1, [Chunk(40, 200, 100, 10, (Piece(f"{mark} Press both keys."),))])])
        assert (item := marked_line(line)) is not None
        assert item.rest.text == "Press both keys."
