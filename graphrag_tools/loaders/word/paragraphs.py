"""Give the paragraphs of a Word document the styles that their looks mean, before mammoth writes them as HTML.

Many documents have no heading styles, typed bullets, and contents without a style; those that were made from a PDF have
running heads and page numbers in their text.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from graphrag_tools.loaders.block_kinds import BULLET
from graphrag_tools.loaders.word.headings_by_number import headings_that_count_on
from graphrag_tools.loaders.word.styles import WordStyle, WordStyles
from graphrag_tools.loaders.word.typed_headings import (
    DEEPEST,
    FEWEST,
    TypedLine,
    headings_by_type,
    headings_that_look_styled,
    levels_by_look,
    look_of,
    title_among,
)
from graphrag_tools.text.normalise import tidy

_HEADING = re.compile(r"heading [1-6]\Z", re.IGNORECASE)
_CONTENTS_LINE = re.compile(r"\S.{0,200}?(?:\t|(?:\s?[.·…_]){4,})\s*(?:\d{1,4}|[ivxlc]{1,7})\s*\Z")
_LAST_NUMBER = re.compile(r"(?<!\s)\s+(\d{1,4})\s*\Z", re.ASCII)
_TO_A_HEADING = ("_Toc", "_heading=")
_ROW = 3
_LONGEST_STYLED = 300
_LINE_END = (".", ":", ";", "!", "?", "。", "：")


@dataclass(slots=True)
class _Line(TypedLine):
    """A paragraph of Word's."""

    paragraph: Any
    style: WordStyle
    new_style: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether its style says that it is a heading."""
        named = _HEADING.match(self.paragraph.style_name or "")
        return bool(named or self.style.level) and len(self.text) <= _LONGEST_STYLED


def restyled(document: Any, styles: WordStyles) -> Any:
    """Return mammoth's document with headings, titles, contents and lists told by what paragraphs look like."""
    lines = list(_lines(document.children, styles))
    gone = _running_heads(lines)
    _cut_page_numbers(lines, gone)
    lines = [line for line in lines if line.at not in gone]
    _mark_contents(lines)
    rest = [line for line in lines if not line.new_style]
    _mark_styled(rest)
    _mark_headings(rest)
    _mark_counted(rest)
    bullets = _bullets(rest)
    by_place = {line.at: line for line in lines}
    begun_at = _begun_at(lines, bullets) if gone else {}
    children: dict[int, Any] = {}
    for at, child in enumerate(document.children):
        shown = by_place[at].paragraph if at in by_place else child
        if at in begun_at:
            begun = children[begun_at[at]]
            children[begun_at[at]] = begun.copy(children=[*begun.children, _space(), *shown.children])
        elif at not in gone:
            children[at] = _changed(shown, by_place.get(at), bulleted=at in bullets)
    return document.copy(children=list(children.values()))


def _lines(children: Sequence[Any], styles: WordStyles) -> Iterator[_Line]:
    for at, child in enumerate(children):
        text = _text(child) if hasattr(child, "numbering") else ""
        if text.strip():
            style = styles.of(child.style_id)
            looks: Counter[tuple[float, bool]] = Counter()
            for run in _runs(child):
                looks[run.font_size or style.size, run.is_bold or style.bold] += len(_text(run).strip())
            bold = all(look[1] for look, length in looks.items() if length)
            size = max(looks, key=lambda look: looks[look])[0] if looks else style.size
            yield _Line(at, text, float(size), bold, child.numbering is not None, child, style)


def _text(element: Any) -> str:
    """Return the words of an element, a tab and a line's end as such."""
    if hasattr(element, "value"):
        return str(element.value)
    if not getattr(element, "children", None):
        kind = type(element).__name__
        return "\t" if kind == "Tab" else "\n" if kind == "Break" else ""
    return "".join(map(_text, element.children))


def _runs(element: Any) -> Iterator[Any]:
    if hasattr(element, "font_size"):
        yield element
    else:
        for child in getattr(element, "children", None) or ():
            yield from _runs(child)


def _running_heads(lines: Sequence[_Line]) -> set[int]:
    """Return where page numbers stand as text, and what stands beside most of them."""
    texts = [tidy(line.text) for line in lines]
    numbers = [at for at, text in enumerate(texts) if text.isdecimal() and len(text) <= 4]
    counted = [int(texts[at]) for at in numbers]
    grows = all(one < other for one, other in pairwise(counted))
    if len(numbers) < _ROW or not grows or counted[-1] - counted[0] >= 2 * len(numbers):
        return set()
    beside = Counter(texts[at + step] for at in numbers for step in (-1, 1) if 0 <= at + step < len(texts))
    heads = {text for text, count in beside.items() if count >= _ROW and count > len(numbers) / 2}
    # The first one may be the title on the cover.
    later = [at for head in heads for at in [at for at, text in enumerate(texts) if text == head][1:]]
    return {lines[at].at for at in (*numbers, *later)}


def _cut_page_numbers(lines: Sequence[_Line], gone: Container[int]) -> None:
    """Cut the page numbers that stand at the end of a text before a running head, where they count on."""
    page: int | None = None
    for line, after in pairwise(lines):
        number = _LAST_NUMBER.search(line.text)
        if line.at in gone:
            page = int(line.text) if line.text.strip().isdecimal() else page
        elif number and page is not None and after.at in gone and int(number[1]) == page + 1:
            page += 1
            line.text = line.text[: number.start()]
            line.paragraph, _ = _without(line.paragraph, len(number[0]), at_end=True)


def _begun_at(lines: Sequence[_Line], bullets: Container[int]) -> dict[int, int]:
    """Return the lines that go on with a sentence, and where that begins: a converter makes each line a paragraph."""
    found: dict[int, int] = {}
    for line, after in pairwise(lines):
        plain = not (line.is_heading or line.new_style or after.is_heading or after.new_style)
        alike = plain and look_of(line) == look_of(after) and not after.is_item and after.at not in bullets
        if alike and not line.text.rstrip().endswith(_LINE_END) and after.text.lstrip()[:1].islower():
            found[after.at] = found.get(line.at, line.at)
    return found


def _space() -> Any:
    from mammoth.documents import run, text

    return run([text(" ")])


def _mark_contents(lines: Sequence[_Line]) -> None:
    """Mark rows of lines that end in a page number, or lead to headings, as those of a table of contents."""
    for is_contents, run in groupby(lines, key=_is_contents_line):
        row = list(run)
        if is_contents and len(row) >= _ROW:
            for line in row:
                line.new_style = "toc 1"


def _is_contents_line(line: _Line) -> bool:
    if _CONTENTS_LINE.match(line.text.strip()):
        return True
    links = [child for child in line.paragraph.children if getattr(child, "anchor", None)]
    to_headings = [link for link in links if link.anchor.startswith(_TO_A_HEADING)]
    return bool(to_headings) and tidy("".join(map(_text, to_headings))) == tidy(line.text)


def _mark_styled(lines: Sequence[_Line]) -> None:
    """Mark paragraphs in styles based on a heading's, and titles and subtitles where a document has many of them."""
    for line in lines:
        if line.is_heading and not _HEADING.match(line.paragraph.style_name or ""):
            line.new_style = f"heading {line.style.level}"
    _mark_many(lines, "title", 1)
    levels = [_level(line) for line in lines if line.is_heading or line.new_style]
    _mark_many(lines, "subtitle", min(max(levels, default=0) + 1, DEEPEST))


def _mark_many(lines: Sequence[_Line], style: str, level: int) -> None:
    named = [line for line, after in pairwise(lines) if _is_in(line, style) and not _is_in(after, style)]
    if len({line.text for line in named}) >= _ROW:
        for line in named:
            line.new_style = f"heading {level}"


def _is_in(line: _Line, style: str) -> bool:
    return (line.paragraph.style_name or "").casefold() == style


def _mark_headings(lines: Sequence[_Line]) -> None:
    """Mark paragraphs in larger or bold type as headings where styles say too few of them."""
    styled = [line for line in lines if line.is_heading or line.new_style]
    free = [line for line in lines if not (line.is_heading or line.new_style or _is_in(line, "title"))]
    found = headings_by_type(free, len(styled), lines[-1].at) if free else []
    if not found:
        levels = {look_of(line): _level(line) for line in reversed(styled)}
        for line in headings_that_look_styled(free, levels):
            line.new_style = f"heading {levels[look_of(line)]}"
        return
    if len(styled) < FEWEST and (title := title_among(found, lines)) is not None:
        title.new_style = "Title"
        found.remove(title)
    above = max((_level(line) for line in styled), default=0)
    for line, level in zip(found, levels_by_look(found, above), strict=True):
        line.new_style = f"heading {level}"


def _mark_counted(lines: Sequence[_Line]) -> None:
    """Mark paragraphs as headings whose numbers go on with those of the headings."""
    levels = {line.at: _level(line) for line in lines if line.is_heading or line.new_style.startswith("heading")}
    counted = headings_that_count_on(lines, levels)
    for line in lines:
        if line.at in counted:
            line.new_style = f"heading {counted[line.at]}"


def _level(line: _Line) -> int:
    return int((line.new_style or line.paragraph.style_name or "1")[-1]) if not line.style.level else line.style.level


def _bullets(lines: Sequence[_Line]) -> set[int]:
    """Return where typed bullets begin lines, two or more in a row."""
    found: set[int] = set()
    for is_item, run in groupby(lines, key=_is_typed_item):
        row = [line.at for line in run]
        if is_item and len(row) >= FEWEST:
            found.update(row)
    return found


def _is_typed_item(line: _Line) -> bool:
    return not line.new_style and not line.is_item and BULLET.match(line.text) is not None


def _changed(child: Any, line: _Line | None, *, bulleted: bool) -> Any:
    if line is None:
        return child
    if line.new_style:
        # mammoth knows headings by their names, whatever their id.
        return child.copy(style_id="", style_name=line.new_style, numbering=None)
    if bulleted:
        from mammoth.documents import numbering_level

        mark = BULLET.match(line.text)
        bare, _ = _without(child, len(mark[0]) if mark else 0, at_end=False)
        return bare.copy(numbering=numbering_level(0, is_ordered=False))
    return child


def _without(element: Any, length: int, *, at_end: bool) -> tuple[Any, int]:
    """Return an element without its first or last characters, and how many of them are still to go."""
    if hasattr(element, "value"):
        kept = element.value[: max(len(element.value) - length, 0)] if at_end else element.value[length:]
        return element.copy(value=kept), max(length - len(element.value), 0)
    if not getattr(element, "children", None):
        return element, max(length - len(_text(element)), 0)
    children: list[Any] = []
    left = length
    step = -1 if at_end else 1
    for child in element.children[::step]:
        bare, left = _without(child, left, at_end=at_end) if left else (child, 0)
        children.append(bare)
    return element.copy(children=children[::step]), left
