"""The reply to a chat client: the verified answer, or what its front end asked for itself."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from graphrag_tools.answer import Answer, Usage
from graphrag_tools.conversation.answer_message import chat_text
from graphrag_tools.serve.history import ChatMessage
from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.serve.replies import Reply, reply_to

ANSWER = Answer(text="Turn the wheel.", status="answered", usage=Usage(model_calls=1, prompt_tokens=9))
TITLE = "Generate a title for this conversation.\nOnly the title.\n\nUser: How do I dim the lamp?"


class Asked:
    """Stands for the manuals, and keeps what it was asked."""

    def __init__(self) -> None:
        self.index = None
        self.manual: str | None = "never asked"
        self.messages: list[BaseMessage] = []

    async def ask(self, manual: str | None, messages: list[BaseMessage]) -> Answer:
        self.manual, self.messages = manual, messages
        return ANSWER


async def reply(manuals: Asked, *turns: str, **more: Any) -> Reply:
    roles = ("assistant" if at % 2 else "user" for at in range(len(turns)))
    messages = [ChatMessage(role=role, content=turn) for role, turn in zip(roles, turns, strict=True)]  # type: ignore[arg-type]
    return await reply_to(messages, "lamp", manuals, **more)  # type: ignore[arg-type]


async def test_question_is_asked_with_the_turns_before_it() -> None:
    manuals = Asked()
    said = await reply(manuals, "What is it?", "A lamp.", "How do I dim it?")
    assert said == Reply(chat_text(ANSWER), ANSWER, ANSWER.usage)
    assert said.extra == {"graphrag_tools": ANSWER.model_dump(mode="json")}
    assert manuals.manual == "lamp"
    assert manuals.messages == [HumanMessage("What is it?"), AIMessage("A lamp."), HumanMessage("How do I dim it?")]


async def test_question_is_taken_out_of_a_template() -> None:
    manuals = Asked()
    await reply(manuals, "### Task:\nAnswer.\n<context>\nText.\n</context>\nHow do I dim it?")
    assert manuals.messages == [HumanMessage("How do I dim it?")]


async def test_title_is_made_without_the_manual_whatever_is_refused() -> None:
    manuals = Asked()
    assert await reply(manuals, TITLE, refused=Refusal(400, "no")) == Reply("How do I dim the lamp?")
    form = {"properties": {"name": {}}}
    said = await reply(manuals, TITLE, form=form)
    assert (said.text, said.extra, said.usage) == ('{"name": "How do I dim the lamp?"}', {}, Usage())
    assert manuals.manual == "never asked"


async def test_form_that_there_is_not_is_refused_before_the_manual_is_asked() -> None:
    manuals = Asked()
    refusal = Refusal(400, "no")
    with pytest.raises(Refusal) as refused:
        await reply(manuals, "How do I dim it?", refused=refusal)
    assert refused.value is refusal
    assert manuals.manual == "never asked"
