"""Codes of errors, parts and models: how they are written, which a section lists, and which sections one means."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.keys import manual_of
from graphrag_tools.text.english.code_words import CODE_WORDS
from graphrag_tools.text.words import all_stems, joined

_NUMBER = r"\d{1,5}[^\W\d_]{0,3}"
IDENTIFIER = re.compile(rf"\b[^\W\d_]{{1,4}}[-‐‑]?{_NUMBER}(?:[-‐‑]{_NUMBER})*\b")
"""A code in one, or with hyphens: E04, E-04, C-04-3."""
_APART = rf"\b[^\W\d_]{{1,16}}[ .:_#]{{1,2}}{_NUMBER}\b(?![.,]\d)"
_NUMBER_FIRST = r"\b(?:0x[\da-f]{2,8}|\d{1,5}[^\W\d_]{1,3})\b"
SPELT_CODE = re.compile(rf"{_APART}|{IDENTIFIER.pattern}")
_CODES_APART = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (_APART, _NUMBER_FIRST))
"""What is a code only where a manual lists others of its kind: Err 10, E:04, H.04, 0x8004, 4E."""
_QUOTES = "\"'“”„‘’‚«»"
_ENTRY = re.compile(rf"({_APART}|{_NUMBER_FIRST}|\d{{1,5}})[{_QUOTES}]?\s*(?:[|:–—(,]|/\s|-\s|\.?$)", re.IGNORECASE)
_VERSION = re.compile(r"v\d+")
_LONGEST_SERIES = 2
"""Letters of a series that needs no word to be one, as E and ER: longer ones are names and words, as pin 7."""
_FEW = 5
"""So many sections of a manual at most have an error code, a part or a model; what more have is a name, as MP3."""
_MENTIONED = 0.5


def codes_apart(text: str) -> list[str]:
    """Return what may be codes in a text beside its identifiers, each in one: "err10" of "Err 10"."""
    return [joined(code) for pattern in _CODES_APART for code in pattern.findall(text)]


def listed_codes(section: MenuItem) -> set[str]:
    """Return the codes that are no identifiers which a section or its blocks begin with, each in one.

    A word or a number alone makes a code only where the word, the titles or the row above say so: "Error 04" is one,
    "04 | The heater is too hot" below "Error codes" is "error04", and "Android 14: …" or "500m | …" are none.
    """
    found: set[str] = set()
    titles = above = " ".join(section.path[-2:])
    for text in (section.name, *(block.text for block in section.blocks)):
        entry = _ENTRY.match(text.lstrip(_QUOTES))
        if entry is None:
            above = f"{titles} {text.partition('|')[0]}"
            continue
        code, named = joined(entry[1]), CODE_WORDS.intersection(all_stems(above))
        if named or counts_codes(series_of(code)):
            found.add(code)
        if code.isdigit():
            found.update(f"{word}{code}" for word in named)
    return found


def counts_codes(letters: str) -> bool:
    """Whether letters before a number make a code of it: "err", and "E", but not "pin" of "pin 7"."""
    return letters in CODE_WORDS or (letters.isalpha() and len(letters) <= _LONGEST_SERIES)


def series_of(code: str) -> str:
    """Return what the codes of a series have in common: the letters before the number, else all but the digits."""
    letters = re.match(r"[^\W\d_]+", code)
    return letters[0] if letters else re.sub(r"\d+", "0", code)


def meant_by_codes(
    codes: Collection[str], having: Collection[str], read: Callable[[Sequence[str]], Iterable[MenuItem]]
) -> dict[str, float]:
    """Return how far, 0 to 1, each section that has all codes of a question is what it asks about; `read` gives some.

    Wholly where the codes are in its title, or a paragraph, step or row begins with each ("E4: Close the tap"), and
    half where they are mentioned. A version ("v3") decides nothing, as any question may name it, nor does what many
    sections of a manual have.
    """
    if any(map(_VERSION.fullmatch, codes)):
        return {}
    of_manuals = Counter(map(manual_of, having))
    few = [section for section in having if of_manuals[manual_of(section)] <= _FEW]
    items = zip(few, read(few), strict=True)
    return {section: 1.0 if set(codes) <= _entries_of(item) else _MENTIONED for section, item in items}


def _entries_of(section: MenuItem) -> set[str]:
    """Return the codes that a section has an entry for."""
    at_start = filter(None, (IDENTIFIER.match(block.text.lstrip(_QUOTES)) for block in section.blocks))
    return {joined(code) for code in (*IDENTIFIER.findall(section.name), *(found[0] for found in at_start))}
