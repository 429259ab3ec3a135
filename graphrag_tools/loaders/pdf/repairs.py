"""Running heads, running feet and page numbers: lines that pages share at their edges, told from the text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from graphrag_tools.loaders.pdf.lines import TextLine, shifted
from graphrag_tools.loaders.pdf.pages import Chunk, Page, Piece, rows

_EDGE = 0.15
"""The part of a page's height, at each end, where heads and feet stand."""
_OUTER_LINES = 3
_LARGER = 1.2
_SHARED = 0.6
"""So much of the pages that have a line in a place must share its words with a page next to them."""
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place at the edge of pages, by its distance from the edge and its size of type."""

    at_top: bool
    distance: int
    size: int


def without_furniture(pages: Sequence[Page]) -> tuple[list[tuple[Chunk, ...]], int]:
    """Return each page's chunks without running heads and feet, and how many lines were dropped.

    A line goes if it stands where, on most pages that have a line there, it repeats on the page next to it or
    the one after, numbers apart. A single page has none.
    """
    body = _body_size(pages)
    words: dict[_Slot, dict[int, str]] = defaultdict(dict)
    for at, page in enumerate(pages):
        for slot, line in _edge_lines(page):
            said = " ".join(chunk.text for chunk in line).casefold()
            # "Step 1", "Step 2" in large type at the top of pages are titles.
            words[slot][at] = said if line[0].size > _LARGER * body else _NUMBER.sub("#", said)
    furniture = {slot for slot, found in words.items() if _is_shared(found, len(pages))}
    kept: list[tuple[Chunk, ...]] = []
    dropped = 0
    for page in pages:
        gone = {id(chunk) for slot, line in _edge_lines(page) if slot in furniture for chunk in line}
        dropped += sum(slot in furniture for slot, _ in _edge_lines(page))
        kept.append(tuple(chunk for chunk in page.chunks if id(chunk) not in gone))
    return kept, dropped


def _body_size(pages: Iterable[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for chunk in page.chunks:
            sizes[chunk.size] += len(chunk.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _is_shared(words: dict[int, str], pages: int) -> bool:
    if len(words) < min(3, pages) or pages < 2:
        return False
    sharing = sum(any(words.get(at + step) == said for step in (-2, -1, 1, 2)) for at, said in words.items())
    return sharing >= _SHARED * len(words)


def _edge_lines(page: Page) -> Iterator[tuple[_Slot, list[Chunk]]]:
    lines = rows(page.chunks)
    near = _EDGE * page.height
    for line in lines[:_OUTER_LINES]:
        if line[0].top <= near:
            yield _Slot(True, round(line[0].top / 2), round(line[0].size)), line
    for line in lines[-_OUTER_LINES:]:
        below = page.height - line[0].top
        if below <= near:
            yield _Slot(False, round(below / 2), round(line[0].size)), line


_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+(?:[-‐‑][^\W\d_]+)*)[-‐‑\N{SOFT HYPHEN}]\Z")
_REST = re.compile(r"([^\W\d_]+)")
_SOFT = "\N{SOFT HYPHEN}"
_LONGEST_WORD = 100
HYPHENS = ("-", "‐", "‑", _SOFT)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that stand whole somewhere in the document."""

    words: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[TextLine]) -> "Vocabulary":
        """Gather the words of all lines; the last word of a line that ends in a hyphen is none."""
        return cls(frozenset(word for line in lines for word in _words(line.text)))

    def undone(self, start: str, end: str) -> bool:
        """Whether "start-" and "end" on the next line are one word without the hyphen.

        A word that the document writes one way elsewhere is written so. Else the hyphen goes, unless what follows
        begins with a capital ("Wi-" and "Fi").
        """
        if f"{start}-{end}".casefold() in self.words:
            return False
        return f"{start}{end}".casefold() in self.words or end[:1].islower()


def _words(text: str) -> list[str]:
    return [word.replace("‑", "-").replace("‐", "-").casefold() for word in _WORD.findall(text.replace(_SOFT, ""))]


def join(pieces: list[Piece], more: Sequence[Piece], words: Vocabulary) -> None:
    """Add the pieces of the next line to those of a text."""
    if not pieces or not more:
        pieces.extend(more)
        return
    last, following = pieces[-1], more[0]
    before, after = _end(pieces), "".join(piece.text for piece in more).lstrip()
    broken, rest = _BROKEN.search(before), _REST.match(after)
    if broken and rest:
        undone = before.endswith(_SOFT) or words.undone(broken[1].replace(_SOFT, ""), rest[1])
        text = last.text.rstrip()
        pieces[-1] = replace(last, text=text[:-1] if undone else text)
        pieces.append(replace(following, text=following.text.lstrip()))
        pieces.extend(more[1:])
        return
    if not before.endswith("/") or before.endswith(" /"):  # an address, or "and/or", breaks at its slash
        alike = (last.bold, last.link) == (following.bold, following.link)
        pieces.append(replace(last, text=" ") if alike else Piece(" "))
    pieces.extend(more)


def _end(pieces: Sequence[Piece]) -> str:
    """The last characters of a text: enough for a word, however long the text."""
    found = ""
    for piece in reversed(pieces):
        found = piece.text + found
        if len(found) >= _LONGEST_WORD:
            break
    return found.rstrip()[-_LONGEST_WORD:]


_BULLET = re.compile(r"(?P<mark>[•◦▪‣⁃●○■□▫◆◇▶►▸➢➤➔✓✔❑❖·∙*–—-])(?:\s+|\Z)")
_GLUED_BULLET = re.compile(r"(?P<mark>[•◦▪‣⁃●○■□▫◆◇▶►▸➢➤❑❖])(?=\w)")
_NUMBERED = re.compile(r"\(?(?P<mark>\d{1,3}|[a-hA-H])[.)](?:\s+|\Z)")
_ENCLOSED = {chr(0x2460 + at): at + 1 for at in range(20)} | {chr(0x2776 + at): at + 1 for at in range(10)}


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line that begins a list item: its place in the count (None for a bullet), and the line without the mark."""

    number: int | None
    indent: float
    """Where the mark stands."""
    rest: TextLine


def marked(line: TextLine) -> MarkedLine | None:
    """Return what a line says after the mark of a list, None if it begins with none.

    A mark with nothing after it is a picture or a stray, and a lone dash in a cell says "none".
    """
    text = line.text
    match = _BULLET.match(text) or _GLUED_BULLET.match(text) or _NUMBERED.match(text)
    enclosed = _ENCLOSED.get(text[:1])
    length = match.end() if match else 1 if enclosed else 0
    rest = _without(line.chunks, length + len(text[length:]) - len(text[length:].lstrip()))
    if not length or not rest:
        return None
    number = enclosed or (_count(match["mark"]) if match and match.re is _NUMBERED else None)
    return MarkedLine(number, line.indent, shifted(line, rest, max(rest[0].x - line.chunks[0].x, 0)))


def _count(mark: str) -> int:
    return int(mark) if mark.isdecimal() else ord(mark.lower()) - ord("a") + 1


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
