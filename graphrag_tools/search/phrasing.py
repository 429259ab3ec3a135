"""Titles and sentences put as the questions of somebody who has not read the manual."""

import random
import re
from dataclasses import dataclass
from typing import Literal

from graphrag_tools.text.english.everyday import EVERYDAY, SPOKEN
from graphrag_tools.text.english.verbs import GESTURES, VERBS
from graphrag_tools.text.words import STOP_WORDS

PhraseKind = Literal["action", "thing", "trouble", "question"]
_MOST_WORDS = 14
_FEWEST_KEPT, _MOST_KEPT = 2, 5
_DROPPED = 0.2
_EXCHANGED = 0.4
_WITH_DEVICE = 0.2
_WITH_REASON = 0.15
_MISTYPED = 0.02
_FRAMES: dict[PhraseKind, tuple[str, ...]] = {
    "action": (
        "How do I {}?",
        "How can I {}?",
        "How to {}?",
        "Can I {}?",
        "Where can I {}?",
        "Is there a way to {}?",
        "Is it possible to {}?",
        "I want to {}, what do I do?",
    ),
    "thing": (
        "Where do I find {}?",
        "Where is {}?",
        "What is {}?",
        "What does {} do?",
        "What is {} for?",
        "How do I use {}?",
        "How can I turn on {}?",
        "How do I change {}?",
    ),
    "trouble": ("{}, what can I do?", "Why is it that {}?", "What if {}?"),
    "question": ("{}?",),
}
_DEVICE = ("on my device", "on this", "on it", "with my device", "on here")
_REASONS = (
    "My old one could do this,",
    "I have just bought it,",
    "It keeps bothering me,",
    "I am travelling,",
    "For my parents:",
    "My kid uses it too,",
    "It is dark here,",
    "I am in a hurry,",
    "Somebody told me about it:",
    "I cannot figure it out,",
)
_QUESTION_WORDS = frozenset("what how why where when who which".split())
_TROUBLE = re.compile(r"\b(?:(?:do|does|is|are|will) not|(?:do|does|is|are|wo|ca)n[’']t|can[’']t|cannot)\b")
_CLAUSE = re.compile(r"[.;:!?()\[\]•]|,(?= )|\b(?:when|while|if|so that|and then|which|that is|because|unless)\b")
_WORD = re.compile(r"\w[\w'’&/+-]*(?:[.,]\d+)*")
_TO_DO = (
    re.compile(
        r"^(?:you can|you may|lets? you|allows? you to|helps? you(?: to)?) (?:also |easily |quickly )?(?P<do>.+)", re.I
    ),
    re.compile(r"^(?:use|tap|press|touch|open|swipe)\b[^.]{0,60}?\bto (?P<do>.+)", re.I),
    re.compile(r"^to (?P<do>[^,]+),", re.I),
    re.compile(r"\b(?:lets?|allows?|enables?|helps?) (?:you|your device) (?:to )?(?P<do>.+)", re.I),
    re.compile(r"\btap\b[^.]{0,60}?\bto (?P<do>.+)", re.I),
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that complete "How do I …?" (an action), "Where is …?" (a thing) or "What if …?" (a trouble)."""

    kind: PhraseKind
    words: str


def phrase_of_name(name: str) -> Phrase | None:
    """Return a title or the name of an option as a phrase; None where it has no two letters in a row."""
    tidied = " ".join(_WORD.findall(name))
    if not re.search(r"[^\W\d_]{2}", tidied):
        return None
    first, _, rest = tidied.partition(" ")
    if first.casefold() in _QUESTION_WORDS and rest:
        return Phrase("question", tidied)
    if _TROUBLE.search(tidied):
        return Phrase("trouble", _uncapitalised(tidied))
    if first.casefold() in VERBS and rest:
        return Phrase("action", _uncapitalised(tidied))
    return Phrase("thing", tidied)


def phrase_of_sentence(sentence: str) -> Phrase | None:
    """Return what a sentence lets one do; None where it says no such thing."""
    for pattern in _TO_DO:
        if (match := pattern.search(sentence)) and (phrase := _action(match["do"])):
            return phrase
    return _action(sentence)


def asked(phrase: Phrase, chance: random.Random) -> str:
    """Return a question about a phrase, in part of its words and in everyday ones for some."""
    spoken = [SPOKEN.get(word.casefold(), word) for word in _shortened(phrase.words.split(), chance)]
    words = [_everyday(word, chance) for word in spoken]
    if phrase.kind == "thing" and chance.random() < 0.5:
        words = [word if word.isupper() else word.lower() for word in words]
    if phrase.kind in ("action", "thing") and chance.random() < _WITH_DEVICE:
        words.append(chance.choice(_DEVICE))
    question = chance.choice(_FRAMES[phrase.kind]).format(" ".join(words))
    if chance.random() < _WITH_REASON:
        return f"{chance.choice(_REASONS)} {_uncapitalised(question) if question[:2] != 'I ' else question}"
    return question[:1].upper() + question[1:]


def _action(text: str) -> Phrase | None:
    words = _WORD.findall(_CLAUSE.split(text.strip(), maxsplit=1)[0])[:_MOST_WORDS]
    first = words[0].casefold() if words else ""
    content = [word for word in words if word.casefold() not in STOP_WORDS]
    if len(content) < 2 or first not in VERBS or first in GESTURES:
        return None
    return Phrase("action", _uncapitalised(" ".join(words)))


def _uncapitalised(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _shortened(words: list[str], chance: random.Random) -> list[str]:
    """Return the first few words that carry meaning and what stands between them, some modifiers left out."""
    wanted = chance.randint(_FEWEST_KEPT, _MOST_KEPT)
    content = [at for at, word in enumerate(words) if word.casefold() not in STOP_WORDS]
    if not content:
        return words
    end = content[min(wanted, len(content)) - 1] + 1
    while end < len(words) and (words[end][:1].isupper() or words[end - 1].endswith(("’s", "'s"))):
        end += 1
    modifiers = {at for at in content if at + 1 in content and 0 < at < end - 1}
    dropped = {at for at in modifiers if chance.random() < _DROPPED}
    return [word for at, word in enumerate(words[:end]) if at not in dropped]


def _everyday(word: str, chance: random.Random) -> str:
    others = EVERYDAY.get(word.casefold())
    if others and chance.random() < _EXCHANGED:
        return chance.choice(others)
    if len(word) > 4 and word.isalpha() and chance.random() < _MISTYPED:
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word
