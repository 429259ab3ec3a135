"""The form of a question, before any manual is looked at: does it need the one before it? (English)."""

import re
from dataclasses import dataclass
from typing import Literal

from graphrag_tools.text.catalogue import COURTESIES
from graphrag_tools.text.english.fillers import DEVICE_NOUNS, HANDLING_STEMS, MEASURE_NOUNS, OPERATION_STEMS
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.english.verbs import VERBS
from graphrag_tools.text.words import all_stems, stem, words

Kind = Literal["refers", "swaps", "goes_on", "bare", "alone", "courtesy"]
_NOUNS = "|".join(MEASURE_NOUNS)
_DETERMINERS = r"(?:the|a|an|my|our|your)"
_MEASURE_NOUN = re.compile(rf"\b(?:{_NOUNS})(?:e?s)?\b", re.IGNORECASE)
# "What is the limit?" asks for a figure of what was talked of; "How do I set the time?" names a subject.
_DETERMINED = re.compile(rf"\b{_DETERMINERS} (?:\w+ )?$", re.IGNORECASE)
_ASKS_FOR_FIGURE = re.compile(
    rf"\b(?:(?:what|which|how \w+)(?:'s|’s| is| are| was| were)|(?:is|are|was|were) there|at)"
    rf" (?:{_DETERMINERS} )?(?:\w+ )?$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
_COURTESY = re.compile(rf"\W*(?:(?:and|so|but)\b\W*)?(?:(?:{COURTESIES})\b\W*)+", re.IGNORECASE)
# Sums, and the time or the date of now: whole questions, although they have no word that could name a subject.
_SUM_OR_DATE = re.compile(
    r"\W*(?:(?:and|so|but)\b\W*)?(?:"
    r"(?:(?:what|how much)(?:['’]s| is| are)|calculate|compute) [\d(][\d\s.,()]*"
    r"(?:[-+*/x×÷^%]|times|plus|minus|divided|percent).*"
    r"|[\d(][\d\s.,()]*[-+*/x×÷^][-+*/x×÷^\d\s.,()=%]*"
    r"|what (?:time|day|date|month|year) is it(?: now| today| right now| in \w+)?|how late is it(?: now)?"
    r")\W*",
    re.IGNORECASE,
)
# Of the thing in the hand, whatever was talked of.
_ASKS_FOR_MAKER = re.compile(
    r"\W*(?:(?:and|so|but)\b\W*)?who (?:makes?|made|builds?|built|designed|invented|produces?d?|manufactures?d?)"
    r" (?:it|this|that)\W*",
    re.IGNORECASE,
)
# "this phone" is the device, "there is" and "it is possible to" refer to nothing.
_REFERS_TO_NOTHING = re.compile(
    r"\b(?:is|are|was|were) there\b|\bthere(?:'s|’s| is| are| was| were)\b"
    r"|\b(?:is it|it is|it's|it’s|was it) \w+ (?:to|that|if|for)\b"
    r"|\bit (?:take|takes|cost|costs|need|needs) to\b|\bit (?:mean|means|matter|matters) (?:if|when|that)\b"
    r"|\b(?:so|sure|know|think|say|says|mean|means|now) that\b"
    rf"|\b(?:this|that|these|those) (?:{'|'.join(DEVICE_NOUNS)})s?\b"
    r"|\b(?:instead of|at the same time|(?:on|of) (?:its|their) own)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|this|these|those|they|them|their|there|that)\b"
    r"|\b(?:this|that|other|another|new|which) ones?\b"
    r"|\bones?\b(?=\W*$|\W*[?.!,;]|\s+(?:for|in|on|with|to|from|at|is|are|do|does|can|if|again|and|or)\b)",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"\b(\w++)\s++$")
_CLAUSE_BEFORE = re.compile(
    r"[,;:.!?]|\b(?:if|when|while|so|and|but|because|before|after|until|unless|without|than|then|how|what|where|why|who|which|that)\b",
    re.IGNORECASE,
)
_SAME = re.compile(r"\b(?:same|instead)\b", re.IGNORECASE)
_LEADS_IN = re.compile(
    r"^\W*(?:(?:and|but|so|then|also|or|ok|okay|no|yes|even|only|just|not|maybe|what about|how about)\b\W*)+",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\W*(?:and|but|so|then|also|or|ok|okay|even|what if)\b", re.IGNORECASE)
_WHAT_IF = re.compile(r"^\W*(?:(?:and|but|or|so|ok|okay)\W+)*what if\b", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"^\W*(?:(?:and|but|or|so|ok|okay)\W+)*(?:what|how) about\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"^\W*(?:for|with|without|on|in|over|by|at|from|to|via|through|during|while|after|before|under|as|per)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^\W*(?:how|what|which|why|where|when|who|whose)\b", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"\b(?:am|is|are|was|were|be|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|cannot"
    r"|(?:what|how|where|who|that|it|there)['’]s|(?:i|you|we|they)['’](?:m|re|ve|ll|d)|\w+n['’]t|dont|doesnt|cant|wont"
    r"|i|you|we|it|they)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b\w+n['’]t\b", re.IGNORECASE)
_INFINITIVE = re.compile(r"\bto\s+(\w+)", re.IGNORECASE)
_NAMES_ENOUGH = 3
"""So many own words name a subject, "it" being the device: "Can it read the pages aloud?"."""
_FRAGMENT_WORDS = 6


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """How a question hangs on the one before it, and the stems of its own words: those that may name a subject.

    - refers: by a pronoun that nothing in the question stands for, by asking without a verb ("How fast?"), or by
      having no word of its own ("why?");
    - swaps: puts something in the place of what was asked about ("What about …?", "And a speaker?", "over Wi-Fi?");
    - goes_on: a whole question behind "and", which may need the one before it or not;
    - bare: a few words without a verb ("Bluetooth?"), a new subject or a further one;
    - alone: needs nothing; courtesy: asks nothing ("Thanks!").
    """

    question: str
    kind: Kind
    own: frozenset[str]

    @property
    def operations(self) -> frozenset[str]:
        """The stems of what is to be done to a thing."""
        return OPERATION_STEMS.intersection(all_stems(self.question))

    @property
    def needs_earlier(self) -> bool:
        """Whether it cannot be understood without what came before it."""
        return self.kind in ("refers", "swaps")


def form_of(question: str) -> QuestionForm:
    """Return how a question hangs on what came before it. Text in another script than Latin stands alone."""
    own = frozenset(_own_stems(_without_figures(question)))
    return QuestionForm(question, _kind(question, own), own)


def _kind(question: str, own: frozenset[str]) -> Kind:
    if _COURTESY.fullmatch(question) or not _WORD.search(question):
        return "courtesy"
    if own and _WHAT_ABOUT.search(question):
        return "swaps"
    if len(own) >= _NAMES_ENOUGH or _SUM_OR_DATE.fullmatch(question) or _ASKS_FOR_MAKER.fullmatch(question):
        return "alone"
    if not own or _WHAT_IF.search(question) or _has_reference(_REFERS_TO_NOTHING.sub(" ", question)):
        return "refers"
    if _is_fragment(question):
        return _kind_of_fragment(question)
    goes_on = _GOES_ON.search(question) or _SAME.search(_REFERS_TO_NOTHING.sub(" ", question))
    return "goes_on" if goes_on else "alone"


def _kind_of_fragment(question: str) -> Kind:
    asks = _ASKS.search(_LEADS_IN.sub("", question))
    if asks:
        # Nothing but a verb follows "who": "Who wrote Hamlet?" has one that no list here knows.
        return "alone" if asks[0].lower().endswith("who") else "refers"
    return "swaps" if _LEADS_IN.search(question) or _PREPOSITION.search(question) else "bare"


def _without_figures(question: str) -> str:
    """Return a question without the measure nouns that only ask for a figure: "at a time", "What size?"."""

    def kept(match: re.Match[str]) -> str:
        before = question[: match.start()]
        return match[0] if _DETERMINED.search(before) and not _ASKS_FOR_FIGURE.search(before) else " "

    return _MEASURE_NOUN.sub(kept, question)


def _own_stems(text: str) -> set[str]:
    """The stems of a text's own words: no stop words, no numbers, not mere handling, and not the half of "won't"."""
    found = (word for word in words(_NEGATED.sub(" ", text)) if word not in STOP_WORDS and not word.isdecimal())
    return {stem(word) for word in found} - HANDLING_STEMS


def _has_reference(plain: str) -> bool:
    """Whether a pronoun stands for something that the question itself does not name before it."""
    return any(
        not _names_something(plain[: match.start()]) and not _is_relative(plain, match)
        for match in _PRONOUN.finditer(plain)
    )


def _names_something(before: str) -> bool:
    """Whether an earlier clause names what a pronoun may stand for: "My loan ends, can I extend it?"."""
    ends = [match.start() for match in _CLAUSE_BEFORE.finditer(before)]
    clause = before[: ends[-1]] if ends else ""
    own = _own_stems(clause)
    return len(own) > 1 or (bool(own) and re.search(rf"\b{_DETERMINERS}\s", clause, re.IGNORECASE) is not None)


def _is_relative(plain: str, match: re.Match[str]) -> bool:
    """Whether a clause about the noun before it begins: "an app that blocks calls", "the largest file it can open"."""
    before = _LAST_WORD.search(plain[: match.start()])
    begins = match[0].lower() == "that" or _AUXILIARY.match(plain[match.end() :].lstrip())
    return bool(begins and before and _own_stems(before[1]))


def _is_fragment(question: str) -> bool:
    """Whether a question is a few words without a verb of its own."""
    spoken = words(_LEADS_IN.sub("", question))
    if not spoken or len(spoken) > _FRAGMENT_WORDS or not question.isascii():
        return False
    infinitive = _INFINITIVE.search(question)
    # One word by itself names a thing, though it may be a verb as well: "And face?"
    has_verb = (spoken[0] in VERBS and len(spoken) > 1) or (infinitive is not None and infinitive[1].lower() in VERBS)
    return not has_verb and not _AUXILIARY.search(question)
