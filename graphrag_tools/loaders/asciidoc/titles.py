"""Read the titles of AsciiDoc: those that are underlined, and the lines below the title of a book that are no text."""

import re
from collections.abc import Sequence

_LEVELS = "=-~^+"
_UNDERLINE = re.compile(r"(?P<sign>[=\-~^+])(?P=sign)+")
_TITLE = re.compile(r"(?![.\[|:]|//|[*-] )\S.*")
_ANCHOR_OR_STYLE = re.compile(r"\[.*\]|//(?!//).*")
_DELIMITER = re.compile(r"(?:-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|```.*|\|={3,})")
_WORD = re.compile(r"\w")
_NAME = r"(?:[^\W\d_]\.?|[^\W\d_][\w.'’-]{1,40})"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,3}}"
_AUTHOR = re.compile(
    rf"(?P<name>{_NAMES})(?P<address> <[^<>\s]{{1,200}}>)?(?:; {_NAMES}(?: <[^<>\s]{{1,200}}>)?){{0,20}};?"
)
_REVISION = re.compile(r"(?:v|version |rev(?:ision)? )?\d[\w.-]{0,20}(?:[,:] .{0,80})?", re.IGNORECASE)


def with_titles_in_one_line(text: str) -> str:
    """Return a page with "== Care" for the title "Care" over a line of "-" that is as long as it, give or take one.

    A title begins a block, outside of all that is delimited: the same line under other text opens a block of code.

    >>> with_titles_in_one_line("Lamp\\n====\\n\\nBulb\\n----\\n")
    '= Lamp\\n\\n== Bulb\\n'
    """
    result: list[str] = []
    lines = text.split("\n")
    closing = ""
    at = 0
    while at < len(lines):
        line = lines[at].rstrip()
        at += 1
        if closing:
            closing = "" if line == closing else closing
        elif (level := _level(line, lines[at].rstrip() if at < len(lines) else "")) and _begins_block(result):
            result.append(f"{'=' * level} {line}")
            at += 1
            continue
        elif _DELIMITER.fullmatch(line):
            closing = "```" if line.startswith("```") else line
        result.append(lines[at - 1])
    return "\n".join(result)


def header_lines(below: Sequence[str]) -> int:
    """Return how many lines below the title of a book name its authors and its revision.

    >>> header_lines(["Ada Lind <ada@example.com>", "v1.2, 2024-05-01"]), header_lines(["Hold the key."])
    (2, 0)
    """
    lines = [line.strip() for line in (*below, "", "")]
    author = _AUTHOR.fullmatch(lines[0])
    words = author["name"].split() if author else []
    if author and (author["address"] or (len(words) > 1 and all(word[:1].isupper() for word in words))):
        return 1 + bool(lines[1] and _REVISION.fullmatch(lines[1]))
    return int(bool(re.match(r"v?\d", lines[0]) and _REVISION.fullmatch(lines[0])))


def _level(title: str, underline: str) -> int:
    """Return the level of a title with the line under it, 0 where it is none."""
    if not _UNDERLINE.fullmatch(underline) or abs(len(title) - len(underline)) > 1:
        return 0
    return _LEVELS.index(underline[0]) + 1 if _TITLE.fullmatch(title) and _WORD.search(title) else 0


def _begins_block(before: list[str]) -> bool:
    return not before or not before[-1].strip() or _ANCHOR_OR_STYLE.fullmatch(before[-1].strip()) is not None
