"""Passages as HTML, so that they go through the reader of every other format."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby

from graphrag_tools.loaders.block_kinds import plain_option_name
from graphrag_tools.loaders.pdf.pages import Piece, Place
from graphrag_tools.loaders.pdf.passages import Passage

_TOLERANCE = 3.0
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
LinkTarget = Callable[[str | Place], str]


@dataclass(frozen=True, slots=True)
class _OpenList:
    indent: float
    ordered: bool

    @property
    def tag(self) -> str:
        return "ol" if self.ordered else "ul"


@dataclass(slots=True)
class _Writer:
    target: LinkTarget
    plain: bool
    parts: list[str] = field(default_factory=list)
    lists: list[_OpenList] = field(default_factory=list)

    def write(self, passage: Passage) -> None:
        self._close_lists(passage)
        if passage.kind == "item":
            self._begin_item(passage)
        elif passage.kind == "table":
            rows = ("".join(f"<td>{self._inline(cell)}</td>" for cell in row) for row in passage.rows)
            self.parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            tag = "h4" if passage.kind == "heading" else "p"
            self.parts.append(f"<{tag}>{self._inline(passage.pieces)}</{tag}>")

    def _close_lists(self, passage: Passage) -> None:
        is_item = passage.kind == "item"
        while self.lists and not self._hangs_under(passage, self.lists[-1]):
            same = abs(passage.indent - self.lists[-1].indent) <= _TOLERANCE
            if is_item and same and self.lists[-1].ordered == (passage.number is not None):
                return
            self.close()

    @staticmethod
    def _hangs_under(passage: Passage, above: _OpenList) -> bool:
        return passage.indent > above.indent + _TOLERANCE

    def _begin_item(self, passage: Passage) -> None:
        ordered = passage.number is not None
        if self.lists and not self._hangs_under(passage, self.lists[-1]):
            self.parts.append("</li>")
        else:
            self.lists.append(_OpenList(passage.indent, ordered))
            self.parts.append(f"<{self.lists[-1].tag}>")
        name = plain_option_name("".join(piece.text for piece in passage.pieces)) if self.plain and not ordered else ""
        inline = self._inline(passage.pieces)
        shown = (
            f"<b>{escape(name)}</b>{inline[len(escape(name)) :]}" if name and inline.startswith(escape(name)) else ""
        )
        self.parts.append(f"<li>{shown or inline}")

    def close(self) -> None:
        self.parts.append(f"</li></{self.lists.pop().tag}>")

    def _inline(self, pieces: Iterable[Piece]) -> str:
        looks = groupby(pieces, key=lambda piece: (piece.bold, piece.link))
        return "".join(self._styled("".join(piece.text for piece in group), *look) for look, group in looks)

    def _styled(self, text: str, bold: bool, link: str | Place | None) -> str:
        shown = escape(text.replace(_SOFT_HYPHEN, ""))
        shown = f"<b>{shown}</b>" if bold and text.strip() else shown
        target = self.target(link) if link is not None else ""
        return f'<a href="{escape(target)}">{shown}</a>' if target else shown


def passages_html(passages: Sequence[Passage], target: LinkTarget, *, plain: bool) -> str:
    """Return the passages as HTML; lists nest by the indents of their marks.

    `target` names the link target of an address or place, "" for none. Where the document sets no text in bold
    (`plain`), the name that an option begins with ("Name: what it does") is told by its words.
    """
    writer = _Writer(target, plain)
    for passage in passages:
        writer.write(passage)
    while writer.lists:
        writer.close()
    return "".join(writer.parts)
