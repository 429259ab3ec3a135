"""Read the plain history that a chat client sends: the last question, and the turns before it."""

from collections.abc import Sequence
from typing import Any, Literal

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from pydantic import BaseModel, field_validator
from pydantic_core import PydanticCustomError

from graphrag_tools.conversation.turn import check_question
from graphrag_tools.errors import ConfigError
from graphrag_tools.serve.refusals import Refusal

_MOST_EARLIER = 20
"""Messages before the question that are read: what a question refers to stands in the last turns."""
_TEXT_PARTS = frozenset({"text", "input_text", "output_text"})
_MESSAGES = "messages"


class ContentPart(BaseModel):
    """A part of a message; of the kinds that there are, only text is read."""

    type: Any = "text"
    text: Any = None

    @property
    def words(self) -> str | None:
        """Its text, None for a part that is not words."""
        return str(self.text or "") if self.type in _TEXT_PARTS else None


class ChatMessage(BaseModel):
    """A message as clients send it; what else they put into it is not read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart | str] | None = None
    images: list[Any] | None = None
    """Where Ollama's clients put them."""

    @field_validator("content", mode="before")
    @classmethod
    def _is_text_or_parts(cls, content: object) -> object:
        """Say in one sentence what is expected: of a union, each member would say why it does not fit."""
        parts = content if isinstance(content, list) else []
        if isinstance(content, str | list | None) and all(isinstance(part, str | dict) for part in parts):
            return content
        raise PydanticCustomError("content", "expected text, or a list of parts with a type each")

    @property
    def text(self) -> str:
        """Its words, without images and other parts."""
        if isinstance(self.content, str):
            return self.content.strip()
        parts = (part if isinstance(part, str) else part.words or "" for part in self.content or ())
        return "\n".join(parts).strip()

    @property
    def other_kinds(self) -> list[str]:
        """The types of its parts that are not words."""
        parts = [part for part in self.content or () if isinstance(part, ContentPart)]
        return [str(part.type) for part in parts if part.words is None] + ["image"] * len(self.images or ())


def asked_last(messages: Sequence[ChatMessage]) -> str:
    """Return the text of the last user message. Raises Refusal where there is none, or it has no words."""
    last = _last_of_user(messages)
    if last is None:
        raise Refusal(400, "there is no user message; expected a question about the manual.", _MESSAGES)
    if not last.text and last.other_kinds:
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
    asked = _last_of_user(messages)
    return [*map(_as_langchain, spoken[-_MOST_EARLIER:]), _with_parts(question, asked.other_kinds if asked else [])]


def _last_of_user(messages: Sequence[ChatMessage]) -> ChatMessage | None:
    return next((message for message in reversed(messages) if message.role == "user"), None)


def _with_parts(question: str, kinds: Sequence[str]) -> HumanMessage:
    """Return a question with the kinds of what came beside it, so that its answer says what was not used."""
    if not kinds:
        return HumanMessage(question)
    others = [{"type": "non_standard", "value": {"type": kind}} for kind in kinds]
    return HumanMessage([{"type": "text", "text": question}, *others])


def _as_langchain(message: ChatMessage) -> BaseMessage:
    return HumanMessage(message.text) if message.role == "user" else AIMessage(message.text)
