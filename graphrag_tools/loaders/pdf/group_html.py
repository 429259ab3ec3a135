"""Write groups of lines as HTML, which the same reader then takes apart as in every other format."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby

from graphrag_tools.loaders.block_kinds import is_label, plain_option_name
from graphrag_tools.loaders.pdf.captions import is_bare_caption, is_caption
from graphrag_tools.loaders.pdf.line_groups import LineGroup
from graphrag_tools.loaders.pdf.pages import Destination, Piece

_TOLERANCE = 3.0
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
LinkTarget = Callable[[str | Destination], str]


def groups_html(groups: Sequence[LineGroup], target: LinkTarget, *, plain: bool) -> str:
    """Return the groups as HTML; lists nest by the indents of their marks.

    `target` names the link target of an address or place, "" for none. Where the document sets no text in bold
    (`plain`), the name that an option begins with ("Name: what it does") is told by its words.
    """
    writer = _Writer(target, plain)
    for group, number in zip(groups, _numbers_below(groups), strict=True):
        # A heading stands within a list only where the list counts on below it, a bold line where it goes on at all.
        if _may_head(group) and (number == 1 or (group.kind == "heading" and number is None)):
            writer.close_all()
        writer.write(group)
    writer.close_all()
    return "".join(writer.parts)


def _may_head(group: LineGroup) -> bool:
    bold = group.kind == "paragraph" and _is_bold(group)
    return (group.kind == "heading" or bold) and not is_label(group.text.strip())


def _is_bold(group: LineGroup) -> bool:
    return all(piece.bold or not piece.text.strip() for piece in group.pieces)


def _numbers_below(groups: Sequence[LineGroup]) -> list[int | None]:
    """Return for each group the number of the next item below it; None for a bullet, or where there is no item."""
    found: list[int | None] = []
    number: int | None = None
    for group in reversed(groups):
        found.append(number)
        if group.kind == "item":
            number = group.number
    return found[::-1]


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

    def write(self, group: LineGroup) -> None:
        self._close_lists(group)
        if group.kind == "item":
            self._begin_item(group)
        elif group.kind == "table":
            self.parts.append("<table>" + "".join(map(self._row, group.rows)) + "</table>")
        elif is_caption(text := group.text.strip()):
            # One in bold is no heading of what follows.
            shown = escape(text) if _is_bold(group) else self._inline(group.pieces)
            self.parts.append("" if is_bare_caption(text) else f"<p>{shown}</p>")
        else:
            tag = "h4" if group.kind == "heading" and not is_label(text) else "p"
            self.parts.append(f"<{tag}>{self._inline(group.pieces)}</{tag}>")

    def _close_lists(self, group: LineGroup) -> None:
        is_item = group.kind == "item"
        while self.lists and not self._hangs_under(group, self.lists[-1]):
            same = abs(group.indent - self.lists[-1].indent) <= _TOLERANCE
            if is_item and same and self.lists[-1].ordered == (group.number is not None):
                return
            self.close()

    @staticmethod
    def _hangs_under(group: LineGroup, above: _OpenList) -> bool:
        return group.indent > above.indent + _TOLERANCE

    def _begin_item(self, group: LineGroup) -> None:
        ordered = group.number is not None
        if self.lists and not self._hangs_under(group, self.lists[-1]):
            self.parts.append("</li>")
        else:
            self.lists.append(_OpenList(group.indent, ordered))
            self.parts.append(f"<{self.lists[-1].tag}>")
        name = plain_option_name(group.text) if self.plain and not ordered else ""
        inline = self._inline(group.pieces)
        shown = (
            f"<b>{escape(name)}</b>{inline[len(escape(name)) :]}" if name and inline.startswith(escape(name)) else ""
        )
        self.parts.append(f"<li>{shown or inline}")

    def close_all(self) -> None:
        while self.lists:
            self.close()

    def close(self) -> None:
        self.parts.append(f"</li></{self.lists.pop().tag}>")

    def _row(self, cells: Sequence[Sequence[Piece]]) -> str:
        wide = ' colspan="2"' if len(cells) == 1 else ""
        return "<tr>" + "".join(f"<td{wide}>{self._inline(cell)}</td>" for cell in cells) + "</tr>"

    def _inline(self, pieces: Iterable[Piece]) -> str:
        looks = groupby(pieces, key=lambda piece: (piece.bold, piece.link))
        return "".join(self._styled("".join(piece.text for piece in group), *look) for look, group in looks)

    def _styled(self, text: str, bold: bool, link: str | Destination | None) -> str:
        shown = escape(text.replace(_SOFT_HYPHEN, ""))
        shown = f"<b>{shown}</b>" if bold and text.strip() else shown
        target = self.target(link) if link is not None else ""
        return f'<a href="{escape(target)}">{shown}</a>' if target else shown
