"""Scripts that write no spaces between words: runs of them cut into overlapping character n-grams, as words.

Indexing by n-grams finds what a dictionary of words finds (Nie, Gao, Zhang and Zhou, "On the Use of Words and N-grams
for Chinese Information Retrieval", 2000), needs no dictionary, and knows the names that a manual invents.
"""

import re
from collections.abc import Iterator

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
_ALPHABETS = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0ece\u1000-\u1049\u1780-\u17d3"
"""Thai, Lao, Burmese and Khmer, whose words are longer than two of their characters."""
_RUN = re.compile(
    f"(?P<pair>[{_HAN}]+|[{_HIRAGANA}]+|[{_KATAKANA}]+|[{_HANGUL}]+)|(?P<triple>[{_ALPHABETS}]+)|(?P<other>.[^"
    f"{_HAN}{_HIRAGANA}{_KATAKANA}{_HANGUL}{_ALPHABETS}]*)",
    re.DOTALL,
)
UNSPACED = re.compile(f"[{_HAN}{_HIRAGANA}{_KATAKANA}{_HANGUL}{_ALPHABETS}]")
UNSPACED_CHARACTERS = f"{_HAN}{_HIRAGANA}{_KATAKANA}{_ALPHABETS}\u3000-\u3003\u3008-\u301f\u30fb\u30fc\uff01-\uff65"
"""Letters and marks that stand without spaces, for a character class: those of Chinese, Japanese, Thai, not Korean."""
_NO_SPACE = re.compile(f"[{UNSPACED_CHARACTERS}]")
HIRAGANA = re.compile(f"[{_HIRAGANA}]+")
LETTERS = f"{_HAN}{_HIRAGANA}{_KATAKANA}{_HANGUL}{_ALPHABETS}"
"""Their letters and marks, for a character class: of the marks of Thai, Python's \\w knows none."""


def pieces(word: str) -> Iterator[str]:
    """Yield a run of letters in words: those of spaced scripts whole, the others as n-grams of one script each.

    >>> list(pieces("打开usb调试"))
    ['打开', 'usb', '调试']
    """
    for match in _RUN.finditer(word):
        if match["other"]:
            yield match["other"]
        else:
            yield from _grams(match.group(), 2 if match["pair"] else 3)


def is_unspaced(character: str) -> bool:
    """Whether a character stands beside others without a space, as letters and marks of Chinese, Japanese and Thai do.

    Korean writes spaces.

    >>> is_unspaced("。"), is_unspaced("한"), is_unspaced("")
    (True, False, False)
    """
    return _NO_SPACE.match(character) is not None


def _grams(run: str, length: int) -> Iterator[str]:
    if len(run) <= length:
        yield run
        return
    for start in range(len(run) - length + 1):
        yield run[start : start + length]
