from pathlib import Path

import pytest
from support.pdf_files import Sheet, drawn

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.pdf.headings import Heading, font_headings, without_numbers
from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.outline import outline_headings, with_deeper_numbers, with_printed, without_page_names
from graphrag_tools.loaders.pdf.pages import Chunk, Destination, OutlineEntry, Piece


class Lines:
    """Lines of a document, one below the other, a page at a time."""

    def __init__(self) -> None:
        self.all: list[TextLine] = []
        self.page, self.top = 1, 50.0

    def add(self, text: str, size: float = 10, *, bold: bool = False, down: float = 12) -> "Lines":
        chunk = Chunk(40, 40 + 5 * len(text), self.top, size, (Piece(text, bold),))
        self.all.append(TextLine(self.page, self.page, self.top, 0, 50, size, (chunk,)))
        self.top += down
        return self

    def title(self, text: str, size: float = 10, *, bold: bool = False) -> "Lines":
        self.top += 12
        return self.add(text, size, bold=bold, down=2 * size).add("Some text below the title, longer than it is.")

    def next_page(self) -> "Lines":
        self.page, self.top = self.page + 1, 50.0
        return self


def shown(lines: Lines) -> list[tuple[str, int]]:
    return [(heading.title, heading.level) for heading in font_headings(lines.all)]


def test_larger_type_stands_higher_and_bold_stands_above_plain_of_one_size() -> None:
    lines = Lines().title("A", 20).title("B", 14, bold=True).title("C", 14).title("D", 14, bold=True).title("E", 20)
    assert shown(lines) == [("A", 0), ("B", 1), ("C", 2), ("D", 1), ("E", 0)]


def test_numbers_tell_the_depth_of_titles_of_one_size() -> None:
    lines = Lines().title("Welcome", 14).title("1 Start", 14).title("1.1 Box", 14).title("1.1.2 Lid", 14)
    assert shown(lines) == [("Welcome", 0), ("1 Start", 0), ("1.1 Box", 1), ("1.1.2 Lid", 2)]


def test_bold_lines_of_the_bodys_size_are_titles_only_where_no_type_is_larger_or_they_are_numbered() -> None:
    assert shown(Lines().title("A", bold=True).title("B", bold=True)) == [("A", 0), ("B", 0)]
    larger = Lines().title("A", 16).title("Group", bold=True).title("2.1 Part", bold=True)
    assert [title for title, _ in shown(larger)] == ["A", "2.1 Part"]


def test_bold_lines_are_titles_in_a_section_of_pages_and_heads_of_groups_in_a_short_one() -> None:
    lines = Lines().title("Care", 16)
    for group in ("Lid", "Tank", "Filter"):
        lines.title(group, bold=True)
    lines.title("Use", 16)
    for part in ("Lock", "Scan", "Reset"):
        lines.title(part, bold=True)
        for at in range(30):
            lines.add(f"What it does in its case {at} is said here.")
    assert shown(lines) == [("Care", 0), ("Use", 0), ("Lock", 1), ("Scan", 1), ("Reset", 1)]


def test_a_bold_title_with_a_number_of_parts_may_be_a_little_smaller_than_the_text() -> None:
    lines = Lines().title("7 Keys", 14, bold=True).title("7.1 Start", bold=True).title("7.2 Stop", 8.8, bold=True)
    lines.title("Menu", 8.8, bold=True).title("8 Care", 14, bold=True)
    assert [title for title, _ in shown(lines)] == ["7 Keys", "7.1 Start", "7.2 Stop", "8 Care"]


def test_a_title_of_two_lines_is_one_and_two_titles_apart_are_two() -> None:
    lines = Lines().add("A title that is so long", 16, down=19).add("that it wraps", 16, down=40).title("Next", 16)
    assert [title for title, _ in shown(lines)] == ["A title that is so long that it wraps", "Next"]


def test_what_a_chapter_is_called_above_its_title_is_part_of_the_title() -> None:
    lines = Lines().title("Chapter 1", 14)
    lines.add("Appendix A", 14, down=30).title("Care", 20).title("Part of the lid", 14).add("Chapter 2", 14)
    assert shown(lines) == [("Chapter 1", 1), ("Appendix A Care", 0), ("Part of the lid", 1), ("Chapter 2", 1)]
    apart = Lines().title("Use", 14).add("Chapter 2", 14).next_page().title("Care", 20)
    assert [title for title, _ in shown(apart)] == ["Use", "Chapter 2", "Care"]


def test_bold_sentences_and_large_paragraphs_are_no_titles() -> None:
    lines = Lines().title("A", 16).add("Never open the case.", bold=True).add("x" * 400, 16).add("Text. " * 90)
    assert [title for title, _ in shown(lines)] == ["A"]


def test_the_title_on_the_cover_begins_no_section() -> None:
    lines = Lines().add("Phone X", 40).next_page().title("A", 16).title("B", 16)
    assert [title for title, _ in shown(lines)] == ["A", "B"]


def test_a_bookmark_means_the_line_that_says_its_title_nearest_to_where_it_leads() -> None:
    lines = Lines().title("Camera", 10, bold=True).title("Camera", 16).title("Other", 16)
    entries = [
        OutlineEntry("camera ", 0, Destination(1, lines.all[2].top - 16)),
        OutlineEntry("Other", 0, Destination(1)),
    ]
    headings, lost = outline_headings(entries, lines.all)
    assert [(heading.first, heading.after) for heading in headings] == [(2, 3), (4, 5)]
    assert lost == []


def test_bookmarks_of_one_title_to_one_page_take_its_lines_in_order() -> None:
    lines = Lines().title("Camera", 16).title("Camera", 16)
    headings, _ = outline_headings([OutlineEntry("Camera", 0, Destination(1))] * 2, lines.all)
    assert [heading.first for heading in headings] == [0, 2]


def test_a_place_far_off_its_title_does_not_mislead() -> None:
    lines = Lines().title("Camera", 10).title("Camera", 16)
    headings, _ = outline_headings([OutlineEntry("Camera", 0, Destination(1, 3000))], lines.all)
    assert headings[0].first == 2


def test_a_bookmark_that_leaps_back_to_the_contents_means_the_heading_printed_later() -> None:
    lines = Lines().add("Lid").add("Lime").add("Care").next_page().title("Lid", 16).next_page().title("Lime", 16)
    entries = [OutlineEntry("Lid", 0, Destination(2)), OutlineEntry("Lime", 0, Destination(1))]
    back = [*entries, OutlineEntry("Care", 0, Destination(1))]
    assert [heading.page for heading in outline_headings(back, lines.all)[0]] == [2, 3, 1]


def test_a_bookmark_whose_title_no_line_says_begins_where_it_leads() -> None:
    lines = Lines().title("One", 16).title("Two", 16)
    headings, _ = outline_headings([OutlineEntry("Second", 0, Destination(1, lines.all[2].top - 16))], lines.all)
    assert [(heading.first, heading.after) for heading in headings] == [(2, 2)]


def test_a_title_with_a_number_and_one_without_are_the_same() -> None:
    lines = Lines().title("3.2 Display", 16).title("4 Sound", 16)
    entries = [OutlineEntry("Display", 0, Destination(1)), OutlineEntry("4 Sound", 0, Destination(1))]
    assert [heading.after for heading in outline_headings(entries, lines.all)[0]] == [1, 3]


def test_numbers_leave_titles_only_where_most_have_one() -> None:
    def without(*titles: str) -> list[str]:
        entries = [OutlineEntry(title, 0, Destination(1)) for title in titles]
        return [heading.title for heading in without_numbers(outline_headings(entries, Lines().title("x").all)[0])]

    assert without("1 Start", "1.2 5 GHz networks", "Index") == ["Start", "5 GHz networks", "Index"]
    assert without("Start", "5 GHz networks", "Index") == ["Start", "5 GHz networks", "Index"]
    assert without("Chapter 2 Display", "Chapter 3. Sound") == ["Display", "Sound"]
    assert without() == []


def test_printed_headings_stand_below_the_entries_of_a_poor_outline() -> None:
    lines = Lines().title("Kettle", 20)
    for part in ("Use", "Care"):
        lines.next_page().title(part, 18).title("First", 14).title("Second", 14).title("Third", 12)
    entries = [OutlineEntry("Use", 0, Destination(2)), OutlineEntry("Care", 0, Destination(3))]
    named, _ = outline_headings(entries, lines.all)
    found = with_printed(named, lines.all)
    assert [heading.title for heading in found] == [
        "Use",
        "First",
        "Second",
        "Third",
        "Care",
        "First",
        "Second",
        "Third",
    ]
    levels = [heading.level for heading in found[:5]]
    assert levels[0] == levels[4] == 0 < levels[1] == levels[2] < levels[3]
    rich = [*entries, *(OutlineEntry(title, 1, Destination(2)) for title in ("First", "Second"))]
    named, _ = outline_headings(rich, lines.all)
    assert with_printed(named, lines.all) == named


def test_bookmarks_that_are_the_names_of_files_leave_the_printed_headings() -> None:
    lines = Lines()
    for part in ("Parts", "Tools", "Paint"):
        lines.title(part, 14)
    files = [OutlineEntry("manual-final", 0, Destination(1)), OutlineEntry("template", 0, Destination(1, 500.0))]
    named, _ = outline_headings(files, lines.all)
    assert [one.title for one in with_printed(named, lines.all)] == [
        "manual-final",
        "Parts",
        "Tools",
        "Paint",
        "template",
    ]
    printed = [OutlineEntry("Parts", 0, Destination(1)), *files[1:]]
    named, _ = outline_headings(printed, lines.all)
    assert with_printed(named, lines.all) == named


def test_printed_titles_with_longer_numbers_than_the_outline_has_stand_below_its_entries() -> None:
    lines = Lines().title("1 Use", 16).title("1.1 Filling", 14).add("1.1.1 The lid", bold=True, down=30)
    lines.add("1.1.2 is what the box says.", down=30).add("1.2.5 bar is what it bears.", bold=True, down=30)
    lines.add("1.1.2.3 The tank", bold=True, down=30).title("2 Care", 16)
    entries = [
        OutlineEntry("Use", 0, Destination(1)),
        OutlineEntry("Filling", 1, Destination(1)),
        OutlineEntry("Care", 0, Destination(1)),
    ]
    found = with_deeper_numbers(outline_headings(entries, lines.all)[0], lines.all)
    assert [(one.title, one.level) for one in found] == [
        ("Use", 0),
        ("Filling", 1),
        ("The lid", 2),
        ("The tank", 3),
        ("Care", 0),
    ]


def test_bookmarks_that_are_sentences_are_text_of_the_section_before(tmp_path: Path) -> None:
    said = ("The zoom opens a second window that shows what stands between", "both markers, in two sizes.")

    def draw(sheet: Sheet) -> None:
        for title in ("Zoom", " ".join(said), "Cursor"):
            sheet.canvas.bookmarkHorizontal(title, 0, 600 - sheet.top + 12)
            sheet.canvas.addOutlineEntry(title, title)
            for line in said if title not in ("Zoom", "Cursor") else (title,):
                sheet.line(line)
            sheet.gap()
        sheet.line("It marks a place of the trace.")

    manual = load_manual(drawn(tmp_path / "scope.pdf", draw))
    assert [(section.title, [block.text for block in section.blocks]) for section in manual.sections] == [
        ("Zoom", [" ".join(said)]),
        ("Cursor", ["It marks a place of the trace."]),
    ]


def test_text_in_large_type_is_text_and_the_titles_above_it_are_titles() -> None:
    lines = Lines()
    for title in ("Lights", "Sounds"):
        lines.title(title, 14)
        for said in (
            "• Press the upper button twice.",
            "the lamp shows it.",
            "Wait until the lamp is green again.",
        ) * 3:
            lines.add(said, 12, down=30)
        lines.add("Small print. " * 60)
    assert [title for title, _ in shown(lines)] == ["Lights", "Sounds"]


def test_lines_in_a_row_of_one_large_type_are_a_list_and_no_titles() -> None:
    lines = Lines().title("Care", 16).add("Text. " * 60)
    for name in ("Start", "Stop", "Rest", "Wash", "Dry", "Oil", "Store"):
        lines.add(f"Page of {name}", 16, down=30)
    assert [title for title, _ in shown(lines)] == ["Care"]


def test_bold_titles_count_where_only_the_cover_has_larger_type() -> None:
    lines = Lines().add("Receiver", 30).add("Text. " * 60)
    for title in ("Lights", "Sounds"):
        lines.next_page().title(title, bold=True).add("Text. " * 60)
    assert [title for title, _ in shown(lines)] == ["Lights", "Sounds"]


def test_bookmarks_that_name_the_parts_of_a_drawing_are_no_headings(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.canvas.bookmarkPage("plan")
        for at in range(120):
            sheet.canvas.addOutlineEntry(f"Pin {at}", "plan")
        for at in range(3):
            sheet.line(f"Board {at}", size=16, down=24)
            sheet.line("Its parts are on the other side, above the edge.", down=24)

    manual = load_manual(drawn(tmp_path / "board.pdf", draw))
    assert [section.title for section in manual.sections] == ["Board 0", "Board 1", "Board 2"]
    assert [(one.where, one.why) for one in manual.skipped] == [
        ("outline", "120 entries for 6 lines of text, as of a drawing")
    ]


def test_bookmarks_that_only_name_a_page_give_way_to_the_printed_headings(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for label, titles in (("Page 0", ("Overview",)), ("4", ("Alarm", "Clock")), ("iv", ("Song",)), ("Seite 5", ())):
            sheet.canvas.bookmarkPage(label)
            sheet.canvas.addOutlineEntry(label, label)
            for title in titles:
                sheet.line(title, size=14, down=24)
                sheet.line("Its parts are on the other side, above the edge.", down=24)
                sheet.line("4", down=24)
            sheet.next_page()

    manual = load_manual(drawn(tmp_path / "clock.pdf", draw))
    assert [section.title for section in manual.sections] == ["Overview", "Alarm", "Clock", "Song"]


def test_a_number_that_is_printed_as_a_title_and_names_that_are_no_pages_stay_bookmarks() -> None:
    lines = Lines().title("404", 16).title("Seite", 16).title("Mix", 16).add("Text. " * 60)
    titles = (
        "404",
        "Seite",
        "Page setup",
        "Mix",
        "5 GHz",
        "Page 12",
        "Seite 3",
        "p. 12",
        "xii",
        "3 / 10",
        "Folie 2",
        "en",
        "pt-BR",
    )
    named, _ = outline_headings([OutlineEntry(title, 0, Destination(1)) for title in titles], lines.all)
    assert [one.title for one in without_page_names(named, lines.all)] == list(titles[:5])


def test_bookmarks_that_are_files_or_say_the_same_of_pages_in_any_language_name_nothing() -> None:
    lines = Lines().title("Chapter 1", 16).next_page().title("Chapter 2", 16).title("Keys", 16)
    titles = ("cover.pdf", "Lamp 2.indd", "Model 3.5")
    named = [Heading(title, 0, 0, 0, 1, 0) for title in titles]
    pages = [Heading(f"页 {page}", 0, 0, 0, page, 0) for page in (1, 2, 3)]
    printed = [Heading(f"Chapter {page}", 0, 2 * page - 2, 2 * page - 1, page, 50) for page in (1, 2)]
    assert [one.title for one in without_page_names([*named, *pages, *printed], lines.all)] == [
        "Model 3.5",
        "Chapter 1",
        "Chapter 2",
    ]


def test_dashes_on_both_sides_set_off_a_title_and_one_before_an_item_does_not(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for title in ("- CONTROLS -", "- CONNECTIONS -"):
            sheet.line(title, x=160, bold=True)
            sheet.lines(
                ["The lamp has these parts, all of them on its back:", "- One for the power", "- Volume + and -"]
            )
            sheet.gap()

    sections = load_manual(drawn(tmp_path / "lamp.pdf", draw)).sections
    assert [section.title for section in sections] == ["CONTROLS", "CONNECTIONS"]
    assert [block.text for block in sections[0].blocks][1:] == ["One for the power", "Volume + and -"]


def test_a_letter_without_a_text_is_no_section(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for title in ("Brewing", "Care"):
            sheet.line(title, size=16, down=24)
            sheet.line("Its parts are on the other side, above the edge.", down=24)
        sheet.line("A", size=16, down=24)
        sheet.line("B", size=16, down=24)

    manual = load_manual(drawn(tmp_path / "kettle.pdf", draw))
    assert [section.title for section in manual.sections] == ["Brewing", "Care"]


def test_no_line_of_a_cover_begins_a_section_and_one_page_of_text_is_no_cover() -> None:
    cover = Lines().add("RECEIVER R1", 30, down=60).add("User's manual", 20, down=60).add("Box 1, Vilnius", 14)
    assert [title for title, _ in shown(cover.next_page().title("A", 12).title("B", 12))] == ["A", "B"]
    page = Lines().title("Receiver", 30).title("In short", 20).add("Text. " * 60)
    assert [title for title, _ in shown(page.next_page().title("A", 12).title("B", 12))][:2] == ["Receiver", "In short"]


def test_titles_in_a_row_above_the_first_text_begin_no_section_unless_others_are_as_high() -> None:
    lines = Lines().add("RADIO RECEIVER", 20, down=40).add("Model R11", 18, down=40).add("Text. " * 60)
    assert [title for title, _ in shown(lines.title("A", 12).title("B", 12))] == ["A", "B"]
    chapters = Lines().add("Getting started", 20, down=40).title("Unpacking", 14).title("Setup", 14).title("Use", 14)
    assert [title for title, _ in shown(chapters)] == ["Getting started", "Unpacking", "Setup", "Use"]


def test_titles_of_numbers_that_count_beside_each_other_stand_beside_each_other() -> None:
    lines = Lines().title("Start", 18).title("6 Use", 16).title("6.1 Steps", 14).title("6.2 Settings", 12)
    lines.title("Events", 12).title("7 Care", 16)
    assert shown(lines) == [
        ("Start", 0),
        ("6 Use", 1),
        ("6.1 Steps", 2),
        ("6.2 Settings", 2),
        ("Events", 3),
        ("7 Care", 1),
    ]


def test_ornaments_and_colons_in_larger_type_set_off_titles_and_bullets_do_not() -> None:
    lines = Lines().title("◆(6.1)Power on", 14).title("■ Reset", 14).title("How the lock of the lid is opened:", 14)
    lines.title("● Press the key", 14).add("Text. " * 60)
    assert [heading.title for heading in without_numbers(font_headings(lines.all))] == [
        "Power on",
        "Reset",
        "How the lock of the lid is opened",
    ]


def test_a_note_and_a_step_of_two_sentences_in_larger_type_are_no_titles() -> None:
    lines = Lines().title("Care", 14).title("List of events. Leaving some out", 14)
    lines.title("Note: Pull the plug before you open the lid", 14)
    lines.title("9. You can save all of that in a file. It can be read by the", 14).add("Text. " * 60)
    assert [title for title, _ in shown(lines)] == ["Care", "List of events. Leaving some out"]


def test_labels_of_notes_that_repeat_are_no_titles_however_large_and_one_alone_is() -> None:
    lines = Lines().title("Before you start", 14).title("CAUTION", 16).title("Moving it", 14).title("CAUTION", 16)
    assert [title for title, _ in shown(lines.title("VORSICHT", 16))] == ["Before you start", "Moving it"]
    assert [title for title, _ in shown(Lines().title("WARNING", 16).title("Moving it", 14))] == [
        "WARNING",
        "Moving it",
    ]


def test_the_end_of_a_sentence_in_larger_type_is_no_title() -> None:
    lines = Lines().title("Clock", 16).title("Alarm", 14).title("set the time.", 14).title("iPhone", 14)
    assert [title for title, _ in shown(lines)] == ["Clock", "Alarm", "iPhone"]


def test_numbers_that_count_up_leave_their_titles_however_many_others_there_are() -> None:
    lines = Lines()
    for title in ("Warranty", "Attention", "Version", "1 About", "2 Parts", "2.1 Lights", "3 Use", "Annex", "Codes"):
        lines.title(title, 14)
    found = [heading.title for heading in without_numbers(font_headings(lines.all))]
    assert found == ["Warranty", "Attention", "Version", "About", "Parts", "Lights", "Use", "Annex", "Codes"]


@pytest.mark.parametrize("label", ["Capitolo {}", "CHAPTER {}", "{}."])
def test_a_line_that_says_a_chapters_number_above_a_bookmarks_title_is_no_text(tmp_path: Path, label: str) -> None:
    def draw(sheet: Sheet) -> None:
        for number, title in enumerate(("First use", "Cleaning the kettle every week at the least"), start=1):
            sheet.line(label.format(number), size=16, down=30)
            sheet.canvas.bookmarkHorizontal(title, 0, 600 - sheet.top + 16)
            sheet.canvas.addOutlineEntry(title, title)
            # A long title is broken at a hyphen.
            for line in title.replace("kettle", "ket-|tle").split("|"):
                sheet.line(line, size=16, down=20)
            sheet.lines(["Fill the kettle with water.", "Then put it on its base."])
            sheet.gap(30)

    sections = load_manual(drawn(tmp_path / "kettle.pdf", draw)).sections
    assert [(section.title, [block.text for block in section.blocks]) for section in sections] == [
        ("First use", ["Fill the kettle with water.", "Then put it on its base."]),
        ("Cleaning the kettle every week at the least", ["Fill the kettle with water.", "Then put it on its base."]),
    ]
