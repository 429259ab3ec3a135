"""Walk a document tree of HTML in order, and tell its elements apart: headings, lists, flow, scripts."""

from collections.abc import Callable

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


def lists_around(node: LexborNode, outermost: LexborNode | None = None) -> int:
    """Return how many lists a node stands in, 40 at most; within the outermost one, where that is given."""
    count = 0
    end = None if outermost is None else outermost.mem_id
    above = node.parent
    while above is not None and above.mem_id != end and count < _MAX_DEPTH:
        count += above.tag in LISTS
        above = above.parent
    return count


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
    table = node.parent
    while table is not None and table.tag != "table":
        table = table.parent
    return table
