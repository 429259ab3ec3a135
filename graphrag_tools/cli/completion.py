"""The values that a shell completes: manuals and items of the index, and models."""

import re
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

import typer

from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.workflow.settings import DEFAULT_INDEX

if TYPE_CHECKING:
    from graphrag_tools.index.index import ManualIndex

_MOST = 200
_SECONDS_FOR_MODELS = 0.5
"""Whoever presses Tab waits for the server that long."""
_PLAIN = re.compile(r"[\w./~:@+-]+")
"""A shell writes what it completes into the line as it is, and an index may be by anybody."""
_WITHOUT_SERVER = ("none", "gguf:smollm2")


def known_manuals(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of the index's manuals that begin as typed."""
    return _of_index(ctx, lambda index: (info.id for info in index.manuals), incomplete)


def known_items(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the ids of the index's sections that begin as typed."""
    return _of_index(ctx, lambda index: (item.id for item in index.sections(ctx.params.get("manual"))), incomplete)


def known_models(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of models that begin as typed: those without a server, and those of the Ollama server."""
    import httpx
    import ollama

    from graphrag_tools.models.ollama import ollama_address, server_models

    try:
        listed = server_models(ollama_address(ctx.params.get("base_url")), _SECONDS_FOR_MODELS)
    except (GraphRAGToolsError, ollama.ResponseError, ConnectionError, httpx.HTTPError):
        listed = []
    return _beginning((*_WITHOUT_SERVER, *(f"ollama:{name}" for name in listed)), incomplete)


def _of_index(ctx: typer.Context, names: "Callable[[ManualIndex], Iterable[str]]", incomplete: str) -> list[str]:
    """Return names of the index that the line gives, or its default; a wrong one completes nothing."""
    from graphrag_tools.index.index import ManualIndex

    try:
        with closing(ManualIndex.open(ctx.params.get("index") or DEFAULT_INDEX)) as index:
            return _beginning(names(index), incomplete)
    except GraphRAGToolsError:
        return []


def _beginning(names: Iterable[str], typed: str) -> list[str]:
    return list(islice((name for name in names if name.startswith(typed) and _PLAIN.fullmatch(name)), _MOST))


COMPLETERS = {
    "model": known_models,
    "escalate_to": known_models,
    "manual": known_manuals,
    "item": known_items,
    "start": known_items,
}
"""By the name of the option or argument whose values they are, in any command."""
