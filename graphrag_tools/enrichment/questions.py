"""Questions that a section answers, written by a model, so that search finds it in other words than its own."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.prompts import Prompts
from graphrag_tools.text.english.fillers import GLUE
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import stem, stems, words
from graphrag_tools.verification.evidence import speaks_to_a_model

MOST_QUESTIONS = 5
_LABEL = re.compile(r"^\s*(?:[-*•]+\s*|\(?\d+[.):]\s*|(?:question|q)\s*\d*[:.)]\s*)+", re.IGNORECASE)
FEWEST_WORDS = 4
MOST_WORDS = 25
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_CAPITALISED = re.compile(r"(?<![.?!:\"“]\s)(?<!^)\b[A-Z][\w'’-]+")
_OF_THE_PROMPT = frozenset({"passage", "manual", "excerpt", "menu path"})


@dataclass(frozen=True, slots=True)
class CheckedQuestions:
    """The questions kept, in order, and why each of the others was not."""

    kept: tuple[str, ...]
    problems: tuple[str, ...] = ()


def questions_prompt(item: MenuItem, excerpt: str, prompts: Prompts) -> str:
    """Return the prompt for questions about an excerpt of an item's section.

    Raises:
        ConfigError: An own prompt cannot be filled.
    """
    return prompts.render("expand", menu_path=item.menu_path, text=excerpt)


def are_questions(reply: str) -> bool:
    """Whether a reply, as far as it has come, has all the questions that are used of it, or begins to repeat itself."""
    whole = list(_lines(reply.rpartition("\n")[0]))
    return len(set(whole)) >= MOST_QUESTIONS or len(set(whole)) < len(whole)


def checked_questions(reply: str, item: MenuItem) -> CheckedQuestions:
    """Return up to five questions of a reply, one a line, that `question_problem` finds nothing wrong with.

    Dropped besides: one that says nothing of its own ("How do I use this feature?"), and one with the content
    words of an earlier one or of the title alone.
    """
    section = item.whole_text
    title = _content_stems(item.name)
    seen = {title}
    kept: list[str] = []
    problems: list[str] = []
    for text in _lines(reply):
        said = _content_stems(text)
        meaning = {word for word in said if word not in GLUE or word in title}
        if problem := question_problem(text, section) or (speaks_to_a_model(text) and "speaks to a model") or "":
            problems.append(problem)
        elif not meaning & _content_stems(section):
            problems.append("says nothing of its own")
        elif said in seen:
            problems.append("asked before")
        elif len(kept) < MOST_QUESTIONS:
            seen.add(said)
            kept.append(text)
    return CheckedQuestions(tuple(kept), tuple(problems))


def distinct_questions(by_item: Mapping[MenuItem, tuple[str, ...]]) -> dict[MenuItem, tuple[str, ...]]:
    """Return the questions without those that several items of a manual have, by their content words.

    They tell none of them apart.
    """
    owners = Counter(
        (item.manual, said)
        for item, questions in by_item.items()
        for said in {_content_stems(one) for one in questions}
    )
    return {
        item: tuple(one for one in questions if owners[item.manual, _content_stems(one)] == 1)
        for item, questions in by_item.items()
    }


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


def _lines(reply: str) -> Iterator[str]:
    for line in reply.splitlines():
        text = _LABEL.sub("", line.strip()).replace("**", "").strip("\"“”*' ")
        if text:
            yield text


def _content_stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)


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
