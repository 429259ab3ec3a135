"""Text normalised: folded for comparison, as a slug for ids, tidied, shortened, in sentences, as Markdown writes it."""

import re
import unicodedata
from collections.abc import Sequence

from graphrag_tools.text.unspaced import UNSPACED_CHARACTERS

_ACCENTS = re.compile("[\u0300-\u036f]")
_DASHES = re.compile(r"[‐‑‒–—―−-]")
_LINE_IN_UNSPACED = re.compile(rf"(?<=[{UNSPACED_CHARACTERS}])[ \t\r]*\n\s*(?=[{UNSPACED_CHARACTERS}])")
_SPACE_BEFORE_CLOSING = re.compile(r" (?=[,.;:!?)](?:\s|$|[)\"”’,.;:]))")
_OPENING = '"“‘(„«»¿¡'
_CAPITALS = "A-Z0-9À-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŖŘŚŞŠŢŤŪŮŰŲŹŻŽΆ-ΫЀ-Я"
_CASELESS = "\u0590-\u06ff\u0900-\u0e7f"
_SENTENCE_END = re.compile(
    rf"(?<=[.!?])\s+(?=[{_OPENING}]?[{_CAPITALS}])|(?<=[.!?؟।])\s+(?=[{_CASELESS}])|(?<=[。！？])(?![」』）”’。！？])\s*"
)


def folded(text: str) -> str:
    """Return text for comparison: case, accents of width, punctuation, dash kinds and white space folded."""
    plain = _DASHES.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.findall(r"\w+", plain)) or " ".join(plain.split())


def unaccented(text: str) -> str:
    """Return text folded, its Latin, Greek and Cyrillic letters without accents, which titles leave out at times.

    >>> unaccented("Resolución de problemas:")
    'resolucion de problemas'
    """
    return folded(_ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


def slug(text: str) -> str:
    """Return text as one piece of an id: folded, letters and digits of any script, hyphens between.

    >>> slug("Wi‑Fi & Bluetooth")
    'wi-fi-bluetooth'

    Text without a letter or digit (an emoji, "???") gives "item".
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "-".join(re.findall(r"\w+", plain.replace("_", " "))) or "item"


def tidy(text: str) -> str:
    """Return text with white space collapsed, none before closing punctuation and none after "(".

    A line that ends between characters of a script without spaces leaves none.

    >>> tidy("日付を\n  選択する")
    '日付を選択する'
    """
    collapsed = " ".join((_LINE_IN_UNSPACED.sub("", text) if "\n" in text else text).split())
    return _SPACE_BEFORE_CLOSING.sub("", collapsed).replace("( ", "(")


def sentences(text: str) -> list[str]:
    """Split text at sentence ends: ".", "!", "?" before white space and a capital, digit or quote; "。" and its kin.

    In scripts that know no capitals, any of their letters begins a sentence.
    """
    return [piece for piece in _SENTENCE_END.split(tidy(text)) if piece]


def first_words(text: str, most: int) -> str:
    """Return a text, or its first whole words and dots where it has more characters than `most`."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as Markdown writes them, the first as the header: it has no table without one."""
    width = max(map(len, rows))
    head, *others = (f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows)
    return "\n".join([head, f"|{'---|' * width}", *others])


def fenced(code: str) -> str:
    """Return code between fences as Markdown writes them, longer ones where the code has such itself."""
    marks = max((len(run) for run in re.findall(r"`{3,}", code)), default=2) + 1
    return f"{'`' * marks}\n{code}\n{'`' * marks}"
