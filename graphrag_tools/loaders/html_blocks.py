"""HTML to blocks: lists, options, notes and tables kept as the markup says them.

Parsed by selectolax (lexbor: the HTML5 rules, so tag soup has one meaning). The walk keeps no call
stack, so that markup nested ten thousand levels deep is only slow to read, not fatal.
"""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.block_kinds import is_heading, note_kind, option_name
from graphrag_tools.manual import Block, BlockKind, Link, tidy

_SILENT = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "textarea"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FLOW = _HEADINGS | frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure "
    "footer form grouped header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
    "".split()
)
_NOTE_CLASSES: tuple[tuple[str, BlockKind], ...] = (
    ("warning", "warning"),
    ("caution", "warning"),
    ("danger", "warning"),
    ("note", "note"),
    ("tip", "note"),
)


def html_blocks(html: str, title: str = "") -> tuple[Block, ...]:
    """Return the blocks of an HTML fragment in reading order; its first heading is dropped if it is the title."""
    body = LexborHTMLParser(html).body
    if body is None:
        return ()
    reader = _BlockReader(title)
    node: LexborNode | None = body
    while node is not None:
        entered = reader.enter(node)
        if entered and node.child is not None:
            node = node.child
            continue
        while node is not None:
            reader.leave(node)
            if node.parent is None or node.tag == "body":
                return reader.finish()
            if node.next is not None:
                node = node.next
                break
            node = node.parent
    return reader.finish()


@dataclass(slots=True)
class _List:
    """A list that the walk is inside of."""

    ordered: bool
    single: bool
    offers_choices: bool
    """Whether the block that the list hangs under ends in a colon."""
    item_has_text: bool = False


@dataclass(slots=True)
class _Inline:
    """The running text between two flow elements, with its bold runs and links."""

    pieces: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bold_from: list[int] = field(default_factory=list)
    link_from: list[tuple[int, str]] = field(default_factory=list)

    def close(self) -> "_Inline":
        """End the text, and return its empty successor: bold and links that are still open go on in both."""
        if self.bold_from and (bold := self.text_from(self.bold_from[0])):
            self.bold.append(bold)
        if self.link_from:
            self._add_link(*self.link_from[-1])
        return _Inline(bold_from=[0] * len(self.bold_from), link_from=[(0, target) for _, target in self.link_from])

    def end_bold(self) -> None:
        if bold := self.text_from(self.bold_from.pop()):
            self.bold.append(bold)

    def end_link(self) -> None:
        self._add_link(*self.link_from.pop())

    def _add_link(self, start: int, target: str) -> None:
        text = self.text_from(start)
        if text and target:
            self.links.append(Link(text, target))

    def text_from(self, piece: int) -> str:
        return tidy("".join(self.pieces[piece:]))


class _BlockReader:
    """Takes elements in document order and gathers blocks."""

    def __init__(self, title: str) -> None:
        self._title = title.casefold()
        self._blocks: list[Block] = []
        self._inline = _Inline()
        self._lists: list[_List] = []
        self._notes: list[BlockKind] = []
        self._heading = False
        self._rows: list[list[tuple[str, _Inline]]] = []

    def enter(self, node: LexborNode) -> bool:
        """Take an opening tag or a text; return whether its children are to be read."""
        tag = node.tag
        if tag == "-text":
            self._inline.pieces.append(node.text_content or "")
            return False
        if tag in _SILENT or tag is None or tag.startswith(("-", "!")):
            return False
        if tag in ("b", "strong"):
            self._inline.bold_from.append(len(self._inline.pieces))
        elif tag == "a":
            self._inline.link_from.append((len(self._inline.pieces), node.attributes.get("href") or ""))
        elif tag in _FLOW:
            self._enter_flow(node, tag)
        return True

    def leave(self, node: LexborNode) -> None:
        """Take a closing tag."""
        tag = node.tag or ""
        if tag in ("b", "strong"):
            self._inline.end_bold()
        elif tag == "a":
            self._inline.end_link()
        elif tag in _FLOW:
            self._leave_flow(node, tag)

    def finish(self) -> tuple[Block, ...]:
        """Return all blocks."""
        self._flush()
        return tuple(self._blocks)

    def _enter_flow(self, node: LexborNode, tag: str) -> None:
        self._flush()
        if tag in ("ul", "ol"):
            items = sum(1 for child in node.iter() if child.tag == "li")
            self._lists.append(_List(tag == "ol", items == 1, self._lead_in_ends_open(len(self._lists))))
        elif tag == "li" and self._lists:
            self._lists[-1].item_has_text = False
        elif tag in _HEADINGS:
            self._heading = True
        elif tag == "tr" and _is_data_row(node) and not self._notes:
            self._rows.append([])
        if kind := _note_of(node, tag):
            self._notes.append(kind)

    def _leave_flow(self, node: LexborNode, tag: str) -> None:
        self._flush()
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag in _HEADINGS:
            self._heading = False
        elif tag == "tr" and self._rows and _is_data_row(node) and not self._notes:
            self._add_row(self._rows.pop())
        if self._notes and _note_of(node, tag):
            self._notes.pop()

    def _flush(self) -> None:
        inline = self._inline
        self._inline = inline.close()
        text = inline.text_from(0)
        if not text.strip("\ufeff"):
            return
        if self._rows:
            self._rows[-1].append((text, inline))
            return
        self._classify(text, inline)

    def _classify(self, text: str, inline: _Inline) -> None:
        emphasis = tuple(inline.bold)
        kind = self._notes[-1] if self._notes else note_kind(text)
        if kind and not self._heading:
            labelled = note_kind(text) or kind
            self._add(labelled, text, emphasis, inline.links)
        elif self._heading:
            if self._blocks or text.casefold() != self._title:
                self._add("heading", text)
        elif self._lists:
            self._classify_item(text, emphasis, inline.links)
        else:
            self._add("heading" if is_heading(text, emphasis) else "paragraph", text, emphasis, inline.links)

    def _classify_item(self, text: str, emphasis: tuple[str, ...], links: list[Link]) -> None:
        current = self._lists[-1]
        if current.item_has_text:
            kind: BlockKind = "heading" if is_heading(text, emphasis) else "paragraph"
            self._add(kind, text, emphasis, links, extra_depth=1)
            return
        current.item_has_text = True
        name = "" if current.ordered else option_name(text, emphasis)
        self._add(self._item_kind(current, name), text, emphasis, links, name=name)

    def _item_kind(self, current: _List, name: str) -> BlockKind:
        if name:
            return "option"
        if current.ordered:
            return "step"
        if len(self._lists) == 1:
            return "step" if current.single else "paragraph"
        return "option" if current.offers_choices else "paragraph"

    def _lead_in_ends_open(self, depth: int) -> bool:
        lead_in = next((block for block in reversed(self._blocks) if block.depth < depth), None)
        return lead_in is not None and lead_in.text.endswith(":")

    def _add_row(self, cells: list[tuple[str, _Inline]]) -> None:
        emphasis = tuple(bold for _, inline in cells for bold in inline.bold)
        links = [link for _, inline in cells for link in inline.links]
        self._add("table", " | ".join(text for text, _ in cells), emphasis, links)

    def _add(
        self,
        kind: BlockKind,
        text: str,
        emphasis: tuple[str, ...] = (),
        links: list[Link] | None = None,
        *,
        name: str = "",
        extra_depth: int = 0,
    ) -> None:
        if not text:
            return
        depth = max(len(self._lists) - 1, 0) + extra_depth
        self._blocks.append(Block(kind, text, depth, name, emphasis, tuple(links or ())))


def _note_of(node: LexborNode, tag: str) -> BlockKind | None:
    if tag == "blockquote":
        return "note"
    if tag not in ("table", "div", "p", "aside", "section"):
        return None
    classes = (node.attributes.get("class") or "").lower().replace("-", " ").replace("_", " ").split()
    return next((kind for word, kind in _NOTE_CLASSES if word in classes), None)


def _is_data_row(row: LexborNode) -> bool:
    """Whether a table row holds data: two or more cells with text, and no headings or lists in them."""
    cells = [cell for cell in row.iter() if cell.tag in ("td", "th") and cell.text().strip()]
    return len(cells) >= 2 and row.css_first("h1,h2,h3,h4,h5,h6,ul,ol") is None
