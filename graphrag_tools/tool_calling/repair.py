"""Repair of the tool calls in a model's reply: every one left names a tool on offer, and its arguments fit."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolCall

from graphrag_tools.tool_calling.arguments import MendedArguments, mended_arguments
from graphrag_tools.tool_calling.callers import DROPPED, REPAIRS
from graphrag_tools.tool_calling.leaked import LeakedCalls, leaked_calls
from graphrag_tools.tool_calling.reading import Arguments, arguments_from, meant_tool
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.items import find_item

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from graphrag_tools.index.index import ManualIndex

_ITEM_ARGUMENTS = {tool_texts.PATH_NAME: ("item", "start"), tool_texts.DESCRIBE_NAME: ("item",)}
_CALL_BLOCKS = frozenset(("tool_use", "tool_call", "function_call", "invalid_tool_call"))
_UNREAD = frozenset(("partial_json", "error"))
"""What else a call's block may hold of arguments as they were written."""
_SHOWN = 80
_MAX_ITEM = 400


class Resolve(Protocol):
    """Finds items."""

    def __call__(self, text: str, manual: str | None = None, /) -> str | None:
        """Return the id of what names an item, in the manual that its tool keeps to; None where it names none.

        It may raise LookupError with words for the model.
        """


@dataclass(frozen=True, slots=True)
class _Written:
    """A call as the model wrote it; `id` is empty where it was found in the text."""

    name: str
    arguments: Arguments
    id: str = ""
    readable: bool = True
    """Whether the arguments were written as they should be; some are guessed at where not."""


def repaired(  # noqa: PLR0913  # the last ones by name only
    reply: AIMessage,
    tools: "Sequence[BaseTool]",
    *,
    resolve: Resolve | None = None,
    earlier: Sequence[BaseMessage] = (),
    manuals: Collection[str] = (),
    manual: str | None = None,
    foreign: Mapping[str, str] | None = None,
) -> AIMessage:
    """Return a reply whose tool calls can all be made; one that needs no repair is returned as it is.

    Real calls, invalid ones and those leaked into the text count. Near names of tools and arguments become
    the right ones, types are coerced, items resolved to ids where `resolve` is given. Manuals that are not
    among `manuals`, where those are given, are left out; searches are kept to `manual` if given. A call that
    cannot be mended is dropped, and so is one of a manual tool that was made before: in this reply or in `earlier`,
    the messages of this turn. Only a missing `query` of search_manual is filled, with the question. What was done
    stands in `response_metadata["repairs"]`, and what the model should know of dropped calls in
    `response_metadata["dropped_calls"]`, a sentence each.

    `foreign` maps the names of the further tools on offer, for an agent that has or may have such, to those without
    a prefix, where it is a manual tool over another index. Their calls pass as they are, and none is made that is
    not called by its very name with arguments that can be read, but for such a manual tool, which its own repair
    mends. Then a call in the text counts only if it is one of `tools` and no words follow it; of a tool that is no
    manual tool, which may do more than read, only where the text is nothing but calls of `tools`.
    """
    mender = _Mender(tools, resolve, (manual,) if manual else manuals, _question(earlier), foreign)
    mender.manual = manual
    made = {_signature(call, mender.defaults) for call in _calls_of(earlier)}
    written, prose = _written(reply, mender)
    calls: list[ToolCall] = []
    for one in written:
        call = mender.call(one)
        if call is None:
            continue
        signature = _signature(call, mender.defaults)
        if signature in made and mender.only_reads(call["name"]):
            mender.drop(tool_texts.REPEATED_CALL.format(tool=call["name"]))
            continue
        made.add(signature)
        calls.append(call if call["id"] not in {other["id"] for other in calls} else {**call, "id": _new_id()})
    if not mender.notes and not mender.dropped and calls == reply.tool_calls and not reply.invalid_tool_calls:
        return reply
    return _rewritten(reply, calls, prose, mender)


def without_calls(reply: AIMessage, text: str | None = None) -> AIMessage:
    """Return a reply with its words only, or with other words in their place."""
    return with_calls(reply, (), text)


def with_calls(reply: AIMessage, calls: Sequence[ToolCall], text: str | None = None) -> AIMessage:
    """Return a reply with these calls in place of its own, and with its words or others in their place."""
    kept = {key: held for key, held in reply.additional_kwargs.items() if key not in ("tool_calls", "function_call")}
    update = {"tool_calls": list(calls), "invalid_tool_calls": [], "additional_kwargs": kept}
    return reply.model_copy(update={**update, "content": _content(reply, reply.text if text is None else text, calls)})


def spoken_without(reply: AIMessage) -> AIMessage:
    """Return a reply with its calls and without its words."""
    return reply.model_copy(update={"content": _content(reply, "", reply.tool_calls)})


def item_resolver(index: "ManualIndex", manual: str | None = None) -> Resolve:
    """Return what finds the id of the one item that a text means; its LookupError lists the candidates."""

    def resolve(text: str, within: str | None = None, /) -> str:
        return find_item(index, text[:_MAX_ITEM], manual or within).id

    return resolve


class _Mender:
    """Mends one call after the other and keeps what was done."""

    def __init__(
        self,
        tools: "Sequence[BaseTool]",
        resolve: Resolve | None,
        manuals: Collection[str],
        question: str,
        foreign: Mapping[str, str] | None,
    ) -> None:
        from graphrag_tools.tools.manual_tools import ManualTool

        self.tools = {tool.name: tool for tool in tools}
        self.foreign = foreign
        self.notes: list[str] = []
        self.dropped: list[str] = []
        self.defaults = {name: _defaults(tool) for name, tool in self.tools.items()}
        self._roles = {tool.name: tool.role if isinstance(tool, ManualTool) else tool.name for tool in tools}
        self._manual_of = {tool.name: tool.manual for tool in tools if isinstance(tool, ManualTool)}
        self._resolve = resolve
        self._manuals = manuals
        self.manual: str | None = None
        self._question = question

    @property
    def names(self) -> set[str]:
        """The names of `tools`, with and without their prefix."""
        return {*self._roles, *self._roles.values()}

    def meant(self, name: str) -> str | None:
        """Return the one of `tools` that a name means, None where it may mean a foreign one or nothing."""
        found = meant_tool(name, {**self._roles, **(self.foreign or {})})
        return found if found in self.tools else None

    def only_reads(self, name: str) -> bool:
        """Whether a tool is a manual tool: a call of it may be made, or not made again, without harm."""
        return name in self._manual_of

    def _reads_elsewhere(self, name: str) -> bool:
        """Whether a name means a manual tool over another index, whose calls are for that one's repair to mend."""
        found = meant_tool(name, {**self._roles, **(self.foreign or {})})
        return found is not None and (self.foreign or {}).get(found) in tool_texts.TOOL_TITLES

    def drop(self, why: str) -> None:
        self.dropped.append(why)
        self.notes.append(f"Dropped: {why}")

    def call(self, written: _Written) -> ToolCall | None:
        """Return the call that can be made, None where it was dropped."""
        name = None if written.name in (self.foreign or ()) else self.meant(written.name)
        if name is None and (written.name in (self.foreign or ()) or self._reads_elsewhere(written.name)):
            return self._foreign_call(written)
        if name is None:
            offered = ", ".join((*self.tools, *(self.foreign or ())))
            self.drop(tool_texts.UNKNOWN_TOOL.format(name=written.name[:_SHOWN], tools=offered))
            return None
        if name != written.name:
            self.notes.append(f"{written.name[:_SHOWN]!r} was taken for {name}.")
        if not written.id:
            self.notes.append(f"A call of {name} was found in the text.")
        if not (written.readable or self.only_reads(name) or self.foreign is None):
            self.drop(tool_texts.DROPPED_ARGUMENTS.format(tool=name, problems=tool_texts.UNREADABLE_ARGUMENTS))
            return None
        asks = self._question and self._roles[name] == tool_texts.SEARCH_NAME
        mended = mended_arguments(self.tools[name], written.arguments, {"query": self._question} if asks else {})
        self.notes += [f"{name}: {note}." for note in mended.notes]
        if mended.problems:
            self.drop(tool_texts.DROPPED_ARGUMENTS.format(tool=name, problems="; ".join(mended.problems)))
            return None
        arguments = self._with_items(name, mended) if self._resolve else mended.arguments
        if arguments is None:
            return None
        self._leave_out_manual(name, arguments)
        return ToolCall(name=name, args=arguments, id=written.id or _new_id(), type="tool_call")

    def _foreign_call(self, written: _Written) -> ToolCall | None:
        """Return a call of a foreign tool as it is; arguments that are guessed at are for one that only reads."""
        if not (written.readable or self._reads_elsewhere(written.name)):
            told = {"tool": written.name, "problems": tool_texts.UNREADABLE_ARGUMENTS}
            self.drop(tool_texts.DROPPED_ARGUMENTS.format(**told))
            return None
        arguments = {str(name): value for name, value in written.arguments.items()}
        return ToolCall(name=written.name, args=arguments, id=written.id, type="tool_call")

    def _with_items(self, name: str, mended: MendedArguments) -> dict[str, object] | None:
        arguments = dict(mended.arguments)
        for argument in _ITEM_ARGUMENTS.get(self._roles[name], ()):
            given = arguments.get(argument)
            if given is None:
                continue
            found, why = self._item(name, str(given))
            if found:
                arguments[argument] = found
                if found != given:
                    self.notes.append(f"{name}: {argument} {str(given)[:_SHOWN]!r} is {found}.")
            elif argument == "item":
                self.drop(why)
                return None
            else:
                del arguments[argument]
                self.notes.append(f"{name}: there is no item {str(given)[:_SHOWN]!r}; {argument} was left out.")
        return arguments

    def _item(self, tool: str, text: str) -> tuple[str | None, str]:
        """Return the id of the item meant, or why there is none."""
        unknown = tool_texts.DROPPED_ITEM.format(tool=tool, text=text[:_SHOWN])
        try:
            return (self._resolve(text, self._manual_of.get(tool)) if self._resolve else None), unknown
        except LookupError as error:
            return None, f"{tool} was not called. {error.args[0] if error.args else unknown}"

    def _leave_out_manual(self, name: str, arguments: dict[str, object]) -> None:
        if self._roles[name] != tool_texts.SEARCH_NAME:
            return
        if self._manuals and arguments.get("manual") not in (None, *self._manuals):
            self.notes.append(f"{name}: there is no manual {str(arguments.pop('manual'))[:_SHOWN]!r}.")
        if self.manual:
            arguments["manual"] = self.manual


def _written(reply: AIMessage, mender: _Mender) -> tuple[list[_Written], str]:
    """Return all calls that a reply holds, and its prose; the text is searched where nothing else was called."""
    found = [_Written(call["name"], dict(call["args"].items()), call["id"] or _new_id()) for call in reply.tool_calls]
    for bad in reply.invalid_tool_calls:
        found.append(_Written(bad["name"] or "", arguments_from(bad["args"]), bad["id"] or _new_id(), readable=False))
    leaked = _leaked(reply.text, mender)
    if not found:
        found = [_Written(call.name, call.arguments) for call in leaked.calls]
    return found, leaked.prose


def _leaked(text: str, mender: _Mender) -> LeakedCalls:
    """Return the calls in a text that count as calls."""
    found = leaked_calls(text, mender.names)
    if mender.foreign is None:
        return found
    ours = found.those_of(lambda name: mender.meant(name) is not None)
    if ours.alone and len(ours.calls) == len(found.calls):
        return ours
    reading = found.those_of(lambda name: mender.only_reads(mender.meant(name) or ""))
    return LeakedCalls(text, ()) if reading.are_mentioned else reading


def _rewritten(reply: AIMessage, calls: list[ToolCall], prose: str, mender: _Mender) -> AIMessage:
    said: dict[str, Any] = {**reply.response_metadata, REPAIRS: mender.notes}
    if mender.dropped:
        said[DROPPED] = mender.dropped
    return with_calls(reply, calls, prose).model_copy(update={"response_metadata": said})


def _content(reply: AIMessage, text: str, calls: Sequence[ToolCall]) -> str | list[Any]:
    """Return a message's content with these calls only; blocks other than text (an image, a thought) are kept.

    The block of a call that stays is kept too: it holds what its provider wants back (ids, signatures of thoughts).
    """
    if isinstance(reply.content, str):
        return text
    left = {call["id"]: call for call in calls}
    kept = [block for each in reply.content if (block := _kept_block(each, left)) is not None]
    if text == reply.text:
        return kept
    others = [block for block in kept if isinstance(block, dict) and block.get("type") != "text"]
    return [*others, *([{"type": "text", "text": text}] if text else [])]


def _kept_block(block: str | dict[str, Any], left: dict[str | None, ToolCall]) -> str | dict[str, Any] | None:
    """Return a block, with what its call came to; None for that of a call which is not among those `left`, by id."""
    if not isinstance(block, dict) or block.get("type") not in _CALL_BLOCKS:
        return block
    call = left.pop(block.get("call_id") or block.get("id"), None)
    if call is None:
        return None
    kept = {**{key: held for key, held in block.items() if key not in _UNREAD}, "name": call["name"]}
    match block["type"]:
        case "tool_use":
            return {**kept, "input": call["args"]}
        case "function_call":
            return {**kept, "arguments": json.dumps(call["args"])}
    extras = {key: held for key, held in block.get("extras", {}).items() if key != "arguments"}
    return {**kept, "type": "tool_call", "args": call["args"], **({"extras": extras} if extras else {})}


def _calls_of(messages: Sequence[BaseMessage]) -> Iterator[ToolCall]:
    for message in messages:
        if isinstance(message, AIMessage):
            yield from message.tool_calls


def _question(messages: Sequence[BaseMessage]) -> str:
    """Return the question of a turn; a model's summary, which LangChain's middleware puts there, is none."""
    asked = (m for m in reversed(messages) if isinstance(m, HumanMessage) and "lc_source" not in m.additional_kwargs)
    return next((message.text.strip() for message in asked), "")


def _defaults(tool: "BaseTool") -> dict[str, object]:
    return {name: held["default"] for name, held in tool.args.items() if "default" in held}


def _signature(call: ToolCall, defaults: Mapping[str, dict[str, object]]) -> str:
    """Return what makes two calls the same: the tool and all arguments, defaults filled in."""
    arguments = {**defaults.get(call["name"], {}), **call["args"]}
    return f"{call['name']} {json.dumps(arguments, sort_keys=True, default=str)}"


def _new_id() -> str:
    return f"call_{uuid4().hex[:12]}"
