import dataclasses
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from support.scripted_models import calling

from graphrag_tools.answer import Answer, Place, Source
from graphrag_tools.conversation import turn
from graphrag_tools.conversation.answer_message import answer_message, chat_text, shown_text
from graphrag_tools.conversation.earlier_turns import left_unfinished
from graphrag_tools.errors import ConfigError
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.search.hit import Hit
from graphrag_tools.tool_calling.callers import BY_MODEL, BY_WORKFLOW, DECLINE, REPAIRS, call_message
from graphrag_tools.tools.manual_tools import MenuPath

ITEM = MenuItem("m/a/b", "m", "section", "B", ("A", "B"))
ABOVE = MenuItem("m/a", "m", "section", "A", ("A",))
HIT = Hit(section_id="m/a/b", item_id="m/a/b", score=3.0, blocks=(0,), cosine=0.9, confidence=1.0)


def result(
    artifact: object, *, name: str = "describe_menu_item", status: Any = "success", id: str = "1"
) -> ToolMessage:
    return ToolMessage("text", artifact=artifact, name=name, status=status, tool_call_id=id)


def test_question_is_the_last_human_message() -> None:
    messages = [HumanMessage("first"), AIMessage("answer"), HumanMessage(" second "), AIMessage("more")]
    assert turn.question_of(messages) == "second"


def test_question_in_parts_is_joined() -> None:
    parts = [{"type": "text", "text": "How "}, {"type": "text", "text": "long?"}]
    assert turn.question_of([HumanMessage(content=parts)]) == "How long?"


@pytest.mark.parametrize("messages", [[], [AIMessage("hello")], [HumanMessage("")], [HumanMessage(" \n\t")]])
def test_no_question_is_a_config_error(messages: list[Any]) -> None:
    with pytest.raises(ConfigError, match="the question is empty; expected a question about the manual"):
        turn.question_of(messages)


def test_turn_begins_with_the_last_human_message() -> None:
    messages: list[Any] = [HumanMessage("1"), AIMessage("2"), HumanMessage("3"), AIMessage("4")]
    assert turn.this_turn(messages) == messages[2:]
    assert turn.this_turn(messages[1:2]) == messages[1:2]
    assert turn.this_turn([]) == []


@pytest.mark.parametrize("artifact", [ITEM, MenuPath(items=(ABOVE, ITEM), taps=())])
def test_item_of_a_look_up_is_chosen(artifact: object) -> None:
    assert turn.chosen_item([result(artifact)]) == "m/a/b"


@pytest.mark.parametrize("artifact", [ITEM, MenuPath(items=(ABOVE, ITEM), taps=())])
def test_item_is_chosen_after_a_checkpoint_too(artifact: Any) -> None:
    plain = dataclasses.asdict(artifact) if isinstance(artifact, MenuItem) else artifact.model_dump()
    restored = ToolMessage.model_validate(result(plain).model_dump())
    assert turn.chosen_item([restored]) == "m/a/b"


def test_last_look_up_that_worked_counts() -> None:
    assert turn.chosen_item([result(ABOVE), result(ITEM), result(ABOVE, status="error")]) == "m/a/b"


def test_search_chooses_nothing() -> None:
    assert turn.chosen_item([result([HIT], name="search_manual")]) is None
    assert turn.chosen_item([result([HIT.model_dump()], name="search_manual")]) is None
    assert turn.chosen_item([]) is None


def test_only_the_model_declines() -> None:
    assert turn.declined([AIMessage(DECLINE, name=BY_MODEL)])
    assert not turn.declined([AIMessage(DECLINE)])
    assert not turn.declined([AIMessage("not here", name=BY_MODEL)])
    assert not turn.declined([HumanMessage(DECLINE, name=BY_MODEL)])


def test_hits_are_those_of_the_latest_search_that_worked() -> None:
    other = HIT.model_copy(update={"section_id": "m/c"})
    searches = [
        result([other], name="search_manual"),
        result([HIT], name="search_manual"),
        result(None, name="search_manual", status="error"),
        result(ITEM),
    ]
    latest = turn.latest_search(searches)
    assert latest is searches[1]
    assert turn.hits_of(latest) == [HIT]
    assert turn.hits_of(None) == []
    assert turn.hits_of(result(None)) == []


def test_candidates_begin_with_what_the_conversation_is_about() -> None:
    hits = [HIT.model_copy(update={"section_id": name}) for name in ("m/a", "m/b", "m/c")]
    assert turn.candidates(hits, None) == ["m/a", "m/b", "m/c"]
    assert turn.candidates(hits, "m/b") == ["m/b", "m/a", "m/c"]
    assert turn.candidates([], "m/d") == ["m/d"]


def test_whole_turns_are_dropped_from_the_front() -> None:
    messages: list[Any] = [
        message for number in range(4) for message in (HumanMessage(f"{number} " + "word " * 80), AIMessage("yes"))
    ]
    assert turn.messages_over(messages, 10_000) == []
    assert turn.messages_over(messages, 250) == messages[:4]
    assert turn.messages_over(messages, 1) == messages[:6], "the last turn is always kept"
    assert turn.messages_over([AIMessage("no question")], 1) == []


def test_what_stands_before_the_first_question_stays_where_there_is_room() -> None:
    system, greeting = SystemMessage("Be kind."), AIMessage("Hello, what would you like to know?")
    turns: list[Any] = [HumanMessage("word " * 80), AIMessage("yes"), HumanMessage("Now?")]
    messages = [system, greeting, *turns]
    assert turn.messages_over(messages, 10_000) == []
    assert turn.opening(messages, 10_000).warnings == []
    assert turn.messages_over(messages, 115) == [greeting]
    assert turn.messages_over(messages, 20) == [greeting, *turns[:2]]


def test_a_long_history_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    count = turn.count_tokens_approximately
    monkeypatch.setattr(turn, "count_tokens_approximately", lambda said: counted.append(len(said)) or count(said))
    messages: list[Any] = [message for _ in range(500) for message in (HumanMessage("word " * 80), AIMessage("yes"))]
    assert len(turn.messages_over(messages, 1_000)) > 900
    assert sum(counted) <= len(messages)


def test_hits_survive_a_checkpoint() -> None:
    [hit] = turn.hits_of(result([HIT.model_dump()], name="search_manual"))
    assert hit == HIT


def test_calls_of_the_model_are_counted() -> None:
    by_model = call_message("search_manual", {"query": "a"}, by=BY_MODEL)
    by_workflow = call_message("search_manual", {"query": "a"}, by=BY_WORKFLOW)
    assert turn.calls_by_model([by_workflow, by_model, AIMessage(DECLINE, name=BY_MODEL), by_model]) == 2


def test_trace_pairs_calls_with_results() -> None:
    first = call_message("search_manual", {"query": "a"}, by=BY_WORKFLOW)
    second = calling("describe_menu_item", id="x", item="m/z").model_copy(update={"name": BY_MODEL})
    third = call_message("get_menu_path", {"item": "m/a/b"}, by=BY_MODEL)
    messages = [
        HumanMessage("?"),
        first,
        result([HIT], name="search_manual", id=first.tool_calls[0]["id"] or ""),
        second,
        result(None, status="error", id="x"),
        third,
    ]
    found = turn.trace(messages)
    assert [(record.tool, record.by, record.valid, record.result) for record in found] == [
        ("search_manual", "workflow", True, "text"),
        ("describe_menu_item", "model", False, "text"),
        ("get_menu_path", "model", False, ""),
    ]
    assert found[1].arguments == {"item": "m/z"}


@pytest.mark.parametrize("more", [1, 49, 50])
def test_a_cut_of_a_few_characters_is_warned_of_too(more: int) -> None:
    length = turn.MAX_QUESTION_CHARACTERS + more
    begun = turn.opening([HumanMessage("x" * length)], 16_000)
    assert len(begun.question) == turn.MAX_QUESTION_CHARACTERS
    assert begun.warnings == [f"The question has {length} characters; only the first 2000 were used."]


def test_a_question_of_just_the_length_is_used_whole() -> None:
    begun = turn.opening([HumanMessage("x" * turn.MAX_QUESTION_CHARACTERS)], 16_000)
    assert (len(begun.question), begun.warnings) == (turn.MAX_QUESTION_CHARACTERS, [])


@pytest.mark.parametrize(
    "check", [turn.check_question, turn.asked_state, lambda text: turn.opening([HumanMessage(text)], 9)]
)
def test_a_question_without_bounds_is_refused_and_one_at_the_bound_is_not(check: Any) -> None:
    check("x" * 100_000)
    with pytest.raises(ConfigError) as refused:
        check("x" * 100_001)
    assert str(refused.value) == (
        "the question has 100,001 characters; expected at most 100,000, of which the first 2,000 are used."
    )


def test_a_question_is_a_state_without_characters_that_no_memory_keeps() -> None:
    assert turn.asked_state("How\x00 long?") == {"messages": [("user", "How long?")]}
    assert turn.question_of([HumanMessage("\x00How\x00 long? ")]) == "How long?"
    assert turn.asked_words([HumanMessage(" \x00How long? ")]) == "How long?"
    with pytest.raises(ConfigError):
        turn.asked_state("\x00 ")


def test_words_may_be_missing_but_not_their_message() -> None:
    assert turn.asked_words([HumanMessage(" ")]) == ""
    with pytest.raises(ConfigError, match="the question is empty"):
        turn.asked_words([AIMessage("hello")])


def test_a_turn_begins_with_what_is_dropped_and_warned_of() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    messages: list[Any] = [HumanMessage("old " * 100), AIMessage("yes"), HumanMessage(["new?", image])]
    begun = turn.opening(messages, 100)
    assert (begun.question, begun.dropped) == ("new?", messages[:2])
    assert begun.warnings == [
        "Only the words of the message were used, not an image.",
        "The conversation is longer than 100 tokens: its first 2 messages were dropped.",
    ]
    silent = turn.opening([HumanMessage([image])], 100)
    assert (silent.question, silent.dropped, silent.warnings) == ("", [], [])


def test_searches_are_kept_to_a_manual_and_other_calls_are_left() -> None:
    search, look = calling("search_manual", query="a", manual="other"), calling("describe_menu_item", item="m/a")
    both = AIMessage("", tool_calls=[*search.tool_calls, *look.tool_calls])
    kept = turn.kept_to_manual(both, "lamp")
    assert [call["args"] for call in kept.tool_calls] == [{"query": "a", "manual": "lamp"}, {"item": "m/a"}]
    assert both.tool_calls[0]["args"] == {"query": "a", "manual": "other"}


def test_a_result_belongs_to_the_call_of_its_id_and_its_tool() -> None:
    call = calling("describe_menu_item", id="1", item="m/a").model_copy(update={"response_metadata": {REPAIRS: ["x"]}})
    other, own = result(None, name="get_menu_path", status="error"), result(None)
    [record] = turn.trace([call, other, own])
    assert (record.valid, record.result, record.repairs, record.by) == (True, "text", ("x",), "model")
    [record] = turn.trace([call, other])
    assert (record.valid, record.repairs) == (False, ("x",))
    [record] = turn.trace([own, call])
    assert (record.valid, record.result) == (False, "")


TAPS, WAY, LOANS = ("Settings", "Wi-Fi"), ("Settings", "Wi-Fi", "Flight mode"), ("Library", "Loans")
PLACE = Place(id="m/l", title="Loans", path=LOANS)


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({}, "Turn it on."),
        ({"menu_path": WAY}, "Turn it on.\n\nMenu path: Settings > Wi-Fi > Flight mode"),
        ({"taps": TAPS}, "Turn it on.\n\nOn the device: Settings > Wi-Fi"),
        (
            {"taps": TAPS, "menu_path": WAY, "manual": "lamp"},
            "Turn it on.\n\nOn the device: Settings > Wi-Fi\nMenu path: Settings > Wi-Fi > Flight mode\n"
            "From the manual: lamp",
        ),
    ],
)
def test_an_answer_is_shown_with_its_ways(more: dict[str, Any], shown: str) -> None:
    answer = Answer(text="Turn it on.", status="answered", **more)
    assert shown_text(answer) == shown
    assert chat_text(answer) == "\n\n".join(part for part in shown.split("\n") if part)


@pytest.mark.parametrize(("status", "names"), [("answered", True), ("unsure", False), ("not_in_manual", False)])
def test_a_chat_names_the_next_places_where_the_words_do_not(status: Any, names: bool) -> None:
    answer = Answer(text="Turn it on.", status=status, alternatives=(PLACE, PLACE), warnings=("Cut.", "Slow."))
    see_also = "\n\nSee also:\n- Library > Loans\n- Library > Loans" if names else ""
    assert chat_text(answer) == f"Turn it on.{see_also}\n\nCut.\n\nSlow."


def test_a_source_has_an_address_only_where_the_manual_has_one() -> None:
    source = Source(id="m/l", title="Loans", path=LOANS, page=7, quote="14 days.")
    [citation] = answer_message(Answer(text="x", status="answered", sources=(source,))).response_metadata["citations"]
    extras = {"id": "m/l", "menu_path": "Library > Loans", "page": 7}
    assert citation == {"type": "citation", "title": "Loans", "cited_text": "14 days.", "extras": extras}


ASKED, SAID, DRAFT = HumanMessage("Where?"), AIMessage("There."), AIMessage("There.", name=BY_MODEL)
CALLED = AIMessage("", tool_calls=[{"name": "describe_menu_item", "args": {}, "id": "1"}])


@pytest.mark.parametrize(
    ("earlier", "is_left"),
    [
        ([ASKED, SAID], False),
        ([ASKED, CALLED, result(None), SAID], False),
        ([ASKED], False),
        ([HumanMessage(" ")], True),
        ([HumanMessage("How")], True),
        ([HumanMessage("How long is a loan?")], True),
        ([ASKED, DRAFT], True),
        ([ASKED, CALLED], True),
        ([ASKED, CALLED, result(None)], True),
        ([ASKED, CALLED, SAID], True),
        ([ASKED, CALLED, result(None, id="2"), SAID], True),
        ([ASKED, HumanMessage("Where now?"), SAID], False),
    ],
)
def test_turns_that_came_to_no_checked_answer_are_left_unfinished(earlier: list[Any], is_left: bool) -> None:
    finished = [HumanMessage("First?"), SAID]
    messages = [*finished, *earlier, HumanMessage("Now?")]
    assert left_unfinished(messages, "How long is a loan?") == (earlier if is_left else [])


def test_half_of_a_call_goes_alone_from_a_history_that_was_trimmed() -> None:
    """Hosted models refuse a result without its call."""
    system, orphan = SystemMessage("Be kind."), result(None, id="gone")
    assert left_unfinished([system, orphan, SAID, ASKED]) == [orphan]
    assert left_unfinished([CALLED, SAID, ASKED]) == [CALLED]
    assert left_unfinished([CALLED, result(None), SAID, ASKED]) == []
    assert left_unfinished([ASKED, orphan, SAID, HumanMessage("Now?")]) == [orphan]


def test_the_last_turn_is_never_left_unfinished() -> None:
    assert left_unfinished([]) == left_unfinished([AIMessage("x")]) == []
    assert left_unfinished([HumanMessage(" ")]) == left_unfinished([ASKED, CALLED]) == []


def test_a_long_question_is_the_one_asked_before_by_the_part_that_is_used() -> None:
    long = "x" * (turn.MAX_QUESTION_CHARACTERS + 5)
    asked_last = long[: turn.MAX_QUESTION_CHARACTERS]
    assert left_unfinished([HumanMessage(long), ASKED], asked_last) == [HumanMessage(long)]
