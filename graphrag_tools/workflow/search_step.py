"""The search that is made for a model, with the question, and whether what it finds covers that question.

It is the first step of the workflow and the last of an agent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, ToolCall, ToolMessage

from graphrag_tools.conversation.follow_ups import Understood
from graphrag_tools.conversation.form import form_of
from graphrag_tools.conversation.turn import MAX_QUESTION_CHARACTERS, candidates, hits_of
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.confidence import DOUBTFUL, Standing, Thresholds
from graphrag_tools.search.hit import Hit
from graphrag_tools.tool_calling.callers import BY_WORKFLOW, call_message
from graphrag_tools.tools.tool_texts import SEARCH_NAME
from graphrag_tools.workflow.options import HITS


@dataclass(frozen=True, slots=True)
class QuestionSearch:
    """A search with a question as it is meant: the hits, at most `HITS`, best first, and the confidence, 0 to 1.

    `messages` are the call and its result, and may join a thread.
    """

    messages: tuple[AIMessage, ToolMessage] | tuple[()]
    hits: list[Hit]
    confidence: float


NO_SEARCH = QuestionSearch((), [], 0.0)
"""Of a message without words."""


def meant_now(meant: Understood, question: str) -> Understood:
    """Return what to search for: while a run waits at an interrupt, somebody may put another question there."""
    return meant if meant.question == question else Understood(question)


CallTool = Callable[[ToolCall], Any]
"""Makes a call of a tool and returns the ToolMessage with its result."""


def search_for(  # the last ones by name only
    meant: Understood,
    words: str,
    index: ManualIndex,
    manual: str | None,
    *,
    tool: str = SEARCH_NAME,
    call_tool: CallTool | None = None,
) -> QuestionSearch:
    """Search with a question as it is meant; `words` are the user's own, as far as they are used.

    `tool` is the name of the search, as an agent may have another for it. `call_tool` makes the call; None leaves it to
    LangChain's tool, of which those who trace a run hear.

    The confidence in a follow-up is read from its own words, if it has any: what it was completed with would always be
    found.
    """
    arguments: dict[str, object] = {"query": meant.question, "k": HITS}
    if manual:
        arguments["manual"] = manual
    call = call_message(tool, arguments, by=BY_WORKFLOW)
    result: ToolMessage = (call_tool or _as_tool(index, tool))(call.tool_calls[0])
    hits = hits_of(result)
    lent = meant.follow_up and meant.covered is None and form_of(words).own
    asked = index.search(words[:MAX_QUESTION_CHARACTERS], HITS, manual) if lent else hits
    confidence = index.confidence(asked)
    if lent and asked and hits and asked[0].section_id != answering_sections(meant, hits, index)[0]:
        # Its own words are sure of another section than the one that it would be answered from.
        confidence = min(confidence, DOUBTFUL)
    return QuestionSearch((call, result), hits, confidence)


def answering_sections(meant: Understood, hits: Sequence[Hit], index: ManualIndex) -> list[str]:
    """Return the ids of the sections that may answer: that which a follow-up is about, then those found, best first."""
    return candidates(hits, scoped_section(meant, index))


def scoped_section(meant: Understood, index: ManualIndex) -> str | None:
    """Return the id of the section that a question goes on about, None where it stands alone."""
    return index.section_of(meant.scope).id if meant.scope else None


def _as_tool(index: ManualIndex, name: str) -> CallTool:
    from graphrag_tools.tools.manual_tools import VectorSearchTool

    return VectorSearchTool(index=index, name=name).invoke


def understood_as(typed: str, meant: str, index: ManualIndex) -> str:
    """Return the question that is searched for where it is not the one typed, else nothing."""
    mended = index.mended(meant)
    searched = mended.question if mended.changes else meant
    return "" if searched == typed else searched


def standing_of(meant: Understood, confidence: float, thresholds: Thresholds) -> Standing:
    """Return whether to answer: what came before tells, as with a question about the item just talked of, or search.

    From the few words of a follow-up's own, search cannot tell that the manual says nothing where it has any of them:
    that is doubt.
    """
    if meant.covered is None:
        standing = thresholds.standing(confidence)
        return "unsure" if standing == "not_in_manual" and meant.follow_up and confidence > 0 else standing
    return "answered" if meant.covered else "not_in_manual"
