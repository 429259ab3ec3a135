"""What of a model's reply is no answer, dropped before anything reads it: thoughts, and words that were withheld."""

import re
from typing import Any

from langchain_core.messages import AIMessage

from graphrag_tools.models.whole_characters import with_whole_characters

_OPENED = re.compile(r"\s*<(think|thinking|thought)>.*?(?:</\1>|\Z)\s*", re.DOTALL | re.IGNORECASE)
_CLOSED_ALONE = re.compile(r"(?:(?!<think|</think).)*</think(?:ing)?>\s*", re.DOTALL | re.IGNORECASE)
"""Where the chat template itself has opened them, a reply begins within the thoughts."""


def without_thoughts(reply: Any) -> Any:
    """Return a model's reply without the thoughts that it begins with; one that never ends them says nothing."""
    if not isinstance(reply, AIMessage) or not isinstance(reply.content, str) or "<" not in reply.content:
        return reply
    thoughts = _OPENED.match(reply.content) or _CLOSED_ALONE.match(reply.content)
    return reply.model_copy(update={"content": reply.content[thoughts.end() :]}) if thoughts else reply


# Ollama, OpenAI and Gemini, Anthropic, Bedrock.
_REASON_KEYS = ("done_reason", "finish_reason", "stop_reason", "stopReason")
_WITHHELD = frozenset(
    "content_filter content_filtered guardrail_intervened refusal safety recitation blocklist prohibited_content spii"
    " language".split()
)


def end_reason(reply: AIMessage) -> str:
    """Return why a reply ended, in lower case as its provider says it, "" where it does not say."""
    said = reply.response_metadata
    if isinstance(details := said.get("incomplete_details"), dict):  # OpenAI's Responses
        return str(details.get("reason") or "").lower()
    return next((str(said[key]).lower() for key in _REASON_KEYS if said.get(key)), "")


def own_words(reply: Any) -> Any:
    """Return a model's reply without thoughts and half characters.

    It is without words where its provider stopped it for what it says.
    """
    if isinstance(reply, AIMessage) and end_reason(reply) in _WITHHELD:
        return reply.model_copy(update={"content": ""})
    return with_whole_characters(without_thoughts(reply))
