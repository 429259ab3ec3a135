"""A larger model takes over where the first one fails; both are scripted, for no large model runs here."""

from typing import Any

import pytest
from conftest import opened
from ollama import ResponseError
from scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index import ManualIndex
from graphrag_tools.workflow import Budget, WorkflowOptions, ask, manual_workflow

LOAN_QUESTION = "How long can I keep a borrowed book?"
LOANS = "larkfield/library/loans"
GOOD = "A loan ends after 21 days."
LIE = "A loan ends after 28 days."
DECLINE = '{"call": {"tool": "not_in_manual"}}'


class Small(ScriptedChatModel):
    """The first model."""


class Large(ScriptedChatModel):
    """The model that takes over."""


def asked(index: ManualIndex, small: Small, large: Large, budget: Budget | None = None, **options: Any) -> Answer:
    chosen = WorkflowOptions(escalate_to=large, budget=budget or Budget(), **options)
    answer = ask(manual_workflow(index, small, options=chosen), LOAN_QUESTION)
    assert (small.left, large.left) == (0, 0)
    return answer


def lying() -> Small:
    return Small(calling("describe_menu_item", item=LOANS), saying(LIE), saying(LIE))


def test_liar_is_taken_over_from(sample_index_for_answers: ManualIndex) -> None:
    large = Large(calling("describe_menu_item", id="call_2", item=LOANS), saying(GOOD))
    answer = asked(sample_index_for_answers, lying(), large)
    assert (answer.text, answer.mode, answer.status, answer.model) == (GOOD, "written", "answered", "custom:Large")
    [told] = answer.warnings
    assert told.startswith("custom:Small could not write an answer that can be verified (")
    assert told.endswith("; custom:Large took over.")
    assert answer.usage.model_calls == 5
    assert answer.usage.prompt_tokens == 50


def test_refusal_is_checked_by_the_larger_model(sample_index_for_answers: ManualIndex) -> None:
    large = Large(calling("get_menu_path", item=LOANS), saying(GOOD))
    answer = asked(sample_index_for_answers, Small(saying(DECLINE)), large, tool_mode="schema", choices=5)
    assert (answer.text, answer.model) == (GOOD, "custom:Large")
    assert answer.warnings == ("custom:Small found no answer; custom:Large took over.",)


def test_refusal_is_not_overruled_by_a_model_that_may_not_decline(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphrag_tools import abilities, actors

    weak = abilities.trusted(opened(Large())).model_copy(update={"chooses": False})
    monkeypatch.setattr(actors, "abilities_of", lambda *_args, **_named: weak)
    answer = asked(sample_index_for_answers, Small(saying(DECLINE)), Large(), tool_mode="schema", choices=5)
    assert (answer.status, answer.model, answer.warnings) == ("not_in_manual", "custom:Small", ())


def test_refusal_of_both_stays_a_refusal(sample_index_for_answers: ManualIndex) -> None:
    large = Large(calling("get_menu_path", item=LOANS), saying("NOT IN MANUAL"))
    answer = asked(sample_index_for_answers, Small(saying(DECLINE)), large, tool_mode="schema", choices=5)
    assert (answer.status, answer.model, answer.sources) == ("not_in_manual", "custom:Large", ())


def test_model_that_makes_no_call_is_taken_over_from(sample_index_for_answers: ManualIndex) -> None:
    large = Large(calling("get_menu_path", item=LOANS), saying(GOOD))
    small = Small(saying("Hello."), saying("I am a model."))
    answer = asked(sample_index_for_answers, small, large, answers="quoted")
    assert (answer.model, answer.usage.unread_calls) == ("custom:Large", 2)


def test_larger_liar_is_quoted_over(sample_index_for_answers: ManualIndex) -> None:
    large = Large(calling("get_menu_path", item=LOANS), saying(LIE), saying(LIE))
    answer = asked(sample_index_for_answers, lying(), large)
    assert (answer.status, answer.mode) == ("answered", "quoted")
    assert "28" not in answer.text
    assert answer.warnings[-1].startswith("What the model wrote could not be verified (")


def test_good_answer_costs_nothing_of_the_larger_model(sample_index_for_answers: ManualIndex) -> None:
    answer = asked(sample_index_for_answers, Small(calling("get_menu_path", item=LOANS), saying(GOOD)), Large())
    assert (answer.model, answer.warnings) == ("custom:Small", ())


@pytest.mark.parametrize("budget", [Budget(calls=0), Budget(tokens=0)])
def test_spent_budget_is_said_and_the_quote_stands(budget: Budget, sample_index_for_answers: ManualIndex) -> None:
    answer = asked(sample_index_for_answers, lying(), Large(), budget)
    assert (answer.mode, answer.status, answer.model) == ("quoted", "answered", "custom:Small")
    assert "the budget of custom:Large is used up, so it was not asked." in answer.warnings[0]


def test_budget_ends_over_several_questions(sample_index_for_answers: ManualIndex) -> None:
    small = Small(
        *(reply for _ in range(2) for reply in (calling("get_menu_path", item=LOANS), saying(LIE), saying(LIE)))
    )
    large = Large(calling("get_menu_path", item=LOANS), saying(GOOD))
    options = WorkflowOptions(escalate_to=large, budget=Budget(calls=2))
    app = manual_workflow(sample_index_for_answers, small, options=options)
    assert [ask(app, LOAN_QUESTION).model for _ in range(2)] == ["custom:Large", "custom:Small"]


def test_budget_that_ends_after_the_call_leaves_the_quote(sample_index_for_answers: ManualIndex) -> None:
    answer = asked(sample_index_for_answers, lying(), Large(calling("get_menu_path", item=LOANS)), Budget(calls=1))
    assert (answer.mode, answer.model) == ("quoted", "custom:Large")


@pytest.mark.parametrize("replies", [[], [calling("get_menu_path", id="call_2", item=LOANS)]])
def test_larger_model_that_is_down_costs_no_answer(replies: list[Any], sample_index_for_answers: ManualIndex) -> None:
    large = Large(*replies, ResponseError("the server has gone", 500))
    answer = asked(sample_index_for_answers, lying(), large)
    assert (answer.mode, answer.status) == ("quoted", "answered")
    assert "custom:Large failed: " in answer.warnings[1]
    assert "the server has gone" in answer.warnings[1]


def test_first_model_that_is_down_stays_an_error(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ModelError, match="gone"):
        asked(sample_index_for_answers, Small(ResponseError("gone", 500)), Large())


def test_turn_after_a_take_over_begins_with_the_first_model(sample_index_for_answers: ManualIndex) -> None:
    small = Small(*lying()._script, calling("get_menu_path", item=LOANS), saying(GOOD))
    large = Large(calling("get_menu_path", item=LOANS), saying(GOOD))
    app = manual_workflow(sample_index_for_answers, small, options=WorkflowOptions(escalate_to=large))
    assert [ask(app, LOAN_QUESTION).model for _ in range(2)] == ["custom:Large", "custom:Small"]


def test_budget_below_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="budget of calls is -1; expected 0 or more"):
        Budget(calls=-1)
