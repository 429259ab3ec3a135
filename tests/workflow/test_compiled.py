"""What LangGraph takes when a graph is compiled, handed on by the workflow and the agent."""

from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableLambda
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.store.memory import InMemoryStore
from langgraph.types import Command
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.agent.final_answer import FinalAnswerCheck
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.retriever import ManualRetriever
from graphrag_tools.tools.manual_tools import ManualToolkit
from graphrag_tools.workflow.graph import aask, ask, manual_workflow
from graphrag_tools.workflow.streaming import Answered, stream_answer

ASKED: dict[str, Any] = {"messages": [("user", "How long can I keep a borrowed book?")]}
THREAD: Any = {"configurable": {"thread_id": "a"}}
REPLIES = (calling("describe_menu_item", item="larkfield/library/loans"), saying("A loan ends after 21 days."))
Made = Callable[..., Any]


@pytest.fixture(params=["workflow", "agent"])
def made(request: pytest.FixtureRequest, sample_index_for_answers: ManualIndex) -> Made:
    if request.param == "workflow":
        return lambda **given: manual_workflow(sample_index_for_answers, **given)
    return lambda **given: manual_agent(sample_index_for_answers, ScriptedChatModel(*REPLIES), **given)


def test_name_store_and_cache_are_handed_on(made: Made) -> None:
    store, cache = InMemoryStore(), InMemoryCache()  # type: ignore[var-annotated]
    app = made(name="reader", store=store, cache=cache)
    assert (app.name, app.store, app.cache) == ("reader", store, cache)
    assert app.invoke(ASKED)["answer"].menu_path == ("Library", "Loans")


@pytest.mark.parametrize("where", ["interrupt_before", "interrupt_after"])
def test_run_waits_where_it_is_told_to_and_goes_on(where: str, made: Made) -> None:
    app = made(checkpointer=InMemorySaver(), **{where: ["tools"]})
    app.invoke(ASKED, THREAD)
    assert app.get_state(THREAD).next
    assert app.invoke(None, THREAD)["answer"].menu_path == ("Library", "Loans")


def test_question_that_somebody_changes_while_a_run_waits_is_the_one_answered(
    sample_index_for_answers: ManualIndex,
) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver(), interrupt_before=["search", "choose"])
    app.invoke(ASKED, THREAD)
    app.update_state(THREAD, {"question": "How do I turn on flight mode?"})
    app.invoke(None, THREAD)
    # Too late to be searched for.
    app.update_state(THREAD, {"question": "How do I charge the device?"})
    answer = app.invoke(None, THREAD)["answer"]
    assert answer.menu_path == ("Settings", "Wi-Fi", "Flight mode")
    assert answer.question == "How do I turn on flight mode?"


@pytest.mark.parametrize("stop", ["search", "choose", "tools", "answer", "verify"])
async def test_a_turn_is_not_entered_in_its_middle(stop: str, sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    enter: Any = Command(goto=stop, update={"messages": [HumanMessage("How do I turn on flight mode?")]})
    with pytest.raises(ConfigError, match=f"no turn has begun that could go on at '{stop}'"):
        await app.ainvoke(enter, THREAD)
    app.invoke(ASKED, THREAD)
    # What an earlier turn left behind is about another question.
    with pytest.raises(ConfigError, match=f"no turn has begun that could go on at '{stop}'"):
        app.invoke(enter, THREAD)


def test_context_has_a_schema(made: Made) -> None:
    assert set(made().get_context_jsonschema()["properties"]) == {"manual", "refuse_below", "answer_from", "model"}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda app: app.with_retry(),
        lambda app: app.with_config(tags=["mine"], configurable={"thread_id": "b"}),
        lambda app: app.with_retry().with_config(configurable={"thread_id": "b"}),
        lambda app: app.with_fallbacks([app]),
    ],
    ids=["retry", "config", "both", "fallbacks"],
)
async def test_wrapped_graph_can_be_asked(wrap: Callable[[Any], Any], sample_index_for_answers: ManualIndex) -> None:
    app = wrap(manual_workflow(sample_index_for_answers))
    question = ASKED["messages"][0][1]
    *_, last = stream_answer(app, question)
    assert isinstance(last, Answered)
    for answer in (ask(app, question), await aask(app, question), last.answer):
        assert answer.menu_path == ("Library", "Loans")


def test_what_is_no_graph_is_told_of_in_words() -> None:
    chain: Any = RunnableLambda(lambda state: state)
    for asking in (ask, lambda *asked: list(stream_answer(*asked))):
        with pytest.raises(ConfigError, match="RunnableLambda is no graph"):
            asking(chain, "How long is a loan?")


@pytest.mark.parametrize("kind", ["workflow", "agent"])
def test_replies_that_all_have_one_id_are_told_apart(kind: str, sample_index_for_answers: ManualIndex) -> None:
    """Some servers give every reply the same id, and LangGraph puts a message in the place of one with its id."""
    model = ScriptedChatModel(*(reply.model_copy(update={"id": "chatcmpl-0"}) for reply in REPLIES * 2))
    make: Any = manual_agent if kind == "agent" else manual_workflow
    app = make(sample_index_for_answers, model, checkpointer=InMemorySaver())
    said = [app.invoke(ASKED, THREAD) for _ in range(2)]
    for state in said:
        assert (state["answer"].status, state["answer"].mode) == ("answered", "written")
        assert "describe_menu_item" in [call.tool for call in state["answer"].trace]
    first, both = ([message.type for message in state["messages"]] for state in said)
    assert both == first * 2


@pytest.mark.parametrize("kind", ["workflow", "agent"])
def test_what_a_parent_keeps_under_our_names_does_not_come_in(kind: str, sample_index_for_answers: ManualIndex) -> None:
    class Theirs(MessagesState):
        answer: Any
        question: str
        hits: int

    make: Any = manual_agent if kind == "agent" else manual_workflow
    graph = StateGraph(Theirs)
    graph.add_node("manual", make(sample_index_for_answers, ScriptedChatModel(*REPLIES)))
    graph.add_edge(START, "manual")
    theirs: Any = {**ASKED, "answer": "none yet", "question": "theirs", "hits": 3}
    state = graph.compile().invoke(theirs)
    assert (state["answer"].status, state["question"], state["hits"]) == ("answered", "theirs", 3)
    assert set(make(sample_index_for_answers, ScriptedChatModel()).get_input_jsonschema()["properties"]) == {"messages"}


@pytest.mark.parametrize("given", ["my-index", None, 3])
def test_what_is_no_open_index_is_refused_in_words(given: Any) -> None:
    made: tuple[Callable[[], object], ...] = (
        lambda: manual_workflow(given),
        lambda: manual_agent(given, ScriptedChatModel()),
        lambda: ManualToolkit(index=given).get_tools(),
        lambda: FinalAnswerCheck(given),
        lambda: ManualRetriever(index=given),
    )
    for make in made:
        with pytest.raises(ConfigError, match=f"the index is a {type(given).__name__}; expected one that is open"):
            make()


@pytest.mark.parametrize("given", [None, 3, ["a"], b"a", HumanMessage("a")])
async def test_question_that_is_no_text_is_refused_in_words(given: Any, sample_index_for_answers: ManualIndex) -> None:
    app, told = manual_workflow(sample_index_for_answers), f"a {type(given).__name__}"
    with pytest.raises(ConfigError, match=told):
        ask(app, given)
    with pytest.raises(ConfigError, match=told):
        await aask(app, given)
    with pytest.raises(ConfigError, match=told):
        sample_index_for_answers.search(given)


@pytest.mark.parametrize("k", [None, "3", 2.5, 0])
def test_number_of_sections_that_is_none_is_refused_in_words(k: Any, sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match=r"k is .*; expected 1 or more sections"):
        sample_index_for_answers.search("loan", k)
