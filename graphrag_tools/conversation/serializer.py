"""A strict serializer, because anybody may have written a chat file: plain data and LangGraph's own types alone."""

from typing import Any

import ormsgpack
from langgraph.checkpoint.serde import jsonplus
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from graphrag_tools.models.whole_characters import with_whole_characters

_PACKAGE = __name__.partition(".")[0]
_READ = frozenset({"null", "bytes", "bytearray", "msgpack"})
"""The forms that this serializer writes. Others that LangGraph has had (pickle, JSON) may call what they name."""
_ANSWER = (f"{_PACKAGE}.answer", "Answer")
"""A graph around ours may hold answers as they are; they are data, so that building one runs nothing."""
_CONSTRUCTORS = frozenset(
    {
        jsonplus.EXT_CONSTRUCTOR_SINGLE_ARG,
        jsonplus.EXT_CONSTRUCTOR_POS_ARGS,
        jsonplus.EXT_CONSTRUCTOR_KW_ARGS,
        jsonplus.EXT_METHOD_SINGLE_ARG,
        jsonplus.EXT_PYDANTIC_V1,
        jsonplus.EXT_PYDANTIC_V2,
    }
)
"""Of LangGraph's extension types: those that name a module, something in it, and what to call that with."""


class StrictSerializer(JsonPlusSerializer):
    """LangGraph's serializer in its strict form: whatever else a checkpoint names is neither imported nor called.

    It comes back as the data that it would have been called with, and LangGraph logs which name was blocked;
    but not for the types that version 0.1 of this package wrote, which `PlainChannel` makes of that data again.
    `with_msgpack_allowlist` allows further types, as with LangGraph's own.
    """

    def __init__(self) -> None:
        super().__init__(pickle_fallback=False, allowed_msgpack_modules=[_ANSWER])

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """Return what a value is kept as; half characters in its texts, which a model may write, are replaced."""
        try:
            return super().dumps_typed(obj)
        except ormsgpack.MsgpackEncodeError:
            return super().dumps_typed(with_whole_characters(obj))

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """Return what was written. Raises NotImplementedError for another form than those written here."""
        kind, packed = data
        if kind not in _READ:
            raise NotImplementedError(f"Unknown serialization type: {kind}")
        if kind == "msgpack" and _PACKAGE.encode() in packed:
            return super().loads_typed((kind, _without_our_types(packed)))
        return super().loads_typed(data)


def _without_our_types(packed: bytes) -> bytes:
    """Return packed data in which each object of this package's, answers apart, is the data it was made of."""
    return _packed(_unpacked(packed))


def _unpacked(packed: bytes) -> Any:
    return ormsgpack.unpackb(packed, ext_hook=_replacement, option=ormsgpack.OPT_NON_STR_KEYS)


def _packed(value: Any) -> bytes:
    return ormsgpack.packb(value, option=ormsgpack.OPT_NON_STR_KEYS)


def _replacement(code: int, packed: bytes) -> Any:
    """Return the data of an extension type if it is one of ours, else the type itself, with those within replaced."""
    if code not in _CONSTRUCTORS:
        return ormsgpack.Ext(code, packed)
    match _unpacked(packed):
        case [str(module), str(name), arguments, *_] if _is_ours(module) and (module, name) != _ANSWER:
            return arguments
        case other:
            return ormsgpack.Ext(code, _packed(other))


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == _PACKAGE
