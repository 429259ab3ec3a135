"""Calls of tools that are not ours: none is found in words, guessed at, mended, dropped or counted."""

import json
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.messages.tool import invalid_tool_call
from langchain_core.tools import tool
from support.scripted_models import ScriptedChatModel, calling, saying

from benchmarks.foreign_calls import failures
from graphrag_tools.agent.tool_calls import ToolCallRepair
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.manual_tools import ManualToolkit

QUESTION = {"messages": [("user", "Take the lamp out of my basket.")]}
LAMP = {"name": "remove_article", "arguments": {"article": "lamp"}}


class Basket:
    """A shop's basket, with a tool that changes it and one that looks at it."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.looks = 0

        @tool
        def remove_article(article: str) -> str:
            """Take an article out of the basket."""
            self.removed.append(article)
            return "gone"

        @tool
        def look_into_basket(page: int = 1) -> str:
            """Say what is in the basket."""
            self.looks += 1
            return f"Look {self.looks}, page {page}: a lamp."

        self.tools = [remove_article, look_into_basket]

    def asked(self, index: ManualIndex, *replies: Any, **options: Any) -> tuple[Any, ScriptedChatModel]:
        model = ScriptedChatModel(*replies)
        tools = [*ManualToolkit(index=index).get_tools(), *self.tools]
        app = create_agent(model, tools, middleware=[ToolCallRepair(index, **options)])
        return app.invoke(QUESTION)["messages"], model


@pytest.mark.parametrize(
    "words",
    [
        'I will not run remove_article(article="lamp") unless you confirm.',
        'remove_article(article="lamp")',
        f"```json\n{json.dumps(LAMP)}\n```",
        f"<tool_call>{json.dumps(LAMP)}</tool_call>",
        f"A call looks like {json.dumps(LAMP)}.",
        "You asked: \"remove_article('lamp')\". I have not done it.",
        "Action: remove_article\nAction Input: lamp",
        '<tool_call>{"name": "removeArticle", "arguments": {"article": "lamp"}}</tool_call>',
    ],
)
def test_tool_with_effects_is_not_run_out_of_words(words: str, sample_index_for_answers: ManualIndex) -> None:
    basket = Basket()
    messages, _ = basket.asked(sample_index_for_answers, saying(words))
    assert (basket.removed, messages[-1].text) == ([], words)


def test_listed_tool_is_run_where_the_reply_is_nothing_but_its_call(sample_index_for_answers: ManualIndex) -> None:
    basket = Basket()
    replies = [saying("remove_article(article='lamp')"), saying("Gone.")]
    basket.asked(sample_index_for_answers, *replies, tools=["remove_article"])
    assert basket.removed == ["lamp"]


@pytest.mark.parametrize("words", ["I run remove_article(article='lamp')", "remove_article(article='lamp') is next."])
def test_listed_tool_is_not_run_beside_words(words: str, sample_index_for_answers: ManualIndex) -> None:
    basket = Basket()
    basket.asked(sample_index_for_answers, saying(words), tools=["remove_article"])
    assert basket.removed == []


def test_manual_tool_that_is_only_mentioned_is_not_run_either(sample_index_for_answers: ManualIndex) -> None:
    words = 'I would look with search_manual(query="lamp"), but a basket is no menu.'
    messages, model = Basket().asked(sample_index_for_answers, saying(words))
    assert (messages[-1].text, len(model.asked)) == (words, 1)


def test_data_in_an_answer_is_no_call(sample_index_for_answers: ManualIndex) -> None:
    words = '{"name": "Lamp", "input": "5 V"}'
    messages, model = Basket().asked(sample_index_for_answers, saying(words))
    assert (messages[-1].text, len(model.asked)) == (words, 1)


def test_repeated_calls_are_made_and_not_counted(sample_index_for_answers: ManualIndex) -> None:
    def look(messages: list[BaseMessage]) -> AIMessage:
        return calling("look_into_basket", id=f"c{len(messages)}")

    search = calling("search_manual", id="s", query="lamp")
    basket = Basket()
    messages, _ = basket.asked(sample_index_for_answers, look, look, look, search, saying("A lamp."), max_calls=1)
    assert (basket.looks, messages[-1].text) == (3, "A lamp.")
    assert sum(message.type == "tool" for message in messages) == 4


def test_call_passes_as_it_was_made(sample_index_for_answers: ManualIndex) -> None:
    """Nothing is clipped, renamed or left out: what the arguments mean is for the tool to say."""
    call = calling("look_into_basket", page="2", pages=[1], colour=None)
    messages, _ = Basket().asked(sample_index_for_answers, call, saying("Hm."))
    assert messages[1].tool_calls[0]["args"] == {"page": "2", "pages": [1], "colour": None}


@pytest.mark.parametrize("name", ["remove", "remove_artcle", "removeArticle"])
def test_tool_is_not_guessed_from_half_its_name(name: str, sample_index_for_answers: ManualIndex) -> None:
    basket = Basket()
    _, model = basket.asked(sample_index_for_answers, calling(name, article="lamp"), saying("I did not."))
    assert basket.removed == []
    assert f"There is no tool {name!r}. The tools are: " in model.asked[1][-1].text
    assert "remove_article" in model.asked[1][-1].text


def test_broken_arguments_are_not_guessed_at(sample_index_for_answers: ManualIndex) -> None:
    bad = invalid_tool_call(name="remove_article", args='{"article": "lam', id="x", error="no JSON")
    basket = Basket()
    _, model = basket.asked(sample_index_for_answers, AIMessage("", invalid_tool_calls=[bad]), saying("I did not."))
    assert basket.removed == []
    assert "remove_article was not called: its arguments are no valid JSON" in model.asked[1][-1].text


def test_two_repairs_mend_the_tools_of_their_own_index(
    sample_index_for_answers: ManualIndex, two_manuals_index: ManualIndex
) -> None:
    model = ScriptedChatModel(
        calling("reader_describe_menu_item", id="a", name="Loans"),
        calling("home_describe_menu_item", id="b", name="Brightness"),
        saying("Both."),
    )
    reader, home = ((sample_index_for_answers, "reader_"), (two_manuals_index, "home_"))
    tools = [one for index, prefix in (reader, home) for one in ManualToolkit(index=index, prefix=prefix).get_tools()]
    middleware = [ToolCallRepair(index) for index, _ in (reader, home)]
    messages = create_agent(model, tools, middleware=middleware).invoke(QUESTION)["messages"]
    calls = [call for message in messages if isinstance(message, AIMessage) for call in message.tool_calls]
    assert [(call["name"], call["args"]) for call in calls] == [
        ("reader_describe_menu_item", {"item": "larkfield/library/loans"}),
        ("home_describe_menu_item", {"item": "lamp/brightness"}),
    ]


@pytest.mark.parametrize("written", ["search_manual", "reader_search_manual", "search", "lookup"])
def test_prefixed_tool_is_found_by_its_plain_name(written: str, sample_index_for_answers: ManualIndex) -> None:
    call = {"name": written, "arguments": {"query": "loan"}}
    model = ScriptedChatModel(saying(json.dumps(call)), saying("21 days."))
    tools = ManualToolkit(index=sample_index_for_answers, prefix="reader_").get_tools()
    app = create_agent(model, tools, middleware=[ToolCallRepair(sample_index_for_answers)])
    messages = app.invoke(QUESTION)["messages"]
    assert messages[1].tool_calls[0]["name"] == "reader_search_manual"
    assert "Loans" in messages[2].text


@pytest.mark.parametrize("repaired", [True, False])
def test_errors_name_no_tool_that_an_agent_does_not_have(repaired: bool, sample_index_for_answers: ManualIndex) -> None:
    """Tools may have a prefix or be named anew, before or after they are made."""
    search, path, read = ManualToolkit(index=sample_index_for_answers, prefix="reader_").get_tools()
    search.name, named = "lookup", read.model_copy(update={"name": "read_entry"})
    unknown, unfit = calling("read_entry", item="zzz qqq"), calling("lookup", query="loan", k="many", id="u")
    model = ScriptedChatModel(unknown, *([] if repaired else [unfit]), saying("Hm."))
    app = create_agent(
        model, [search, path, named], middleware=[ToolCallRepair(sample_index_for_answers)] if repaired else []
    )
    app.invoke(QUESTION)
    told = "\n".join(message.text for message in model.asked[-1][1:])
    assert "Search the manual for it" in told
    assert "search_manual" not in told
    assert "describe_menu_item" not in told


def test_tools_of_two_manuals_of_one_index_keep_to_theirs(two_manuals_index: ManualIndex) -> None:
    """They read the same index and differ in the manual alone: each call is mended within its tool's manual."""
    manuals = [info.id for info in two_manuals_index.manuals]
    of = [ManualToolkit(index=two_manuals_index, manual=one, prefix=f"{one}_").get_tools() for one in manuals]
    for middleware in (
        [ToolCallRepair(two_manuals_index)],
        [ToolCallRepair(two_manuals_index, manual=one) for one in manuals],
    ):
        calls = [calling(f"{one}_describe_menu_item", id=one, item="Brightness") for one in manuals]
        model = ScriptedChatModel(*calls, saying("Hm."))
        create_agent(model, [tool for tools in of for tool in tools], middleware=middleware).invoke(QUESTION)
        results = [message for message in model.asked[-1] if isinstance(message, ToolMessage)]
        assert [message.artifact.manual for message in results] == manuals


def test_no_foreign_tool_runs_that_was_not_called(sample_index_for_answers: ManualIndex) -> None:
    """As `python -m benchmarks.foreign_calls` does with 100,000 replies."""
    assert failures(range(3_000), sample_index_for_answers) == []
