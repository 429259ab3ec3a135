"""Questions, metrics and the figures made of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.places import SAMPLE_QUESTIONS

from graphrag_tools.answer import Answer, Source, ToolCallRecord, Usage
from graphrag_tools.errors import ManualError, ModelError, PromptTooLong
from graphrag_tools.evaluation.figures import GoldPaths, RougeL, bootstrap_interval, exact_match, rouge_l
from graphrag_tools.evaluation.questions import Question, read_questions
from graphrag_tools.evaluation.report import report
from graphrag_tools.evaluation.run import Evaluator, QuestionResult, evaluate
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow.graph import manual_workflow


def test_questions_are_read_with_their_paths() -> None:
    questions = read_questions(SAMPLE_QUESTIONS)
    assert len(questions) == 24
    assert all(question.text and question.answer for question in questions)
    assert ("Settings", "Notifications") in [question.section_path for question in questions]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "found the columns a, b; expected question, section_path, answer"),
        ("question,section_path,answer\n", "no question in it"),
        ("question,section_path,answer\nWhere?,,x\n", "line 2: a row without"),
    ],
)
def test_bad_question_files_are_said(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "questions.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ManualError, match=said):
        read_questions(file)


def test_a_gold_path_is_compared_after_folding() -> None:
    gold = GoldPaths([("Settings", "Wi‑Fi calling"), ("Apps", "Phone", "Notifications")])
    assert gold.is_right(("Settings", "Wi‑Fi calling"), ("settings", "Wi-Fi Calling"))
    assert not gold.is_right(("Other", "Wi-Fi calling"), ("Settings", "Wi-Fi calling"))
    assert not gold.is_right((), ("Settings", "Wi-Fi calling"))


def test_an_unknown_gold_path_counts_by_its_last_title() -> None:
    gold = GoldPaths([("Apps", "Phone", "Notifications")])
    assert gold.is_right(("Apps", "Phone", "Notifications"), ("Getting started", "Notifications"))


def test_rouge_l_is_the_longest_common_subsequence_of_stems() -> None:
    found = rouge_l("Tap the settings icon", "Tap settings")
    assert found == RougeL(precision=pytest.approx(0.5), recall=1.0, f1=pytest.approx(2 / 3))
    assert rouge_l("recording", "recorded").f1 == 1.0


def test_rouge_l_ignores_what_follows_100_words() -> None:
    words = " ".join(f"word{number}" for number in range(100))
    assert rouge_l(words + " and much more", words).f1 == 1.0


def test_exact_match_ignores_case_and_punctuation() -> None:
    assert exact_match("Tap  Done.", "tap done")
    assert not exact_match("Tap Done twice", "Tap Done")


def _result(rank: int | None, *calls: ToolCallRecord, unread: int = 0, right: bool = True) -> QuestionResult:
    source = Source(id="m/a", title="A", path=("A",))
    usage = Usage(model_calls=2, unread_calls=unread, prompt_tokens=100)
    answer = Answer(text="x", status="answered", sources=(source,), trace=calls, usage=usage)
    question = Question("1", "q", ("A",), "x")
    return QuestionResult(question, rank, answer, right, False, RougeL(0.2, 0.4, 0.3), 1.5)


def test_figures_are_means_over_the_questions() -> None:
    by_model = ToolCallRecord(tool="describe_menu_item", arguments={}, by="model", valid=True, result="")
    invalid = by_model.model_copy(update={"valid": False})
    forced = by_model.model_copy(update={"by": "workflow", "tool": "search_manual"})
    figures = report("m", [_result(0, forced, by_model), _result(4, forced, invalid), _result(None, right=False)])
    assert (figures.hits_at_1, figures.hits_at_3, figures.hits_at_5) == pytest.approx((1 / 3, 1 / 3, 2 / 3))
    assert figures.path_right == pytest.approx(2 / 3)
    assert figures.valid_tool_calls == pytest.approx(0.5)
    assert figures.tool_calls_per_question == pytest.approx(4 / 3)
    assert figures.model_tool_calls_per_question == pytest.approx(2 / 3)
    assert figures.prompt_tokens_per_question == 100
    assert figures.rouge_l.f1 == pytest.approx(0.3)


def test_a_reply_without_a_readable_call_counts_as_an_invalid_call() -> None:
    valid = ToolCallRecord(tool="describe_menu_item", arguments={}, by="model", valid=True, result="")
    assert report("m", [_result(0, valid, unread=1)]).valid_tool_calls == pytest.approx(0.5)


def test_without_a_model_there_is_no_share_of_valid_calls() -> None:
    assert report("none", [_result(0)]).valid_tool_calls is None


def test_an_answering_option_counts_for_the_section_above_it(sample_index: ManualIndex) -> None:
    question = Question("1", "What does Quiet hours do?", ("Settings", "Notifications"), "Quiet hours")
    (result,) = evaluate(manual_workflow(sample_index), sample_index, [question])
    assert result.answer.menu_path == ("Settings", "Notifications", "Quiet hours")
    assert result.path_right
    assert result.rank == 0


def test_refusals_and_inventions_are_shares_with_intervals() -> None:
    lied = replace(_result(0), invented=("Turbo Mode",))
    refused = replace(_result(0), answer=Answer(text="no", status="not_in_manual"), path_right=False)
    figures = report("m", [_result(0), lied, refused, _result(0)])
    assert figures.invented_items == pytest.approx(0.25)
    assert figures.refused == pytest.approx(0.25)
    assert figures.refused_unanswerable is None
    low, high = figures.intervals["path_right"]
    assert 0 <= low < 0.75 < high <= 1


def test_what_the_manual_does_not_answer_counts_apart() -> None:
    unanswerable = replace(_result(None), question=Question("2", "q", (), ""), path_right=False)
    refused = replace(unanswerable, answer=Answer(text="no", status="not_in_manual"))
    figures = report("m", [_result(0), unanswerable, refused])
    assert (figures.n, figures.n_unanswerable) == (1, 2)
    assert (figures.path_right, figures.hits_at_1, figures.refused) == (1, 1, 0)
    assert figures.refused_unanswerable == pytest.approx(0.5)


def test_times_are_shown_as_median_and_tail() -> None:
    results = [replace(_result(0), seconds=float(seconds)) for seconds in range(101)]
    figures = report("m", results)
    assert (figures.seconds_p50, figures.seconds_p95) == pytest.approx((50, 95))


def test_an_interval_of_known_values_is_known() -> None:
    assert bootstrap_interval([1.0] * 50) == (1.0, 1.0)
    low, high = bootstrap_interval([1.0] * 40 + [0.0] * 10)
    assert low == pytest.approx(0.80 - 1.96 * (0.8 * 0.2 / 50) ** 0.5, abs=0.03)
    assert high == pytest.approx(0.80 + 1.96 * (0.8 * 0.2 / 50) ** 0.5, abs=0.03)


def test_an_interval_is_the_same_for_a_seed_and_needs_values() -> None:
    values = [0.1 * number for number in range(10)]
    assert bootstrap_interval(values, 3) == bootstrap_interval(values, 3) != bootstrap_interval(values, 4)
    with pytest.raises(ValueError, match="no values"):
        bootstrap_interval([])


def test_a_prompt_too_long_fails_its_question_and_an_outage_the_run(sample_index: ManualIndex) -> None:
    def raising(error: ModelError) -> Callable[[str], Answer]:
        def ask(_question: str) -> Answer:
            raise error

        return ask

    evaluator = Evaluator(sample_index)
    question = Question("1", "How do I charge it?", ("Settings",), "x")
    too_long = raising(PromptTooLong("The prompt is longer than the model's context, and nothing was cut."))
    result = evaluator.evaluate_question(question, too_long)
    assert (result.answer.status, result.answer.text, result.path_right) == ("unverified", "", False)
    assert "longer than the model's context" in result.answer.warnings[0]
    with pytest.raises(ModelError, match="cannot be reached"):
        evaluator.evaluate_question(question, raising(ModelError("The model's server cannot be reached.")))
