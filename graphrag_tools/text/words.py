"""Words as search and quoting compare them: lower case, stems and stop words by language, English unless said."""

import math
import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from unicodedata import normalize

import snowballstemmer

from graphrag_tools.text import language as languages
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.text.unspaced import HIRAGANA, LETTERS, UNSPACED, pieces

_MARKS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
"""Accents and vowel signs that are part of a word and that Python's \\w leaves out: Hebrew, Arabic, India's scripts."""
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}{LETTERS}])+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_LINKS = "-‐‑/"
LINKED = re.compile(rf"(?<![^\W_])[^\W_]+(?:[{_LINKS}][^\W_]+)+")
"""Words that a hyphen or a slash makes one: Wi-Fi, E-04, START/STOP."""
_NAME_IN_ONE = re.compile(r"(?<![^\W_])[A-Z]?[a-z]{1,30}(?:[A-Z][a-z]{1,30}){2,9}(?![^\W_])")
_PART = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAX_WORD_LENGTH = 40
_STEMMER = snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def _english_stem(word: str) -> str:
    stemmed: str = _STEMMER.stemWord(word)
    return stemmed


def stem(word: str, language: str = ENGLISH) -> str:
    """Return the stem of a lower-case word: by Porter 2 in English, else by its language's Snowball stemmer."""
    return _english_stem(word) if language == ENGLISH else languages.stem(word, language)


def words(text: str) -> list[str]:
    """Return the lower-case words of a text in order, longer than 40 characters left out as Tantivy does.

    Of a script without spaces these are character n-grams (`unspaced`).
    """
    folded = text.lower().replace("’", "'").replace("'s ", " ")
    # A pattern without scripts takes a third of the time, and most texts of most manuals have no other letters.
    found = _ASCII_WORD.findall(folded) if folded.isascii() else _WORD.findall(normalize("NFC", folded))
    if UNSPACED.search(folded):
        found = [piece for run in found for piece in pieces(run)]
    return [word for word in found if len(word) <= _MAX_WORD_LENGTH]


def is_stop_word(word: str, language: str = ENGLISH) -> bool:
    """Whether a lower-case word is a function word, or a form of one; in Japanese, whether it is all hiragana."""
    if language == ENGLISH:
        return word in STOP_WORDS
    if language == "ja" and HIRAGANA.fullmatch(word):
        return True
    return word in languages.stop_words(language) or stem(word, language) in languages.stop_stems(language)


def content_words(text: str, language: str = ENGLISH) -> list[str]:
    """Return the words of a text without stop words; all its words where nothing else is left."""
    framed = languages.phrases(language)
    said = words(framed.sub(" ", text) if framed else text)
    return [word for word in said if not is_stop_word(word, language)] or words(text)


def joined(text: str) -> str:
    """Return the letters and digits of a text in one, lower case: "wifi" of "Wi-Fi"."""
    return "".join(_WORD.findall(text.lower()))


def joined_words(text: str) -> list[str]:
    """Return the words that a text links by a hyphen or a slash, each in one."""
    # Most texts have no link, which is sooner seen than by the pattern, which begins anew at each letter.
    return [joined(linked) for linked in LINKED.findall(text)] if any(link in text for link in _LINKS) else []


def names_apart(text: str) -> str:
    """Return a text with the names that programs write in one of three words and more in these.

    Such of two words are mostly brands.

    >>> names_apart("DoNotDisturbMode of PowerPoint")
    'Do Not Disturb Mode of PowerPoint'
    """
    return _NAME_IN_ONE.sub(lambda name: _PART.sub(" ", name[0]), text)


def parted_words(text: str) -> list[str]:
    """Return the words of such names in a text, each by itself."""
    return [word for name in _NAME_IN_ONE.findall(text) for word in _PART.split(name)]


def stems(text: str, language: str = ENGLISH) -> set[str]:
    """Return the distinct stems of a text's content words."""
    return {stem(word, language) for word in content_words(text, language)}


def all_stems(*texts: str) -> set[str]:
    """Return the distinct stems of all words of some texts, stop words too."""
    return {stem(word) for text in texts for word in words(text)}


def inverse_document_frequency(documents: int, containing: int) -> float:
    """Return BM25's idf, ln(1 + (N - n + 0.5) / (n + 0.5)): never negative (Robertson and Zaragoza, 2009)."""
    return math.log1p((documents - containing + 0.5) / (containing + 0.5))


def share_known(spoken: Sequence[str], known: Collection[str]) -> float:
    """Return the share, 0 to 1, of the spoken stems that are known, each as often as it is said; 1 where none is.

    With the stems of a text and those of its sources this is K-precision (Adlakha et al., "Evaluating Correctness
    and Faithfulness of Instruction-Following Models for Question Answering", 2023).
    """
    return sum(word in known for word in spoken) / len(spoken) if spoken else 1.0


def weighted_share(wanted: Collection[str], present: Collection[str], weight: Callable[[str], float]) -> float:
    """Return the share, 0 to 1 by weight, of the wanted stems that are present; 0 where none is wanted."""
    total = sum(weight(word) for word in wanted)
    return sum(weight(word) for word in wanted if word in present) / total if total else 0.0
