"""Roles in the workflow: who has earned one is asked where search is unsure, and nobody does worse than no model."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from support.missing import missing
from support.scripted_models import ScriptedChatModel, calling

from graphrag_tools.abilities.abilities import proven, remember
from graphrag_tools.abilities.probe import ProbeResult, RoleResult
from graphrag_tools.abilities.speed import Speed
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.evaluation.run import evaluate
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel, ModelFacts
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.workflow.graph import WorkflowOptions, ask, manual_workflow

QUESTION = "How long can I keep a borrowed book?"
EVERYDAY = Path(__file__).parents[2] / "examples" / "everyday_questions.csv"
YES, NO = RoleResult(passed=9, asked=10, able=True), RoleResult(passed=1, asked=4)


def chooser(*replies: Any, writes: RoleResult = NO) -> tuple[ChatModel, ScriptedChatModel]:
    """A local model that has shown that it calls and chooses, and nothing else unless given."""
    chat = ScriptedChatModel(*replies)
    facts = ModelFacts(digest=f"scripted chooser, writes: {writes.able}")
    model = ChatModel("openai:chooser", "openai", chat, True, None, facts, "http://127.0.0.1:1")
    shown = ProbeResult(native_calls=YES, schema_calls=YES, chooses=YES, writes=writes, resolves=NO, speed=Speed())
    remember(model, proven(shown))
    return model, chat


def test_model_that_chooses_is_not_asked_where_search_is_sure(sample_index_for_answers: ManualIndex) -> None:
    model, _ = chooser()
    sure = WorkflowOptions(answer_from=0)
    answer = ask(manual_workflow(sample_index_for_answers, model, options=sure), QUESTION)
    assert (answer.status, answer.usage.model_calls) == ("answered", 0)


def test_what_a_model_chose_stands_first_among_the_closest_places(sample_index_for_answers: ManualIndex) -> None:
    third = sample_index_for_answers.search(QUESTION)[2].section_id
    model, chat = chooser(calling("describe_menu_item", item=third))
    unsure = WorkflowOptions(refuse_below=0, answer_from=1)
    answer = ask(manual_workflow(sample_index_for_answers, model, options=unsure), QUESTION)
    assert (answer.status, answer.usage.model_calls, chat.left) == ("unsure", 1, 0)
    first = sample_index_for_answers.item(third)
    assert answer.alternatives[0].path[: len(first.path)] == first.path


@pytest.mark.parametrize(
    ("writes", "answer_from", "status"),
    [(NO, 0, "answered"), (NO, 1, "not_in_manual"), (YES, 0, "not_in_manual")],
)
def test_only_who_can_tell_says_against_a_sure_search_that_the_manual_does_not_say(
    sample_index_for_answers: ManualIndex, writes: RoleResult, answer_from: float, status: str
) -> None:
    model, chat = chooser(AIMessage("NOT IN MANUAL"), writes=writes)
    made = WorkflowOptions(answers="written", refuse_below=0, answer_from=answer_from, tool_mode="none")
    answer = ask(manual_workflow(sample_index_for_answers, model, options=made), QUESTION)
    assert (answer.status, answer.mode, chat.left) == (status, "quoted", 0)


@pytest.fixture(scope="module")
def coder() -> ChatModel:
    """Qwen2.5-Coder-0.5B-Instruct, where GRAPHRAG_TOOLS_TEST_MODELS names a folder that has it."""
    folder = os.environ.get("GRAPHRAG_TOOLS_TEST_MODELS")
    file = Path(folder or ".") / "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
    if not folder or not file.is_file():
        missing(f"no {file.name}: GRAPHRAG_TOOLS_TEST_MODELS names the folder that .ci/install-models has put it in")
    model = open_chat_model(f"gguf:{file}")
    assert model is not None
    return model


@pytest.mark.gguf
@pytest.mark.timeout(900)
def test_half_a_billion_parameters_do_no_worse_than_none(
    coder: ChatModel, sample_index_for_answers: ManualIndex
) -> None:
    questions = read_questions(EVERYDAY)
    floor, shown = (
        Counter(
            one.outcome
            for one in evaluate(manual_workflow(sample_index_for_answers, model), sample_index_for_answers, questions)
        )
        for model in ("none", coder)
    )
    assert shown["right"] >= floor["right"]
    assert shown["wrong"] <= floor["wrong"]


@pytest.mark.gguf
@pytest.mark.timeout(900)
def test_half_a_billion_parameters_make_valid_calls_where_asked_to(
    coder: ChatModel, sample_index_for_answers: ManualIndex
) -> None:
    options = WorkflowOptions(tool_mode="schema", answers="quoted", choices=5)
    answer = ask(manual_workflow(sample_index_for_answers, coder, options=options), QUESTION)
    assert all(call.valid for call in answer.trace)
    assert any(call.by == "model" for call in answer.trace)
