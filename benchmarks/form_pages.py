"""A manual divided into pages, and its blocks in Markdown, reStructuredText, AsciiDoc and HTML."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.text.normalise import slug

Emphasise = Callable[[str], str]


@dataclass(frozen=True)
class Page:
    """One page of a site: its section first, then those below it that are no pages of their own."""

    name: str
    title: str
    sections: tuple[tuple[int, Section], ...]
    """Sections with their levels, 1 for the page's own."""


@dataclass(frozen=True)
class Chapter:
    """A section at the top, as the page of its folder, and the pages of the sections right below it."""

    index: Page
    pages: tuple[Page, ...]


def chapters(manual: Manual) -> list[Chapter]:
    """Return the manual as folders of pages, in order."""
    below: dict[str | None, list[Section]] = {}
    for section in manual.sections:
        below.setdefault(section.parent, []).append(section)
    return [
        Chapter(_page(top, [], {}), tuple(_page(inner, below.get(inner.key, []), below) for inner in below[top.key]))
        for top in below[None]
    ]


def _page(section: Section, inner: Sequence[Section], below: dict[str | None, list[Section]]) -> Page:
    def nested(sections: Sequence[Section], level: int) -> Iterator[tuple[int, Section]]:
        for one in sections:
            yield level, one
            yield from nested(below.get(one.key, []), level + 1)

    return Page(slug(section.title), section.title, ((1, section), *nested(inner, 2)))


def emphasised(block: Block, bold: Emphasise) -> str:
    """Return a block's text with its bold runs marked, each on the first place of its words not yet passed."""
    pieces, at = [], 0
    for run in block.emphasis if block.kind not in ("note", "warning") else block.emphasis[1:]:
        start = block.text.find(run, at)
        if run and start >= 0:
            pieces += [block.text[at:start], bold(run)]
            at = start + len(run)
    text = "".join([*pieces, block.text[at:]])
    return re.sub(r"^(?:Note|Tip|Warning): ", "", text) if block.kind in ("note", "warning") else text


def kind_of_note(block: Block) -> str:
    """Return "note", "tip" or "warning", as the text says it."""
    return block.text.partition(":")[0].lower()


def rows_of(blocks: Sequence[Block]) -> list[list[str]]:
    """Return the cells of a table's rows."""
    return [row.text.split(" | ") for row in blocks]


def runs(blocks: Sequence[Block]) -> Iterator[tuple[str, list[Block]]]:
    """Yield lists ("list"), tables ("table") and single blocks in order."""

    def kind(block: Block) -> str:
        return "list" if block.kind in ("step", "option") else block.kind

    for name, group in groupby(blocks, key=kind):
        found = list(group)
        if name in ("list", "table"):
            yield name, found
        else:
            yield from ((name, [one]) for one in found)


def markdown(blocks: Sequence[Block], note: Callable[[str, str], str], bold: str = "**") -> str:
    """Return blocks as Markdown; `note` writes a note of a kind in a site's own way."""
    lines: list[str] = []
    for name, group in runs(blocks):
        first = group[0]
        if name == "list":
            lines += [f"{'    ' * one.depth}{_mark(one)} {emphasised(one, _around(bold))}" for one in group]
        elif name == "table":
            head, *rows = rows_of(group)
            lines += ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
        elif name in ("note", "warning"):
            lines.append(note(kind_of_note(first), emphasised(first, _around(bold))))
        else:
            lines.append(f"**{first.text}**" if name == "heading" else emphasised(first, _around(bold)))
        lines.append("")
    return "\n".join(lines)


def rst(blocks: Sequence[Block], role: str = ":guilabel:") -> str:
    """Return blocks as reStructuredText of Sphinx; bold names are roles."""

    def bold(run: str) -> str:
        return f"{role}`{run}`"

    lines: list[str] = []
    for name, group in runs(blocks):
        first = group[0]
        if name == "list":
            before = -1
            for one in group:
                lines += [""] if one.depth != before else []
                before = one.depth
                lines.append(f"{'   ' * one.depth}{'#.' if one.kind == 'step' else '- '} {emphasised(one, bold)}")
        elif name == "table":
            lines += [".. list-table::", "   :header-rows: 1", ""]
            lines += [f"   {'*' if not at else ' '} - {cell}" for row in rows_of(group) for at, cell in enumerate(row)]
        elif name in ("note", "warning"):
            lines += [f".. {kind_of_note(first)}::", "", f"   {emphasised(first, bold)}"]
        else:
            lines.append(f"**{first.text}**" if name == "heading" else emphasised(first, bold))
        lines.append("")
    return re.sub(r"(?<=\w)(:\w+:`[^`]+`)|(:\w+:`[^`]+`)(?=\w)", r"\\ \1\2\\ ", "\n".join(lines))


def asciidoc(blocks: Sequence[Block]) -> str:
    """Return blocks as AsciiDoc."""
    lines: list[str] = []
    for name, group in runs(blocks):
        first = group[0]
        if name == "list":
            for one in group:
                mark = ("." if one.kind == "step" else "*") * (1 if one.kind == "step" else one.depth + 1)
                lines.append(f"{mark} {emphasised(one, _around('*'))}")
        elif name == "table":
            lines += ["|===", *("| " + " | ".join(row) for row in rows_of(group)), "|==="]
        elif name in ("note", "warning"):
            lines.append(f"{kind_of_note(first).upper()}: {emphasised(first, _around('*'))}")
        else:
            lines.append(f".{first.text}" if name == "heading" else emphasised(first, _around("*")))
        lines.append("")
    return "\n".join(lines)


@dataclass(frozen=True)
class Tags:
    """The names of elements in a markup of tags."""

    paragraph: str = "p"
    ordered: str = "ol"
    unordered: str = "ul"
    item: str = "li"
    bold: str = "b"
    item_paragraph: bool = False
    row: str = "tr"
    cell: str = "td"
    note: Callable[[str, str], str] = lambda kind, text: (
        f'<div class="{kind}"><h3>{kind.title()}</h3><p>{text}</p></div>'
    )


def tagged(blocks: Sequence[Block], tags: Tags) -> str:
    """Return blocks as elements: of HTML, Mallard, DocBook."""

    def bold(run: str) -> str:
        return f"\x01{run}\x02"

    def text(block: Block) -> str:
        written = escape(emphasised(block, bold), quote=False)
        return written.replace("\x01", f"<{tags.bold}>").replace("\x02", f"</{tags.bold}>")

    pieces: list[str] = []
    for name, group in runs(blocks):
        first = group[0]
        if name == "list":
            pieces.append(_tagged_list(group, 0, tags, text))
        elif name == "table":
            rows = ("".join(f"<{tags.cell}>{escape(cell)}</{tags.cell}>" for cell in row) for row in rows_of(group))
            pieces.append(f"<table>{''.join(f'<{tags.row}>{row}</{tags.row}>' for row in rows)}</table>")
        elif name in ("note", "warning"):
            pieces.append(tags.note(kind_of_note(first), text(first)))
        elif name == "heading":
            pieces.append(f"<{tags.paragraph}><{tags.bold}>{escape(first.text)}</{tags.bold}></{tags.paragraph}>")
        else:
            pieces.append(f"<{tags.paragraph}>{text(first)}</{tags.paragraph}>")
    return "\n".join(pieces)


def _tagged_list(blocks: Sequence[Block], depth: int, tags: Tags, text: Callable[[Block], str]) -> str:
    if not blocks:
        return ""
    items: list[tuple[Block, list[Block]]] = []
    for block in blocks:
        if block.depth <= depth or not items:
            items.append((block, []))
        else:
            items[-1][1].append(block)
    written = []
    for is_step, group in groupby(items, key=lambda item: item[0].kind == "step"):
        name = tags.ordered if is_step else tags.unordered
        inner = (
            f"<{tags.item}>{_own(one, tags, text)}{_tagged_list(below, depth + 1, tags, text)}</{tags.item}>"
            for one, below in group
        )
        written.append(f"<{name}>{''.join(inner)}</{name}>")
    return "".join(written)


def _own(block: Block, tags: Tags, text: Callable[[Block], str]) -> str:
    own = text(block)
    return f"<{tags.paragraph}>{own}</{tags.paragraph}>" if tags.item_paragraph else own


def _mark(block: Block) -> str:
    return "1." if block.kind == "step" else "-"


def _around(mark: str) -> Emphasise:
    return lambda run: f"{mark}{run}{mark}"


def bold_runs(text: str) -> list[tuple[str, bool]]:
    """Return the pieces of a text with "**" around its bold ones, each with whether it is bold."""
    return [(piece, at % 2 == 1) for at, piece in enumerate(text.split("**")) if piece]
