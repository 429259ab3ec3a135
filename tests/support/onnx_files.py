"""A tiny ONNX model as sentence-transformers lays one out, written byte by byte: each token's row of a table."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

WORDS = ("[PAD]", "[CLS]", "[UNK]", "charge", "battery", "volume", "ringtone", "query")
TABLE = np.random.default_rng(7).normal(size=(len(WORDS), 6)).astype(np.float32)
_FLOAT, _INT64 = 1, 7


def write_onnx_folder(folder: Path, *, pooling: str | None = None, length: int = 16, **prompts: str) -> Path:
    """Write model, tokenizer and settings; `pooling` is the name of a mode ("cls_token")."""
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx" / "model.onnx").write_bytes(_model())
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A", special_tokens=[("[CLS]", 1)])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write(folder / "sentence_bert_config.json", {"max_seq_length": length})
    if pooling:
        _write(folder / "1_Pooling" / "config.json", {f"pooling_mode_{pooling}": True, "pooling_mode_other": False})
    if prompts:
        _write(folder / "config_sentence_transformers.json", {"prompts": prompts})
    return folder


def _write(file: Path, document: object) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(document), encoding="utf-8")


def _model() -> bytes:
    """Return a ModelProto (onnx.proto3) with one Gather; the attention mask is an input that nothing reads."""
    node = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    mask = _text(1, "attention_mask") + _text(2, "mask") + _text(4, "Identity")
    table = b"".join(_number(1, size) for size in TABLE.shape) + _number(2, _FLOAT) + _text(8, "table")
    graph = _bytes(1, node) + _bytes(1, mask) + _text(2, "tiny") + _bytes(5, table + _bytes(9, TABLE.tobytes()))
    graph += _bytes(11, _value("input_ids", _INT64, ("batch", "tokens")))
    graph += _bytes(11, _value("attention_mask", _INT64, ("batch", "tokens")))
    graph += _bytes(12, _value("last_hidden_state", _FLOAT, ("batch", "tokens", TABLE.shape[1])))
    graph += _bytes(12, _value("mask", _INT64, ("batch", "tokens")))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13))


def _value(name: str, kind: int, shape: Iterable[str | int]) -> bytes:
    sizes = (_number(1, size) if isinstance(size, int) else _text(2, size) for size in shape)
    tensor = _number(1, kind) + _bytes(2, b"".join(_bytes(1, size) for size in sizes))
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
