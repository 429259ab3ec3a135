"""Headers for a model's server that stands behind a gateway: given as options, or in the environment."""

import json
import os
import re
from collections.abc import Mapping

from graphrag_tools.errors import ConfigError

VARIABLE = "GRAPHRAG_TOOLS_HEADERS"
"""A JSON object, or a header a line as HTTP writes them: "X-Api-Key: …"."""
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")


def chosen_headers(given: Mapping[str, str]) -> dict[str, str]:
    """Return the headers to send: those of the environment, and those given before them.

    Raises:
        ConfigError: They are none; no value is repeated, because it may be a secret.
    """
    return {**_in_environment(), **checked_headers(given, "headers")}


def checked_headers(given: Mapping[str, str], where: str) -> dict[str, str]:
    """Return headers that HTTP can send. Raises ConfigError for others; `where` says where they were found."""
    if not isinstance(given, Mapping):
        raise ConfigError(f"{where}: found a {type(given).__name__}; expected names and values.")
    for name, value in given.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ConfigError(f"{where}: {name!r} is no name of a header; expected one such as X-Api-Key.")
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            raise ConfigError(f"{where}: the value of {name} cannot be sent; expected one line of ASCII text.")
    return {name: value.strip() for name, value in given.items()}


def _in_environment() -> dict[str, str]:
    text = os.environ.get(VARIABLE, "").strip()
    if text.startswith("{"):
        try:
            return checked_headers(json.loads(text), VARIABLE)
        except ValueError as error:
            raise ConfigError(f'{VARIABLE}: no valid JSON; expected {{"X-Api-Key": "…"}}.') from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(":" not in line for line in lines):
        raise ConfigError(f'{VARIABLE}: a line has no colon; expected a header a line, "X-Api-Key: …", or JSON.')
    pairs = [line.partition(":") for line in lines]
    return checked_headers({name.strip(): value.strip() for name, _, value in pairs}, VARIABLE)
