"""Find headings of a page that are written as paragraphs: those that the contents at its top links to.

Pages written by hand have bold lines for headings. One that the page's own contents leads to names what stands below.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.html.boilerplate import NAVIGATION, Dropped, mostly_links
from graphrag_tools.loaders.html.dom import FLOW, LISTS, attribute, lists_around, nearest, neighbour, walk
from graphrag_tools.loaders.html.inline import is_bold
from graphrag_tools.text.normalise import tidy, unaccented

_FEWEST = 3
_MAX_LENGTH = 200
_MAX_LEAD_IN = 40
_PARAGRAPHS = frozenset({"p", "div", "center"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of contents: how deep it stands, what it says, and the place of the page that it leads to."""

    depth: int
    text: str
    place: str


def listed_headings(body: LexborNode, name: str, dropped: Dropped) -> dict[int, int]:
    """Return such paragraphs by identity, each with how deep the contents lists it, from 0 on.

    `name` is that of the page, as links to its own places may have it. The contents, and the few words right above it,
    go to `dropped`. Nothing is found where less than half of its links lead to bold lines: real headings say more.
    """
    found: dict[int, int] = {}
    places: dict[str, LexborNode] = {}
    for contents in _outermost_lists(body):
        entries = list(_entries(contents, name.rpartition("/")[2])) if mostly_links(contents) else []
        if len(entries) < _FEWEST:
            continue
        places = places or _places(body)
        headings = [(entry, _heading(places[entry.place], entry)) for entry in entries if entry.place in places]
        depths = {heading.mem_id: entry.depth for entry, heading in headings if heading is not None}
        if len(depths) >= max(_FEWEST, len(entries) // 2):
            found = {**depths, **found}
            drop_contents(contents, dropped)
    return found


def _outermost_lists(body: LexborNode) -> list[LexborNode]:
    lists: list[LexborNode] = []

    def enter(node: LexborNode) -> bool:
        is_list = node.tag in LISTS or node.tag == "dl"
        if is_list:
            lists.append(node)
        return not is_list

    walk(body, enter, lambda _node: None)
    return lists


def drop_contents(contents: LexborNode, dropped: Dropped) -> None:
    """Leave out a list of contents, with the paragraph right above it that is nothing but a few words ("Contents:")."""
    dropped.add(contents, NAVIGATION)
    above = neighbour(contents, forward=False)
    if above is None or above.tag not in _PARAGRAPHS:
        return
    text = tidy(above.text())
    if len(text) <= _MAX_LEAD_IN and not text.endswith((".", "!")) and note_kind(text) is None:
        dropped.add(above, NAVIGATION)


def _entries(contents: LexborNode, name: str) -> Iterator[_Entry]:
    for link in contents.css("a[href]"):
        page, _, place = attribute(link, "href").strip().partition("#")
        if place and page in ("", name):
            yield _Entry(lists_around(link, contents), tidy(link.text()), place)


def _places(body: LexborNode) -> dict[str, LexborNode]:
    places: dict[str, LexborNode] = {}
    for node in body.css("[id], a[name]"):
        places.setdefault(attribute(node, "id") or attribute(node, "name"), node)
    return places


def _heading(place: LexborNode, entry: _Entry) -> LexborNode | None:
    """Return the paragraph at a place where all of it is bold, or what the contents says."""
    block = nearest(place, FLOW)
    if block is None or block.tag not in _PARAGRAPHS:
        return None
    text = tidy(block.text())
    if not text or len(text) > _MAX_LENGTH or any(inner.tag in FLOW for inner in block.css("*")[1:]):
        return None
    is_said = unaccented(text) == unaccented(entry.text)
    return block if is_said or any(is_bold(run) and tidy(run.text()) == text for run in block.css("*")) else None
