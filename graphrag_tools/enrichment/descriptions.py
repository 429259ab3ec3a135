"""Descriptions of menu items by a model, which only stand if the section's own text bears them out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphrag_tools.answer import Answer, Source
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.prompts import Prompts
from graphrag_tools.text.characters import ARROWS, strange_characters
from graphrag_tools.text.english.verbs import NAVIGATING
from graphrag_tools.text.normalise import sentences
from graphrag_tools.text.words import words
from graphrag_tools.verification import wording
from graphrag_tools.verification.draft import draft_of
from graphrag_tools.verification.evidence import Evidence, evidence_of, speaks_to_a_model
from graphrag_tools.verification.names import false_labels, misplaced_names, unknown_names
from graphrag_tools.verification.polarity import reversed_claims
from graphrag_tools.verification.quantity_checks import wrong_quantities

MOST_SENTENCES = 4
MOST_WORDS = 90
FEWEST_WORDS = 4
_LABEL = re.compile(r"^\W*(?:description|answer|what is [^?\n]{1,80}\?)[:\s*]+", re.IGNORECASE)
_LIST_LINE = re.compile(r"^[^\S\n]*(?:[-*•#]|\d+[.)])\s", re.MULTILINE)
_ENDED = re.compile(r"[.!?][\"”’')]*$")
_NAVIGATION = re.compile(
    r"(?:^|[,;:]\s+|\b(?:and|then|please)\s+)"
    rf"(?:{NAVIGATING})\b"
    r"|\b(?:navigate|go|return|head) (?:back )?(?:in)?to\b|^from \b"
    rf"|[>{ARROWS}]"
    r"|\b(?:found|located|accessed?|available) (?:in|under|at|from|through) (?:the )?[\w ]{0,40}\b"
    r"(?:menu|settings|screen|panel|app|section)\b|\bmenu path\b|\bstep \d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CheckedDescription:
    """A description that may stand, or "" and why it may not."""

    text: str
    problem: str = ""


def description_prompt(item: MenuItem, excerpt: str, prompts: Prompts) -> str:
    """Return the prompt for an item's description from an excerpt of its section.

    Raises:
        ConfigError: An own prompt cannot be filled.
    """
    return prompts.render("describe", item=item.name, text=excerpt)


def is_description(reply: str) -> bool:
    """Whether a reply, as far as it has come, has all the sentences that are used of it, or begins to repeat itself."""
    begun = sentences(reply)
    return len(begun) > MOST_SENTENCES or len(set(begun[:-1])) < len(begun) - 1


def checked_description(reply: str, item: MenuItem, graph: MenuGraph) -> CheckedDescription:
    """Return the first four whole sentences of a reply, if all of it can be said from the item's section.

    Refused are: lists, links and markup, more than 90 words or fewer than four, a way through the menus or a
    command to tap something, names and numbers that the section does not have, the opposite of what it says,
    more than a fifth of the words from elsewhere, and what speaks to a model. Word lists know English.
    """
    text = _first_sentences(reply)
    evidence = evidence_of(_as_answer(text, item), "", _OneGraph(graph))
    problem = next((reason for reason, found in _checks(reply, text, evidence) if found()), "")
    return CheckedDescription("" if problem else text, problem)


@dataclass(frozen=True, slots=True)
class _OneGraph:
    """Where `evidence_of` looks an item up, before there is an index."""

    graph: MenuGraph

    def graph_of(self, _item_id: str) -> MenuGraph:
        return self.graph


def _checks(reply: str, text: str, evidence: Evidence) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what may be wrong, cheap checks first, and how to find out."""
    draft = draft_of(text)
    yield "empty or too short", lambda: len(words(text)) < FEWEST_WORDS
    yield "too long", lambda: len(words(text)) > MOST_WORDS or wording.too_long(draft, evidence)
    yield "a list", lambda: _LIST_LINE.search(reply.strip())
    yield "speaks to a model", lambda: speaks_to_a_model(text)
    yield "refuses", lambda: any(wording.refusals(draft, evidence))
    yield (
        "has markup or strange characters",
        lambda: [
            *wording.markup(draft, evidence),
            *strange_characters(text, evidence.raw, ""),
            *false_labels(draft, evidence),
        ],
    )
    yield "says how to get there", lambda: any(map(_NAVIGATION.search, sentences(text)))
    yield "has a wrong number", lambda: any(wrong_quantities(draft, evidence))
    yield (
        "has an invented name",
        lambda: [*unknown_names(draft, evidence), *misplaced_names(draft, evidence)],
    )
    yield "says the opposite", lambda: any(reversed_claims(draft, evidence))
    yield (
        "not in the section's words",
        lambda: (
            wording.share_from_sources(draft, evidence) < wording.MIN_WORDS_FROM_SOURCES
            or any(wording.foreign_sentences(draft, evidence))
        ),
    )


def _first_sentences(reply: str) -> str:
    """Return a reply's first few sentences as one line, without a label; a last one that was cut off is dropped."""
    said = dict.fromkeys(sentences(_LABEL.sub("", reply.strip()).replace("**", "").strip()))
    whole = [sentence for sentence in said if _ENDED.search(sentence)]
    return " ".join(whole[:MOST_SENTENCES])


def _as_answer(text: str, item: MenuItem) -> Answer:
    source = Source(id=item.id, title=item.name, path=item.path, url=item.url)
    return Answer(text=text, status="answered", menu_path=item.path, sources=(source,), mode="written")
