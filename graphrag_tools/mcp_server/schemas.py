"""JSON schemas that every client takes: nothing but plain types, for some know neither references nor alternatives."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

_DEFINITIONS = "$defs"
_REFERENCE = "#/$defs/"


def arguments_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of arguments in which one that may be null is one that may be left out."""
    flat: dict[str, Any] = _flat(schema, schema.get(_DEFINITIONS, {}), nullable=False)
    return flat


def result_schema(kind: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a result, in which null stays a value."""
    schema = kind.model_json_schema(mode="serialization")
    flat: dict[str, Any] = _flat(schema, schema.get(_DEFINITIONS, {}), nullable=True)
    return flat


def _flat(schema: Any, definitions: Mapping[str, Any], *, nullable: bool) -> Any:
    if isinstance(schema, list):
        return [_flat(one, definitions, nullable=nullable) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    meant = {key: value for key, value in schema.items() if key != _DEFINITIONS}
    if "$ref" in meant:
        meant = {**definitions[meant.pop("$ref").removeprefix(_REFERENCE)], **meant}
    kinds = [kind for kind in meant.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        meant = {**_without_null(meant), **kinds[0]}
        if nullable:
            meant["type"] = [meant["type"], "null"]
    return {key: _flat(value, definitions, nullable=nullable) for key, value in meant.items()}


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands beside the alternatives, without a default of null."""
    return {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
