"""What one run asks for by LangGraph's context: a manual, thresholds, a model."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from langgraph.graph import END, START, MessagesState, StateGraph
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.graph import WorkflowOptions, manual_workflow
from graphrag_tools.workflow.options import Budget
from graphrag_tools.workflow.run_context import ManualContext, read_context

LAMP_QUESTION = "How bright is the lamp?"


def asked(question: str) -> dict[str, Any]:
    return {"messages": [("user", question)]}


@pytest.fixture(scope="module")
def manuals(two_manuals_index: ManualIndex) -> list[str]:
    return [info.id for info in two_manuals_index.manuals]


def test_manual_is_that_of_the_run(two_manuals_index: ManualIndex, manuals: list[str]) -> None:
    app = manual_workflow(two_manuals_index)
    for manual in manuals:
        state = app.invoke(asked(LAMP_QUESTION), context={"manual": manual})
        found = {place.id.partition("/")[0] for place in (*state["answer"].alternatives, *state["answer"].sources)}
        assert found <= {manual}
        assert state["answer"].trace[0].arguments["manual"] == manual
    assert "manual" not in app.invoke(asked(LAMP_QUESTION))["answer"].trace[0].arguments


async def test_each_of_many_runs_at_once_keeps_to_its_own(two_manuals_index: ManualIndex, manuals: list[str]) -> None:
    app = manual_workflow(two_manuals_index)

    def searched(manual: str) -> object:
        answer = app.invoke(asked(LAMP_QUESTION), context=ManualContext(manual=manual))["answer"]
        return answer.trace[0].arguments["manual"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(searched, manuals * 8)) == manuals * 8
    state = await app.ainvoke(asked(LAMP_QUESTION), context={"manual": manuals[1]})
    assert state["answer"].trace[0].arguments["manual"] == manuals[1]


def test_thresholds_are_those_of_the_run(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    question = asked("How long can I keep a borrowed book?")
    assert app.invoke(question)["answer"].status == "answered"
    assert app.invoke(question, context={"refuse_below": 1.0, "answer_from": 1.0})["answer"].status == "not_in_manual"
    assert app.invoke(question, context={"answer_from": 1.0})["answer"].status == "unsure"
    assert app.invoke(question)["answer"].status == "answered"


def test_model_is_that_of_the_run(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel()
    app = manual_workflow(sample_index_for_answers, model, options=WorkflowOptions(tool_mode="native"))
    answer = app.invoke(asked("How long can I keep a borrowed book?"), context={"model": "none"})["answer"]
    assert (answer.model, answer.usage.model_calls) == ("none", 0)
    with pytest.raises(ModelError, match="is not a file"):
        app.invoke(asked("How long is a loan?"), context={"model": "gguf:/nowhere/at/all.gguf"})


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"manual": "nosuch"}, "nosuch"),
        ({"refuse_below": 2.0}, "refuse_below is 2.0"),
        ({"refuse_below": "much"}, "refuse_below is 'much'"),
        ({"model": 5}, "model is a int"),
        ({"model": " "}, "names no model"),
    ],
)
@pytest.mark.parametrize("kind", ["workflow", "agent"])
def test_what_cannot_be_used_is_said(kind: str, context: Any, said: str, sample_index_for_answers: ManualIndex) -> None:
    made = {"workflow": manual_workflow, "agent": manual_agent}[kind]
    with pytest.raises(ConfigError, match=said):
        made(sample_index_for_answers, ScriptedChatModel()).invoke(asked("How long is a loan?"), context=context)


def test_budget_of_the_larger_model_is_one_for_all_runs(two_manuals_index: ManualIndex, manuals: list[str]) -> None:
    larger = ScriptedChatModel(calling("describe_menu_item", item="nothing"))
    options = WorkflowOptions(escalate_to=larger, budget=Budget(calls=1), refuse_below=1.0, answer_from=1.0)
    app = manual_workflow(two_manuals_index, options=options)
    answers = [app.invoke(asked(LAMP_QUESTION), context={"manual": manual})["answer"] for manual in manuals]
    assert larger.left == 0
    assert any("budget" in warning for warning in answers[-1].warnings)


def test_context_of_a_graph_around_it_is_read_where_it_is_meant(
    two_manuals_index: ManualIndex, manuals: list[str]
) -> None:
    graph = StateGraph(MessagesState, ManualContext)
    graph.add_node("manual", manual_workflow(two_manuals_index))
    graph.add_edge(START, "manual")
    graph.add_edge("manual", END)
    said = graph.compile().invoke(asked(LAMP_QUESTION), context={"manual": manuals[0]})["messages"]
    assert said[1].tool_calls[0]["args"]["manual"] == manuals[0]


def test_context_of_somebody_else_is_left_alone() -> None:
    class Theirs:
        manual, model = "theirs", "theirs"

    assert read_context(Theirs()) == read_context(None) == ManualContext()
    assert read_context({"user": "u1", "manual": "oven"}) == ManualContext(manual="oven")


@pytest.mark.parametrize("kind", ["workflow", "agent"])
def test_a_model_that_a_context_means_otherwise_is_told_of_as_the_contexts(
    kind: str, sample_index_for_answers: ManualIndex
) -> None:
    made: Any = {"workflow": manual_workflow, "agent": manual_agent}[kind]
    app = made(sample_index_for_answers, ScriptedChatModel())
    with pytest.raises(ModelError, match=r"context: model 'gguf:/no\.gguf' is asked for: "):
        app.invoke(asked("How long is a loan?"), context={"model": "gguf:/no.gguf"})


@pytest.mark.parametrize(
    ("named", "address"), [("openai:larger", None), ("custom:larger", "http://gateway.example/v1")]
)
@pytest.mark.parametrize("kind", ["workflow", "agent"])
def test_address_and_headers_are_for_models_of_the_first_ones_provider_alone(
    kind: str,
    named: str,
    address: str | None,
    sample_index_for_answers: ManualIndex,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def opened(name: str | None, *, options: ModelOptions | None = None) -> None:
        if name and options:
            given.append(options)

    given: list[ModelOptions] = []
    options = ModelOptions(base_url="http://gateway.example/v1", headers={"X-Api-Key": "of the gateway"})
    made: Any = {"workflow": manual_workflow, "agent": manual_agent}[kind]
    app = made(sample_index_for_answers, ScriptedChatModel(), model_options=options)
    monkeypatch.setattr("graphrag_tools.models.open.open_chat_model", opened)
    monkeypatch.setattr("graphrag_tools.models.providers.split_model", lambda name: tuple(name.split(":")))
    with suppress(ConfigError):  # an agent needs a model
        app.invoke(asked("How long is a loan?"), context={"model": named})
    assert [(one.base_url, bool(one.headers)) for one in given] == [(address, address is not None)]


def test_a_workflow_called_in_a_node_has_a_context_of_its_own(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    graph = StateGraph(MessagesState, dict)
    graph.add_node("manual", lambda state: app.invoke(state, context=ManualContext()))
    graph.add_edge(START, "manual")
    said = graph.compile().invoke(asked("How long is a loan?"), context={"model": "gguf:/no.gguf"})["messages"]
    assert "21 days" in said[-1].text


@pytest.mark.parametrize("waiting", [False, True])
async def test_agent_keeps_to_the_manual_of_the_run(
    waiting: bool, two_manuals_index: ManualIndex, manuals: list[str]
) -> None:
    model = ScriptedChatModel(calling("search_manual", query="lamp"), saying("It is bright."), saying("It is bright."))
    app = manual_agent(two_manuals_index, model)
    context = ManualContext(manual=manuals[0])
    asking = asked(LAMP_QUESTION)
    state = await app.ainvoke(asking, context=context) if waiting else app.invoke(asking, context=context)
    [search] = [message for message in state["messages"] if message.type == "tool"]
    assert {hit.section_id.partition("/")[0] for hit in search.artifact} == {manuals[0]}


def test_agent_without_a_model_is_refused_in_words(sample_index_for_answers: ManualIndex) -> None:
    app = manual_agent(sample_index_for_answers, ScriptedChatModel())
    with pytest.raises(ConfigError, match="an agent needs a model"):
        app.invoke(asked("How long is a loan?"), context={"model": "none"})
