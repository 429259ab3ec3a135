"""Read blocks from HTML: lists, options, notes and tables kept as the markup says them.

Parsed by selectolax (lexbor: the HTML5 rules, so tag soup has one meaning).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.block_kinds import (
    ends_as_sentence,
    is_heading,
    is_mere_name,
    is_to_be_noted,
    note_kind,
    option_name,
    plain_option_name,
    with_bare_name,
)
from graphrag_tools.loaders.html.alternatives import follows_alternative
from graphrag_tools.loaders.html.bounds import check_bounds
from graphrag_tools.loaders.html.code import code_text
from graphrag_tools.loaders.html.dom import (
    FLOW,
    HEADINGS,
    LISTS,
    attribute,
    class_words,
    is_readable,
    table_around,
    walk,
)
from graphrag_tools.loaders.html.inline import Inline, icon_name, is_bold, is_italic
from graphrag_tools.loaders.html.neighbours import told_by_neighbours
from graphrag_tools.loaders.html.pictures import cards, is_name_of_picture
from graphrag_tools.loaders.html.rows import is_data_row, is_group_row, is_header_row, is_only_row
from graphrag_tools.manual.sections import CELL_BREAK, Block, BlockKind, Link

_WARNING_CLASSES = frozenset({"warning", "caution", "danger", "attention"})
_NOTE_CLASSES = frozenset({"note", "tip", "hint", "important", "admonition", "callout"})
_NOTE_ROLES = frozenset({"note", "doc-notice", "doc-tip"})
_MAX_TERM_LENGTH = 80
_OF_A_BOX = 2
_TYPED_BULLET = re.compile(r"\A[·•▪◦●■]\s+(?=\S)")
"""As Word writes the marks of its lists into HTML."""


def html_blocks(html: str, title: str = "") -> tuple[Block, ...]:
    """Return the blocks of an HTML fragment in reading order; its first heading is dropped if it is the title.

    Raises:
        ManualError: It would take long to parse.
    """
    check_bounds(html, title or "its HTML")
    body = LexborHTMLParser(html).body
    if body is None:
        return ()
    reader = BlockReader(title)
    walk(body, reader.enter, reader.leave)
    return reader.take()


@dataclass(slots=True)
class _List:
    """A list that the walk is inside of."""

    ordered: bool
    single: bool
    offers_choices: bool
    """Whether the block that the list hangs under ends in a colon."""
    defines: bool = False
    """Whether it is a list of terms and what they mean (dl)."""
    item_has_text: bool = False


class BlockReader:
    """Takes elements in document order and gathers blocks."""

    def __init__(self, title: str = "") -> None:
        self._title = title.casefold()
        self._blocks: list[Block] = []
        self._open: list[Block] = []
        """The last block, the one that it hangs under, and so on up: depths that fall towards the start."""
        self._inline = Inline()
        self._lists: list[_List] = []
        self._notes: list[BlockKind] = []
        self._heading = False
        self._rows: list[list[list[tuple[str, Inline]]]] = []
        """The rows that are open, each with its cells so far, and these with their lines."""
        self._terms: list[str] = []
        """What the next definition is a definition of."""
        self._label = ""
        """The title of a note ("Warning") whose text is still to come."""
        self._in_title = False
        """Whether the walk is inside the title that the markup gives a note."""

    def enter(self, node: LexborNode) -> bool:
        """Take an opening tag or a text; return whether its children are to be read."""
        tag = node.tag
        if tag == "-text":
            self._inline.pieces.append(node.text_content or "")
            return False
        if tag is None or not is_readable(node) or is_name_of_picture(node):
            return False
        if tag == "pre":
            self._add_code(node)
            return False
        return self._enter_element(node, tag)

    def leave(self, node: LexborNode) -> None:
        """Take a closing tag."""
        tag = node.tag or ""
        if is_bold(node):
            self._inline.end_bold()
        if is_italic(node):
            self._inline.end_italic()
        elif tag == "a":
            self._inline.end_link()
        elif tag in FLOW:
            self._leave_flow(node, tag)

    @property
    def at_top(self) -> bool:
        """Whether the walk is inside no list, note or row: a heading here begins a section."""
        return not (self._lists or self._notes or self._rows)

    def take(self) -> tuple[Block, ...]:
        """Return the blocks since the last time, and go on with none."""
        self._flush()
        taken = told_by_neighbours(self._blocks)
        self._blocks, self._open = [], []
        return taken

    def add_text(self, text: str) -> None:
        """Take a text that stands by itself."""
        self._flush()
        self._classify(text, Inline([text]))

    def _enter_element(self, node: LexborNode, tag: str) -> bool:
        if tag == "table" and attribute(node, "data-view") == "cards":
            self._flush()
            for words, links in cards(node):
                self._add("paragraph", words, links=links)
            return False
        if tag in FLOW:
            self._enter_flow(node, tag)
        if is_bold(node):
            self._inline.start_bold()
        if is_italic(node):
            self._inline.start_italic()
        elif tag == "code" and self._lists:
            self._inline.take_code(node)
        elif tag == "a":
            self._inline.start_link(attribute(node, "href"))
        elif tag == "img" and self._lists and (name := icon_name(node)):
            self._inline.pieces.append(f" {name} ")
        elif tag == "span" and follows_alternative(node):
            self._inline.pieces.append(" / ")
        return True

    def _enter_flow(self, node: LexborNode, tag: str) -> None:
        self._flush()
        if _is_list(node, tag):
            items = sum(1 for child in node.iter() if child.tag == "li")
            offers = self._lead_in_ends_open(len(self._lists))
            self._lists.append(_List(tag == "ol", items == 1, offers, defines=tag == "dl"))
        elif tag in ("li", "dd") and self._lists:
            self._lists[-1].item_has_text = False
        elif tag in HEADINGS or tag == "summary" or is_group_row(node):
            self._heading = True
        elif tag == "tr" and self._is_row(node):
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append([])
        if kind := _note_of(node, tag):
            # What a sentence with a colon leads to is what it speaks of: an output, an address, a value.
            is_shown = tag == "blockquote" and self._blocks and self._blocks[-1].text.endswith((":", "："))
            self._notes.append("paragraph" if is_shown else kind)
        elif self._notes and "title" in class_words(node):
            self._in_title = True

    def _leave_flow(self, node: LexborNode, tag: str) -> None:
        self._flush(ends_term=tag == "dt")
        if self._lists and _is_list(node, tag):
            self._end_terms()
            self._lists.pop()
        elif tag in HEADINGS or tag == "summary" or (tag == "tr" and self._heading):
            self._heading = False
        elif tag == "tr" and self._rows and self._is_row(node):
            self._add_row(self._rows.pop(), alone=is_only_row(node), heads=is_header_row(node))
        self._in_title = False
        if self._notes and _note_of(node, tag):
            self._add_label()
            self._notes.pop()

    def _is_row(self, node: LexborNode) -> bool:
        """Whether a row is one of data; in a note, which may be drawn as a table, one of several of another table."""
        if not is_data_row(node):
            return False
        table = table_around(node) if self._notes else None
        return table is None or (_note_of(table, "table") is None and not is_only_row(node))

    def _flush(self, *, ends_term: bool = False) -> None:
        inline = self._inline
        if not inline.pieces:
            return
        self._inline = inline.close()
        text = inline.text_from(0)
        if not text.strip("\ufeff"):
            return
        if self._rows:
            cells = self._rows[-1]
            if not cells:
                cells.append([])
            cells[-1].append((text, inline))
        elif ends_term and self._lists and self._lists[-1].defines:
            self._terms.append(text)
        else:
            self._classify(text, inline)

    def _classify(self, text: str, inline: Inline) -> None:
        emphasis = _emphasis(text, inline)
        is_noted = self._notes and (self._notes[-1] != "paragraph" or self._label)
        kind = self._notes[-1] if is_noted else note_kind(text)
        if self._lists and not self._notes and is_to_be_noted(text):
            kind = None
        if kind and not self._heading:
            self._add_note(kind, text, emphasis, inline.links)
        elif self._heading:
            if self._blocks or text.casefold() != self._title:
                self._add("heading", text)
        elif self._lists:
            self._classify_item(text, inline)
        else:
            bare = _TYPED_BULLET.sub("", text)
            self._add("heading" if is_heading(bare, emphasis) else "paragraph", bare, emphasis, inline.links)

    def _add_note(self, kind: BlockKind, text: str, emphasis: tuple[str, ...], links: list[Link]) -> None:
        is_label = note_kind(text) and not {" ", ":"} & {*text[:-1]}
        if self._notes and not self._label and (self._in_title or is_label):
            self._label = text
            return
        labelled = f"{self._label.rstrip(':')}: {text}" if self._label else text
        self._label = ""
        self._add(note_kind(labelled) or kind, labelled, emphasis, links)

    def _add_label(self) -> None:
        """Keep the title of a note that no text has followed, before its table or code."""
        if self._label:
            self._add(self._notes[-1], self._label)
            self._label = ""

    def _classify_item(self, text: str, inline: Inline) -> None:
        current = self._lists[-1]
        emphasis, links = tuple(inline.bold), inline.links
        if current.defines and self._terms:
            self._add_definition(text, emphasis, links)
            current.item_has_text = True
            return
        if current.item_has_text:
            kind: BlockKind = "heading" if is_heading(text, emphasis) else "paragraph"
            self._add(kind, text, emphasis, links, extra_depth=1)
            return
        current.item_has_text = True
        if not current.ordered:
            text, emphasis = with_bare_name(text, emphasis)
        named = (inline.first_code,) if inline.first_code else emphasis
        name = "" if current.ordered else option_name(text, named)
        self._add(self._item_kind(current, name, text), text, emphasis or _emphasis(text, inline), links, name=name)

    def _add_definition(self, text: str, emphasis: tuple[str, ...], links: list[Link]) -> None:
        name = ", ".join(term.rstrip(" :：–—") for term in self._terms)
        if len(name) > _MAX_TERM_LENGTH or ends_as_sentence(name) or not name:
            self._end_terms()
            self._add("paragraph", text, emphasis, links)
            return
        self._terms = []
        self._add("option", f"{name}: {text}", (name, *emphasis), links, name=name)

    def _end_terms(self) -> None:
        """Keep terms that no definition followed, as the heading of what comes instead."""
        terms, self._terms = self._terms, []
        for term in terms:
            self._add("heading", term)

    def _item_kind(self, current: _List, name: str, text: str) -> BlockKind:
        if name:
            return "option"
        if current.ordered:
            return "step"
        if len(self._lists) == 1:
            tells = current.single and not (is_mere_name(text) or plain_option_name(text))
            return "step" if tells else "paragraph"
        return "option" if current.offers_choices else "paragraph"

    def _lead_in_ends_open(self, depth: int) -> bool:
        lead_in = next((block for block in reversed(self._open) if block.depth < depth), None)
        return lead_in is not None and lead_in.text.endswith(":")

    def _add_code(self, node: LexborNode) -> None:
        text = code_text(node)
        if self._rows:  # one line: those of several are no cells
            self._inline.pieces.append(f" {text} ")
            return
        self._flush()
        self._add_label()
        self._add("code", text, extra_depth=1 if self._notes or (self._lists and self._lists[-1].item_has_text) else 0)

    def _add_row(self, cells: list[list[tuple[str, Inline]]], *, alone: bool, heads: bool) -> None:
        said = [inline for lines in cells for _, inline in lines]
        emphasis = tuple(bold for inline in said for bold in inline.bold)
        links = [link for inline in said for link in inline.links]
        texts = [_one_line([text for text, _ in lines]) for lines in cells if lines]
        kind = note_kind(texts[0]) if alone and len(texts) == _OF_A_BOX and " " not in texts[0] else None
        if kind:  # a box that is drawn as a table: a label, and what it says
            self._add(kind, f"{texts[0].rstrip(':')}: {texts[1]}", emphasis, links)
        else:
            self._add_label()
            within = 1 if self._notes else 0
            self._add("table", CELL_BREAK.join(texts), tuple(texts) if heads else emphasis, links, extra_depth=within)

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
        if self._terms:
            self._end_terms()
        block = Block(kind, text, max(len(self._lists) - 1, 0) + extra_depth, name, emphasis, tuple(links or ()))
        self._blocks.append(block)
        while self._open and self._open[-1].depth >= block.depth:
            self._open.pop()
        self._open.append(block)


def _emphasis(text: str, inline: Inline) -> tuple[str, ...]:
    """Return the bold runs of a text, where it has none the name in italics before what it says of it."""
    italic = (inline.first_italic,)
    return tuple(inline.bold) or (italic if text != inline.first_italic and option_name(text, italic) else ())


def _is_list(node: LexborNode, tag: str) -> bool:
    """Whether an element is a list: one without items is how old editors of HTML indent what stands in it."""
    if tag not in LISTS:
        return tag == "dl"
    wrapped = (one for child in node.iter() if child.tag not in LISTS for one in (child, *child.iter()))
    return any(one.tag == "li" for one in wrapped)


def _note_of(node: LexborNode, tag: str) -> BlockKind | None:
    if tag == "blockquote":
        return None if _only_lists(node) else "note"
    if tag not in ("table", "div", "p", "aside", "section"):
        return None
    classes = class_words(node)
    if "title" in classes:  # of a note: its label
        return None
    if not _WARNING_CLASSES.isdisjoint(classes):
        return "warning"
    return "note" if not _NOTE_CLASSES.isdisjoint(classes) or attribute(node, "role") in _NOTE_ROLES else None


def _one_line(lines: Sequence[str]) -> str:
    """Return a cell's lines as one, with a semicolon after those that end in no mark of their own."""
    ended = (line if line.endswith((".", ":", ";", ",", "!", "?")) else f"{line};" for line in lines[:-1])
    return " ".join((*ended, *lines[-1:]))


def _only_lists(quotation: LexborNode) -> bool:
    """Whether a quotation holds lists and nothing else: indented lists, which some converters write so."""
    children = [child for child in quotation.iter(include_text=True) if child.tag != "-text" or child.text().strip()]
    return bool(children) and all(child.tag in LISTS for child in children)
