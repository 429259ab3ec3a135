"""What a search says of its finds: all of a section, what fits of it, or its first words; what of that a model saw."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphrag_tools.answers.quote import quote_for
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.sections import characters_in, written_block
from graphrag_tools.search.confidence import ANSWER_FROM, REFUSE_BELOW
from graphrag_tools.search.hit import Hit, best_passage
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.lookup import LookupFailed, Search, shortened, taps_line

_START = 160
"""Characters of a find that is not quoted."""
_START_BESIDE_QUOTES = 80
_SURE = (1_100,)
"""Characters of the first find where search is sure of it: nine of ten sections are no longer."""
_QUOTED = tuple(f", {extent}:\n" for extent in (tool_texts.ALL_OF_IT, tool_texts.WHAT_FITS))
_UNSURE = (700, 550, 450)
"""Characters of each of the first three where it is not sure: the right one is mostly among them."""


@dataclass(frozen=True, slots=True)
class Find:
    """A section found, with the words that a search shows of it; `extent` says whether they are all that it has."""

    item: MenuItem
    hit: Hit
    lines: tuple[str, ...]
    extent: str = ""
    """`ALL_OF_IT`, `WHAT_FITS` for whole blocks, and "" for the first words of the passage that fits best."""

    @property
    def text(self) -> str:
        """The words, a line a block."""
        return "\n".join(self.lines)


def search_sections(  # the last ones by name only
    index: ManualIndex,
    query: str,
    k: int,
    manual: str | None,
    search: Search | None = None,
    *,
    quotes: bool = False,
) -> tuple[str, list[Hit]]:
    """Return the hits of a search, in words, and themselves; `search` makes it in the index's place.

    With `quotes`, what fits of the first finds is shown where it is short and search is neither sure nor refuses.

    Raises:
        LookupFailed: There is no such manual.
    """
    try:
        hits = (search or index.search)(query, k, manual)
    except ConfigError as error:
        manuals = ", ".join(info.id for info in index.manuals)
        raise LookupFailed(tool_texts.UNKNOWN_MANUAL.format(manual=manual, manuals=manuals)) from error
    if not hits:
        return tool_texts.NOTHING_FOUND.format(query=shortened(query)), []
    found = zip(_hit_names(index, hits), finds(index, query, hits, quotes=quotes), strict=True)
    return "\n".join(_told(name, find) for name, find in found), hits


def finds(index: ManualIndex, query: str, hits: Sequence[Hit], *, quotes: bool = False) -> list[Find]:
    """Return what is shown of each hit of a search. Raises KeyError for a section that has gone."""
    confidence = hits[0].confidence if hits else 0.0
    rooms: tuple[int, ...] = _SURE if confidence >= ANSWER_FROM else ()
    if quotes and REFUSE_BELOW <= confidence < ANSWER_FROM:
        rooms = _UNSURE
    found = [_quoted(index, query, hit, room, quotes=quotes) for hit, room in zip(hits, rooms, strict=False)]
    most = _START_BESIDE_QUOTES if any(find is not None for find in found) else _START
    found += [None] * (len(hits) - len(found))
    return [find or _started(index.item_of(hit), hit, most) for find, hit in zip(found, hits, strict=True)]


def hit_names(index: ManualIndex, hits: Sequence[Hit]) -> str:
    """Return what was found by menu path and id alone. Raises KeyError for a section that has gone."""
    return "\n".join(_hit_names(index, hits))


def shown_texts(index: ManualIndex, content: str, hits: Sequence[Hit]) -> dict[str, str]:
    """Return what the words of a search quote of the sections that it found, after the menu path, by a section's id.

    They are read as a model was given them, so that what was cut or taken out of them counts for nothing. First words
    of a passage are no quote.

    Raises:
        KeyError: A section has gone.
    """
    shown: dict[str, str] = {}
    left = f"\n{content}"
    for name, hit in reversed(list(zip(_hit_names(index, hits), hits, strict=True))):
        before, found, text = left.rpartition(f"\n{name}")
        if not found:
            continue
        left = before
        if text.startswith(_QUOTED):
            shown[hit.section_id] = "\n".join((index.item_of(hit).menu_path, *text.splitlines()[1:]))
    return dict(reversed(shown.items()))


def _quoted(index: ManualIndex, query: str, hit: Hit, room: int, *, quotes: bool) -> Find | None:
    """Return a find with all of its section, or with the blocks that answer; None where neither has room."""
    item = index.item_of(hit)
    if 0 < characters_in(item.blocks) <= room:
        return Find(item, hit, (*taps_line(item), *map(written_block, item.blocks)), tool_texts.ALL_OF_IT)
    if not quotes or not item.blocks:
        return None
    graph = index.graph_of(item.id)
    quote = quote_for(query, item, graph, index.idf, hit.blocks)
    if not 0 < characters_in(quote.blocks) <= room:
        return None
    more = (tool_texts.MORE,) if quote.cut or quote.below or quote.rest else ()
    return Find(item, hit, (*map(written_block, quote.blocks), *more), tool_texts.WHAT_FITS)


def _started(item: MenuItem, hit: Hit, most: int) -> Find:
    return Find(item, hit, (shortened(best_passage(item, hit), most),))


def _told(name: str, find: Find) -> str:
    return "\n".join((f"{name}, {find.extent}:", *find.lines)) if find.extent else f"{name}: {find.text}"


def _hit_names(index: ManualIndex, hits: Sequence[Hit]) -> list[str]:
    items = [index.item_of(hit) for hit in hits]
    return [f"{number}. {item.menu_path} (id {item.id})" for number, item in enumerate(items, start=1)]
