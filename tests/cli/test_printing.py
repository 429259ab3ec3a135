"""Nothing that is printed commands a terminal or changes the order of writing, whatever an index holds."""

import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console
from support.cli_fixtures import Run

from graphrag_tools.cli.output import Cleaned
from graphrag_tools.index.build import build_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.text.characters import without_controls

DIRT = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m"
"""A title for the window, clear the screen, write from right to left, red in an 8-bit terminal."""
QUESTION = "How do I set the brightness?"


@pytest.fixture(scope="module")
def dirty_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose text no loader of ours has cleaned, as one made by somebody else may be."""
    folder = tmp_path_factory.mktemp("dirty") / "index"
    blocks = (
        Block("paragraph", f"Turn the wheel{DIRT} to set the brightness of the lamp."),
        Block("option", f"Night light{DIRT}: Dims the lamp at night.", name=f"Night light{DIRT}"),
    )
    section = Section(key="brightness", title=f"Brightness{DIRT}", blocks=blocks)
    build_index([Manual("lamp", f"Lamp{DIRT}", (section,), source=f"lamp{DIRT}.md")], folder, "wordllama")
    return folder


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", QUESTION),
        ("ask", f"Who won the cup{DIRT}?"),
        ("search", "brightness"),
        ("search", f"brightness{DIRT}"),
        ("path", "lamp/brightness"),
        ("path", f"nowhere{DIRT}"),
        ("describe", "lamp/brightness"),
        ("tree", "--options"),
        ("list",),
    ],
)
def test_what_is_shown_holds_no_controls(
    run: Run, dirty_index: Path, arguments: tuple[str, ...], as_json: bool
) -> None:
    outcome = run(*arguments, "--index", dirty_index, *(["--json"] if as_json else []))
    printed = outcome.out + outcome.err
    assert printed
    assert without_controls(printed) == printed
    if as_json and not outcome.code:
        assert DIRT in "".join(json.loads(outcome.out) and _strings(outcome.document))


def _strings(document: object) -> list[str]:
    if isinstance(document, dict):
        return [text for value in document.values() for text in _strings(value)]
    if isinstance(document, list):
        return [text for value in document for text in _strings(value)]
    return [document] if isinstance(document, str) else []


@pytest.mark.parametrize("form", ["mermaid", "graphml", "json"])
def test_an_export_that_is_shown_holds_no_controls(run: Run, dirty_index: Path, form: str) -> None:
    outcome = run("export", "--index", dirty_index, "--format", form)
    assert "Brightness" in outcome.out
    assert without_controls(outcome.out) == outcome.out


def test_a_chat_prints_no_controls(run: Run, dirty_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\nWho won{DIRT}?\n\n"))
    outcome = run("chat", "--index", dirty_index)
    assert "Brightness" in outcome.out
    assert without_controls(outcome.out + outcome.err) == outcome.out + outcome.err


def test_questions_are_json_lines_with_the_same_words(run: Run, dirty_index: Path) -> None:
    outcome = run("questions", "--index", dirty_index, "-n", 3)
    lines = [json.loads(line) for line in outcome.out.splitlines()]
    assert lines
    assert without_controls(outcome.out) == outcome.out


def test_colours_of_our_own_stay_on_a_terminal() -> None:
    out = io.StringIO()
    Console(file=out, force_terminal=True, color_system="standard").print(Cleaned(f"plain{DIRT}"), style="red")
    assert out.getvalue() == "\x1b[31mplain\x1b[0m\n"


def test_in_a_pipe_nothing_is_padded_and_trees_are_drawn_in_what_the_encoding_has(
    run: Run, sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("--index", sample_index_for_answers.folder)
    found = run("search", "flight mode", *place).out.splitlines()
    assert found[0].startswith("1. Settings › Wi-Fi › Flight mode  score ")
    assert all("   " not in line.strip() for line in found)
    windows = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", windows)
    run("tree", "Reset options", *place)
    shown = windows.buffer.getvalue().decode("cp1252")  # type: ignore[attr-defined]
    assert "`-- Reset the device" in shown
    assert "?" not in shown
