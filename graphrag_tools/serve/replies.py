"""One reply to a chat client: the verified answer as text, or what a front end asked for itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphrag_tools.answer import Answer, Usage
from graphrag_tools.conversation.answer_message import chat_text
from graphrag_tools.serve.front_end_tasks import json_object, question_in, shaped_title, task_reply
from graphrag_tools.serve.history import ChatMessage, asked_last, history_of
from graphrag_tools.serve.manuals import Manuals
from graphrag_tools.serve.refusals import Refusal

EXTRA_FIELD = "graphrag_tools"
"""Where a reply has the whole `Answer`, beside the fields of OpenAI and Ollama."""
NO_LOGPROBS = "there are no logprobs: an answer is the manual's words, or checked against them."
TEXT_ONLY = (
    "answers are text that is checked against the manual, so that no other format can be asked for. "
    "POST /ask returns an answer as JSON."
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply's words; `answer` is None where the manual was not asked."""

    text: str
    answer: Answer | None = None
    usage: Usage = field(default_factory=Usage)

    @property
    def as_arguments(self) -> str:
        """The words as arguments of the client's own tool, where they are a title that it wants so."""
        return self.text if json_object(self.text) is not None else "{}"

    @property
    def extra(self) -> dict[str, Any]:
        """The field that carries the answer, with its status, sources and alternatives; nothing without one."""
        return {EXTRA_FIELD: self.answer.model_dump(mode="json")} if self.answer else {}


async def reply_to(
    messages: Sequence[ChatMessage],
    manual: str | None,
    manuals: Manuals,
    *,
    form: Mapping[str, Any] | None = None,
    refused: Refusal | None = None,
) -> Reply:
    """Return the reply to the last user message.

    `form` is the JSON schema that a front end wants the title of a chat in; `refused` says why an answer of the manual
    cannot be had in the form that the client wants, None where it can.

    Raises:
        Refusal: There is no question, or it asks for what there is not.
        GraphRAGToolsError: The index or the model failed.
    """
    text = asked_last(messages)
    task = task_reply(text, messages)
    if task is not None:
        return Reply(shaped_title(task, form) if form else task)
    if refused:
        raise refused
    answer = await manuals.ask(manual, history_of(messages, question_in(text)))
    text = await asyncio.to_thread(chat_text, answer, manuals.index)
    return Reply(text, answer, answer.usage)
