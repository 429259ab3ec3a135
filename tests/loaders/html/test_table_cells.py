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
