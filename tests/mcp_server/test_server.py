"""What the MCP server offers, asked by the official client in this process."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool
from mcp import Client, MCPError
from support.index_fixtures import BATTERY, small_manual
from support.mcp_servers import text_of

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.mcp_server.server import manual_server
from graphrag_tools.mcp_server.tools import arguments_schema
from graphrag_tools.prompts import Prompts
from graphrag_tools.tools.manual_tools import ManualToolkit

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search_manual", {"query": "What is using up my battery?", "k": 3}),
    ("search_manual", {"query": "???"}),
    ("get_menu_path", {"item": BATTERY}),
    ("get_menu_path", {"item": "Battery", "start": "Settings > Display"}),
    ("describe_menu_item", {"item": "Dark pages"}),
    ("describe_menu_item", {"item": "Settings"}),
]
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("describe_menu_item", {"item": "Notifications"}),
    ("describe_menu_item", {"item": "Batery pannel settings"}),
    ("get_menu_path", {"item": "Flux capacitor"}),
    ("get_menu_path", {}),
    ("search_manual", {"query": "battery", "manual": "toaster"}),
    ("search_manual", {"query": ["battery"]}),
]


def langchain_text(index: ManualIndex, name: str, arguments: dict[str, Any]) -> str:
    tools = {tool.name: tool for tool in ManualToolkit(index=index).get_tools()}
    text: str = tools[name].invoke({"type": "tool_call", "id": "1", "name": name, "args": arguments}).text
    return text


async def test_tools_are_those_that_langchain_has(sample_index: ManualIndex) -> None:
    async with Client(manual_server(sample_index)) as client:
        listed = (await client.list_tools()).tools
    expected = [convert_to_openai_tool(tool)["function"] for tool in ManualToolkit(index=sample_index).get_tools()]
    assert [(tool.name, tool.description, tool.input_schema) for tool in listed[:3]] == [
        (one["name"], one["description"], arguments_schema(one["parameters"])) for one in expected
    ]
    assert [tool.name for tool in listed[3:]] == ["ask_manual", "check_answer"]
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
    assert all(tool.output_schema and tool.output_schema["type"] == "object" for tool in listed)


@pytest.mark.parametrize(("name", "arguments"), CALLS)
async def test_call_returns_the_same_words_and_a_structure(
    name: str, arguments: dict[str, Any], sample_index: ManualIndex
) -> None:
    async with Client(manual_server(sample_index)) as client:
        result = await client.call_tool(name, arguments)  # which checks the structure against its schema
    assert not result.is_error
    assert text_of(result) == langchain_text(sample_index, name, arguments)
    assert isinstance(result.structured_content, dict)


@pytest.mark.parametrize(("name", "arguments"), REFUSED)
async def test_what_a_model_can_put_right_is_a_result(
    name: str, arguments: dict[str, Any], sample_index: ManualIndex
) -> None:
    async with Client(manual_server(sample_index)) as client:
        result = await client.call_tool(name, arguments)
    assert result.is_error
    assert result.structured_content is None
    assert text_of(result) == langchain_text(sample_index, name, arguments)


async def test_structures_say_what_the_index_holds(sample_index: ManualIndex) -> None:
    async with Client(manual_server(sample_index)) as client:
        found = (await client.call_tool("search_manual", {"query": "What is using up my battery?"})).structured_content
        way = (await client.call_tool("get_menu_path", {"item": BATTERY})).structured_content
        item = (await client.call_tool("describe_menu_item", {"item": BATTERY})).structured_content
    battery = sample_index.item(BATTERY)
    assert [one["id"] for one in found["items"]] == [
        hit.section_id for hit in sample_index.search("What is using up my battery?")
    ]
    lines = langchain_text(sample_index, "search_manual", {"query": "What is using up my battery?"}).splitlines()
    assert all(line in lines for one in found["items"] if one["whole"] for line in one["text"].splitlines())
    assert any(one["whole"] for one in found["items"])
    assert all(one["text"] in "\n".join(lines) for one in found["items"])
    assert [step["name"] for step in way["steps"]] == [*battery.path] == item["menu_path"]
    assert way["taps"] == ["Settings", "Battery"] == item["taps"]
    assert [passage["text"] for passage in item["passages"]] == [block.text for block in battery.blocks]
    assert item["cut"] == 0
    assert [child["id"] for child in item["below"]] == [f"{BATTERY}/power-saving"]


async def test_structure_of_a_long_item_is_cut_and_says_so(tmp_path: Path) -> None:
    blocks = tuple(Block("paragraph", f"{number} {'word ' * 40}".strip()) for number in range(50))
    index = ManualIndex.build([Manual("long", "Long", (Section("a", "All", blocks),))], tmp_path)
    async with Client(manual_server(index)) as client:
        item = (await client.call_tool("describe_menu_item", {"item": "long/all"})).structured_content
    kept = sum(len(passage["text"]) for passage in item["passages"])
    assert kept == 3600
    assert kept + item["cut"] == sum(len(block.text) for block in blocks)
    index.close()


async def test_texts_without_bounds_are_refused_in_words(sample_index: ManualIndex) -> None:
    async with Client(manual_server(sample_index)) as client:
        result = await client.call_tool("search_manual", {"query": "battery " * 450_000})
        assert result.is_error
        assert "query: it has 3,600,000 characters; at most 10,000 are read" in text_of(result)
        with pytest.raises(MCPError, match="the question has 3,599,999 characters; expected at most 100,000"):
            await client.get_prompt("ask_manual", {"question": "battery " * 450_000})
        for call in (client.call_tool, client.get_prompt):
            with pytest.raises(MCPError) as refused:
                await call("x" * 50_000, {})
            assert len(str(refused.value)) < 500


async def test_unknown_tool_is_an_error_of_the_protocol(sample_index: ManualIndex) -> None:
    async with Client(manual_server(sample_index)) as client:
        with pytest.raises(MCPError, match=r"no tool 'delete_manual'\. The tools are: search_manual"):
            await client.call_tool("delete_manual", {})


@pytest.mark.parametrize(("name", "arguments"), [CALLS[0], CALLS[2], CALLS[5]])
async def test_index_that_fails_is_said_in_words(
    name: str, arguments: dict[str, Any], copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = ManualIndex.open(copied)
    async with Client(manual_server(index)) as client:
        index.close()
        result = await client.call_tool(name, arguments)
        assert result.is_error
        assert text_of(result) == f"{name} failed: {copied}: this index was closed. Open it again."
        with pytest.raises(MCPError, match="this index was closed"):
            await client.list_resources()
        with pytest.raises(MCPError, match="this index was closed"):
            await client.read_resource(f"manual://items/{BATTERY}")
        with pytest.raises(MCPError, match="this index was closed"):
            await client.get_prompt("ask_manual", {"question": "Where?", "manual": "sample-manual"})


async def test_item_that_goes_between_two_reads_is_no_error(
    sample_index: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = ManualIndex.item
    gone = [KeyError(BATTERY)]

    def item(index: ManualIndex, item_id: str) -> Any:
        if gone:
            raise gone.pop()
        return really(index, item_id)

    async with Client(manual_server(sample_index)) as client:
        monkeypatch.setattr(ManualIndex, "item", item)
        result = await client.call_tool("describe_menu_item", {"item": BATTERY})
    assert not gone
    assert not result.is_error


async def test_every_item_can_be_read_as_a_resource(sample_index: ManualIndex) -> None:
    items = sample_index.graph_of("sample-manual").items
    assert any("~2" in item.id for item in items)
    async with Client(manual_server(sample_index)) as client:
        [template] = (await client.list_resource_templates()).resource_templates
        for item in items:
            [contents] = (await client.read_resource(template.uri_template.replace("{+id}", item.id))).contents
            assert contents.text.startswith(f"{item.menu_path} (id {item.id})")
            assert all(block.text in contents.text for block in item.blocks)


async def test_manual_is_its_table_of_contents(two_manuals_index: ManualIndex) -> None:
    async with Client(manual_server(two_manuals_index)) as client:
        listed = (await client.list_resources()).resources
        [contents] = (await client.read_resource("manual://manuals/sample-manual")).contents
    assert [(one.name, one.uri) for one in listed] == [
        ("sample-manual", "manual://manuals/sample-manual"),
        ("lamp", "manual://manuals/lamp"),
    ]
    assert "3 sections" not in str(listed[0].description)
    assert "2 sections" in str(listed[1].description)
    lines = contents.text.splitlines()
    assert lines[0] == "# sample-manual"
    assert f"  - Battery (id {BATTERY})" in lines
    assert len(lines) == 2 + len(two_manuals_index.sections("sample-manual"))


async def test_addresses_may_hold_any_script(tmp_path: Path) -> None:
    text = (Block("paragraph", "回す"),)
    index = ManualIndex.build([Manual("ランプ 1%", "ランプ", (Section("a", "明るさ", text),))], tmp_path)
    async with Client(manual_server(index)) as client:
        [listed] = (await client.list_resources()).resources
        assert listed.uri.isascii()
        assert (await client.read_resource(listed.uri)).contents[0].text.startswith("# ランプ")
        item = index.sections()[0].id.replace("%", "%25")
        assert "回す" in (await client.read_resource(f"manual://items/{item}")).contents[0].text
    index.close()


@pytest.mark.parametrize(
    "uri",
    [
        "manual://items/sample-manual/settings/nothing",
        "manual://items/",
        "manual://items/Battery",
        "manual://manuals/toaster",
        "manual://other/x",
        "file:///etc/passwd",
    ],
)
async def test_address_that_leads_nowhere(uri: str, sample_index: ManualIndex) -> None:
    async with Client(manual_server(sample_index)) as client:
        with pytest.raises(MCPError, match=f"There is no resource '{uri}'"):
            await client.read_resource(uri)


async def test_long_lists_of_manuals_come_in_pages(tmp_path: Path) -> None:
    index = ManualIndex.build([small_manual(f"lamp-{number}") for number in range(101)], tmp_path)
    async with Client(manual_server(index)) as client:
        first = await client.list_resources()
        second = await client.list_resources(cursor=first.next_cursor)
        with pytest.raises(MCPError, match="no page 'x'"):
            await client.list_resources(cursor="x")
    assert [one.name for one in first.resources + second.resources] == [info.id for info in index.manuals]
    assert (len(first.resources), second.next_cursor) == (100, None)
    index.close()


async def test_kept_to_one_manual_the_others_are_not_there(two_manuals_index: ManualIndex) -> None:
    async with Client(manual_server(two_manuals_index, "lamp")) as client:
        found = await client.call_tool("search_manual", {"query": "battery brightness", "manual": "sample-manual"})
        assert {one["manual"] for one in found.structured_content["items"]} == {"lamp"}
        assert (await client.call_tool("describe_menu_item", {"item": BATTERY})).is_error
        assert [one.name for one in (await client.list_resources()).resources] == ["lamp"]
        for uri in (f"manual://items/{BATTERY}", "manual://manuals/sample-manual"):
            with pytest.raises(MCPError, match="There is no resource"):
                await client.read_resource(uri)
        [prompt] = (await client.list_prompts()).prompts
        assert [argument.name for argument in prompt.arguments or ()] == ["question"]
        filled = await client.get_prompt("ask_manual", {"question": "How bright?"})
        assert "manual='lamp'" in filled.messages[0].content.text


def test_unknown_manual_is_refused_at_the_start(sample_index: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="toaster"):
        manual_server(sample_index, "toaster")


async def test_prompt_holds_the_question_and_names_the_tools(sample_index: ManualIndex) -> None:
    async with Client(manual_server(sample_index)) as client:
        [prompt] = (await client.list_prompts()).prompts
        filled = await client.get_prompt("ask_manual", {"question": "Why $5 {now}?", "manual": "sample-manual"})
        instructions = client.instructions or ""
    assert [(one.name, one.required) for one in prompt.arguments or ()] == [("question", True), ("manual", False)]
    text = filled.messages[0].content.text
    assert text.endswith("Question: Why $5 {now}?")
    assert "manual='sample-manual'" in text
    for name in ("search_manual", "describe_menu_item", "get_menu_path"):
        assert name in text
        assert name in instructions


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("ask_manual", {}, "needs a question"),
        ("ask_manual", {"question": "  "}, "needs a question"),
        ("ask_manual", {"question": "Where?", "manual": "toaster"}, "toaster"),
        ("sing", {"question": "Where?"}, "no prompt 'sing'"),
    ],
)
async def test_prompt_that_cannot_be_given(
    name: str, arguments: dict[str, str], reason: str, sample_index: ManualIndex
) -> None:
    async with Client(manual_server(sample_index)) as client:
        with pytest.raises(MCPError, match=reason):
            await client.get_prompt(name, arguments)


async def test_own_prompts_are_used_and_bad_ones_refused(sample_index: ManualIndex, tmp_path: Path) -> None:
    (tmp_path / "ask_manual.md").write_text("Frage: $question $only", encoding="utf-8")
    async with Client(manual_server(sample_index, prompts=Prompts(tmp_path))) as client:
        filled = await client.get_prompt("ask_manual", {"question": "Wo?"})
    assert filled.messages[0].content.text == "Frage: Wo?"
    (tmp_path / "ask_manual.md").write_text("$nothing", encoding="utf-8")
    with pytest.raises(ConfigError, match="nothing"):
        manual_server(sample_index, prompts=Prompts(tmp_path))


async def test_calls_at_once_do_not_wait_for_the_event_loop(sample_index: ManualIndex) -> None:
    async with Client(manual_server(sample_index)) as client:
        results = await asyncio.gather(*(client.call_tool(*CALLS[number % len(CALLS)]) for number in range(20)))
    assert [text_of(one) for one in results] == [
        langchain_text(sample_index, *CALLS[number % len(CALLS)]) for number in range(20)
    ]


async def test_structures_are_plain_json(sample_index: ManualIndex) -> None:
    async with Client(manual_server(sample_index), mode="legacy") as client:
        result = await client.call_tool("describe_menu_item", {"item": BATTERY})
    assert json.loads(json.dumps(result.structured_content)) == result.structured_content
