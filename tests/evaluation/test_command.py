"""The commands eval and questions as a user meets them."""

import json
from pathlib import Path

import pytest
from support.cli_fixtures import Outcome, Run
from support.places import SAMPLE_QUESTIONS

from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.evaluation.results import RESULTS_NAME
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel


@pytest.fixture
def evaluated(run: Run, sample_index: ManualIndex) -> Run:
    """Evaluate on the sample manual with further arguments."""

    def call(*arguments: object) -> Outcome:
        return run("eval", "--questions", SAMPLE_QUESTIONS, "--index", sample_index.folder, *arguments)

    return call


def test_the_plain_form_gives_the_figures_of_one_run(evaluated: Run) -> None:
    figures = json.loads(evaluated("--model", "none", "--json").out)
    assert (figures["model"], figures["way"], figures["n"]) == ("none", "auto", 24)
    assert figures["invented_items"] == 0
    outcomes = {"right", "wrong", "unsure", "refused", "right_of_answered"}
    means = {"path_right", "rouge_l_f1", "invented_items", "hits_at_1", "hits_at_5"}
    assert figures["intervals"].keys() == means | outcomes
    shown = evaluated("--model", "none").out
    assert "hits_at_1" in shown
    assert "rouge_l_f1" in shown


def test_several_ways_give_a_row_each(evaluated: Run) -> None:
    outcome = evaluated("--way", "none", "--way", "first-section", "--limit", "3")
    assert outcome.code == 0
    assert "none, none" in outcome.out
    assert "none, first-section" in outcome.out
    document = json.loads(evaluated("--way", "all", "--limit", "2", "--json").out)
    assert [one["way"] for one in document["runs"]] == ["none", "first-section"]
    assert {one["way"] for one in document["cannot_run"]} >= {"schema", "bare-agent"}
    assert document["verdict"] is None


def test_no_line_is_wider_than_a_terminal(evaluated: Run) -> None:
    shown = evaluated("--way", "none", "--way", "first-section", "--limit", "2").out
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80
    assert "…" not in shown


def test_what_is_required_decides_the_exit_code(evaluated: Run) -> None:
    passing = evaluated("--require", "path_right>=0.2", "--require", "invented_items<=0")
    failing = evaluated("--require", "path_right>=0.99")
    assert (passing.code, failing.code) == (0, 1)
    assert "is met by way of auto" in " ".join(passing.out.split())
    assert "No model passes path_right>=0.99" in failing.out
    assert failing.err == ""
    verdict = json.loads(evaluated("--require", "path_right>=0.99", "--json").out)["verdict"]
    assert verdict["passed"] is False


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--require", "accuracy>=1"], "no figure 'accuracy'"),
        (["--way", "magic"], "no way 'magic'"),
        (["--way", "native"], "nothing can be run: the way native needs a model"),
        (["--unanswerable", "nowhere.csv"], "nowhere.csv: no such file"),
        (["--manual", "toaster"], "not in this index"),
        (["--prompts", "nowhere"], "no such folder of prompts"),
        (["--model", "gguf:nowhere.gguf", "--way", "schema"], "nowhere.gguf"),
    ],
)
def test_an_error_is_one_line_and_exit_code_1(evaluated: Run, arguments: list[str], said: str) -> None:
    outcome = evaluated(*arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_section_that_no_manual_has_is_told(run: Run, sample_index: ManualIndex, tmp_path: Path) -> None:
    rows = "How do I fly?,Settings > Wings,x\nHow do I turn it off?,Settings > Wi-Fi > Flight mode,x\n"
    (tmp_path / "q.csv").write_text(f"question,section_path,answer\n{rows}")
    outcome = run("eval", "--questions", tmp_path / "q.csv", "--index", sample_index.folder)
    assert outcome.code == 0
    assert 'no manual in the index has their section: "How do I fly?" (Settings > Wings). Correct' in outcome.err
    (tmp_path / "q.csv").write_text(f"question,section_path,answer\n{rows.splitlines()[1]}\n")
    assert "section" not in run("eval", "--questions", tmp_path / "q.csv", "--index", sample_index.folder).err


def test_questions_are_required(run: Run, sample_index: ManualIndex) -> None:
    assert run("eval", "--index", sample_index.folder).code == 2


def test_a_folder_gets_results_and_a_report_that_says_its_command(evaluated: Run, tmp_path: Path) -> None:
    arguments = ("--way", "none", "--limit", "2", "--out", tmp_path / "out")
    assert evaluated(*arguments).code == 0
    before = (tmp_path / "out" / RESULTS_NAME).read_bytes()
    assert len(before.splitlines()) == 2
    assert f"Report: {tmp_path / 'out' / 'report.md'}" in evaluated(*arguments).out.replace("\n", "")
    assert (tmp_path / "out" / RESULTS_NAME).read_bytes() == before
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "`graphrag-tools eval --questions" in report
    assert "2 of 2 answers, with the times of then" in report


def test_questions_are_shown_or_written(run: Run, sample_index: ManualIndex, tmp_path: Path) -> None:
    shown = run("questions", "--index", sample_index.folder, "-n", "2")
    assert (shown.code, shown.err) == (0, "Kept 2 of 2 questions.\n")
    lines = [json.loads(line) for line in shown.out.splitlines()]
    for name in ("q.csv", "q.jsonl"):
        assert run("questions", "--index", sample_index.folder, "-n", "2", "--out", tmp_path / name).out == ""
        written = read_questions(tmp_path / name)
        assert [one.text for one in written] == [line["question"] for line in lines]
        assert [list(one.section_path) for one in written] == [line["section_path"] for line in lines]
    document = json.loads(run("questions", "--index", sample_index.folder, "-n", "1", "--json").out)
    assert document["questions"][0]["question"] == lines[0]["question"]


def test_a_file_of_another_kind_is_refused_before_the_work(run: Run, sample_index: ManualIndex, tmp_path: Path) -> None:
    outcome = run("questions", "--index", sample_index.folder, "--out", tmp_path / "q.txt")
    assert outcome.code == 1
    assert "ends in .csv or .jsonl" in outcome.err


def test_a_small_model_writes_questions_that_stand_checking(
    run: Run, sample_index: ManualIndex, gguf_model: ChatModel, tmp_path: Path
) -> None:
    file = tmp_path / "q.jsonl"
    arguments = ("--model", gguf_model.name, "-n", "2", "--max-tokens", "40", "--out", file)
    outcome = run("questions", "--index", sample_index.folder, *arguments)
    assert outcome.code == 0
    assert outcome.err.startswith("Kept 2 of ")
    for question in read_questions(file):
        assert question.text.endswith("?")
        assert question.section_path in sample_index.section_paths()
