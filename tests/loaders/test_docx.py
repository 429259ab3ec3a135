from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual

docx = pytest.importorskip("docx")
pytest.importorskip("mammoth")


def test_title_names_the_manual_and_lines_of_contents_and_empty_headings_are_none(tmp_path: Path) -> None:
    from docx.enum.style import WD_STYLE_TYPE

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
    from docx.enum.style import WD_STYLE_TYPE

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
