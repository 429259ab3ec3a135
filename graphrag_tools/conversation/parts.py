"""Two questions in one, told apart by their form (English), so that neither is lost without a word."""

import re

from graphrag_tools.conversation.form import form_of

_ASKING = r"(?:how|what|which|why|where|when|who|can|could|do|does|is|are|will|should)"
_BETWEEN = re.compile(rf"\?\s+(?=\S)|,?\s+(?:and|also)\s+(?:also\s+)?(?={_ASKING}\b)", re.IGNORECASE)
_ASKS = re.compile(rf"^\W*(?:(?:and|also|so|then)\s+)?{_ASKING}\b", re.IGNORECASE)
LEFT_OUT = "Answered is the first of two questions. Ask the other one by itself: {other}"


def told_apart(question: str) -> tuple[str, str]:
    """Return the first question of a text and what else it asks, empty where that is one question.

    Both have to ask by their form and to name a subject of their own: "How do I pair it, and is it safe?" is one.
    """
    for between in _BETWEEN.finditer(question):
        first, other = question[: between.start()].strip(), question[between.end() :].strip()
        if _stands_alone(first) and _stands_alone(other):
            return first + ("?" if between[0].startswith("?") else ""), other
    return question, ""


def _stands_alone(text: str) -> bool:
    form = form_of(text)
    return bool(_ASKS.match(text)) and bool(form.own) and not form.needs_earlier
