"""Plain data in checkpoints: a graph's state is kept as JSON, and typed for whoever reads it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self, TypeVar

from langgraph.channels import LastValue
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

Value = TypeVar("Value")


class PlainChannel(LastValue[Value]):
    """A LangGraph channel that holds a value as plain JSON data and gives it out as the type it is annotated with.

    Used as `Annotated[Answer | None, PlainChannel]`. So no checkpointer, of whatever serializer, needs to know the
    type or may refuse it, and a checkpoint can be read after the type has moved to another module. Reading raises
    pydantic's ValidationError for data that does not fit the type.
    """

    __slots__ = ()

    def update(self, values: Sequence[Value]) -> bool:
        """Take the value of a step, typed or plain."""
        return super().update([to_jsonable_python(value) for value in values])

    def from_checkpoint(self, checkpoint: Any) -> Self:
        """Return a channel with what a checkpoint holds, which may be typed where an earlier version wrote it."""
        restored = super().from_checkpoint(checkpoint)
        if restored.is_available():
            restored.value = to_jsonable_python(restored.value)
        return restored

    def get(self) -> Value:
        """Return the value as its type. Raises EmptyChannelError before the first update."""
        value: Value = _adapter(self.typ).validate_python(super().get())
        return value


@lru_cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    return TypeAdapter(kind)


_MESSAGE_KEYS = frozenset({"messages", "replies", "looked_up"})


def plain_update(update: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node's update of the state as plain data, its messages as they are.

    For what nodes return: LangGraph keeps it beside the checkpoint before any channel has seen it.
    """
    return {key: value if key in _MESSAGE_KEYS else to_jsonable_python(value) for key, value in update.items()}
