"""Gather the running text between two flow elements of HTML, with its bold runs, links and named icons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.dom import FLOW, attribute
from graphrag_tools.manual.sections import Link
from graphrag_tools.text.characters import ARROW
from graphrag_tools.text.labels import PICTURE_WORDS
from graphrag_tools.text.normalise import tidy

_NO_NAME = re.compile(
    rf"(?:(?:{'|'.join(PICTURE_WORDS)})[ _-]?\d{{0,3}}|.*\.\w{{3,4}}|(?:[^\W_]|[.-])*+_[\w.-]*+"
    r"|.*(?:automatically |AI-)generated.*|external link(?: icon)?)?",
    re.IGNORECASE,
)
_MADE_UP = "\n\n"
_BOLD_STYLE = re.compile(r"\bfont-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"\bfont-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_ITALIC_CLASS = re.compile(r"(?<!\S)italics?(?!\S)", re.IGNORECASE)
_BOLD_CLASS = re.compile(r"(?<!\S)(?:bold|strong)(?!\S)", re.IGNORECASE)


def is_bold(node: LexborNode) -> bool:
    """Whether an element makes its text bold: by its tag, by its own style, or by a class that is called so."""
    if node.tag not in ("span", "p"):
        return node.tag in ("b", "strong")
    said = _BOLD_STYLE.search(attribute(node, "style")) or _BOLD_CLASS.search(attribute(node, "class"))
    return said is not None


def is_italic(node: LexborNode) -> bool:
    """Whether an element sets its words in italics, by the same signs."""
    if node.tag != "span":
        return node.tag in ("i", "em")
    said = _ITALIC_STYLE.search(attribute(node, "style")) or _ITALIC_CLASS.search(attribute(node, "class"))
    return said is not None


@dataclass(slots=True)
class Inline:
    """Pieces of text as they come, and where bold runs and links began in them."""

    pieces: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    first_italic: str = ""
    """The words in italics that the text begins with, "" where it begins with others."""
    first_code: str = ""
    """The code that the text begins with, "" where it begins with something else."""
    _bold_from: list[int] = field(default_factory=list)
    _italic_from: list[int] = field(default_factory=list)
    _link_from: list[tuple[int, str]] = field(default_factory=list)

    def close(self) -> "Inline":
        """End the text, and return its empty successor: bold and links that are still open go on in both."""
        if self._bold_from and (bold := self.text_from(self._bold_from[0])):
            self.bold.append(bold)
        if self._link_from:
            self._add_link(*self._link_from[-1])
        return Inline(_bold_from=[0] * len(self._bold_from), _link_from=[(0, target) for _, target in self._link_from])

    def start_bold(self) -> None:
        """Take the opening tag of a bold run."""
        self._bold_from.append(len(self.pieces))

    def end_bold(self) -> None:
        """Take the closing tag of a bold run; one within another is a part of it."""
        start = self._bold_from.pop()
        if not self._bold_from and (bold := self.text_from(start)):
            self.bold.append(bold)

    def start_italic(self) -> None:
        """Take the opening tag of an italic run."""
        self._italic_from.append(len(self.pieces))

    def end_italic(self) -> None:
        """Take the closing tag of an italic run: one with an arrow is a way, as a bold one is; others may be stress."""
        start = self._italic_from.pop() if self._italic_from else len(self.pieces)
        run = self.text_from(start)
        if ARROW.search(run):
            self.bold.append(run)
        elif not any(map(str.strip, self.pieces[:start])):
            self.first_italic = run

    def take_code(self, code: LexborNode) -> None:
        """Take the opening tag of code within a line."""
        if not any(map(str.strip, self.pieces)):
            self.first_code = tidy(code.text())

    def start_link(self, target: str) -> None:
        """Take the opening tag of a link."""
        self._link_from.append((len(self.pieces), target))

    def end_link(self) -> None:
        """Take the closing tag of a link."""
        self._add_link(*self._link_from.pop())

    def _add_link(self, start: int, target: str) -> None:
        text = self.text_from(start)
        if text and target:
            self.links.append(Link(text, target))

    def text_from(self, piece: int) -> str:
        """Return the text from a piece on, tidied."""
        return tidy("".join(self.pieces[piece:]))


def icon_name(image: LexborNode) -> str:
    """Return what an image's alt text names, "" where that is nothing, a file's name, or said beside it.

    A picture that stands alone is no icon, and what Word makes up for one, with a blank line in it, no name.
    """
    written = attribute(image, "alt")
    name = tidy(written)
    if _NO_NAME.fullmatch(name.strip()) or _MADE_UP in written or _is_alone(image):
        return ""
    after = _text_beside(image, forward=True).casefold()
    before = _text_beside(image, forward=False).casefold()
    is_beside = after.startswith(name.casefold()) or before.endswith(name.casefold())
    return "" if is_beside else name


def _is_alone(image: LexborNode) -> bool:
    """Whether no text stands in one line with an image."""
    around: LexborNode | None = image
    while around is not None and (around is image or around.tag not in FLOW):
        if any(
            tidy(node.text_content or "") if node.tag == "-text" else tidy(node.text()) for node in _in_line(around)
        ):
            return False
        around = around.parent
    return True


def _in_line(node: LexborNode) -> Iterator[LexborNode]:
    """Yield what stands beside a node up to the next flow elements."""
    for step in ("prev", "next"):
        beside = getattr(node, step)
        while beside is not None and beside.tag not in FLOW:
            yield beside
            beside = getattr(beside, step)


def _text_beside(image: LexborNode, *, forward: bool) -> str:
    """The text of the next two neighbours: white space and the element or text after it."""
    first = image.next if forward else image.prev
    second = (first.next if forward else first.prev) if first is not None else None
    texts = [tidy(node.text()) for node in (first, second) if node is not None]
    return " ".join(text for text in (texts if forward else reversed(texts)) if text).strip(" ()")
