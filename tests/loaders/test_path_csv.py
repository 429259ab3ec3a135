import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_path_csv
from graphrag_tools.loaders.path_csv import path_titles
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual
from graphrag_tools.text.characters import without_controls
from graphrag_tools.text.normalise import tidy


def load(folder: Path, text: str) -> Manual:
    file = folder / "manual.csv"
    file.write_text(text, encoding="utf-8", newline="")
    return load_path_csv(file, "m")


def test_rows_of_one_path_add_to_one_section_and_missing_parents_are_made(tmp_path: Path) -> None:
    text = 'path,text,url,page\nA>B,"One.\nTwo: it.",u.html,12\nA > B,Three.,,\nC,,,x\n'
    manual = load(tmp_path, text)
    graph = build_graph(manual)
    sections = [item for item in graph.items if item.kind == "section"]
    assert [item.path for item in sections] == [("A",), ("A", "B"), ("C",)]
    assert [block.text for block in sections[1].blocks] == ["One.", "Two: it.", "Three."]
    assert [(item.url, item.page) for item in sections] == [("", None), ("u.html", 12), ("", None)]


def test_section_path_is_taken_for_path_and_columns_may_have_spaces(tmp_path: Path) -> None:
    assert [section.title for section in load(tmp_path, "id, section_path , text\n1,A,x\n").sections] == ["A"]


@pytest.mark.parametrize(
    ("written", "titles"),
    [
        (r"Settings > Display >Brightness \> 50%", ("Settings", "Display", "Brightness > 50%")),
        (r"\>", (">",)),
        ("A>>B>", ("A", "B")),
        (" > ", ()),
        ("", ()),
        ('"A" > 🔋 > הגדרות', ('"A"', "🔋", "הגדרות")),
    ],
)
def test_a_path_is_cut_at_unescaped_signs(written: str, titles: tuple[str, ...]) -> None:
    assert path_titles(written) == titles


def test_a_path_of_thousands_of_levels_is_told_and_left_out(tmp_path: Path) -> None:
    manual = load(tmp_path, f"path,text\n{'A > ' * 3_000}B,Lost.\n{'A > ' * 99}B,Kept.\n")
    assert [(skipped.where, skipped.why) for skipped in manual.skipped] == [
        ("line 2", "has a path of 3001 levels; at most 100 are read")
    ]
    assert len(manual.sections) == 100


def test_a_long_line_that_names_no_columns_is_told_by_its_beginning(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match="found the columns ppp") as told:
        load(tmp_path, "p" * 80_000)
    assert len(str(told.value)) < 500 + len(str(tmp_path))


TITLES = st.text(
    alphabet=st.sampled_from("ab>\\\"',; \n🔋א") | st.characters(codec="utf-8", exclude_characters="\0"), max_size=8
)
PATHS = st.lists(TITLES.map(without_controls).map(tidy).filter(bool), min_size=1, max_size=4).map(tuple)


def written(titles: tuple[str, ...]) -> str:
    return " > ".join(title.replace(">", "\\>") for title in titles)


@settings(deadline=None)
@given(PATHS)
def test_titles_come_back_from_the_path_they_are_written_in(titles: tuple[str, ...]) -> None:
    assert path_titles(written(titles)) == titles


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PATHS, min_size=1, max_size=6))
def test_every_path_of_a_file_becomes_one_section(tmp_path: Path, paths: list[tuple[str, ...]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([("path", "text"), *((written(path), "Some text.") for path in paths)])
    manual = load(tmp_path, file.getvalue())
    found = [item.path for item in build_graph(manual).items if item.kind == "section"]
    wanted = {path[:length] for path in paths for length in range(1, len(path) + 1)}
    assert sorted(found) == sorted(wanted)


def test_a_title_that_ends_in_a_backslash_is_no_escaped_sign(tmp_path: Path) -> None:
    graph = build_graph(load(tmp_path, "path,text\nA\\ > B,One.\nA\\>B,Two.\n"))
    assert [(item.path, item.description) for item in graph.items] == [
        (("A\\",), ""),
        (("A\\", "B"), "One."),
        (("A>B",), "Two."),
    ]


def test_a_row_without_a_path_is_left_out_and_reported(tmp_path: Path) -> None:
    manual = load(tmp_path, "path,text\nA,x\n ,y\nB\n")
    assert [section.title for section in manual.sections] == ["A", "B"]
    assert [(skipped.where, skipped.why) for skipped in manual.skipped] == [("line 3", "has no path")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name,content\nA,x\n", "name, content"),
        ("path;text\nA;x\n", "path;text"),
        ("path\nA\n", "path"),
        ("\nx\n", "none"),
    ],
)
def test_a_file_without_the_columns_says_which_it_has(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(ManualError, match=rf'manual\.csv: found the columns {found}; expected "path"'):
        load(tmp_path, text)


def test_a_file_whose_rows_have_no_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match="no row has a path"):
        load(tmp_path, "path,text\n,x\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('path,text\nA,x\nB,"open\nC,y\nD,z\n', 3),
        ('path,text\nA,"x\ny"\nB,"closed" late\n', 4),
        ('path,"text\nA,x\n', 1),
    ],
)
def test_a_quote_left_open_is_named_with_the_line_of_its_row(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ManualError, match=rf"manual\.csv, line {line}: broken CSV .*quote"):
        load(tmp_path, text)


def test_a_cell_of_ten_megabytes_is_read_and_the_usual_limit_restored(tmp_path: Path) -> None:
    usual = csv.field_size_limit()
    manual = load(tmp_path, f"path,text\nA,{'word ' * 2_000_000}\n")
    assert len(manual.sections[0].blocks[0].text) == 9_999_999
    assert csv.field_size_limit() == usual
