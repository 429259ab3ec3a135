"""FinalAnswerCheck in an agent that has other tools: it judges what is said of the manual, and that alone."""

from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware, SummarizationMiddleware, TodoListMiddleware
from langchain.agents.structured_output import ToolStrategy
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import BaseTool, ToolException, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.prebuilt import InjectedState
from langgraph.types import Command
from pydantic import BaseModel
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.agent.final_answer import FinalAnswerCheck
from graphrag_tools.agent.other_tools import MANUAL_TOOLS, turn_results
from graphrag_tools.agent.tool_calls import ToolCallRepair
from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.manual_tools import ManualToolkit
from graphrag_tools.workflow.graph import ask

LOANS = "larkfield/library/loans"
PARCEL = "Your parcel 4711 is in Hamburg since Monday."
GOOD = "A loan ends after 21 days."
LIE = "A loan ends after 28 days."


@tool(response_format="content_and_artifact")
def track_parcel(number: str) -> tuple[str, dict[str, str]]:
    """Say where a parcel is."""
    # An artifact that looks like a menu item, but for what it is.
    return f"Parcel {number} is in Hamburg since Monday.", {"id": number, "name": "parcel"}


@tool
def cancel_parcel(number: str) -> None:
    """Cancel a parcel."""


@tool
def lost_parcel(number: str) -> str:
    """Say where a parcel is, but for outages."""
    raise ToolException("The parcel service is down.")


lost_parcel.handle_tool_error = True


@tool(return_direct=True)
def parcel_slip(number: str) -> str:
    """Print the slip of a parcel, which is shown as it is."""
    return f"Parcel {number}: Hamburg, Monday."


TRACK = calling("track_parcel", id="t", number="4711")
READ = calling("describe_menu_item", id="r", item=LOANS)


def asked(
    index: ManualIndex, question: str, *replies: Any, prefix: str = "", other: Any = track_parcel, more: Any = ()
) -> tuple[Answer, ScriptedChatModel]:
    model = ScriptedChatModel(*replies)
    tools = [*ManualToolkit(index=index, prefix=prefix).get_tools(), other]
    app = create_agent(model, tools, middleware=[FinalAnswerCheck(index), ToolCallRepair(index), *more])
    state = app.invoke({"messages": [("user", question)]})
    assert state["messages"][-1].text.startswith(state["answer"].text)
    return state["answer"], model


def test_answer_that_rests_on_another_tool_passes_as_it_is(sample_index_for_answers: ManualIndex) -> None:
    answer, _ = asked(sample_index_for_answers, "Where is my parcel 4711?", TRACK, saying(PARCEL))
    assert (answer.text, answer.status) == (PARCEL, "not_from_manual")
    assert answer.warnings == ("Not from the manual: it rests on track_parcel.",)
    assert (answer.sources, answer.menu_path, answer.alternatives) == ((), (), ())
    assert [call.tool for call in answer.trace] == ["track_parcel"]


def test_manual_was_searched_in_vain_and_another_tool_answers(sample_index_for_answers: ManualIndex) -> None:
    search = calling("search_manual", id="s", query="parcel")
    answer, _ = asked(sample_index_for_answers, "Where is my parcel 4711?", search, TRACK, saying(PARCEL))
    assert (answer.text, answer.status) == (PARCEL, "not_from_manual")


@pytest.mark.parametrize("question", ["Hi!", "Thanks a lot!", "Write a limerick about a gnu"])
def test_small_talk_is_left_alone(question: str, sample_index_for_answers: ManualIndex) -> None:
    answer, model = asked(sample_index_for_answers, question, saying("You are welcome."))
    assert (answer.text, answer.status, len(model.asked)) == ("You are welcome.", "not_from_manual", 1)


def test_greeting_is_left_alone_where_there_are_no_other_tools(sample_index_for_answers: ManualIndex) -> None:
    answer = ask(manual_agent(sample_index_for_answers, ScriptedChatModel(saying("Hello!"))), "Hi!")
    assert (answer.text, answer.status) == ("Hello!", "not_from_manual")


def test_words_about_anything_are_refused_where_there_are_no_other_tools(
    sample_index_for_answers: ManualIndex,
) -> None:
    model = ScriptedChatModel(saying("Feed it seeds."))
    assert ask(manual_agent(sample_index_for_answers, model), "Which vaccine does a parrot need?").status != "answered"


def test_both_parts_of_a_mixed_answer_pass(sample_index_for_answers: ManualIndex) -> None:
    both = f"{PARCEL} {GOOD}"
    question = "Where is my parcel 4711, and how long can I keep a borrowed book?"
    answer, model = asked(sample_index_for_answers, question, TRACK, READ, saying(both))
    assert (answer.text, answer.mode, model.left) == (both, "written", 0)
    assert answer.menu_path == ("Library", "Loans")
    assert "Not all of it is from the manual: some rests on track_parcel." in answer.warnings


def test_both_parts_of_a_numbered_answer_pass(sample_index_for_answers: ManualIndex) -> None:
    both = f"1. {PARCEL}\n2. {GOOD}"
    question = "Where is my parcel 4711, and how long can I keep a borrowed book?"
    answer, _ = asked(sample_index_for_answers, question, TRACK, READ, saying(both))
    assert (answer.text, answer.mode, answer.menu_path) == (both, "written", ("Library", "Loans"))


def test_other_part_stays_where_the_manuals_is_replaced(sample_index_for_answers: ManualIndex) -> None:
    lie = saying(f"{PARCEL} {LIE}")
    question = "How long can I keep a borrowed book? And where is my parcel 4711?"
    answer, model = asked(sample_index_for_answers, question, TRACK, READ, lie, lie)
    assert model.left == 0
    assert answer.text.startswith(PARCEL)
    assert "28" not in answer.text


def test_lie_about_the_manual_is_no_other_tools_word(sample_index_for_answers: ManualIndex) -> None:
    """That another tool was called too lets nothing else through."""
    answer, model = asked(sample_index_for_answers, "How long is a loan?", TRACK, READ, saying(LIE), saying(GOOD))
    assert (answer.text, model.left) == (GOOD, 0)


def test_item_that_has_nothing_to_do_with_the_question_is_not_quoted(sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(READ, saying("Press it thrice."), saying("Press it thrice."))
    answer = ask(manual_agent(sample_index_for_answers, model), "How do I turn on flight mode?")
    assert (answer.status, answer.menu_path[-1]) == ("answered", "Flight mode")


def test_prefixed_tools_are_the_manuals_own(sample_index_for_answers: ManualIndex) -> None:
    read = calling("reader_describe_menu_item", item=LOANS)
    answer, _ = asked(sample_index_for_answers, "How long is a loan?", read, saying(GOOD), prefix="reader_")
    assert (answer.text, answer.status, answer.menu_path) == (GOOD, "answered", ("Library", "Loans"))


def test_tools_of_another_index_are_other_tools(
    sample_index_for_answers: ManualIndex, two_manuals_index: ManualIndex
) -> None:
    said = "Turn the knob to dim the light."
    model = ScriptedChatModel(calling("lamp_describe_menu_item", item="lamp/brightness"), saying(said))
    tools = [
        *ManualToolkit(index=sample_index_for_answers).get_tools(),
        *ManualToolkit(index=two_manuals_index, prefix="lamp_").get_tools(),
    ]
    app = create_agent(model, tools, middleware=[FinalAnswerCheck(sample_index_for_answers)])
    answer = ask(app, "How bright is the lamp?")
    assert (answer.text, answer.status) == (said, "not_from_manual")


# A question that search is sure of, so that a quote would be at hand.
LOAN_OF_PARCEL = "How long can I keep a borrowed book with parcel 4711?"


@pytest.mark.parametrize(
    ("other", "said"),
    [(lost_parcel, "I could not reach the parcel service."), (cancel_parcel, "Parcel 4711 is cancelled.")],
)
def test_tool_that_fails_or_returns_nothing_is_what_an_answer_rests_on(
    other: BaseTool, said: str, sample_index_for_answers: ManualIndex
) -> None:
    call = calling(other.name, number="4711")
    answer, model = asked(sample_index_for_answers, LOAN_OF_PARCEL, call, saying(said), other=other)
    assert (answer.text, answer.status, model.left) == (said, "not_from_manual", 0)
    assert answer.warnings == (f"Not from the manual: it rests on {other.name}.",)


def test_result_that_another_tool_returns_directly_is_the_answer(sample_index_for_answers: ManualIndex) -> None:
    call = calling("parcel_slip", number="4711")
    answer, _ = asked(sample_index_for_answers, LOAN_OF_PARCEL, call, other=parcel_slip)
    assert (answer.text, answer.status) == ("Parcel 4711: Hamburg, Monday.", "not_from_manual")


def test_search_that_the_provider_made_is_another_tools_result(sample_index_for_answers: ManualIndex) -> None:
    said = "In Hamburg a borrowed book is due after 28 days."
    reply = AIMessage(
        [
            {"type": "server_tool_call", "id": "s", "name": "web_search", "args": {"query": "loans Hamburg"}},
            {"type": "server_tool_result", "tool_call_id": "s", "status": "success", "output": "28 days"},
            {"type": "text", "text": said},
        ]
    )
    question = "How long can I keep a borrowed book in Hamburg?"
    answer, _ = asked(sample_index_for_answers, question, reply, other={"type": "web_search"})
    assert (answer.text, answer.warnings) == (said, ("Not from the manual: it rests on web_search.",))


TODO = calling("write_todos", todos=[{"content": "look up loans", "status": "pending"}])


def test_tool_that_adds_no_word_lets_no_lie_about_the_manual_through(sample_index_for_answers: ManualIndex) -> None:
    lie = saying("Hold the red button for 90 seconds.")
    question = "How long can I keep a borrowed book?"
    answer, _ = asked(sample_index_for_answers, question, TODO, lie, lie, more=[TodoListMiddleware()])
    assert (answer.mode, answer.menu_path) == ("quoted", ("Library", "Loans"))
    assert "write_todos" not in answer.text


@tool
def now(zone: str) -> str:
    """Say what time it is."""
    return f"{{'zone': {zone!r}, 'now': 'noon'}}"


def test_answer_that_rests_on_the_one_new_word_of_a_result_passes(sample_index_for_answers: ManualIndex) -> None:
    """Many tools return what they were asked with beside it; the manual has a section on the time."""
    answer, _ = asked(
        sample_index_for_answers, "What time is it?", calling("now", zone="UTC"), saying("It is noon."), other=now
    )
    assert (answer.text, answer.status) == ("It is noon.", "not_from_manual")
    assert answer.warnings == ("Not from the manual: it rests on now.",)


def test_answer_from_the_manual_alone_rests_on_nothing_else(sample_index_for_answers: ManualIndex) -> None:
    answer, _ = asked(
        sample_index_for_answers, "How long is a loan?", TODO, READ, saying(GOOD), more=[TodoListMiddleware()]
    )
    assert (answer.text, answer.status, answer.warnings) == (GOOD, "answered", ())


def test_summary_in_the_place_of_a_question_bears_nothing_out(sample_index_for_answers: ManualIndex) -> None:
    """What a model summed up stands there as a message of the user's, whose words are evidence otherwise."""
    lie = "A loan of grimoires of wizards ends after 21 days."
    summed_up = ScriptedChatModel(*[saying("The user likes grimoires of wizards.")] * 2)
    summary = SummarizationMiddleware(model=summed_up, trigger=("messages", 3), keep=("messages", 2))
    question = "How long can I keep a borrowed book?"
    answer, model = asked(
        sample_index_for_answers, question, READ, saying(lie), saying(GOOD), other=cancel_parcel, more=[summary]
    )
    assert (answer.text, answer.question, model.left) == (GOOD, question, 0)
    assert summed_up.left < 2


def test_structured_response_is_left_alone(sample_index_for_answers: ManualIndex) -> None:
    class Days(BaseModel):
        days: int

    model = ScriptedChatModel(*[READ, calling("Days", days=21, id="o")] * 2)
    app = create_agent(
        model,
        ManualToolkit(index=sample_index_for_answers).get_tools(),
        middleware=[FinalAnswerCheck(sample_index_for_answers)],
        response_format=ToolStrategy(Days),
    )
    assert app.invoke({"messages": [("user", "How long is a loan?")]})["structured_response"] == Days(days=21)
    with pytest.raises(ConfigError, match=r'state\["structured_response"\]'):
        ask(app, "How long is a loan?")


def test_word_for_what_another_tool_did_stays_where_the_manual_has_a_setting_of_that_name(
    sample_index_for_answers: ManualIndex,
) -> None:
    @tool
    def note(body: str, state: Annotated[dict[str, Any], InjectedState]) -> str:
        """Keep a note."""
        return f"{body}, after {len(state['messages'])} messages"

    kept = calling("note", id="n", body="hello")
    answer, model = asked(sample_index_for_answers, "Note hello", kept, saying("Noted."), other=note)
    assert (answer.text, answer.status, model.left) == ("Noted.", "not_from_manual", 0)
    assert answer.warnings == ("Not from the manual: it rests on note.",)


@pytest.mark.parametrize("said", ["Yes.", "Flight mode turns off Wi-Fi and Bluetooth together."])
def test_tool_of_something_else_bears_out_no_word_about_the_manual(
    said: str, sample_index_for_answers: ManualIndex
) -> None:
    answer, _ = asked(sample_index_for_answers, "How do I turn on flight mode?", TRACK, saying(said))
    assert (answer.status, answer.menu_path) == ("answered", ("Settings", "Wi-Fi", "Flight mode"))
    assert "From Settings, tap Wi-Fi > Flight mode" in answer.text


def decided(index: ManualIndex, said: str, decision: dict[str, str]) -> Answer:
    """Return the answer of an agent whose one look-up a person decides on, and which then says something."""
    app = create_agent(
        ScriptedChatModel(READ, saying(said)),
        ManualToolkit(index=index).get_tools(),
        middleware=[
            FinalAnswerCheck(index),
            HumanInTheLoopMiddleware({"describe_menu_item": {"allowed_decisions": ["respond", "reject"]}}),
        ],
        checkpointer=InMemorySaver(),
    )
    thread: Any = {"configurable": {"thread_id": "person"}}
    app.invoke({"messages": [("user", "How long does a loan last?")]}, thread)
    answer: Answer = app.invoke(Command(resume={"decisions": [decision]}), thread)["answer"]
    return answer


def test_words_of_a_person_in_place_of_a_look_up_are_not_quoted_over(sample_index_for_answers: ManualIndex) -> None:
    """A person who answers for the manual's tool is another source: the answer rests on them, and says so."""
    told = "Ask Mrs Petersen at the counter: she extends it by ten days."
    answer = decided(sample_index_for_answers, told, {"type": "respond", "message": told})
    assert (answer.text, answer.status) == (told, "not_from_manual")
    assert answer.warnings == ("Not from the manual: it rests on what was given in place of describe_menu_item.",)


def test_a_look_up_that_a_person_rejects_is_not_one_that_was_never_tried(sample_index_for_answers: ManualIndex) -> None:
    answer = decided(sample_index_for_answers, LIE, {"type": "reject", "message": "Too slow."})
    assert (answer.mode, "28" in answer.text) == ("quoted", False)
    assert answer.warnings[0] == "No look-up of the model's came to a result; the manual was searched for it."


@pytest.mark.parametrize("noted", [True, False])
def test_result_without_an_artifact_is_the_manuals_where_its_tool_is_reached_by_other_means(noted: bool) -> None:
    call = {"id": "1", "name": "describe_menu_item", "args": {"item": "Lid"}}
    reply = AIMessage("", tool_calls=[call], response_metadata={MANUAL_TOOLS: [call["name"]]} if noted else {})
    results = turn_results([reply, ToolMessage("The lid opens.", name="describe_menu_item", tool_call_id="1")])
    assert (len(results.manual), len(results.other)) == ((0, 1) if noted else (1, 0))


def test_a_call_that_a_person_changes_to_another_tool_is_that_tools(sample_index_for_answers: ManualIndex) -> None:
    app = create_agent(
        ScriptedChatModel(READ, saying(PARCEL)),
        [*ManualToolkit(index=sample_index_for_answers).get_tools(), track_parcel],
        middleware=[FinalAnswerCheck(sample_index_for_answers), HumanInTheLoopMiddleware({"describe_menu_item": True})],
        checkpointer=InMemorySaver(),
    )
    thread: Any = {"configurable": {"thread_id": "edited"}}
    app.invoke({"messages": [("user", "Where is my parcel 4711?")]}, thread)
    edited = {"type": "edit", "edited_action": {"name": "track_parcel", "args": {"number": "4711"}}}
    answer = app.invoke(Command(resume={"decisions": [edited]}), thread)["answer"]
    assert (answer.status, answer.warnings) == ("not_from_manual", ("Not from the manual: it rests on track_parcel.",))


@pytest.mark.parametrize("again", ["0", ""])
def test_an_id_that_a_model_uses_again_leaves_each_result_to_its_call(
    again: str, sample_index_for_answers: ManualIndex
) -> None:
    question = "How long is a loan, and where is my parcel 4711?"
    track, read = (
        calling(call.tool_calls[0]["name"], id=again, **call.tool_calls[0]["args"]) for call in (TRACK, READ)
    )
    answer, _ = asked(sample_index_for_answers, question, read, track, saying(f"{GOOD} {PARCEL}"))
    assert (answer.status, answer.menu_path) == ("answered", ("Library", "Loans"))
    assert answer.warnings == ("Not all of it is from the manual: some rests on track_parcel.",)
    assert "21 days" in answer.trace[0].result
    assert "Hamburg" in answer.trace[1].result


@pytest.mark.parametrize("first", [FinalAnswerCheck, ToolCallRepair])
def test_leaked_calls_are_the_manuals_in_either_order_of_the_middleware(
    first: type, sample_index_for_answers: ManualIndex
) -> None:
    middleware = [FinalAnswerCheck(sample_index_for_answers), ToolCallRepair(sample_index_for_answers)]
    app = create_agent(
        ScriptedChatModel(saying(f'describe_menu_item(item="{LOANS}")'), saying(LIE), saying(LIE)),
        [*ManualToolkit(index=sample_index_for_answers).get_tools(), track_parcel],
        middleware=sorted(middleware, key=lambda one: not isinstance(one, first)),
    )
    answer = app.invoke({"messages": [("user", "How long is a loan?")]})["answer"]
    assert (answer.status, answer.mode, "28" in answer.text) == ("answered", "quoted", False)


@tool
def think(thought: str) -> str:
    """Think."""
    return "Thought kept."


FILES: dict[str, str] = {}


@tool
def write_file(path: str, content: str) -> str:
    """Write a file."""
    FILES[path] = content
    return f"Wrote {path}."


@tool
def read_file(path: str) -> str:
    """Read a file."""
    return FILES[path]


TASKS = calling("write_todos", todos=[{"content": LIE, "status": "pending"}])


@pytest.mark.parametrize(
    "planned",
    [
        [TASKS],
        [calling("think", thought=LIE)],
        [calling("write_file", id="w", path="a.md", content=LIE), calling("read_file", id="f", path="a.md")],
    ],
)
@pytest.mark.parametrize("read", [[READ], []])
def test_what_a_model_tells_a_tool_bears_out_nothing(
    read: list[AIMessage], planned: list[AIMessage], sample_index_for_answers: ManualIndex
) -> None:
    app = create_agent(
        ScriptedChatModel(*planned, *read, saying(LIE), saying(LIE)),
        [*ManualToolkit(index=sample_index_for_answers).get_tools(), think, write_file, read_file],
        middleware=[FinalAnswerCheck(sample_index_for_answers), TodoListMiddleware()],
    )
    answer = app.invoke({"messages": [("user", "How long is a loan?")]})["answer"]
    assert (answer.status, answer.mode, "28" in answer.text) == ("answered", "quoted", False)


def test_a_list_of_tasks_is_nothing_that_an_answer_rests_on(sample_index_for_answers: ManualIndex) -> None:
    app = create_agent(
        ScriptedChatModel(TASKS, READ, TRACK, saying(f"{GOOD} {PARCEL}")),
        [*ManualToolkit(index=sample_index_for_answers).get_tools(), track_parcel],
        middleware=[FinalAnswerCheck(sample_index_for_answers), TodoListMiddleware()],
    )
    answer = app.invoke({"messages": [("user", "How long is a loan, and where is my parcel 4711?")]})["answer"]
    assert answer.text == f"{GOOD} {PARCEL}"
    assert answer.warnings == ("Not all of it is from the manual: some rests on track_parcel.",)


@pytest.mark.parametrize("check", [{}, {"manual": "lamp"}])
def test_check_keeps_to_the_manual_that_the_tools_keep_to(check: Any, two_manuals_index: ManualIndex) -> None:
    """The search that is made for a model is one of the agent's own tools, within what they can see."""
    search, *others = ManualToolkit(index=two_manuals_index, manual="lamp").get_tools()
    search.name = "lookup"
    said = saying("Turn the wheel thrice.")
    app = create_agent(
        ScriptedChatModel(said, said),
        [search, *others],
        middleware=[FinalAnswerCheck(two_manuals_index, **check)],
    )
    state = app.invoke({"messages": [("user", "How do I change the brightness?")]})
    assert {source.id.split("/")[0] for source in state["answer"].sources} == {"lamp"}
    assert [call.tool for call in state["answer"].trace] == ["lookup"]


def test_tools_of_another_manual_of_the_index_are_other_tools(two_manuals_index: ManualIndex) -> None:
    other = next(info.id for info in two_manuals_index.manuals if info.id != "lamp")
    said = "A loan ends after 21 days."
    tools = [
        *ManualToolkit(index=two_manuals_index, manual="lamp").get_tools(),
        *ManualToolkit(index=two_manuals_index, manual=other, prefix="reader_").get_tools(),
    ]
    model = ScriptedChatModel(calling("reader_describe_menu_item", item=f"{other}/library/loans"), saying(said))
    app = create_agent(model, tools, middleware=[FinalAnswerCheck(two_manuals_index, manual="lamp")])
    answer = ask(app, "How long is a loan?")
    assert (answer.text, answer.status) == (said, "not_from_manual")
