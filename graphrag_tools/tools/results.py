"""Structured results of the tools, for programs that do not run in Python: plain JSON with a schema."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, Field

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.sections import Block, BlockKind, characters_in
from graphrag_tools.search.hit import Hit
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.finds import Find, finds
from graphrag_tools.tools.lookup import MenuPath

_MOST_CHARACTERS = 3600  # of an item's text: the budget of describe_menu_item
_MOST_NAMES = 50


class ItemName(BaseModel):
    """A menu item by id and title."""

    id: str
    name: str


class FoundItem(BaseModel):
    """A section that fits a query."""

    id: str
    manual: str
    menu_path: list[str]
    option: str | None = Field(description="Id of the option of this section that fits best.")
    text: str = Field(description="What is shown of it: all, the part that fits, or its first words.")
    whole: bool = Field(description="Whether that is all of its text.")
    score: float = Field(description="Higher fits better; compares within one search only.")


class FoundItems(BaseModel):
    """Search results, best first."""

    items: list[FoundItem]


class ItemPath(BaseModel):
    """Where a menu item is."""

    id: str
    manual: str
    steps: list[ItemName] = Field(description="The items on the way, the item itself last.")
    taps: list[str] = Field(description="What to tap on the device, where the manual says it.")


class DescribedBlock(BaseModel):
    """A paragraph, step, option or the like, word for word; `depth` is its nesting."""

    kind: BlockKind
    text: str
    depth: int


class DescribedItem(BaseModel):
    """What the manual says about a menu item."""

    id: str
    manual: str
    menu_path: list[str]
    taps: list[str] = Field(description="What to tap on the device, where the manual says it.")
    url: str
    page: int | None
    passages: list[DescribedBlock]
    cut: int = Field(description="How many more characters of text the item has.")
    below: list[ItemName] = Field(description="Sections right below it, 50 at most.")
    see_also: list[ItemName] = Field(description="Items that its text refers to, 50 at most.")


RESULTS: Mapping[str, type[BaseModel]] = {
    tool_texts.SEARCH_NAME: FoundItems,
    tool_texts.PATH_NAME: ItemPath,
    tool_texts.DESCRIBE_NAME: DescribedItem,
}
"""The structured result of each tool."""


def structured(artifact: Sequence[Hit] | MenuPath | MenuItem, index: ManualIndex, query: str = "") -> BaseModel:
    """Return a tool's artifact as its structured result; `query` is what was searched for.

    Raises:
        KeyError: An item has gone.
    """
    if isinstance(artifact, MenuPath):
        return _path(artifact)
    if isinstance(artifact, MenuItem):
        return described_item(artifact, index)
    return found_items(artifact, index, query)


def found_items(hits: Sequence[Hit], index: ManualIndex, query: str) -> FoundItems:
    """Return the hits of a search, with the words that it shows. Raises KeyError for a section that has gone."""
    return FoundItems(items=[_found(find) for find in finds(index, query, hits)])


def _found(find: Find) -> FoundItem:
    item, hit = find.item, find.hit
    return FoundItem(
        id=item.id,
        manual=item.manual,
        menu_path=list(item.path),
        option=hit.item_id if hit.item_id != item.id else None,
        text=find.text,
        whole=find.extent == tool_texts.ALL_OF_IT,
        score=hit.score,
    )


def _path(way: MenuPath) -> ItemPath:
    end = way.items[-1]
    return ItemPath(id=end.id, manual=end.manual, steps=_named(way.items), taps=list(way.taps))


def described_item(item: MenuItem, index: ManualIndex) -> DescribedItem:
    """Return what the manual says about an item. Raises KeyError for one that has gone."""
    graph = index.graph_of(item.id)
    passages = _within(item.blocks, _MOST_CHARACTERS)
    return DescribedItem(
        id=item.id,
        manual=item.manual,
        menu_path=list(item.path),
        taps=list(item.taps),
        url=item.url,
        page=item.page,
        passages=passages,
        cut=characters_in(item.blocks) - sum(len(passage.text) for passage in passages),
        below=_named(child for child in graph.children(item.id) if child.kind == "section")[:_MOST_NAMES],
        see_also=_named(graph.see_also(item.id))[:_MOST_NAMES],
    )


def _named(items: Iterable[MenuItem]) -> list[ItemName]:
    return [ItemName(id=item.id, name=item.name) for item in items]


def _within(blocks: Sequence[Block], characters: int) -> list[DescribedBlock]:
    """Return the blocks from the first on, the last one cut, within so many characters of text."""
    passages: list[DescribedBlock] = []
    left = characters
    for block in blocks:
        if left <= 0:
            break
        passages.append(DescribedBlock(kind=block.kind, text=block.text[:left], depth=block.depth))
        left -= len(block.text)
    return passages
