"""Tell a title from a sentence, its number and ornament from its words, and compare titles."""

import re

from graphrag_tools.loaders.block_kinds import has_inner_sentence
from graphrag_tools.loaders.heading_signs import reads_as_text, without_colon
from graphrag_tools.text.normalise import slug, tidy

_NUMBERED = re.compile(
    r"\A(?:(?:chapter|section|appendix)\s+)?(?P<number>\d{1,3}(?:\.\d{1,3})*)"
    r"(?:\.?\s++|\.(?=(?-i:[^\W\d_a-z])))(?=.*[^\W\d])",
    re.I,
)
_BRACKETED = re.compile(r"\A[(（](?P<number>\d{1,3}(?:[.-]\d{1,3})+)[)）]\s*+(?=.*[^\W\d])")
"""A number in brackets that has parts: "(1) Hold the key" is an item of a list."""
_ORNAMENT = re.compile(r"\A[■□◆◇▶►❖★☆]+\s*(?=\S)")
_BETWEEN_DASHES = re.compile(r"\A(?P<dash>[–—-])\s+(?P<title>[^\s+][^+]*)(?<=\S)\s+(?P=dash)\Z")


def is_sentence(text: str) -> bool:
    """Whether a text has the words and the end, or the begin, of running text, or a whole sentence before others."""
    return has_inner_sentence(text) or (text[0].islower() and text.endswith(".")) or reads_as_text(text)


def has_ornament(text: str) -> bool:
    """Whether a text begins with a shape that sets off titles, and in small type the items of a list ("◆ Reset")."""
    return _ORNAMENT.match(text) is not None


def is_between_dashes(text: str) -> bool:
    """Whether dashes set off a title on both sides ("- CONTROLS -"); what names the keys + and - is none."""
    return _BETWEEN_DASHES.match(text) is not None


def plain_title(text: str) -> str:
    """Return a title's words: without ornaments, a number in brackets, and the colon that leads to its text."""
    set_off = _BETWEEN_DASHES.match(text)
    return without_colon(_BRACKETED.sub("", _ORNAMENT.sub("", set_off["title"] if set_off else text)))


def number_parts(title: str) -> tuple[str, ...]:
    """Return the parts of the number before a title: "3" and "2" for "3.2 Display" and "◆(3.2)Display"."""
    words = _ORNAMENT.sub("", title)
    number = _NUMBERED.match(words) or _BRACKETED.match(words)
    return tuple(re.findall(r"\d+", number["number"])) if number else ()


def number_depth(title: str) -> int:
    """Return how many parts the number before a title has, 0 for none."""
    return len(number_parts(title))


def without_number(title: str) -> str:
    """Return a title without its number ("3.2 Display")."""
    return _NUMBERED.sub("", title)


def title_key(title: str) -> str:
    """Return a title as it is compared: letters and digits without its number, as lines break words with hyphens."""
    return slug(without_number(plain_title(tidy(title)))).replace("-", "")
