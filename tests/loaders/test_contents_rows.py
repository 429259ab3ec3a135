"""Contents that somebody typed as a table."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual

NAMES = ("Filling", "Boiling", "Descaling", "Storing")


def manual(file: Path, rows: str, names: tuple[str, ...] = NAMES) -> Path:
    chapters = "".join(f"<h1>{name}</h1><p>How it is done.</p>" for name in names)
    file.write_text(f"<html><body><h1>Kettle</h1><p><b>Contents</b></p><table>{rows}</table>{chapters}</body></html>")
    return file


def row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


@pytest.mark.parametrize("page", ["{}", "page {}", "S. {}"])
def test_titles_of_the_manual_with_their_pages_are_left_out(tmp_path: Path, page: str) -> None:
    rows = "".join(row(name, page.format(at + 2)) for at, name in enumerate((*NAMES, "Bench")))
    assert [section.title for section in load_manual(manual(tmp_path / "kettle.html", rows)).sections] == list(NAMES)


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        pytest.param("".join(row(name, "3") for name in NAMES), ("Care",), id="other names"),
        pytest.param("".join(row(name, str(9 - at)) for at, name in enumerate(NAMES)), NAMES, id="no pages in order"),
        pytest.param("".join(row(name, "5") for name in NAMES[:3]), NAMES, id="a few"),
        pytest.param("".join(row(name, f"{at} litres") for at, name in enumerate(NAMES)), NAMES, id="amounts"),
    ],
)
def test_other_tables_stay(tmp_path: Path, rows: str, names: tuple[str, ...]) -> None:
    kettle = load_manual(manual(tmp_path / "kettle.html", rows, names)).sections[0]
    assert [block.kind for block in kettle.blocks][1:] == ["table"] * rows.count("<tr>")


def test_links_of_a_page_to_its_later_sections_in_their_order_and_words_are_left_out(tmp_path: Path) -> None:
    def texts(*links: str) -> list[str]:
        listed = "".join(f"- [{link.partition('#')[0]}](#{link.partition('#')[2] or link.lower()})\n" for link in links)
        chapters = "".join(f"## {name}\n\nHow it is done.\n\n" for name in NAMES)
        (tmp_path / "a.md").write_text(f"# Kettle\n\nIt boils.\n\n**On this page**\n\n{listed}\n{chapters}")
        return [block.text for block in load_manual(tmp_path / "a.md").sections[0].blocks]

    assert texts(*NAMES) == texts(*NAMES[:3]) == ["It boils."]
    assert texts(*NAMES[:2])[2:] == list(NAMES[:2])
    assert texts(*reversed(NAMES))[2:] == list(reversed(NAMES))
    assert texts("How to fill#filling", *NAMES[1:3])[2:] == ["How to fill", *NAMES[1:3]]


def test_a_section_of_nothing_but_such_links_is_none(tmp_path: Path) -> None:
    listed = "".join(f"* [{name}](#{name.lower()})\n" for name in NAMES[:2])
    chapters = "".join(f"## {name}\n\nHow it is done.\n\n" for name in NAMES)
    (tmp_path / "a.md").write_text(f"# Kettle\n\nIt boils.\n\n## Contents\n\n{listed}\n{chapters}")
    assert [section.title for section in load_manual(tmp_path / "a.md").sections] == ["Kettle", *NAMES]


def test_typed_titles_of_what_follows_in_its_order_are_left_out(tmp_path: Path) -> None:
    def texts(contents: str) -> list[str]:
        chapters = "".join(f"## {at}. {name}\n\nHow it is done.\n\n" for at, name in enumerate(NAMES, 1))
        (tmp_path / "a.md").write_text(f"# Kettle\n\nIt boils.\n\n{contents}\n\n{chapters}")
        return [block.text for block in load_manual(tmp_path / "a.md").sections[0].blocks]

    assert texts("Contents:\n1. Filling\n2. BOILING\n    2.1. Descaling\n3. Storing") == ["It boils."]
    assert texts("Contents\n\nFilling 2\n\nBoiling 3\n\nDescaling .... 4\n\nStoring 7")[:1] == ["It boils."]
    said = "It is a kettle that knows a lot about water, and it is told in these chapters:"
    assert texts(f"{said}\n\n- Filling\n- Boiling\n- Descaling\n- Storing") == ["It boils.", said, *NAMES]
    assert len(texts("- Filling\n- Boiling\n- Descaling")) == 4
    assert len(texts("- Storing\n- Filling\n- Descaling\n- Boiling")) == 5
    assert len(texts("- Filling the kettle\n- Boiling\n- Descaling\n- Storing")) == 5


def test_a_list_of_what_there_is_stays_though_sections_among_many_are_called_so(tmp_path: Path) -> None:
    between = [f"Thing {letter}" for letter in "ABCDE"]
    chapters = "".join(f"## {name}\n\nHow it is done.\n\n" for one in NAMES for name in (one, *between))
    listed = "".join(f"- {name}\n" for name in NAMES)
    (tmp_path / "a.md").write_text(f"# Kettle\n\nIt can do much:\n\n{listed}\n{chapters}")
    assert [block.text for block in load_manual(tmp_path / "a.md").sections[0].blocks] == ["It can do much:", *NAMES]
