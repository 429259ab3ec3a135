"""Find the mark that begins a list item: a bullet, or a number or letter that counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphrag_tools.loaders.pdf.lines import TextLine, shifted
from graphrag_tools.loaders.pdf.pages import Chunk, Piece
from graphrag_tools.loaders.pdf.titles import is_between_dashes

_BULLET = re.compile(r"(?P<mark>[•◦▪‣⁃●○■□▫◆◇▶►▸➢➤➔✓✔❑❖❍◯◼◻◾★⬥⬧☞✍·∙∗∘*‒–—-])(?:\s+|\Z)")
_GLUED_BULLET = re.compile(r"(?P<mark>[•◦▪‣⁃●○■□▫◆◇▶►▸➢➤❑❖❍◼◻◾⬥⬧・･])(?=\w)")
_KANA = "アイウエオカキクケコサシスセソタチツテト"
_NUMBERED = re.compile(
    r"[(（]?(?P<mark>\d{1,3}|[a-hA-H])(?:[.)](?:\s+|\Z|(?=[\u3041-\u9fff])|(?<=\d[.)])(?=[^\W\d_a-z]))|[）．、](?!\d))"
    rf"|[(（](?P<kana>[{_KANA}])[)）]"
    r"|(?P<roman>x?(?:ix|iv|v?i{1,3}|v)|x)[.)](?:\s+|\Z)"
)
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix".split()
_ENCLOSED = {chr(0x2460 + at): at + 1 for at in range(20)} | {chr(0x2776 + at): at + 1 for at in range(10)}


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line that begins a list item: its place in the count (None for a bullet), and the line without the mark."""

    number: int | None
    indent: float
    """Where the mark stands."""
    rest: TextLine
    letter: str = ""
    """The mark, where it is a capital."""


def marked_line(line: TextLine) -> MarkedLine | None:
    """Return what a line says after the mark of a list, None if it begins with none.

    A mark with nothing after it is a picture or a stray, and a lone dash in a cell says "none".
    """
    text = line.text
    if is_between_dashes(text):
        return None
    match = _BULLET.match(text) or _GLUED_BULLET.match(text) or _NUMBERED.match(text)
    enclosed = _ENCLOSED.get(text[:1])
    length = match.end() if match else 1 if enclosed else 0
    rest = _without(line.chunks, length + len(text[length:]) - len(text[length:].lstrip()))
    if not length or not rest:
        return None
    number = enclosed or (_count(match) if match and match.re is _NUMBERED else None)
    letter = match["mark"] or "" if match and match.re is _NUMBERED else ""
    text_of_item = shifted(line, rest, max(rest[0].x - line.chunks[0].x, 0))
    return MarkedLine(number, line.indent, text_of_item, letter if letter.isupper() else "")


def without_bullet(chunk: Chunk) -> Chunk:
    """Return a chunk without the bullet that it begins with, itself if it begins with none or is nothing else."""
    match = _BULLET.match(chunk.text) or _GLUED_BULLET.match(chunk.text)
    rest = _without((chunk,), match.end()) if match else ()
    return rest[0] if rest else chunk


def _count(match: re.Match[str]) -> int:
    if match["roman"]:
        return _ROMAN.index(match["roman"]) + 1
    mark = match["mark"] or match["kana"]
    if mark.isdecimal():
        return int(mark)
    return ord(mark.lower()) - ord("a") + 1 if mark.isascii() else _KANA.index(mark) + 1


def _without(chunks: Sequence[Chunk], length: int) -> tuple[Chunk, ...]:
    """Return the chunks without their first characters, a space between chunks counted as one."""
    left = length
    for at, chunk in enumerate(chunks):
        if left < len(chunk.text):
            begun = replace(chunk, pieces=_cut(chunk.pieces, left), x=_x_after(chunk, left))
            return (begun, *chunks[at + 1 :])
        left = max(left - len(chunk.text) - 1, 0)
    return ()


def _x_after(chunk: Chunk, length: int) -> float:
    return chunk.x + (chunk.end - chunk.x) * length / len(chunk.text)


def _cut(pieces: Sequence[Piece], length: int) -> tuple[Piece, ...]:
    left = length
    kept: list[Piece] = []
    for piece in pieces:
        if left < len(piece.text):
            kept.append(replace(piece, text=piece.text[left:]))
        left = max(left - len(piece.text), 0)
    return tuple(kept)
