"""A larger model takes over where the first one fails; both are scripted, for no large model runs here."""

import threading
from typing import Any

import pytest
from conftest import free_port, opened
from langchain_core.messages import HumanMessage
from ollama import ResponseError
from support.processes import HANG_SECONDS
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.steps import ModelCall, Steps, run_steps
from graphrag_tools.workflow.escalation import BudgetSpent, Escalation
from graphrag_tools.workflow.graph import Budget, WorkflowOptions, ask, manual_workflow

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
    from graphrag_tools.abilities import abilities

    weak = abilities.trusted(opened(Large())).model_copy(update={"chooses": False})
    monkeypatch.setattr(abilities, "abilities_of", lambda *_args, **_named: weak)
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


def more_searches() -> Large:
    return Large(*(calling("search_manual", id=f"call_{n}", query=f"borrowed book {n}") for n in range(9)))


def test_budget_is_checked_before_every_call_of_the_larger_model(sample_index_for_answers: ManualIndex) -> None:
    large = more_searches()
    options = WorkflowOptions(escalate_to=large, budget=Budget(calls=1))
    answer = ask(manual_workflow(sample_index_for_answers, lying(), options=options), LOAN_QUESTION)
    assert len(large.asked) == 1
    assert (answer.mode, answer.status, answer.model) == ("quoted", "answered", "custom:Small")
    assert answer.menu_path == ("Library", "Loans")
    assert answer.warnings[1] == "The budget of custom:Large was used up before it had chosen an item."
    assert (answer.usage.model_calls, answer.usage.prompt_tokens) == (4, 40)


def test_second_way_of_calling_is_within_the_budget_too(sample_index_for_answers: ManualIndex) -> None:
    large = Large(saying("hm"))
    answer = asked(sample_index_for_answers, lying(), large, Budget(calls=1))
    assert answer.warnings[1] == "The budget of custom:Large was used up before it had chosen an item."
    assert (answer.usage.model_calls, answer.usage.unread_calls) == (4, 1)


def test_tokens_end_the_budget_between_two_calls(sample_index_for_answers: ManualIndex) -> None:
    large = Large(calling("get_menu_path", item=LOANS))
    answer = asked(sample_index_for_answers, lying(), large, Budget(tokens=15))
    assert answer.warnings[1] == "The budget of custom:Large was used up before it could write."


def test_retry_cut_by_the_budget_is_not_told_as_a_second_failure(sample_index_for_answers: ManualIndex) -> None:
    large = Large(calling("get_menu_path", item=LOANS), saying(LIE))
    answer = asked(sample_index_for_answers, lying(), large, Budget(calls=2))
    assert (answer.mode, answer.model) == ("quoted", "custom:Large")
    assert answer.warnings[1] == "The budget of custom:Large was used up before it could try again."
    assert answer.warnings[2].startswith("What the model wrote could not be verified (")
    assert len(answer.warnings) == 3


def test_failed_calls_of_the_larger_model_are_charged(sample_index_for_answers: ManualIndex) -> None:
    lies = (calling("get_menu_path", item=LOANS), saying(LIE), saying(LIE))
    small, large = Small(*lies * 3), Large(*[ResponseError("gone", 500)] * 3)
    options = WorkflowOptions(escalate_to=large, budget=Budget(calls=2))
    app = manual_workflow(sample_index_for_answers, small, options=options)
    answers = [ask(app, LOAN_QUESTION) for _ in range(3)]
    assert len(large.asked) == 2
    assert "the budget of custom:Large is used up, so it was not asked." in answers[-1].warnings[0]


def test_failed_calls_of_the_larger_model_stay_in_the_usage(sample_index_for_answers: ManualIndex) -> None:
    large = Large(saying("prose"), ResponseError("gone", 500))
    usage = asked(sample_index_for_answers, lying(), large).usage
    assert (usage.model_calls, usage.prompt_tokens, usage.completion_tokens, usage.unread_calls) == (5, 40, 20, 1)
    writing = Large(calling("get_menu_path", item=LOANS), ResponseError("gone", 500))
    assert asked(sample_index_for_answers, lying(), writing).usage.model_calls == 5


def test_refusal_stands_where_the_larger_model_fails(sample_index_for_answers: ManualIndex) -> None:
    small = Small(calling("get_menu_path", item=LOANS), saying("NOT IN MANUAL"))
    answer = asked(sample_index_for_answers, small, Large(ResponseError("gone", 500)))
    assert (answer.status, answer.model, answer.sources) == ("not_in_manual", "custom:Small", ())


def test_item_that_the_larger_model_chose_before_it_failed_is_told_as_its_own(
    sample_index_for_answers: ManualIndex,
) -> None:
    flight = "larkfield/settings/wi-fi/flight-mode"
    large = Large(calling("get_menu_path", item=flight), ResponseError("gone", 500))
    answer = asked(sample_index_for_answers, lying(), large)
    assert (answer.menu_path[-1], answer.mode, answer.model) == ("Flight mode", "quoted", "custom:Large")


def test_larger_model_declines_in_its_own_words(sample_index_for_answers: ManualIndex) -> None:
    large = Large(saying("The manual does not cover this."), decodes_schemas=False)
    answer = asked(sample_index_for_answers, Small(saying(DECLINE)), large, tool_mode="schema", choices=5)
    assert (answer.status, answer.model, answer.usage.unread_calls) == ("not_in_manual", "custom:Large", 0)


def test_many_askers_at_once_do_not_exceed_the_budget() -> None:
    askers = 4
    together = threading.Barrier(askers)

    class Meeting(Large):
        """Answers once every asker has been refused or stands here."""

        def _generate(self, *given: Any, **named: Any) -> Any:
            together.wait(60)
            return super()._generate(*given, **named)

    chat = Meeting(*[saying(GOOD)] * askers)
    shared = Escalation("custom:Large", lambda: pytest.fail("not wanted"), Budget(calls=1))
    outcomes: list[str] = []

    def one_call() -> Steps[str]:
        reply = yield ModelCall(chat, [HumanMessage("?")])
        return str(reply.text)

    def run() -> None:
        try:
            outcomes.append(run_steps(shared.within_budget(one_call())))
        except BudgetSpent as error:
            together.wait(60)
            outcomes.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(askers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_SECONDS)
    assert sorted(outcomes) == [GOOD, *["The budget of custom:Large was used up"] * (askers - 1)]


def test_larger_model_on_a_server_that_is_down_is_missed_only_when_it_is_wanted(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{free_port()}")
    script = (calling("get_menu_path", item=LOANS), saying(GOOD))
    app = manual_workflow(
        sample_index_for_answers, Small(*script, *lying()._script), options=WorkflowOptions(escalate_to="ollama:large")
    )
    assert ask(app, LOAN_QUESTION).warnings == ()
    answer = ask(app, LOAN_QUESTION)
    assert (answer.mode, answer.status, answer.model) == ("quoted", "answered", "custom:Small")
    assert "; ollama:large could not be asked: no Ollama server answers at" in answer.warnings[0]


def test_larger_model_whose_probe_fails_is_probed_again_at_the_next_hand_over(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphrag_tools.abilities import abilities

    real, failures = abilities.abilities_of, [ModelError("the server has gone")]

    def once_down(model: Any, **named: Any) -> Any:
        if model.name == "custom:Large" and failures:
            raise failures.pop()
        return real(model, **named)

    monkeypatch.setattr(abilities, "abilities_of", once_down)
    small = Small(*lying()._script, *lying()._script)
    large = Large(calling("get_menu_path", item=LOANS), saying(GOOD))
    app = manual_workflow(sample_index_for_answers, small, options=WorkflowOptions(escalate_to=large))
    first, second = ask(app, LOAN_QUESTION), ask(app, LOAN_QUESTION)
    assert "custom:Large could not be asked: the server has gone" in first.warnings[0]
    assert (first.model, second.model) == ("custom:Small", "custom:Large")


@pytest.mark.parametrize(
    ("larger", "error"), [("ollama:", ConfigError), ("gguf:nowhere.gguf", ModelError), (object(), ConfigError)]
)
def test_larger_model_that_cannot_be_meant_is_refused_at_once(
    larger: Any, error: type[Exception], sample_index_for_answers: ManualIndex
) -> None:
    with pytest.raises(error):
        manual_workflow(sample_index_for_answers, options=WorkflowOptions(escalate_to=larger))


def test_small_model_takes_over_for_real(sample_index_for_answers: ManualIndex, gguf_model: ChatModel) -> None:
    """The larger model here is the small real one, behind a liar."""
    options = WorkflowOptions(escalate_to=gguf_model, answers="written")
    answer = ask(manual_workflow(sample_index_for_answers, lying(), options=options), LOAN_QUESTION)
    assert (answer.status, answer.model) == ("answered", gguf_model.name)
    assert answer.usage.model_calls > 3


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
