"""Chat models that answer probes in a way of their own: perfect, biased, weak. They read only what they are sent."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda

from graphrag_tools.abilities import cases as probe_set
from graphrag_tools.abilities.hard_cases import HARD_WRITING, hard_choices
from graphrag_tools.models.model import ChatModel
from graphrag_tools.tool_calling.callers import DECLINE, call_message

Choose = Callable[[str, list[str]], str]
_FOLLOW_UPS = (
    "How do I turn off the cup warmer?",
    "How long does descaling take?",
    "Where do I find the serial number?",
)


class ProbedModel(BaseChatModel):
    """Writes and resolves perfectly, and chooses as it is told; counts how often it was called."""

    choose: Callable[[str, list[str]], str]
    calls_tools: bool = True
    obeys_schemas: bool = True
    writes: bool = True
    fails_with: Exception | None = None
    calls: int = 0

    @property
    def _llm_type(self) -> str:
        return "probed"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return RunnableLambda(self._native)

    def with_structured_output(self, schema: Any, **kwargs: Any) -> Runnable[Any, Any]:
        def decode(messages: list[BaseMessage]) -> dict[str, Any]:
            self._count()
            if not self.obeys_schemas:
                return {"raw": AIMessage("Sure!"), "parsed": None, "parsing_error": ValueError()}
            text = messages[-1].text
            found = [_ids()[said] for said in re.findall(r"^\d+\. (.+)$", text, re.MULTILINE)]
            chosen = self.choose(_question_in(text), found)
            call = {"tool": "describe_menu_item", "item": chosen} if chosen else {"tool": DECLINE}
            return {"raw": AIMessage(json.dumps(call)), "parsed": {"call": call}, "parsing_error": None}

        return RunnableLambda(decode)

    def _native(self, messages: list[BaseMessage]) -> AIMessage:
        self._count()
        if not self.calls_tools:
            return AIMessage("I would look it up.")
        question = messages[1].text
        results = [message.text for message in messages if isinstance(message, ToolMessage)]
        if not results:
            return call_message("search_manual", {"query": question}, by="model")
        found = re.findall(r"\(id (\S+)\)", results[-1])
        chosen = self.choose(question, found)
        if not chosen:
            return AIMessage("NOT IN MANUAL")
        return call_message("describe_menu_item", {"item": chosen}, by="model")

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self._count()
        return ChatResult(generations=[ChatGeneration(message=self._in_words(messages[-1].text))])

    def _in_words(self, prompt: str) -> AIMessage:
        for written in (*probe_set.WRITING, *HARD_WRITING):
            if f"Question: {written.question}" in prompt and "Menu path:" in prompt:
                return written_answer(written) if self.writes else AIMessage("Call our friendly service team today.")
        for case in probe_set.FOLLOW_UPS:
            if f"Second question: {case.question}" in prompt:
                return follow_up(case)
        return AIMessage("Once upon a time.")

    def _count(self) -> None:
        self.calls += 1
        if self.fails_with:
            raise self.fails_with


@cache
def _ids() -> dict[str, str]:
    """Return the id of each item of the probe, by the line that shows it."""
    cases = (*probe_set.choice_cases(), *hard_choices())
    items = (*probe_set.ITEMS, *(item for case in cases for item in case.items))
    return {f"{item.menu_path}: {item.description}": item.id for item in items}


def right(question: str, found: list[str]) -> str:
    """Choose the item that answers, wherever it stands; none where none does."""
    known = {case.question: case.right for case in (*probe_set.choice_cases(), *hard_choices())}
    others = {probe_set.CALLS[1].question: "brewer/care/descaling"}
    return (known | others).get(question, "brewer/settings/water-hardness")


def right_if_easy(question: str, found: list[str]) -> str:
    """Choose right among strangers, and what stands first among neighbours."""
    return first(question, found) if question in {case.question for case in hard_choices()} else right(question, found)


def first(question: str, found: list[str]) -> str:
    """Choose what stands first, whatever it is."""
    return found[0]


def last(question: str, found: list[str]) -> str:
    """Choose what stands last, whatever it is."""
    return found[-1]


def as_model(chat: BaseChatModel, provider: str = "custom", **fields: Any) -> ChatModel:
    return ChatModel(f"{provider}:probed", provider, chat, **{"claims_tools": True, "context": None, **fields})


def written_answer(case: probe_set.WritingCase) -> AIMessage:
    if not case.words:
        return AIMessage("NOT IN MANUAL")
    lines = re.split(r"\n|(?<=\.) |: |, and ", case.text) if case.not_words else [case.text]
    fitting = [line for line in lines if all(re.search(rf"\b{word}\b", line) for word in case.words)]
    return AIMessage(fitting[0] if case.not_words else case.text)


def follow_up(case: probe_set.FollowUpCase) -> AIMessage:
    return AIMessage(_FOLLOW_UPS[probe_set.FOLLOW_UPS.index(case)])


def choice_call(case: probe_set.ChoiceCase) -> AIMessage:
    return call_message("describe_menu_item", {"item": case.right}, by="model")


def _question_in(prompt: str) -> str:
    found = re.search(r"^Question: (.*)$", prompt, re.MULTILINE)
    assert found
    return found[1]
