import json
from collections.abc import Sequence
from typing import Any

import pytest
from conftest import OllamaServer
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.prompts import Prompts
from graphrag_tools.tool_calling.callers import (
    BY_MODEL,
    BY_WORKFLOW,
    DECLINE,
    Choices,
    NativeCaller,
    NoModelCaller,
    SchemaCaller,
    call_message,
    call_schema,
)
from graphrag_tools.tools.manual_tools import ManualToolkit

QUESTIONS = (
    "What is eating my battery?",
    "How long can I keep a borrowed book?",
    "What is the largest PDF it can open?",
    "How do I get rid of ghost images when reading comics?",
    "Can it read the screen aloud?",
)
# Each call takes the small models seconds.
QUESTIONS_ASKED = [QUESTIONS[:2], pytest.param(QUESTIONS[2:], marks=pytest.mark.nightly)]
HISTORY: list[BaseMessage] = [HumanMessage("Where is B?")]
A, B = (MenuItem(f"m/{name}", "m", "section", name, (name,), description=f"About {name}.") for name in ("a", "b"))
NARROW = Choices("Where is B?", [A])
WIDE = Choices("Where is B?", [A, B], may_search=True, may_decline=True)


@pytest.fixture
def tools(sample_index_for_answers: ManualIndex) -> list[BaseTool]:
    return ManualToolkit(index=sample_index_for_answers).get_tools()


def opened(chat: Any, **options: Any) -> ChatModel:
    model = open_chat_model(chat, options=ModelOptions(**options))
    assert model is not None
    return model


def schema_call(reply: str, choices: Choices, tools: Sequence[BaseTool] = ()) -> AIMessage | None:
    return SchemaCaller(opened(ScriptedChatModel(saying(reply))), tools, Prompts()).next_call(HISTORY, choices)


def only_call(message: AIMessage | None) -> tuple[str, dict[str, Any]]:
    assert message is not None
    [call] = message.tool_calls
    assert call["id"]
    return call["name"], call["args"]


def test_narrow_schema_is_one_flat_call() -> None:
    assert call_schema(NARROW) == {
        "title": "tool_call",
        "description": "The one tool call to make.",
        "type": "object",
        "properties": {
            "tool": {"type": "string", "enum": ["describe_menu_item", "get_menu_path"]},
            "item": {"type": "integer", "enum": [1]},
        },
        "required": ["tool", "item"],
        "additionalProperties": False,
    }


def test_wide_schema_lists_the_alternatives() -> None:
    schema = call_schema(WIDE)
    about_item, search, decline = schema["properties"]["call"]["anyOf"]
    assert (schema["required"], schema["additionalProperties"]) == (["call"], False)
    assert about_item["properties"]["item"]["enum"] == [1, 2]
    assert search["properties"]["tool"]["enum"] == ["search_manual"]
    assert search["properties"]["query"] == {"type": "string", "minLength": 1, "maxLength": 120}
    assert decline["properties"] == {"tool": {"type": "string", "enum": ["not_in_manual"]}}
    assert all(variant["additionalProperties"] is False for variant in (about_item, search, decline))


@pytest.mark.parametrize(("search", "decline"), [(True, False), (False, True)])
def test_schema_offers_only_what_is_allowed(search: bool, decline: bool) -> None:
    schema = call_schema(Choices("?", [A], may_search=search, may_decline=decline))
    tools = [variant["properties"]["tool"]["enum"] for variant in schema["properties"]["call"]["anyOf"]]
    assert tools == [["describe_menu_item", "get_menu_path"], ["search_manual"] if search else ["not_in_manual"]]


@pytest.mark.parametrize(("item", "meant"), [("1", "m/a"), ("2", "m/b"), ('"m/b"', "m/b")])
def test_item_of_a_schema_call_is_meant_by_its_number_or_its_id(item: str, meant: str) -> None:
    call = schema_call(f'{{"call": {{"tool": "describe_menu_item", "item": {item}}}}}', WIDE)
    assert only_call(call) == ("describe_menu_item", {"item": meant})


def test_call_message_carries_one_call_and_the_tokens_of_the_reply() -> None:
    reply = saying("{}", done_reason="stop")
    message = call_message("search_manual", {"query": "a"}, by=BY_MODEL, reply=reply)
    assert only_call(message) == ("search_manual", {"query": "a"})
    assert (message.name, message.usage_metadata) == (BY_MODEL, reply.usage_metadata)
    assert message.response_metadata == {"done_reason": "stop"}
    assert call_message("a", {}, by=BY_MODEL).tool_calls[0]["id"] != message.tool_calls[0]["id"]


def test_no_model_describes_the_first_item() -> None:
    message = NoModelCaller().next_call(HISTORY, WIDE)
    assert only_call(message) == ("describe_menu_item", {"item": "m/a"})
    assert message is not None
    assert message.name == BY_WORKFLOW
    assert NoModelCaller().next_call(HISTORY, Choices("?", [])) is None


@pytest.mark.parametrize(
    ("reply", "choices", "call"),
    [
        ({"tool": "get_menu_path", "item": "m/a"}, NARROW, ("get_menu_path", {"item": "m/a"})),
        ({"call": {"tool": "describe_menu_item", "item": "m/b"}}, WIDE, ("describe_menu_item", {"item": "m/b"})),
        ({"call": {"tool": "search_manual", "query": "B"}}, WIDE, ("search_manual", {"query": "B"})),
    ],
)
def test_schema_call_is_read(reply: Any, choices: Choices, call: Any) -> None:
    message = schema_call(json.dumps(reply), choices)
    assert only_call(message) == call
    assert message is not None
    assert message.name == BY_MODEL
    assert message.usage_metadata == {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}


def test_schema_call_that_declines() -> None:
    message = schema_call('{"call": {"tool": "not_in_manual"}}', WIDE)
    assert message is not None
    assert (message.content, message.name, message.tool_calls) == (DECLINE, BY_MODEL, [])
    assert message.usage_metadata is not None


@pytest.mark.parametrize(
    ("reply", "choices"),
    [
        ('{"tool": "get_menu_pa', NARROW),
        ("", NARROW),
        ("I would look at B.", NARROW),
        ('["get_menu_path"]', NARROW),
        ('{"tool": "not_in_manual"}', NARROW),
        ('{"tool": "search_manual", "query": "B"}', NARROW),
        ('{"call": {"tool": "explode"}}', WIDE),
        ('{"call": "search_manual"}', WIDE),
        ("{}", WIDE),
    ],
)
def test_schema_reply_that_is_no_call_is_none(reply: str, choices: Choices) -> None:
    assert schema_call(reply, choices) is None


def test_schema_caller_without_items_asks_nothing() -> None:
    assert SchemaCaller(opened(ScriptedChatModel()), [], Prompts()).next_call(HISTORY, Choices("?", [])) is None


@pytest.mark.parametrize(("choices", "wide"), [(NARROW, False), (WIDE, True)])
def test_schema_prompt_names_what_may_be_called(choices: Choices, wide: bool, tools: list[BaseTool]) -> None:
    chat = ScriptedChatModel(saying("{}"))
    SchemaCaller(opened(chat), tools, Prompts()).next_call(HISTORY, choices)
    [[prompt]] = chat.asked
    assert "Question: Where is B?" in prompt.text
    assert "1. a: About a." in prompt.text
    assert "Call describe_menu_item with the number" in prompt.text
    assert ("2. b: About b." in prompt.text) == wide
    assert chat.schemas[-1] == call_schema(choices)


def test_schema_prompt_names_each_item_by_its_path(tools: list[BaseTool]) -> None:
    items = [
        MenuItem("m/a/sound", "m", "section", "Sound", ("Calls", "Sound"), description="Set how loud it is."),
        MenuItem("m/b/sound", "m", "section", "Sound", ("Alarm", "Sound"), description="Set how loud it is."),
        MenuItem("m/c", "m", "section", "Clock", ("Clock",)),
    ]
    chat = ScriptedChatModel(saying("{}"))
    SchemaCaller(opened(chat), tools, Prompts()).next_call(HISTORY, Choices("Where is it?", items))
    [[prompt]] = chat.asked
    shown = "1. Calls > Sound: Set how loud it is.\n2. Alarm > Sound: Set how loud it is.\n3. Clock\n"
    assert shown in prompt.text


def test_model_without_structured_output_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match=r"cannot decode under a JSON schema .* Use tool_mode='native' or 'none'"):
        SchemaCaller(opened(ScriptedChatModel(decodes_schemas=False)), [], Prompts())


def test_model_that_cannot_bind_tools_is_a_config_error(tools: list[BaseTool]) -> None:
    for chat in (ScriptedChatModel(binds_tools=False), FakeListChatModel(responses=["a"])):
        with pytest.raises(ConfigError, match=r"cannot call tools by itself\. Use tool_mode='schema' or 'none'"):
            NativeCaller(opened(chat), tools, Prompts())


def test_native_call_is_passed_on_with_its_tokens(tools: list[BaseTool]) -> None:
    chat = ScriptedChatModel(calling("get_menu_path", item="m/b", text="Let me see."))
    message = NativeCaller(opened(chat), tools, Prompts()).next_call(HISTORY, WIDE)
    assert only_call(message) == ("get_menu_path", {"item": "m/b"})
    assert message is not None
    assert (message.name, message.text) == (BY_MODEL, "Let me see.")
    assert message.usage_metadata is not None
    assert chat.bound == ["search_manual", "get_menu_path", "describe_menu_item"]
    [[system, *history]] = chat.asked
    assert isinstance(system, SystemMessage)
    assert "from its manual, and from nothing else" in system.text
    assert history == HISTORY


def test_native_model_is_told_its_task_after_what_was_found(tools: list[BaseTool]) -> None:
    search = call_message("search_manual", {"query": "B"}, by=BY_WORKFLOW)
    found = ToolMessage("1. B (id m/b): About b.", tool_call_id=search.tool_calls[0]["id"])
    chat = ScriptedChatModel(calling("describe_menu_item", item="m/b"))
    NativeCaller(opened(chat), tools, Prompts()).next_call([*HISTORY, search, found], WIDE)
    [[*_, last]] = chat.asked
    assert isinstance(last, HumanMessage)
    assert last.text == Prompts().render("call", question="Where is B?")


@pytest.mark.parametrize(
    "reply", [calling("get_menu_path", item="m/b"), calling("search_manual", query="B"), saying("It is under B.")]
)
def test_native_call_beyond_what_the_model_has_earned_is_none(reply: AIMessage, tools: list[BaseTool]) -> None:
    assert NativeCaller(opened(ScriptedChatModel(reply)), tools, Prompts()).next_call(HISTORY, NARROW) is None


def test_only_the_first_of_several_native_calls_is_made(tools: list[BaseTool]) -> None:
    reply = calling("get_menu_path", item="m/a")
    reply.tool_calls += calling("get_menu_path", id="call_2", item="m/b").tool_calls
    message = NativeCaller(opened(ScriptedChatModel(reply)), tools, Prompts()).next_call(HISTORY, NARROW)
    assert only_call(message) == ("get_menu_path", {"item": "m/a"})


def test_native_model_whose_call_was_dropped_is_asked_again_with_the_reason(tools: list[BaseTool]) -> None:
    chat = ScriptedChatModel(calling("fly_to_the_moon", text="Let me see."), calling("get_menu_path", item="m/a"))
    caller = NativeCaller(opened(chat), tools, Prompts())
    assert only_call(caller.next_call(HISTORY, NARROW)) == ("get_menu_path", {"item": "m/a"})
    first, second = chat.asked
    assert second[: len(first)] == first
    said, told = second[len(first) :]
    assert said.text == "Let me see."
    assert "fly_to_the_moon" in told.text


def test_native_reply_in_words_is_none(tools: list[BaseTool]) -> None:
    caller = NativeCaller(opened(ScriptedChatModel(saying("It is under A."))), tools, Prompts())
    assert caller.next_call(HISTORY, NARROW) is None


@pytest.mark.parametrize(
    ("said", "choices", "declines"),
    [
        ("The manual does not say how to buy a boat.", WIDE, True),
        ("NOT IN MANUAL", WIDE, True),
        ("The manual does not say how to buy a boat.", NARROW, False),
        ("It is under A.", WIDE, False),
    ],
)
def test_native_refusal_in_words_declines_where_that_is_allowed(
    said: str, choices: Choices, declines: bool, tools: list[BaseTool]
) -> None:
    message = NativeCaller(opened(ScriptedChatModel(saying(said))), tools, Prompts()).next_call(HISTORY, choices)
    assert (message is not None) == declines
    if message is not None:
        assert (message.content, message.name, message.tool_calls) == (DECLINE, BY_MODEL, [])
        assert message.usage_metadata == {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}


def choices_for(question: str, width: int, index: ManualIndex) -> Choices:
    items = [index.item(hit.section_id) for hit in index.search(question, width)]
    return Choices(question, items, may_search=width > 1, may_decline=width > 1)


def assert_valid(message: AIMessage | None, choices: Choices, tools: list[BaseTool]) -> None:
    """One call of a tool that exists, on an item that was offered; or the refusal where that was offered."""
    assert message is not None
    assert message.usage_metadata
    if choices.may_decline and message.content == DECLINE:
        return
    name, arguments = only_call(message)
    [tool] = [tool for tool in tools if tool.name == name]
    assert tool.invoke(message.tool_calls[0]).status == "success"
    assert arguments.get("item") in (None, *(item.id for item in choices.items))
    assert (name == "search_manual") <= choices.may_search


@pytest.mark.parametrize("questions", QUESTIONS_ASKED, ids=len)
@pytest.mark.parametrize("width", [1, 5])
def test_every_call_of_the_gguf_model_is_valid(
    width: int,
    questions: Sequence[str],
    gguf_model: ChatModel,
    tools: list[BaseTool],
    sample_index_for_answers: ManualIndex,
) -> None:
    caller = SchemaCaller(gguf_model, tools, Prompts())
    for question in questions:
        choices = choices_for(question, width, sample_index_for_answers)
        assert_valid(caller.next_call([HumanMessage(question)], choices), choices, tools)


@pytest.mark.parametrize("questions", QUESTIONS_ASKED, ids=len)
@pytest.mark.parametrize("width", [1, 5])
def test_every_call_of_the_ollama_model_is_valid(
    width: int,
    questions: Sequence[str],
    ollama_server: OllamaServer,
    tools: list[BaseTool],
    sample_index_for_answers: ManualIndex,
) -> None:
    model = opened(f"ollama:{ollama_server.weak}", base_url=ollama_server.base_url)
    caller = SchemaCaller(model, tools, Prompts())
    for question in questions:
        choices = choices_for(question, width, sample_index_for_answers)
        assert_valid(caller.next_call([HumanMessage(question)], choices), choices, tools)


def test_call_of_the_gguf_model_that_is_cut_is_none(gguf_runtime: object, tools: list[BaseTool]) -> None:
    caller = SchemaCaller(opened("gguf:smollm2", max_tokens=3), tools, Prompts())
    assert caller.next_call(HISTORY, NARROW) is None


def test_call_of_the_ollama_model_that_is_cut_is_none(ollama_server: OllamaServer, tools: list[BaseTool]) -> None:
    model = opened(f"ollama:{ollama_server.weak}", base_url=ollama_server.base_url, max_tokens=3)
    assert SchemaCaller(model, tools, Prompts()).next_call(HISTORY, NARROW) is None


def test_ollama_model_that_only_claims_tools_makes_no_call(ollama_server: OllamaServer, tools: list[BaseTool]) -> None:
    model = opened(f"ollama:{ollama_server.claims_tools}", base_url=ollama_server.base_url, max_tokens=40)
    assert model.claims_tools
    assert NativeCaller(model, tools, Prompts()).next_call(HISTORY, NARROW) is None


def test_ollama_model_without_tools_is_a_model_error_under_native(
    ollama_server: OllamaServer, tools: list[BaseTool]
) -> None:
    model = opened(f"ollama:{ollama_server.weak}", base_url=ollama_server.base_url)
    assert not model.claims_tools
    with pytest.raises(ModelError, match="does not support tools"):
        NativeCaller(model, tools, Prompts()).next_call(HISTORY, NARROW)
