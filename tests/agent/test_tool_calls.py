from typing import Any

import pytest
from conftest import OllamaServer, opened
from langchain.agents import create_agent
from langchain.agents.structured_output import ToolStrategy
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import invalid_tool_call
from langchain_core.tools import tool
from pydantic import BaseModel
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.final_answer import FinalAnswerCheck
from graphrag_tools.agent.tool_calls import ToolCallRepair, item_resolver
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.tools.manual_tools import ManualToolkit

LOANS = "larkfield/library/loans"
QUESTION = {"messages": [("user", "How long is a loan?")]}


def agent(index: ManualIndex, *replies: Any, **options: Any) -> tuple[Any, ScriptedChatModel]:
    model = ScriptedChatModel(*replies)
    tools = ManualToolkit(index=index).get_tools()
    return create_agent(model, tools, middleware=[ToolCallRepair(index, **options)]), model


def made(state: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    calls = [call for m in state["messages"] if isinstance(m, AIMessage) for call in m.tool_calls]
    return [(call["name"], call["args"]) for call in calls]


def test_leaked_call_is_run(sample_index_for_answers: ManualIndex) -> None:
    app, model = agent(
        sample_index_for_answers,
        saying('```json\n{"name":"describe","parameters":{"title":"Loans"}}\n```'),
        saying("21"),
    )
    state = app.invoke(QUESTION)
    assert made(state) == [("describe_menu_item", {"item": LOANS})]
    assert "21 days" in next(m for m in state["messages"] if isinstance(m, ToolMessage)).text
    assert "A call of describe_menu_item was found in the text." in state["messages"][1].response_metadata["repairs"]
    assert (state["messages"][-1].text, model.left) == ("21", 0)


def test_works_on_tools_of_ones_own_without_an_index() -> None:
    @tool
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    model = ScriptedChatModel(saying("add(a='2', b=3)"), saying("5"))
    app = create_agent(model, [add], middleware=[ToolCallRepair(tools=["add"])])
    assert [m.text for m in app.invoke({"messages": [("user", "2 + 3?")]})["messages"]] == ["2 + 3?", "", "5", "5"]


def test_model_reads_of_calls_that_were_dropped_beside_others(sample_index_for_answers: ManualIndex) -> None:
    """A hosted model makes several calls at once: it would wait for the result of one that has gone."""
    good, bad = calling("describe_menu_item", item=LOANS), calling("describe_menu_item", id="b", item="Zebra crossing")
    both = AIMessage("", tool_calls=[*good.tool_calls, *bad.tool_calls])
    app, model = agent(sample_index_for_answers, both, calling("search_manual", query="fee"), saying("21"))
    state = app.invoke(QUESTION)
    read, told = model.asked[1][-2:]
    assert (read.type, told.type) == ("tool", "human")
    assert "no menu item 'Zebra crossing'" in told.text
    assert model.asked[2][-1].type == "tool"
    assert [m.type for m in state["messages"]] == ["human", "ai", "tool", "ai", "tool", "ai"]


def test_repeated_call_is_told_once_and_then_ends_the_turn(sample_index_for_answers: ManualIndex) -> None:
    def again(messages: list[BaseMessage]) -> AIMessage:
        return calling("search_manual", id=f"c{len(messages)}", query="loan")

    app, model = agent(sample_index_for_answers, *[again] * 9)
    state = app.invoke(QUESTION)
    assert made(state) == [("search_manual", {"query": "loan"})]
    assert len(model.asked) == 3
    assert "already called" in model.asked[2][-1].text
    assert state["messages"][-1].text == "No answer was found in the calls made."
    assert state["messages"][-1].response_metadata["model_calls"] == 2
    assert state["messages"][-1].usage_metadata["total_tokens"] == 30


def test_model_that_was_told_may_go_on(sample_index_for_answers: ManualIndex) -> None:
    app, _ = agent(
        sample_index_for_answers, calling("order_pizza"), calling("search_manual", query="loan"), saying("Done.")
    )
    state = app.invoke(QUESTION)
    assert made(state) == [("search_manual", {"query": "loan"})]
    assert not any("order_pizza" in m.text for m in state["messages"])
    assert sum(isinstance(m, HumanMessage) for m in state["messages"]) == 1


def test_words_of_a_model_that_goes_on_repeating_are_kept(sample_index_for_answers: ManualIndex) -> None:
    repeat = calling("order_pizza", text="21 days, I think.")
    app, _ = agent(sample_index_for_answers, repeat, repeat)
    assert app.invoke(QUESTION)["messages"][-1].text == "21 days, I think."


def test_unknown_item_is_answered_with_the_nearest(sample_index_for_answers: ManualIndex) -> None:
    app, model = agent(sample_index_for_answers, calling("describe_menu_item", item="My loans here"), saying("Hm."))
    assert made(app.invoke(QUESTION)) == []
    assert f"(id {LOANS})" in model.asked[1][-1].text


def test_calls_past_the_cap_are_not_made(sample_index_for_answers: ManualIndex) -> None:
    def more(messages: list[BaseMessage]) -> AIMessage:
        return calling("search_manual", id=f"c{len(messages)}", query=f"loan {len(messages)}")

    app, model = agent(sample_index_for_answers, *[more] * 20, max_calls=3)
    assert len(made(app.invoke(QUESTION))) == 3
    assert len(model.asked) == 5
    assert "all 3 calls for this question are used up" in model.asked[4][-1].text


def test_cap_counts_anew_for_each_question(sample_index_for_answers: ManualIndex) -> None:
    app, _ = agent(
        sample_index_for_answers, calling("search_manual", query="a"), saying("x"), calling("search_manual", query="a"),
        saying("y"), max_calls=1,
    )  # fmt: skip
    first = app.invoke(QUESTION)
    assert len(made(app.invoke({"messages": [*first["messages"], HumanMessage("Again?")]}))) == 2


async def test_the_same_without_blocking(sample_index_for_answers: ManualIndex) -> None:
    app, _ = agent(
        sample_index_for_answers,
        calling("order_pizza"),
        saying('search_manual(query="loan")'),
        calling("x"),
        saying("z"),
    )
    state = await app.ainvoke(QUESTION)
    assert made(state) == [("search_manual", {"query": "loan"})]
    assert state["messages"][-1].text == "z"


def test_structured_output_is_left_alone(sample_index_for_answers: ManualIndex) -> None:
    class Days(BaseModel):
        days: int

    model = ScriptedChatModel(calling("search_manual", query="loan"), calling("Days", days=21, id="o"))
    app = create_agent(
        model,
        ManualToolkit(index=sample_index_for_answers).get_tools(),
        middleware=[ToolCallRepair()],
        response_format=ToolStrategy(Days),
    )
    assert app.invoke(QUESTION)["structured_response"] == Days(days=21)


def test_unknown_manual_is_refused(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        ToolCallRepair(sample_index_for_answers, manual="nowhere")


def test_resolver_says_what_else_there_is(two_manuals_index: ManualIndex) -> None:
    resolve = item_resolver(two_manuals_index, "lamp")
    assert resolve("Brightness") == "lamp/brightness"
    with pytest.raises(LookupError, match="no menu item 'zzz'"):
        resolve("zzz")


def test_the_smallest_model_ends_and_calls_nothing_that_is_not_there(
    sample_index_for_answers: ManualIndex, ollama_server: OllamaServer
) -> None:
    options = ModelOptions(base_url=ollama_server.base_url, max_tokens=64)
    model = opened(f"ollama:{ollama_server.claims_tools}", options)
    tools = ManualToolkit(index=sample_index_for_answers).get_tools()
    app = create_agent(model.chat, tools, middleware=[ToolCallRepair(sample_index_for_answers)])
    state = app.invoke(QUESTION)
    assert isinstance(state["messages"][-1], AIMessage)
    assert {name for name, _ in made(state)} <= {one.name for one in tools}


@pytest.mark.parametrize("kind", [ToolCallRepair, FinalAnswerCheck])
def test_another_tool_of_the_same_name_is_refused_in_words(
    kind: Any, two_manuals_index: ManualIndex, sample_index_for_answers: ManualIndex
) -> None:
    """LangChain calls the last one of a name, and says nothing."""

    @tool
    def search_manual(query: str) -> str:
        """Search another manual."""
        return query

    ours = ManualToolkit(index=sample_index_for_answers).get_tools()
    for more in (ManualToolkit(index=two_manuals_index).get_tools(), [search_manual]):
        app = create_agent(ScriptedChatModel(saying("x")), [*ours, *more], middleware=[kind(sample_index_for_answers)])
        with pytest.raises(ConfigError, match=r"no tool of the index .*prefix"):
            app.invoke(QUESTION)
    apart = ManualToolkit(index=two_manuals_index, prefix="lamp_").get_tools()
    same = ManualToolkit(index=sample_index_for_answers).get_tools()
    app = create_agent(
        ScriptedChatModel(saying("Hello.")), [*ours, *apart, *same], middleware=[kind(sample_index_for_answers)]
    )
    assert app.invoke({"messages": [("user", "hi")]})["messages"][-1].text == "Hello."


@pytest.mark.parametrize("kind", [ToolCallRepair, FinalAnswerCheck])
def test_tools_that_have_given_way_to_those_of_another_manual_of_the_index_are_told(
    kind: Any, two_manuals_index: ManualIndex
) -> None:
    first, last = [info.id for info in two_manuals_index.manuals]
    tools = [
        one for manual in (first, last) for one in ManualToolkit(index=two_manuals_index, manual=manual).get_tools()
    ]
    app = create_agent(ScriptedChatModel(saying("Hello.")), tools, middleware=[kind(two_manuals_index, manual=first)])
    with pytest.raises(ConfigError, match=rf"no tool of the manual {first}.*prefix"):
        app.invoke(QUESTION)


@pytest.mark.parametrize("unread", [False, True])
def test_calls_of_each_index_are_mended_by_its_own_repair(
    unread: bool, sample_index_for_answers: ManualIndex, two_manuals_index: ManualIndex
) -> None:
    """The repair of the one index, which sees a reply first, leaves to the other's what is for that to mend."""
    near = calling("reader_serch_manual", query="flight mode")
    half = invalid_tool_call(name="reader_search_manual", args="{query: 'flight mode'", id="1")
    cut = AIMessage("", invalid_tool_calls=[half])
    tools = [
        *ManualToolkit(index=sample_index_for_answers, prefix="reader_").get_tools(),
        *ManualToolkit(index=two_manuals_index, prefix="lamp_").get_tools(),
    ]
    repairs = [ToolCallRepair(sample_index_for_answers), ToolCallRepair(two_manuals_index)]
    app = create_agent(ScriptedChatModel(cut if unread else near, saying("Done.")), tools, middleware=repairs)
    messages = app.invoke({"messages": [("user", "How do I turn on flight mode?")]})["messages"]
    assert messages[1].tool_calls[0]["name"] == "reader_search_manual"
    assert "Settings > Wi-Fi > Flight mode" in messages[2].text
