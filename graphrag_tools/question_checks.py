"""Whether a question that a model wrote about a section can be one: checked in code, against the section's text."""

import re
from collections.abc import Callable

from graphrag_tools.names import folded
from graphrag_tools.words import STOP_WORDS, stems, words

FEWEST_WORDS = 4
MOST_WORDS = 25
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_CAPITALISED = re.compile(r"(?<![.?!:\"“]\s)(?<!^)\b[A-Z][\w'’-]+")
_OF_THE_PROMPT = frozenset({"passage", "manual", "excerpt", "menu path"})


def question_problem(text: str, section: str) -> str:
    """Return why a question is not kept, "" where it is.

    Kept is what ends with "?", has 4 to 25 words, shares a content word with its section, names nothing and no
    number that its section does not have, and does not speak of the passage or the manual.
    """
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("not a question", lambda: text.endswith("?") and "\n" not in text and text.count("?") == 1),
        ("too short or long", lambda: FEWEST_WORDS <= len(words(text)) <= MOST_WORDS),
        ("about something else", lambda: bool(stems(text) & stems(section))),
        ("with an invented name or number", lambda: not _invented(text, section)),
        ("about the passage itself", lambda: not _mentions_the_prompt(text, section)),
    )
    return next((reason for reason, holds in checks if not holds()), "")


def _invented(text: str, section: str) -> list[str]:
    numbers = set(_NUMBER.findall(section))
    known = set(words(section))
    names = [name for name in _CAPITALISED.findall(text) if name.casefold() not in STOP_WORDS]
    return [
        *(number for number in _NUMBER.findall(text) if number not in numbers),
        *(name for name in names if not set(words(name)) <= known),
    ]


def _mentions_the_prompt(text: str, section: str) -> bool:
    asked, said = f" {folded(text)} ", f" {folded(section)} "
    return any(f" {word} " in asked and f" {word} " not in said for word in _OF_THE_PROMPT)
