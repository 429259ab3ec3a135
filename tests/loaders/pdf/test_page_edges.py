"""What stands beside the page, or at the top of each page, is not read."""

from pathlib import Path

from support.pdf_files import PAGE, Sheet, drawn

from graphrag_tools.loaders import load_manual


def texts(file: Path) -> list[str]:
    return [block.text for section in load_manual(file).sections for block in section.blocks]


def test_text_beside_above_and_below_the_page_is_left_out(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Fill the tank before you switch the kettle on.")
        for x, top in ((-300, 100), (PAGE[0] + 10, 100), (40, -30), (40, PAGE[1] + 40)):
            sheet.at("What the page before says.", x, top)

    assert texts(drawn(tmp_path / "cut.pdf", draw)) == ["Fill the tank before you switch the kettle on."]


def test_a_title_that_each_page_says_again_begins_one_section(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        pages = (("Keys", "Menu"), ("Lights",)), (("Lock", "Scan"), ("Copy", "Reset"), ("Weather",))
        for chapter, titles in ((at, page) for at, found in enumerate(pages) for page in found):
            sheet.line(("Parts", "Common operations")[chapter], size=18, down=30)
            for title in titles:
                sheet.line(title, size=14, down=20)
                sheet.line(f"Hold the key of {title.lower()} until it lights.", down=40)
            sheet.next_page()
        sheet.line("Data", size=18, down=30)
        sheet.line("It weighs 234 g.")

    manual = load_manual(drawn(tmp_path / "radio.pdf", draw))
    assert [(section.title, section.parent) for section in manual.sections] == [
        ("Parts", None),
        *((title, "section-1") for title in ("Keys", "Menu", "Lights")),
        ("Common operations", None),
        *((title, "section-5") for title in ("Lock", "Scan", "Copy", "Reset", "Weather")),
        ("Data", None),
    ]


def test_contents_without_dots_in_a_column_beside_other_text_are_left_out(tmp_path: Path) -> None:
    titles = ("Lock", "Scan", "Copy", "Reset", "Weather", "Data")

    def draw(sheet: Sheet) -> None:
        sheet.canvas.rect(10, 10, 190, PAGE[1] - 60)
        sheet.canvas.rect(200, 10, 190, PAGE[1] - 60)
        sheet.at("Features", 20, 80, size=14)
        for at in range(12):
            sheet.at(f"Its feature {at} is said here", 20, 110 + 12 * at)
        sheet.at("Contents", 210, 80, size=14)
        for at, title in enumerate(titles, start=2):
            sheet.at(f"{at - 1}.{title}", 210, 90 + 12 * at)
            sheet.at(f"0{at}", 360, 90 + 12 * at)
        for title in titles:
            sheet.next_page()
            sheet.line(title, size=14, down=30)
            sheet.line(f"Hold the key of {title.lower()} until it lights.")

    manual = load_manual(drawn(tmp_path / "leaf.pdf", draw))
    assert [section.title for section in manual.sections] == ["Features", *titles]
    assert "Lock" not in " ".join(block.text for block in manual.sections[0].blocks)
