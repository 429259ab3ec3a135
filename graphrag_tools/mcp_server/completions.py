"""Complete what a user types into a client: manuals by id, and items level by level."""

import asyncio
from collections.abc import Iterable

import mcp_types as protocol
from mcp.shared.exceptions import MCPError

from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex

_MOST_VALUES = 100


class Completions:
    """Completes the argument `manual` of the prompt, and the `id` of an item's address."""

    def __init__(self, index: ManualIndex, manual: str | None) -> None:
        self._index = index
        self._manual = manual

    async def complete(self, _context: object, params: protocol.CompleteRequestParams) -> protocol.CompleteResult:
        """Return what begins with what was typed, at most 100; nothing for any other argument."""
        try:
            values = await asyncio.to_thread(self._values, params.argument.name, params.argument.value)
        except GraphRAGToolsError as error:
            raise MCPError(protocol.INTERNAL_ERROR, str(error)) from error
        shown = protocol.Completion(
            values=values[:_MOST_VALUES], total=len(values), has_more=len(values) > _MOST_VALUES
        )
        return protocol.CompleteResult(completion=shown)

    def _values(self, argument: str, typed: str) -> list[str]:
        manuals = [info.id for info in self._index.manifest.manuals_within(self._manual)]
        if argument == "manual":
            return _beginning(manuals, typed)
        if argument != "id":
            return []
        manual, slash, _ = typed.partition("/")
        if not slash:
            return _beginning((f"{one}/" for one in manuals), typed)
        items = self._index.graph_of(typed).items if manual in manuals else ()
        return _beginning((item.id for item in items), typed)


def _beginning(values: Iterable[str], typed: str) -> list[str]:
    return [value for value in values if value.startswith(typed)]
