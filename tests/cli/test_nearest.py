"""Where something is named wrongly, the message names the nearest right thing; where a build ends, what comes next."""

import shlex
from pathlib import Path

import pytest
from support.cli_fixtures import Run

from graphrag_tools.index.index import ManualIndex

LAMP = "# Lamp\n\n## Set the timer\n\nFrom Settings, tap Timer, and then choose the minutes.\n"


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lamp")
    (folder / "lamp-manual.md").write_text(LAMP, encoding="utf-8")
    (folder / "questions.csv").write_text("question,section_path,answer\n", encoding="utf-8")
    ManualIndex.build([f"lamp={folder / 'lamp-manual.md'}"], folder / "index", embeddings="wordllama").close()
    return folder


@pytest.mark.parametrize("named", ["lamp-manual.md", "lamp-manual", "FOLDER/lamp-manual.md"])
def test_remove_with_the_name_of_a_file_names_the_id(run: Run, lamp: Path, named: str) -> None:
    outcome = run("remove", named.replace("FOLDER", str(lamp)), "--index", lamp / "index")
    assert outcome.code == 1
    assert "not in this index; it has lamp. That file was read as lamp." in outcome.err


def test_default_index_that_is_not_there_is_told_without_its_whole_path(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    error = run("ask", "How do I charge it?").err
    assert error.startswith("Error: there is no index here (manual-index). Build one: graphrag-tools build MANUAL.")


def test_remove_with_a_slip_names_the_id(run: Run, lamp: Path) -> None:
    assert "Did you mean lamp?" in run("remove", "lmap", "--index", lamp / "index").err


def test_missing_questions_name_the_nearest_file_and_how_to_make_them(run: Run, lamp: Path) -> None:
    outcome = run("eval", "--questions", lamp / "question.csv", "--index", lamp / "index")
    assert (outcome.code, outcome.out) == (1, "")
    assert f"Did you mean {lamp / 'questions.csv'}?" in outcome.err
    assert "graphrag-tools questions --out" in outcome.err
    assert "Did you mean" not in run("eval", "--questions", "no/where.csv", "--index", lamp / "index").err


@pytest.mark.parametrize("model", ["smollm2", "SmolLM2", "smolm2"])
def test_a_bare_name_of_a_model_inside_a_package_is_told_with_its_prefix(run: Run, lamp: Path, model: str) -> None:
    server = ("--base-url", "http://127.0.0.1:9")
    outcome = run("ask", "timer", "--index", lamp / "index", "--model", model, *server)
    assert outcome.code == 1
    assert "did you mean --model gguf:smollm2?" in outcome.err


def test_build_ends_with_a_question_that_is_answered(run: Run, tmp_path: Path) -> None:
    sample = Path("examples/sample_manual").resolve()
    last = run("build", f"larkfield={sample}", "--index", tmp_path / "index").out.splitlines()[-1]
    assert last.startswith('Next: graphrag-tools ask "')
    command = shlex.split(last.removeprefix("Next: graphrag-tools "))
    assert run(*command, "--exit-status").out.startswith("✓ ")


def test_build_of_what_answers_no_question_of_ours_ends_with_chat(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("# Note\n\nGreen.\n", encoding="utf-8")
    index = tmp_path / "my index"
    last = run("build", tmp_path / "note.md", "--index", index, "--embeddings", "wordllama").out.splitlines()[-1]
    assert last == f"Next: graphrag-tools chat --index {shlex.quote(str(index))}"


@pytest.mark.parametrize("command", ["ask", "chat", "build", "eval"])
def test_options_stand_under_headings(run: Run, command: str) -> None:
    shown = run(command, "--help").out
    assert "─ Usual ─" in shown
    assert shown.index("─ Usual ─") < shown.index("─ Model ─") < shown.index("─ Limits ─")
    assert "─ Output ─" in shown


JARGON = ("coverage", "by the workflow", "blocks", "levels", "leading nowhere", "generation", "calibrate", "has earned")


def test_words_of_the_inside_do_not_meet_a_newcomer(run: Run, tmp_path: Path) -> None:
    index, sample = tmp_path / "index", Path("examples/sample_manual").resolve()
    shown = [run("build", f"larkfield={sample}", "--index", index)]
    for command in (("list",), ("check",), ("tree", "Settings"), ("menu",), ("ask", "turn on flight mode"), ("demo",)):
        place = ("--folder", tmp_path / "demo") if command == ("demo",) else ("--index", index)
        shown.append(run(*command, *place))
    shown += [run(), *(run(command, "--help") for command in ("build", "ask", "chat", "list", "check", "demo"))]
    for outcome in shown:
        assert [word for word in JARGON if word in " ".join((outcome.out + outcome.err).split())] == []


def test_a_word_that_names_no_item_is_told_what_to_type_and_an_index_that_is_a_file_that_it_is_one(
    run: Run, lamp: Path
) -> None:
    index = lamp / "index"
    outcome = run("describe", "xqzw vq", "--index", index)
    assert (outcome.code, outcome.err) == (
        1,
        f"Error: there is no menu item 'xqzw vq'. Search for it: graphrag-tools search 'xqzw vq' --index {index}\n",
    )
    error = run("ask", "timer", "--index", lamp / "lamp-manual.md").err
    assert "found a file; expected the folder of an index. Build one: graphrag-tools build" in error
