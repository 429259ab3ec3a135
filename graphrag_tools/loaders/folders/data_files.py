"""Read the data files of site generators: YAML, TOML and JSON. What cannot be parsed says nothing and fails nothing."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from graphrag_tools.loaders.source_file import text_or_nothing

LONGEST_NUMBER = 64
"""Digits as written, and bits as read: Python writes no number out that has thousands of digits."""
_MOST_NODES = 200_000
_LONG_NUMBER = re.compile(r"\b0[xbo]\w{3000}")


def data_of(path: Path) -> dict[str, Any]:
    """Return the mapping that a data file holds, read as its suffix says and else as YAML; {} where it holds none."""
    text = text_or_nothing(path)
    return mapping(
        read_toml(text) if path.suffix == ".toml" else _json(text) if path.suffix == ".json" else read_yaml(text)
    )


def mapping(value: Any) -> dict[str, Any]:
    """Return a value of a data file that is a mapping, {} for any other."""
    return value if isinstance(value, dict) else {}


def read_toml(text: str) -> dict[str, Any]:
    """Return the document of a TOML text, {} where it cannot be parsed."""
    try:
        return {} if _LONG_NUMBER.search(text) else tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def read_yaml(text: str) -> Any:
    """Return the document of a YAML text, {} for an empty one, None where it cannot be parsed."""
    try:
        found = yaml.load(text, Loader=_TolerantLoader)  # noqa: S506  # a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError, OverflowError):
        return None
    return {} if found is None else found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


class _TolerantLoader(yaml.SafeLoader):
    """YAML whose own tags ("!!python/name:…", "!ENV") give None in place of an error.

    A document whose aliases ("*name") write it out beyond any configuration is refused: nine aliases of nine aliases of
    nine are a line each, and together fill the memory.
    """

    def get_single_node(self) -> Any:
        """Return the document's node, its size known."""
        node = super().get_single_node()
        if node is not None and _written_out(node, {}) > _MOST_NODES:
            raise yaml.YAMLError("its aliases make it too large")
        return node


def _written_out(node: yaml.Node, known: dict[int, int]) -> int:
    """Return how many nodes a node is with its aliases written out; one that holds itself is beyond all bounds."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        known[id(node)] = _MOST_NODES
        pieces = node.value if isinstance(node, yaml.SequenceNode) else (one for pair in node.value for one in pair)
        known[id(node)] = 1 + sum(_written_out(piece, known) for piece in pieces)
    return known[id(node)]


def _number(loader: _TolerantLoader, node: yaml.ScalarNode) -> int | str:
    """Return a whole number, as it is written where it is so long that Python would not write it out."""
    return loader.construct_yaml_int(node) if len(node.value) <= LONGEST_NUMBER else str(node.value)


def _truth(loader: _TolerantLoader, node: yaml.ScalarNode) -> bool | str:
    """Return true or false; what else the library takes for it ("Off", "No") is a word to site generators: a title."""
    return loader.construct_yaml_bool(node) if node.value.lower() in ("true", "false") else str(node.value)


_TolerantLoader.add_multi_constructor("", lambda _loader, _suffix, _node: None)
_TolerantLoader.add_constructor("tag:yaml.org,2002:int", _number)
_TolerantLoader.add_constructor("tag:yaml.org,2002:bool", _truth)
