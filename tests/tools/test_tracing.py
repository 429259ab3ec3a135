"""Traces: a search is a retriever's run, and every run has a name of its own."""

from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.errors import StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.manual_tools import VectorSearchTool
from graphrag_tools.workflow.graph import WorkflowOptions, manual_workflow

ASKED: dict[str, Any] = {"messages": [("user", "How long can I keep a borrowed book?")]}
LOANS = "larkfield/library/loans"
NAMELESS = {"RunnableLambda", "RunnableSequence", "RunnableCallable", "RunnableParallel", "LangGraph", "", None}
REPLIES = (
    calling("search_manual", query="loan", id="1"),
    calling("describe_menu_item", item=LOANS, id="2"),
    saying("A loan ends after 21 days."),
)


class Listening(BaseCallbackHandler):
    """Keeps what it is told of the runs of retrievers."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def on_retriever_start(self, serialized: Any, query: str, **facts: Any) -> None:
        self.told.append((facts["name"], query))

    def on_retriever_end(self, documents: Any, **facts: Any) -> None:
        self.told.append([document.id for document in documents])

    def on_retriever_error(self, error: BaseException, **facts: Any) -> None:
        self.told.append(type(error))


def test_search_is_the_run_of_a_retriever(sample_index_for_answers: ManualIndex) -> None:
    listening = Listening()
    tool = VectorSearchTool(index=sample_index_for_answers)
    tool.invoke({"query": "loan", "k": 2}, {"callbacks": [listening]})
    found = [hit.section_id for hit in sample_index_for_answers.search("loan", 2)]
    assert listening.told == [("ManualRetriever", "loan"), found]


def test_search_that_fails_ends_its_run(tmp_path: Any) -> None:
    index = ManualIndex.build(["examples/sample_manual"], tmp_path / "index", embeddings="wordllama")
    listening, tool = Listening(), VectorSearchTool(index=index)
    index.close()
    with pytest.raises(StoreError):
        tool.invoke({"query": "loan"}, {"callbacks": [listening]})
    assert listening.told in ([], [("ManualRetriever", "loan"), StoreError])


@pytest.mark.parametrize("kind", ["workflow", "agent"])
async def test_every_run_has_a_name(kind: str, sample_index_for_answers: ManualIndex) -> None:
    model = ScriptedChatModel(*REPLIES)
    if kind == "agent":
        app = manual_agent(sample_index_for_answers, model)
    else:
        options = WorkflowOptions(tool_mode="native", answers="written", choices=3)
        app = manual_workflow(sample_index_for_answers, model, options=options)
    events = [event async for event in app.astream_events(ASKED, version="v2")]
    assert not {event["name"] for event in events} & NAMELESS
    searches = [event for event in events if event["event"] == "on_retriever_start"]
    assert [event["name"] for event in searches][:1] == ["ManualRetriever"]
    tools = {event["run_id"] for event in events if event["event"] == "on_tool_start"}
    assert all(event["parent_ids"][-1] in tools for event in searches)
