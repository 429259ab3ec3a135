"""Read the text of a document's section, of pieces that a splitter has cut: joined at their seams, and as blocks."""

import re
from collections.abc import Sequence
from itertools import pairwise

from markdown_it import MarkdownIt

from graphrag_tools.loaders.block_kinds import plain_blocks, plain_option_name
from graphrag_tools.loaders.html.blocks import html_blocks
from graphrag_tools.manual.sections import Block
from graphrag_tools.text.normalise import tidy

_MARKS = "#*_ \t"
_CERTAIN_OVERLAP = 24
"""Characters: what a manual says twice in a row by itself ("Tap OK.") is shorter."""
_MOST_OVERLAP = 20_000
_BULLET = re.compile(r"(?m)^([ \t]*)[•●▪◦‣·][ \t]+")
_MARKDOWN = re.compile(
    r"(?m)^ {0,3}(?:#{1,6} |[-*+] |\d{1,3}[.)] |> |\|.*\|\s*$)|\*\*[^*\n]+\*\*|__[^_\n]+__"
    r"|\[[^\[\]\n]+\]\([^)\n]{1,2000}\)"
)
_LEAD_IN = re.compile(r"(?:\d{1,3}[.)]|[-*+](?!\s+\*\*))\s+.*:[\s*_]*$")
_HARD_BREAK = re.compile(r"(?<! ) {2,}\n(?!\s{0,200}+\|)")
_BULLETED = ("- ", "* ", "+ ", " ")
_STEP_NUMBER = re.compile(r"(?m)^(\d{1,3})[.)] (?=\S)")
_NUMBERED_LINE = re.compile(r"\d{1,3}[.)] \S[^\n]*")
_ENDS_SENTENCE = re.compile(r"[.:!?…)\]\"”|][*_]*\s*$")
_STARTS_BLOCK = re.compile(r"\s*(?:#{1,6} |[-*+•] |\d{1,3}[.)] |> |\|)")


def overlap(before: str, after: str) -> int:
    """Return how many characters at the start of a text are certain to repeat the end of the one before it.

    Certain is what is long, or a whole line with its number in a list: no list has that twice.
    """
    line = _NUMBERED_LINE.match(after)
    if line and (before.endswith(f"\n{line[0].rstrip()}") or before == line[0].rstrip()):
        return line.end()
    most = min(len(before), len(after), _MOST_OVERLAP)
    start = after[:_CERTAIN_OVERLAP]
    if most < _CERTAIN_OVERLAP:
        return 0
    # The longest first: it begins at the earliest place where the start of the later text occurs.
    at = before.find(start, len(before) - most)
    while at != -1:
        if after.startswith(before[at:]):
            return len(before) - at
        at = before.find(start, at + 1)
    return 0


def without_headings(text: str, path: Sequence[str]) -> str:
    """Return the text of a document without lines at its beginning that say its path, or the end of it, once more.

    That may be all of it.

    >>> without_headings("Care\\nReset\\nHold it.", ("Lamp", "Care", "Reset"))
    'Hold it.'
    """
    lines = text.lstrip().splitlines(keepends=True)
    for start in range(len(path)):
        above = [tidy(title) for title in path[start:]]
        said = [tidy(line.strip().strip(_MARKS)) for line in lines[: len(above)]]
        if said == above:
            return "".join(lines[len(above) :])
    return text


def joined_pieces(pieces: Sequence[tuple[str, bool]]) -> str:
    """Return texts as one; a piece that is marked goes on right where the one before it ended.

    Others begin a paragraph of their own where the one before ended a sentence, else a line.
    """
    text = ""
    for piece, goes_on in pieces:
        if not text or goes_on:
            text += piece
        else:
            apart = "\n\n" if _ENDS_SENTENCE.search(text) or _STARTS_BLOCK.match(piece) else "\n"
            text = f"{text.rstrip()}{apart}{piece}"
    return text


def text_blocks(text: str, title: str) -> tuple[Block, ...]:
    """Return the blocks of a text, read as Markdown where it has any marks of it, else as plain text.

    A first heading that is the title is dropped. Raw HTML is shown as text.
    """
    marked = _BULLET.sub(r"\1- ", text)
    if not _MARKDOWN.search(marked):
        return plain_blocks(_fragments(text))
    # A splitter that joins paragraphs by a hard line break makes them part of the list item before them.
    marked = _with_lists_apart(_HARD_BREAK.sub("\n\n", marked))
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return html_blocks(parser.render(_with_nesting(marked)), title)


def _with_lists_apart(text: str) -> str:
    """Put an empty line before steps that go on counting right below a paragraph, which Markdown takes for its text."""
    numbers = [int(number) for number in _STEP_NUMBER.findall(text)]
    first = {other for one, other in pairwise([-1, *numbers]) if one + 1 != other and other + 1 in numbers}
    if not first or "```" in text:
        return text
    lines: list[str] = []
    for line in text.splitlines():
        step = _STEP_NUMBER.match(line)
        below = bool(lines) and bool(lines[-1].strip()) and not _STARTS_BLOCK.match(lines[-1])
        lines += ["", line] if step and below and int(step[1]) in first else [line]
    return "\n".join(lines)


def _with_nesting(text: str) -> str:
    """Hang bullets under the step before them that ends in a colon, as header splitters lose their indent."""
    lines: list[str] = []
    under = False
    for line in text.splitlines():
        if _LEAD_IN.match(line):
            under = True
            lines.append(line)
            continue
        under = under and (not line.strip() or line.startswith(_BULLETED))
        lines.append(f"   {line}" if under else line)
    return "\n".join(lines)


def _fragments(text: str) -> list[str]:
    """Return the paragraphs of a plain text, its wrapped lines joined; an option begins one."""
    fragments: list[list[str]] = [[]]
    for line in text.splitlines():
        stripped = line.strip()
        ended = bool(fragments[-1]) and _ENDS_SENTENCE.search(fragments[-1][-1])
        if not stripped or (ended and plain_option_name(stripped)):
            fragments.append([])
        if stripped:
            fragments[-1].append(stripped)
    return [" ".join(lines) for lines in fragments if lines]
