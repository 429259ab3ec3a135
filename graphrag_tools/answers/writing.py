"""Have a model write an answer from a section, or from the part of it that a small model is given to read."""

import re
from collections.abc import Sequence
from itertools import groupby

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from graphrag_tools.answers.quote import Quote
from graphrag_tools.manual.sections import Block, characters_in
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.steps import ModelCall, Steps
from graphrag_tools.prompts import Prompts
from graphrag_tools.text.normalise import fenced

LEFT_OUT = "…"
"""A line that stands for blocks of the section that a model is not shown."""
_MAX_EARLIER = 4_000
_MARK = re.compile(r"={3,}")


def write_text(  # the last is given by name
    model: ChatModel,
    prompts: Prompts,
    question: str,
    quote: Quote,
    failed: Sequence[tuple[str, Sequence[str]]],
    *,
    room: int | None = None,
) -> Steps[AIMessage]:
    """Return the steps in which the model writes an answer from the section.

    `failed` holds earlier tries and what was wrong with them. With `room`, the model is shown about so many characters
    of the section and of an earlier try. A section longer than the model's context is a ModelError, as is a failure of
    its server.
    """
    # The prompt marks where the manual's text ends; the text itself must not.
    text = _MARK.sub("==", shown_to_writer(quote, room))
    messages: list[BaseMessage] = [
        HumanMessage(
            prompts.render("answer", question=question, menu_path=quote.section.menu_path, text=text),
        )
    ]
    for earlier, reasons in failed:
        messages += [
            AIMessage(earlier[: room or _MAX_EARLIER]),
            HumanMessage(prompts.render("retry", reasons="\n".join(reasons))),
        ]
    reply: AIMessage = yield ModelCall(model.chat, messages, writes=True)
    return reply


def may_write(quote: Quote, room: int | None) -> bool:
    """Whether a quote leaves a model anything to do but to copy it: not where it alone takes more than its room."""
    return room is None or characters_in(quote.blocks) <= room


def shown_to_writer(quote: Quote, room: int | None) -> str:
    """Return the section's text, or of a longer one what is quoted and as much of the rest as there is room for.

    What matches the question comes before what does not; the order is the section's, and a line says what is missing.
    """
    blocks = quote.section.blocks
    if room is None or characters_in(blocks) <= room:
        return "\n".join(map(_written, blocks))
    quoted, matching = set(quote.blocks), set(quote.rest)
    shown: set[int] = set()
    left = room
    for at in sorted(range(len(blocks)), key=lambda at: (blocks[at] not in quoted, blocks[at] not in matching)):
        left -= len(blocks[at].text)
        if left < 0 and blocks[at] not in quoted:
            break
        shown.add(at)
    parts = groupby(range(len(blocks)), key=lambda at: at in shown)
    return "\n".join(
        "\n".join(_written(blocks[at]) for at in part) if is_shown else LEFT_OUT for is_shown, part in parts
    )


def _written(block: Block) -> str:
    return fenced(block.text) if block.kind == "code" else block.text
