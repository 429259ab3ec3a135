"""Messages without half characters, which a model may write and nothing can keep, send or show."""

from typing import Any

from langchain_core.messages import BaseMessage

from graphrag_tools.text.characters import without_halves


def with_whole_characters(value: Any) -> Any:
    """Return a message, or what one holds, with the half characters in its texts replaced (`without_halves`)."""
    match value:
        case str():
            return without_halves(value)
        case dict():
            return {with_whole_characters(key): with_whole_characters(one) for key, one in value.items()}
        case list() | tuple():
            return type(value)(with_whole_characters(one) for one in value)
        case BaseMessage():
            return value.model_copy(update=with_whole_characters(dict(value)))
        case _:
            return value
