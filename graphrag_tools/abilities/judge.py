"""Judge a model's reply to a probe, in code: each fault in a few words, "" for none."""

import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage
from langchain_core.tools import BaseTool
from pydantic import BaseModel, ValidationError

from graphrag_tools.abilities.cases import FRAME_WORDS, CallCase, ChoiceCase, FollowUpCase, WritingCase
from graphrag_tools.errors import first_problem
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.steps import was_cut
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import all_stems, stems
from graphrag_tools.tool_calling.callers import DECLINE
from graphrag_tools.verification.refusals import is_refusal
from graphrag_tools.verification.wording import MIN_WORDS_FROM_SOURCES, words_from_sources

THINKS_ALOUD = "thinks aloud"
REFUSED = "refused"
TOO_LONG = "the prompt is longer than the context"
_THOUGHTS = ("<think", "<|channel|>analysis")
_NUMBERING = re.compile(r"(?mi)^[^\S\n]*(?:step\s+)?\d+[.):]\s+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_SET_OFF = re.compile(r"\*\*([^*\n]{2,80})\*\*|“([^”\n]{2,80})”|\"([^\"\n]{2,80})\"")
_MAX_QUESTION = 200


def reply_fault(reply: AIMessage) -> str:
    """Return what is wrong with any reply in words: thoughts in it, cut, or empty."""
    if any(mark in reply.text for mark in _THOUGHTS):
        return f"{THINKS_ALOUD}: {reply.text.strip()}"
    if was_cut(reply):
        return f"too long: {reply.text.strip()}"
    return "" if reply.text.strip() else "an empty reply"


def call_fault(call: AIMessage | None, tools: Sequence[BaseTool], case: CallCase) -> str:
    """Return what is wrong with a native call: none, an unknown tool, or arguments that do not fit."""
    if call is None or not call.tool_calls:
        return "no tool call"
    name, arguments = call.tool_calls[0]["name"], call.tool_calls[0]["args"]
    tool = next((tool for tool in tools if tool.name == name), None)
    if tool is None:
        return f"a call of an unknown tool: {name}"
    schema = tool.args_schema
    try:
        if isinstance(schema, type) and issubclass(schema, BaseModel):
            schema.model_validate(arguments)
    except ValidationError as error:
        return f"arguments that {name} does not take ({first_problem(error)}): {arguments}"
    said = " ".join(str(value) for value in arguments.values()).lower()
    return "" if any(word in said for word in case.words) else f"a call about something else: {name} {arguments}"


def schema_fault(call: AIMessage | None, items: Sequence[MenuItem]) -> str:
    """Return what is wrong with a call under the schema: unreadable, or outside what the schema allows."""
    if call is None:
        return "no JSON that obeys the schema"
    if not call.tool_calls:
        return "" if call.content == DECLINE else "no tool call"
    arguments = call.tool_calls[0]["args"]
    obeys = arguments.get("item") in {item.id for item in items} or bool(str(arguments.get("query", "")).strip())
    return "" if obeys else f"a call that the schema does not allow: {arguments}"


def choice_fault(call: AIMessage | None, case: ChoiceCase) -> str:
    """Return what is wrong with a choice: another item than the right one, or none; or any where none is right."""
    if call is None or not call.tool_calls:
        declined = call is not None and call.content == DECLINE and not case.right
        return "" if declined else "no item chosen"
    chosen = folded(str(call.tool_calls[0]["args"].get("item", "")))
    places = [place for place, item in enumerate(case.items, start=1) if chosen in _names(item)]
    if not places:
        return f"no item chosen, but {call.tool_calls[0]['name']}"
    right = case.items[places[0] - 1].id == case.right
    return (
        "" if right else f"place {places[0]} chosen for {case.question!r}{'' if case.right else ', which none answers'}"
    )


def writing_fault(reply: AIMessage, case: WritingCase) -> str:
    """Return what is wrong with a written answer: invented words, numbers or names, or the answer not in it."""
    said = _NUMBERING.sub("", reply.text)
    if not case.words or is_refusal(reply.text):
        agreed = is_refusal(reply.text) and not case.words
        return "" if agreed else f"NOT IN MANUAL {'missed' if not case.words else 'said wrongly'}: {said}"
    source = f"{case.menu_path}\n{case.text}\n{case.question}"
    if words_from_sources(said, source) < MIN_WORDS_FROM_SOURCES:
        return f"words not from the text: {said}"
    if not set(_NUMBER.findall(said)) <= set(_NUMBER.findall(source)):
        return f"a number not from the text: {said}"
    set_off = (next(filter(None, match.groups())) for match in _SET_OFF.finditer(said))
    if any(folded(name) not in folded(source) for name in set_off):
        return f"a name not from the text: {said}"
    right = _has(said, case.words) and not any(_has(said, (word,)) for word in case.not_words)
    return "" if right else f"not the answer: {said}"


def follow_up_fault(reply: AIMessage, case: FollowUpCase) -> str:
    """Return what is wrong with a question made to stand alone: words missing, foreign, or of the earlier question."""
    said = reply.text.strip().strip('"“”')
    if len(said) > _MAX_QUESTION or "\n" in said:
        return f"more than a question: {said}"
    if not _has(said, case.words):
        return f"does not say what it is about: {said}"
    known = all_stems(case.earlier, case.item, case.question, *FRAME_WORDS)
    foreign = stems(said) - known
    if foreign or any(_has(said, (word,)) for word in case.not_words):
        return f"says more than was asked: {said}"
    return ""


def _has(text: str, wanted: Sequence[str]) -> bool:
    return all_stems(*wanted) <= all_stems(text)


def _names(item: MenuItem) -> set[str]:
    return {folded(name) for name in (item.id, item.menu_path, item.name)}
