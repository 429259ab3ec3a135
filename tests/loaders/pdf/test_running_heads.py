from collections.abc import Sequence

from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.pages import Chunk, PdfPage, Piece
from graphrag_tools.loaders.pdf.running_heads import without_repeated_titles, without_running_heads


def chunk(text: str, top: float, size: float = 10, x: float = 40) -> Chunk:
    return Chunk(x, x + 5 * len(text), top, size, (Piece(text),))


def pages(*contents: Sequence[Chunk]) -> list[PdfPage]:
    body = [chunk(f"Line {at} of the text, which is longer than a head.", 200 + 12 * at) for at in range(9)]
    return [
        PdfPage(number, 600, (*(c for c in content if c.top < 200), *body, *(c for c in content if c.top > 400)))
        for number, content in enumerate(contents, start=1)
    ]


def left(found: Sequence[PdfPage]) -> list[str]:
    kept, _ = without_running_heads(found)
    return [one.text for page in kept for one in page if not one.text.startswith("Line ")]


def test_heads_and_page_numbers_go_wherever_they_stand_on_the_line() -> None:
    contents = [(chunk("Owner's guide", 30), chunk(f"- {at} -", 580, 8, 40 if at % 2 else 300)) for at in range(1, 6)]
    assert left(pages(*contents)) == []
    assert without_running_heads(pages(*contents))[1] == 10


def test_heads_that_name_the_chapter_go_too_even_that_of_a_chapter_of_one_page() -> None:
    chapters = ["Display"] * 4 + ["Sound"] + ["Network"] * 4
    assert left(pages(*([chunk(name, 30)] for name in chapters))) == []


def test_left_and_right_pages_may_have_heads_of_their_own() -> None:
    assert left(pages(*([chunk(("Guide", "Display")[at % 2], 30)] for at in range(8)))) == []


def test_titles_in_large_type_stay_although_only_their_numbers_differ() -> None:
    assert left(pages(*([chunk(f"Step {at}", 60, 18)] for at in range(1, 4)))) == ["Step 1", "Step 2", "Step 3"]


def test_the_first_line_of_each_page_stays_where_it_says_something_else() -> None:
    words = ["Tap the icon.", "Hold the key.", "Swipe down.", "Wait a while."]
    assert left(pages(*([chunk(text, 60)] for text in words))) == words


def test_a_line_that_repeats_in_the_middle_of_pages_stays() -> None:
    assert left(pages(*([chunk("Warning", 150)] for _ in range(3)))) == ["Warning"] * 3


def test_a_single_page_has_no_head() -> None:
    assert left(pages([chunk("Guide", 30), chunk("1", 580)])) == ["Guide", "1"]


def test_feet_that_name_each_page_s_chapter_beside_its_number_go() -> None:
    names = ["Preface", "Charging", "Cleaning", "Storing", "Disposal", "Index"]
    feet = [f"{at} | {name}" if at % 2 else f"{name} | {at}" for at, name in enumerate(names, start=3)]
    assert left(pages(*([chunk(foot, 580, 9)] for foot in feet))) == []


def test_feet_of_several_lines_go() -> None:
    feet = ["All rights reserved", "www.example.com", "Subject to change", "Page 3"]
    assert left(pages(*([chunk(text, 540 + 12 * at, 7) for at, text in enumerate(feet)] for _ in range(4)))) == []


def test_text_at_the_height_of_a_foot_s_upper_lines_stays() -> None:
    feet = ["Lamp 1 | Kitchen", "All rights reserved", "Subject to change", "Page 3"]
    contents = [[chunk(text, 540 + 12 * at, 7) for at, text in enumerate(feet)] for _ in range(5)]
    contents[2][0] = chunk("Lamp 2 | Hall", 540, 7)
    assert left(pages(*contents)) == ["Lamp 2 | Hall"]


def test_a_warning_at_the_foot_of_each_page_stays_up_to_its_end_above_what_goes() -> None:
    warning = [chunk("Warning: the bulb is hot. Let it cool", 530), chunk("down before the lid is open.", 542)]
    below = ["Keep the lid.", "Use the tool.", "Dry the brush.", "Wrap the lamp."]
    contents = [
        [*warning, chunk(text, 554), chunk("Lamp guide", 580), chunk(f"{at}", 590)] for at, text in enumerate(below)
    ]
    assert left(pages(*contents)) == [text for line in below for text in (*(one.text for one in warning), line)]
    assert left(pages(*([chunk("WARNINGS AND CAUTIONS", 30)] for _ in range(4)))) == []


def test_lines_with_numbers_of_their_own_stay() -> None:
    texts = ["Hold for 3 s", "Wait for 12", "Use fuse 5", "Repeat 40"]
    assert left(pages(*([chunk(text, 560)] for text in texts))) == texts


def test_numbers_of_pages_in_large_type_go_at_the_foot() -> None:
    assert left(pages(*([chunk(f"EN-{at}", 590, 14, 40 if at % 2 else 300)] for at in range(1, 6)))) == []


def test_a_foot_that_stands_a_little_higher_on_a_page_goes_there_too() -> None:
    contents = [[chunk(f"EN - {at}", 575 if at == 3 else 580)] for at in range(1, 6)]
    assert left(pages(*contents)) == []
    contents[1] = [chunk("Step 2", 575)]
    assert left(pages(*contents)) == ["Step 2", "EN - 3"]


def test_a_tab_beside_the_text_and_the_name_of_the_maker_beside_titles_go() -> None:
    titles = ["Setting up", "Daily use", "Cleaning", "Faults"]
    contents = [
        (chunk("Acme", 40, 18, 300), chunk(title, 40, 18), chunk("EN", 150, 10, 5 if at % 2 else 380))
        for at, title in enumerate(titles)
    ]
    assert left(pages(*contents)) == titles


def test_what_repeats_beside_other_text_within_the_page_or_on_one_page_stays() -> None:
    note = [(chunk("Note", 150), chunk(f"Number {at} is another.", 150, x=160)) for at in range(4)]
    assert left(pages(*note))[::2] == ["Note"] * 4
    scale = [[chunk(text, 40, x=40 + 30 * at) for at, text in enumerate(("max", "max", "max"))], [], []]
    assert left(pages(*scale)) == ["max"] * 3


def test_titles_of_chapters_in_large_type_stay_although_one_chapter_has_most_pages() -> None:
    chapters = ["Safety"] * 2 + ["Use"] * 5 + ["Care"]
    assert left(pages(*([chunk(name, 40, 18)] for name in chapters))) == chapters
    assert left(pages(*([chunk(name, 40, 18)] for name in ["Acme 3000"] * 7 + ["Contents"]))) == ["Contents"]


def title(text: str, page: int, flow: int, top: float, size: float = 14) -> TextLine:
    return TextLine(page, flow, top, 0, 50, size, (chunk(text, top, size),))


def said(*lines: TextLine) -> list[str]:
    return [line.text for line in without_repeated_titles(lines, 10)]


def test_a_title_that_is_said_again_on_its_next_page_goes_whatever_stands_between() -> None:
    text = [title("Hold the key.", 1, 1, 240, 10), title("Tap it twice.", 1, 2, 240, 10)]
    assert said(title("Safety", 1, 0, 220), *text, title("Safety", 2, 3, 30), title("Sit.", 2, 3, 50, 10)) == [
        "Safety",
        "Hold the key.",
        "Tap it twice.",
        "Sit.",
    ]


def test_a_title_after_another_of_its_look_stays() -> None:
    lines = [title("Lock", 1, 0, 30), title("Scan", 1, 0, 90), title("Lock", 2, 1, 50)]
    assert said(*lines) == ["Lock", "Scan", "Lock"]
