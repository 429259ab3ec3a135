"""The command line as a user meets it: output, JSON, errors in one line, exit codes."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.places import REPOSITORY
from support.processes import HANG_SECONDS

from graphrag_tools.cli import app as cli
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import read_manifest
from graphrag_tools.workflow.settings import settings_in

ROOT = REPOSITORY
SAMPLE = ROOT / "examples" / "sample_manual"
COMMAND = Path(sys.executable).parent / "graphrag-tools"


@pytest.fixture
def index(sample_index_for_answers: ManualIndex) -> Path:
    return sample_index_for_answers.folder


def test_build_says_what_was_read_and_what_was_not(run: Run, tmp_path: Path) -> None:
    manual = tmp_path / "manual"
    shutil.copytree(SAMPLE, manual)
    (manual / "cover.png").write_bytes(b"no manual")
    outcome = run("build", f"larkfield={manual}", "--index", tmp_path / "index")
    assert outcome.code == 0
    assert "larkfield" in outcome.out
    assert "are no pages: 1 .png" in outcome.out
    assert "04-settings.md#family-mode" in outcome.out


@pytest.mark.usefixtures("minilm_weights")
def test_build_and_doctor_say_which_embeddings_are_at_work(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lamp.md").write_text("# Lamp\n\n## Timer\n\nTap Timer.\n", encoding="utf-8")
    for embeddings in ("wordllama", "minilm"):
        built = run("build", tmp_path / "lamp.md", "--index", tmp_path / embeddings, "--embeddings", embeddings)
        assert f"Embeddings {embeddings}: " in built.out
    looked_at = run("doctor", "--index", tmp_path / "minilm")
    assert "its embeddings work" in looked_at.out
    assert "minilm: questions in other words" in " ".join(looked_at.out.split())


def test_build_as_json_is_one_document(run: Run, tmp_path: Path) -> None:
    outcome = run("build", f"larkfield={SAMPLE}", "--index", tmp_path / "index", "--json")
    (manual,) = outcome.document["manuals"]
    assert (manual["id"], manual["sections"], manual["options"]) == ("larkfield", 69, 134)


def test_ask_shows_menu_path_taps_source_and_status(run: Run, index: Path) -> None:
    outcome = run("ask", "How do I turn on flight mode?", "--index", index)
    assert outcome.code == 0
    assert outcome.out.startswith("✓ Settings › Wi-Fi › Flight mode\n\nFlight mode turns off Wi-Fi and Bluetooth")
    assert "\nFrom the manual: Flight mode\n" in outcome.out
    verbose = run("ask", "How do I turn on flight mode?", "--index", index, "-v").out
    for expected in ("Menu path", "Settings › Wi-Fi › Flight mode", "Source", "answered, quoted", "model none"):
        assert expected in verbose


def test_ask_as_json_is_the_answer(run: Run, index: Path) -> None:
    answer = run("ask", "How do I turn on flight mode?", "--index", index, "--json").document
    assert answer["menu_path"] == ["Settings", "Wi-Fi", "Flight mode"]
    assert answer["status"] == "answered"
    assert answer["sources"][0]["id"] == "larkfield/settings/wi-fi/flight-mode"
    assert [call["tool"] for call in answer["trace"]] == ["search_manual", "describe_menu_item"]
    assert {"text", "taps", "mode", "warnings", "usage"} <= answer.keys()


def test_a_long_source_id_stands_whole_beside_its_label(run: Run, index: Path) -> None:
    outcome = run("ask", "How do I turn on flight mode?", "--index", index, "--verbose")
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("Source")]
    assert "larkfield/settings/wi-fi/flight-mode" in line


def test_search_lists_items_best_first(run: Run, index: Path) -> None:
    found = run("search", "flight mode", "--index", index, "-k", "3", "--json").document
    assert found[0]["id"] == "larkfield/settings/wi-fi/flight-mode"
    scores = [hit["score"] for hit in found]
    assert len(found) == 3
    assert scores == sorted(scores, reverse=True)
    assert "Settings › Wi-Fi › Flight mode" in run("search", "flight mode", "--index", index).out


def test_path_shows_the_way_and_the_taps(run: Run, index: Path) -> None:
    assert run("path", "Flight mode", "--index", index, "--json").document == {
        "id": "larkfield/settings/wi-fi/flight-mode",
        "menu_path": ["Settings", "Wi-Fi", "Flight mode"],
        "taps": ["Settings", "Wi-Fi", "Flight mode"],
    }


def test_describe_shows_the_text_of_an_item(run: Run, index: Path) -> None:
    described = run("describe", "Flight mode", "--index", index, "--json").document
    shown = run("describe", "Flight mode", "--index", index).out
    assert described["label"] == "MenuItem"
    assert described["blocks"]
    assert all(" ".join(block["text"].split())[:40] in " ".join(shown.split()) for block in described["blocks"])


def test_an_ambiguous_title_lists_the_candidates(run: Run, index: Path) -> None:
    outcome = run("describe", "Notifications", "--index", index)
    assert outcome.code == 1
    assert "larkfield/settings/notifications" in outcome.err
    assert "larkfield/library/sync/notifications" in outcome.err


def test_a_name_of_a_section_and_of_the_option_that_leads_to_it_means_the_section(run: Run, index: Path) -> None:
    shown = run("describe", "power", "saving", "--index", index, "--json").document
    assert (shown["kind"], shown["path"]) == ("section", ["Settings", "Battery", "Power saving"])


def test_a_path_is_taken_as_it_is_shown(run: Run, index: Path) -> None:
    shown = run("path", "flight mode", "--index", index).out
    (path,) = [line.removeprefix("Menu path").strip() for line in shown.splitlines() if line.startswith("Menu path")]
    assert path == "Settings › Wi-Fi › Flight mode"
    assert run("path", path, "--index", index).out == shown


def test_help_names_no_type_of_an_argument_and_no_option_that_does_nothing(run: Run) -> None:
    shown = run("questions", "--help").out
    assert "--escalate-to" not in shown
    assert "--manual" not in shown
    assert "list[str]" not in run("ask", "--help").out


def test_larger_model_that_is_missing_is_said_at_once(run: Run, index: Path) -> None:
    outcome = run("ask", "Where is flight mode?", "--index", index, "--escalate-to", "gguf:nowhere.gguf")
    assert (outcome.code, outcome.out) == (1, "")
    assert "nowhere.gguf" in outcome.err


def test_eval_prints_the_figures(run: Run, index: Path) -> None:
    questions = ROOT / "examples" / "sample_questions.csv"
    figures = run("eval", "--questions", questions, "--index", index, "--json").document
    assert figures["n"] == 24
    assert figures["valid_tool_calls"] is None
    assert 0 < figures["hits_at_1"] <= figures["hits_at_5"] <= figures["hits_at_10"] <= 1
    assert figures["rouge_l"].keys() == {"precision", "recall", "f1"}
    assert "hits_at_1" in run("eval", "--questions", questions, "--index", index).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "", "--index", "INDEX"], "the question is empty"),
        (["ask", "x", "--index", "nowhere"], "no such folder"),
        (["ask", "x", "--index", "INDEX", "--manual", "toaster"], "not in this index; it has larkfield"),
        (["ask", "x", "--index", "INDEX", "--prompts", "nowhere"], "no such folder of prompts"),
        (["ask", "x", "--index", "INDEX", "--model", "gguf:nowhere.gguf"], "nowhere.gguf"),
        (["build", "nowhere.json", "--index", "new"], "nowhere.json: no such file"),
        (["eval", "--questions", "nowhere.csv", "--index", "INDEX"], "nowhere.csv: no such file"),
        (["describe", "zzzzzz", "--index", "INDEX"], "no menu item 'zzzzzz'"),
    ],
)
def test_an_error_is_one_line_and_exit_code_1(run: Run, index: Path, arguments: list[str], said: str) -> None:
    outcome = run(*(str(index) if part == "INDEX" else part for part in arguments))
    assert outcome.code == 1
    assert outcome.out == ""
    assert said in outcome.err
    assert outcome.err.startswith("Error: ")
    assert "Traceback" not in outcome.err
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["ask"], ["ask", "x", "--choices", "9"], ["search", "x", "-k", "0"], ["nonsense"], ["build"]]
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).code == 2


def test_a_server_that_is_down_is_said_with_its_address(run: Run, index: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    outcome = run("ask", "x", "--index", index, "--model", "ollama:llama3.2", "--base-url", address)
    assert outcome.code == 1
    assert address in outcome.err
    assert "ollama serve" in outcome.err


def test_an_unexpected_error_shows_no_traceback_unless_asked(
    run: Run, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("graphrag_tools.index.index.ManualIndex.open", broken)
    outcome = run("path", "x", "--index", index)
    assert (outcome.code, outcome.out) == (1, "")
    assert "unexpected ZeroDivisionError: a bug" in outcome.err
    monkeypatch.setenv("GRAPHRAG_TOOLS_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_ctrl_c_in_a_build_keeps_the_old_index(run: Run, index: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(index, tmp_path / "index"))
    before = read_manifest(folder)
    program = (
        "import os, signal, sys\n"
        "from graphrag_tools import cli\n"
        "from graphrag_tools.embeddings.cache import EmbeddingCache\n"
        # What runs these tests may ignore the signal, as a script's background jobs do; a child inherits that.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def interrupt(*_): os.kill(os.getpid(), signal.SIGINT); signal.pause()\n"
        "EmbeddingCache.vectors = interrupt\n"
        f"sys.argv = ['graphrag-tools', 'build', 'larkfield={SAMPLE}', '--force', '--index', {str(folder)!r}]\n"
        "cli.main()\n"
    )
    stopped = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=HANG_SECONDS
    )
    assert stopped.returncode == 130
    assert stopped.stderr == "An index that was there before is unchanged.\nStopped.\n"
    assert "Traceback" not in stopped.stderr
    assert read_manifest(folder) == before
    assert run("ask", "How do I turn on flight mode?", "--index", folder).code == 0


def test_a_reader_that_closes_the_pipe_ends_the_command_quietly(index: Path) -> None:
    command = f"{COMMAND} describe larkfield/settings/wi-fi/flight-mode --index {index} --json | true"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=HANG_SECONDS)
    assert ended.stderr == ""


def test_help_loads_no_engine() -> None:
    program = (
        "import sys; from graphrag_tools import cli; sys.argv = ['graphrag-tools', '--help']\n"
        "try: cli.main()\nfinally:\n"
        " print([m for m in ('langchain_core', 'langgraph', 'chromadb', 'numpy', 'tantivy') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=HANG_SECONDS
    )
    assert shown.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("form", ['"{}"', "'{}'", " {}\n"])
def test_a_variable_in_quotes_is_read_as_a_shell_would(
    form: str, run: Run, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of variables for containers keep the quotes."""
    monkeypatch.setenv("GRAPHRAG_TOOLS_INDEX", form.format(index))
    monkeypatch.setenv("GRAPHRAG_TOOLS_MODEL", form.format("none"))
    assert run("ask", "How do I turn on flight mode?", "--json").document["status"] == "answered"
    given = {"GRAPHRAG_TOOLS_INDEX": form.format(index), "GRAPHRAG_TOOLS_MODEL": form.format("none")}
    settings = settings_in(given)
    assert (settings.index, settings.model) == (index, "none")


def test_a_search_for_nothing_is_refused(run: Run) -> None:
    outcome = run("search", " ")
    assert (outcome.code, outcome.err) == (1, "Error: the query is empty; expected words to look for.\n")


@pytest.mark.parametrize("command", ["search", "describe", "path", "menu", "tree", "export"])
def test_names_of_several_words_need_no_quotes(command: str, run: Run, sample_index: ManualIndex) -> None:
    place = ("--index", sample_index.folder)
    plain, quoted = run(command, "Flight", "mode", *place), run(command, "Flight mode", *place)
    assert (plain.code, plain.out) == (0, quoted.out)
    assert "Flight mode" in plain.out
