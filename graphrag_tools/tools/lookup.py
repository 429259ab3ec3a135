"""Look up and word what the three tools tell a model: plain functions, which need nothing of LangChain's tools."""

from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import PATH_SEPARATOR, MenuItem
from graphrag_tools.manual.sections import written_block
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.characters import CHARACTERS_PER_TOKEN
from graphrag_tools.text.listing import some_of
from graphrag_tools.text.normalise import first_words
from graphrag_tools.tools import tool_texts

SEARCH_TOKENS, PATH_TOKENS, DESCRIPTION_TOKENS = 550, 200, 900
"""The most that each tool says, unless its user gives it another budget."""
_DESCRIPTION_CHARACTERS = 160
_MAX_NAMES = 12
_NOTHING = frozenset(("", "null", "none", "nil", "undefined", "n/a", "[]", "{}"))


Search = Callable[[str, int, str | None], list[Hit]]


class LookupFailed(LookupError):
    """Nothing was looked up. The message is for a model, which can act on it."""


class MenuPath(BaseModel):
    """Where an item is: the items on the way to it, itself last, and the taps that the text gives."""

    model_config = ConfigDict(frozen=True)

    items: tuple[MenuItem, ...]
    taps: tuple[str, ...]


def menu_path(index: ManualIndex, end: MenuItem, start: MenuItem | None) -> tuple[str, MenuPath]:
    """Return the way to an item, from the top or over the fewest edges from another item, in words and itself.

    Raises:
        LookupFailed: There is no way between them.
    """
    way = MenuPath(items=_way(index, end, start), taps=end.taps)
    line = f"Menu path: {PATH_SEPARATOR.join(step.name for step in way.items)}"
    return "\n".join([line, *taps_line(end), *_manual_line(index, end)]), way


def item_description(index: ManualIndex, item: MenuItem) -> str:
    """Return what the manual says about an item."""
    graph = index.graph_of(item.id)
    lines = [f"{item.menu_path} (id {item.id})", *_manual_line(index, item), *taps_line(item)]
    # The text comes last: it is the part that may be cut.
    below = [child for child in graph.children(item.id) if child.kind == "section"]
    if below:
        lines.append(f"Below it: {_names(below)}")
    if related := graph.see_also(item.id):
        lines.append(f"See also: {_names(related)}")
    if item.described_by:
        lines.append(tool_texts.IN_SHORT.format(description=item.description))
    lines += [written_block(block) for block in item.blocks]
    return "\n".join(lines)


def bounded(content: str, tokens: int) -> str:
    """Return a text within so many tokens, of about four characters each; what is cut is marked."""
    limit = tokens * CHARACTERS_PER_TOKEN
    if len(content) <= limit:
        return content
    kept = limit - len(tool_texts.CUT.format(left=len(content))) - 1
    return f"{content[:kept]}\n{tool_texts.CUT.format(left=len(content) - kept)}"


def shortened(text: str, most: int = _DESCRIPTION_CHARACTERS) -> str:
    """Return the start of a passage, as a search result shows it."""
    return first_words(text, most)


def taps_line(item: MenuItem) -> list[str]:
    """Return what to tap on the device as a line; none where the manual does not say."""
    return [f"On the device: {PATH_SEPARATOR.join(item.taps)}"] if item.taps else []


def is_nothing(value: object) -> bool:
    """Whether an argument's value says that there is none: null, empty, or the word for it in a string."""
    return value in (None, [], {}) or (isinstance(value, str) and value.strip().lower() in _NOTHING)


def _way(index: ManualIndex, end: MenuItem, start: MenuItem | None) -> tuple[MenuItem, ...]:
    graph = index.graph_of(end.id)
    if start is None:
        return tuple(graph.ancestors(end.id))
    steps = graph.route(start.id, end.id) if start.id in graph else []
    if not steps:
        raise LookupFailed(tool_texts.NOT_CONNECTED.format(start=start.menu_path, end=end.menu_path))
    return tuple(steps)


def _manual_line(index: ManualIndex, item: MenuItem) -> list[str]:
    """Name the manual of an item, where the index holds several."""
    return [tool_texts.FROM_MANUAL.format(manual=item.manual)] if len(index.manuals) > 1 else []


def _names(items: Sequence[MenuItem]) -> str:
    return some_of([item.name for item in items], _MAX_NAMES)
