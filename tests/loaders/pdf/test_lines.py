from collections.abc import Iterable

import pytest

from graphrag_tools.loaders.pdf.lines import lines_in_order
from graphrag_tools.loaders.pdf.pages import Chunk, PdfPage, Piece, RulingLine
from graphrag_tools.loaders.pdf.title_rules import with_title_rules


def column(name: str, x: float, width: float, lines: int = 8, top: float = 100) -> list[Chunk]:
    return [Chunk(x, x + width, top + 12 * at, 10, (Piece(f"{name}{at} " + "word " * 6),)) for at in range(lines)]


def across(text: str, top: float, width: float = 500) -> Chunk:
    return Chunk(40, 40 + width, top, 10, (Piece(text),))


def order(*pages: Iterable[Chunk]) -> str:
    given = [(number, sorted(page, key=lambda c: (c.top, c.x))) for number, page in enumerate(pages, start=1)]
    return " ".join(line.text.split()[0] for line in lines_in_order(given))


def named(letter: str, count: int = 8) -> str:
    return " ".join(f"{letter}{at}" for at in range(count))


def test_two_columns_are_read_one_after_the_other() -> None:
    assert order([*column("a", 40, 240), *column("b", 300, 240)]) == f"{named('a')} {named('b')}"


def test_three_columns_are_read_from_left_to_right() -> None:
    page = [*column("a", 40, 150), *column("b", 210, 150), *column("c", 380, 150)]
    assert order(page) == f"{named('a')} {named('b')} {named('c')}"


def test_the_four_columns_of_a_leaflet_whose_lines_are_not_level_are_read_from_left_to_right() -> None:
    page = [one for at, name in enumerate("abcd") for one in column(name, 20 + 150 * at, 130, top=100 + 4 * (at % 3))]
    assert order(page) == " ".join(named(name) for name in "abcd")


def test_a_large_title_that_is_wider_than_its_column_leaves_the_columns_apart() -> None:
    page = [*column("a", 40, 150), *column("b", 210, 150), *column("c", 380, 150)]
    title = Chunk(600, 760, 160, 36, (Piece("Kettle with a large name"),))
    assert order([*page, title]).split()[:16] == f"{named('a')} {named('b')}".split()


def test_a_line_across_the_page_parts_the_columns_above_it_from_those_below() -> None:
    page = [
        *column("a", 40, 240),
        *column("b", 300, 240),
        across("Across", 210),
        *column("c", 40, 240, top=240),
        *column("d", 300, 240, top=240),
    ]
    assert order(page) == f"{named('a')} {named('b')} Across {named('c')} {named('d')}"


def test_the_short_last_line_of_a_text_across_the_page_stays_with_it() -> None:
    above, below = [*column("a", 40, 240), *column("b", 300, 240)], [*column("c", 40, 240, top=260)]
    text = [across("Across", 220), Chunk(40, 120, 232, 10, (Piece("end of it."),))]
    lines = lines_in_order([(1, sorted([*above, *text, *below], key=lambda c: (c.top, c.x)))])
    flows = {line.text.split()[0]: line.flow for line in lines}
    assert flows["Across"] == flows["end"] != flows["c0"]


def test_a_short_title_of_a_text_across_the_page_stands_below_the_columns_above() -> None:
    above, title = [*column("a", 40, 240), *column("b", 300, 240)], Chunk(40, 120, 215, 12, (Piece("Title"),))
    assert order([*above, title, across("Across", 231)]) == f"{named('a')} {named('b')} Title Across"


@pytest.mark.parametrize("end", [540, 200])
def test_a_title_on_a_line_across_the_page_parts_the_columns_above_it_from_those_below(end: float) -> None:
    title = Chunk(40, 120, 206, 14, (Piece("Title"),))
    above, below = [*column("a", 40, 240), *column("b", 300, 240)], [*column("c", 40, 240, top=240)]
    page = PdfPage(1, 800, (*above, title, *below, *column("d", 300, 240, top=240)), (RulingLine(40, 212, end, 212),))
    parted = f"{named('a')} {named('b')} Title {named('c')} {named('d')}"
    whole = f"{named('a')} Title {named('c')} {named('b')} {named('d')}"
    assert order(*with_title_rules([page], [page.chunks])) == (parted if end == 540 else whole)


def test_a_short_last_column_is_still_one_where_the_page_before_had_columns() -> None:
    first = [*column("a", 40, 240), *column("b", 300, 240)]
    second = [*column("c", 40, 240), *column("d", 300, 240, lines=2)]
    assert order(first, second) == f"{named('a')} {named('b')} {named('c')} {named('d', 2)}"


def test_the_gutter_is_where_no_text_stands_across_it_however_many_lines_are_set_in_beside_it() -> None:
    heads = [Chunk(300, 380, 100 + 36 * at, 10, (Piece(f"b{3 * at} name of a switch"),)) for at in range(4)]
    items = [one for at in range(4) for one in column("b", 311, 230, lines=2, top=112 + 36 * at)]
    found = order([*column("a", 40, 240, lines=12), *heads, *items]).split()
    assert found[:12] == named("a", 12).split()


def test_short_lines_that_are_not_level_with_those_beside_them_are_a_column() -> None:
    widths = (60, 200, 50, 70, 60, 80)
    short = [Chunk(40, 40 + width, 106 + 12 * at, 10, (Piece(f"a{at} name"),)) for at, width in enumerate(widths)]
    assert order([*short, *column("b", 300, 240)]) == f"{named('a', 6)} {named('b')}"


def test_a_page_whose_gutter_is_elsewhere_than_that_of_the_page_before_has_its_own() -> None:
    first = [*column("a", 40, 240), *column("b", 300, 240)]
    second = [*column("c", 40, 150, 16), *column("d", 210, 330, 4), *column("e", 320, 220, 9, top=148)]
    assert order(first, second).split()[16:] == [
        *named("c", 16).split(),
        *named("d", 4).split(),
        *named("e", 9).split(),
    ]


def test_the_cells_of_a_table_stay_on_their_lines() -> None:
    rows = [
        Chunk(x, x + 60, 100 + 20 * at, 10, (Piece(f"{letter}{at}"),))
        for at in range(8)
        for letter, x in (("a", 40), ("b", 250), ("c", 420))
    ]
    lines = lines_in_order([(1, rows)])
    assert [line.text for line in lines[:2]] == ["a0 b0 c0", "a1 b1 c1"]
    assert len(lines) == 8


def test_indents_count_from_the_columns_usual_edge() -> None:
    first = [*column("a", 40, 240), *column("b", 300, 240)]
    only_items = column("c", 60, 200, lines=3)  # the end of an indented list stands alone on its page
    lines = lines_in_order([(1, sorted(first, key=lambda c: (c.top, c.x))), (3, only_items)])
    assert {line.indent for line in lines[:16]} == {0}
    assert {line.indent for line in lines[16:]} == {20}
    assert {line.room for line in lines[16:]} == {20}


def test_base_lines_that_differ_a_little_are_one_line() -> None:
    chunks = [Chunk(40, 80, 100.0, 10, (Piece("a"),)), Chunk(120, 160, 102.4, 7, (Piece("2"),))]
    assert [line.text for line in lines_in_order([(1, chunks)])] == ["a 2"]


def test_no_pages_give_no_lines() -> None:
    assert lines_in_order([]) == lines_in_order([(1, [])]) == []


def bold(text: str, top: float) -> Chunk:
    return Chunk(40, 150, top, 10, (Piece(text, bold=True),))


def test_headings_in_the_margin_stand_before_the_text_beside_them() -> None:
    text = [*column("a", 200, 300), *column("b", 200, 300, top=250)]
    assert order([bold("Filling the", 100), bold("tank", 112), *text, bold("Figure 1", 180), bold("Brewing", 248)]) == (
        f"Filling tank {named('a')} Brewing {named('b')}"
    )


def test_bold_words_beside_the_middle_of_a_text_are_no_headings_of_it() -> None:
    heads = [bold(f"x{at}", 100 + 37 * at) for at in range(4)]
    page = [*heads, *column("a", 200, 300), *column("b", 200, 300, top=250)]
    assert order(page) == f"{named('x', 4)} {named('a')} {named('b')}"


def test_the_label_of_a_note_stays_with_its_text_where_a_heading_is_level_with_both() -> None:
    label = Chunk(300, 360, 90, 10, (Piece("CAUTION", bold=True),))
    heads = [bold(text, top) for text, top in (("Filling", 101), ("tank", 113), ("Brewing", 250), ("tea", 262))]
    page = [label, *heads, *column("a", 200, 300), *column("b", 200, 300, top=250)]
    assert order(page) == f"Filling tank CAUTION {named('a')} Brewing tea {named('b')}"


def listed(side: str, x: float, *texts: str) -> list[Chunk]:
    """Lines of 10 points, each of them as long as a column is wide."""
    return [
        Chunk(x, x + 240, 100 + 12 * at, 10, (Piece(f"{text} {side}{at} with more of it"),))
        for at, text in enumerate(texts)
    ]


LEFT = ("• Hang", "up", "the lamp", "• Put", "on", "• See", "the light")
RIGHT = ("• Mind", "the", "• Switch", "off the", "main", "power", "before")


WIDE = [
    across(f"Across{at} and more words that reach from one side of it to the other one", 300 + 12 * at)
    for at in range(9)
]


def test_lists_that_stand_side_by_side_above_other_text_are_read_one_after_the_other() -> None:
    page = [*listed("a", 40, *LEFT), *listed("b", 300, *RIGHT), *WIDE]
    begins = [text.split()[0] for text in (*LEFT, *RIGHT)]
    assert order(page).split() == [*begins, *(f"Across{at}" for at in range(9))]


def test_rows_of_a_table_whose_left_cells_hold_lists_are_read_across() -> None:
    cures = ("Hang", "it", "higher", "Put", "on", "more", "light")
    page = [*listed("a", 40, *LEFT), *listed("b", 300, *cures), *WIDE]
    assert len(lines_in_order([(1, sorted(page, key=lambda c: (c.top, c.x)))])) == len(LEFT) + len(WIDE)


def test_rows_of_a_table_whose_right_cells_hold_lists_are_read_across() -> None:
    faults = ("No", "light", "at all", "Bad", "light", "Hot", "lamp")
    cures = ("• See", "that", "• Switch", "• Turn", "• See", "• Let", "it cool")
    page = [*listed("a", 40, *faults), *listed("b", 300, *cures), *WIDE]
    assert order(page).split()[:7] == [text.split()[0] for text in faults]
    assert len(lines_in_order([(1, sorted(page, key=lambda c: (c.top, c.x)))])) == len(faults) + len(WIDE)
