import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from support.index_fixtures import SAMPLE_MANUAL
from support.pdf_files import Sheet, drawn

from benchmarks.manual_pdf import Layout, write_pdf
from graphrag_tools.cli.app import app
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.loaders import load_manual
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import SEE_ALSO, MenuGraph
from graphrag_tools.manual.sections import Manual, Skipped
from graphrag_tools.workflow.graph import ask, manual_workflow

LAYOUTS = {
    "outline": Layout(),
    "outline-to-pages": Layout(outline="pages"),
    "no-outline": Layout(outline="none"),
    "two-columns": Layout(columns=2, page_size=A4),
    "two-columns-no-outline": Layout(outline="none", columns=2, page_size=A4),
    "numbered-no-outline": Layout(outline="none", numbered=True),
    "justified": Layout(outline="none", justified=True, page_size=A4),
}


@pytest.fixture(scope="module")
def source() -> Manual:
    return load_manual(SAMPLE_MANUAL, "sample")


@pytest.fixture(scope="module")
def pdf(source: Manual, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pdf") / "Larkfield guide.pdf"
    write_pdf(source, file)
    return file


def shape(graph: MenuGraph) -> list[object]:
    return [
        (item.kind, item.path, item.taps, [(b.kind, b.depth, b.name, b.text, b.emphasis) for b in item.blocks])
        for item in graph.items
    ]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_sample_manual_as_a_pdf_gives_the_same_items_blocks_and_edges(
    source: Manual, tmp_path: Path, layout: Layout
) -> None:
    file = tmp_path / "sample.pdf"
    write_pdf(source, file, layout)
    expected, found = build_graph(source), build_graph(load_manual(file, "sample"))
    assert shape(found) == shape(expected)
    assert found.edges(SEE_ALSO) == expected.edges(SEE_ALSO)
    assert found.unresolved == ()  # the source's one dead link has nowhere to lead to in a PDF


def test_a_folder_that_holds_nothing_but_a_pdf_is_that_pdf(pdf: Path, tmp_path: Path) -> None:
    (tmp_path / pdf.name).write_bytes(pdf.read_bytes())
    assert load_manual(tmp_path, "guide") == load_manual(tmp_path / pdf.name, "guide")


def test_every_section_has_its_page_and_an_address_that_viewers_open_there(pdf: Path) -> None:
    manual = load_manual(pdf)
    pages = [section.page for section in manual.sections]
    assert pages[0] == 1
    assert None not in pages
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert pages[-1] == 21
    assert manual.sections[-1].url == "Larkfield%20guide.pdf#page=21"


def test_an_answer_names_the_page_of_the_pdf(pdf: Path, tmp_path: Path) -> None:
    index = ManualIndex.build([pdf], tmp_path / "index")
    answer = ask(manual_workflow(index, "none"), "How do I pair headphones?")
    index.close()
    assert answer.menu_path[-1] == "Pair headphones"
    page = answer.sources[0].page
    assert page is not None
    assert answer.sources[0].url == f"Larkfield%20guide.pdf#page={page}"


def test_heads_and_feet_are_left_out_and_counted(pdf: Path) -> None:
    manual = load_manual(pdf)
    assert [str(skipped.where) for skipped in manual.skipped] == ["heads and feet"]
    assert manual.skipped[0].why.startswith("42 lines")  # a head and a foot on 21 pages
    texts = [block.text for section in manual.sections for block in section.blocks]
    assert not [text for text in texts if "Owner's guide" in text]


def test_build_reads_a_pdf_from_the_command_line_and_prints_what_it_understood(pdf: Path, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    result = CliRunner().invoke(app, ["build", f"lark={pdf}", "--index", str(tmp_path / "index")])
    assert result.exit_code == 0, result.output
    assert "69" in result.output
    assert "42 lines that repeat" in result.output


def test_without_its_library_a_pdf_names_the_extra_to_install(pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(ConfigError, match=re.escape(install_extra("pdf"))):
        load_manual(pdf)


def test_text_before_the_first_heading_is_a_section_named_for_the_file(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Read this first, and keep it at hand.")
        sheet.gap()
        for title in ("Display", "Sound"):
            sheet.line(title, bold=True, size=16, down=24)
            sheet.lines([f"The settings of {title.lower()} are all in this menu, and", "each of them can be undone."])
            sheet.gap()

    manual = load_manual(drawn(tmp_path / "phone.pdf", draw))
    assert [(section.title, [block.text for block in section.blocks]) for section in manual.sections] == [
        ("phone", ["Read this first, and keep it at hand."]),
        ("Display", ["The settings of display are all in this menu, and each of them can be undone."]),
        ("Sound", ["The settings of sound are all in this menu, and each of them can be undone."]),
    ]


def test_the_lines_of_a_table_of_contents_are_left_out_and_counted(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Contents", bold=True, size=16, down=24)
        sheet.line("Display . . . . . . . . . . . . . . . 2")
        sheet.line("Sound ............................... 3")
        sheet.line("SIM card------------------------------4")
        for title in ("Display", "Sound", "SIM card"):
            sheet.next_page()
            sheet.line(title, bold=True, size=16, down=24)
            sheet.line(f"All about {title.lower()} stands here.")

    manual = load_manual(drawn(tmp_path / "phone.pdf", draw))
    assert [section.title for section in manual.sections] == ["Display", "Sound", "SIM card"]
    assert "3 lines" in {skipped.where: skipped.why for skipped in manual.skipped}["table of contents"]


def _kettle(sheet: Sheet, entries: list[tuple[str, float]]) -> None:
    """Draw a cover with its contents, and a page for each top entry with headings as large as the text below it."""
    sheet.line("Torno kettle", bold=True, size=24, down=40)
    pages = 0
    for title, x in entries:
        pages += x == 40
        sheet.line(f"{title} {'.' * 30} {pages + 10}", x)
    for title, x in entries:
        if x == 40:
            sheet.next_page()
        sheet.line(title, bold=True, size=16 if x == 40 else 10, down=24 if x == 40 else 12)
        sheet.line("The kettle keeps what you choose here, whether it is on or off.")
        sheet.gap()


def test_printed_contents_deeper_than_the_tree_is_the_tree(tmp_path: Path) -> None:
    entries = [("Water", 40), ("Fill level", 52), ("Hardness", 52), ("Sounds", 40), ("When it boils", 52)]
    manual = load_manual(drawn(tmp_path / "kettle.pdf", lambda sheet: _kettle(sheet, entries)))
    paths = {item.path: item.page for item in build_graph(manual).items}
    assert paths == {
        ("kettle",): 1,
        ("Water",): 2,
        ("Water", "Fill level"): 2,
        ("Water", "Hardness"): 2,
        ("Sounds",): 3,
        ("Sounds", "When it boils"): 3,
    }
    assert manual.skipped == (Skipped("table of contents", "5 lines: the tree says the same"),)


def test_an_entry_of_the_contents_over_two_lines_is_one_section(tmp_path: Path) -> None:
    long = "How to set the level of the water in the upper tank on warm days"
    titles = ("Filling", "Heating", long, "Pouring")

    def draw(sheet: Sheet) -> None:
        sheet.line("Torno kettle", size=24, down=40)
        sheet.line("Contents", bold=True, size=16, down=24)
        for title in titles:
            sheet.line("Part two") if title == long else None
            sheet.line(long[:51]) if title == long else None
            sheet.line(f"{long[51:] if title == long else title} {'.' * 100}"[:88] + " 2", 40)
        sheet.next_page()
        for title in titles:
            sheet.line(title, down=24)
            sheet.line("The kettle keeps what you choose here, whether it is on or off.", down=24)

    manual = load_manual(drawn(tmp_path / "kettle.pdf", draw))
    assert [section.title for section in manual.sections] == ["Torno kettle", *titles]
    assert [block.text for block in manual.sections[0].blocks] == ["Part two"]
    assert manual.skipped == (Skipped("table of contents", "4 lines: the tree says the same"),)


def test_entries_that_stand_out_are_sections_where_others_are_but_names_in_the_text(tmp_path: Path) -> None:
    menu = [("Brewing", 0), ("Strength", 1), ("Mild", 2), ("Strong", 2), ("Heat", 1), ("Care", 0), ("Rinsing", 1)]
    names = ("Mild", "Strong")

    def draw(sheet: Sheet) -> None:
        for title, depth in menu:
            sheet.line(f"{title} {'.' * 30} {3 if title in ('Care', 'Rinsing') else 2}", 40 + 12 * depth)
        for title, depth in [*menu[:5], ("Sold apart", 0), *menu[5:]]:
            if title in ("Brewing", "Care"):
                sheet.next_page()
            if title in names:
                sheet.line(f"{title} - what you get then is {title.lower()}, whatever the beans may be.", down=24)
                continue
            sheet.line(title, bold=depth == 1, size=10 if depth else 16, down=24)
            sheet.line(f"All about {title.lower()} stands here, in more than a few words.", down=24)

    manual = load_manual(drawn(tmp_path / "coffee.pdf", draw))
    assert [item.path for item in build_graph(manual).items] == [
        ("Brewing",),
        ("Brewing", "Strength"),
        ("Brewing", "Heat"),
        ("Sold apart",),
        ("Care",),
        ("Care", "Rinsing"),
    ]


def test_an_index_at_the_end_hides_no_section_of_the_contents(tmp_path: Path) -> None:
    menu = [("Brewing", 2), ("Strength", 2), ("Heat", 2), ("Care", 3), ("Rinsing", 3)]

    def draw(sheet: Sheet) -> None:
        for title, page in menu:
            sheet.line(f"{title} {'.' * 30} {page}")
        for title, _ in menu:
            if title in ("Brewing", "Care"):
                sheet.next_page()
            sheet.line(title, down=24)
            sheet.line(f"All about {title.lower()} stands here, in more than a few words.", down=24)
        sheet.next_page()
        for title, page in sorted(menu):
            sheet.line(f"{title} {'.' * 30} {page}")

    manual = load_manual(drawn(tmp_path / "coffee.pdf", draw))
    assert [section.title for section in manual.sections] == [title for title, _ in menu]
    assert [skipped.why for skipped in manual.skipped] == [
        "10 lines, 5 of them of an index or listed before: the tree says the same"
    ]


def test_contents_that_the_text_does_not_bear_out_is_told_and_not_believed(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for title in ("Water", "Steam", "Milk"):
            sheet.line(f"{title} {'.' * 30} 2")
        for title in ("Water", "Coffee"):
            sheet.next_page()
            sheet.line(title, bold=True, size=16, down=24)
            sheet.line(f"All about {title.lower()} stands here.")

    manual = load_manual(drawn(tmp_path / "kettle.pdf", draw))
    assert [section.title for section in manual.sections] == ["Water", "Coffee"]
    told = "3 lines, of which 2 are no section of their own: 'Steam', 'Milk'"
    assert manual.skipped == (Skipped("table of contents", told),)


def _chapters(sheet: Sheet, titles: Sequence[str]) -> None:
    for title in titles:
        sheet.next_page()
        sheet.line(title, size=16, down=24)
        sheet.line(f"All about {title.lower()} stands here, in more than a few words.")


CHAPTERS = ("Display", "Sound", "SIM card", "Battery", "Camera")


def test_contents_without_dots_are_told_by_their_page_numbers_where_the_titles_stand_in_the_text(
    tmp_path: Path,
) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Phone", size=30, down=60)
        sheet.line("Contents", size=16, down=24)
        for at, title in enumerate(CHAPTERS):
            sheet.at(str(at + 2), 350, sheet.top)
            sheet.line(title)
        _chapters(sheet, CHAPTERS)

    manual = load_manual(drawn(tmp_path / "phone.pdf", draw))
    assert [section.title for section in manual.sections] == list(CHAPTERS)
    assert manual.skipped == (Skipped("table of contents", "5 lines: the tree says the same"),)


def test_chapters_without_dots_above_entries_with_dots_are_of_the_contents(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Contents", size=16, down=24)
        for page, (title, part) in enumerate((("Use", "Filling"), ("Care", "Descaling")), start=2):
            sheet.at(str(page), 350, sheet.top)
            sheet.line(title)
            sheet.at(f"{part} . . . . . . . . . . . .", 60, sheet.top)
            sheet.at(str(page), 350, sheet.top)
            sheet.gap()
        for title, part in (("Use", "Filling"), ("Care", "Descaling")):
            sheet.next_page()
            for heading in (title, part):
                sheet.line(heading, bold=heading == title, size=16 if heading == title else 10, down=24)
                sheet.line(f"What is to be said of {heading.lower()} stands here.")
                sheet.gap()

    manual = load_manual(drawn(tmp_path / "kettle.pdf", draw))
    paths = [item.path for item in build_graph(manual).items]
    assert paths == [("Use",), ("Use", "Filling"), ("Care",), ("Care", "Descaling")]


def test_a_list_of_values_is_no_table_of_contents(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Preset levels", size=16, down=24)
        for at, title in enumerate(("Low", "Medium", "High", "Turbo", "Night")):
            sheet.at(str(at + 2), 350, sheet.top)
            sheet.line(title)
        _chapters(sheet, CHAPTERS)

    manual = load_manual(drawn(tmp_path / "lamp.pdf", draw))
    assert manual.sections[0].blocks[0].text == "Low | 2"


def test_numbers_in_large_type_count_steps_and_lone_ones_in_small_type_are_no_text(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for chapter, steps in (("Setting up", ("Open the lid.", "Fill in water.", "Press start.")), ("Care", ())):
            sheet.line(chapter, size=18, down=30)
            sheet.line("34049", 350, size=6)
            sheet.line("This takes a few minutes, and you need no tool for any of it.", down=30)
            for number, step in enumerate(steps, start=1):
                sheet.line(str(number), size=24, down=20)
                sheet.line(step, down=40)
        sheet.line("7", size=40, down=40)
        sheet.line("What this says is as long as other text of this manual.")

    sections = load_manual(drawn(tmp_path / "kettle.pdf", draw)).sections
    intro = ("paragraph", "This takes a few minutes, and you need no tool for any of it.")
    steps = [("step", "Open the lid."), ("step", "Fill in water."), ("step", "Press start.")]
    last = ("paragraph", "What this says is as long as other text of this manual.")
    assert [[(block.kind, block.text) for block in section.blocks] for section in sections] == [
        [intro, *steps],
        [intro, last],
    ]


@pytest.mark.parametrize(
    ("name", "bold"),
    [("frutigerltstd-bd", True), ("humnst777 blkcn bt", True), ("univers-hv", True), ("abdera-regular", False)],
)
def test_the_short_names_of_bold_fonts_are_known(name: str, bold: bool) -> None:
    from graphrag_tools.loaders.pdf.fonts import is_bold_name

    assert is_bold_name(name) == bold


@pytest.mark.parametrize(
    ("plain", "bold"), [(b"Calibri", b"Calibri,Bold"), (b"ABCDEF+ArialMT", b"FEDCBA+Arial-BoldMT")]
)
def test_a_font_is_not_bold_by_its_weight_where_its_family_has_a_bold_one(
    tmp_path: Path, plain: bytes, bold: bytes
) -> None:
    def draw(sheet: Sheet) -> None:
        for title, text in (
            ("MOUNT TO WALL", "Mark the four holes of the base."),
            ("FIRST START", "Wait for the time."),
        ):
            sheet.line(title, bold=True)
            sheet.line(f"{text} Nobody else is to touch the keypad meanwhile.", down=24)

    file = drawn(tmp_path / "clock.pdf", draw)
    written = file.read_bytes()
    for usual, name in ((b"Helvetica", plain), (b"Helvetica-Bold", bold)):
        stems = b"/BaseFont /%s /FontDescriptor << /FontName /%s /Flags 4 /StemV 128 >> /Enc" % (name, name)
        assert b"/BaseFont /%s /Enc" % usual in written
        written = written.replace(b"/BaseFont /%s /Enc" % usual, stems)
    file.write_bytes(written)
    assert [section.title for section in load_manual(file).sections] == ["MOUNT TO WALL", "FIRST START"]


def test_a_pdf_without_any_heading_is_one_section(tmp_path: Path) -> None:
    texts = ["Plug the lamp in.", "Turn the wheel.", "Wait for a moment, until the light is on."]
    file = drawn(tmp_path / "leaflet.pdf", lambda sheet: sheet.lines(texts))
    (section,) = load_manual(file).sections
    assert (section.title, section.page) == ("leaflet", 1)
    assert [block.text for block in section.blocks] == texts


def test_without_bold_type_an_option_is_told_by_its_words(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("1. Tap Sound for the following options:")
        for text in ("Volume: Set how loud it is.", "Tone: Choose what rings.", "And nothing else matters here."):
            sheet.at("•", 60, sheet.top)
            sheet.line(text, 72)

    (section,) = load_manual(drawn(tmp_path / "phone.pdf", draw)).sections
    assert [(block.kind, block.depth, block.name) for block in section.blocks] == [
        ("step", 0, ""),
        ("option", 1, "Volume"),
        ("option", 1, "Tone"),
        ("option", 1, ""),
    ]


def test_a_box_beside_steps_is_read_after_them_and_before_the_next_heading(tmp_path: Path) -> None:
    steps = (
        "1. Take the tray out of the",
        "machine and empty it.",
        "2. Rinse the tray with warm",
        "water and a brush.",
    )
    box = ("CAUTION", "Never put the tray into a", "dishwasher: it melts there.")

    def draw(sheet: Sheet) -> None:
        for title in ("Cleaning", "Storage"):
            sheet.line(title, bold=True, size=16, down=24)
            if title == "Cleaning":
                for at, text in enumerate(box):
                    sheet.at(text, 240, sheet.top + at * 14)
                sheet.canvas.rect(230, 600 - sheet.top - 40, 150, 54)
                for text in steps:
                    sheet.line(text, down=14)
                sheet.gap(30)
            sheet.line("Keep it dry, and let the tank stay open for a day or two.", down=30)

    cleaning, storage = load_manual(drawn(tmp_path / "coffee.pdf", draw)).sections
    assert [(block.kind, block.text) for block in cleaning.blocks] == [
        ("step", "Take the tray out of the machine and empty it."),
        ("step", "Rinse the tray with warm water and a brush."),
        ("warning", "CAUTION Never put the tray into a dishwasher: it melts there."),
        ("paragraph", "Keep it dry, and let the tank stay open for a day or two."),
    ]
    assert len(storage.blocks) == 1
