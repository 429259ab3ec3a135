"""Two runs compared question by question, and what a question may come to."""

import csv
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.places import REPOSITORY

from graphrag_tools.answer import Answer, Source, Status
from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.figures import RougeL
from graphrag_tools.evaluation.pairs import compare_pairs
from graphrag_tools.evaluation.questions import Question, read_questions, written_questions
from graphrag_tools.evaluation.report import report
from graphrag_tools.evaluation.run import QuestionResult
from graphrag_tools.index import ManualIndex

EVERYDAY = REPOSITORY / "examples" / "everyday_questions.csv"


def result(
    text: str, *, rank: int | None = 0, status: Status = "answered", right: bool = True, answerable: bool = True
) -> QuestionResult:
    question = Question(text, text, ("A",) if answerable else (), "x", kind="howto")
    answer = Answer(text="x", status=status, sources=(Source(id="m/a", title="A", path=("A",)),))
    return QuestionResult(question, rank, answer, right and answerable, False, RougeL(0, 0, 0), 0.1)


def test_an_answer_is_right_or_wrong_and_doubt_and_refusal_are_neither() -> None:
    assert result("a").outcome == "right"
    assert result("a", right=False).outcome == "wrong"
    assert result("a", status="unsure").outcome == "unsure"
    assert result("a", status="not_in_manual", right=False).outcome == "refused"
    assert result("a", status="unverified", right=False).outcome == "wrong"


def test_outcomes_of_answerable_questions_add_up_to_one_and_others_stand_apart() -> None:
    results = [
        result("a"),
        result("b"),
        result("c", right=False),
        result("d", status="unsure"),
        result("e", status="not_in_manual", right=False),
        result("f", answerable=False, rank=None),
        result("g", answerable=False, rank=None, status="not_in_manual"),
    ]
    figures = report("none", results)
    assert (figures.right, figures.wrong, figures.unsure, figures.refused) == (0.4, 0.2, 0.2, 0.2)
    assert figures.right_of_answered == pytest.approx(2 / 3)
    assert (figures.answered_unanswerable, figures.refused_unanswerable) == (0.5, 0.5)
    assert figures.by_kind["howto"].n == 5
    assert figures.by_kind["howto (not in the manual)"].wrong == 0.5


def test_nothing_answered_has_no_share_of_right_answers() -> None:
    assert report("none", [result("a", status="unsure")]).right_of_answered is None


def test_pairs_count_what_is_gained_and_lost() -> None:
    before = [result("a"), result("b", right=False), result("c"), result("only before")]
    after = [result("c", status="unsure"), result("b"), result("a"), result("only after")]
    found = compare_pairs(("old", before), ("new", after))
    right = next(one for one in found.differences if one.figure == "right")
    assert found.n == 3
    assert (right.before, right.after) == pytest.approx((2 / 3, 2 / 3))
    assert (right.gained, right.lost) == (1, 1)
    assert right.interval[0] < 0 < right.interval[1]


def test_runs_over_other_questions_cannot_be_compared() -> None:
    with pytest.raises(ConfigError, match="no answerable question in common"):
        compare_pairs(("old", [result("a")]), ("new", [result("b")]))


def test_any_of_several_sections_is_right_and_no_marks_what_is_not_in_the_manual(tmp_path: Path) -> None:
    file = tmp_path / "questions.csv"
    lines = [
        "question_id,question,answerable,section_paths,answer,kind",
        "1,where,yes,A>B || C,x,where",
        "2,gps,no,,,yesno",
        "3,half,partly,C,x,",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    where, gps, half = read_questions(file)
    assert where.gold_paths == (("A", "B"), ("C",))
    assert (where.kind, gps.answerable, gps.gold_paths, half.answerable) == ("where", False, (), True)
    again = tmp_path / "again.jsonl"
    again.write_text(written_questions([where, half], ".jsonl"), encoding="utf-8")
    assert [one.gold_paths for one in read_questions(again)] == [where.gold_paths, half.gold_paths]


def test_every_section_of_the_everyday_questions_is_in_the_sample_manual(sample_index: ManualIndex) -> None:
    known = set(sample_index.section_paths())
    questions = read_questions(EVERYDAY)
    assert sum(not question.answerable for question in questions) >= 5
    assert [path for question in questions for path in question.gold_paths if path not in known] == []


def test_a_run_is_compared_with_an_earlier_one(run: Run, sample_index: ManualIndex, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with EVERYDAY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    few = tmp_path / "few.csv"
    with few.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*rows[:5], rows[-1]])
    common = ("eval", "--questions", few, "--index", sample_index.folder, "--model", "none", "--json")
    run(*common, "--out", tmp_path / "first")
    outcome = run(*common, "--against", tmp_path / "first")
    (pair,) = outcome.document["pairs"]
    assert pair["n"] == 4
    assert {one["after"] - one["before"] for one in pair["differences"]} == {0.0}
    refused = run(*common, "--against", tmp_path / "nowhere")
    assert refused.code == 1
    assert "no results to compare with" in refused.err
