"""Letting a checkpointer keep this package's own types."""

from copy import copy

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Checkpointer

from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.follow_ups import Earlier, Understood
from graphrag_tools.search import Hit

STATE_TYPES = (Answer, Earlier, Hit, StageTime, Understood, Usage)
"""What a checkpoint of a workflow or an agent holds beside messages and plain data."""


def knowing_our_types(checkpointer: Checkpointer) -> Checkpointer:
    """Return a checkpointer with the types of our states allowed; LangGraph warns of others and may refuse them."""
    if not isinstance(checkpointer, BaseCheckpointSaver) or type(checkpointer.serde) is not JsonPlusSerializer:
        return checkpointer
    names = [(kind.__module__, kind.__name__) for kind in STATE_TYPES]
    knowing = checkpointer.with_allowlist(names)
    if knowing is checkpointer:
        # The default serializer allows all types, each with a warning: there is no list to add to.
        knowing = copy(checkpointer)
        fallback = checkpointer.serde.pickle_fallback
        knowing.serde = JsonPlusSerializer(pickle_fallback=fallback, allowed_msgpack_modules=names)
    return knowing
