"""Keep one language of a file that holds a manual in several, one after the other, as printed booklets do.

Two of them in one index answer each question twice, half of them in words that its owner does not read.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from graphrag_tools.manual.sections import Manual, Section, Skipped
from graphrag_tools.text.language import ENGLISH, is_plainly_english, other_language

_LEAST_LETTERS = 80
"""Of a section, for its language to be told."""
_LEAST_SHARE = 0.1
_ALIKE = 0.5
"""Translations are at least this part as long as each other, and have this part of the sections."""
_LEAST_NUMBERS = 5
_SAME_NUMBERS = 0.3
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(slots=True)
class _Part:
    """Sections in a row that are of one language."""

    language: str
    sections: list[Section]

    @property
    def text(self) -> str:
        """All that they say."""
        return "\n".join(block.text for section in self.sections for block in section.blocks)


def in_one_language(manual: Manual, language: str | None) -> Manual:
    """Return the manual in `language` where it is one of several that say the same, else in English, else the longest.

    What else it holds, as a licence in English, stays: translations are as long as each other, and have as many
    sections and the same numbers.
    """
    parts = _parts(manual.sections)
    if len(parts) < 2 or not all(_is_translation(part, parts[0]) for part in parts[1:]):
        return manual
    longest = max(parts, key=lambda part: len(part.text))
    by_language = {part.language: part for part in parts}
    read = by_language.get(language or "") or by_language.get(ENGLISH) or longest
    kept = {section.key for section in read.sections}
    sections = tuple(one if one.parent in kept else replace(one, parent=None) for one in read.sections)
    left = ", ".join(f"{part.language} ({len(part.sections)} sections)" for part in parts if part is not read)
    report = Skipped("translations", f"{left}: {read.language} is read, and --language reads another")
    return replace(manual, sections=sections, skipped=(*manual.skipped, report))


def _parts(sections: Sequence[Section]) -> list[_Part]:
    """Return the parts of a manual, a language each; none where languages take turns."""
    texts = [" ".join((section.title, *(block.text for block in section.blocks))) for section in sections]
    english = [is_plainly_english(text) for text in texts]
    length = sum(map(len, texts))
    if sum(len(text) for one, text in zip(english, texts, strict=True) if one) > (1 - _LEAST_SHARE) * length:
        return []  # most manuals: no identifier of languages is loaded
    told = [ENGLISH if one else _told(text) for one, text in zip(english, texts, strict=True)]
    shares: Counter[str] = Counter()
    for one, text in zip(told, texts, strict=True):
        shares[one] += len(text)
    known = {one for one, said in shares.items() if one and said >= _LEAST_SHARE * length}
    if len(known) < 2:
        return []
    languages = _without_gaps([one if one in known else "" for one in told])
    runs = [(one, list(group)) for one, group in groupby(range(len(sections)), key=lambda at: languages[at])]
    return [_Part(one, [sections[at] for at in places]) for one, places in runs] if len(runs) == len(known) else []


def _told(text: str) -> str:
    long_enough = sum(map(str.isalpha, text)) >= _LEAST_LETTERS
    return (other_language(text, frozenset()) or "") if long_enough else ""


def _without_gaps(languages: Sequence[str]) -> list[str]:
    """Return the languages with those of the next section where one is not told, and alone ones as their neighbours.

    The first or last one takes that of its neighbour too where its own is said elsewhere.
    """
    filled = list(languages)
    for at in reversed(range(len(filled) - 1)):
        filled[at] = filled[at] or filled[at + 1]
    for at in range(1, len(filled)):
        filled[at] = filled[at] or filled[at - 1]
    for at in range(1, len(filled) - 1):
        if filled[at - 1] == filled[at + 1]:
            filled[at] = filled[at - 1]
    for outer, inner in ((0, 1), (-1, -2)):  # covers say their titles in all languages
        if filled.count(filled[outer]) > 1:
            filled[outer] = filled[inner]
    return filled


def _is_translation(part: _Part, other: _Part) -> bool:
    lengths, counts = sorted((len(part.text), len(other.text))), sorted((len(part.sections), len(other.sections)))
    if lengths[0] < _ALIKE * lengths[1] or counts[0] < _ALIKE * counts[1]:
        return False
    numbers = [set(_NUMBER.findall(one.text.replace(",", "."))) for one in (part, other)]
    fewest = min(map(len, numbers))
    return fewest < _LEAST_NUMBERS or len(numbers[0] & numbers[1]) >= _SAME_NUMBERS * fewest
