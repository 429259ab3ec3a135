"""Words in which people are answered, by language: refusals, hints, states, stages and what stands around a quote.

A typed table, because a language then cannot lack a word (mypy says so), and a page of words needs no message files and
no compiler of them. A manual's own language is spoken where the table has it, else English.
"""

from graphrag_tools.text.catalogue import (
    chinese,
    dutch,
    english,
    french,
    german,
    italian,
    japanese,
    portuguese,
    spanish,
)
from graphrag_tools.text.catalogue.words import Words
from graphrag_tools.text.language import ENGLISH

__all__ = ["COURTESIES", "MENU_PATHS", "REFUSALS", "SPOKEN", "Words", "words_in"]
_TABLE = {
    ENGLISH: english.WORDS,
    "de": german.WORDS,
    "es": spanish.WORDS,
    "fr": french.WORDS,
    "it": italian.WORDS,
    "ja": japanese.WORDS,
    "nl": dutch.WORDS,
    "pt": portuguese.WORDS,
    "zh": chinese.WORDS,
}
SPOKEN = frozenset(_TABLE)
"""The codes of the languages that have words of their own."""
REFUSALS = tuple(words.refused for words in _TABLE.values())
"""What a refusal begins with, in any language."""

MENU_PATHS = tuple(f"{words.menu_path}: " for words in _TABLE.values())
"""What stands before a menu path, in any language."""

COURTESIES = "|".join(words.courtesies for words in _TABLE.values())
"""What says hello or thanks, in any language."""


def words_in(language: str) -> Words:
    """Return the words of a language, those of English for one without."""
    return _TABLE.get(language, _TABLE[ENGLISH])
