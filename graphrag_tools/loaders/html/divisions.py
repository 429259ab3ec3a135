"""Tell the levels of headings from the divisions that stylesheets of DocBook write around them.

A chapter and its sections have the same h2 there, and a book the h1 of its parts: the divisions say which is in which.
"""

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.dom import attribute

_TITLE_PAGE = "titlepage"


def heading_level(heading: LexborNode) -> int:
    """Return how deep the division lies that a heading begins, one more for one within it; else the heading's own."""
    own = int((heading.tag or "h1")[1])
    depth = 0
    begins_division = False
    node = heading.parent
    while node is not None:
        if _TITLE_PAGE in _classes(node):
            begins_division = True
        depth += _is_division(node)
        node = node.parent
    if not depth:
        return own
    return depth if begins_division else depth + 1


def is_beside_title(heading: LexborNode) -> bool:
    """Whether a heading on a title page is not its title: a date, an edition or an author."""
    page = heading.parent
    while page is not None and _TITLE_PAGE not in _classes(page):
        page = page.parent
    return page is not None and "title" not in _classes(heading) and page.css_first(".title") is not None


def _is_division(node: LexborNode) -> bool:
    first = node.child
    while first is not None and first.tag in ("-text", "a"):
        first = first.next
    return first is not None and _TITLE_PAGE in _classes(first)


def _classes(node: LexborNode) -> list[str]:
    return attribute(node, "class").split()
