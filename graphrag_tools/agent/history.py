"""What a model is sent again of its look-ups: a search whose finds it went on to read gives way to their names."""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from graphrag_tools.agent.other_tools import turn_results
from graphrag_tools.conversation.turn import hits_of
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.tools.finds import hit_names


def lighter(messages: Sequence[AnyMessage], index: ManualIndex) -> list[Any]:
    """Return the messages with the names alone of what was found before the last item was asked for and read.

    Every call of a turn sends all results before it again. The names stay, so that another item can be read.
    """
    ours = {id(message) for message in turn_results(messages).manual}
    last = asked = 0
    for at, message in enumerate(messages):
        if isinstance(message, AIMessage):
            asked = at  # what it found in the same breath it has not seen yet
        elif id(message) in ours and isinstance(message, ToolMessage) and _is_text(message.artifact):
            last = asked
    return [
        _named(message, index) if at < last and isinstance(message, ToolMessage) and id(message) in ours else message
        for at, message in enumerate(messages)
    ]


def _is_text(artifact: object) -> bool:
    """Whether a look-up gave an item's text, and not its way; it is plain data once it has been in a checkpoint."""
    return isinstance(artifact, MenuItem) or (isinstance(artifact, dict) and "id" in artifact)


def _named(message: ToolMessage, index: ManualIndex) -> ToolMessage:
    if message.status != "success" or not isinstance(message.artifact, list) or not message.artifact:
        return message
    try:
        names = hit_names(index, hits_of(message))
    except KeyError:  # a rebuild has taken one out
        return message
    return message.model_copy(update={"content": names})
