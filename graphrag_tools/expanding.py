"""Questions that a section answers, written by a model, so that search finds it in other words than its own."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphrag_tools.evidence import speaks_to_a_model
from graphrag_tools.glue_words import GLUE
from graphrag_tools.graph import MenuItem
from graphrag_tools.prompts import Prompts
from graphrag_tools.question_checks import question_problem
from graphrag_tools.words import STOP_WORDS, stem, words

MOST_QUESTIONS = 5
_LABEL = re.compile(r"^\s*(?:[-*•]+\s*|\(?\d+[.):]\s*|(?:question|q)\s*\d*[:.)]\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CheckedQuestions:
    """The questions kept, in order, and why each of the others was not."""

    kept: tuple[str, ...]
    problems: tuple[str, ...] = ()


def questions_prompt(item: MenuItem, passage: str, prompts: Prompts) -> str:
    """Return the prompt for questions about a passage of an item's section.

    Raises:
        ConfigError: An own prompt cannot be filled.
    """
    return prompts.render("expand", menu_path=item.menu_path, text=passage)


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


def _lines(reply: str) -> Iterator[str]:
    for line in reply.splitlines():
        text = _LABEL.sub("", line.strip()).replace("**", "").strip("\"“”*' ")
        if text:
            yield text


def _content_stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)
