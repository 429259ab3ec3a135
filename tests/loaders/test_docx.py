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
