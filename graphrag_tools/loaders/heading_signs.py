"""What tells headings from running text where no style names them: the size of their type, how their words end."""

import re
from collections import Counter
from collections.abc import Iterable

LARGER = 1.08
"""Type so many times the size of the text's is that of a heading."""
_FEWEST_WORDS = 5
"""Of a sentence: "Which one?" and "Safety." may be titles."""
_ENDS = (".", ":", ";", ",", "。", "：")
_COLONS = ":："
_ADDRESS = re.compile(r"://|\bwww\.|\w@\w+\.\w")


def usual_size(texts: Iterable[tuple[float, int]]) -> float:
    """Return the size of type that most characters have, given the size of each text and its length."""
    sizes: Counter[float] = Counter()
    for size, length in texts:
        sizes[size] += length
    return sizes.most_common(1)[0][0] if sizes else 0.0


def ends_as_text(text: str) -> bool:
    """Whether a text ends as running text does, or as what leads to it."""
    return text.endswith(_ENDS)


def reads_as_text(text: str) -> bool:
    """Whether a text has as many words as a sentence, and its end or its begin, or says an address."""
    is_long = len(text.split()) >= _FEWEST_WORDS
    return (is_long and (ends_as_text(text) or text[0].islower())) or _ADDRESS.search(text) is not None


def without_colon(text: str) -> str:
    """Return a title without the colon that leads to its text."""
    return text.rstrip(_COLONS + " ") or text
