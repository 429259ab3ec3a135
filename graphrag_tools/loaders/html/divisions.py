"""Tell the levels of headings from the divisions that stylesheets of DocBook write around them.

A chapter and its sections have the same h2 there, and a book the h1 of its parts: the divisions say which is in which.
"""

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.dom import ancestors, attribute

_TITLE_PAGE = "titlepage"


def heading_level(heading: LexborNode) -> int:
    """Return how deep the division lies that a heading begins, one more for one within it; else the heading's own."""
    own = int((heading.tag or "h1")[1])
    around = list(ancestors(heading))
    depth = sum(map(_is_division, around))
    if not depth:
        return own
    begins_division = any(_TITLE_PAGE in _classes(node) for node in around)
    return depth if begins_division else depth + 1


def is_beside_title(heading: LexborNode) -> bool:
    """Whether a heading on a title page is not its title: a date, an edition or an author."""
    page = next((node for node in ancestors(heading) if _TITLE_PAGE in _classes(node)), None)
    return page is not None and "title" not in _classes(heading) and page.css_first(".title") is not None


def _is_division(node: LexborNode) -> bool:
    first = node.child
    while first is not None and first.tag in ("-text", "a"):
        first = first.next
    return first is not None and _TITLE_PAGE in _classes(first)


def _classes(node: LexborNode) -> list[str]:
    return attribute(node, "class").split()
