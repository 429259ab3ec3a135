import json
from collections.abc import Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, ToolException, render_text_description
from langchain_core.utils.function_calling import convert_to_openai_tool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from support.scripted_models import ScriptedChatModel, calling, saying
from syrupy.assertion import SnapshotAssertion

from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.search.hit import Hit
from graphrag_tools.tools.manual_tools import (
    GraphPathTool,
    ManualToolkit,
    MenuPath,
    NodeDescriptionTool,
    VectorSearchTool,
)

BATTERY = "larkfield/settings/battery"
BOTH_NOTIFICATIONS = {"larkfield/library/sync/notifications", "larkfield/settings/notifications"}


@pytest.fixture
def tools(sample_index_for_answers: ManualIndex) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in ManualToolkit(index=sample_index_for_answers).get_tools()}


class OverTheSample:
    """What the standard suites need to make a tool, given that it needs an index."""

    @pytest.fixture(autouse=True)
    def _index(self, sample_index_for_answers: ManualIndex) -> None:
        self.index = sample_index_for_answers

    @property
    def tool_constructor_params(self) -> dict[str, Any]:
        return {"index": self.index}


class SearchTool(OverTheSample):
    tool_constructor = VectorSearchTool
    tool_invoke_params_example = {"query": "battery", "k": 3, "manual": "larkfield"}  # noqa: RUF012


class PathTool(OverTheSample):
    tool_constructor = GraphPathTool
    tool_invoke_params_example = {"item": BATTERY, "start": "Library > Loans"}  # noqa: RUF012


class DescribeTool(OverTheSample):
    tool_constructor = NodeDescriptionTool
    tool_invoke_params_example = {"item": "Battery usage"}  # noqa: RUF012


class TestSearchToolUnit(SearchTool, ToolsUnitTests):
    """LangChain's standard suite."""


class TestSearchToolIntegration(SearchTool, ToolsIntegrationTests):
    """LangChain's standard suite."""


class TestPathToolUnit(PathTool, ToolsUnitTests):
    """LangChain's standard suite."""


class TestPathToolIntegration(PathTool, ToolsIntegrationTests):
    """LangChain's standard suite."""


class TestDescribeToolUnit(DescribeTool, ToolsUnitTests):
    """LangChain's standard suite."""


class TestDescribeToolIntegration(DescribeTool, ToolsIntegrationTests):
    """LangChain's standard suite."""


def called(tool: BaseTool, **arguments: object) -> ToolMessage:
    message = tool.invoke({"name": tool.name, "args": arguments, "id": "call_1", "type": "tool_call"})
    assert isinstance(message, ToolMessage)
    return message


def test_what_a_model_reads_of_the_tools(tools: dict[str, BaseTool], snapshot: SnapshotAssertion) -> None:
    assert [convert_to_openai_tool(tool) for tool in tools.values()] == snapshot


ERRORS: dict[str, tuple[str, dict[str, object]]] = {
    "ambiguous": ("describe_menu_item", {"item": "Notifications"}),
    "unknown, something near": ("get_menu_path", {"item": "Bluetooth headset"}),
    "unknown, nothing near": ("describe_menu_item", {"item": "xqzw vvkk"}),
    "no such manual": ("search_manual", {"query": "battery", "manual": "toaster"}),
    "nothing found": ("search_manual", {"query": "  "}),
    "missing argument": ("get_menu_path", {}),
    "empty argument": ("describe_menu_item", {"item": ""}),
    "argument of another type": ("search_manual", {"query": ["battery"], "k": "many"}),
}


@pytest.mark.parametrize("case", ERRORS)
def test_error_sentences(case: str, tools: dict[str, BaseTool], snapshot: SnapshotAssertion) -> None:
    name, arguments = ERRORS[case]
    assert called(tools[name], **arguments).content == snapshot


def test_no_way_between_two_parts(kettle_index: ManualIndex, snapshot: SnapshotAssertion) -> None:
    message = called(GraphPathTool(index=kettle_index), item="Quick boil", start="Descaling")
    assert message.status == "error"
    assert message.content == snapshot


@pytest.mark.parametrize("case", [case for case in ERRORS if case != "nothing found"])
def test_errors_are_marked_as_errors(case: str, tools: dict[str, BaseTool]) -> None:
    name, arguments = ERRORS[case]
    message = called(tools[name], **arguments)
    assert (message.status, message.artifact) == ("error", None)


@pytest.mark.parametrize("name", ["get_menu_path", "describe_menu_item"])
def test_ambiguous_title_lists_every_id(name: str, tools: dict[str, BaseTool]) -> None:
    content = called(tools[name], item="notifications").text
    assert all(f"(id {item_id})" in content for item_id in BOTH_NOTIFICATIONS)


@pytest.mark.parametrize("item_id", sorted(BOTH_NOTIFICATIONS))
def test_id_from_the_list_is_then_taken(item_id: str, tools: dict[str, BaseTool]) -> None:
    assert called(tools["describe_menu_item"], item=item_id).artifact.id == item_id


def test_unknown_item_lists_nearest_titles(tools: dict[str, BaseTool]) -> None:
    assert "(id larkfield/settings/bluetooth/pair-headphones)" in called(tools["get_menu_path"], item="headphones").text


def test_start_that_is_unknown_is_named(tools: dict[str, BaseTool]) -> None:
    message = called(tools["get_menu_path"], item=BATTERY, start="xqzw vvkk")
    assert message.status == "error"
    assert "'xqzw vvkk'" in message.text


def test_errors_repeat_little_of_a_very_long_argument(tools: dict[str, BaseTool]) -> None:
    message = called(tools["describe_menu_item"], item="x" * 50_000)
    assert message.status == "error"
    assert len(message.text) < 500


@pytest.mark.parametrize(
    ("tool", "argument"),
    [
        ("search_manual", "query"),
        ("search_manual", "manual"),
        ("get_menu_path", "item"),
        ("get_menu_path", "start"),
        ("describe_menu_item", "item"),
    ],
)
def test_an_argument_without_bounds_is_refused_in_words(tool: str, argument: str, tools: dict[str, BaseTool]) -> None:
    usual = {"query": "battery"} if tool == "search_manual" else {"item": BATTERY}
    message = called(tools[tool], **{**usual, argument: "battery " * 450_000})
    assert message.status == "error"
    assert f"{argument}: it has 3,600,000 characters; at most 10,000 are read" in message.text
    assert len(message.text) < 500
    assert called(tools[tool], **{**usual, argument: f"{usual.get(argument, BATTERY)}{' ' * 1_000}"}).text


def test_the_bound_is_not_in_the_schema_that_servers_decode_under(tools: dict[str, BaseTool]) -> None:
    assert not any("maxLength" in str(convert_to_openai_tool(tool)) for tool in tools.values())


def test_the_manual_is_an_argument_where_there_are_several(
    two_manuals_index: ManualIndex, sample_index_for_answers: ManualIndex
) -> None:
    def shown(**options: Any) -> list[str]:
        search = ManualToolkit(**options).get_tools()[0]
        assert called(search, query="battery", manual=search.index.manuals[0].id).status == "success"  # type: ignore[attr-defined]
        return list(convert_to_openai_tool(search)["function"]["parameters"]["properties"])

    assert shown(index=two_manuals_index) == ["query", "k", "manual"]
    assert shown(index=two_manuals_index, manual=two_manuals_index.manuals[0].id) == ["query", "k"]
    assert shown(index=sample_index_for_answers) == ["query", "k"]


def test_a_number_of_items_out_of_bounds_is_brought_within_them(tools: dict[str, BaseTool]) -> None:
    assert len(called(tools["search_manual"], query="battery", k=500).artifact) == 20
    assert len(called(tools["search_manual"], query="battery", k=0).artifact) == 1


def test_no_schema_shows_null_which_weak_models_then_send(two_manuals_index: ManualIndex) -> None:
    tools = {tool.name: tool for tool in ManualToolkit(index=two_manuals_index).get_tools()}
    shown = {name: convert_to_openai_tool(tool)["function"]["parameters"] for name, tool in tools.items()}
    assert "null" not in json.dumps(shown)
    for name, argument in (("search_manual", "manual"), ("get_menu_path", "start")):
        assert shown[name]["properties"][argument]["type"] == "string"
        assert argument not in shown[name]["required"]
    sent = called(tools["search_manual"], query="battery", manual=None)
    assert (sent.status, sent.text) == ("success", called(tools["search_manual"], query="battery").text)


def test_an_unknown_argument_of_great_length_is_named_in_short(tools: dict[str, BaseTool]) -> None:
    message = called(tools["search_manual"], query="battery", **{"x" * 50_000: 1})
    assert message.status == "error"
    assert len(message.text) < 500


@pytest.mark.parametrize("item", [BATTERY, "settings > battery", "Settings>Battery", ' "Settings > Battery" '])
def test_id_path_or_title_name_an_item(item: str, tools: dict[str, BaseTool]) -> None:
    way = called(tools["get_menu_path"], item=item).artifact
    assert isinstance(way, MenuPath)
    assert [step.name for step in way.items] == ["Settings", "Battery"]


@pytest.mark.parametrize(
    "item",
    [
        f"Settings > Battery (id {BATTERY})",
        f"1. Settings > Battery (id {BATTERY}): Battery usage: See how much power each",
        f"(id {BATTERY})",
        f"id {BATTERY}",
        f"id: {BATTERY}",
        f"manual://items/{BATTERY}",
        f"manual://items/{BATTERY.replace('/', '%2F')}",
    ],
)
def test_an_item_is_taken_as_the_tools_show_it(item: str, tools: dict[str, BaseTool]) -> None:
    for tool in ("get_menu_path", "describe_menu_item"):
        assert called(tools[tool], item=item).status == "success"
    assert called(tools["describe_menu_item"], item=item).artifact.id == BATTERY


@pytest.mark.parametrize("shown", ["Loans (id larkfield/nowhere)", "(id )", "id: nowhere"])
def test_an_id_that_there_is_not_is_no_item(shown: str, tools: dict[str, BaseTool]) -> None:
    assert called(tools["describe_menu_item"], item=shown).status == "error"


def test_a_manual_is_named_by_id_or_title_in_any_case(two_manuals_index: ManualIndex) -> None:
    def manuals_of(manual: str) -> set[str]:
        hits = called(VectorSearchTool(index=two_manuals_index), query="light", k=20, manual=manual).artifact
        return {hit.item_id.split("/")[0] for hit in hits}

    for info in two_manuals_index.manuals:
        for name in (info.id.upper(), f" {info.title.upper()} "):
            assert manuals_of(name) == {info.id}
    for every in ("all", "Any", "*"):
        assert manuals_of(every) == {info.id for info in two_manuals_index.manuals}


def test_search_shows_path_id_and_best_block(tools: dict[str, BaseTool]) -> None:
    message = called(tools["search_manual"], query=BORROWED, k=2)
    first, second = message.text.splitlines()
    assert first == "1. Library > Loans (id larkfield/library/loans): Tap a book, and then tap Borrow."
    assert second.startswith("2. ")
    assert message.artifact[0].section_id == "larkfield/library/loans"
    assert all(isinstance(hit, Hit) for hit in message.artifact)


BORROWED = "keep what I have borrowed"


def test_a_search_that_is_not_sure_shows_of_three_what_fits_if_asked_to(tools: dict[str, BaseTool]) -> None:
    query = "the option for just the cover"
    assert "all of it" not in called(tools["search_manual"], query=query).text
    text = called(VectorSearchTool(index=tools["search_manual"].index, quotes=True), query=query).text
    heads = [line for line in text.splitlines() if line[:2] in ("1.", "2.", "3.", "4.", "5.")]
    assert [head.partition("), ")[2] for head in heads] == ["all of it:", "all of it:", "what fits:", "", ""]
    shown = text.partition("3. ")[2].partition("4. ")[0]
    assert "Clear temporary files: Delete saved covers" in shown
    assert "Archive finished books" not in shown
    assert all(len(head.partition("): ")[2]) <= 82 for head in heads[3:])


def test_a_search_that_finds_nothing_near_quotes_nothing(tools: dict[str, BaseTool]) -> None:
    tool = VectorSearchTool(index=tools["search_manual"].index, quotes=True)
    message = called(tool, query="football stickers messenger")
    assert message.artifact[0].confidence < 0.2
    assert "all of it" not in message.text
    assert "what fits" not in message.text


def test_a_search_that_is_sure_says_all_of_the_first_and_less_of_the_others(
    tools: dict[str, BaseTool], sample_index_for_answers: ManualIndex
) -> None:
    question = "How long can I keep a borrowed book?"
    message = called(tools["search_manual"], query=question)
    loans = sample_index_for_answers.item("larkfield/library/loans")
    assert message.artifact[0].section_id == loans.id
    name, taps, *rest = message.text.splitlines()
    assert name == f"1. Library > Loans (id {loans.id}), all of it:"
    assert taps == "On the device: Library > More > Loans > Add library card"
    assert rest[: len(loans.blocks)] == [block.text for block in loans.blocks]
    assert [line[:2] for line in rest[len(loans.blocks) :]] == ["2.", "3.", "4.", "5."]
    assert all(len(line.partition("): ")[2]) <= 82 for line in rest[len(loans.blocks) :])


@pytest.mark.parametrize("query", ["Which colour has the lamp?", "How do I take the lime out?"])
def test_a_search_says_no_long_section_whole(query: str, kettle_index: ManualIndex) -> None:
    text = called(VectorSearchTool(index=kettle_index), query=query).text
    assert "all of it" not in text
    assert len(text) < 1_000


def test_search_in_one_manual(tools: dict[str, BaseTool]) -> None:
    assert called(tools["search_manual"], query="battery", manual="larkfield").artifact


def test_path_gives_the_taps_of_the_text(tools: dict[str, BaseTool]) -> None:
    message = called(tools["get_menu_path"], item="Light schedule")
    assert message.text == (
        "Menu path: Settings > Display > Front light > Light schedule\nOn the device: Settings > Display > Front light"
    )


def test_path_from_another_item_takes_the_fewest_steps(tools: dict[str, BaseTool]) -> None:
    front_light = "larkfield/settings/display/front-light"
    way = called(tools["get_menu_path"], item="Quick panel", start=front_light).artifact
    assert [step.name for step in way.items] == ["Front light", "Quick panel"]


def test_description_holds_every_block_and_the_neighbours(
    tools: dict[str, BaseTool], sample_index_for_answers: ManualIndex
) -> None:
    message = called(tools["describe_menu_item"], item=BATTERY)
    item = sample_index_for_answers.item(BATTERY)
    assert message.artifact == item
    assert all(block.text in message.text for block in item.blocks)
    assert message.text.startswith(f"Settings > Battery (id {BATTERY})\nOn the device: Settings > Battery\n")
    assert "\nBelow it: Power saving\n" in message.text
    assert "\nSee also: Front light\n" in called(tools["describe_menu_item"], item="Quick panel").text


def test_option_is_described_by_its_own_block(tools: dict[str, BaseTool]) -> None:
    item = called(tools["describe_menu_item"], item="Dark pages").artifact
    assert (item.kind, item.path) == ("option", ("Settings", "Display", "Dark pages"))


def test_item_without_text_names_what_is_below(kettle_index: ManualIndex) -> None:
    tool = NodeDescriptionTool(index=kettle_index)
    assert called(tool, item="Heat").text == "Heat (id kettle/heat)\nBelow it: Modes, Lamp colours"
    assert called(tool, item="Descaling").text == "Descaling (id kettle/descaling)"


def test_long_content_is_cut_to_its_budget_and_says_how_much(kettle_index: ManualIndex) -> None:
    whole = called(NodeDescriptionTool(index=kettle_index, token_budget=100_000), item="Lamp colours").text
    content = called(NodeDescriptionTool(index=kettle_index), item="Lamp colours").text
    kept, _, mark = content.rpartition("\n")
    assert len(content) <= 900 * 4
    assert whole.startswith(kept)
    assert mark == f"[cut: {len(whole) - len(kept)} more characters]"
    assert kettle_index.item("kettle/heat/lamp-colours").blocks[0].text in kept


@pytest.mark.parametrize("k", [1, 20])
@pytest.mark.parametrize("query", ["battery", "How do I turn the light down at night?", "battery light " * 700])
def test_search_keeps_its_budget(k: int, query: str, tools: dict[str, BaseTool]) -> None:
    message = called(tools["search_manual"], query=query, k=k)
    assert len(message.text) <= 550 * 4
    assert 0 < len(message.artifact) <= k


def test_every_item_of_the_sample_keeps_the_budgets(
    tools: dict[str, BaseTool], sample_index_for_answers: ManualIndex
) -> None:
    items = sample_index_for_answers.graph_of("larkfield").items
    assert len(items) > 200
    for item in items:
        assert len(called(tools["get_menu_path"], item=item.id).text) <= 200 * 4
        assert len(called(tools["describe_menu_item"], item=item.id).text) <= 900 * 4


class BrokenIndex:
    """An index whose disk has gone."""

    manuals = ()

    def search(self, query: str, k: int, manual: str | None) -> list[Hit]:
        raise StoreError("the disk is gone")

    def resolve(self, text: str, manual: str | None = None) -> None:
        raise StoreError("the disk is gone")


def test_tool_can_be_printed(tools: dict[str, BaseTool]) -> None:
    assert repr(tools["search_manual"]).startswith("VectorSearchTool(")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        (VectorSearchTool, {"query": "battery"}),
        (GraphPathTool, {"item": BATTERY}),
        (NodeDescriptionTool, {"item": BATTERY}),
    ],
)
def test_outage_is_no_tool_message(tool: Callable[..., BaseTool], arguments: dict[str, object]) -> None:
    broken = tool(index=BrokenIndex())
    with pytest.raises(StoreError, match="the disk is gone"):
        called(broken, **arguments)
    with pytest.raises(StoreError, match="the disk is gone"):
        tool_loop([broken]).invoke({"messages": [calling(broken.name, **arguments)]})


def test_handling_of_errors_can_be_turned_off(sample_index_for_answers: ManualIndex) -> None:
    tool = NodeDescriptionTool(index=sample_index_for_answers, handle_tool_error=False)
    with pytest.raises(ToolException, match="2 menu items are called 'Notifications'"):
        called(tool, item="Notifications")


def tool_loop(tools: list[BaseTool]) -> Any:
    graph = StateGraph(MessagesState)
    graph.add_node("tools", ToolNode(tools))
    graph.add_edge(START, "tools")
    graph.add_edge("tools", END)
    return graph.compile()


def test_tool_node_runs_the_tools_and_shows_their_errors(tools: dict[str, BaseTool]) -> None:
    calls = AIMessage(
        "",
        tool_calls=[
            *calling("search_manual", id="call_1", query="battery").tool_calls,
            *calling("describe_menu_item", id="call_2", item="Notifications").tool_calls,
        ],
    )
    _, search, describe = tool_loop([*tools.values()]).invoke({"messages": [calls]})["messages"]
    assert (search.status, search.tool_call_id, type(search.artifact[0])) == ("success", "call_1", Hit)
    assert (describe.status, describe.tool_call_id) == ("error", "call_2")


def test_bare_bind_tools_loop(tools: dict[str, BaseTool]) -> None:
    model = ScriptedChatModel(
        calling("search_manual", query="battery usage", k=1),
        calling("describe_menu_item", item="Notifications"),
        calling("describe_menu_item", item=BATTERY),
        saying("It is in Settings > Battery."),
    )
    bound = model.bind_tools([*tools.values()])
    messages: list[Any] = [HumanMessage("What is eating my battery?")]
    while (reply := bound.invoke(messages)).tool_calls:
        messages += [reply, *(tools[call["name"]].invoke(call) for call in reply.tool_calls)]
    assert model.bound == ["search_manual", "get_menu_path", "describe_menu_item"]
    results = [message for message in messages if isinstance(message, ToolMessage)]
    assert [result.status for result in results] == ["success", "error", "success"]
    assert isinstance(results[-1].artifact, MenuItem)


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
async def test_create_agent(way: str, tools: dict[str, BaseTool]) -> None:
    model = ScriptedChatModel(
        calling("search_manual", query="battery usage"), calling("get_menu_path", item=BATTERY), saying("There it is.")
    )
    agent = create_agent(model, [*tools.values()])
    asked: Any = {"messages": [("user", "What is eating my battery?")]}
    state = agent.invoke(asked) if way == "invoke" else await agent.ainvoke(asked)
    results = [message for message in state["messages"] if isinstance(message, ToolMessage)]
    assert [result.name for result in results] == ["search_manual", "get_menu_path"]
    assert results[1].text == "Menu path: Settings > Battery\nOn the device: Settings > Battery"
    assert state["messages"][-1].text == "There it is."


async def test_calls_at_once_share_an_index(tools: dict[str, BaseTool]) -> None:
    found = await tools["search_manual"].abatch([{"query": "battery"}] * 8)
    assert len(set(found)) == 1
    assert BATTERY in found[0]


@pytest.mark.parametrize("nothing", [None, "", " ", "null", "None", "undefined", "nil", [], {}])
def test_optional_argument_sent_empty_is_not_given(nothing: object, sample_index_for_answers: ManualIndex) -> None:
    search, path, _ = ManualToolkit(index=sample_index_for_answers).get_tools()
    for tool, given in (
        (search, {"query": "loan", "k": nothing, "manual": nothing}),
        (path, {"item": "Loans", "start": nothing}),
    ):
        call = {"type": "tool_call", "id": "1", "name": tool.name, "args": given}
        plain = {name: value for name, value in given.items() if value != nothing}
        assert tool.invoke(call).text == tool.invoke({**call, "args": plain}).text
        assert tool.invoke(call).status == "success"


def test_required_argument_sent_empty_and_an_unknown_one_are_refused_in_words(
    sample_index_for_answers: ManualIndex,
) -> None:
    search = ManualToolkit(index=sample_index_for_answers).get_tools()[0]
    for given, name in (({"query": ""}, "query"), ({"query": "loan", "language": "en"}, "language")):
        said = search.invoke({"type": "tool_call", "id": "1", "name": search.name, "args": given})
        assert said.status == "error"
        assert said.text.startswith(f"These arguments do not fit: {name}: ")


def test_prefix_stands_before_each_name(sample_index_for_answers: ManualIndex) -> None:
    tools = ManualToolkit(index=sample_index_for_answers, prefix="reader_").get_tools()
    assert [tool.name for tool in tools] == [
        "reader_search_manual",
        "reader_get_menu_path",
        "reader_describe_menu_item",
    ]
    said = tools[2].invoke({"type": "tool_call", "id": "1", "name": tools[2].name, "args": {"item": "zzz qqq"}})
    assert said.text.endswith("Search the manual for it.")


@pytest.mark.parametrize("prefix", ["a b", "1_", "é", "x" * 41, "a."])
def test_prefix_that_providers_would_refuse_is_refused(prefix: str, sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="prefix is"):
        ManualToolkit(index=sample_index_for_answers, prefix=prefix).get_tools()


def test_frameworks_that_take_a_function_of_a_tool_get_what_a_model_reads(
    sample_index_for_answers: ManualIndex,
) -> None:
    """CrewAI and AutoGen call `func` with all arguments, those that were not given as None."""
    search, path, describe = ManualToolkit(index=sample_index_for_answers, prefix="reader_").get_tools()
    assert search.func(query="loan", k=5, manual=None) == search.invoke({"query": "loan"})  # type: ignore[attr-defined]
    assert path.func("Loans").startswith("Menu path: Library > Loans")  # type: ignore[attr-defined]
    assert describe.func(item="zzz qqq") == "There is no menu item 'zzz qqq'. Search the manual for it."  # type: ignore[attr-defined]
    assert describe.func().startswith("These arguments do not fit: item: ")  # type: ignore[attr-defined]
    assert render_text_description([search, path]).splitlines() == [
        f"reader_search_manual(query: str, k: int = 5, manual: str | None = None) -> str - {search.description}",
        f"reader_get_menu_path(item: str, start: str | None = None) -> str - {path.description}",
    ]


def test_arguments_that_a_wrapper_writes_into_stay_as_they_are(sample_index_for_answers: ManualIndex) -> None:
    """smolagents empties the descriptions; pydantic-ai takes what has no default for required."""
    search = ManualToolkit(index=sample_index_for_answers).get_tools()[0]
    before = convert_to_openai_tool(search)
    for shown in search.args.values():
        shown["description"] = ""
    assert search.args["query"]["description"]
    assert convert_to_openai_tool(search) == before
    assert [name for name, shown in search.args.items() if "default" not in shown] == ["query"]
