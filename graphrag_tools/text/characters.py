"""Characters: text as it is compared, and the characters that can make text read as what it does not say."""

import html
import re
import unicodedata
from collections.abc import Iterator

_TYPOGRAPHY = frozenset("“”‘’„‚«»‹›—–‒―‐‑−…•·▪◦‣●○■□→←↑↓➜➔⇒▸▶✓✔✅☑°×©®™€£¥¼½¾\u00a0\u202f\u2009\ufeff") - {"\ufeff"}
ARROWS = "→›»⟩➜➔➡➞⟶⇒⇨▸▶"
"""What manuals and models put between the names of a way, beside ">"."""
ARROW = re.compile(rf"(?:(?<!\s)\s+)?(?:[-=]?>|[{ARROWS}])\s*")
ENDS_OF_QUESTIONS = ("?", "？")
ENDS_OF_STATEMENTS = (".", "!", "。", "！")
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
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""C0 and C1 controls but tab and newline, and the characters of Unicode's property Bidi_Control."""
_TERMINAL_SEQUENCE = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # titles, links and other strings, to their end
    r"|(?:\x1b\[|\x9b(?=[0-?]))[0-?]*[ -/]*[@-~]"  # colours, movements, clearing
    r"|\x1b[ -/]*[0-~]"
)
_LINE_BREAKS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_BLANK_CONTROLS = re.compile(r"[\x0b\x0c\x1c-\x1f]")
_LATIN_LIMIT = 0x180  # ASCII, Latin-1 and Latin Extended-A: the letters of Europe's languages
CHARACTERS_PER_TOKEN = 4
"""The usual length of a token in English, where no tokenizer is at hand: for budgets, where an error costs little."""
FEWEST_CHARACTERS_PER_TOKEN = 3
"""The length that nearly all texts exceed: for what must fit a model's context."""


def plain(text: str) -> str:
    """Return text as it is compared: entities resolved, forms of width, quotes, dashes and arrows folded."""
    whole = unicodedata.normalize("NFKC", html.unescape(text)).translate(_SAME)
    return "".join(_ascii_digit(character) for character in whole)


def unmarked(text: str) -> str:
    """Return text without the marks of lists, numbering, headings and emphasis."""
    return _EMPHASIS.sub("", _LINE_MARK.sub("", text))


def without_controls(text: str) -> str:
    """Return text without what a terminal obeys and nobody sees: escape sequences, controls, marks of direction.

    Tab and newline stay, other line breaks become newlines, separators a space. Text is to say the same on a
    terminal, on a page and to a model, whoever wrote it.

    >>> without_controls("Tap \\x1b[31mOK\\x1b[0m\\x07")
    'Tap OK'
    """
    if not _CONTROLS.search(text):
        return text
    bare = _LINE_BREAKS.sub("\n", _TERMINAL_SEQUENCE.sub("", text))
    return _CONTROLS.sub("", _BLANK_CONTROLS.sub(" ", bare))


def without_halves(text: str) -> str:
    """Return text whose half characters (lone surrogates) are replaced, because no file, server or engine takes one.

    Two halves of one character that stand together become it.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def without_nul(text: str) -> str:
    """Return text without NUL, which ends a text in C and which databases refuse, and without half characters."""
    return without_halves(text.replace("\x00", ""))


def escaped_controls(document: str) -> str:
    """Return a JSON document with those characters written as escapes: it holds the same and a terminal obeys none.

    JSON has them in strings only, but for the newlines and tabs between its tokens, which stay.
    """
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


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


def without_quotes(value: str) -> str:
    """Return the value of a variable without blanks and one pair of quotes around it, as a shell would have read it.

    Files of variables for containers and services are read by no shell, and the quotes in them stay.
    """
    bare = value.strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'" else bare
