from pathlib import Path
from typing import Any

import pytest
from conftest import OllamaServer
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from ollama import ResponseError
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.abilities.abilities import Abilities
from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.loaders import load_manual
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.search.hit import Hit
from graphrag_tools.workflow.graph import WorkflowOptions, ask, manual_workflow

BATTERY_QUESTION = "What uses the battery?"
LOAN_QUESTION = "How long can I keep a borrowed book?"
BATTERY = "larkfield/settings/battery"
LOANS = "larkfield/library/loans"
GOOD = (
    "A loan ends after 21 days. To keep a book for another 21 days, tap **Renew** during the last 3 days of the loan."
)
LIE = "A loan ends after 28 days. To keep a book, tap **Extend** during the last 3 days of the loan."
NUMBER_PROBLEM = "The number 28 is not in the manual's text."


def assert_rests_on_the_manual(answer: Answer, index: ManualIndex) -> None:
    """The promise: the menu path exists, and the words are the manual's."""
    assert answer.status == "answered"
    assert answer.sources[0].path == answer.menu_path
    blocks: set[str] = set()
    for source in answer.sources:
        assert index.item(source.id).path == source.path
        graph = index.graph_of(source.id)
        blocks |= {block.text for block in graph.section_of(source.id).blocks}
        blocks |= {child.name for child in graph.children(source.id)}
        assert set(source.quote.splitlines()) <= blocks
    if answer.mode == "quoted":
        assert {line.strip().removeprefix("- ") for line in answer.text.splitlines()} <= blocks


def tools_called(answer: Answer) -> list[tuple[str, str, bool]]:
    return [(record.tool, record.by, record.valid) for record in answer.trace]


def asked_of(index: ManualIndex, *replies: Any, question: str = LOAN_QUESTION, **options: Any) -> Answer:
    """The answer of a model that plays a script, all of which must be played."""
    model = ScriptedChatModel(*replies)
    answer = ask(manual_workflow(index, model, options=WorkflowOptions(**options)), question)
    assert model.left == 0
    assert answer.usage.model_calls == len(replies)
    return answer


def test_without_a_model(sample_index_for_answers: ManualIndex) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), BATTERY_QUESTION)
    assert_rests_on_the_manual(answer, sample_index_for_answers)
    assert answer.menu_path == ("Settings", "Battery")
    assert answer.taps == ("Settings", "Battery")
    assert tools_called(answer) == [("search_manual", "workflow", True), ("describe_menu_item", "workflow", True)]
    assert answer.trace[0].arguments == {"query": BATTERY_QUESTION, "k": 5}
    assert answer.trace[1].result.startswith("Settings > Battery (id larkfield/settings/battery)")
    assert (answer.model, answer.mode, answer.warnings) == ("none", "quoted", ())
    assert (answer.usage.model_calls, answer.usage.unread_calls, answer.usage.prompt_tokens) == (0, 0, 0)
    assert [stage.stage for stage in answer.usage.stages] == ["resolve", "search", "call (none)", "quote", "verify"]
    assert answer.usage.seconds == sum(stage.seconds for stage in answer.usage.stages) > 0


@pytest.mark.parametrize(
    "question",
    [
        "How do I copy books from my computer with the cable?",
        "What is the largest PDF it can open?",
        "What are quiet hours?",
        "Settings",
    ],
)
def test_every_answer_without_a_model_rests_on_the_manual(question: str, sample_index_for_answers: ManualIndex) -> None:
    assert_rests_on_the_manual(ask(manual_workflow(sample_index_for_answers), question), sample_index_for_answers)


@pytest.mark.parametrize("question", ["C'est où, les réglages? 電池 🙂 battery", BATTERY_QUESTION])
def test_user_moves_both_thresholds(question: str, sample_index_for_answers: ManualIndex) -> None:
    def asked(refuse_below: float, answer_from: float = 0.0) -> Answer:
        options = WorkflowOptions(refuse_below=refuse_below, answer_from=answer_from)
        return ask(manual_workflow(sample_index_for_answers, options=options), question)

    answer = asked(0.0)
    assert_rests_on_the_manual(answer, sample_index_for_answers)
    assert answer.confidence is not None
    higher = min(1.0, answer.confidence + 1e-6)
    assert asked(higher).status == "not_in_manual"
    assert asked(answer.confidence, answer.confidence).status == "answered"
    assert asked(0.0, higher).status == "unsure"


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_threshold_that_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(ConfigError, match=r"refuse_below is .*; expected 0 to 1"):
        WorkflowOptions(refuse_below=share)


@pytest.mark.parametrize("question", ["zxqv blorpt wug", "What is the capital of France?", "of the and"])
def test_nonsense_is_refused_with_what_is_nearest(question: str, sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, question=question)
    assert answer.status == "not_in_manual"
    assert answer.text.startswith("The manual does not say. Nearest: ")
    assert (answer.menu_path, answer.sources) == ((), ())
    assert [record.tool for record in answer.trace] == ["search_manual"]


@pytest.mark.parametrize("question", ["???", "🙂"])
def test_question_without_a_word_is_refused(question: str, sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, question=question)
    assert (answer.status, answer.menu_path, answer.sources) == ("not_in_manual", (), ())


@pytest.mark.parametrize("question", ["", " \n "])
def test_empty_question_is_a_config_error(question: str, sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="the question is empty"):
        ask(manual_workflow(sample_index_for_answers), question)


def test_endless_question_is_cut_with_a_warning(sample_index_for_answers: ManualIndex) -> None:
    question = f"{BATTERY_QUESTION} {'battery ' * 20_000}"[:100_000].strip()
    answer = ask(manual_workflow(sample_index_for_answers), question)
    assert answer.status == "unsure"
    assert answer.warnings == (f"The question has {len(question)} characters; only the first 2000 were used.",)
    assert len(str(answer.trace[0].arguments["query"])) == 2_000


def test_a_question_without_bounds_is_refused_in_words(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    endless = "battery " * 450_000
    with pytest.raises(ConfigError, match="the question has 3,600,000 characters; expected at most 100,000"):
        ask(app, endless)
    with pytest.raises(ConfigError, match="the question has 3,599,999 characters"):
        app.invoke({"messages": [("user", endless)]})


def test_model_sees_the_cut_question_too(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(calling("describe_menu_item", item=BATTERY))
    app = manual_workflow(sample_index_for_answers, model, options=WorkflowOptions(answers="quoted"))
    ask(app, "battery " * 12_500)
    assert sum(len(message.text) for message in model.asked[0]) < 10_000


def test_section_without_text_is_no_answer_but_what_is_below_is(kettle_index: ManualIndex) -> None:
    answer = ask(manual_workflow(kettle_index), "heat")
    assert (answer.status, answer.menu_path) == ("answered", ("Heat", "Modes"))


def test_title_without_text_is_a_place_and_no_answer_where_others_have_some(kettle_index: ManualIndex) -> None:
    answer = ask(manual_workflow(kettle_index), "descaling")
    assert (answer.status, answer.sources) == ("unsure", ())
    assert answer.alternatives[0].path == ("Descaling",)


def test_in_a_list_of_menu_paths_a_name_is_the_answer(tmp_path: Path) -> None:
    file = tmp_path / "menu.csv"
    names = ("Display > Dark mode", "Display > Night light", "Sound > Volume", "Sound > Ringtone")
    rows = (f"Settings > {name},\n" for name in names)
    file.write_text(f"path,text\n{''.join(rows)}Care,Wipe the dark case.\n", encoding="utf-8")
    answer = ask(manual_workflow(ManualIndex.build([load_manual(file)], tmp_path / "index")), "dark mode")
    assert (answer.status, answer.text) == ("answered", "Dark mode")


def test_quote_that_was_cut_warns(kettle_index: ManualIndex) -> None:
    answer = ask(manual_workflow(kettle_index, options=WorkflowOptions(answer_from=0)), "Which colours has the lamp?")
    assert answer.warnings == ("The answer was cut for its length.",)


def test_written_answer_that_holds_passes(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(
        sample_index_for_answers, calling("describe_menu_item", item=LOANS), saying(f"\n{GOOD} "), answers="written"
    )
    assert (answer.text, answer.mode, answer.status, answer.warnings) == (GOOD, "written", "answered", ())
    assert_rests_on_the_manual(answer, sample_index_for_answers)
    assert answer.model == "custom:ScriptedChatModel"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (20, 10)
    assert tools_called(answer)[1:] == [("describe_menu_item", "model", True)]


def test_model_that_is_not_local_writes_by_default(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, calling("describe_menu_item", item=LOANS), saying(GOOD))
    assert answer.mode == "written"


def test_liar_who_mends_its_ways_is_believed(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(calling("describe_menu_item", item=LOANS), saying(LIE), saying(GOOD))
    answer = ask(manual_workflow(sample_index_for_answers, model), LOAN_QUESTION)
    assert (answer.text, answer.mode, answer.status, answer.warnings) == (GOOD, "written", "answered", ())
    _, lie, reasons = model.asked[-1]
    assert (type(lie), lie.text) == (AIMessage, LIE)
    assert f"{NUMBER_PROBLEM}\nThe name 'Extend' is not in the manual's text." in reasons.text


def test_liar_is_quoted_over_after_one_retry(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(
        sample_index_for_answers, calling("describe_menu_item", item=LOANS), saying(LIE), saying(LIE), answers="written"
    )
    assert (answer.mode, answer.status) == ("quoted", "answered")
    assert_rests_on_the_manual(answer, sample_index_for_answers)
    [warning] = answer.warnings
    assert warning.startswith("What the model wrote could not be verified (")
    assert NUMBER_PROBLEM in warning
    assert "28" not in answer.text


def test_model_that_writes_nothing_is_quoted_over(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, calling("describe_menu_item", item=LOANS), saying(""), saying(" "))
    assert (answer.mode, answer.status) == ("quoted", "answered")
    assert "The answer is empty." in answer.warnings[0]


def test_model_may_say_that_the_section_does_not_answer(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, calling("describe_menu_item", item=LOANS), saying("NOT IN MANUAL."))
    assert (answer.status, answer.menu_path, answer.sources, answer.warnings) == ("not_in_manual", (), (), ())
    assert answer.text.startswith("The manual does not say. Nearest: Library > Loans")


def test_written_answer_that_was_cut_warns(sample_index_for_answers: ManualIndex) -> None:
    cut = saying(GOOD[:24], finish_reason="length")
    answer = asked_of(sample_index_for_answers, calling("describe_menu_item", item=LOANS), cut)
    assert answer.warnings == ("The answer was cut for its length.",)


def test_native_model_may_search_again(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(
        sample_index_for_answers,
        calling("search_manual", query="loan ends renew", k=2),
        calling("get_menu_path", id="call_2", item=LOANS),
        question="It is about the library: when is it over?",
        answers="quoted",
    )
    assert tools_called(answer) == [
        ("search_manual", "workflow", True),
        ("search_manual", "model", True),
        ("get_menu_path", "model", True),
    ]
    assert answer.menu_path == ("Library", "Loans")
    assert_rests_on_the_manual(answer, sample_index_for_answers)


def test_item_that_the_model_chose_counts_whatever_it_searched_for(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(
        sample_index_for_answers,
        calling("search_manual", query="zxqv blorpt"),
        calling("describe_menu_item", id="call_2", item=LOANS),
        answers="quoted",
    )
    assert (answer.status, answer.menu_path) == ("answered", ("Library", "Loans"))


def test_native_model_corrects_itself(sample_index_for_answers: ManualIndex) -> None:
    def see_the_error(messages: list[BaseMessage]) -> AIMessage:
        assert "There is no menu item 'Loanz and more'" in messages[-1].text
        return calling("describe_menu_item", id="call_2", item=LOANS)

    wrong = calling("describe_menu_item", item="Loanz and more")
    answer = asked_of(sample_index_for_answers, wrong, see_the_error, answers="quoted")
    assert tools_called(answer)[1:] == [("describe_menu_item", "model", True)]
    assert answer.usage.unread_calls == 1
    assert answer.menu_path == ("Library", "Loans")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (calling("describe_menu_item"), "item"),
        (calling("describe_menu_item", item=["a", "b"]), "item"),
        (calling("explode", item="all"), "explode"),
        (calling("search_manual", query=LOAN_QUESTION, k=5), "already called"),
    ],
)
def test_call_that_cannot_be_mended_is_told_why(
    wrong: AIMessage, told: str, sample_index_for_answers: ManualIndex
) -> None:
    def see_the_reason(messages: list[BaseMessage]) -> AIMessage:
        assert told in messages[-1].text
        return calling("describe_menu_item", id="call_2", item=LOANS)

    answer = asked_of(sample_index_for_answers, wrong, see_the_reason, answers="quoted")
    assert [valid for _, _, valid in tools_called(answer)] == [True, True]
    assert (answer.usage.unread_calls, answer.menu_path) == (1, ("Library", "Loans"))


def test_call_leaked_into_the_text_is_made_and_its_repair_is_in_the_trace(
    sample_index_for_answers: ManualIndex,
) -> None:
    leaked = saying('Sure. <tool_call>{"name": "describe", "arguments": {"item": "Loans"}}</tool_call>')
    answer = asked_of(sample_index_for_answers, leaked, answers="quoted")
    assert tools_called(answer)[1:] == [("describe_menu_item", "model", True)]
    assert answer.trace[1].arguments == {"item": LOANS}
    assert "A call of describe_menu_item was found in the text." in answer.trace[1].repairs
    assert answer.usage.unread_calls == 0


def test_endless_searcher_is_told_once_and_then_called_under_the_schema(sample_index_for_answers: ManualIndex) -> None:
    searches = [calling("search_manual", id=f"call_{number}", query="loan ends") for number in range(3)]
    call = saying(f'{{"call": {{"tool": "get_menu_path", "item": "{LOANS}"}}}}')
    answer = asked_of(sample_index_for_answers, *searches, call, answers="quoted")
    assert [(tool, by) for tool, by, _ in tools_called(answer)] == [
        ("search_manual", "workflow"),
        ("search_manual", "model"),
        ("get_menu_path", "model"),
    ]
    assert (answer.status, answer.menu_path, answer.usage.unread_calls) == ("answered", ("Library", "Loans"), 2)


def test_searcher_with_ever_new_words_is_stopped(sample_index_for_answers: ManualIndex) -> None:
    searches = [calling("search_manual", id=f"call_{number}", query=f"loan ends {number}") for number in range(3)]
    answer = asked_of(sample_index_for_answers, *searches, answers="quoted")
    assert [by for _, by, _ in tools_called(answer)] == ["workflow", "model", "model", "model"]
    assert (answer.status, answer.menu_path) == ("answered", ("Library", "Loans"))


def test_native_reply_in_words_is_followed_by_a_call_under_the_schema(sample_index_for_answers: ManualIndex) -> None:
    call = saying(f'{{"call": {{"tool": "get_menu_path", "item": "{LOANS}"}}}}')
    answer = asked_of(sample_index_for_answers, saying("It is 21 days, I think."), call, answers="quoted")
    assert tools_called(answer)[1:] == [("get_menu_path", "model", True)]
    assert (answer.usage.model_calls, answer.usage.unread_calls) == (2, 1)
    stages = [stage.stage for stage in answer.usage.stages]
    assert stages == ["resolve", "search", "call (native)", "call (schema)", "quote", "verify"]


def test_model_that_makes_no_call_at_all_is_stood_in_for(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, saying("Hello."), saying("I am a model."), answers="quoted")
    assert tools_called(answer)[1:] == [("describe_menu_item", "workflow", True)]
    assert answer.usage.unread_calls == 2
    assert answer.status == "answered"


def test_model_may_decline_where_it_has_a_choice(sample_index_for_answers: ManualIndex) -> None:
    decline = saying('{"call": {"tool": "not_in_manual"}}')
    answer = asked_of(sample_index_for_answers, decline, tool_mode="schema", choices=5)
    assert answer.status == "not_in_manual"
    assert answer.trace[1:] == ()


def test_schema_offers_one_item_and_no_search_to_one_that_may_not_choose(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(saying(f'{{"tool": "describe_menu_item", "item": "{LOANS}"}}'))
    options = WorkflowOptions(tool_mode="schema", answers="quoted", choices=1)
    answer = ask(manual_workflow(sample_index_for_answers, model, options=options), LOAN_QUESTION)
    assert model.schemas[-1]["properties"]["item"]["enum"] == [1]
    assert model.schemas[-1]["properties"]["tool"]["enum"] == ["describe_menu_item", "get_menu_path"]
    assert tools_called(answer)[1:] == [("describe_menu_item", "model", True)]


def test_search_is_withdrawn_from_the_schema_before_the_last_call(sample_index_for_answers: ManualIndex) -> None:
    search = saying('{"call": {"tool": "search_manual", "query": "loan"}}')
    model = ScriptedChatModel(search, search, saying(f'{{"call": {{"tool": "get_menu_path", "item": "{LOANS}"}}}}'))
    options = WorkflowOptions(tool_mode="schema", choices=3, answers="quoted")
    ask(manual_workflow(sample_index_for_answers, model, options=options), LOAN_QUESTION)
    variants = [schema["properties"]["call"]["anyOf"] for schema in model.schemas]
    assert [len(offered) for offered in variants] == [3, 3, 2]
    assert all(len(offered[0]["properties"]["item"]["enum"]) == 3 for offered in variants)


def test_auto_takes_what_the_model_can_do(sample_index_for_answers: ManualIndex) -> None:
    reply = saying(f'{{"tool": "describe_menu_item", "item": "{LOANS}"}}')
    answer = ask(
        manual_workflow(sample_index_for_answers, ScriptedChatModel(reply, saying(GOOD), binds_tools=False)),
        LOAN_QUESTION,
    )
    assert tools_called(answer)[1:] == [("describe_menu_item", "model", True)]
    unable = manual_workflow(sample_index_for_answers, FakeListChatModel(responses=[GOOD]))
    answer = ask(unable, LOAN_QUESTION)
    assert tools_called(answer)[1:] == [("describe_menu_item", "workflow", True)]
    assert (answer.text, answer.mode) == (GOOD, "written")


@pytest.mark.parametrize("mode", ["native", "schema"])
def test_mode_that_the_model_lacks_is_a_config_error(mode: Any, sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(binds_tools=False, decodes_schemas=False)
    with pytest.raises(ConfigError, match="custom:ScriptedChatModel: cannot"):
        manual_workflow(sample_index_for_answers, model, options=WorkflowOptions(tool_mode=mode))


def test_tool_mode_none_leaves_the_model_to_write(sample_index_for_answers: ManualIndex) -> None:
    answer = asked_of(sample_index_for_answers, saying(GOOD), tool_mode="none")
    assert (answer.mode, tools_called(answer)[1]) == ("written", ("describe_menu_item", "workflow", True))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"choices": 0}, "choices is 0; expected 1 to 5 items"),
        ({"choices": 6}, "choices is 6; expected 1 to 5 items"),
        ({"tool_mode": "magic"}, "tool_mode is 'magic'; expected auto, native, schema, none"),
        ({"answers": "sung"}, "answers is 'sung'; expected auto, written, quoted"),
    ],
)
def test_options_are_checked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        WorkflowOptions(**options)


def test_unknown_manual_is_refused_at_once(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="manual 'toaster': not in this index; it has larkfield"):
        manual_workflow(sample_index_for_answers, options=WorkflowOptions(manual="toaster"))


def test_manual_is_passed_to_the_search(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, options=WorkflowOptions(manual="larkfield"))
    assert ask(app, BATTERY_QUESTION).trace[0].arguments["manual"] == "larkfield"


def test_own_prompts_are_used(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("Antworte auf $question aus $menu_path: $text", encoding="utf-8")
    model = ScriptedChatModel(calling("describe_menu_item", item=LOANS), saying(GOOD))
    app = manual_workflow(sample_index_for_answers, model, options=WorkflowOptions(prompts=str(tmp_path)))
    ask(app, LOAN_QUESTION)
    assert model.asked[0][0].text.startswith("Answer questions about a device")
    assert model.asked[1][0].text.startswith(f"Antworte auf {LOAN_QUESTION} aus Library > Loans: Borrow books")


def test_missing_folder_of_prompts_is_a_config_error(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="no such folder of prompts"):
        manual_workflow(sample_index_for_answers, options=WorkflowOptions(prompts="/nowhere"))


@pytest.mark.parametrize(
    "message",
    [
        ("user", BATTERY_QUESTION),
        {"role": "user", "content": BATTERY_QUESTION},
        {"type": "human", "content": [{"type": "text", "text": BATTERY_QUESTION}]},
        HumanMessage(BATTERY_QUESTION),
    ],
)
def test_messages_may_be_given_in_every_form(message: Any, sample_index_for_answers: ManualIndex) -> None:
    state = manual_workflow(sample_index_for_answers).invoke({"messages": [message]})
    assert state["answer"].menu_path == ("Settings", "Battery")
    assert state["answer"].question == BATTERY_QUESTION
    assert set(state) == {"messages", "answer"}


def test_last_message_is_the_answer_for_a_chat(sample_index_for_answers: ManualIndex) -> None:
    state = manual_workflow(sample_index_for_answers).invoke({"messages": [("user", BATTERY_QUESTION)]})
    last = state["messages"][-1]
    assert (type(last), last.tool_calls) == (AIMessage, [])
    assert last.text == (f"{state['answer'].text}\n\nOn the device: Settings > Battery\nMenu path: Settings > Battery")
    assert [type(message).__name__ for message in state["messages"]] == [
        "HumanMessage",
        "AIMessage",
        "ToolMessage",
        "AIMessage",
        "ToolMessage",
        "AIMessage",
    ]


def test_refusal_for_a_chat_has_no_menu_path(sample_index_for_answers: ManualIndex) -> None:
    state = manual_workflow(sample_index_for_answers).invoke({"messages": [("user", "zxqv blorpt")]})
    assert state["messages"][-1].text == state["answer"].text


async def test_asynchronous_call(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(calling("describe_menu_item", item=LOANS), saying(GOOD))
    app = manual_workflow(sample_index_for_answers, model)
    state = await app.ainvoke({"messages": [("user", LOAN_QUESTION)]})
    assert (state["answer"].text, state["answer"].menu_path) == (GOOD, ("Library", "Loans"))


async def test_asynchronous_stream_shows_the_stages(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    asked: Any = {"messages": [("user", BATTERY_QUESTION)]}
    updates = [update async for update in app.astream(asked, stream_mode="updates")]
    assert [next(iter(update)) for update in updates] == ["resolve", "search", "choose", "tools", "answer", "verify"]
    assert updates[-1]["verify"]["answer"]["menu_path"] == ["Settings", "Battery"]


async def test_asynchronous_stream_of_messages(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(calling("describe_menu_item", item=LOANS), saying(GOOD))
    app = manual_workflow(sample_index_for_answers, model)
    asked: Any = {"messages": [("user", LOAN_QUESTION)]}
    parts = [message async for message, _ in app.astream(asked, stream_mode="messages")]
    assert parts[-1].text.startswith(f"{GOOD}\n\nOn the device: Library > ")


@pytest.mark.parametrize("serializer", ["default", "with types of one's own"])
def test_turns_of_a_conversation_do_not_mix(
    serializer: str, sample_index_for_answers: ManualIndex, deserialisation_events: Any
) -> None:
    own = JsonPlusSerializer(allowed_msgpack_modules=[("somewhere", "Thing")])
    saver = InMemorySaver(serde=None if serializer == "default" else own)
    options = WorkflowOptions(refuse_below=1e-6, answer_from=1e-6)  # "x x x" is no question that a manual covers
    app = manual_workflow(sample_index_for_answers, options=options, checkpointer=saver)
    one: Any = {"configurable": {"thread_id": "one"}}
    two: Any = {"configurable": {"thread_id": "two"}}
    endless = f"battery {'x ' * 3_000}"
    first, second, third = ask(app, endless, one), ask(app, LOAN_QUESTION, one), ask(app, "zxqv blorpt", one)
    elsewhere = ask(app, LOAN_QUESTION, two)
    assert [answer.status for answer in (first, second, third)] == ["answered", "answered", "not_in_manual"]
    assert (len(first.warnings), second.warnings, third.warnings) == (1, (), ())
    assert second.menu_path == ("Library", "Loans")
    assert [len(answer.trace) for answer in (first, second, third)] == [2, 2, 1]
    assert [len(answer.usage.stages) for answer in (first, second, third)] == [5, 5, 4]
    assert elsewhere.model_copy(update={"usage": second.usage}) == second
    kept = app.get_state(one).values
    assert len([message for message in kept["messages"] if isinstance(message, HumanMessage)]) == 3
    assert len(app.get_state(two).values["messages"]) == 6
    assert kept["answer"] == third
    assert all(isinstance(hit, Hit) for hit in kept["hits"])
    assert deserialisation_events() == []


def test_failed_tries_of_one_turn_are_forgotten_in_the_next(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(
        calling("describe_menu_item", item=LOANS),
        saying(LIE),
        saying(LIE),
        calling("describe_menu_item", id="call_2", item=LOANS),
        saying(GOOD),
    )
    app = manual_workflow(sample_index_for_answers, model, checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "one"}}
    assert ask(app, LOAN_QUESTION, config).mode == "quoted"
    answer = ask(app, LOAN_QUESTION, config)
    assert (answer.mode, answer.warnings, answer.usage.model_calls) == ("written", (), 2)


def failure() -> ResponseError:
    return ResponseError("the server has gone", 500)


@pytest.mark.parametrize(
    "replies",
    [
        [failure()],
        [calling("search_manual", query="loan"), failure()],
        [calling("describe_menu_item", item=LOANS), failure()],
        [calling("describe_menu_item", item=LOANS), saying(LIE), failure()],
    ],
)
def test_server_that_goes_down_is_a_model_error(replies: list[Any], sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ModelError, match="the server has gone"):
        ask(manual_workflow(sample_index_for_answers, ScriptedChatModel(*replies)), LOAN_QUESTION)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [calling("describe_menu_item", item=LOANS), saying(GOOD)]),
        ([calling("search_manual", query="loan")], [calling("get_menu_path", id="call_2", item=LOANS), saying(GOOD)]),
        ([calling("describe_menu_item", item=LOANS)], [saying(GOOD)]),
        ([calling("describe_menu_item", item=LOANS), saying(LIE)], [saying(GOOD)]),
    ],
)
def test_turn_goes_on_where_the_server_went_down(
    before: list[Any], after: list[Any], sample_index_for_answers: ManualIndex, deserialisation_events: Any
) -> None:
    """The item that the model chose is not the one that search puts first: so it must come from the checkpoint."""
    model = ScriptedChatModel(*before, failure(), *after)
    app = manual_workflow(sample_index_for_answers, model, checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "one"}}
    with pytest.raises(ModelError):
        ask(app, BATTERY_QUESTION, config)
    answer = app.invoke(None, config)["answer"]
    assert (answer.text, answer.menu_path, model.left) == (GOOD, ("Library", "Loans"), 0)
    assert_rests_on_the_manual(answer, sample_index_for_answers)
    assert deserialisation_events() == []


def test_server_that_is_down_is_a_model_error_for_a_string(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ModelError, match=r"no Ollama server answers at http://127\.0\.0\.1:9"):
        manual_workflow(sample_index_for_answers, "ollama:m", model_options=ModelOptions(base_url="http://127.0.0.1:9"))


def test_gguf_model_end_to_end(gguf_model: ChatModel, sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, gguf_model, options=WorkflowOptions(tool_mode="schema"))
    for question in (BATTERY_QUESTION, LOAN_QUESTION):
        answer = ask(app, question)
        assert_rests_on_the_manual(answer, sample_index_for_answers)
        assert (answer.mode, answer.model) == ("quoted", "gguf:smollm2")
        assert (answer.usage.model_calls, answer.usage.unread_calls) == (1, 0)
        assert [(by, valid) for _, by, valid in tools_called(answer)] == [("workflow", True), ("model", True)]
        assert answer.usage.prompt_tokens > answer.usage.completion_tokens > 0


def test_model_that_has_earned_nothing_is_not_called(
    gguf_model: ChatModel, gguf_abilities: Abilities, sample_index_for_answers: ManualIndex
) -> None:
    assert gguf_abilities.jobs.startswith("nothing")
    left_alone = manual_workflow(sample_index_for_answers, gguf_model)
    without = manual_workflow(sample_index_for_answers)
    for question in (BATTERY_QUESTION, LOAN_QUESTION, "Which tyres fit on the snow plough?"):
        answer, floor = ask(left_alone, question), ask(without, question)
        assert answer.usage.model_calls == 0
        assert (answer.text, answer.status, answer.menu_path) == (floor.text, floor.status, floor.menu_path)


@pytest.mark.parametrize("claims_tools", [False, True])
def test_ollama_model_end_to_end(
    claims_tools: bool, ollama_server: OllamaServer, sample_index_for_answers: ManualIndex
) -> None:
    """Both earn calls under the schema and no more, the one that claims tools too: one call is read where asked for."""
    name = f"ollama:{ollama_server.claims_tools if claims_tools else ollama_server.weak}"
    model_options = ModelOptions(base_url=ollama_server.base_url, max_tokens=100)
    options = WorkflowOptions(tool_mode="schema")
    app = manual_workflow(sample_index_for_answers, name, options=options, model_options=model_options)
    for question in (BATTERY_QUESTION, LOAN_QUESTION):
        answer = ask(app, question)
        assert_rests_on_the_manual(answer, sample_index_for_answers)
        assert (answer.mode, answer.model) == ("quoted", name)
        assert (answer.usage.model_calls, answer.usage.unread_calls) == (1, 0)
        assert [(by, valid) for _, by, valid in tools_called(answer)] == [("workflow", True), ("model", True)]
        assert answer.usage.prompt_tokens > answer.usage.completion_tokens > 0


def test_ollama_model_of_small_context_refuses_rather_than_cuts(
    ollama_server: OllamaServer, sample_index_for_answers: ManualIndex
) -> None:
    small = ModelOptions(base_url=ollama_server.base_url, context=64, max_tokens=16)
    options = WorkflowOptions(tool_mode="schema", answers="quoted", choices=1)
    name = f"ollama:{ollama_server.weak}"
    app = manual_workflow(sample_index_for_answers, name, options=options, model_options=small)
    with pytest.raises(ModelError, match="longer than the model's context"):
        ask(app, BATTERY_QUESTION)
