from collections.abc import Sequence

from graphrag_tools.loaders.pdf.pages import Chunk, PdfPage, Piece
from graphrag_tools.loaders.pdf.running_heads import without_running_heads


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


def test_lines_with_numbers_of_their_own_stay() -> None:
    texts = ["Hold for 3 s", "Wait for 12", "Use fuse 5", "Repeat 40"]
    assert left(pages(*([chunk(text, 560)] for text in texts))) == texts
