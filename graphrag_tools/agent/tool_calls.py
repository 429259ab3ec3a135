"""ToolCallRepair: LangChain middleware that lets an agent's loop survive what small models do to tool calls."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.ai import add_usage
from langchain_core.tools import BaseTool

from graphrag_tools.conversation.turn import this_turn
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tool_calling.repair import DROPPED, REPAIRS, item_resolver, repaired, without_calls
from graphrag_tools.tools import tool_texts

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
    """Mends the tool calls of every reply and ends loops: `create_agent(model, tools, middleware=[ToolCallRepair()])`.

    Calls leaked into the text are made, near names and types put right; `call_repair.repaired` says how.
    A reply whose calls were all dropped (unknown, unfit, made before, or past `max_calls` of one turn) is
    asked for again, once, with the reasons; if that yields no call either, its words end the turn. So a
    turn takes at most 2 * (max_calls + 1) model calls, whatever the model does. With `index`, items are
    resolved to ids that exist, within `manual` if given, and searches are kept to that manual.

    Every reply that was touched says so in `response_metadata["repairs"]`. Replies of the model that stand
    behind one message are counted in `response_metadata["model_calls"]`, and their tokens added up.
    """

    def __init__(self, index: ManualIndex | None = None, *, manual: str | None = None, max_calls: int = 12) -> None:
        """Raises ConfigError if the index has no such manual."""
        super().__init__()
        if index is not None:
            index.check_manual(manual)
        self._resolve = item_resolver(index, manual) if index is not None else None
        self._index = index
        self._manual = manual
        self._max_calls = max_calls

    def wrap_model_call(self, request: _Request, handler: Callable[[_Request], _Response]) -> _Response:
        """Call the model, mend its reply, and ask once more where nothing of it could be used."""
        first = handler(request)
        verdict = self._verdict(request, first)
        if verdict is None:
            return first
        if not verdict.told:
            return ModelResponse(result=[verdict.reply])
        return self._last(request, verdict, handler(_again(request, verdict)))

    async def awrap_model_call(
        self, request: _Request, handler: Callable[[_Request], Awaitable[_Response]]
    ) -> _Response:
        """Do what `wrap_model_call` does, awaiting the model."""
        first = await handler(request)
        verdict = self._verdict(request, first)
        if verdict is None:
            return first
        if not verdict.told:
            return ModelResponse(result=[verdict.reply])
        return self._last(request, verdict, await handler(_again(request, verdict)))

    def _verdict(self, request: _Request, response: _Response) -> _Verdict | None:
        """Return what becomes of a response; None where it is not ours to judge (structured output)."""
        tools = [tool for tool in request.tools if isinstance(tool, BaseTool)]
        reply = response.result[0] if len(response.result) == 1 else None
        if not isinstance(reply, AIMessage) or response.structured_response is not None:
            return None
        if {call["name"] for call in reply.tool_calls} & _served_elsewhere(request):
            return None
        turn = this_turn(request.state["messages"])
        mended = repaired(
            reply, tools, resolve=self._resolve, earlier=turn, manuals=self._manuals(), manual=self._manual
        )
        final = self._within_cap(mended, turn)
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

    def _within_cap(self, reply: AIMessage, turn: list[Any]) -> AIMessage:
        made = sum(len(message.tool_calls) for message in turn if isinstance(message, AIMessage))
        free = max(self._max_calls - made, 0)
        if len(reply.tool_calls) <= free:
            return reply
        too_many = (call["name"] for call in reply.tool_calls[free:])
        dropped = [tool_texts.TOO_MANY_CALLS.format(tool=name, limit=self._max_calls) for name in too_many]
        said = dict(reply.response_metadata)
        said[REPAIRS] = [*said.get(REPAIRS, []), *(f"Dropped: {why}" for why in dropped)]
        said[DROPPED] = [*said.get(DROPPED, []), *dropped]
        kept = without_calls(reply)
        return kept.model_copy(update={"tool_calls": reply.tool_calls[:free], "response_metadata": said})

    def _manuals(self) -> Collection[str]:
        return [info.id for info in self._index.manuals] if self._index else ()


def _again(request: _Request, verdict: _Verdict) -> _Request:
    said: list[BaseMessage] = [AIMessage(verdict.reply.text)] if verdict.reply.text else []
    return request.override(messages=[*request.messages, *said, HumanMessage(verdict.told)])  # type: ignore[list-item]


def _served_elsewhere(request: _Request) -> set[str]:
    """Return the names of tools that are given as plain schemas: a provider's own, or the caller's."""
    schemas = [tool for tool in request.tools if isinstance(tool, dict)]
    return {str(schema.get("name") or schema.get("function", {}).get("name")) for schema in schemas}
