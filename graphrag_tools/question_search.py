"""The search that is made for a model, with the question: the first step of the workflow, the last of an agent."""

from langchain_core.messages import AIMessage, ToolMessage

from graphrag_tools.index import ManualIndex
from graphrag_tools.options import HITS
from graphrag_tools.tool_calling import BY_WORKFLOW, call_message
from graphrag_tools.tool_texts import SEARCH_NAME
from graphrag_tools.tools import VectorSearchTool


def searched(question: str, index: ManualIndex, manual: str | None = None) -> tuple[AIMessage, ToolMessage]:
    """Search with a question and return the call and its result, as messages that may join a thread.

    The result's artifact is the list of hits, at most `HITS`, best first.
    """
    arguments: dict[str, object] = {"query": question, "k": HITS}
    if manual:
        arguments["manual"] = manual
    call = call_message(SEARCH_NAME, arguments, by=BY_WORKFLOW)
    result: ToolMessage = VectorSearchTool(index=index).invoke(call.tool_calls[0])
    return call, result
