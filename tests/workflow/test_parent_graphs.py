"""The workflow as a node of somebody else's graph."""

import operator
from itertools import pairwise
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow import nodes
from graphrag_tools.workflow.graph import aask, ask, manual_workflow
from graphrag_tools.workflow.streaming import Answered, Token, astream_answer, stream_answer

LOAN_QUESTION = "How long can I keep a borrowed book?"
LOANS = "larkfield/library/loans"
GOOD = "A loan ends after 21 days."


def parent(*given: Any, state: Any = MessagesState) -> Any:
    graph = StateGraph(state)
    names = [START, *(f"node {number}" for number in range(len(given))), END]
    for name, node in zip(names[1:], given, strict=False):
        graph.add_node(name, node)
    for before, after in pairwise(names):
        graph.add_edge(before, after)
    return graph.compile()


class OwnKeys(MessagesState):
    """Every private key of the workflow, as a parent may use it for something else."""

    question: str
    usage: Annotated[int, operator.add]
    hits: Annotated[list[str], operator.add]
    failed: str
    warnings: str
    meant: str
    draft: str
    earlier: str


def test_parents_keys_stay_its_own(sample_index_for_answers: ManualIndex) -> None:
    given = {"question": "q", "usage": 1, "hits": ["h"], "failed": "f", "warnings": "w", "meant": "m", "draft": "d"}
    app = parent(manual_workflow(sample_index_for_answers), state=OwnKeys)
    end = app.invoke({"messages": [("user", LOAN_QUESTION)], **given})
    assert {key: end[key] for key in given} == given
    assert "21 days" in end["messages"][-1].text


def test_workflows_side_by_side_do_not_collide(
    sample_index_for_answers: ManualIndex, two_manuals_index: ManualIndex
) -> None:
    graph = StateGraph(MessagesState)
    for name, index in (("reader", sample_index_for_answers), ("home", two_manuals_index)):
        graph.add_node(name, manual_workflow(index))
        graph.add_edge(START, name)
        graph.add_edge(name, END)
    said = graph.compile().invoke({"messages": [("user", LOAN_QUESTION)]})["messages"]
    answers = [message for message in said if message.type == "ai" and not message.tool_calls]
    assert len(answers) == 2
    assert any("21 days" in message.text for message in answers)


@pytest.mark.parametrize("question", [LOAN_QUESTION, "How bright is the lamp?", "Which vaccine does a parrot need?"])
def test_each_of_two_workflows_reads_what_it_looked_up(
    question: str, sample_index_for_answers: ManualIndex, two_manuals_index: ManualIndex
) -> None:
    first, second = manual_workflow(sample_index_for_answers), manual_workflow(two_manuals_index)
    for order in ((first, second), (second, first)):
        together = parent(*order).invoke({"messages": [("user", question)]})["messages"]
        shown = [message.text for message in together if message.type == "ai" and not message.tool_calls]
        assert shown == [app.invoke({"messages": [("user", question)]})["messages"][-1].text for app in order]


def test_look_ups_of_an_agent_before_it_are_not_its_own(sample_index_for_answers: ManualIndex) -> None:
    call = calling("describe_menu_item", id="x", item="nowhere/at/all")
    found = {"role": "tool", "content": "…", "tool_call_id": "x", "artifact": {"id": "nowhere/at/all"}}
    state = manual_workflow(sample_index_for_answers).invoke({"messages": [("user", LOAN_QUESTION), call, found]})
    assert state["answer"].menu_path == ("Library", "Loans")
    assert [record.tool for record in state["answer"].trace] == ["search_manual", "describe_menu_item"]


def test_workflow_asked_again_in_a_turn_begins_anew(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    once = app.invoke({"messages": [("user", LOAN_QUESTION)]})
    twice = app.invoke({"messages": once["messages"]})
    assert len(twice["answer"].trace) == len(once["answer"].trace)


def test_answer_of_a_node_is_found(sample_index_for_answers: ManualIndex) -> None:
    app = parent(lambda state: {}, parent(manual_workflow(sample_index_for_answers)), lambda state: {})
    assert ask(app, LOAN_QUESTION).menu_path == ("Library", "Loans")
    events = list(stream_answer(app, LOAN_QUESTION))
    assert [type(event) for event in events].count(Answered) == 1
    assert isinstance(events[-1], Answered)


@pytest.mark.parametrize("own", [{"verdict": "fine"}, "fine"])
def test_an_answer_of_the_parents_own_in_a_node_of_the_same_name_is_passed_over(
    own: object, sample_index_for_answers: ManualIndex
) -> None:
    class OwnAnswer(MessagesState):
        answer: Any

    graph = StateGraph(OwnAnswer)
    graph.add_node("manual", manual_workflow(sample_index_for_answers))
    graph.add_node(nodes.VERIFY, lambda state: {"answer": own})
    graph.add_edge(START, "manual")
    graph.add_edge("manual", nodes.VERIFY)
    assert ask(graph.compile(), LOAN_QUESTION).menu_path == ("Library", "Loans")


async def test_answer_and_draft_of_an_agent_that_is_a_node_are_found(sample_index_for_answers: ManualIndex) -> None:
    replies = [calling("describe_menu_item", item=LOANS), saying(GOOD)]
    app = parent(manual_agent(sample_index_for_answers, ScriptedChatModel(*replies, *replies)))
    assert (await aask(app, LOAN_QUESTION)).text == GOOD
    events = [event async for event in astream_answer(app, LOAN_QUESTION)]
    assert isinstance(events[-1], Answered)
    assert not [event for event in events if isinstance(event, Token) and event.text not in GOOD]


def test_graph_without_an_answer_is_told_of_in_words() -> None:
    app = parent(lambda state: {"messages": [AIMessage("Hello.")]})
    for asking in (ask, lambda *asked: list(stream_answer(*asked))):
        with pytest.raises(ConfigError, match="this graph came to no answer"):
            asking(app, LOAN_QUESTION)
