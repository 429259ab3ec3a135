"""Calls mended one by one, and generated replies by the thousand: whatever a model writes, what is left can be made."""

import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import invalid_tool_call
from langchain_core.tools import BaseTool, StructuredTool, tool
from support.scripted_models import calling, saying

from graphrag_tools.agent.tool_calls import item_resolver
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tool_calling.repair import repaired, without_calls
from graphrag_tools.tools.manual_tools import ManualToolkit

LOANS = "larkfield/library/loans"
REPLIES = [range(5_000), pytest.param(range(5_000, 100_000), marks=pytest.mark.nightly)]


@pytest.fixture(scope="module")
def tools(sample_index_for_answers: ManualIndex) -> list[BaseTool]:
    return ManualToolkit(index=sample_index_for_answers).get_tools()


@pytest.fixture(scope="module")
def mend(sample_index_for_answers: ManualIndex, tools: list[BaseTool]) -> Callable[..., AIMessage]:
    resolve = item_resolver(sample_index_for_answers)

    def mended(reply: AIMessage, *earlier: BaseMessage) -> AIMessage:
        return repaired(reply, tools, resolve=resolve, earlier=earlier, manuals=["larkfield"])

    return mended


def calls(reply: AIMessage) -> list[tuple[str, dict[str, Any]]]:
    return [(call["name"], call["args"]) for call in reply.tool_calls]


def test_reply_that_needs_no_repair_is_the_same(mend: Callable[..., AIMessage]) -> None:
    for reply in (calling("describe_menu_item", item=LOANS), saying("Tap Loans."), calling("search_manual", query="a")):
        assert mend(reply) is reply


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("search", "search_manual"),
        ("Search-Manual", "search_manual"),
        ("searchManual", "search_manual"),
        ("functions.search_manual", "search_manual"),
        ("serach_manual", "search_manual"),
        ("search_manual.call", "search_manual"),
    ],
)
def test_near_tool_names_are_mended(name: str, meant: str, mend: Callable[..., AIMessage]) -> None:
    reply = mend(calling(name, query="a"))
    assert calls(reply) == [(meant, {"query": "a"})]
    assert reply.tool_calls[0]["id"] == "call_1"
    assert reply.response_metadata["repairs"] == [f"{name!r} was taken for {meant}."]


def test_unknown_tool_is_dropped_and_said(mend: Callable[..., AIMessage]) -> None:
    reply = mend(calling("order_pizza", query="a"))
    assert reply.tool_calls == []
    [why] = reply.response_metadata["dropped_calls"]
    assert why == ("There is no tool 'order_pizza'. The tools are: search_manual, get_menu_path, describe_menu_item.")
    assert reply.response_metadata["repairs"] == [f"Dropped: {why}"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"query": "a", "k": "5"}, {"query": "a", "k": 5}),
        ({"query": "a", "k": "500"}, {"query": "a", "k": 500}),
        ({"query": "a", "k": "five"}, {"query": "a"}),
        ({"query": "a", "k": None}, {"query": "a"}),
        ({"query": "a", "manual": "null"}, {"query": "a"}),
        ({"query": "a", "manual": "Galaxy S10"}, {"query": "a"}),
        ({"query": ["a"]}, {"query": "a"}),
        ({"query": {"type": "string", "value": "a"}}, {"query": "a"}),
        ({"Query": "a"}, {"query": "a"}),
        ({"qurey": "a"}, {"query": "a"}),
        ({"search_query": "a", "top_k": 2}, {"query": "a", "k": 2}),
        ({"whatever": "a"}, {"query": "a"}),
        ({"query": "a", "language": "en"}, {"query": "a"}),
        ({"arguments": {"query": "a"}}, {"query": "a"}),
        ({"query": 42}, {"query": "42"}),
    ],
)
def test_arguments_are_mended(given: dict[str, Any], kept: dict[str, Any], mend: Callable[..., AIMessage]) -> None:
    reply = mend(AIMessage("", tool_calls=[{"name": "search_manual", "args": given, "id": "x", "type": "tool_call"}]))
    assert calls(reply) == [("search_manual", kept)]
    assert reply.response_metadata["repairs"]


def test_missing_query_is_the_question_and_a_missing_item_is_not(mend: Callable[..., AIMessage]) -> None:
    question = HumanMessage("Where are loans?")
    assert calls(mend(calling("search_manual"), question)) == [("search_manual", {"query": "Where are loans?"})]
    assert mend(calling("search_manual")).tool_calls == []
    reply = mend(calling("describe_menu_item"), question)
    assert reply.tool_calls == []
    assert "item is missing" in reply.response_metadata["dropped_calls"][0]


@pytest.mark.parametrize("text", ["Loans", "library > loans", "Library > Loans", LOANS, "loan s"])
def test_items_become_ids_that_exist(text: str, mend: Callable[..., AIMessage]) -> None:
    assert calls(mend(calling("describe_menu_item", item=text))) == [("describe_menu_item", {"item": LOANS})]


# As Qwen2.5-Coder-1.5B writes calls into its text: a brace too many, fenced, the line of a result as the item.
_LINE = "1. Library > Loans (id larkfield/library/loans)"
WRITTEN_BY_1_5B = [
    ('{{"name": "search_manual", "arguments": {"query": "white spots", "k": 5, "manual": null}}}', "search_manual"),
    (f'{{"name": "get_menu_path", "arguments": {{"item": "{_LINE}", "start": null}}}}', "get_menu_path"),
    ('{"name": "get_menu_path", "arguments": {"item": "Library > Loans", "start": "Library"}}', "get_menu_path"),
    (f'{{{{"name": "describe_menu_item", "arguments": {{"item": "{_LINE}"}}}}', "describe_menu_item"),
    (
        '```json\n{\n  "name": "describe_menu_item",\n  "arguments": {\n    "item": "'
        f'{_LINE}: Lend a book."\n  }}\n}}\n```',
        "describe_menu_item",
    ),
    (
        '{"name": "get_menu_path", "arguments": {"item": "Library > Loans"}}\n'
        '{"name": "describe_menu_item", "arguments": {"item": "Library > Loans"}}',
        "get_menu_path",
    ),
]


@pytest.mark.parametrize(("text", "tool"), WRITTEN_BY_1_5B)
def test_calls_as_a_small_model_writes_them_are_found(text: str, tool: str, mend: Callable[..., AIMessage]) -> None:
    mended = mend(saying(text))
    name, arguments = calls(mended)[0]
    assert name == tool
    assert arguments.get("item", LOANS) == LOANS
    assert None not in arguments.values()
    assert mended.text == ""


def test_item_that_does_not_exist_is_dropped_with_the_nearest(mend: Callable[..., AIMessage]) -> None:
    reply = mend(calling("describe_menu_item", item="My loans here"))
    assert reply.tool_calls == []
    assert LOANS in reply.response_metadata["dropped_calls"][0]


def test_start_that_does_not_exist_is_left_out(mend: Callable[..., AIMessage]) -> None:
    reply = mend(calling("get_menu_path", item="Loans", start="Nirvana settings"))
    assert calls(reply) == [("get_menu_path", {"item": LOANS})]


def test_same_call_twice_in_a_reply_is_made_once(mend: Callable[..., AIMessage]) -> None:
    one = {"name": "search_manual", "args": {"query": "a"}, "id": "x", "type": "tool_call"}
    two = {"name": "search", "args": {"query": "a", "k": 5}, "id": "y", "type": "tool_call"}
    reply = mend(AIMessage("", tool_calls=[one, two]))
    assert [call["id"] for call in reply.tool_calls] == ["x"]
    assert "already called" in reply.response_metadata["dropped_calls"][0]


def test_call_made_earlier_in_the_turn_is_dropped(mend: Callable[..., AIMessage]) -> None:
    earlier = [HumanMessage("?"), calling("search_manual", query="a"), ToolMessage("…", tool_call_id="call_1")]
    assert mend(calling("search_manual", query="a", id="z"), *earlier).tool_calls == []
    assert calls(mend(calling("search_manual", query="b", id="z"), *earlier)) == [("search_manual", {"query": "b"})]


def test_two_calls_of_one_id_get_ids_of_their_own(mend: Callable[..., AIMessage]) -> None:
    both = [{"name": "search_manual", "args": {"query": q}, "id": "x", "type": "tool_call"} for q in "ab"]
    reply = mend(AIMessage("", tool_calls=both))
    assert len({call["id"] for call in reply.tool_calls}) == 2


def test_invalid_call_is_mended(mend: Callable[..., AIMessage]) -> None:
    bad = invalid_tool_call(name="search_manual", args="{'query': 'a'", id="x", error="no JSON")
    reply = mend(AIMessage("", invalid_tool_calls=[bad]))
    assert (calls(reply), reply.invalid_tool_calls) == ([("search_manual", {"query": "a"})], [])


def test_leaked_call_is_made_and_the_prose_kept(mend: Callable[..., AIMessage]) -> None:
    reply = mend(saying('I look.\n<tool_call>{"name": "search_manual", "arguments": {"query": "a"}}</tool_call>'))
    assert (calls(reply), reply.text) == ([("search_manual", {"query": "a"})], "I look.")
    assert reply.usage_metadata is not None


def test_dropped_calls_leave_no_trace_that_a_provider_would_send() -> None:
    raw = {"tool_calls": [{"id": "x"}], "refusal": None}
    blocks: list[Any] = [{"type": "text", "text": "Hm."}, {"type": "tool_use", "id": "x", "name": "a", "input": {}}]
    call = {"name": "a", "args": {}, "id": "x", "type": "tool_call"}
    reply = without_calls(AIMessage(blocks, tool_calls=[call], additional_kwargs=raw))
    assert reply.content == [{"type": "text", "text": "Hm."}]
    assert (reply.tool_calls, reply.additional_kwargs) == ([], {"refusal": None})


@pytest.mark.parametrize(
    ("call", "mended"),
    [
        (
            {"type": "tool_use", "id": "x", "name": "describe", "input": {"item": "Loans"}, "partial_json": "{"},
            {"type": "tool_use", "id": "x", "name": "describe_menu_item", "input": {"item": LOANS}},
        ),
        (
            {"type": "function_call", "id": "fc", "call_id": "x", "name": "describe", "arguments": "{}"},
            {
                "type": "function_call",
                "id": "fc",
                "call_id": "x",
                "name": "describe_menu_item",
                "arguments": f'{{"item": "{LOANS}"}}',
            },
        ),
        (
            {"type": "tool_call", "id": "x", "name": "describe", "extras": {"item_id": "fc", "arguments": "{}"}},
            {
                "type": "tool_call",
                "id": "x",
                "name": "describe_menu_item",
                "args": {"item": LOANS},
                "extras": {"item_id": "fc"},
            },
        ),
        (
            {"type": "invalid_tool_call", "id": "x", "name": "describe", "error": "no JSON"},
            {"type": "tool_call", "id": "x", "name": "describe_menu_item", "args": {"item": LOANS}},
        ),
    ],
)
def test_block_of_a_call_that_stays_keeps_what_its_provider_wants_back(
    call: dict[str, Any], mended: dict[str, Any], mend: Callable[..., AIMessage]
) -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "s"}
    bad = {**call, "id": "y", "call_id": "y"}
    reply = AIMessage(
        [thought, call, bad],
        tool_calls=[
            {"name": "describe", "args": {"item": "Loans"}, "id": "x", "type": "tool_call"},
            {"name": "describe", "args": {}, "id": "y", "type": "tool_call"},
        ],
    )
    assert mend(reply).content == [thought, mended]


def test_tools_of_ones_own_are_mended_too() -> None:
    @tool
    def set_alarm(hour: int, days: list[str], loud: bool = False) -> str:
        """Set an alarm."""
        return f"{hour}{days}{loud}"

    given = {"Hour": "7", "days": '["Mon"]', "loud": "yes", "colour": "red"}
    reply = repaired(calling("setAlarm", **given), [set_alarm])
    assert calls(reply) == [("set_alarm", {"hour": 7, "days": ["Mon"], "loud": True})]


def test_tool_with_a_plain_schema_is_mended_too() -> None:
    schema = {"type": "object", "properties": {"size": {"enum": ["Small", "Large"]}}, "required": ["size"]}
    order = StructuredTool(name="order", description="Order.", args_schema=schema, func=lambda size: size)
    assert calls(repaired(calling("order", size="large"), [order])) == [("order", {"size": "Large"})]
    assert repaired(calling("order", size="huge"), [order]).tool_calls == []


# The generator: dialects around calls whose names, arguments and JSON are more or less broken, amid prose.

NAMES = (
    "search_manual get_menu_path describe_menu_item search describe path Search-Manual functions.get_menu_path "
    "describeMenuItem get_menu_item order_pizza search_manuel x délé 搜索 settings"
).split()
KEYS = "query item k start manual q item_id name Item top_k foo 'item properties value".split()
WORDS = (
    'Loans|larkfield/library/loans|Settings > Wi-Fi > Flight mode|Bluetooth|Nirvana|battery|what\'s up|the "big" one|'
    "🙂|\ud800|{|}|[|]]|</tool_call>|```|null|5|-3|1e999|'|\\|\n|Light|light|Tom & Jerry <b>|أهلا|"
).split("|")
WRAPS: tuple[Callable[[str, str, str], str], ...] = (
    lambda name, args, whole: f"<tool_call>{whole}</tool_call>",
    lambda name, args, whole: f"<tool_call>\n{whole}",
    lambda name, args, whole: f"```json\n{whole}\n```",
    lambda name, args, whole: f"[TOOL_CALLS] [{whole}, {whole}]",
    lambda name, args, whole: f"[TOOL_CALLS]{name}[ARGS]{args}",
    lambda name, args, whole: f"<|python_tag|>{whole}",
    lambda name, args, whole: f"<function={name}>{args}</function>",
    lambda name, args, whole: f"{name}({args[1:-1].replace(': ', '=')})",
    lambda name, args, whole: f"{name}({args})",
    lambda name, args, whole: f"Action: {name}\nAction Input: {args}",
    lambda name, args, whole: f'{{"function": {whole}}}',
    lambda name, args, whole: f'{{"tool_calls": [{whole}]}}',
    lambda name, args, whole: json.dumps(whole),
    lambda name, args, whole: f"<tool_call>{name}<arg_key>item</arg_key><arg_value>{args}</arg_value></tool_call>",
    lambda name, args, whole: whole,
)


def generated_value(rng: random.Random, depth: int = 0) -> object:
    kind = rng.randrange(10)
    if kind < 6 or depth > 3:
        return rng.choice(WORDS)
    if kind == 6:
        return rng.choice((None, True, 3, -1, 2.5, 10**30))
    if kind == 7:
        return [generated_value(rng, depth + 1) for _ in range(rng.randrange(3))]
    return {rng.choice(KEYS): generated_value(rng, depth + 1) for _ in range(rng.randrange(3))}


def generated_text(rng: random.Random) -> str:
    parts: list[str] = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        name = rng.choice(NAMES)
        arguments = {rng.choice(KEYS): generated_value(rng) for _ in range(rng.randrange(4))}
        args = json.dumps(arguments, ensure_ascii=rng.random() < 0.5)
        held = json.dumps(args) if rng.random() < 0.15 else args
        keys = rng.choice((("name", "arguments"), ("name", "parameters"), ("tool", "args"), ("action", "input")))
        text = rng.choice(WRAPS)(name, args, f'{{"{keys[0]}": "{name}", "{keys[1]}": {held}}}')
        parts += [rng.choice(("", "Sure. ", "I will\n", rng.choice(WORDS))), broken(rng, text)]
    return "".join(parts)


def broken(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    match rng.randrange(8):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + rng.choice(WORDS) + text[at:]
        case 2:
            return text.replace('"', "'")
        case 3:
            return text[:at] + text[at + 1 :]
        case 4:
            return text.replace("}", ",}")
    return text


def generated_reply(rng: random.Random) -> AIMessage:
    text = generated_text(rng)
    if rng.random() < 0.7:
        return AIMessage(text)
    args = generated_value(rng)
    if rng.random() < 0.5:
        bad = invalid_tool_call(name=rng.choice(NAMES), args=text, id=rng.choice(("a", None)), error="")
        return AIMessage(rng.choice(WORDS), invalid_tool_calls=[bad])
    given = args if isinstance(args, dict) else {rng.choice(KEYS): args}
    call = {"name": rng.choice(NAMES), "args": given, "id": rng.choice(("a", "")), "type": "tool_call"}
    return AIMessage(rng.choice(WORDS), tool_calls=[call, call])


def assert_can_be_made(reply: AIMessage, tools: dict[str, BaseTool], index: ManualIndex) -> int:
    exists = cache(lambda item: item in index)
    for call in reply.tool_calls:
        schema: Any = tools[call["name"]].args_schema  # a KeyError is a tool that does not exist
        schema.model_validate(call["args"], strict=True)
        assert set(call["args"]) <= set(schema.model_fields)
        assert all(exists(call["args"][key]) for key in ("item", "start") if call["args"].get(key) is not None)
        assert call["args"].get("manual") in (None, "larkfield")
        json.dumps(call["args"], ensure_ascii=False).encode()
    assert reply.invalid_tool_calls == []
    assert len({json.dumps([c["name"], c["args"]], sort_keys=True) for c in reply.tool_calls}) == len(reply.tool_calls)
    assert len({call["id"] for call in reply.tool_calls}) == len(reply.tool_calls)
    return len(reply.tool_calls)


@pytest.mark.parametrize("numbers", REPLIES, ids=str)
def test_whatever_is_written_what_is_left_can_be_made(
    numbers: range, sample_index_for_answers: ManualIndex, tools: list[BaseTool]
) -> None:
    """A failure names the number of the reply, which seeds it alone."""
    by_name = {one.name: one for one in tools}
    resolve = cache(_or_error(item_resolver(sample_index_for_answers)))

    def resolved(text: str, within: str | None = None) -> str | None:
        found = resolve(text)
        if isinstance(found, LookupError):
            raise found
        return found

    made = dropped = 0
    for number in numbers:
        reply = generated_reply(random.Random(number))
        mended = repaired(reply, tools, resolve=resolved, earlier=[HumanMessage("?")], manuals=["larkfield"])
        try:
            made += assert_can_be_made(mended, by_name, sample_index_for_answers)
        except (AssertionError, LookupError, ValueError) as error:
            raise AssertionError(f"reply {number}: {reply!r}") from error
        dropped += len(mended.response_metadata.get("dropped_calls", ()))
    # The generator is worth something only if both happen often.
    assert made > len(numbers) // 5
    assert dropped > len(numbers) // 5


def _or_error(resolve: Callable[[str], str | None]) -> Callable[[str], str | LookupError | None]:
    def found(text: str) -> str | LookupError | None:
        try:
            return resolve(text)
        except LookupError as error:
            return error

    return found


pieces = st.sampled_from(
    ["<tool_call>", "</tool_call>", "[TOOL_CALLS]", "```", '"', "'", "{", "}", "(", ")", ":", ",", "="]
)
fragments = st.lists(pieces | st.sampled_from(NAMES) | st.sampled_from(KEYS) | st.text(max_size=6), max_size=40)


@given(fragments)
def test_fragments_of_calls_neither_crash_nor_invent(
    sample_index_for_answers: ManualIndex, tools: list[BaseTool], parts: list[str]
) -> None:
    resolve = item_resolver(sample_index_for_answers)
    mended = repaired(AIMessage("".join(parts)), tools, resolve=resolve, manuals=["larkfield"])
    assert_can_be_made(mended, {one.name: one for one in tools}, sample_index_for_answers)


@pytest.mark.parametrize("given", [{}, {"manual": "oven"}, {"manual": "larkfield"}])
def test_searches_are_kept_to_the_one_manual_and_other_calls_left_as_they_are(
    given: dict[str, str], tools: list[BaseTool]
) -> None:
    reply = calling("search_manual", query="a", **given)
    [search] = repaired(reply, tools, manual="larkfield").tool_calls
    assert search["args"] == {"query": "a", "manual": "larkfield"}
    [describe] = repaired(calling("describe_menu_item", item=LOANS), tools, manual="larkfield").tool_calls
    assert describe["args"] == {"item": LOANS}
