"""Read the text of an HTML file: its encoding found as browsers find it, XHTML made readable as HTML.

Nothing that a file declares is acted on but its encoding: no entity of a DOCTYPE is expanded, nothing is fetched.
"""

import codecs
import html
import re
from dataclasses import dataclass
from pathlib import Path

import ftfy

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.html.bounds import check_bounds
from graphrag_tools.loaders.source_file import read_bytes
from graphrag_tools.text.characters import without_controls

MAX_PAGE_BYTES = 64 * 2**20
"""A page's tree takes some thirty times the bytes of its file."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEAD = 4096
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
# The encodings that pages come in, as browsers read them (WHATWG Encoding): what calls itself Latin-1 is Windows-1252.
_ENCODINGS = {
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252"), "cp1252"),
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    **{name: name for name in ("big5", "euc-jp", "iso-2022-jp", "koi8-r", "koi8-u", "cp866", "macintosh")},
}
_NUL_SHARE = 0.2
_BINARY_SHARE = 0.05
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MOJIBAKE = ("Ã", "â\x80", "â€", "Â\N{NO-BREAK SPACE}")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_IS_XHTML = re.compile(r"\s*<\?xml\b|[^<]*(?:<[!?][^>]*>[^<]*){0,9}<(?:\w+:)?html\b[^>]*\sxmlns", re.IGNORECASE)
_DOCTYPE_SUBSET = re.compile(r"<!DOCTYPE[^>\[]{0,500}\[", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*>")
_PREFIX = re.compile(r"""xmlns:(\w+)\s*=\s*["']http://www\.w3\.org/1999/xhtml["']""")
_SELF_CLOSED = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*)?)/>")
_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's markup, and how many of its bytes stand for no character of its encoding."""

    markup: str
    damaged: int = 0


def read_page_text(path: Path, usual: str = "") -> PageText:
    """Return the markup of an HTML or XHTML file; `usual` is the encoding of one that declares none and is no UTF-8.

    Raises:
        ManualError: The file is missing, cannot be read, is empty, too large (64 MB), out of bounds or no text.
    """
    raw = read_bytes(path, MAX_PAGE_BYTES)
    text = decode(raw, usual)
    if len(_CONTROL.findall(text[: 16 * _HEAD])) > _BINARY_SHARE * min(len(text), 16 * _HEAD):
        raise ManualError(f"{path}: holds binary data, no text; expected an HTML page.")
    damaged = text.count(_REPLACEMENT)
    repaired = ftfy.fix_encoding(text) if any(sign in text for sign in _MOJIBAKE) else text
    markup = as_html(without_controls(repaired))
    check_bounds(markup, path)
    return PageText(markup, damaged)


def declared_encoding(path: Path) -> str:
    """Return the encoding that a page's head declares, "" where it declares none or cannot be read."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return ""
        with path.open("rb") as file:
            return _declared(file.read(_HEAD))
    except OSError:
        return ""


def decode(raw: bytes, usual: str = "") -> str:
    """Return the text of a page's bytes; a byte that stands for nothing becomes U+FFFD, a NUL goes.

    In this order: a byte order mark; UTF-16 by its NULs; UTF-8 where the bytes are that and not plain ASCII, whatever
    is declared; the declared encoding; the `usual` one; UTF-8 with some damage; Windows-1252.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _without_nuls(raw[len(mark) :].decode(encoding, "replace"))
    if encoding := _utf_16_by_nuls(raw):
        return _without_nuls(raw.decode(encoding, "replace"))
    try:
        text = raw.decode("utf-8")
        if not raw.isascii():
            return _without_nuls(text)
    except UnicodeDecodeError:
        text = ""
    if encoding := _declared(raw) or ("" if text else usual):
        return _without_nuls(raw.decode(encoding, "replace"))
    return _without_nuls(text or _damaged_or_western(raw))


def as_html(markup: str) -> str:
    """Return XHTML as HTML reads it: no prefixes, nothing closed by "/>", CDATA as text. HTML stays as it is."""
    plain = _without_entities(markup)
    if not _IS_XHTML.match(plain):
        return plain
    for prefix in set(_PREFIX.findall(plain[: 4 * _HEAD])):
        plain = re.sub(rf"<(/?){re.escape(prefix)}:", r"<\1", plain)
    return _SELF_CLOSED.sub(_opened_and_closed, _with_cdata_as_text(plain))


def _without_entities(markup: str) -> str:
    """Cut a DOCTYPE's own declarations, which HTML would show as text."""
    start = _DOCTYPE_SUBSET.search(markup)
    end = _SUBSET_END.search(markup, start.end()) if start else None
    return markup[: start.start()] + markup[end.end() :] if start and end else markup


def _with_cdata_as_text(markup: str) -> str:
    before, *sections = markup.split("<![CDATA[")
    pieces = [before]
    for section in sections:
        text, end, after = section.partition("]]>")
        pieces.append(html.escape(text) + after if end else section)
    return "".join(pieces)


def _opened_and_closed(tag: re.Match[str]) -> str:
    return tag[0] if tag[1].lower() in _VOID else f"<{tag[1]}{tag[2]}></{tag[1]}>"


def _declared(raw: bytes) -> str:
    found = _DECLARED.search(raw[:_HEAD])
    return _ENCODINGS.get(found[1].decode("ascii", "replace").lower(), "") if found else ""


def _utf_16_by_nuls(raw: bytes) -> str:
    head = raw[: _HEAD // 2 * 2]
    if head[1::2].count(0) > 2 * _NUL_SHARE * len(head):
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) > 2 * _NUL_SHARE * len(head) else ""


def _damaged_or_western(raw: bytes) -> str:
    """Read bytes as UTF-8 where most of what is not ASCII is UTF-8, else as Windows-1252."""
    text = raw.decode("utf-8", "replace")
    bad = text.count(_REPLACEMENT)
    good = sum(not character.isascii() for character in text) - bad
    return text if good > 2 * bad else raw.decode("cp1252", "replace")


def _without_nuls(text: str) -> str:
    return text.replace("\0", "")
