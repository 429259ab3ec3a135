"""What a model is sent again of its look-ups: a search whose finds it went on to read gives way to their names."""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AnyMessage, ToolMessage

from graphrag_tools.agent.other_tools import turn_results
from graphrag_tools.conversation.turn import chosen_item, hits_of
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.lookup import hit_names


def lighter(messages: Sequence[AnyMessage], index: ManualIndex) -> list[Any]:
    """Return the messages with the names alone of what was found before the last item was read.

    Every call of a turn sends all results before it again. The names stay, so that another item can be read.
    """
    ours = {id(message) for message in turn_results(messages).manual}
    looked_up = [at for at, message in enumerate(messages) if id(message) in ours and chosen_item([message])]
    last = max(looked_up, default=0)
    return [
        _named(message, index) if at < last and isinstance(message, ToolMessage) and id(message) in ours else message
        for at, message in enumerate(messages)
    ]


def _named(message: ToolMessage, index: ManualIndex) -> ToolMessage:
    if message.status != "success" or not isinstance(message.artifact, list) or not message.artifact:
        return message
    try:
        names = hit_names(index, hits_of(message))
    except KeyError:  # a rebuild has taken one out
        return message
    return message.model_copy(update={"content": names})
