"""Requests of chat front ends for themselves: a title, tags, queries. They are answered from the chat, without search.

Open WebUI begins such a request with "### Task:" and shows the JSON that it wants; LibreChat, Continue and others ask
for a title in a sentence, with the chat below it, or in a system message before the chat. Open WebUI also asks which
of its tools to call, by a system message that shows the form, and for one answer out of those of several models.
LibreChat and what is built on LangChain may want a title as the arguments of a tool, or under a JSON schema.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from graphrag_tools.manual.graph import PATH_SEPARATOR
from graphrag_tools.serve.history import ChatMessage
from graphrag_tools.text.catalogue import MENU_PATHS
from graphrag_tools.text.normalise import first_words, sentences
from graphrag_tools.text.spans import spans

_TASK = "### Task:"
_NOTHING: Final[Mapping[str, Any]] = {"follow_ups": [], "queries": [], "text": "", "prompt": ""}
_WANTED = re.compile(r'\{\s*"(title|tags|follow_ups|queries|text|prompt)"\s*:')
_CHAT = re.compile(r"<chat_history>|^### Chat History", re.IGNORECASE | re.MULTILINE)
_ASKED = r"\b(?:generate|create|provide|write|give|suggest|make|reply with|come up with|summari[sz]e)\b"
_TALK = (
    r"\b(?:the|this|our|that|following|previous)\s(?:[\w'-]+\s){0,3}?(?:chat|conversation|dialogue|query|discussion)\b"
)
_FEW = r"(?:(?!['’]s\b)[^\n])"
_TITLE_REQUEST = re.compile(
    rf"{_ASKED}{_FEW}{{0,80}}?\b(?:title|name)\b{_FEW}{{0,60}}?{_TALK}"
    rf"|{_ASKED}[^\n]{{0,80}}?{_TALK}[^\n]{{0,60}}?\b(?:a|one)\s(?:[\w-]+\s){{0,3}}?(?:title|name)\b",
    re.IGNORECASE,
)
"""Of one sentence. The user's name, or that of the product, is no title of a chat."""
_TITLE_IN_A_LINE = re.compile(
    rf"{_ASKED}(?=[^\n]{{0,200}}?\btitle\b)(?=[^\n]{{0,200}}?\b(?:words?|concise|short|brief)\b)"
    r"[^\n]{0,200}?\b(?:this|our)\s(?:chat|conversation|dialogue|discussion)\b",
    re.IGNORECASE,
)
"""With its form, in a line alone after the chat: a user of a messenger asks for no title of so many words."""
_TITLE_ROLE = re.compile(
    r"\b(?:you are|act as)\b[^\n]{0,60}\b(?:title|name)[ -](?:generator|maker|writer)\b"
    r"|\b(?:you|that|who)\s(?:[\w-]+\s){0,2}?(?:generates?|writes?|creates?)\s(?:[\w-]+\s){0,3}?titles?\b",
    re.IGNORECASE,
)
"""A system message gives a model this task, and the chat follows."""
_BEGINNING = 600
_USER_LINE = re.compile(r"^(?:[^\w\n]|_)*(?:user|human)\s*:\s*+(.*\w.*)$", re.IGNORECASE | re.MULTILINE)
_PATH_LINE = re.compile(rf"^.*?(?:{'|'.join(map(re.escape, MENU_PATHS))})(.+)$", re.MULTILINE)
_QUERY, _QUERY_END = re.compile("<user_query>"), re.compile("</user_query>")
_MERGED = re.compile(r'\A[^"\n]{0,1000}\bresponses\b[^"\n]{0,1000}\bquery: "(.+?)"\n', re.DOTALL)
_TOOL_CHOICE, _TOOL_QUERY = '"tool_calls"', "Query:"
_NO_TOOL = '{"tool_calls": []}'
_CONTEXT_END = "</context>"
_TITLE_CHARACTERS = 60
_MOST_TAGS = 3
_UNTITLED = "Manual"
_TITLE_PROPERTIES = ("title", "name")


def task_reply(text: str, messages: Sequence[ChatMessage]) -> str | None:
    """Return what a front end asks for itself in the last user message; None for a question to the manual.

    `text` is that message's, `messages` are all: some front ends send the chat before the request for its title.
    """
    if text.startswith(_TOOL_QUERY) and any(_TOOL_CHOICE in one.text for one in messages if one.role == "system"):
        return _NO_TOOL
    chat = _CHAT.search(text)
    instructions = text[: chat.start()] if chat else text
    wanted = _WANTED.search(instructions) if text.startswith(_TASK) else None
    is_titled = any(_gives_title_task(one.text) for one in messages if one.role == "system")
    follows = any(one.role == "assistant" and one.text for one in messages)
    if wanted is None and not is_titled and not _asks_for_title(text, follows):
        return None
    last = f"user: {text}" if is_titled else text
    talk = "\n".join([*(f"{one.role}: {one.text}" for one in messages[:-1] if one.role != "system"), last])
    if wanted is None:
        return _title(talk)
    key = wanted[1]
    value = {"title": _title(talk), "tags": list(_path(talk))[:_MOST_TAGS], **_NOTHING}[key]
    return json.dumps({key: value}, ensure_ascii=False)


def shaped_title(reply: str, form: Mapping[str, Any]) -> str:
    """Return the reply to a task as JSON with the properties of a front end's JSON schema, the title in its place.

    A form without properties leaves the reply as it is.
    """
    properties = form.get("properties")
    if not isinstance(properties, dict) or not properties:
        return reply
    place = next((name for name in properties if name in _TITLE_PROPERTIES), next(iter(properties)))
    required = form.get("required")
    others = {str(name): "" for name in required if name in properties} if isinstance(required, list) else {}
    return json.dumps({**others, place: _title_in(reply)}, ensure_ascii=False)


def _title_in(reply: str) -> str:
    """Return the title of a reply that has it alone, or within JSON."""
    values = json_object(reply)
    return str(values.get("title", next(iter(values.values())))) if values else reply


def json_object(text: str) -> dict[str, Any] | None:
    """Return the object that a text is in JSON, None where it is none: a title may begin with a brace."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def question_in(text: str) -> str:
    """Return the question within a front end's template for retrieved text or for merging the replies of models.

    The manual's answer does without both.
    """
    if merged := _MERGED.search(text):
        return merged[1]
    if not text.startswith(_TASK):
        return text
    queries = [query.inner.strip() for query in spans(text, _QUERY, _QUERY_END)]
    after = text.rpartition(_CONTEXT_END)[2].strip() if _CONTEXT_END in text else ""
    return queries[-1] if queries else after or text


def _asks_for_title(text: str, follows: bool) -> bool:
    """Whether a text asks for a title, with the chat below or before it: a question about titles is one line."""
    first, _, below = text.strip().partition("\n")
    if not below.strip():
        return follows and _has_request(first, _TITLE_IN_A_LINE)
    return _has_request(f"{first}\n{below}", _TITLE_REQUEST)


def _gives_title_task(system: str) -> bool:
    return _has_request(system, _TITLE_ROLE, _TITLE_REQUEST)


def _has_request(text: str, *forms: re.Pattern[str]) -> bool:
    """Whether a sentence at a text's beginning has one of some forms: a question never has."""
    said = (one for line in text[:_BEGINNING].splitlines() for one in sentences(line))
    return any(form.search(one) for one in said if not one.endswith("?") for form in forms)


def _title(talk: str) -> str:
    """Return the name of the first item that was answered from, else the beginning of what the user said first."""
    path = _path(talk)
    said = _USER_LINE.search(talk)
    title = path[-1] if path else said[1].strip(' "') if said else _UNTITLED
    return first_words(title, _TITLE_CHARACTERS)


def _path(talk: str) -> tuple[str, ...]:
    found = _PATH_LINE.search(talk)
    return tuple(name.strip() for name in found[1].split(PATH_SEPARATOR)) if found else ()
