"""Find the one menu item that a text means; where it means none or several, tell a model of the candidates."""

from collections.abc import Iterable

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.names import NamedItem, NameMatch
from graphrag_tools.tools import tool_texts

_SHOWN_CHARACTERS = 160


class NoSuchItem(LookupError):
    """A text means no menu item, or several. The message is for a model: it lists the candidates with their ids.

    `match` holds the candidates for those who word it otherwise.
    """

    def __init__(self, text: str, match: NameMatch, search: str = tool_texts.SEARCH_NAME) -> None:
        """`match` is what the text was found to mean: not one item. `search` is the tool to look for it with."""
        super().__init__(_reason(text[:_SHOWN_CHARACTERS], match, search))
        self.match = match


def find_item(
    index: ManualIndex, text: str, manual: str | None = None, *, search: str = tool_texts.SEARCH_NAME
) -> MenuItem:
    """Return the one item that an id, a path, a title or something near means, within one manual if given.

    `search` is the tool that the error tells to look for it with.

    Raises:
        NoSuchItem: The text means no item, or several.
    """
    match = index.resolve(text, manual)
    if match.only is None:
        raise NoSuchItem(text, match, search)
    return index.item(match.only.id)


def _reason(text: str, match: NameMatch, search: str) -> str:
    if match.items:
        return tool_texts.AMBIGUOUS_ITEM.format(text=text, total=match.total, candidates=_listed(match.items))
    if match.nearest:
        return tool_texts.UNKNOWN_ITEM_NEAREST.format(text=text, candidates=_listed(match.nearest))
    return tool_texts.UNKNOWN_ITEM.format(text=text, search=search)


def _listed(items: Iterable[NamedItem]) -> str:
    return "\n".join(f"- {item.menu_path} (id {item.id})" for item in items)
