"""An ONNX model written part by part, as bytes: the few messages of onnx.proto that a graph of known operators needs.

Numbers of fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Written here because the onnx
package is large, and needed for nothing else.
"""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_IR_VERSION = 9
_OPERATORS = 20
"""Version of ONNX's set of operators, the first with Gelu."""
FLOAT, INT64 = 1, 7
_KINDS = {"float32": FLOAT, "uint8": 2, "int8": 3, "int64": INT64}
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_INTS = 1, 2, 7


class OnnxGraph:
    """A graph that grows by `node`, and is closed by `model`. Every value goes by a name that a method returned."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def constant(self, array: NDArray[Any]) -> str:
        """Add an array of float32, int8, uint8 or int64."""
        name = f"constant{len(self._constants)}"
        dimensions = b"".join(_number(1, size) for size in array.shape)
        values = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        self._constants.append(dimensions + _number(2, _KINDS[array.dtype.name]) + _text(8, name) + _bytes(9, values))
        return name

    def integers(self, *values: int) -> str:
        """Add a row of int64, as shapes and axes are given."""
        return self.constant(np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        """Add one float32."""
        return self.constant(np.array(value, dtype=np.float32))

    def node(self, operator: str, *inputs: str, **attributes: float | Sequence[int]) -> str:
        """Add an operator with one output, and return that."""
        return self.nodes(operator, *inputs, outputs=1, **attributes)[0]

    def nodes(self, operator: str, *inputs: str, outputs: int, **attributes: float | Sequence[int]) -> list[str]:
        """Add an operator with several outputs, and return them."""
        names = [f"value{len(self._nodes)}_{number}" for number in range(outputs)]
        parts = [_text(1, name) for name in inputs] + [_text(2, name) for name in names]
        parts.append(_text(4, operator))
        parts.extend(_bytes(5, _attribute(name, value)) for name, value in attributes.items())
        self._nodes.append(b"".join(parts))
        return names

    def model(self, takes: str, gives: str, dimension: int) -> bytes:
        """Return a ModelProto that takes a row of int64 of any length, and gives `dimension` float32."""
        graph = [_bytes(1, node) for node in self._nodes] + [_text(2, "graph")]
        graph.extend(_bytes(5, constant) for constant in self._constants)
        graph.append(_bytes(11, _value(takes, INT64, _text(2, "length"))))
        graph.append(_bytes(12, _value(gives, FLOAT, _number(1, dimension))))
        return _number(1, _IR_VERSION) + _bytes(7, b"".join(graph)) + _bytes(8, _number(2, _OPERATORS))


def _attribute(name: str, value: float | Sequence[int]) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _key(2, 5) + struct.pack("<f", value) + _number(20, _ATTRIBUTE_FLOAT)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _ATTRIBUTE_INT)
    return _text(1, name) + b"".join(_number(8, part) for part in value) + _number(20, _ATTRIBUTE_INTS)


def _value(name: str, kind: int, size: bytes) -> bytes:
    tensor = _number(1, kind) + _bytes(2, _bytes(1, size))
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _number(field: int, value: int) -> bytes:
    # A negative int64 is written as the unsigned one with the same bits.
    return _key(field, 0) + _varint(value & (1 << 64) - 1)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, 2) + _varint(len(value)) + value


def _key(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


def _varint(value: int) -> bytes:
    written, rest = bytearray(), value
    while rest > 127:
        written.append(rest & 127 | 128)
        rest >>= 7
    return bytes([*written, rest])
