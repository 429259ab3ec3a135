from typing import Any

import pytest

from graphrag_tools.tool_calling.leaked import leaked_calls

TOOLS = ("search_manual", "get_menu_path", "describe_menu_item")
CALL = ("search_manual", {"query": 'the "big" one', "k": 3})
OBJECT = r'{"name": "search_manual", "arguments": {"query": "the \"big\" one", "k": 3}}'
ARGUMENTS = r'{"query": "the \"big\" one", "k": 3}'

DIALECTS = {
    "hermes": f"<tool_call>\n{OBJECT}\n</tool_call>",
    "hermes, unclosed tag": f"<tool_call>{OBJECT}",
    "hermes, a brace short": f"<tool_call>{OBJECT[:-1]}</tool_call>",
    "fenced json": f"```json\n{OBJECT}\n```",
    "fenced tool_call": f"```tool_call\n{OBJECT}\n```",
    "bare fence": f"```\n{OBJECT}\n```",
    "fenced python (gemma)": '```tool_code\nprint(search_manual(query="the \\"big\\" one", k=3))\n```',
    "python in tags (gemma)": '<tool_code>print(search_manual(query="the \\"big\\" one", k=3))</tool_code>',
    "mistral": f"[TOOL_CALLS] [{OBJECT}]",
    "mistral v11": f"[TOOL_CALLS]search_manual{ARGUMENTS}",
    "mistral v13": f"[TOOL_CALLS]search_manual[CALL_ID]a1b2c3d4e[ARGS]{ARGUMENTS}",
    "mistral without its token": f"search_manual[ARGS]{ARGUMENTS}",
    "llama 3": "<|python_tag|>" + OBJECT.replace("arguments", "parameters"),
    "llama 3 built-in": '<|python_tag|>search_manual.call(query="the \\"big\\" one", k=3)<|eom_id|>',
    "llama 4 pythonic": "[search_manual(query='the \"big\" one', k=3)]",
    "bare": OBJECT,
    "bare, parameters": OBJECT.replace("arguments", "parameters"),
    "bare, args": OBJECT.replace("arguments", "args"),
    "bare, input": OBJECT.replace("arguments", "input"),
    "bare, tool": OBJECT.replace("name", "tool"),
    "arguments beside the tool": r'{"tool": "search_manual", "query": "the \"big\" one", "k": 3}',
    "the tool as key": f'{{"search_manual": {ARGUMENTS}}}',
    "openai function": f'{{"function": {OBJECT}, "type": "function", "id": "x"}}',
    "openai tool_calls": f'{{"tool_calls": [{{"id": "1", "type": "function", "function": {OBJECT}}}]}}',
    "arguments as a string": r'{"name": "search_manual", '
    r'"arguments": "{\"query\": \"the \\\"big\\\" one\", \"k\": 3}"}',
    "functionary 3.1": f"<function=search_manual>{ARGUMENTS}</function>",
    "functionary 3.2": f">>>search_manual\n{ARGUMENTS}",
    "qwen coder": '<function=search_manual>\n<parameter=query>\nthe "big" one\n</parameter>\n'
    "<parameter=k>\n3\n</parameter>\n</function>",
    "minimax": '<invoke name="search_manual"><parameter name="query">the "big" one</parameter>'
    '<parameter name="k">3</parameter></invoke>',
    "glm": '<tool_call>search_manual\n<arg_key>query</arg_key>\n<arg_value>the "big" one</arg_value>\n'
    "<arg_key>k</arg_key>\n<arg_value>3</arg_value>\n</tool_call>",
    "deepseek v3": "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search_manual\n```json\n"
    f"{ARGUMENTS}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    "deepseek v3.1": f"<｜tool▁call▁begin｜>search_manual<｜tool▁sep｜>{ARGUMENTS}<｜tool▁call▁end｜>",
    "kimi": "<|tool_calls_section_begin|><|tool_call_begin|>functions.search_manual:0"
    f"<|tool_call_argument_begin|>{ARGUMENTS}<|tool_call_end|><|tool_calls_section_end|>",
    "gpt-oss": f"<|channel|>commentary to=functions.search_manual <|constrain|>json<|message|>{ARGUMENTS}<|call|>",
    "granite": f"<|tool_call|>[{OBJECT}]",
    "command r7b": '<|START_ACTION|>[{"tool_name": "search_manual", "parameters": ' + ARGUMENTS + "}]<|END_ACTION|>",
    "internlm": f"<|action_start|><|plugin|>{OBJECT}<|action_end|>",
    "react": f"Action: search_manual\nAction Input: {ARGUMENTS}",
    "name: object": f"search_manual: {ARGUMENTS}",
    "function as text": 'search_manual(query="the \\"big\\" one", k=3)',
    "python literals": "{'name': 'search_manual', 'arguments': {'query': 'the \"big\" one', 'k': 3,},}",
    "unescaped quotes": '{"name": "search_manual", "arguments": {"query": "the "big" one", "k": 3}}',
    "no quotes around keys": '{name: "search_manual", arguments: {query: \'the "big" one\', k: 3}}',
    "a missing comma": '{"name": "search_manual" "arguments": {"query": \'the "big" one\', "k": 3}}',
}


def found(text: str) -> list[tuple[str, dict[Any, Any]]]:
    return [(call.name, call.arguments) for call in leaked_calls(text, TOOLS).calls]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dialect_is_read(dialect: str) -> None:
    [(name, arguments)] = found(DIALECTS[dialect])
    assert name.removeprefix("functions.").removesuffix(".call") == CALL[0]
    assert {key: int(value) if key == "k" else value for key, value in arguments.items()} == CALL[1]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_of_a_call_is_left_in_the_prose(dialect: str) -> None:
    found = leaked_calls(DIALECTS[dialect], TOOLS)
    assert (found.prose, found.are_mentioned) == ("", False)


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_prose_around_a_call_is_kept(dialect: str) -> None:
    text = f"Let me look.\n\n{DIALECTS[dialect]}\n\nOne moment."
    result = leaked_calls(text, TOOLS)
    assert len(result.calls) == 1
    assert result.prose.split() == ["Let", "me", "look.", "One", "moment."]


def test_several_calls_are_read_in_order() -> None:
    text = (
        '[search_manual(query="a"), get_menu_path("b", start="c")] <tool_call>{"name":"x","arguments":{}}</tool_call>'
    )
    assert found(text) == [
        ("search_manual", {"query": "a"}),
        ("get_menu_path", {0: "b", "start": "c"}),
        ("x", {}),
    ]


def test_call_after_thoughts_is_read_and_one_in_them_is_not() -> None:
    thought = '<think>I could run search_manual(query="a") {} here.</think>'
    assert found(f'{thought} search_manual(query="b") {thought} get_menu_path(item="c")') == [
        ("search_manual", {"query": "b"}),
        ("get_menu_path", {"item": "c"}),
    ]


def test_react_input_in_words_is_the_first_argument() -> None:
    assert found("Thought: hm\nAction: search_manual\nAction Input: battery life\nObservation:") == [
        ("search_manual", {0: "battery life"})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<function=search_manual>how long does it last",
        '<invoke name="search_manual"> how long does it last',
        "<|tool_call_begin|>search_manual<|tool_call_argument_begin|>how long",
    ],
)
def test_words_behind_a_marker_are_no_arguments_without_a_sign_of_it(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("written", [" 'battery life' ", '"battery life"', "`battery life`", "battery life"])
def test_react_input_in_words_is_its_line_without_quotes(written: str) -> None:
    text = f"Action: search_manual\nAction Input:{written}\nand more"
    assert found(text) == [("search_manual", {0: "battery life"})]


@pytest.mark.parametrize(
    "text",
    [
        "Open Settings and tap Display.",
        "Use search_manual(query) to search.",
        "Then print(settings) or settings(foo).",
        '{"name": "Battery", "path": ["Settings"]}',
        '{"query": "battery"}',
        "[1, 2] and {not json}",
        '{"type": "function", "function": {"name": "search_manual", "description": "Searches", '
        '"parameters": {"type": "object", "properties": {"query": {"type": "string"}}}}}',
        '{"name": "search_manual", "parameters": {"query": {"type": "string"}}}',
        '<think>I could call search_manual(query="a") here.</think>',
        "",
    ],
)
def test_text_without_a_call_is_left_as_it_is(text: str) -> None:
    result = leaked_calls(text, TOOLS)
    assert (result.calls, result.prose) == ((), text)


def test_half_a_value_is_no_value() -> None:
    assert found('{"name": "get_menu_path", "arguments": {"start": "Wi-Fi", "item": "Settings > Dis') == [
        ("get_menu_path", {"start": "Wi-Fi"})
    ]


def test_half_characters_are_replaced() -> None:
    assert found(r'{"name": "search_manual", "arguments": {"query": "a\ud800b"}}') == [
        ("search_manual", {"query": "a\N{REPLACEMENT CHARACTER}b"})
    ]


def test_whole_call_written_as_a_string_is_read() -> None:
    text = r'"{\"name\": \"search_manual\", \"arguments\": {\"query\": \"a\"}}"'
    assert found(text) == [("search_manual", {"query": "a"})]


def test_at_most_sixteen_calls_are_read() -> None:
    assert len(found('search_manual(query="a") ' * 100)) == 16


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[",
        '{"a":',
        '[{"',
        "{'a':[\"",
        '{"\\',
        "[[],",
        '["a" b',
        "search_manual({",
        "<tool_call>",
        "a.",
        "to=a",
        "<think>",
        "```",
    ],
)
def test_endless_brackets_take_bounded_work(text: str) -> None:
    long = text * (100_000 // len(text))
    assert leaked_calls(long, TOOLS).calls == ()
