"""Every example runs as its first lines say, with the embedded small model where one is needed.

Most of them find an index that an earlier run would have left, and build nothing again.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.processes import HANG_SECONDS

from graphrag_tools.abilities.abilities import Abilities

EXAMPLES = Path(__file__).parent.parent / "examples"


def _run(script: str, *arguments: str, said: str = "") -> str:
    command = [sys.executable, "-W", "error", str(EXAMPLES / script), *arguments]
    ended = subprocess.run(command, input=said, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture
def shown_by(run_script: Run) -> Callable[..., str]:
    """What an example prints that runs in this process, where the small model is loaded already."""

    def call(script: str, *arguments: object) -> str:
        ended = run_script(EXAMPLES / script, *arguments)
        assert ended.code == 0, ended.err
        return ended.out

    return call


def test_chat_answers_with_menu_path_and_taps(copied: Path, gguf_abilities: Abilities) -> None:
    shown = _run(
        "chat_with_ollama.py",
        *("--model", "gguf:smollm2", "--index", str(copied)),
        said="How do I turn on flight mode?\nand where is it?\n\n",
    )
    assert "Understood as: and where is it? (Flight mode)" in shown
    assert "Menu path: Settings > Wi-Fi > Flight mode" in shown
    assert "On the device: Settings > Wi-Fi > Flight mode" in shown


def test_the_same_script_takes_another_model_by_its_string(
    copied: Path, gguf_abilities: Abilities, shown_by: Callable[..., str]
) -> None:
    shown = shown_by("swap_models.py", "--models", "none", "gguf:smollm2", "--index", str(copied))
    none, small = shown.split("--- gguf:smollm2")
    assert "its own calls: none" in none
    assert "its own calls: get_menu_path" in small or "its own calls: describe_menu_item" in small
    assert none.splitlines()[1:] == small.splitlines()[1:]


def test_the_tools_run_in_an_agent(copied: Path, gguf_abilities: Abilities, shown_by: Callable[..., str]) -> None:
    shown = shown_by(
        "tools_in_create_agent.py",
        *("How do I dim the light?", "--model", "gguf:smollm2", "--max-tokens", "32"),
        *("--index", str(copied)),
    )
    assert shown.startswith("Tool calls: ")


def test_a_conversation_goes_on_in_the_next_run(
    copied: Path, tmp_path: Path, gguf_abilities: Abilities, shown_by: Callable[..., str]
) -> None:
    places = ("--index", str(copied), "--memory", str(tmp_path / "memory.sqlite"))
    first = shown_by("conversation.py", "How do I turn on flight mode?", *places, "--model", "gguf:smollm2")
    assert "[search_manual by the workflow]" in first
    assert " by the model]" in first
    second = _run("conversation.py", "and how do I turn it off?", *places)
    assert "Understood as: and how do I turn it off? (Flight mode)" in second
    assert "no more about that than what you have read, in Settings › Wi-Fi › Flight mode" in second


@pytest.mark.parametrize(
    ("loader", "package"),
    [
        ("headers", "langchain_text_splitters"),
        ("community", "langchain_community"),
        ("pages", "langchain_core"),
    ],
)
def test_documents_of_langchain_loaders_answer(run_script: Run, tmp_path: Path, loader: str, package: str) -> None:
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"needs the package {package}")
    places = ("--loader", loader, "--index", tmp_path / "index")
    shown = run_script(EXAMPLES / "langchain_documents.py", "How do I turn on flight mode?", *places).out
    assert shown.startswith("69 sections\n")
    assert "Menu path: Settings > Wi-Fi > Flight mode" in shown


def test_a_model_that_is_missing_is_said_in_one_line(copied: Path, run_script: Run) -> None:
    ended = run_script(EXAMPLES / "swap_models.py", "--models", "gguf:nowhere.gguf", "--index", copied)
    assert ended.code == 1
    assert ended.err.startswith("Error: ")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("script", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_help_of_every_example(script: str, run_script: Run) -> None:
    assert "--model" in run_script(EXAMPLES / script, "--help").out


def test_the_tools_run_in_a_graph_of_ones_own(run_script: Run, tmp_path: Path) -> None:
    question = "How do I turn on flight mode?"
    shown = run_script(EXAMPLES / "own_langgraph.py", question, "--index", tmp_path / "index").out
    assert "From Settings, tap Wi-Fi > Flight mode" in shown
    assert shown.endswith("Menu path: Settings > Wi-Fi > Flight mode\n")


def test_a_graph_of_ones_own_may_end_in_a_model(
    copied: Path, gguf_abilities: Abilities, shown_by: Callable[..., str]
) -> None:
    shown = shown_by(
        "own_langgraph.py",
        *("How do I turn on flight mode?", "--model", "gguf:smollm2", "--max-tokens", "32"),
        *("--index", str(copied)),
    )
    assert not shown.startswith("Flight mode turns off")
    assert shown.endswith("Menu path: Settings > Wi-Fi > Flight mode\n")


def test_parity_report_says_what_a_swap_would_change(
    copied: Path, tmp_path: Path, gguf_abilities: Abilities, shown_by: Callable[..., str]
) -> None:
    places = ("--index", str(copied), "--out", str(tmp_path / "parity.md"))
    assert shown_by("parity_report.py", "--small", "gguf:smollm2", "--large", "none", "--limit", "2", *places) == ""
    report = (tmp_path / "parity.md").read_text("utf-8")
    assert report.startswith("# gguf:smollm2 and none\n\nSame menu path: 2 of 2.")
    for row in ("| gguf:smollm2 | ", "| none | "):
        assert row in report


def test_traces_are_spans_and_leave_the_machine_for_nobody(copied: Path) -> None:
    """No endpoint, no key, no network: `-W error` would show an exporter that fails to connect."""
    shown = _run("tracing.py", "How do I turn on flight mode?", "--index", str(copied))
    assert "span chain  manual_workflow" in shown
    for tool in ("search_manual", "describe_menu_item"):
        assert f"span tool   {tool}" in shown
    assert "Menu path: Settings > Wi-Fi > Flight mode" in shown
