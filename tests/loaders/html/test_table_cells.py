"""Cells of tables that reach over rows, and lists in cells."""

import time
from pathlib import Path

from graphrag_tools.loaders import load_manual


def rows(folder: Path, table: str) -> list[tuple[str, str]]:
    (folder / "a.html").write_text(f"<html><body><h1>A</h1>{table}</body></html>", encoding="utf-8")
    manual = load_manual(folder / "a.html", "m")
    return [(block.kind, block.text) for section in manual.sections for block in section.blocks]


def test_a_cell_over_several_rows_stands_in_each(tmp_path: Path) -> None:
    table = (
        "<table><tr><th>Lamp</th><th>Key</th><th>Does</th></tr>"
        '<tr><td rowspan="2">Red</td><td>A</td><td rowspan="3">Dims</td></tr>'
        "<tr><td>B</td></tr><tr><td>Blue</td><td>C</td></tr><tr><td>Green</td><td>D</td><td>Blinks</td></tr></table>"
    )
    assert rows(tmp_path, table) == [
        ("table", "Lamp | Key | Does"),
        ("table", "Red | A | Dims"),
        ("table", "Red | B | Dims"),
        ("table", "Blue | C | Dims"),
        ("table", "Green | D | Blinks"),
    ]


def test_spans_without_end_and_long_cells_are_not_copied_without_end(tmp_path: Path) -> None:
    wide = "".join("<td rowspan='999999'>x</td>" for _ in range(200))
    start = time.process_time()
    found = rows(tmp_path, f"<table><tr>{wide}</tr>{'<tr><td>y</td></tr>' * 3000}</table>")
    assert time.process_time() - start < 10
    assert len(found) > 1
    long = rows(tmp_path, f"<table><tr><td rowspan=2>{'long ' * 100}</td><td>A</td></tr><tr><td>B</td></tr></table>")
    assert [text for _, text in long if "long" not in text] == ["B"]


def test_bullets_in_a_cell_stay_in_the_row_of_a_table_with_a_header(tmp_path: Path) -> None:
    row = "<tr><td>Red</td><td><ul><li>too hot</li><li>too dry</li></ul></td></tr>"
    headed = f"<table><tr><th>Lamp</th><th>Means</th></tr>{row}</table>"
    assert rows(tmp_path, headed) == [("table", "Lamp | Means"), ("table", "Red | too hot; too dry")]
    assert ("paragraph", "too hot") in rows(tmp_path, f"<table>{row}</table>")


def test_what_a_fault_is_comes_with_each_of_its_causes(tmp_path: Path) -> None:
    head = "| Fault | Cause | Cure |\n|---|---|---|\n"
    dark = "| Lamp stays dark | No power | Plug in |\n| | Key locked | Unlock it |\n"
    noise = "| *Noise* | | |\n| | Loose | Fix it |\n"
    (tmp_path / "a.md").write_text(f"# A\n\n{head}{dark}{noise}| Short | b | c |\n| | d | e |\n", encoding="utf-8")
    [section] = load_manual(tmp_path / "a.md").sections
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("table", "Fault | Cause | Cure"),
        ("table", "Lamp stays dark | No power | Plug in"),
        ("table", "Lamp stays dark | Key locked | Unlock it"),
        ("heading", "Noise"),
        ("table", "Loose | Fix it"),
        ("table", "Short | b | c"),
        ("table", "d | e"),
    ]


def test_cells_of_docbook_reach_over_columns_and_rows(tmp_path: Path) -> None:
    row = "<row><entry>{}</entry><entry>{}</entry></row>"
    text = (
        '<article xmlns="http://docbook.org/ns/docbook"><title>Lamp</title><informaltable><tgroup cols="2">'
        f"<thead>{row.format('Code', 'Means')}</thead><tbody>"
        '<row><entry namest="c1" nameend="c2">Night</entry></row>'
        f"{row.format('N1', '<para>Dims:</para><itemizedlist><listitem><para>slowly</para></listitem></itemizedlist>')}"
        '<row><entry morerows="1">N2</entry><entry>Red</entry></row><row><entry>Blue</entry></row>'
        "</tbody></tgroup></informaltable></article>"
    )
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    [section] = load_manual(tmp_path / "a.xml").sections
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("table", "Code | Means"),
        ("heading", "Night"),
        ("table", "N1 | Dims: slowly"),
        ("table", "N2 | Red"),
        ("table", "N2 | Blue"),
    ]
