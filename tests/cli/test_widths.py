"""What commands print is whole and readable on any terminal, and a line a line in a pipe."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console
from support.cli_fixtures import Run

from graphrag_tools.cli.output import print_aside
from graphrag_tools.evaluation.pairs import PairedComparison, PairedDifference, rendered_pairs
from graphrag_tools.index.index import ManualIndex

_STYLES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\]8;[^\x1b]*\x1b\\")
_SOFT = re.compile(r"(More:|This is the top alone\.|Next:|Read one:)|\s*(Id\s+)?larkfield/\S+$")
"""Lines with a command or an id to copy, which the terminal breaks where it ends and not we."""


@pytest.fixture(params=[40, 60, 80, 200])
def columns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The width of a terminal that what is printed goes to."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    monkeypatch.setenv("TERMINAL_WIDTH", str(request.param))
    monkeypatch.setenv("FORCE_COLOR", "1")
    width: int = request.param
    return width


COMMANDS = [
    ("list",),
    ("tree",),
    ("tree", "Settings > Display", "--options"),
    ("menu",),
    ("menu", "Display"),
    ("search", "flight mode"),
    ("describe", "Flight mode"),
    ("path", "Flight mode"),
    ("ask", "-v", "how do i turn on flight mode"),
    ("check",),
    ("doctor", "--model", "none"),
]


def test_no_line_is_wider_than_the_terminal(columns: int, run: Run, sample_index_for_answers: ManualIndex) -> None:
    for command in COMMANDS:
        outcome = run(*command, "--index", sample_index_for_answers.folder)
        assert outcome.code == 0, outcome.err
        lines = _STYLES.sub("", outcome.out).splitlines()
        wide = [line for line in lines if cell_len(line.rstrip()) > columns and not _SOFT.match(line)]
        assert wide == [], command


def test_words_stay_whole_in_the_list_of_manuals(columns: int, run: Run, sample_index_for_answers: ManualIndex) -> None:
    shown = _STYLES.sub("", run("list", "--index", sample_index_for_answers.folder).out)
    assert shown.startswith("larkfield: 69 sections, 134 options\n")
    assert {"built", "from", "embeddings", "minilm", "dimensions),"} <= set(shown.split())


@pytest.mark.parametrize("command", [(), ("ask",), ("eval",)])
def test_help_names_options_and_variables_whole(command: tuple[str, ...], columns: int, run: Run) -> None:
    shown = _STYLES.sub("", run(*command, "--help").out)
    assert "…" not in shown
    assert max(cell_len(line.rstrip()) for line in shown.splitlines()) <= max(columns, 40)
    assert ("GRAPHRAG_TOOLS_INDEX" if command else "doctor") in shown
    assert "--help" in shown
    assert command or "[chat]" in shown, "brackets are taken for markup"


def test_command_to_copy_is_one_line_on_any_terminal(
    columns: int, run: Run, sample_index_for_answers: ManualIndex
) -> None:
    shown = _STYLES.sub("", run("ask", "who won the world cup", "--index", sample_index_for_answers.folder).out)
    assert re.search(r"^Read one: graphrag-tools describe larkfield/\S+ --index \S+$", shown, re.M)


def test_in_a_pipe_each_manual_is_two_whole_lines(run: Run, sample_index_for_answers: ManualIndex) -> None:
    first, second, about = run("list", "--index", sample_index_for_answers.folder).out.splitlines()
    assert first == "larkfield: 69 sections, 134 options"
    assert second.startswith("  built ")
    assert second.endswith("sample_manual")
    assert about.startswith("Index: ")


def test_a_table_of_figures_becomes_paragraphs_where_its_columns_do_not_fit(columns: int) -> None:
    difference = PairedDifference(figure="hits_at_1", before=0.5, after=0.75, gained=2, lost=1, interval=(-0.1, 0.3))
    console = Console(width=columns, force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(rendered_pairs(PairedComparison(before="none", after="auto", n=4, differences=(difference,))))
    lines = captured.get().splitlines()
    assert all(cell_len(line.rstrip()) <= columns for line in lines)
    assert "+0.250 [-0.100 to +0.300]" in " ".join(" ".join(lines).split())
    assert any(line.split() == ["gained", "2"] for line in lines) == (columns < 80)


def test_errors_break_between_words_on_a_terminal_and_nowhere_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    said = "Error: no server answers at http://127.0.0.1:11434/a/very/long/address/of/it. Start it with `ollama serve`."
    for is_terminal in (True, False):
        heard = io.StringIO()
        monkeypatch.setattr(heard, "isatty", lambda is_terminal=is_terminal: is_terminal)
        monkeypatch.setattr("sys.stderr", heard)
        print_aside(f"{said}\n\n$ graphrag-tools ask how do i turn on flight mode --index a/folder/of/it\n  An example")
        error, _, rest = heard.getvalue().partition("\n\n")
        assert error.split() == said.split(), "words and addresses are whole"
        assert ("\n" in error) is (is_terminal and columns < len(said))
        assert rest.startswith("$ graphrag-tools ask how do i turn on flight mode --index a/folder/of/it\n  An ")
