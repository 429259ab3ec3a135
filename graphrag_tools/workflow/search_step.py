"""The search that is made for a model, with the question, and whether what it finds covers that question.

It is the first step of the workflow and the last of an agent.
"""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, ToolMessage

from graphrag_tools.conversation.follow_ups import Understood
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.coverage import is_covered
from graphrag_tools.search.hit import Hit
from graphrag_tools.tool_calling.callers import BY_WORKFLOW, call_message
from graphrag_tools.tools.manual_tools import VectorSearchTool
from graphrag_tools.tools.tool_texts import SEARCH_NAME
from graphrag_tools.workflow.options import HITS


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


def asked_coverage(
    asked: str, meant: Understood, hits: Sequence[Hit], index: ManualIndex, manual: str | None = None
) -> float:
    """Return the coverage, 0 to 1, of a question whose meaning found `hits`.

    That of a follow-up is read from its own words: what it was completed with would always be found.
    """
    lent = meant.follow_up and meant.covered is None
    return index.coverage(index.search(asked, HITS, manual) if lent else hits)


def may_answer(meant: Understood, coverage: float, refuse_below: float) -> bool:
    """Whether to answer: what came before tells, as with a question about the item just talked of, or coverage."""
    return is_covered(coverage, refuse_below) if meant.covered is None else meant.covered
