"""Find the one menu item, or the manual, that a text means; of none or several items tell a model the candidates."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.names import NamedItem, NameMatch
from graphrag_tools.tools import tool_texts

_SHOWN_CHARACTERS = 160
_WITH_ID = re.compile(r"^(?:manual://items/|id\b:?\s+)(\S+)$|\(id:? ([^\s()]+)\)")
"""An id as results, messages and resources show it, which models copy as a whole."""
_SHOWN_BEFORE = re.compile(r"^(?:\d{1,2}[.)]|[-*•]|menu path:|on the device:)\s+", re.IGNORECASE)
"""What stands before an item in results, and is copied with it."""
_TOPS = frozenset(("/", "root", "top", "start", "home"))
_ALL_MANUALS = frozenset(("all", "any", "*"))


class NoSuchItem(LookupError):
    """A text means no menu item, or several. The message is for a model: it lists the candidates with their ids.

    `match` holds the candidates for those who word it otherwise.
    """

    def __init__(self, text: str, match: NameMatch) -> None:
        """`match` is what the text was found to mean: not one item."""
        super().__init__(_reason(text[:_SHOWN_CHARACTERS], match))
        self.match = match


def find_item(index: ManualIndex, text: str, manual: str | None = None) -> MenuItem:
    """Return the one item that an id, a path, a title or something near means, within one manual if given.

    Raises:
        NoSuchItem: The text means no item, or several.
    """
    match = _by_shown_id(index, text, manual) or index.resolve(text, manual)
    if not match.items and (bare := _SHOWN_BEFORE.sub("", text.strip())) != text:
        match = index.resolve(bare, manual)
    found = index.item(match.only.id) if match.only else _section_at_one_path(index, match)
    if found is None:
        raise NoSuchItem(text, match)
    return found


def _section_at_one_path(index: ManualIndex, match: NameMatch) -> MenuItem | None:
    """Return the one section among candidates that have the same path, None where there is no such one.

    The others are options of its name above it, which only lead to it: "Power saving: use less. See Power saving."
    """
    if match.total != len(match.items) or len({(one.manual, one.menu_path) for one in match.items}) != 1:
        return None
    sections = [item for item in (index.item(one.id) for one in match.items) if item.kind == "section"]
    return sections[0] if len(sections) == 1 else None


def find_start(index: ManualIndex, text: str, manual: str | None = None) -> MenuItem | None:
    """Return the item that a text means as the start of a way; None where it means the top: "root", or a manual.

    Raises:
        NoSuchItem: The text means neither the top nor one item.
    """
    try:
        return find_item(index, text, manual)
    except NoSuchItem as error:
        names_top = text.strip().casefold() in _TOPS or manual_named(index, text) in {one.id for one in index.manuals}
        if names_top and not error.match.items:
            return None
        raise


def manual_named(index: ManualIndex, text: str | None) -> str | None:
    """Return the id of the manual that a text names, by id or title in any case; None where it names all of them.

    A text that names none is returned as it is, for the search to refuse.
    """
    named = (text or "").strip().casefold()
    found = [info.id for info in index.manuals if named in (info.id.casefold(), info.title.casefold())] if named else []
    if len(found) == 1:
        return found[0]
    return None if named in _ALL_MANUALS and not found else text


def _by_shown_id(index: ManualIndex, text: str, manual: str | None) -> NameMatch | None:
    """Return the item whose id stands in a text as the tools show it; None where there is no such item."""
    shown = _WITH_ID.search(text.strip())
    if shown is None:
        return None
    item_id = unquote(shown[1]) if shown[1] else shown[2]
    match = index.resolve(item_id, manual)
    return match if match.only and match.only.id == item_id else None


def _reason(text: str, match: NameMatch) -> str:
    if match.items:
        return tool_texts.AMBIGUOUS_ITEM.format(text=text, total=match.total, candidates=_listed(match.items))
    if match.nearest:
        return tool_texts.UNKNOWN_ITEM_NEAREST.format(text=text, candidates=_listed(match.nearest))
    return tool_texts.UNKNOWN_ITEM.format(text=text)


def _listed(items: Iterable[NamedItem]) -> str:
    return "\n".join(f"- {item.menu_path} (id {item.id})" for item in items)
