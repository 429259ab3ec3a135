"""Tell which signs fonts of symbols show: keys, arrows and boxes, whose codes say nothing or are those of letters."""

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2.raw as pdfium

UNKNOWN = "□"
"""In place of a sign that nothing is known of: a step that lost its key without a trace would say something else."""
PIECES = range(0xF8E5, 0xF8FF)
"""Where fonts have the parts that large brackets and roots are put together from: no signs."""
_FAMILY = re.compile(
    r"(?:[a-z0-9]{6}\+)?(?P<family>wingdings[ -]?[23]|wingdings|webdings|symbol|zapf ?dingbats)(?![a-z]{3})"
)
_ICONS = re.compile(r"awesome")
_ROWS = {
    "wingdings": {
        0x21: "✏✂✁👓🔔📖🕯☎✆✉🖃📪📫📬📭📁📂📄🗏🗐🗄⌛⌨🖰🖲💻🖴💾🖬✇✍🖎✌👌👍👎☜☞☝☟✋☺😐☹💣☠⚐🏱✈☼💧❄",
        0x6C: "●❍■□□❑❒⬧⧫◆❖⬥⌧⮹⌘",
        0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
        0x9E: "·•▪○◯◯◉◎○▪□",
        0xAB: "★",
        0xB7: "🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛",
        0xD5: "⌫⌦⮘➢⮙⮛➔➔⮉⮋←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩⬄⇳",
        0xFB: "✗✓☒☑",
    },
    "wingdings2": {0x4F: "✗✓☒☑☒☒", 0x69: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", 0x97: "●", 0xA2: "■□"},
    "wingdings3": {0x21: "←→↑↓↖↗↙↘", 0x70: "▲▼△▽◀▶◁▷◣◢◤◥◀▶▲▼"},
    "webdings": {
        0x30: "🗕🗖🗗◀▶▲▼⏪⏩⏮⏭⏸⏹⏺",
        0x40: "🛠",
        0x4C: "🔍",
        0x55: "🕬🕫🕨🔈",
        0x61: "✓",
        0x67: "■",
        0x6E: "●",
        0x71: "🔄",
        0x8E: "🚘",
        0xCF: "🔒🔓🗝",
    },
    "symbol": {0xA2: "′≤⁄∞", 0xAB: "↔←↑→↓°±″≥×∝∂•÷≠≡≈…", 0xD7: "⋅¬∧∨⇔⇐⇑⇒⇓", 0xE0: "◊"},
}
_GREEK = str.maketrans(
    "ABCDEFGHIKLMNOPQRSTUWXYZabcdefghiklmnopqrstuwxyz", "ΑΒΧΔΕΦΓΗΙΚΛΜΝΟΠΘΡΣΤΥΩΞΨΖαβχδεφγηικλμνοπθρστυωξψζ"
)
_AWESOME = {
    **dict(zip(range(0xF048, 0xF04F), "⏮⏮⏪▶⏸⏹⏩", strict=True)),
    **dict(zip(range(0xF060, 0xF064), "←→↑↓", strict=True)),
    **dict(zip(range(0xF0D7, 0xF0DB), "▼▲◀▶", strict=True)),
    **dict(zip((0xF051, 0xF011, 0xF013, 0xF0C9, 0xF00C, 0xF00D, 0xF002, 0xF015), "⏭⏻⚙☰✓✕🔍🏠", strict=True)),
    **dict(zip((0xF023, 0xF09C, 0xF053, 0xF054, 0xF055, 0xF067, 0xF068, 0xF021), "🔒🔓‹›+++🔄", strict=True)),
    **dict(zip((0xF05A, 0xF06A, 0xF071, 0xF142, 0xF141, 0xF028, 0xF040, 0xF044), "ℹ⚠⚠⋮⋯🔊✎✎", strict=True)),
    **dict(zip((0xF014, 0xF1F8, 0xF0C7, 0xF030, 0xF185, 0xF186, 0xF0E7, 0xF0AD), "🗑🗑💾📷☀🌙⚡🔧", strict=True)),
}
_SIGNS = {
    (family, first + at): sign
    for family, rows in _ROWS.items()
    for first, row in rows.items()
    for at, sign in enumerate(row)
}
_PRIVATE = 0xF000
"""Where the codes of such fonts stand in Unicode's private area."""
_USUAL_MARKS = {0xB7: "•", 0xA7: "▪", 0xD8: "➢", 0xFC: "✓"}
"""Marks of lists in Symbol and Wingdings, which some programs embed under names of their own."""
_RENUMBERED = range(0x21, 0x30)
"""Programs that take parts of a font number them anew from here: then a code says nothing."""
_TURNS = ("▲▶▼◀", "△▷▽◁", "↑→↓←", "⇧⇨⇩⇦", ("⏏", "▮▶", "▼", "◀▮"))
_CORNERS = range(3, 11)
_KEYS = frozenset(sign for turn in _TURNS for sign in turn) | frozenset("□◁↔↕⇦⇨⏪⏩⏮⏭⏸⏹⏺⏻⏯⏎⌫⌦⚙☰‹›")
_ROUNDING = 0.02


def font_of_signs(name: str) -> str:
    """Return which font of symbols a font is by its name in small letters, "" if it is none."""
    found = _FAMILY.match(name)
    if found:
        return re.sub(r"[ -]", "", found["family"])
    return "awesome" if _ICONS.search(name) else ""


def sign(family: str, character: str, font: Any) -> str:
    """Return what a character of a font of symbols shows: by its code, or by its outline; `UNKNOWN` if neither tells.

    `family` is "" for other fonts, of which only characters in the private area are asked for.
    """
    code = ord(character)
    private = unicodedata.category(character) == "Co"
    if family in ("zapfdingbats", "symbol") and not private:
        return character.translate(_GREEK) if family == "symbol" else character
    if code > 0xFF and not private:
        return character
    return _by_code(family, code, private=private) or (pointer(font, code) if font else "") or UNKNOWN


def _by_code(family: str, code: int, *, private: bool) -> str:
    plain = code - _PRIVATE if private else code
    if family in ("", "awesome"):
        return _USUAL_MARKS.get(plain, "") if not family and plain in _USUAL_MARKS else _AWESOME.get(code, "")
    if plain in _RENUMBERED and not private:
        return ""
    known = _SIGNS.get((family, plain), "")
    return chr(plain).translate(_GREEK) if family == "symbol" and not known and 0x20 < plain < 0x7F else known


def is_key(text: str) -> bool:
    """Whether a sign may be that of a key."""
    return text in _KEYS


def turned(text: str, quarters: int) -> str:
    """Return the sign that one is when it is turned to the right so many times."""
    return next((turn[(turn.index(text) + quarters) % 4] for turn in _TURNS if text in turn), text)


def pointer(font: Any, code: int) -> str:
    """Return the arrow or triangle that an outline of a few corners is, "" if it points nowhere."""
    corners = list(dict.fromkeys(_corners(font, code)))
    if len(corners) not in _CORNERS:
        return ""
    across, up = ([corner[axis] for corner in corners] for axis in (0, 1))
    to = [side for side, (along, other) in enumerate(((up, across), (across, up)) * 2) if _ends_at(along, other, side)]
    signs = "▲▶▼◀" if len(corners) == len("▲▶▼") else "↑→↓←"
    return signs[to[0]] if len(to) == 1 else ""


def _ends_at(along: Sequence[float], other: Sequence[float], side: int) -> bool:
    """Whether one corner alone, in the middle, is the end of an outline; from the third side on, its begin."""
    end = max(along) if side < len("▲▶") else min(along)
    at = [place for value, place in zip(along, other, strict=True) if abs(value - end) < _ROUNDING]
    middle = (max(other) + min(other)) / 2
    return len(at) == 1 and abs(at[0] - middle) < 0.2 * (max(other) - min(other) or 1)


def _corners(font: Any, code: int) -> Iterator[tuple[float, float]]:
    path = pdfium.FPDFFont_GetGlyphPath(font, code, 1.0)
    count = pdfium.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
    if count > 2 * _CORNERS.stop:
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(count):
        segment = pdfium.FPDFGlyphPath_GetGlyphPathSegment(path, at)
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            yield round(x.value, 2), round(y.value, 2)
