"""Two questions in one, told apart by their form (English), so that neither is lost without a word."""

import re

from graphrag_tools.answer import Answer
from graphrag_tools.conversation.follow_ups import Lookup, is_about
from graphrag_tools.conversation.form import form_of
from graphrag_tools.text.english.verbs import VERBS
from graphrag_tools.text.words import words

_ASKING = r"(?:how|what|which|why|where|when|who|can|could|do|does|is|are|will(?! be\b)|should)"
_SENTENCE_END = re.compile(r"(?:[?!.;]\s|\n)\s*(?=\S)")
_JOINED = re.compile(rf",?\s+(?:(?:and|also|plus)\s+)+(?={_ASKING}\b)", re.IGNORECASE)
_AND = re.compile(r",?\s+and\s+(?:then\s+)?(?=\S)", re.IGNORECASE)
_ASKS = re.compile(rf"^\W*(?:(?:and|also|so|then)\s+)?{_ASKING}\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:it|its|they|them|their)\b", re.IGNORECASE)


def told_apart(question: str) -> tuple[str, str]:
    """Return the first question of a text and what else it asks, empty where that is one question.

    Two sentences that ask are two questions. Within one both parts have to ask by their form and to name a subject of
    their own: "How do I pair it, and is it safe?" is one.
    """
    for end in _SENTENCE_END.finditer(question):
        first, other = question[: end.start() + 1].strip(), question[end.end() :].strip()
        if _asks(first) and (_stands_alone(other) or (_ASKS.match(other) and _POINTS_BACK.search(other))):
            return first, other
    for between in _JOINED.finditer(question):
        first, other = question[: between.start()].strip(), question[between.end() :].strip()
        if _stands_alone(first) and _stands_alone(other):
            return first, other
    return question, ""


def unanswered_part(answer: Answer, question: str, index: Lookup) -> str:
    """Return the one of two things to do, in one question, that an answer's section says nothing of; else nothing.

    "How do I dim the lamp and pair a switch?" is searched for as it is, because one section often answers both.
    """
    if answer.status != "answered" or len(answer.sources) != 1:
        return ""
    section = index.item(answer.sources[0].id)
    for between in _AND.finditer(question):
        parts = (question[: between.start()].strip(), question[between.end() :].strip())
        if _commands(parts[1]):
            missing = [part for part in parts if not is_about(form_of(part), section, index)]
            return missing[0] if len(missing) == 1 else ""
    return ""


def _commands(text: str) -> bool:
    """Whether a text begins with what to do, and names to what."""
    form = form_of(text)
    return set(words(text)[:1]) <= VERBS and bool(form.own) and not form.needs_earlier


def _asks(text: str) -> bool:
    return bool(_ASKS.match(text)) and bool(form_of(text).own)


def _stands_alone(text: str) -> bool:
    return _asks(text) and not form_of(text).needs_earlier
