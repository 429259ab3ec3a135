"""Words as search and quoting compare them: lower case, English stems, stop words known."""

import math
import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+")
LINKED = re.compile(r"[^\W_]+(?:[-‐‑/][^\W_]+)+")
"""Words that a hyphen or a slash makes one: Wi-Fi, E-04, START/STOP."""
_MAX_WORD_LENGTH = 40
_STEMMER = snowballstemmer.stemmer("english")
STOP_WORDS = frozenset(
    "a about all am an and any are as at be been being but by can could did do does doing for from get had has "
    "have having he her here him his how i if in into is it its just ll m may me might more most must my no nor "
    "not of on or our out over own please re s shall she should so some such t than that the their them then "
    "there these they this those to too up us ve very was we were what when where which while who whom whose "
    "why will with would you your".split()
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the English (Porter 2) stem of a lower-case word."""
    stemmed: str = _STEMMER.stemWord(word)
    return stemmed


def words(text: str) -> list[str]:
    """Return the lower-case words of a text in order, longer than 40 characters left out as Tantivy does."""
    folded = text.lower().replace("’", "'").replace("'s ", " ")
    return [word for word in _WORD.findall(folded) if len(word) <= _MAX_WORD_LENGTH]


def content_words(text: str) -> list[str]:
    """Return the words of a text without stop words; all its words where nothing else is left."""
    found = words(text)
    return [word for word in found if word not in STOP_WORDS] or found


def joined(text: str) -> str:
    """Return the letters and digits of a text in one, lower case: "wifi" of "Wi-Fi"."""
    return "".join(_WORD.findall(text.lower()))


def joined_words(text: str) -> list[str]:
    """Return the words that a text links by a hyphen or a slash, each in one."""
    return [joined(linked) for linked in LINKED.findall(text)]


def stems(text: str) -> set[str]:
    """Return the distinct stems of a text's content words."""
    return {stem(word) for word in content_words(text)}


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
