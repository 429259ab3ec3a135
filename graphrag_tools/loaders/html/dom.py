"""Walk a document tree of HTML in order, and tell its elements apart: headings, lists, flow, scripts."""

from collections.abc import Callable, Collection, Iterator
from itertools import islice, takewhile

from selectolax.lexbor import LexborNode

SILENT = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "textarea"})
_FILMS = frozenset({"video", "audio"})
_LONGEST_FALLBACK = 200
"""Characters that a page shows in place of a film; in one that nothing closes the rest of the page stands."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"ul", "ol", "menu"})
_MAX_DEPTH = 40
FLOW = HEADINGS | frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure "
    "footer form grouped header hr html li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
    "".split()
)


def walk(root: LexborNode, enter: Callable[[LexborNode], bool], leave: Callable[[LexborNode], None]) -> None:
    """Visit root and all below it in document order.

    `enter` takes a node and returns whether its children are to be visited; only then is `leave` called for it.
    """
    if not enter(root):
        return
    open_nodes = [root]
    node = root.first_child
    while open_nodes:
        if node is None:
            closed = open_nodes.pop()
            leave(closed)
            node = closed.next if open_nodes else None
        elif enter(node):
            open_nodes.append(node)
            node = node.first_child
        else:
            node = node.next


def attribute(node: LexborNode, name: str) -> str:
    """Return an attribute's value, "" where it is absent or empty."""
    return node.attributes.get(name) or ""


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that a node stands in, innermost first."""
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def nearest(node: LexborNode, tags: Collection[str]) -> LexborNode | None:
    """Return the node itself if it has one of these tags, else the innermost element around it that has one."""
    return node if node.tag in tags else next((above for above in ancestors(node) if above.tag in tags), None)


def neighbour(node: LexborNode, *, forward: bool) -> LexborNode | None:
    """Return what stands right after a node, or right before it; white space alone is passed over."""
    other = node.next if forward else node.prev
    while other is not None and other.tag == "-text" and not (other.text_content or "").strip():
        other = other.next if forward else other.prev
    return other


def lists_around(node: LexborNode, outermost: LexborNode | None = None) -> int:
    """Return how many lists a node stands in, 40 at most; within the outermost one, where that is given."""
    end = None if outermost is None else outermost.mem_id
    within = takewhile(lambda above: above.mem_id != end, ancestors(node))
    return sum(1 for _ in islice((above for above in within if above.tag in LISTS), _MAX_DEPTH))


def class_words(node: LexborNode) -> list[str]:
    """Return the words of an element's class attribute, in lower case: "Note-box" gives "note" and "box"."""
    return attribute(node, "class").lower().replace("-", " ").replace("_", " ").split()


def is_readable(node: LexborNode) -> bool:
    """Whether a node may hold text for people: neither a comment, nor a script, a style, or what stands for a film."""
    tag = node.tag
    if tag in _FILMS and len(" ".join(node.text().split())) <= _LONGEST_FALLBACK:
        return False
    return tag is not None and tag not in SILENT and (tag == "-text" or not tag.startswith(("-", "!")))


def table_around(node: LexborNode) -> LexborNode | None:
    """Return the innermost table that a node stands in."""
    return next((above for above in ancestors(node) if above.tag == "table"), None)


def row_cells(row: LexborNode) -> list[LexborNode]:
    """Return the cells of a table's row in order."""
    return [cell for cell in row.iter() if cell.tag in ("td", "th")]
