import json
from typing import Any

import pytest
from conftest import OllamaServer
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.checkpoint.memory import InMemorySaver
from ollama import ResponseError
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import AgentOptions, manual_agent
from graphrag_tools.agent.final_answer import FinalAnswerCheck
from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.tools.manual_tools import ManualToolkit
from graphrag_tools.workflow.graph import ask

LOAN_QUESTION = "How long can I keep a borrowed book?"
LOANS = "larkfield/library/loans"
GOOD = (
    "A loan ends after 21 days. To keep a book for another 21 days, tap **Renew** during the last 3 days of the loan."
)
LIE = "A loan ends after 28 days. To keep a book, tap **Extend** during the last 3 days of the loan."


def searching(id: str = "s1", query: str = "keep what I have borrowed") -> AIMessage:
    return calling("search_manual", id=id, query=query)


def reading(item: str = LOANS, id: str = "d1") -> AIMessage:
    return calling("describe_menu_item", id=id, item=item)


def asked_of(index: ManualIndex, *replies: Any, question: str = LOAN_QUESTION, **options: Any) -> Answer:
    """The answer of an agent whose model plays a script, all of which must be played."""
    model = ScriptedChatModel(*replies)
    answer = ask(manual_agent(index, model, options=AgentOptions(**options)), question)
    assert model.left == 0
    assert answer.usage.model_calls == len(replies)
    return answer


def assert_quotes(answer: Answer, index: ManualIndex) -> None:
    """The words are the manual's, although nothing that the model wrote could be used."""
    assert (answer.status, answer.mode) == ("answered", "quoted")
    [source] = answer.sources
    blocks = {block.text for block in index.graph_of(source.id).section_of(source.id).blocks}
    assert {line.strip().removeprefix("- ") for line in answer.text.splitlines()} <= blocks


def test_strong_model_answers_in_its_own_words(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, searching(), reading(), saying(GOOD))
    assert (answer.status, answer.mode, answer.text) == ("answered", "written", GOOD)
    assert answer.menu_path == sample_index_for_answers.item(LOANS).path
    assert [source.id for source in answer.sources] == [LOANS]
    assert [(call.tool, call.by, call.valid) for call in answer.trace] == [
        ("search_manual", "model", True),
        ("describe_menu_item", "model", True),
    ]
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (30, 15)
    assert answer.warnings == ()


def path(item: str = LOANS) -> AIMessage:
    return calling("get_menu_path", id="p1", item=item)


@pytest.mark.parametrize(
    ("replies", "mode"),
    [
        pytest.param([searching(), reading(), saying(GOOD)], "written", id="strong"),
        pytest.param([searching(query=LOAN_QUESTION), reading(), saying(GOOD)], "written", id="reads what it was told"),
        pytest.param([path("Loans"), reading(), saying(GOOD)], "written", id="the way before the text"),
        pytest.param([reading("settings/loans"), searching(), saying(GOOD)], "quoted", id="an id that is none"),
        pytest.param([reading("Loan"), saying(GOOD)], "written", id="nearly a title"),
        pytest.param([searching(query=LOAN_QUESTION), saying(GOOD)], "written", id="strong, from the search alone"),
        pytest.param([searching(), saying(GOOD)], "quoted", id="stops early"),
        pytest.param([saying(GOOD)], "quoted", id="never looks"),
        pytest.param([searching(), searching("s2"), reading(), saying(GOOD)], "written", id="searches twice"),
        pytest.param([reading(), saying(LIE), saying(GOOD)], "written", id="mends its lie"),
    ],
)
def test_strong_and_mediocre_models_come_to_verified_answers_at_little_cost(
    replies: list[AIMessage], mode: str, sample_index_for_answers: ManualIndex
) -> None:
    model = ScriptedChatModel(*replies)
    answer = ask(manual_agent(sample_index_for_answers, model), LOAN_QUESTION)
    assert (answer.status, answer.mode, answer.menu_path) == ("answered", mode, ("Library", "Loans"))
    assert sum(call.by == "model" for call in answer.trace) <= 3
    tools = [convert_to_openai_tool(tool) for tool in ManualToolkit(index=sample_index_for_answers).get_tools()]
    prompts = [count_tokens_approximately([*asked, HumanMessage(json.dumps(tools))]) for asked in model.asked]
    if len(prompts) <= 3:
        assert sum(prompts) <= len(prompts) * 600


def test_last_message_is_what_a_chat_shows(sample_index_for_answers: ManualIndex) -> None:
    app = manual_agent(sample_index_for_answers, ScriptedChatModel(searching(), reading(), saying(GOOD)))
    state = app.invoke({"messages": [("user", LOAN_QUESTION)]})
    assert state["messages"][-1].text.startswith(f"{GOOD}\n\nOn the device: ")
    assert [m.text for m in state["messages"]].count(GOOD) == 0
    assert state["answer"].question == LOAN_QUESTION
    assert set(state) == {"messages", "answer"}


def test_liar_is_given_the_reasons_and_may_mend_its_answer(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(reading(), saying(LIE), saying(GOOD))
    answer = ask(manual_agent(sample_index_for_answers, model), LOAN_QUESTION)
    assert (answer.status, answer.mode, answer.text) == ("answered", "written", GOOD)
    assert answer.usage.model_calls == 3
    told = model.asked[-1]
    assert told[-2].text == LIE
    assert "28" in told[-1].text
    assert isinstance(told[-1], HumanMessage)


def test_stubborn_liar_is_replaced_by_the_quote(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(reading(), saying(LIE), saying(LIE))
    app = manual_agent(sample_index_for_answers, model)
    state = app.invoke({"messages": [("user", LOAN_QUESTION)]})
    answer = state["answer"]
    assert_quotes(answer, sample_index_for_answers)
    assert answer.menu_path == sample_index_for_answers.item(LOANS).path
    assert any("could not be verified" in warning and "28" in warning for warning in answer.warnings)
    assert all("28 days" not in message.text for message in state["messages"])


def test_model_that_never_calls_is_not_believed(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, saying(GOOD))
    assert_quotes(answer, sample_index_for_answers)
    assert [(call.tool, call.by, call.valid) for call in answer.trace] == [("search_manual", "workflow", True)]
    assert answer.warnings == ("The model looked nothing up; the manual was searched for it.",)


def test_model_that_only_searches_is_quoted(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, searching(), saying(LIE))
    assert_quotes(answer, sample_index_for_answers)
    assert answer.warnings == ("The model read no item; the best one that was found is quoted.",)


def test_model_that_never_calls_on_a_question_of_another_world(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, saying("Paris."), question="zxqv blorpt wug")
    assert (answer.status, answer.sources, answer.menu_path) == ("not_in_manual", (), ())
    assert answer.text.startswith("The manual does not say. Nearest: ")


@pytest.mark.parametrize("words", ["The manual does not say that.", "NOT IN MANUAL", "I found nothing in the manual."])
def test_model_that_looked_may_say_that_the_manual_does_not(words: str, sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, searching(), saying(words))
    assert answer.status == "not_in_manual"
    assert answer.text.startswith("The manual does not say.")


def test_empty_last_words_are_replaced_by_the_quote(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, reading(), saying(" "))
    assert_quotes(answer, sample_index_for_answers)
    assert answer.warnings == ("The model came to no answer; the manual is quoted.",)


def test_model_that_loops_for_ever_is_ended(sample_index_for_answers: ManualIndex) -> None:
    def again(messages: list[BaseMessage]) -> AIMessage:
        return searching(id=f"call_{len(messages)}")

    model = ScriptedChatModel(*[again] * 50)
    answer = ask(manual_agent(sample_index_for_answers, model), LOAN_QUESTION)
    assert_quotes(answer, sample_index_for_answers)
    assert answer.usage.model_calls == 3
    assert [call.tool for call in answer.trace] == ["search_manual"]


def test_model_that_never_stops_calling_uses_up_its_budget(sample_index_for_answers: ManualIndex) -> None:
    def more(messages: list[BaseMessage]) -> AIMessage:
        return calling("search_manual", id=f"c{len(messages)}", query=f"borrowed book {len(messages)}")

    model = ScriptedChatModel(*[more] * 50)
    app = manual_agent(sample_index_for_answers, model, options=AgentOptions(max_model_calls=4))
    answer = ask(app, LOAN_QUESTION)
    assert_quotes(answer, sample_index_for_answers)
    assert answer.usage.model_calls == 4
    assert [call.tool for call in answer.trace] == ["search_manual"] * 4


def test_call_of_an_unknown_tool_is_answered_with_the_tools_there_are(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(calling("order_pizza", size="large"), reading(), saying(GOOD))
    answer = ask(manual_agent(sample_index_for_answers, model), LOAN_QUESTION)
    assert answer.text == GOOD
    assert [call.tool for call in answer.trace] == ["describe_menu_item"]
    assert "There is no tool 'order_pizza'" in model.asked[1][-1].text
    assert answer.usage.model_calls == 3


def test_calls_leaked_into_the_text_are_made(sample_index_for_answers: ManualIndex) -> None:
    leaked = saying('<tool_call>{"name": "describe", "arguments": {"name": "Loans"}}</tool_call>')
    answer = asked_of(sample_index_for_answers, leaked, saying(GOOD))
    assert (answer.mode, answer.text) == ("written", GOOD)
    assert [(call.tool, call.arguments, call.valid) for call in answer.trace] == [
        ("describe_menu_item", {"item": LOANS}, True)
    ]


async def test_the_same_without_blocking(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(calling("order_pizza"), searching(), reading(), saying(LIE), saying(GOOD))
    app = manual_agent(sample_index_for_answers, model)
    state = await app.ainvoke({"messages": [("user", LOAN_QUESTION)]})
    assert (state["answer"].status, state["answer"].text) == ("answered", GOOD)
    assert state["answer"].usage.model_calls == 5


def test_two_threads_on_one_checkpointer_do_not_mix(sample_index_for_answers: ManualIndex) -> None:
    replies = [reading(), saying(GOOD), saying("I know nothing."), reading(id="d9"), saying(GOOD)]
    app = manual_agent(sample_index_for_answers, ScriptedChatModel(*replies), checkpointer=InMemorySaver())
    one: Any = {"configurable": {"thread_id": "one"}}
    two: Any = {"configurable": {"thread_id": "two"}}
    assert ask(app, LOAN_QUESTION, one).text == GOOD
    second = ask(app, "What is eating my battery?", two)
    assert [call.by for call in second.trace] == ["workflow"]
    third = ask(app, "And how long exactly is a loan?", one)
    assert (third.text, len(third.trace), third.usage.model_calls) == (GOOD, 1, 2)
    assert len([m for m in app.get_state(one).values["messages"] if isinstance(m, HumanMessage)]) == 2
    assert len([m for m in app.get_state(two).values["messages"] if isinstance(m, HumanMessage)]) == 1


def test_agent_keeps_to_one_manual(two_manuals_index: ManualIndex) -> None:
    replies = [calling("search_manual", query="brightness", manual="sample-manual"), saying("Turn it.")]
    answer = asked_of(two_manuals_index, *replies, question="How do I set the brightness?", manual="lamp")
    assert answer.trace[0].arguments == {"query": "brightness", "manual": "lamp"}
    assert {source.id.split("/")[0] for source in answer.sources} == {"lamp"}


def test_unknown_manual_is_refused(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        manual_agent(sample_index_for_answers, ScriptedChatModel(), options=AgentOptions(manual="nowhere"))


def test_agent_needs_a_model(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="an agent needs a model"):
        manual_agent(sample_index_for_answers, "none")


def test_agent_needs_a_model_that_calls_tools(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="cannot call tools"):
        manual_agent(sample_index_for_answers, ScriptedChatModel(binds_tools=False))


@pytest.mark.parametrize("name", ["max_model_calls", "max_tool_calls"])
def test_budget_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is 0"):
        AgentOptions(**{name: 0})


def test_empty_question_is_a_config_error(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="the question is empty"):
        ask(manual_agent(sample_index_for_answers, ScriptedChatModel()), " ")


def test_server_that_refuses_tools_is_a_model_error(sample_index_for_answers: ManualIndex) -> None:
    refusal = ResponseError("weak does not support tools", 400)
    with pytest.raises(ModelError, match="does not support tools"):
        ask(manual_agent(sample_index_for_answers, ScriptedChatModel(refusal)), LOAN_QUESTION)


def test_endless_question_is_cut_for_the_model_too(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(saying("?"))
    answer = ask(manual_agent(sample_index_for_answers, model), f"{LOAN_QUESTION} {'book ' * 19_000}")
    assert answer.warnings[0].endswith("only the first 2000 were used.")
    assert sum(len(message.text) for message in model.asked[0]) < 5_000


def test_the_smallest_model_invents_nothing(sample_index_for_answers: ManualIndex, ollama_server: OllamaServer) -> None:
    options = ModelOptions(base_url=ollama_server.base_url, max_tokens=64)
    app = manual_agent(sample_index_for_answers, f"ollama:{ollama_server.claims_tools}", model_options=options)
    for question in (LOAN_QUESTION, "What is eating my battery?", "zxqv blorpt wug"):
        answer = ask(app, question)
        assert answer.usage.model_calls >= 1
        if answer.status == "answered" and answer.mode == "quoted":
            assert_quotes(answer, sample_index_for_answers)
        else:
            assert answer.status in ("unsure", "not_in_manual")


def test_what_was_found_is_sent_again_by_name_alone_once_an_item_was_read(
    sample_index_for_answers: ManualIndex,
) -> None:
    model = ScriptedChatModel(searching(), reading(), saying(LIE), saying(GOOD))
    app = manual_agent(sample_index_for_answers, model, checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "one"}}
    state = app.invoke({"messages": [("user", LOAN_QUESTION)]}, thread)
    whole = [message.text for message in model.asked[1] if isinstance(message, ToolMessage)]
    assert "Tap a book, and then tap Borrow." in whole[0]
    for asked in model.asked[2:]:
        found, read = [message.text for message in asked if isinstance(message, ToolMessage)]
        assert found.splitlines()[0] == f"1. Library > Loans (id {LOANS})"
        assert len(found.splitlines()) == 5
        assert "Tap a book, and then tap Borrow." in read
    kept = [message.text for message in state["messages"] if isinstance(message, ToolMessage)]
    assert kept[0] == whole[0]


def test_what_a_search_told_whole_counts_as_read(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, searching(query=LOAN_QUESTION), saying(LIE), saying(GOOD))
    assert (answer.mode, answer.text, answer.warnings) == ("written", GOOD, ())
    assert [source.id for source in answer.sources] == [LOANS]
    stubborn = asked_of(sample_index_for_answers, searching(query=LOAN_QUESTION), saying(LIE), saying(LIE))
    assert_quotes(stubborn, sample_index_for_answers)


def test_of_a_section_shown_in_part_only_what_was_shown_counts_as_read(sample_index_for_answers: ManualIndex) -> None:
    asked, query = "Can I delete saved covers?", "saved covers only the cover"
    shown = "Clear temporary files: Delete saved covers and search data. Your books stay on the device."
    tools = ManualToolkit(index=sample_index_for_answers, quotes=True).get_tools()

    def answered(*replies: AIMessage) -> Answer:
        check = FinalAnswerCheck(sample_index_for_answers)
        return ask(create_agent(ScriptedChatModel(*replies), tools, middleware=[check]), asked)

    answer = answered(searching(query=query), saying(shown))
    assert (answer.status, answer.mode, answer.text) == ("answered", "written", shown)
    assert [source.id for source in answer.sources] == ["larkfield/settings/storage/clear-temporary-files"]
    unseen = "Archive finished books: Move books from your account off the device 30 days after you finish them."
    guessed = answered(searching(query=query), saying(unseen), saying(unseen))
    assert guessed.mode == "quoted"
    assert guessed.text != unseen


def test_what_repeats_a_find_that_search_doubts_keeps_the_doubt(sample_index_for_answers: ManualIndex) -> None:
    asked = "keep what I have borrowed"
    model = ScriptedChatModel(searching(query=asked), saying("Tap a book, and then tap Borrow."))
    answer = ask(manual_agent(sample_index_for_answers, model), asked)
    assert (answer.status, answer.sources) == ("unsure", ())


def test_first_words_that_a_search_shows_do_not_count_as_read(sample_index_for_answers: ManualIndex) -> None:
    words = "From the Library, tap More > Loans > Add library card."
    model = ScriptedChatModel(searching(query="Library"), saying(words), saying(words))
    assert ask(manual_agent(sample_index_for_answers, model), LOAN_QUESTION).mode == "quoted"
    found = next(message.text for message in model.asked[1] if isinstance(message, ToolMessage))
    assert words in found


def test_what_was_found_stays_whole_until_the_model_has_seen_it_and_read_an_item(
    sample_index_for_answers: ManualIndex,
) -> None:
    both = AIMessage("", tool_calls=[*searching().tool_calls, *reading().tool_calls])
    for replies in ([both, saying(GOOD)], [searching(), path(), saying(GOOD)]):
        model = ScriptedChatModel(*replies)
        ask(manual_agent(sample_index_for_answers, model), LOAN_QUESTION)
        found = next(message.text for message in model.asked[-1] if isinstance(message, ToolMessage))
        assert "Tap a book, and then tap Borrow." in found


@pytest.mark.parametrize("words", ["Yes.", "You can.", "Here you go:", "It is in the manual."])
def test_words_that_say_nothing_of_the_manual_give_way_to_the_quote(
    words: str, sample_index_for_answers: ManualIndex
) -> None:
    answer = asked_of(sample_index_for_answers, reading(), saying(words), saying(words))
    assert_quotes(answer, sample_index_for_answers)
    assert any("says nothing that the manual says" in warning for warning in answer.warnings)
