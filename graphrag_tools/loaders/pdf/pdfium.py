"""Read pages and outline of a PDF by PDFium, as plain data.

It runs in a process of its own (see process.py), because it is C++ and is given files of any origin.
"""

import ctypes
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from graphrag_tools.loaders.pdf.cell_sides import with_cell_sides
from graphrag_tools.loaders.pdf.chunks import Glyph, LinkBox, join_glyphs
from graphrag_tools.loaders.pdf.fonts import font_name, is_bold
from graphrag_tools.loaders.pdf.glyph_order import SPACE, letter_at
from graphrag_tools.loaders.pdf.pages import Chunk, Destination, Outline, OutlineEntry, PdfPage
from graphrag_tools.loaders.pdf.ruling_lines import ruling_lines
from graphrag_tools.loaders.pdf.signs import PIECES, font_of_signs, is_key, sign, turned

MAX_CHARACTERS = 100_000
"""Of one page; a full page of print has some 5,000."""
MAX_BOOKMARKS = 20_000
MAX_DEPTH = 100
_MAX_LINKS = 5_000
_NO_GAP = 0.15
_TAB = 0.6
_LEANING = 0.2
_MIDDLE = 0.35
"""How far below the middle of a sign the base line is, in sizes of type."""
_PICTURE = 3  # FPDF_PAGEOBJ_IMAGE
_LIGATURES = {
    **dict(zip(range(0x0B, 0x10), ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
    **dict(zip(range(0x1B, 0x20), ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
}
"""Where TeX's own encodings (OT1, T1) have them: its fonts often do not say which letters they show."""
_WORD_LIGATURES = {0x019F: "ti", 0x01A9: "tt", 0x01AB: "tti", 0x019E: "tf"}
"""What Windows' own printer to PDF calls the ligatures of Calibri ("the \u019fmer"): letters of hardly any language."""
_WORD_FT = 0x014C
"""The same of "ft" ("a\u014cer"); it is a letter too, but no capital stands behind a small one."""
_WIDEST_SPACE = 0.4
"""Other programs have spaces at the same places."""


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a document. Raises pypdfium2.PdfiumError if it is none, is damaged or needs a password."""
    document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        document.close()


def outline_of(document: Any) -> Outline:
    """Return the bookmarks; a branch that leads back into itself ends there."""
    entries: list[OutlineEntry] = []
    found = document.get_toc(max_depth=MAX_DEPTH)
    try:
        for bookmark in islice(found, MAX_BOOKMARKS):
            # Programs that make PDFs of HTML leave its entities.
            title = unescape(readable(bookmark.get_title()))
            entries.append(OutlineEntry(title, bookmark.level, _entry_place(bookmark)))
    except (pypdfium2.PdfiumError, UnicodeDecodeError) as error:
        return Outline(len(document), tuple(entries), f"outline: broken after {len(entries)} entries ({error})")
    more = next(found, None) is not None if len(entries) == MAX_BOOKMARKS else False
    return Outline(
        len(document), tuple(entries), f"outline: only its first {MAX_BOOKMARKS} entries were read" if more else ""
    )


def page_of(document: Any, number: int) -> PdfPage:
    """Return one page, counted from 1; a broken one is empty and says so."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        return PdfPage(number, 0, problem=f"cannot be read ({error})")
    try:
        with _text_of(document, page, number) as text:
            return _PageReader(document, page, number).read(text)
    except pypdfium2.PdfiumError as error:
        return PdfPage(number, 0, problem=f"cannot be read ({error})")
    finally:
        page.close()


@contextmanager
def _text_of(document: Any, page: Any, number: int) -> Iterator[Any]:
    """Open the text of a page, that of a copy where pages are turned to the left, as in Japan.

    PDFium takes all lines of such a document for ones that read from right to left, those in English too; a copy does
    not say how its pages are turned, and each line tells for itself.
    """
    said = ctypes.create_string_buffer(len(b"R2L\0"))
    length = pdfium.FPDF_VIEWERREF_GetName(document, b"Direction", said, ctypes.sizeof(said))
    if length != len(said.raw) or said.value != b"R2L":
        with closing(page.get_textpage()) as text:
            yield text
        return
    with closing(pypdfium2.PdfDocument.new()) as copy:
        copy.import_pages(document, [number - 1])
        with closing(copy[0]) as copied, closing(copied.get_textpage()) as text:
            yield text


def readable(text: str) -> str:
    """Return text without what nothing shows: control and reordering characters, halves of characters."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return "".join(map(_shown, whole))


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if "\ufb00" <= character <= "\ufb06":  # ligatures: one shape, several letters
        return unicodedata.normalize("NFKC", character)
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    return "" if category in ("Cc", "Cf", "Cs", "Cn") and character != "\N{SOFT HYPHEN}" else character


def _entry_place(bookmark: Any) -> Destination | None:
    target = bookmark.get_dest()
    return None if target is None else _place(bookmark.pdf, target.raw)


def _place(document: Any, target: Any) -> Destination | None:
    index = pdfium.FPDFDest_GetDestPageIndex(document, target)
    if not 0 <= index < len(document):
        return None
    count, values = ctypes.c_ulong(), (pdfium.FS_FLOAT * 4)()
    view = pdfium.FPDFDest_GetView(target, count, values)
    given = {pdfium.PDFDEST_VIEW_XYZ: 1, pdfium.PDFDEST_VIEW_FITH: 0, pdfium.PDFDEST_VIEW_FITBH: 0}.get(view)
    if given is None or given >= count.value:
        return Destination(index + 1)
    size = pdfium.FS_SIZEF()
    pdfium.FPDF_GetPageSizeByIndexF(document, index, size)
    x = float(values[0]) if view == pdfium.PDFDEST_VIEW_XYZ else None
    return Destination(index + 1, float(size.height) - float(values[given]), x)


def _turns(along: float, beside: float) -> int | None:
    """Return how many quarters to the right text is turned, by where it goes; None if it goes between them."""
    long, short = (along, beside) if abs(along) > abs(beside) else (beside, along)
    if abs(short) >= _LEANING * abs(long):
        return None
    return (1 if beside > 0 else 3) if long == beside else (0 if along > 0 else 2)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a text object's characters look."""

    size: float
    bold: bool
    turns: int | None
    """How many quarters to the right they are turned, 0 where they read from left to right; None if they lean."""
    signs: str
    """The font of symbols that it is, "" if it is none."""
    font: int
    """The same for text objects of one font."""


class _PageReader:
    """Reads one page that is open."""

    def __init__(self, document: Any, page: Any, number: int) -> None:
        self._document, self._page, self._number = document, page, number
        left, bottom, right, top = page.get_bbox()
        self._left, self._bottom, self._top = left, bottom, top
        self._width, self._height = right - left, top - bottom
        self._turn = pdfium.FPDFPage_GetRotation(page) % 4
        self._looks: dict[int, _Look] = {}
        self._box, self._origin = pdfium.FS_RECTF(), (ctypes.c_double(), ctypes.c_double())
        self._unreadable = 0

    def read(self, text: Any) -> PdfPage:
        lines = with_cell_sides(ruling_lines(self._page, self._seen))
        count = text.count_chars()
        chunks = self._shown(join_glyphs(self._glyphs(text, min(count, MAX_CHARACTERS)), self._links(), lines))
        return PdfPage(
            number=self._number,
            height=self._size()[1],
            chunks=chunks,
            lines=lines,
            unreadable=self._unreadable,
            pictures=not chunks and self._has_picture(),
            problem=f"only its first {MAX_CHARACTERS} characters were read" if count > MAX_CHARACTERS else "",
        )

    def _size(self) -> tuple[float, float]:
        """The page's width and height as it is shown."""
        return (self._width, self._height) if self._turn % 2 == 0 else (self._height, self._width)

    def _shown(self, chunks: tuple[Chunk, ...]) -> tuple[Chunk, ...]:
        """Leave out text beside the page, which programs that cut pages leave in the file, unless there is no other."""
        width, height = self._size()
        shown = tuple(one for one in chunks if one.end > 0 and one.x < width and 0 < one.top < height + one.size)
        return shown or chunks

    def _glyphs(self, text: Any, count: int) -> Iterator[Glyph]:
        high = 0
        before = last = Glyph(" ")
        units = [pdfium.FPDFText_GetUnicode(text, at) for at in range(count)]
        by_place = {self._look(text, at).font for at, unit in enumerate(units) if unit == SPACE}
        for at, unit in enumerate(units):
            code = unit
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
            high = 0
            # PDFium says 2 for the hyphen at which a line breaks.
            character = "-" if code in (2, 0xFFFE) else _shown(chr(code)) if code <= sys.maxunicode else ""
            if by_place and self._look(text, at).font in by_place and not pdfium.FPDFText_IsGenerated(text, at):
                character = _shown(letter_at(code))
            elif code in _LIGATURES and pdfium.FPDFText_IsGenerated(text, at) == 0 and not self._is_space(text, at):
                character = _LIGATURES[code]
            elif code in _WORD_LIGATURES or (code == _WORD_FT and self._is_small_letter(text, at - 1)):
                character = _WORD_LIGATURES.get(code, "ft")
            if character == " ":
                ligature = last.text != " " and (len(last.text) > 1 or (before.x, before.end) == (last.x, last.end))
                if not (ligature and self._stands_within(text, at, last)):
                    yield Glyph(" ")
            elif character and (glyph := self._glyph(text, at, character)):
                before, last = last, glyph
                yield glyph

    def _glyph(self, text: Any, at: int, character: str) -> Glyph | None:
        if ord(character[0]) in PIECES:
            return None
        look = self._look(text, at)
        shown = self._sign(text, at, character, look)
        own = bool(look.signs) or shown != character
        if look.turns is None or (look.turns and not own and unicodedata.category(character[0]) != "So"):
            return None
        if not pdfium.FPDFText_GetLooseCharBox(text, at, self._box):
            return None
        if character == "\ufffd":
            self._unreadable += 1
            return None
        box, (x, y) = self._box, self._origin
        pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        corners = (self._seen(box.left, box.bottom), self._seen(box.right, box.top))
        (start, end), heights = (sorted(values) for values in zip(*corners, strict=True))
        top = sum(heights) / 2 + _MIDDLE * look.size if look.turns else self._seen(x.value, y.value)[1]
        seen = turned(shown, look.turns)
        marks = character == "o" and self._is_round_mark(text, at, (start, end))
        return Glyph(seen, start, end, top, look.size, look.bold, marks, own, is_key(seen))

    def _sign(self, text: Any, at: int, character: str, look: _Look) -> str:
        """Return what a character shows where it is a sign, the character itself elsewhere."""
        if len(character) > 1 or not (look.signs or unicodedata.category(character) == "Co"):
            return character
        owner = pdfium.FPDFText_GetTextObject(text, at)
        return sign(look.signs, character, pdfium.FPDFTextObj_GetFont(owner) if owner else None)

    def _stands_within(self, text: Any, at: int, glyph: Glyph) -> bool:
        """Whether most of a space has its place within a glyph: typesetters fill up ligatures ("fi") so."""
        if pdfium.FPDFText_IsGenerated(text, at) or not pdfium.FPDFText_GetLooseCharBox(text, at, self._box):
            return False
        ends = (self._seen(self._box.left, self._box.bottom)[0], self._seen(self._box.right, self._box.top)[0])
        return glyph.x < min(ends) and sum(ends) / 2 < glyph.end

    def _is_small_letter(self, text: Any, at: int) -> bool:
        code = pdfium.FPDFText_GetUnicode(text, at) if at >= 0 else 0
        return code in _WORD_LIGATURES or chr(code).islower()

    def _is_space(self, text: Any, at: int) -> bool:
        """Whether a character is as wide as spaces are: two or three letters are wider."""
        if not pdfium.FPDFText_GetLooseCharBox(text, at, self._box):
            return True
        return 0 < float(self._box.right - self._box.left) < _WIDEST_SPACE * self._look(text, at).size

    def _look(self, text: Any, at: int) -> _Look:
        owner = pdfium.FPDFText_GetTextObject(text, at)
        key = ctypes.addressof(owner.contents) if owner else 0
        if key not in self._looks or not key:
            self._looks[key] = self._look_of(text, at, owner)
        return self._looks[key]

    def _look_of(self, text: Any, at: int, owner: Any) -> _Look:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text, at, matrix)
        scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
        across, down = ((1, 0), (0, 1), (-1, 0), (0, -1))[self._turn]
        along = matrix.a * across + matrix.b * down
        beside = matrix.a * down - matrix.b * across
        font = pdfium.FPDFTextObj_GetFont(owner) if owner else None
        name = font_name(font) if font else ""
        return _Look(
            size=round(pdfium.FPDFText_GetFontSize(text, at) * scale, 1),
            bold=bool(font) and is_bold(self._document, font),
            turns=_turns(along, beside),
            signs=font_of_signs(name),
            font=ctypes.cast(font, ctypes.c_void_p).value or 0 if font else 0,
        )

    def _is_round_mark(self, text: Any, at: int, box: tuple[float, float]) -> bool:
        """Whether an "o" is the mark of a list, as word processors set it: alone in its font, no word before a space.

        `box` is where it starts and ends.
        """
        after = next((at + step for step in (1, 2) if pdfium.FPDFText_GetUnicode(text, at + step) > ord(" ")), None)
        look = self._look(text, at)
        if after is None or self._look(text, after).font == look.font:
            return False
        # Only now, because asking for an object's text looks through the whole page.
        owner = pdfium.FPDFText_GetTextObject(text, at)
        said = (ctypes.c_ushort * 4)()
        length = pdfium.FPDFTextObj_GetText(owner, text, said, ctypes.sizeof(said)) if owner else 0
        if "".join(map(chr, said)).strip(" \0") != "o" or length > ctypes.sizeof(said):
            return False
        if not pdfium.FPDFText_GetLooseCharBox(text, after, self._box):
            return False
        gap = (
            min(self._seen(self._box.left, self._box.bottom)[0], self._seen(self._box.right, self._box.top)[0]) - box[1]
        )
        return gap < _NO_GAP * look.size or gap > _TAB * look.size

    def _seen(self, x: float, y: float) -> tuple[float, float]:
        """Turn a point of the file into one of the page as it is shown."""
        across, down = x - self._left, self._top - y
        if not self._turn:
            return across, down
        turned = (
            (across, down),
            (self._height - down, across),
            (self._width - across, self._height - down),
            (down, self._width - across),
        )
        return turned[self._turn]

    def _links(self) -> list[LinkBox]:
        """The page's links: left, top, right, bottom and the target."""
        found: list[LinkBox] = []
        position, link, box = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
        while len(found) < _MAX_LINKS and pdfium.FPDFLink_Enumerate(self._page, position, link):
            target = self._target(link)
            if target is not None and pdfium.FPDFLink_GetAnnotRect(link, box):
                corners = (self._seen(box.left, box.bottom), self._seen(box.right, box.top))
                (left, right), (top, bottom) = (sorted(values) for values in zip(*corners, strict=True))
                found.append((left, top, right, bottom, target))
        return found

    def _target(self, link: Any) -> str | Destination | None:
        target = pdfium.FPDFLink_GetDest(self._document, link)
        if target:
            return _place(self._document, target)
        action = pdfium.FPDFLink_GetAction(link)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            return None
        length = pdfium.FPDFAction_GetURIPath(self._document, action, None, 0)
        address = ctypes.create_string_buffer(length)
        pdfium.FPDFAction_GetURIPath(self._document, action, address, length)
        return readable(address.value.decode("utf-8", "replace")) or None

    def _has_picture(self) -> bool:
        shown = range(min(pdfium.FPDFPage_CountObjects(self._page), MAX_CHARACTERS))
        kinds = (pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(self._page, at)) for at in shown)
        return _PICTURE in kinds
