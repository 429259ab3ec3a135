from pathlib import Path
from typing import Any

import pytest

from graphrag_tools.loaders import load_manual

docx = pytest.importorskip("docx")
pytest.importorskip("mammoth")

from docx.enum.style import WD_STYLE_TYPE  # noqa: E402
from docx.shared import Pt  # noqa: E402


def test_title_names_the_manual_and_lines_of_contents_and_empty_headings_are_none(tmp_path: Path) -> None:
    document = docx.Document()
    for name in ("toc 1", "Contents 2"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Torno & kettle", style="Title")
    document.add_paragraph("For its owners", style="Subtitle")
    document.add_paragraph("Filling\t2", style="toc 1")
    document.add_paragraph("Cleaning\t3", style="Contents 2")
    document.add_heading("Filling", 1)
    document.add_paragraph("Lift the lid.")
    document.add_heading("", 1).add_run().add_break()
    document.add_paragraph("Pour in water.")
    document.add_heading("Cleaning", 2)
    document.add_paragraph("Use vinegar.")
    file = tmp_path / "kettle-3.docx"
    document.save(str(file))
    manual = load_manual(file)
    assert manual.title == "Torno & kettle"
    assert manual.skipped == ()
    assert [(section.title, [block.text for block in section.blocks]) for section in manual.sections] == [
        ("Torno & kettle", ["For its owners"]),
        ("Filling", ["Lift the lid.", "Pour in water."]),
        ("Cleaning", ["Use vinegar."]),
    ]


def test_code_and_notes_are_told_by_their_styles_and_contents_go_with_their_heading(tmp_path: Path) -> None:
    document = docx.Document()
    for name in ("toc 1", "Code", "Warning", "House style"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    document.add_heading("Inhalt", 1)
    document.add_paragraph("Einbau\t2", style="toc 1")
    document.add_paragraph("Pflege\t3", style="toc 1")
    document.add_heading("Einbau", 1)
    document.add_paragraph("Den Treiber laden:", style="House style")
    document.add_paragraph("cd treiber", style="Code")
    document.add_paragraph("    make", style="Code")
    document.add_paragraph("Das Netzteil bleibt heiß.", style="Warning")
    document.save(str(tmp_path / "a.docx"))
    manual = load_manual(tmp_path / "a.docx")
    assert manual.skipped == ()
    assert [section.title for section in manual.sections] == ["Einbau"]
    assert [(block.kind, block.text) for block in manual.sections[0].blocks] == [
        ("paragraph", "Den Treiber laden:"),
        ("code", "cd treiber\n    make"),
        ("warning", "Das Netzteil bleibt heiß."),
    ]


def test_bold_paragraphs_that_name_no_group_are_text(tmp_path: Path) -> None:
    document = docx.Document()
    for title, bold, plain in (
        ("账号", ("1、账号只能输入数字", "2、密码不能为空", "3、密码要一致"), ""),
        ("Care", ("Cleaning", "Do not open the lid."), "It is hot."),
    ):
        document.add_heading(title, 1)
        for text in bold:
            document.add_paragraph().add_run(text).bold = True
        document.add_paragraph(plain)
    document.save(str(tmp_path / "a.docx"))
    assert [
        [(block.kind, block.text) for block in section.blocks] for section in load_manual(tmp_path / "a.docx").sections
    ] == [
        [("step", "账号只能输入数字"), ("step", "密码不能为空"), ("step", "密码要一致")],
        [("heading", "Cleaning"), ("paragraph", "Do not open the lid."), ("paragraph", "It is hot.")],
    ]


def _typed(document: Any, text: str, size: int | None = None, *, bold: bool = False) -> None:
    run = document.add_paragraph().add_run(text)
    run.bold = bold
    run.font.size = Pt(size) if size else None


def _tree(path: Path) -> list[tuple[str, str, list[str]]]:
    """Return each section's title, that of the one above it, and its texts."""
    manual = load_manual(path)
    titles = {section.key: section.title for section in manual.sections}
    return [
        (section.title, titles.get(section.parent or "", ""), [block.text for block in section.blocks])
        for section in manual.sections
    ]


def test_headings_without_a_heading_style_are_told_by_their_type(tmp_path: Path) -> None:
    document = docx.Document()
    _typed(document, "Torno kettle", 28, bold=True)
    for chapter in ("First use", "Care"):
        _typed(document, chapter, 20, bold=True)
        _typed(document, "Serial number: ________", 20)
        for title in (f"{chapter} of the lid", f"{chapter} of the base"):
            _typed(document, title, 14, bold=True)
            _typed(document, "Rinse it with water, and let it dry before you put it back.")
            _typed(document, "Do not scrub", bold=True)
            _typed(document, "The surface is soft.")
    document.save(str(tmp_path / "a.docx"))
    text = ["Rinse it with water, and let it dry before you put it back.", "Do not scrub", "The surface is soft."]
    assert load_manual(tmp_path / "a.docx").title == "Torno kettle"
    assert _tree(tmp_path / "a.docx") == [
        ("First use", "", ["Serial number: ________"]),
        ("First use of the lid", "First use", text),
        ("First use of the base", "First use", text),
        ("Care", "", ["Serial number: ________"]),
        ("Care of the lid", "Care", text),
        ("Care of the base", "Care", text),
    ]


def test_headings_in_larger_type_that_look_as_the_styled_ones_do_are_headings_of_their_level(tmp_path: Path) -> None:
    document = docx.Document()
    for number, title in enumerate(("Filling", "Boiling", "Descaling")):
        if number == 1:
            _typed(document, title, 16, bold=True)
        else:
            run = document.add_heading(level=2).add_run(title)
            run.font.size, run.bold = Pt(16), True
        _typed(document, "Made in Torno", 18, bold=True)
        _typed(document, "Hold it by the base, and keep children away from it.")
        _typed(document, "Hot", bold=True)
        _typed(document, "Let it cool.")
    document.save(str(tmp_path / "a.docx"))
    assert [title for title, _, _ in _tree(tmp_path / "a.docx")] == ["Filling", "Boiling", "Descaling"]


def test_bold_paragraphs_are_headings_where_nothing_is_larger_and_no_style_says_any(tmp_path: Path) -> None:
    document = docx.Document()
    for title in ("Filling", "Boiling", "Descaling"):
        _typed(document, title, bold=True)
        _typed(document, "WARNING", bold=True)
        _typed(document, "The handle gets hot.")
        _typed(document, "Hold it by the base, and keep children away from it.")
    document.save(str(tmp_path / "a.docx"))
    assert [title for title, _, _ in _tree(tmp_path / "a.docx")] == ["Filling", "Boiling", "Descaling"]


def test_a_long_title_may_end_in_a_colon_and_an_address_in_large_type_is_no_title(tmp_path: Path) -> None:
    document = docx.Document()
    for title in (
        "Before you use it:",
        "What to do before the first use of all:",
        "Web site: https://lamps.example.com",
    ):
        _typed(document, title, 16)
        _typed(document, "Put the lamp where the sun does not reach it, and let it cool down.")
    document.save(str(tmp_path / "a.docx"))
    assert [title for title, _, _ in _tree(tmp_path / "a.docx")] == [
        "Before you use it:",
        "What to do before the first use of all:",
    ]


def test_what_stands_at_the_end_in_the_style_of_a_title_is_not_that_of_the_manual(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Care", 1)
    document.add_paragraph("Wipe the lid.")
    document.add_paragraph("Torno and sons, 4 Mill Lane", style="Title")
    document.save(str(tmp_path / "a.docx"))
    manual = load_manual(tmp_path / "a.docx")
    assert (manual.title, [block.text for block in manual.sections[0].blocks][1:]) == (
        "a",
        ["Torno and sons, 4 Mill Lane"],
    )


def test_styles_based_on_a_heading_are_headings_and_so_are_many_titles(tmp_path: Path) -> None:
    document = docx.Document()
    chapter = document.styles.add_style("House chapter", WD_STYLE_TYPE.PARAGRAPH)
    chapter.base_style = document.styles["Heading 2"]
    for part in ("Use", "Care", "Service"):
        document.add_paragraph(part, style="Title")
        document.add_paragraph(f"{part} at home", style="House chapter")
        document.add_paragraph("Keep it dry.")
    document.save(str(tmp_path / "a.docx"))
    assert _tree(tmp_path / "a.docx") == [
        row
        for part in ("Use", "Care", "Service")
        for row in ((part, "", []), (f"{part} at home", part, ["Keep it dry."]))
    ]


def test_page_numbers_and_heads_of_a_converted_pdf_are_no_text(tmp_path: Path) -> None:
    document = docx.Document()
    _typed(document, "Torno kettle - manual", 26)
    for page in range(1, 6):
        _typed(document, f"Chapter of page {page}", 16)
        _typed(document, f"What page {page} says is long enough to be read as running text.")
        _typed(document, str(page))
        _typed(document, "Torno kettle - manual", 18)
    document.save(str(tmp_path / "a.docx"))
    assert _tree(tmp_path / "a.docx") == [
        (f"Chapter of page {page}", "", [f"What page {page} says is long enough to be read as running text."])
        for page in range(1, 6)
    ]


def test_sentences_in_a_heading_s_style_are_text_of_the_section_before(tmp_path: Path) -> None:
    document = docx.Document()
    long = "The zoom opens a second window, which shows what stands between both of the markers."
    for title in ("Zoom of the traces", long, "Drag both markers to their places.", "Which one moves?"):
        document.add_heading(title, 2)
    document.add_paragraph("The left one.")
    document.add_heading("Press the key until it is lit.", 2)
    document.add_paragraph("It is lit after three seconds.")
    document.save(str(tmp_path / "a.docx"))
    assert _tree(tmp_path / "a.docx") == [
        ("Zoom of the traces", "", [long, "Drag both markers to their places."]),
        ("Which one moves?", "", ["The left one."]),
        ("Press the key until it is lit.", "", ["It is lit after three seconds."]),
    ]


def test_the_lines_of_a_converted_pdf_are_joined_to_sentences_over_page_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    _typed(document, "Torno kettle - manual", 26)
    for page, name in enumerate(("Lid", "Base", "Cord", "Filter", "Switch", "Light"), start=1):
        _typed(document, f"Chapter of the {name}", 16)
        _typed(document, "Use what comes with the kettle or")
        _typed(document, "one like it. What is said of page 7")
        glued = f" {page}" if page == 4 else ""
        _typed(document, f"is not meant of the {name}. Never use that of{glued}")
        if not glued:
            _typed(document, str(page))
        _typed(document, "Torno kettle - manual", 18)
        _typed(document, "another device.")
        _typed(document, "Keep it dry")
        _typed(document, "Keep it clean")
    document.save(str(tmp_path / "a.docx"))
    use = "Use what comes with the kettle or one like it. What is said of page 7"
    assert [texts for _, _, texts in _tree(tmp_path / "a.docx")] == [
        [f"{use} is not meant of the {name}. Never use that of another device.", "Keep it dry", "Keep it clean"]
        for name in ("Lid", "Base", "Cord", "Filter", "Switch", "Light")
    ]


def test_contents_typed_by_hand_are_no_text_and_typed_bullets_are_a_list(tmp_path: Path) -> None:
    document = docx.Document()
    for line in ("Filling\t3", "Boiling .......... 4", "Care\t12"):
        document.add_paragraph(line)
    document.add_heading("Filling", 1)
    document.add_paragraph("What it shows:")
    for line in ("•Blue: cold.", "• Red: hot."):
        document.add_paragraph(line)
    document.add_heading("Boiling", 1)
    document.add_paragraph("Ready in\t3")
    document.save(str(tmp_path / "a.docx"))
    assert _tree(tmp_path / "a.docx") == [
        ("Filling", "", ["What it shows:", "Blue: cold.", "Red: hot."]),
        ("Boiling", "", ["Ready in 3"]),
    ]


def test_paragraphs_whose_numbers_go_on_with_those_of_the_headings_are_headings(tmp_path: Path) -> None:
    document = docx.Document()
    for chapter, parts in ((2, "Kessel Deckel"), (3, "Pflege")):
        document.add_heading(f"Kapitel {chapter} – Teil", 2)
        for number, part in enumerate(parts.split(), 1):
            document.add_paragraph().add_run(f"{chapter}.{number} – {part}").bold = True
            document.add_paragraph("Bleibt trocken.")
    document.add_paragraph("3.1.1 Bürste")
    document.add_paragraph("Liegt im Karton.")
    for step in ("3.2 Deckel abnehmen", "3.3 Wasser einfüllen"):
        document.add_paragraph(step)
    document.add_paragraph("3.4 kg wiegt er.")
    document.save(str(tmp_path / "a.docx"))
    assert _tree(tmp_path / "a.docx") == [
        ("Kapitel 2 – Teil", "", []),
        ("2.1 – Kessel", "Kapitel 2 – Teil", ["Bleibt trocken."]),
        ("2.2 – Deckel", "Kapitel 2 – Teil", ["Bleibt trocken."]),
        ("Kapitel 3 – Teil", "", []),
        ("3.1 – Pflege", "Kapitel 3 – Teil", ["Bleibt trocken."]),
        (
            "3.1.1 Bürste",
            "3.1 – Pflege",
            ["Liegt im Karton.", "3.2 Deckel abnehmen", "3.3 Wasser einfüllen", "3.4 kg wiegt er."],
        ),
    ]


def test_many_subtitles_are_headings_below_those_by_style(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Setup", 1)
    for part in ("Brightness", "Sound", "Lamp"):
        document.add_paragraph(part, style="Subtitle")
        document.add_paragraph(f"{part} is set here.")
    document.save(str(tmp_path / "a.docx"))
    assert _tree(tmp_path / "a.docx") == [
        ("Setup", "", []),
        *((part, "Setup", [f"{part} is set here."]) for part in ("Brightness", "Sound", "Lamp")),
    ]
