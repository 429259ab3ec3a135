"""What the tools return to a program: structured content beside the text, and its schemas."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, Field

from graphrag_tools import tool_texts as texts
from graphrag_tools.graph import MenuItem
from graphrag_tools.index import ManualIndex
from graphrag_tools.manual import Block, BlockKind
from graphrag_tools.search import Hit, best_passage
from graphrag_tools.tools import MenuPath, shortened

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
    text: str = Field(description="The start of the passage that fits best.")
    score: float = Field(description="0 to 3; compares within one search only.")


class FoundItems(BaseModel):
    """Search results, best first."""

    items: list[FoundItem]


class ItemPath(BaseModel):
    """Where a menu item is."""

    id: str
    manual: str
    steps: list[ItemName] = Field(description="The items on the way, the item itself last.")
    taps: list[str] = Field(description="What to tap on the device, where the manual says it.")


class Passage(BaseModel):
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
    passages: list[Passage]
    cut: int = Field(description="How many more characters of text the item has.")
    below: list[ItemName] = Field(description="Sections right below it, 50 at most.")
    see_also: list[ItemName] = Field(description="Items that its text refers to, 50 at most.")


RESULTS: Mapping[str, type[BaseModel]] = {
    texts.SEARCH_NAME: FoundItems,
    texts.PATH_NAME: ItemPath,
    texts.DESCRIBE_NAME: DescribedItem,
}
"""The structured result of each tool."""


def structured(artifact: Sequence[Hit] | MenuPath | MenuItem, index: ManualIndex) -> BaseModel:
    """Return a tool's artifact as its structured result. Raises KeyError for an item that has gone."""
    if isinstance(artifact, MenuPath):
        return _path(artifact)
    if isinstance(artifact, MenuItem):
        return _described(artifact, index)
    return FoundItems(items=[_found(index.item(hit.section_id), hit) for hit in artifact])


def _found(item: MenuItem, hit: Hit) -> FoundItem:
    return FoundItem(
        id=item.id,
        manual=item.manual,
        menu_path=list(item.path),
        option=hit.item_id if hit.item_id != item.id else None,
        text=shortened(best_passage(item, hit)),
        score=hit.score,
    )


def _path(way: MenuPath) -> ItemPath:
    end = way.items[-1]
    return ItemPath(id=end.id, manual=end.manual, steps=_named(way.items), taps=list(way.taps))


def _described(item: MenuItem, index: ManualIndex) -> DescribedItem:
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
        cut=sum(len(block.text) for block in item.blocks) - sum(len(passage.text) for passage in passages),
        below=_named(child for child in graph.children(item.id) if child.kind == "section")[:_MOST_NAMES],
        see_also=_named(graph.see_also(item.id))[:_MOST_NAMES],
    )


def _named(items: Iterable[MenuItem]) -> list[ItemName]:
    return [ItemName(id=item.id, name=item.name) for item in items]


def _within(blocks: Sequence[Block], characters: int) -> list[Passage]:
    """Return the blocks from the first on, the last one cut, within so many characters of text."""
    passages: list[Passage] = []
    left = characters
    for block in blocks:
        if left <= 0:
            break
        passages.append(Passage(kind=block.kind, text=block.text[:left], depth=block.depth))
        left -= len(block.text)
    return passages
