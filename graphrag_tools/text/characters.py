"""Characters: text as it is compared, and the characters that can make text read as what it does not say."""

import html
import re
import unicodedata
from collections.abc import Iterator

_TYPOGRAPHY = frozenset("“”‘’„‚«»‹›—–‒―‐‑−…•·▪◦‣●○■□→←↑↓➜➔⇒▸▶✓✔✅☑°×©®™€£¥¼½¾\u00a0\u202f\u2009\ufeff") - {"\ufeff"}
ARROWS = "→›»⟩➜➔⇒▸▶"
"""What manuals and models put between the names of a way, beside ">"."""
ARROW = re.compile(rf"\s*(?:[-=]?>|[{ARROWS}])\s*")
_MARKUP_THAT_SPELLS = frozenset("^\\$~{}")
_SAME = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–―−", "-"),
        "—": " - ",
        **dict.fromkeys(ARROWS, ">"),
        **dict.fromkeys("‘’‚", "'"),
        **dict.fromkeys("“”„«", '"'),
    }
)
_EMPHASIS = re.compile(r"\*+|`+|(?<!\w)_+|_+(?!\w)")
_LINE_MARK = re.compile(r"(?m)^[ \t]*(?:[-*+•▪◦‣●○■□·>#|✓✔✅☑]+[ \t]+)*(?:(?:step\s+)?\d+[.):][ \t]+)?", re.IGNORECASE)
_LATIN_LIMIT = 0x180  # ASCII, Latin-1 and Latin Extended-A: the letters of Europe's languages


def plain(text: str) -> str:
    """Return text as it is compared: entities resolved, forms of width, quotes, dashes and arrows folded."""
    whole = unicodedata.normalize("NFKC", html.unescape(text)).translate(_SAME)
    return "".join(_ascii_digit(character) for character in whole)


def unmarked(text: str) -> str:
    """Return text without the marks of lists, numbering, headings and emphasis."""
    return _EMPHASIS.sub("", _LINE_MARK.sub("", text))


def strange_characters(text: str, source: str, question: str = "") -> list[str]:
    """Return the names of the characters that neither the source holds nor plain writing needs, in order.

    Invisible and reordering characters, marks and symbols must stand in the source. So must letters of
    another script, and look-alikes: Latin letters beyond those of Europe's languages. Letters that the
    question uses are taken as they are.
    """
    given = frozenset(source) | frozenset(unicodedata.normalize("NFKC", source))
    asked = frozenset(character for character in question if character.isalpha())
    scripts = {_script(character) for character in given | asked if character.isalpha()} | {"LATIN"}
    found = dict.fromkeys(html.unescape(text))
    return [_name(c) for c in found if c not in given and c not in asked and not _is_plain(c, scripts)]


def _is_plain(character: str, scripts: set[str]) -> bool:
    if character.isascii():
        return (character.isprintable() or character in "\n\t\r") and character not in _MARKUP_THAT_SPELLS
    folded = unicodedata.normalize("NFKC", character)
    if character in _TYPOGRAPHY or (folded != character and folded.isascii()):
        return True
    if not character.isalpha() or _script(character) not in scripts:
        return False
    return _script(character) != "LATIN" or _is_european(character)


def _is_european(letter: str) -> bool:
    base = unicodedata.normalize("NFD", letter)[0]
    return (ord(letter) < _LATIN_LIMIT and letter != "ı") or base.isascii()


def _script(character: str) -> str:
    return unicodedata.name(character, "UNNAMED").split()[0]


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def _ascii_digit(character: str) -> str:
    if character.isascii() or not character.isdecimal():
        return character
    return str(unicodedata.digit(character))


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines of a plain text without their marks, blank ones left out."""
    for line in text.splitlines():
        if bare := unmarked(line).strip():
            yield bare
