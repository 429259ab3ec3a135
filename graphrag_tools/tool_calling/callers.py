"""Native, schema and no-model tool calling behind one interface: one call at a time."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from uuid import uuid4

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from graphrag_tools.errors import ConfigError, ReplyCut
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.steps import ModelCall, Steps, run_steps
from graphrag_tools.prompts import Prompts
from graphrag_tools.tools.lookup import shortened
from graphrag_tools.tools.tool_texts import DESCRIBE_NAME, GO_ON, PATH_NAME, SEARCH_NAME
from graphrag_tools.verification.refusals import is_refusal

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable
    from langchain_core.tools import BaseTool

    from graphrag_tools.tool_calling.repair import Resolve

ToolMode = Literal["native", "schema", "none"]
BY_MODEL = "model"
BY_WORKFLOW = "workflow"
DECLINE = "not_in_manual"
REPAIRS = "repairs"
DROPPED = "dropped_calls"
"""Where a mended reply's response_metadata tells what was done to its calls."""
_MAX_QUERY = 120


@dataclass(frozen=True, slots=True)
class Choices:
    """Candidate items for a call, best first, and whether it may search or decline instead."""

    question: str
    items: Sequence[MenuItem]
    may_search: bool = False
    may_decline: bool = False


class ToolCaller(ABC):
    """Decides on the next tool call, given the messages of this turn and what is allowed.

    The result is the message that carries exactly one call, a message without one where the model says
    that the manual does not cover the question, or None where the model made no call that could be read.
    """

    mode: ClassVar[ToolMode]

    @abstractmethod
    def calling(self, history: Sequence[BaseMessage], choices: Choices) -> Steps[AIMessage | None]:
        """Return the steps that end with the next call."""

    def next_call(self, history: Sequence[BaseMessage], choices: Choices) -> AIMessage | None:
        """Return the next call at once. Raises ModelError if the model's server fails."""
        return run_steps(self.calling(history, choices))


class NoModelCaller(ToolCaller):
    """Calls describe_menu_item for the item that search puts first: the floor that every model must beat."""

    mode = "none"

    def calling(self, history: Sequence[BaseMessage], choices: Choices) -> Steps[AIMessage | None]:
        """Return the call for the first item; None where there is none."""
        del history
        yield from ()
        if not choices.items:
            return None
        return call_message(DESCRIBE_NAME, {"item": choices.items[0].id}, by=BY_WORKFLOW)


class NativeCaller(ToolCaller):
    """The model's own tool calling, for models that have it."""

    mode = "native"

    def __init__(
        self, model: ChatModel, tools: "Sequence[BaseTool]", prompts: Prompts, resolve: "Resolve | None" = None
    ) -> None:
        """`resolve` finds the item that an argument means. Raises ConfigError if the model cannot bind tools."""
        try:
            self._model = model.chat.bind_tools(tools)
        except NotImplementedError as error:
            raise ConfigError(
                f"{model.name}: cannot call tools by itself. Use tool_mode='schema' or 'none'."
            ) from error
        self._tools = tools
        self._prompts = prompts
        self._resolve = resolve

    def calling(self, history: Sequence[BaseMessage], choices: Choices) -> Steps[AIMessage | None]:
        """Return the model's first call, mended, with its tokens; None where it made none that it may make.

        A model whose calls could not be mended is told why, once. A refusal in words counts where it may decline.
        One that may neither search nor decline has earned the items offered and no others.
        """
        messages = [SystemMessage(self._prompts.render("system")), *history, *self._task(history, choices)]
        reply = self._mended((yield ModelCall(self._model, messages)), history)
        dropped = reply.response_metadata.get(DROPPED)
        if dropped and not reply.tool_calls:
            told = [AIMessage(reply.text or "…"), HumanMessage("\n".join([*dropped, GO_ON]))]
            reply = self._mended((yield ModelCall(self._model, [*messages, *told])), history)
        if choices.may_decline and not reply.tool_calls and is_refusal(reply.text):
            return _declining(reply)
        call = next(iter(reply.tool_calls), None)
        offered = {item.id for item in choices.items}
        if call is None or not (choices.may_search or choices.may_decline or call["args"].get("item") in offered):
            return None
        return reply.model_copy(update={"tool_calls": [call], "name": BY_MODEL})

    def _task(self, history: Sequence[BaseMessage], choices: Choices) -> list[BaseMessage]:
        """Return what is to be done with results: a small model that reads them last answers from them in words."""
        if not history or not isinstance(history[-1], ToolMessage):
            return []
        return [HumanMessage(self._prompts.render("call", question=choices.question))]

    def _mended(self, reply: Any, history: Sequence[BaseMessage]) -> AIMessage:
        from graphrag_tools.tool_calling.repair import repaired

        found = reply if isinstance(reply, AIMessage) else AIMessage("")
        return repaired(found, self._tools, resolve=self._resolve, earlier=history)


class SchemaCaller(ToolCaller):
    """A call decoded under a JSON schema whose enums are the tools and items allowed: it cannot be invalid.

    Items are offered by number, because a number is one token where an id is ten or more that decoding only repeats.
    """

    mode = "schema"

    def __init__(self, model: ChatModel, tools: "Sequence[BaseTool]", prompts: Prompts) -> None:
        """Raises ConfigError if the model cannot decode under a schema."""
        self._model = model
        self._structured(Choices("", ()))
        self._descriptions = {tool.name: tool.description for tool in tools}
        self._prompts = prompts

    def calling(self, history: Sequence[BaseMessage], choices: Choices) -> Steps[AIMessage | None]:
        """Return the decoded call with its tokens, or None where the reply was cut or is no JSON."""
        del history
        if not choices.items:
            return None
        try:
            result = yield ModelCall(self._structured(choices), [HumanMessage(self._prompt(choices))])
        except ReplyCut:
            # OpenAI's client raises where the reply was cut; others return what there is.
            return None
        return _decoded(result, choices)

    def _structured(self, choices: Choices) -> "Runnable[Any, Any]":
        schema = call_schema(choices)
        try:
            return self._model.chat.with_structured_output(schema, method="json_schema", include_raw=True)
        except (NotImplementedError, ValueError) as error:
            raise ConfigError(
                f"{self._model.name}: cannot decode under a JSON schema ({error}). Use tool_mode='native' or 'none'."
            ) from error

    def _prompt(self, choices: Choices) -> str:
        offered = [name for name in _offered(choices) if name in self._descriptions]
        return self._prompts.render(
            "choose",
            question=choices.question,
            candidates="\n".join(f"{number}. {_shown(item)}" for number, item in enumerate(choices.items, start=1)),
            tools="\n".join(f"- {name}: {self._descriptions[name]}" for name in offered),
        )


def call_schema(choices: Choices) -> dict[str, Any]:
    """Return the JSON schema of the calls allowed; with search or declining allowed, they are alternatives."""
    about_item = _object(tool=_enum([DESCRIBE_NAME, PATH_NAME]), item=_number_up_to(len(choices.items)))
    variants = [about_item]
    if choices.may_search:
        query = {"type": "string", "minLength": 1, "maxLength": _MAX_QUERY}
        variants.append(_object(tool=_enum([SEARCH_NAME]), query=query))
    if choices.may_decline:
        variants.append(_object(tool=_enum([DECLINE])))
    schema = about_item if len(variants) == 1 else _object(call={"anyOf": variants})
    return {"title": "tool_call", "description": "The one tool call to make.", **schema}


def call_message(tool: str, arguments: dict[str, object], *, by: str, reply: AIMessage | None = None) -> AIMessage:
    """Return a message with one tool call; a model's reply lends it its tokens and metadata."""
    call = {"name": tool, "args": arguments, "id": f"call_{uuid4().hex[:12]}", "type": "tool_call"}
    kept = {"usage_metadata": reply.usage_metadata, "response_metadata": reply.response_metadata} if reply else {}
    return AIMessage(content="", tool_calls=[call], name=by, **kept)


def _decoded(result: Any, choices: Choices) -> AIMessage | None:
    raw = result.get("raw") if isinstance(result, dict) else None
    parsed = result.get("parsed") if isinstance(result, dict) else None
    reply = raw if isinstance(raw, AIMessage) else None
    call = parsed.get("call", parsed) if isinstance(parsed, dict) else None
    if not isinstance(call, dict):
        return None
    arguments = {key: value for key, value in call.items() if key != "tool"}
    if call.get("tool") == DECLINE and choices.may_decline:
        return _declining(reply)
    if call.get("tool") not in _offered(choices):
        return None
    if "item" in arguments:
        arguments["item"] = _item_meant(arguments["item"], choices)
    return call_message(call["tool"], arguments, by=BY_MODEL, reply=reply)


def _shown(item: MenuItem) -> str:
    """Return an item as a model is to tell it from others: the words of a section alone often do not say its title."""
    return f"{item.menu_path}: {shortened(item.description)}" if item.description else item.menu_path


def _item_meant(item: object, choices: Choices) -> object:
    """Return the id of the item with this number; anything else as it is: models that obey no schema write ids."""
    if isinstance(item, int) and 1 <= item <= len(choices.items):
        return choices.items[item - 1].id
    return item


def _declining(reply: AIMessage | None) -> AIMessage:
    """Return the message that says that the manual does not cover the question, with the reply's tokens."""
    return AIMessage(content=DECLINE, name=BY_MODEL, usage_metadata=reply.usage_metadata if reply else None)


def _offered(choices: Choices) -> list[str]:
    return [DESCRIBE_NAME, PATH_NAME, *([SEARCH_NAME] if choices.may_search else [])]


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _number_up_to(last: int) -> dict[str, Any]:
    return {"type": "integer", "enum": list(range(1, last + 1))}


def _enum(values: list[str]) -> dict[str, Any]:
    return {"type": "string", "enum": values}
