"""Thoughts that a model writes before its reply, dropped before anything reads the reply."""

import re
from typing import Any

from langchain_core.messages import AIMessage

_OPENED = re.compile(r"\s*<(think|thinking|thought)>.*?(?:</\1>|\Z)\s*", re.DOTALL | re.IGNORECASE)
_CLOSED_ALONE = re.compile(r"(?:(?!<think|</think).)*</think(?:ing)?>\s*", re.DOTALL | re.IGNORECASE)
"""Where the chat template itself has opened them, a reply begins within the thoughts."""


def without_thoughts(reply: Any) -> Any:
    """Return a model's reply without the thoughts that it begins with; one that never ends them says nothing."""
    if not isinstance(reply, AIMessage) or not isinstance(reply.content, str) or "<" not in reply.content:
        return reply
    thoughts = _OPENED.match(reply.content) or _CLOSED_ALONE.match(reply.content)
    return reply.model_copy(update={"content": reply.content[thoughts.end() :]}) if thoughts else reply
