"""Load OpenDocument texts (.odt, as LibreOffice writes them): headings, lists, tables, bold words, links.

Pictures, comments, deleted text and the lists of contents are left out.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.headed_html import headed_sections
from graphrag_tools.loaders.packed_file import UNREADABLE, PackedLimits, check_packed_file
from graphrag_tools.loaders.section_tree import make_manual
from graphrag_tools.loaders.source_file import check_file
from graphrag_tools.loaders.word.headings_by_number import headings_that_count_on
from graphrag_tools.loaders.word.typed_headings import (
    TypedLine,
    headings_by_type,
    headings_that_look_styled,
    levels_by_look,
    look_of,
    title_among,
)
from graphrag_tools.manual.sections import Manual
from graphrag_tools.text.normalise import tidy

ODT_SUFFIX = ".odt"
_LIMITS = PackedLimits()
_MOST_DEEP = 80
_PREFIXES = {
    **{f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0": name for name in ("office", "style", "text", "table")},
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
    "http://www.w3.org/1999/xlink": "xlink",
}
_ADDRESSES = {prefix: address for address, prefix in _PREFIXES.items()}
_TAG = re.compile(r"<[^<>]*>")
_BOLD = frozenset({"bold", "600", "700", "800", "900"})
_RAISED = re.compile(r"super|[1-9]")
"""How a style's position begins that is above the line: "super 58%", "33% 58%"."""
_POINTS = re.compile(r"(\d{1,3}(?:\.\d+)?)pt")
_USUAL_SIZE = 12.0
"""What LibreOffice takes where a document says no size."""
_HEADING_STYLE = re.compile(r"Heading_20_(\d{1,2})")
"""Whatever the language of the program that wrote it."""
_CODE_STYLES = ("Preformatted", "Source_20_Code", "Code")
_LEFT_OUT = frozenset(
    "text:table-of-content text:alphabetical-index text:illustration-index text:table-index text:user-index "
    "text:tracked-changes text:sequence-decls text:note-citation office:annotation office:forms "
    "table:covered-table-cell".split()
)
_SPACES = {"text:s": " ", "text:tab": " ", "text:line-break": "<br>"}


@dataclass(slots=True)
class _Style:
    parent: str = ""
    bold: bool | None = None
    size: float | None = None
    raised: bool | None = None


@dataclass(slots=True)
class _Styles:
    """What the styles of a document say that a manual needs, by their names."""

    texts: dict[str, _Style] = field(default_factory=dict)
    numbered: dict[str, set[int]] = field(default_factory=dict)
    """Of styles of lists, the levels that count."""

    def take(self, root: Element) -> None:
        for node in root.iter():
            name = _name(node)
            if name == "style:style":
                look = next((one for one in node if _name(one) == "style:text-properties"), None)
                weight = None if look is None else _get(look, "fo:font-weight")
                bold = None if not weight else weight in _BOLD
                size = None if look is None else _POINTS.fullmatch(_get(look, "fo:font-size"))
                position = "" if look is None else _get(look, "style:text-position")
                raised = bool(_RAISED.match(position)) if position else None
                style = _Style(_get(node, "style:parent-style-name"), bold, float(size[1]) if size else None, raised)
                self.texts[_get(node, "style:name")] = style
            elif name == "text:list-style":
                levels = (one for one in node if _name(one) == "text:list-level-style-number")
                counted = {_number(_get(one, "text:level")) for one in levels if _get(one, "style:num-format")}
                self.numbered[_get(node, "style:name")] = counted

    def chain(self, name: str) -> list[str]:
        """Return a style and those that it is based on."""
        found: list[str] = []
        while name and name not in found:
            found.append(name)
            name = self.texts.get(name, _Style()).parent
        return found

    def is_bold(self, name: str) -> bool:
        said = (self.texts[one].bold for one in self.chain(name) if one in self.texts)
        return next((bold for bold in said if bold is not None), False)

    def is_raised(self, name: str) -> bool:
        said = (self.texts[one].raised for one in self.chain(name) if one in self.texts)
        return next((raised for raised in said if raised is not None), False)

    def size_of(self, name: str) -> float | None:
        """Return the size in points that a style or one below it says, None where none does."""
        said = (self.texts[one].size for one in self.chain(name) if one in self.texts)
        return next((size for size in said if size is not None), None)

    def level_of(self, name: str) -> str:
        """Return the level of the heading that a paragraph of this style is, "" for text."""
        return next((found[1] for one in self.chain(name) if (found := _HEADING_STYLE.fullmatch(one))), "")


def load_odt(path: Path, manual_id: str, limits: PackedLimits = _LIMITS) -> Manual:
    """Load one OpenDocument text.

    Raises:
        ManualError: The file is missing, no such text, damaged, encrypted, beyond the limits, or has no heading and no
            text.
    """
    check_file(path)
    try:
        check_packed_file(path, limits)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            roots = [_parsed(archive.read(name)) for name in ("styles.xml", "content.xml") if name in names]
    except (*UNREADABLE, ElementTree.ParseError) as error:
        raise ManualError(
            f"{path}: no OpenDocument text ({error}). Is the file complete, and without a password?"
        ) from error
    except ValueError as error:
        raise ManualError(f"{path}: {error}") from error
    body = next((node for root in roots[-1:] for node in root.iter() if _name(node) == "office:text"), None)
    if body is None:
        raise ManualError(f"{path}: found no text of a document in it; expected an OpenDocument text (.odt).")
    styles = _Styles()
    for root in roots:
        styles.take(root)
    writer = _Writer(styles, _levels_by_type(body, styles))
    writer.write_all(body)
    sections = headed_sections("".join(writer.parts), writer.title or path.stem)
    if not sections:
        raise ManualError(f"{path}: no heading and no text found.")
    return make_manual(manual_id, sections, path, (), writer.title)


def _parsed(data: bytes) -> Element:
    """Return a file's root.

    Raises:
        ValueError: It has a document type, which may declare what fills the memory, or nests beyond any document.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("it declares a document type; expected a document as LibreOffice saves it.")
    root = ElementTree.fromstring(data)  # noqa: S314  # without a document type, nothing is declared or expanded
    depth, level = 0, [root]
    while level:
        depth, level = depth + 1, [child for node in level for child in node]
        if depth > _MOST_DEEP:
            raise ValueError(f"its parts nest more than {_MOST_DEEP} deep; expected a document of a manual.")
    return root


def _levels_by_type(body: Element, styles: _Styles) -> dict[Element, str]:
    """Return the paragraphs that are headings by their type, where styles name too few, with their levels."""
    lines: list[TypedLine] = []
    nodes: list[Element] = []
    styled: list[tuple[TypedLine, int]] = []
    for at, node in enumerate(_paragraphs(body)):
        name = _get(node, "text:style-name")
        text = _words(node)
        if not text:
            continue
        looks = Counter[tuple[float, bool]]()
        for length, size, bold in _looks(node, styles, styles.size_of(name) or _USUAL_SIZE, styles.is_bold(name)):
            looks[size, bold] += length
        size = max(looks, key=lambda look: looks[look])[0]
        line = TypedLine(at, text, size, all(bold for _, bold in looks), is_item=False)
        if _name(node) == "text:h" or styles.level_of(name):
            styled.append((line, _number(styles.level_of(name) or _get(node, "text:outline-level"))))
        elif "Title" not in styles.chain(name):
            lines.append(line)
            nodes.append(node)
    found = headings_by_type(lines, len(styled), lines[-1].at) if lines else []
    if found and not styled and (title := title_among(found, lines)) is not None:
        found.remove(title)
    levels = dict(zip((line.at for line in found), levels_by_look(found, min(len(styled), 1)), strict=True))
    if not found:
        of_looks = {look_of(line): level for line, level in reversed(styled)}
        levels = {line.at: of_looks[look_of(line)] for line in headings_that_look_styled(lines, of_looks)}
    known = levels | {line.at: level for line, level in styled}
    every = sorted((*lines, *(line for line, _ in styled)), key=lambda line: line.at)
    levels |= headings_that_count_on(every, known)
    return {node: str(levels[line.at]) for line, node in zip(lines, nodes, strict=True) if line.at in levels}


def _words(node: Element) -> str:
    """Return what a paragraph says in one line, its tabs and breaks as spaces."""
    return tidy("".join(_texts(node)))


def _texts(node: Element) -> Iterator[str]:
    yield " " if _name(node) in _SPACES else node.text or ""
    for child in node:
        yield from _texts(child)
        yield child.tail or ""


def _paragraphs(body: Element) -> Iterator[Element]:
    """Yield the headings and paragraphs that stand in no list, table, frame or note."""
    for node in body:
        if _name(node) in ("text:h", "text:p"):
            yield node
        elif _name(node) == "text:section":
            yield from _paragraphs(node)


def _looks(node: Element, styles: _Styles, size: float, bold: bool) -> Iterator[tuple[int, float, bool]]:
    """Yield how many characters of a paragraph stand in which size and weight."""
    yield from ((len(text.strip()), size, bold) for text in [node.text or ""] if text.strip())
    for child in node:
        name = _get(child, "text:style-name") if _name(child) == "text:span" else ""
        yield from _looks(child, styles, styles.size_of(name) or size, styles.is_bold(name) if name else bold)
        yield from ((len(text.strip()), size, bold) for text in [child.tail or ""] if text.strip())


class _Writer:
    """Writes the elements of a document as HTML; `levels` has the paragraphs that are headings by their type."""

    def __init__(self, styles: _Styles, levels: Mapping[Element, str]) -> None:
        self._styles = styles
        self._levels = levels
        self.parts: list[str] = []
        self.title = ""
        self._headed = False
        self._lists: list[str] = []
        self._flows: dict[str, Callable[[Element], None]] = {
            "text:h": self._heading,
            "text:p": self._paragraph,
            "text:list": self._list,
            "table:table": self._table,
        }

    def write_all(self, nodes: Iterable[Element]) -> None:
        for node in nodes:
            name = _name(node)
            if name in self._flows:
                self._flows[name](node)
            elif name not in _LEFT_OUT:
                self.write_all(node)

    def _heading(self, node: Element, level: str = "") -> None:
        self._headed = True
        tag = f"h{min(_number(level or _get(node, 'text:outline-level')), 6)}"
        self.parts.append(f"<{tag}>{self._inline(node)}</{tag}>")

    def _paragraph(self, node: Element) -> None:
        chain = self._styles.chain(_get(node, "text:style-name"))
        shown = self._inline(node)
        level = self._levels.get(node) or self._styles.level_of(chain[0] if chain else "")
        if "Title" in chain and not self.title and not self._headed:
            self.title = _words(node)
        elif "Title" in chain and self._headed and shown.strip() and not self._lists:
            self._heading(node, "1")
        elif level and _TAG.sub("", shown).strip() and not self._lists:
            self._heading(node, level)
        elif any(name.startswith(_CODE_STYLES) for name in chain):
            last = self.parts[-1] if self.parts else ""
            before = self.parts.pop().removesuffix("</pre>") + "\n" if last.startswith("<pre>") else "<pre>"
            self.parts.append(f"{before}{_TAG.sub('', shown)}</pre>")
        else:
            bold = bool(chain) and self._styles.is_bold(chain[0])
            self.parts.append(f"<p><b>{shown}</b></p>" if bold and shown.strip() else f"<p>{shown}</p>")
        for frame in node.iter():  # text in frames stands after the paragraph that they hang on
            if _name(frame) == "draw:text-box":
                self.write_all(frame)

    def _list(self, node: Element) -> None:
        if any(_name(one) == "text:h" for one in node.iter()):  # headings that are numbered as a list is
            self.write_all(one for item in node for one in item)
            return
        style = _get(node, "text:style-name") or (self._lists[-1] if self._lists else "")
        self._lists.append(style)
        tag = "ol" if len(self._lists) in self._styles.numbered.get(style, ()) else "ul"
        self.parts.append(f"<{tag}>")
        for item in node:
            self.parts.append("<li>")
            self.write_all(item)
            self.parts.append("</li>")
        self.parts.append(f"</{tag}>")
        self._lists.pop()

    def _table(self, node: Element) -> None:
        self.parts.append("<table>")
        for row in (one for one in node.iter() if _name(one) == "table:table-row"):
            self.parts.append("<tr>")
            for cell in (one for one in row if _name(one) == "table:table-cell"):
                spans = [(name, _get(cell, f"table:number-{name}s-spanned")) for name in ("row", "column")]
                html = {"row": "rowspan", "column": "colspan"}
                said = "".join(
                    f' {html[name]}="{count}"' for name, count in spans if count.isdecimal() and count != "1"
                )
                self.parts.append(f"<td{said}>")
                self.write_all(cell)
                self.parts.append("</td>")
            self.parts.append("</tr>")
        self.parts.append("</table>")

    def _inline(self, node: Element) -> str:
        pieces = [escape(node.text or "")]
        for child in node:
            name = _name(child)
            if name in _SPACES:
                pieces.append(_SPACES[name])
            elif name in ("text:bookmark", "text:bookmark-start"):
                pieces.append(f'<a id="{escape(_get(child, "text:name"))}"></a>')
            elif name == "text:note":
                pieces.append(f" ({tidy(' '.join(_noted(child)))})")
            elif name == "text:a":
                pieces.append(f'<a href="{escape(_get(child, "xlink:href"))}">{self._inline(child)}</a>')
            elif not name.startswith("draw:") and name not in _LEFT_OUT:
                pieces.append(self._span(child))
            pieces.append(escape(child.tail or ""))
        return "".join(pieces)

    def _span(self, node: Element) -> str:
        inner, style = self._inline(node), _get(node, "text:style-name")
        if _name(node) != "text:span" or not inner.strip():
            return inner
        raised = f"<sup>{inner}</sup>" if self._styles.is_raised(style) else inner
        return f"<b>{raised}</b>" if self._styles.is_bold(style) else raised


def _noted(note: Element) -> Iterable[str]:
    return (text for body in note if _name(body) == "text:note-body" for text in body.itertext())


def _number(text: str) -> int:
    """Return the number of a level, 1 where none is said."""
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 3 else 1


def _name(node: Element) -> str:
    """Return an element's name with the usual prefix of its namespace: "text:p"."""
    address, _, local = node.tag.removeprefix("{").partition("}")
    return f"{_PREFIXES.get(address, '')}:{local}"


def _get(node: Element, name: str) -> str:
    """Return an attribute, named with the usual prefix of its namespace, "" where it is not there."""
    prefix, _, local = name.partition(":")
    return node.get(f"{{{_ADDRESSES[prefix]}}}{local}", "")
