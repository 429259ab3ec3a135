"""Refusals: find the words by which a model says that there is no answer, however it says so (English)."""

import re
from collections.abc import Iterator

from graphrag_tools.text.characters import lines_of, plain, unmarked
from graphrag_tools.text.english.refusals import BARE, refusing
from graphrag_tools.text.normalise import folded, sentences
from graphrag_tools.text.words import all_stems, content_words, share_known, stem, words

_MAX_WORDS = 40
_MAX_LINES = 2
_FROM_SOURCE = 0.8
_FEWEST_WORDS = 3
_CONDITION = re.compile(
    r"^\W*(?:if|when|whenever|where|until|unless|while|once|after|before|in case)\b[^,]*", re.IGNORECASE
)
_TURNS = re.compile(r"[,;:]? (?:but|however|although|though)\b,?|; ", re.IGNORECASE)


def is_refusal(text: str, source: str = "", question: str = "") -> bool:
    """Whether a text as a whole says that there is no answer, and gives none.

    At most 40 words, of which a sentence refuses and no other is the source's own (80% of its words, three or more),
    has a number that the question has not, or stands in a list. A sentence that refuses in the source's own
    words ("Photos cannot be found in this mode") is what the manual says, and no refusal.
    """
    whole = plain(text)
    if re.sub(r"^(?:the )?answer (?:is )?", "", folded(whole)) in BARE:
        return True
    if len(words(whole)) > _MAX_WORDS:
        return False
    known = frozenset(all_stems(plain(source)))
    numbers = set(re.findall(r"\d+", plain(question)))
    refused = False
    for sentence in _sentences(whole):
        if refusing_words(sentence, source) is not None:
            refused = True
        elif not _adds_nothing(sentence, known, numbers):
            return False
    return refused and len(list(lines_of(whole))) <= _MAX_LINES


def refusing_words(sentence: str, source: str = "") -> str | None:
    """Return the words of a plain sentence that refuse; None where there are none, or they are the source's own."""
    condition = _CONDITION.match(sentence)
    match = refusing().search(sentence, condition.end() if condition else 0)
    if match is None or match.group(0).casefold() in plain(source).casefold():
        return None
    return match.group(0)


def _adds_nothing(sentence: str, known: frozenset[str], numbers: set[str]) -> bool:
    """Whether a sentence beside a refusal claims nothing from the source: padding, advice, what was looked at."""
    if not set(re.findall(r"\d+", sentence)) <= numbers:
        return False
    spoken = [stem(word) for word in content_words(sentence)]
    return len(spoken) < _FEWEST_WORDS or share_known(spoken, known) < _FROM_SOURCE


def _sentences(text: str) -> Iterator[str]:
    for line in lines_of(text):
        for sentence in sentences(unmarked(line)):
            yield from filter(None, map(str.strip, _TURNS.split(sentence)))
