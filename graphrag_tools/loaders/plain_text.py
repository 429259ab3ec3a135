"""Load a manual in plain text: titles underlined, numbered, in capitals, apart or in the margin; lists and code.

Bodies go through markdown-it with all of its marks but lists, quotes and indented code left out: a text without markup
means its stars and underscores as they stand.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import dedent, indent

from markdown_it import MarkdownIt

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.block_kinds import note_kind
from graphrag_tools.loaders.headed_html import headed_sections
from graphrag_tools.loaders.markdown_text.loose_marks import with_blanks_in_lists
from graphrag_tools.loaders.named_lines import with_named_items
from graphrag_tools.loaders.section_tree import make_manual
from graphrag_tools.loaders.source_file import read_text
from graphrag_tools.manual.sections import Manual

PLAIN_TEXT_SUFFIXES = frozenset({".txt", ".text"})
_RULE = re.compile(r"\s*([=\-~^*#_+])\1{2,}\s*\Z")
_ORNAMENT = re.compile(r"[\s=\-~^*#_+]{3,}\Z")
_NUMBER = re.compile(r"\s*(?P<number>\d{1,2}(?:\.\d{1,3})*)\.?\s+(?P<title>[^\W\d].*)")
_STAR = re.compile(r"\s*[*#=]+\s+(?P<title>\S.*?)(?:\s+[*#=]+)?\s*\Z")
_BULLET = re.compile(r"^( *)(?:o(?=  )|[•·]) +(?=\S)", re.MULTILINE)
_LONGEST_TITLE = 70
_HANGING = 3
_MOSTLY = 0.7
_FEWEST_PARTED = 3
_CODE_INDENT = 4
_LISTED = re.compile(r"\s*(?:[-*+o•·]|\(?[\da-z]{1,2}[.)])\s")
_MARKS = ["lheading", "heading", "hr", "fence", "reference", "emphasis", "link", "image", "backticks", "autolink"]


@dataclass(frozen=True, slots=True)
class _Title:
    """A title by its text, and what shows that it is one: "1.2" is of the look "number" and two deep."""

    text: str
    look: str
    depth: int
    rule: str
    """What it is underlined with, "" if it is not."""
    after: int
    """The line after it and its rule."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where titles stand: the indent of numbered ones, and whether they are all that stands at the margin.

    `parted` says whether two empty lines stand before titles, and before hardly anything else.
    """

    numbered: int
    hangs: bool
    parted: bool

    @classmethod
    def of(cls, lines: Sequence[str]) -> "_Layout":
        """Measure a text; one hangs, as manual pages do, where most of its lines are indented."""
        indents = [_indent(line) for line in lines if line]
        numbered = min((_indent(line) for line in lines if _NUMBER.match(line)), default=0)
        after_gaps = [at for at in range(2, len(lines)) if lines[at] and not lines[at - 1] and not lines[at - 2]]
        heads = sum(_may_head(lines, at) for at in after_gaps)
        hangs = sum(one >= _HANGING for one in indents) > _MOSTLY * len(indents)
        return cls(numbered, hangs, heads >= max(_FEWEST_PARTED, _MOSTLY * len(after_gaps)))


_Part = tuple[_Title | None, list[str]]


def load_plain_text(path: Path, manual_id: str) -> Manual:
    """Load one text file, a section for each of its titles; without any it is a single section.

    Raises:
        ManualError: The file is missing, empty or no UTF-8, or holds nothing but rules.
    """
    lines = [line.rstrip() for line in read_text(path).replace("\f", "\n").expandtabs(8).splitlines()]
    sections = headed_sections(_html(lines), path.stem)
    if not sections:
        raise ManualError(f"{path}: no title and no text found.")
    return make_manual(manual_id, sections, path)


def _html(lines: Sequence[str]) -> str:
    markdown = MarkdownIt("commonmark", {"html": False}).disable(_MARKS)
    levels: dict[str, int] = {}
    pieces: list[str] = []
    for title, body in _parts(lines):
        if title:
            # Numbered titles stand as high as others that are underlined alike.
            new = levels.get(f"rule {title.rule}", 1 + len(set(levels.values())))
            level = min(levels.setdefault(title.look, new) + title.depth - 1, 6)
            pieces.append(f"<h{level}>{escape(title.text)}</h{level}>")
        listed = with_blanks_in_lists(_BULLET.sub(r"\1- ", dedent("\n".join(body))))
        pieces.append(markdown.render(_with_code(with_named_items(listed))))
    return "".join(pieces)


def _with_code(body: str) -> str:
    """Indent paragraphs that stand a little to the right of the text before them as Markdown wants code to be."""
    shown: list[str] = []
    beside = False
    for paragraph in body.split("\n\n"):
        lines = paragraph.strip("\n").split("\n")
        least = min(map(_indent, lines))
        is_code = beside and 2 <= least < _CODE_INDENT and not _LISTED.match(lines[0])
        shown.append(indent(dedent(paragraph), " " * _CODE_INDENT) if is_code else paragraph)
        beside = is_code or (not least and not _LISTED.match(lines[0]))
    return "\n\n".join(shown)


def _parts(lines: Sequence[str]) -> Iterator[_Part]:
    """Yield each title with the lines below it, first those above all titles; of a list of contents nothing."""
    parts: list[_Part] = [(None, [])]
    layout = _Layout.of(lines)
    at = 0
    while at < len(lines):
        title = _title_at(lines, at, layout)
        if title:
            parts.append((title, []))
        elif not _ORNAMENT.match(lines[at]):
            parts[-1][1].append(lines[at])
        at = title.after if title else at + 1
    return (part for part, listed in zip(parts, _listed(parts), strict=True) if not listed)


def _listed(parts: Sequence[_Part]) -> list[bool]:
    """Whether each part is a line of a list of contents, whose title comes again, or the empty one that heads it."""
    left = Counter(title.text for title, _ in parts if title)
    found: list[bool] = []
    for title, body in parts:
        if title:
            left[title.text] -= 1
        found.append(title is not None and not any(body) and left[title.text] > 0)
    heads = (one is not None and not any(body) for one, body in parts)
    return [one or (head and following) for one, head, following in zip(found, heads, [*found[1:], False], strict=True)]


def _title_at(lines: Sequence[str], at: int, layout: _Layout) -> _Title | None:
    line = lines[at]
    before, after = (lines[number] if 0 <= number < len(lines) else "" for number in (at - 1, at + 1))
    text = line.strip()
    if not 1 < len(text) <= _LONGEST_TITLE or _RULE.match(line) or (before and not _RULE.match(before)):
        return None
    number, star = _NUMBER.match(line), _STAR.match(line)
    shown = number["title"] if number else star["title"] if star else text
    depth = number["number"].count(".") + 1 if number else 1
    rule = _RULE.match(after)
    if rule and len(after.strip()) >= len(shown) / 2 and any(map(str.isalpha, text)):
        return _Title(shown.rstrip(":"), "number" if number else f"rule {rule[1]}", depth, rule[1], at + 2)
    look = ""
    if text.endswith((".", ",", ";")):
        pass
    elif layout.hangs and not _indent(line) and _indent(after or _next(lines, at)):
        look = "number" if number else "margin"
    elif number and not after and _indent(line) == layout.numbered and _leads_a_text(lines, at):
        look = "number"
    elif not after and _is_loud(shown):
        look = "capitals"
    elif layout.parted and at > 1 and not lines[at - 2] and _may_head(lines, at):
        look = "parted"
    return _Title(shown.rstrip(":"), look, depth, "", at + 1) if look else None


def _may_head(lines: Sequence[str], at: int) -> bool:
    """Whether a line at the margin, alone and short, is no item and no sentence."""
    line = lines[at]
    is_alone = not _indent(line) and at + 1 < len(lines) and not lines[at + 1]
    return (
        is_alone
        and len(line) <= _LONGEST_TITLE
        and line[0].isalnum()
        and not _LISTED.match(line)
        and line[-1] not in ".,;"
    )


def _is_loud(text: str) -> bool:
    """Whether a text is in capitals, and no mere label of a note."""
    loud = len(text) > 2 and text[0].isalpha() and all(one.isupper() for one in text if one.isalpha())
    return loud and not note_kind(text)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _leads_a_text(lines: Sequence[str], at: int) -> bool:
    """Whether text follows a numbered line that stands alone: one that the next number follows is of a list."""
    following = _next(lines, at)
    number = _NUMBER.match(following)
    return bool(following) and (number is None or "." in number["number"])


def _next(lines: Sequence[str], at: int) -> str:
    """Return the next line that is not empty, "" at the end."""
    return next((lines[later] for later in range(at + 1, len(lines)) if lines[later]), "")
