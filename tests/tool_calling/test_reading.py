"""Calls and arguments as models write them, read from values that were JSON."""

from typing import Any

import pytest

from graphrag_tools.tool_calling.reading import arguments_from, calls_in, is_schema, meant_tool, named_tool, tool_key

TOOLS = ("search_manual", "get_menu_path", "describe_menu_item")
CALL = ("search_manual", {"query": "lamp"})
NAMED = {"name": "search_manual", "arguments": {"query": "lamp"}}


@pytest.mark.parametrize(
    "value",
    [
        NAMED,
        [NAMED],
        {"tool": "search_manual", "args": '{"query": "lamp"}'},
        {"function": "search_manual", "parameters": {"query": "lamp"}},
        {"action": "search_manual", "action_input": {"query": "lamp"}},
        {"name": "search_manual", "query": "lamp"},
        {"name": "search_manual", "type": "function", "id": "1", "query": "lamp"},
        {"tool_calls": [NAMED]},
        {"tool_calls": NAMED},
        {"function": {"name": "search_manual", "arguments": {"query": "lamp"}}},
        {"name": "search_manual", "function": {"arguments": {"query": "lamp"}}},
        {"search_manual": {"query": "lamp"}},
        {"Search-Manual": '{"query": "lamp"}'},
    ],
)
def test_call_is_read_in_whatever_form_it_is_written(value: object) -> None:
    [(name, arguments)] = calls_in(value, TOOLS)
    assert (tool_key(name), arguments) == CALL


@pytest.mark.parametrize(
    "value",
    [
        5,
        "search_manual",
        {},
        {"name": 5, "arguments": {}},
        {"name": "toaster", "query": "lamp"},
        {"name": "search_manual", "description": "Searches.", "query": "lamp"},
        {"name": "search_manual", "properties": {"query": {}}},
        {"name": "search_manual", "required": ["query"]},
        {"name": "search_manual", "description": "Searches.", "parameters": {"query": "lamp"}},
        {"name": "search_manual", "parameters": {"type": "object", "properties": {}}},
        {"name": "search_manual", "parameters": {"query": {"type": "string"}}},
        {"search_manual": {"query": "lamp"}, "more": 1},
        {"search_manual": 5},
        {"search_manual": {"query": {"type": "string"}}},
        {"toaster": {"query": "lamp"}},
        [[[[[NAMED]]]]],
        {"calls": {"calls": {"calls": {"calls": NAMED}}}},
    ],
)
def test_what_is_no_call_is_none(value: object) -> None:
    assert calls_in(value, TOOLS) == []


def test_no_more_than_sixteen_calls_are_read_and_deep_ones_are() -> None:
    assert calls_in([NAMED] * 20, TOOLS) == [CALL] * 16
    assert calls_in([[[NAMED]]], TOOLS) == [CALL]
    assert calls_in({"name": "toaster", "arguments": {"a": 1}}, TOOLS) == [("toaster", {"a": 1})]


@pytest.mark.parametrize(
    ("raw", "arguments"),
    [
        (None, {}),
        ("", {}),
        ({}, {}),
        ({"a": 1}, {"a": 1}),
        (["a", 2], {0: "a", 1: 2}),
        (5, {0: 5}),
        ("lamp", {0: "lamp"}),
        ('{"a": 1}', {"a": 1}),
        (' {"a": 1} ', {"a": 1}),
        ('{"a": 1}}', {"a": 1}),
        ('{"a": 1}]);\t\n', {"a": 1}),
        ('{"a": 1} and more', {0: '{"a": 1} and more'}),
        ('["a"]', {0: "a"}),
        ('"{\\"a\\": 1}"', {"a": 1}),
        ('"lamp"', {0: "lamp"}),
        ("“lamp”", {0: "lamp"}),
    ],
)
def test_arguments_are_read_however_they_are_written(raw: object, arguments: dict[Any, object]) -> None:
    assert arguments_from(raw) == arguments


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ({"properties": {}}, True),
        ({"query": {"type": "string"}}, True),
        ({"query": {"type": "string", "value": "lamp"}}, False),
        ({"properties": "a"}, False),
        ({"query": "type"}, False),
        ({}, False),
        ("properties", False),
    ],
)
def test_schema_that_is_repeated_is_told_from_arguments(value: object, schema: bool) -> None:
    assert is_schema(value) is schema


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("SearchManual", "search_manual"),
        ("functions.search-manual", "search_manual"),
        ("tool: x", "x"),
        ("`search manual`", "search_manual"),
        ("search_manual:0", "search_manual"),
        ("search_manual.call", "search_manual"),
        ("ｓearch", "search"),
        ("…", ""),
        ("x" * 130, "x" * 120),
    ],
)
def test_names_are_compared_without_their_dress(name: str, key: str) -> None:
    assert tool_key(name) == key


def test_two_tools_of_one_key_are_told_apart_by_their_letters_alone() -> None:
    tools = ("get_path", "getPath")
    assert named_tool("getPath", tools) == "getPath"
    assert named_tool("GET-PATH", tools) is None
    assert named_tool("toaster", tools) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("search", "search_manual"),
        ("serch_manual", "search_manual"),
        ("serch_manul", "search_manual"),
        ("srch_manul", None),
        ("earch_manual", None),
        ("get_menu", "get_menu_path"),
        ("set_menu_path", None),
        ("", None),
        ("menu", None),
    ],
)
def test_tool_is_meant_by_its_beginning_or_with_two_slips(name: str, meant: str | None) -> None:
    assert meant_tool(name, TOOLS) == meant


def test_tool_is_known_by_its_name_without_a_prefix_too() -> None:
    tools = {"lamp_search_manual": "search_manual", "oven_get_path": "get_path"}
    assert meant_tool("search_manual", tools) == "lamp_search_manual"
    assert meant_tool("search", tools) == "lamp_search_manual"
    both = {"lamp_search_manual": "search_manual", "oven_search_manual": "search_manual"}
    assert meant_tool("search_manual", both) is None
