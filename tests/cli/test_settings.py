"""Flag, environment, config file, default: which one an option takes; version, exit codes and completion."""

import inspect
import os
import subprocess
import sys
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.places import REPOSITORY
from support.processes import HANG_SECONDS

from graphrag_tools.cli import app as cli
from graphrag_tools.cli.settings import known_settings
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow.settings import AnswerSettings

ROOT = REPOSITORY
SAMPLE = ROOT / "examples" / "sample_manual"
COMMAND = Path(sys.executable).parent / "graphrag-tools"


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GRAPHRAG_TOOLS_") and name != "GRAPHRAG_TOOLS_CACHE"]:
        monkeypatch.delenv(name)


@pytest.fixture
def index(sample_index_for_answers: ManualIndex) -> Path:
    return sample_index_for_answers.folder


def config(text: str, file: str = "graphrag-tools.toml") -> None:
    Path(file).write_text(text, encoding="utf-8")


def found(run: Run, *arguments: object) -> int:
    """How many sections the search found: an option that every source can set."""
    return len(run(*arguments).document)


def test_flag_before_environment_before_file_before_default(
    run: Run, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("search", "light", "--index", index, "--json")
    assert found(run, *asked) == 5
    config("[search]\nk = 2")
    assert found(run, *asked) == 2
    monkeypatch.setenv("GRAPHRAG_TOOLS_SEARCH_K", "3")
    assert found(run, *asked) == 3
    assert found(run, *asked, "-k", "4") == 4


def test_a_shared_option_comes_from_the_top_of_the_file(run: Run, index: Path) -> None:
    config(f'index = "{index}"\ntool-mode = "none"\nanswers = "quoted"\nrefuse-below = 1.0')
    answer = run("ask", "How do I turn on flight mode?", "--json").document
    assert answer["status"] == "not_in_manual"
    assert run("path", "Flight mode", "--json").code == 0


def test_another_file_by_flag_and_by_environment(run: Run, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config("[search]\nk = 2")
    config("[search]\nk = 3", "other.toml")
    asked = ("search", "light", "--index", index, "--json")
    assert found(run, "--config", "other.toml", *asked) == 3
    monkeypatch.setenv("GRAPHRAG_TOOLS_CONFIG", "other.toml")
    assert found(run, *asked) == 3
    assert found(run, "--config", os.devnull, *asked) == 5


def test_a_required_option_may_stand_in_the_file(run: Run, index: Path) -> None:
    questions = ROOT / "examples" / "sample_questions.csv"
    config(f'index = "{index}"\nmodel = "none"\n[eval]\nquestions = "{questions}"\nlimit = 2')
    assert run("eval", "--json").document["n"] == 2


def test_a_mistake_in_the_file_is_one_line_and_exit_code_1(run: Run, index: Path) -> None:
    config("\n[search]\nk = 'many'")
    outcome = run("search", "light", "--index", index)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: ")
    assert outcome.err.endswith("graphrag-tools.toml, line 3: search.k is 'many'; expected a valid integer.\n")


def test_a_wrong_value_in_the_environment_is_said_with_the_variable(
    run: Run, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_CONTEXT", "big")
    outcome = run("ask", "x", "--index", index)
    assert outcome.code == 2
    assert "GRAPHRAG_TOOLS_CONTEXT" in outcome.err


def test_a_path_in_another_folders_file_is_taken_from_there(run: Run, index: Path) -> None:
    config(f'index = "{index.name}"', str(index.parent / "there.toml"))
    assert run("--config", index.parent / "there.toml", "path", "Flight mode").code == 0


def test_every_option_can_be_set_in_the_file() -> None:
    known = known_settings(cli.app)
    assert known.tables.keys() >= {"build", "ask", "chat", "eval", "tree", "doctor"}
    assert known.shared.keys() >= {"index", "model", "manual", "tool-mode", "context", "prompts"}
    assert known.tables["chat"].keys() - known.shared.keys() == {"remember", "thread", "thread-tokens"}
    assert known.tables["export"].keys() - known.shared.keys() == {"format", "path", "options", "out"}
    assert not any("json" in table for table in known.tables.values())


def test_ask_has_an_option_for_each_setting_with_its_default() -> None:
    (ask,) = [command for command in cli.app.registered_commands if command.callback.__name__ == "ask"]  # type: ignore[union-attr]
    taken = inspect.signature(ask.callback).parameters  # type: ignore[arg-type]
    defaults = AnswerSettings()
    assert {field.name: getattr(defaults, field.name) for field in fields(AnswerSettings)} == {
        name: one.default
        for name, one in taken.items()
        if name not in ("question", "as_json", "verbose", "exit_status")
    }


@pytest.mark.parametrize("command", ["ask", "build", "tree"])
def test_help_says_where_a_value_may_come_from(run: Run, command: str) -> None:
    config("this is no config file")
    shown = " ".join(run(command, "--help").out.split())
    assert "(--index: GRAPHRAG_TOOLS_INDEX)" in shown
    assert "graphrag-tools.toml" in shown


def test_help_says_what_the_exit_codes_mean(run: Run) -> None:
    shown = " ".join(run("--help").out.split())
    for code in ("0 success", "1 an error", "2 wrong usage", "130 stopped by Ctrl-C"):
        assert code in shown


def test_version_is_that_of_the_package(run: Run) -> None:
    config("this is no config file")
    outcome = run("--version")
    assert (outcome.code, outcome.out) == (0, f"graphrag-tools {version('graphrag-tools')}\n")


@pytest.mark.parametrize("arguments", [["--version"], ["path", "Flight mode"]])
def test_success_is_exit_code_0(run: Run, index: Path, arguments: list[str]) -> None:
    config(f'index = "{index}"')
    assert run(*arguments).code == 0


@pytest.mark.parametrize(
    ("shell", "said"), [("bash", "complete -o default"), ("zsh", "#compdef"), ("fish", "complete")]
)
def test_completion_is_shown_for_the_shell_in_use(shell: str, said: str) -> None:
    """Typer asks the process above which shell it is, and takes a name where it is told not to."""
    environment = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    shown = subprocess.run(
        [COMMAND, "--show-completion", shell],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=HANG_SECONDS,
    )
    assert said in shown.stdout
    assert "_GRAPHRAG_TOOLS_COMPLETE" in shown.stdout


def test_completion_offers_commands_and_options() -> None:
    config("this is no config file")
    for words, offered in (("graphrag-tools do", "doctor"), ("graphrag-tools ask --esc", "--escalate-to")):
        environment = {
            **os.environ,
            "_GRAPHRAG_TOOLS_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        }
        shown = subprocess.run(
            [COMMAND], env=environment, capture_output=True, text=True, check=True, timeout=HANG_SECONDS
        )
        assert offered in shown.stdout.split()


@pytest.mark.parametrize("columns", [60, 250])
def test_help_names_no_types_of_a_programmer_and_wraps_where_the_terminal_ends(
    run: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERMINAL_WIDTH", str(columns))
    for command in ("chat", "eval", "web"):
        shown = run(command, "--help").out
        for one in ("<bool>", "<str>", "<list[str]>", "int range", "float range"):
            assert one not in shown, command
    said = [line for line in run("chat", "--help").out.splitlines() if "At a terminal" in line or "Ctrl-C" in line]
    assert len(said) == (1 if columns == 250 else 2), "the docstring's own lines are none of the terminal's"
