"""Titles of sections put as questions that read well (English); a title that makes none is left alone."""

import re

from graphrag_tools.text.english.everyday import SPOKEN
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.english.verbs import VERBS

_DETERMINERS = frozenset(
    "a an the my our their its this that these those all any each every another other both more no some one two three "
    "several it them yourself myself".split()
)
_BETWEEN = frozenset(
    "to for from in into on onto off of over up down out with without at by via through as and or around about between "
    "before after during under behind back away again per than".split()
)
"""Stand between the things of a title, or belong to its verb ("turn on")."""
_ENDS = r"(?=\s*(?:$|[^\w\s'’-])|\s+(?:{})\b)".format("|".join(sorted(STOP_WORDS)))
"""Where a name is over: before a mark, or before a function word."""
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|will|not|i|you|we)\b|n['’]t\b", re.IGNORECASE
)
_TROUBLE = re.compile(r"(?:\b(?:does|do|is|are|will|can) not\b|\bcannot\b|n['’]t\b)", re.IGNORECASE)
_HOW_TO = re.compile(r"how to (?=\w)", re.IGNORECASE)
_QUESTION_WORDS = r"how|what|why|where|when|who|which|whose"
_BEGINS_WITH_ONE = re.compile(rf"(?:{_QUESTION_WORDS})\b", re.IGNORECASE)
_ASKS = re.compile(
    rf"(?:{_QUESTION_WORDS}|is|are|can|could|do|does|did|will|would|should|may|must|has|have)\b.*\?$", re.IGNORECASE
)
_POINTS = re.compile(r"\b(?:it|this|that|they|these|those)\b", re.IGNORECASE)
_MOST_WORDS = 12
_FEWEST_WORDS_THAT_POINT = 6
"""A shorter question with "it" in it asks of what stands before it in the manual."""
_ARTICLES = {"your": "my", "its": "the"}
_PARTS = frozenset("options settings menus modes features groups sections levels checks".split())
"""What a manual or a screen has of its own: "Upgrade options" are options, and no options are upgraded."""


def question_of_title(title: str, text: str, where_is: str) -> str:
    """Return a question that a section with this title answers, "" where none reads well.

    The section's `text` tells which article a thing of the title takes ("Update server" is asked as "How do I update
    the server?" where it says "the server"), and which words in capitals are names. `where_is` is the form of a
    question for a thing, with `{title}` in it; "" asks none.

    >>> question_of_title("Update server", "Restart the server.")
    'How do I update the server?'
    >>> question_of_title("Getting started", "Welcome."), question_of_title("Upgrade options", "There are two.")
    ('', '')
    """
    plain = re.sub(r"(?:(?<!\s)\s+)?[(\[][^()\[\]]*+[)\]]\s*$", "", title.replace(" & ", " and ")).strip(" .:!")
    plain = f"{plain.rstrip('? ')}?" if plain.endswith("?") else plain
    words, around = plain.split(), text.replace(title, ".")  # the title itself tells nothing
    if not plain[:1].isalpha() or len(words) > _MOST_WORDS:
        return ""
    if _HOW_TO.match(plain):
        return _how_do_i(words[2], [word.rstrip("?") for word in words[3:]], around)
    if plain.endswith("?"):
        points = len(words) < _FEWEST_WORDS_THAT_POINT and _POINTS.search(plain)
        return plain if _ASKS.match(plain) and not points else ""
    if len(words) > 1 and _base(words[0]):
        return _how_do_i(words[0], words[1:], around)
    return "" if _BEGINS_WITH_ONE.match(plain) else _of_a_trouble_or_thing(plain, where_is)


def _of_a_trouble_or_thing(title: str, where_is: str) -> str:
    if _SENTENCE.search(title):
        return f"{title}, what can I do?" if _TROUBLE.search(title) and "," not in title else ""
    first, _, rest = title.partition(" ")
    is_gerund = first.lower().endswith("ing") and _base(first)
    named = f"{first.lower()} {rest}" if first.lower() in ("the", "a", "an") else title
    return "" if is_gerund else where_is.format(title=named)


def _base(word: str) -> str:
    """Return a verb as it stands after "How do I": "add" for "Add" and "Adding"; "" for what is none."""
    low = word.lower()
    without = low.removesuffix("ing")
    forms = (low,) if without == low else (low, without, f"{without}e", without[:-1])
    return next((form for form in forms if form in VERBS), "")


def _how_do_i(first: str, rest: list[str], text: str) -> str:
    """Return how to do something, each thing with the article that it needs; "" where that is not known."""
    verb = _base(first)
    if not verb or not rest or rest[0].lower() == "of":
        return ""
    said, thing, things = [verb], list[str](), 0
    for word in (*rest, ""):
        if word and word.lower() not in _BETWEEN:
            thing.append(word)
            continue
        if thing:
            named = _another_verb(said, thing, text) or _with_article(
                thing, text, after=said, of_gerund=verb != first.lower()
            )
            if not named:
                return ""
            said.append(named)
            thing, things = [], things + 1
        if word:
            said.append(word.lower())
    ends_open = said[-1] in ("and", "or", "to", "with", "for")
    return "" if ends_open or not things else f"How do I {' '.join(said)}?"


def _another_verb(said: list[str], thing: list[str], text: str) -> str:
    """Return what stands after "and" where it is a second verb: "sort and filter", "create and send an email"."""
    verb = _base(thing[0]) if said[-1] in ("and", "or") else ""
    if not verb or len(thing) == 1:
        return verb
    named = _with_article(thing[1:], text, after=[verb])
    return f"{verb} {named}" if named else ""


def _with_article(thing: list[str], text: str, *, after: list[str], of_gerund: bool = False) -> str:
    """Return a thing as it stands in a sentence, "" where neither its form nor the text tells."""
    first, last, is_first = thing[0].lower(), thing[-1], len(after) == 1
    written = " ".join(SPOKEN.get(word.lower(), word) for word in thing)
    if first in _DETERMINERS or first in ("your", "you") or first[0].isdigit():
        return written
    if not first[0].isalpha() or (len(after) == 2 and after[1] in ("and", "or")):
        return ""
    plain = re.escape(" ".join(thing))
    if last.islower() and last.endswith("s") and not last.endswith(("ss", "us", "is")):
        return "" if is_first and last in _PARTS else written
    if is_first and of_gerund and first == thing[0]:
        return ""  # a reading position is a position
    return _as_in_the_text(written, plain, text, after[-1], is_name=first != thing[0], is_first=is_first)


def _as_in_the_text(written: str, plain: str, text: str, after: str, *, is_name: bool, is_first: bool) -> str:
    """Return a thing with the article that the text has before it, without one where the text has none."""
    if article := re.search(rf"\b(the|an?|your|its)\s+{plain}{_ENDS}", text, re.IGNORECASE):
        found = article[1].lower()
        return f"{_ARTICLES.get(found, found)} {written}"
    if is_name:
        return written if re.search(rf"[a-z,]\s+{plain}{_ENDS}", text) else ""
    before = "of|with|for|in|by|and|or|to|less|more|some|much" + ("" if is_first else rf"|{re.escape(after)}")
    return written if re.search(rf"\b(?:{before})\s+{plain}{_ENDS}", text, re.IGNORECASE) else ""
