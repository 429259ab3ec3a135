"""Put the name of each tab of a page ("Windows", "macOS") before what it shows, in place of the row of names."""

from collections.abc import Iterable, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.html.dom import attribute
from graphrag_tools.text.normalise import tidy

_MARKS = ("tablist", "tabbed-", "nav-tabs", "sd-tab-label", "vp-code-group")
_ROWS = "[role=tablist], ul.nav-tabs, ul.tabs, .tabbed-labels, .vp-code-group > .tabs"
_NAMES = "[role=tab], label, li"
_PAIRS = "label.sd-tab-label, .tabbed-set > label"
"""Names that stand right before what they show."""
_AIMS = ("aria-controls", "data-target", "data-bs-target", "href")
_MOST_ROWS = 2000
_LONGEST_NAME = 100


def name_tabs(parser: LexborHTMLParser, markup: str) -> None:
    """Make the names of tabs headings of what they show; a row whose tabs are not found stays as it is."""
    if not any(mark in markup for mark in _MARKS):
        return
    named = {attribute(node, "id"): node for node in parser.css("div[id]")}
    for row in parser.css(_ROWS)[:_MOST_ROWS]:
        tabs = _tabs(row)
        shown = _shown(row, tabs, named)
        if len(shown) == len(tabs) > 0:
            for tab, panel in zip(tabs, shown, strict=True):
                _head(parser, panel, tidy(tab.text()))
            row.decompose()
    for label in parser.css(_PAIRS)[:_MOST_ROWS]:
        if (beside := _element_after(label)) is not None and beside.tag == "div":
            _head(parser, beside, tidy(label.text()))
            label.decompose()


def _tabs(row: LexborNode) -> list[LexborNode]:
    """Return the names in a row, an item of a list that holds another name once."""
    found = row.css("[role=tab]") or row.css(_NAMES)
    inner = {one.parent.mem_id for one in found if one.parent is not None}
    return [one for one in found if one.mem_id not in inner and 0 < len(tidy(one.text())) <= _LONGEST_NAME]


def _shown(row: LexborNode, tabs: list[LexborNode], named: Mapping[str, LexborNode]) -> list[LexborNode]:
    """Return what each tab shows: the element that it names, else the one of its number behind the row."""
    aims = [panel for tab in tabs if (panel := _aim(tab, named)) is not None]
    if len(aims) == len(tabs):
        return aims
    around = row
    for _ in range(3):
        if (beside := _element_after(around)) is not None:
            panels = _elements(beside.iter())
            return panels if len(panels) == len(tabs) else _following(beside, len(tabs))
        if around.parent is None:
            break
        around = around.parent
    return []


def _aim(tab: LexborNode, named: Mapping[str, LexborNode]) -> LexborNode | None:
    aims = (attribute(node, name).lstrip("#") for node in (tab, *tab.css("a")) for name in _AIMS)
    return next((named[aim] for aim in aims if aim in named), None)


def _following(first: LexborNode, count: int) -> list[LexborNode]:
    """Return as many panels as there are tabs, from one on, if they are marked as such."""
    found: list[LexborNode] = []
    node: LexborNode | None = first
    while node is not None and attribute(node, "role") == "tabpanel" and len(found) < count:
        found.append(node)
        node = _element_after(node)
    return found


def _head(parser: LexborHTMLParser, panel: LexborNode, name: str) -> None:
    heading = parser.create_node("summary")
    heading.insert_child(name)
    if (first := panel.child) is not None:
        first.insert_before(heading)


def _elements(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    return [node for node in nodes if node.tag not in ("-text", "-comment")]


def _element_after(node: LexborNode) -> LexborNode | None:
    following = node.next
    while following is not None and following.tag in ("-text", "-comment"):
        following = following.next
    return following
