"""Take preformatted text from HTML as it stands: its lines and their indentation."""

from itertools import chain, islice

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.dom import ancestors, class_words, is_readable, walk

_LINE_NUMBERS = frozenset({"linenos", "lineno", "linenodiv", "gutter"})
_BLOCKS = frozenset({"div", "p", "li", "tr"})


def code_text(node: LexborNode) -> str:
    """Return the text of a preformatted element, without line numbers and buttons, blank lines around it gone."""
    if _holds_line_numbers(node):
        return ""
    pieces: list[str] = []

    def enter(inner: LexborNode) -> bool:
        if inner.tag == "-text":
            pieces.append(inner.text_content or "")
            return False
        if not is_readable(inner) or inner.tag == "button" or not _LINE_NUMBERS.isdisjoint(class_words(inner)):
            return False
        if inner.tag == "br" or (inner.tag in _BLOCKS and pieces and not pieces[-1].endswith("\n")):
            pieces.append("\n")
        return True

    walk(node, enter, lambda _inner: None)
    lines = "".join(pieces).expandtabs(4).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def has_code_lines(node: LexborNode) -> bool:
    """Whether an element holds preformatted text of more than one line."""
    return any("\n" in code_text(inner) for inner in node.css("pre"))


def _holds_line_numbers(node: LexborNode) -> bool:
    around = islice(chain((node,), ancestors(node)), 4)
    return any(not _LINE_NUMBERS.isdisjoint(class_words(one)) for one in around)
