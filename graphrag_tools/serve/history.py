"""Read the plain history that a chat client sends: the last question, and the turns before it."""

from collections.abc import Sequence
from typing import Literal

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from pydantic import BaseModel

from graphrag_tools.conversation.turn import check_question
from graphrag_tools.errors import ConfigError
from graphrag_tools.serve.refusals import Refusal

_MOST_EARLIER = 20
"""Messages before the question that are read: what a question refers to stands in the last turns."""
_TEXT_PARTS = frozenset({"text", "input_text", "output_text"})
_MESSAGES = "messages"


class ContentPart(BaseModel):
    """A part of a message; of the kinds that there are, only text is read."""

    type: str = "text"
    text: str | None = None


class ChatMessage(BaseModel):
    """A message as clients send it; what else they put into it is not read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart | str] | None = None

    @property
    def text(self) -> str:
        """Its words, without images and other parts."""
        if isinstance(self.content, str):
            return self.content.strip()
        parts = (part if isinstance(part, str) else _text_of(part) for part in self.content or ())
        return "\n".join(parts).strip()


def asked_last(messages: Sequence[ChatMessage]) -> str:
    """Return the text of the last user message. Raises Refusal where there is none, or it has no words."""
    last = next((message for message in reversed(messages) if message.role == "user"), None)
    if last is None:
        raise Refusal(400, "there is no user message; expected a question about the manual.", _MESSAGES)
    if not last.text and isinstance(last.content, list) and last.content:
        raise Refusal(400, "the last user message has no text; images, sounds and files are not read.", _MESSAGES)
    return last.text


def history_of(messages: Sequence[ChatMessage], question: str) -> list[BaseMessage]:
    """Return the turns before the last user message as the workflow takes them, and then the question.

    Instructions (system messages) and tools' results are left out: what an answer says is the manual's, and how it
    is found is the workflow's.

    Raises:
        Refusal: The question is blank, or far too long.
    """
    try:
        check_question(question)
    except ConfigError as error:
        raise Refusal(400, str(error), _MESSAGES) from error
    last = max((at for at, message in enumerate(messages) if message.role == "user"), default=0)
    spoken = [message for message in messages[:last] if message.role in ("user", "assistant") and message.text]
    return [*map(_as_langchain, spoken[-_MOST_EARLIER:]), HumanMessage(question)]


def _text_of(part: ContentPart) -> str:
    return (part.text or "") if part.type in _TEXT_PARTS else ""


def _as_langchain(message: ChatMessage) -> BaseMessage:
    return HumanMessage(message.text) if message.role == "user" else AIMessage(message.text)
