"""ToolCallRepair: LangChain middleware that lets an agent's loop survive what small models do to tool calls."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.ai import add_usage
from langchain_core.tools import BaseTool

from graphrag_tools.agent.looked_up import whole_turn
from graphrag_tools.conversation.turn import this_turn
from graphrag_tools.index.index import ManualIndex, check_is_index
from graphrag_tools.tool_calling.callers import DROPPED, REPAIRS
from graphrag_tools.tool_calling.repair import Resolve, item_resolver, repaired, with_calls, without_calls
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.manual_tools import ManualTool, check_names
from graphrag_tools.workflow.run_context import read_context

MODEL_CALLS = "model_calls"
"""Where a reply's response_metadata counts the model calls behind it, if there was more than one."""
_Request = ModelRequest[Any]
_Response = ModelResponse[Any]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A reply as it may go on, and what the model must be told of dropped calls, if it made no other."""

    reply: AIMessage
    told: str = ""


class ToolCallRepair(AgentMiddleware[Any, Any, Any]):
    """Mends calls of the manual tools in every reply and ends loops: `middleware=[ToolCallRepair(index)]`.

    Calls of theirs leaked into the text are made, near names and types put right; `repair.repaired` says how.
    A reply whose calls were all dropped (unknown, unfit, made before, or past `max_calls` of one turn) is
    asked for again, once, with the reasons; if that yields no call either, its words end the turn. Of calls dropped
    beside others that were made, the model reads behind the results of those. So the manual
    tools cost at most 2 * (max_calls + 1) model calls a turn, whatever the model does. With `index`, items are
    resolved to ids that exist, within `manual` if given, and searches are kept to that manual; tools that keep to
    another one are none of these.

    Only the manual tools are mended (those over `index`, where it is given), because they only read. Calls of
    any other tool pass as they are, count for nothing and are never found in words, except that one whose arguments
    are no valid JSON goes back to the model. `tools` names tools of your own to be mended too: a call of theirs
    counts as leaked only where the reply is nothing else, and repeating it is no loop.

    Every reply that was touched says so in `response_metadata["repairs"]`. Replies of the model that stand
    behind one message are counted in `response_metadata["model_calls"]`, and their tokens added up.
    """

    def __init__(
        self,
        index: ManualIndex | None = None,
        *,
        manual: str | None = None,
        max_calls: int = 12,
        tools: Collection[str] = (),
    ) -> None:
        """Raises ConfigError if the index has no such manual."""
        super().__init__()
        if index is not None:
            check_is_index(index)
            index.check_manual(manual)
        self._index = index
        self._manual = manual
        self._max_calls = max_calls
        self._tools = frozenset((tools,) if isinstance(tools, str) else tools)

    @property
    def name(self) -> str:
        """A name of its own for each index and manual, because an agent takes two of one name for a slip."""
        return " ".join(
            ["ToolCallRepair", *([str(self._index.folder)] if self._index else []), self._manual or ""]
        ).strip()

    def wrap_model_call(self, request: _Request, handler: Callable[[_Request], _Response]) -> _Response:
        """Call the model, mend its reply, and ask once more where nothing of it could be used."""
        told = _told_of_dropped(request)
        first = handler(told)
        verdict = self._verdict(request, first)
        if verdict is None:
            return first
        if not verdict.told:
            return ModelResponse(result=[verdict.reply])
        return self._last(request, verdict, handler(_again(told, verdict)))

    async def awrap_model_call(
        self, request: _Request, handler: Callable[[_Request], Awaitable[_Response]]
    ) -> _Response:
        """Do what `wrap_model_call` does, awaiting the model, and reading the index in a thread."""
        told = _told_of_dropped(request)
        first = await handler(told)
        verdict = await asyncio.to_thread(self._verdict, request, first)
        if verdict is None:
            return first
        if not verdict.told:
            return ModelResponse(result=[verdict.reply])
        return await asyncio.to_thread(self._last, request, verdict, await handler(_again(told, verdict)))

    def _verdict(self, request: _Request, response: _Response) -> _Verdict | None:
        """Return what becomes of a response; None where it is not ours to judge (structured output)."""
        reply = response.result[0] if len(response.result) == 1 else None
        if not isinstance(reply, AIMessage) or response.structured_response is not None:
            return None
        if self._index is not None:
            check_names(request.tools, self._index, self._manual)
        if {call["name"] for call in reply.tool_calls} & _served_elsewhere(request):
            return None
        tools = [tool for tool in request.tools if isinstance(tool, BaseTool)]
        ours = [tool for tool in tools if self._mends(tool)]
        foreign = {tool.name: tool.role if isinstance(tool, ManualTool) else tool.name for tool in tools}
        turn = this_turn(request.state["messages"])
        manual = read_context(request.runtime.context).manual or self._manual
        mended = repaired(
            reply,
            ours,
            resolve=self._resolver(manual),
            earlier=turn,
            manuals=self._manuals(),
            manual=manual,
            foreign={name: plain for name, plain in foreign.items() if name not in {tool.name for tool in ours}},
        )
        # What was summed up since counts too: a model would never come to an end otherwise.
        final = self._within_cap(
            mended, whole_turn({**request.state}), {tool.name for tool in ours if isinstance(tool, ManualTool)}
        )
        dropped = final.response_metadata.get(DROPPED, [])
        if final.tool_calls or not dropped:
            return _Verdict(final)
        return _Verdict(final, "\n".join([*dropped, tool_texts.GO_ON]))

    def _last(self, request: _Request, first: _Verdict, response: _Response) -> _Response:
        """Take what a model said when it was told why its calls were dropped; its words end the turn."""
        second = self._verdict(request, response)
        if second is None:
            return response
        reply = second.reply
        if second.told:
            reply = without_calls(reply, reply.text or first.reply.text or tool_texts.STOPPED)
        said = {
            **reply.response_metadata,
            MODEL_CALLS: 2,
            REPAIRS: [*first.reply.response_metadata[REPAIRS], *reply.response_metadata.get(REPAIRS, [])],
        }
        usage = add_usage(first.reply.usage_metadata, reply.usage_metadata)
        return ModelResponse(result=[reply.model_copy(update={"response_metadata": said, "usage_metadata": usage})])

    def _within_cap(self, reply: AIMessage, turn: list[Any], counted: Collection[str]) -> AIMessage:
        earlier = [call for message in turn if isinstance(message, AIMessage) for call in message.tool_calls]
        free = max(self._max_calls - sum(call["name"] in counted for call in earlier), 0)
        over = [call for call in reply.tool_calls if call["name"] in counted][free:]
        if not over:
            return reply
        dropped = [tool_texts.TOO_MANY_CALLS.format(tool=call["name"], limit=self._max_calls) for call in over]
        said = dict(reply.response_metadata)
        said[REPAIRS] = [*said.get(REPAIRS, []), *(f"Dropped: {why}" for why in dropped)]
        said[DROPPED] = [*said.get(DROPPED, []), *dropped]
        kept = [call for call in reply.tool_calls if call not in over]
        return with_calls(reply, kept).model_copy(update={"response_metadata": said})

    def _mends(self, tool: BaseTool) -> bool:
        if isinstance(tool, ManualTool):
            return self._index is None or tool.reads(self._index, self._manual)
        return tool.name in self._tools

    def _resolver(self, manual: str | None) -> Resolve | None:
        return item_resolver(self._index, manual) if self._index else None

    def _manuals(self) -> Collection[str]:
        return [info.id for info in self._index.manuals] if self._index else ()


def _told_of_dropped(request: _Request) -> _Request:
    """Return the request with what the model must be told of calls that were dropped beside those whose results end it.

    It is said behind the results, once, and does not join the thread.
    """
    last = next((message for message in reversed(request.messages) if not isinstance(message, ToolMessage)), None)
    dropped = last.response_metadata.get(DROPPED) if isinstance(last, AIMessage) and last.tool_calls else None
    if not dropped or last is request.messages[-1]:
        return request
    return request.override(messages=[*request.messages, HumanMessage("\n".join([*dropped, tool_texts.GO_ON]))])


def _again(request: _Request, verdict: _Verdict) -> _Request:
    said: list[BaseMessage] = [AIMessage(verdict.reply.text)] if verdict.reply.text else []
    return request.override(messages=[*request.messages, *said, HumanMessage(verdict.told)])  # type: ignore[list-item]


def _served_elsewhere(request: _Request) -> set[str]:
    """Return the names of tools that are given as plain schemas: a provider's own, or the caller's."""
    schemas = [tool for tool in request.tools if isinstance(tool, dict)]
    return {str(schema.get("name") or schema.get("function", {}).get("name")) for schema in schemas}
