"""Titles and sentences put as the questions of somebody who has not read the manual."""

import random
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from graphrag_tools.text.english.everyday import EVERYDAY, SPOKEN
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.english.verbs import GESTURES, VERBS

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
_CLAUSE = re.compile(r"[.;:!?()\[\]•]|,(?= )|\b(?:when|while|if|so that|and then|which|that|because|unless)\b")
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
    """Return a question about a phrase, in part of its words and in everyday ones for some.

    What is kept of the phrase stands together in it: it ends where a run of words with meaning ends, and no verb is
    left without what it is done to. Names, in capitals or alone, keep their words.
    """
    words = phrase.words.split()
    if phrase.kind != "thing" or len(words) > _MOST_KEPT:
        words = _shortened(words, chance)
    spoken = [_spoken(word, before) for before, word in pairwise(["", *words])]
    if phrase.kind == "action":
        spoken = [_everyday(word, chance) for word in spoken]
    spoken = [_mistyped(word, chance) for word in spoken]
    if phrase.kind == "thing" and chance.random() < 0.5:
        spoken = [word if word.isupper() else word.lower() for word in spoken]
    if phrase.kind == "action" and chance.random() < _WITH_DEVICE:
        spoken.append(chance.choice(_DEVICE))
    question = chance.choice(_FRAMES[phrase.kind]).format(" ".join(spoken))
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
    """Return the first few words that carry meaning and what stands between them, some plain modifiers left out."""
    wanted = chance.randint(_FEWEST_KEPT, _MOST_KEPT)
    content = [at for at, word in enumerate(words) if not _says_little(word)]
    if not content:
        return words
    end = content[min(wanted, len(content)) - 1] + 1
    while end < len(words) and (end in content or _leaves_open(words[end - 1])):
        end += 1
    while end > 1 and _leads_on(words[end - 1]) and words[end - 2].casefold() not in VERBS:
        end -= 1
    modifiers = {at for at in content if at + 1 in content and 0 < at < end - 1 and words[at].islower()}
    dropped = {at for at in modifiers if words[at - 1] not in ("a", "an") and chance.random() < _DROPPED}
    return [word for at, word in enumerate(words[:end]) if at not in dropped]


def _says_little(word: str) -> bool:
    return word.casefold() in STOP_WORDS


def _leaves_open(word: str) -> bool:
    """Whether a phrase cannot end in a word: what is done to something, or what leads to the next one."""
    return _leads_on(word) or word.casefold() in VERBS or word.endswith(("’s", "'s"))


def _leads_on(word: str) -> bool:
    return _says_little(word) or word.endswith("ing")


def _spoken(word: str, before: str) -> str:
    """Return a word from the reader's side: what is shown to "you" is shown to me."""
    if word.casefold() == "you" and before.casefold() in VERBS:
        return "me"
    return SPOKEN.get(word.casefold(), word)


def _everyday(word: str, chance: random.Random) -> str:
    """Return what people say for a plain word of manuals, at times; names in capitals stay."""
    others = EVERYDAY.get(word)
    return chance.choice(others) if others and chance.random() < _EXCHANGED else word


def _mistyped(word: str, chance: random.Random) -> str:
    if len(word) > 4 and word.isalpha() and chance.random() < _MISTYPED:
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word
