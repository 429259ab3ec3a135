"""Tell which parts of a draft rest on what other tools returned, and not on words that the model told them itself."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from graphrag_tools.agent.other_tools import TurnResults
from graphrag_tools.text.english.asking import is_request
from graphrag_tools.text.normalise import sentences
from graphrag_tools.text.words import all_stems, content_words, share_known, stem

_LIST_NUMBER = re.compile(r"\d{1,3}\.")
_OWN_WORDS_OF_A_REPORT = 3
_WORDS_BY_THEMSELVES = 2
_TOLD = 2 / 3
"""Share of a draft's own words from which on it says what the model has told a tool."""


@dataclass(frozen=True, slots=True)
class OtherWords:
    """Words, as stems, by what they are worth where a draft is held against other tools' results.

    `new` stand in a result and in no call before it, or name a tool, for some return little: they bear out. Those of
    the question and of the manual count beside them. The rest of what the model told the tools, in its calls, is its
    own word, however many tools repeat it: a note is no evidence of what it says.
    """

    new: frozenset[str]
    asked: frozenset[str]
    manual: frozenset[str]
    called: frozenset[str]
    """What the model's calls have."""
    told: frozenset[str]
    """What only they have."""
    heard: frozenset[str]
    """All that the other tools are called, were called with and returned."""
    acted: bool
    """Whether one of them may have done something."""

    def share(self, text: str) -> float:
        """Return the share of a text's words that are new or the question's.

        It is 0 where none is new, or not more than stand in the model's calls alone.
        """
        spoken = _spoken(text)
        if not spoken or sum(word in self.new for word in spoken) <= sum(word in self.told for word in spoken):
            return 0.0
        return share_known(spoken, self.new | self.asked)

    def manual_share(self, text: str) -> float:
        """Return the share of a text's words that are the manual's."""
        return share_known(_spoken(text), self.manual)

    def adds_to_manual(self, draft: str) -> bool:
        """Whether new words stand in a draft that the manual's text lacks."""
        return not self.new.difference(self.manual).isdisjoint(_spoken(draft))

    def repeats(self, text: str) -> bool:
        """Whether a text has words that only the model's calls have."""
        return bool(all_stems(text) & self.told)

    def without_repeats(self, results: Iterable[str]) -> str:
        """Return the sentences of results that have no word of the model's own."""
        return "\n".join(piece for result in results for piece in pieces_of(result) if not self.repeats(piece))

    def is_told(self, draft: str) -> bool:
        """Whether a draft has no new word and, beside the question's, mostly what the model put into its calls."""
        own = [word for word in _spoken(draft) if word not in self.asked]
        return bool(own) and not self.new.intersection(own) and share_known(own, self.told) >= _TOLD


def other_words(results: TurnResults, question: str, manual: str) -> OtherWords:
    """Return the words that a turn's other results hold, given its question and what the manual says to it."""
    new = all_stems(" ".join(one.tool for one in results.other))
    told: set[str] = set()
    heard = set(new)
    for one in results.other:
        told |= all_stems(f"{one.tool} {one.arguments}")
        returned = set(_spoken(one.text))
        new |= returned - told
        heard |= told | returned
    asked, known = all_stems(question), all_stems(manual)
    return OtherWords(
        new=frozenset(new),
        asked=frozenset(asked),
        manual=frozenset(known),
        called=frozenset(told),
        told=frozenset(told - new - asked - known),
        heard=frozenset(heard),
        acted=results.acted,
    )


def _spoken(text: str) -> list[str]:
    return [stem(word) for word in content_words(text)]


@dataclass(frozen=True, slots=True)
class DraftParts:
    """The sentences of a draft, by whether the manual or another tool's result has more of their words."""

    manual: str
    other: str


def draft_parts(draft: str, others: OtherWords, reports: Collection[str]) -> DraftParts:
    """Return the parts of a draft that rest on the manual and on what other tools returned.

    A sentence is the other tools' only if they have more of its words, or if it is among the reports of what they did:
    all else is for the manual to bear out.
    """
    pieces = pieces_of(draft)
    elsewhere = [piece in reports or others.share(piece) > others.manual_share(piece) for piece in pieces]
    return DraftParts(
        manual=" ".join(piece for piece, away in zip(pieces, elsewhere, strict=True) if not away),
        other=" ".join(piece for piece, away in zip(pieces, elsewhere, strict=True) if away),
    )


def pieces_of(draft: str) -> list[str]:
    """Return the sentences of a draft, line by line, without the numbers of a list."""
    pieces = [piece for line in draft.splitlines() for piece in sentences(line)]
    return [piece for piece in pieces if not _LIST_NUMBER.fullmatch(piece)]


def rests_as_well(draft: str, others: OtherWords) -> bool:
    """Whether other tools' results hold words of a draft, and as many as the manual that nobody asked.

    "Noted." after a note was kept is theirs, however much the manual says of notes.
    """
    held = others.share(draft)
    return held > 0 and held >= others.manual_share(draft)


def only_reports(draft: str, question: str, others: OtherWords) -> bool:
    """Whether a draft says no more than what came of another tool that may have acted: "Flight mode is now on."

    Beside the words of the question and of the results it has at most three, no number and one of the manual's at most.
    A single word ("Done.") is a report only of a tool that was called with words of the question, or returned some.
    Where somebody asked for something to be done, what a call says is part of what was done: "I have made an event
    for 19 December."
    """
    spoken = _spoken(draft)
    own = [word for word in spoken if word not in others.asked and word not in others.new]
    asked_for = not others.new.isdisjoint(spoken) and is_asked_for(question, others)
    if asked_for:
        own = [word for word in own if word not in others.called]
    if not (others.acted or asked_for) or len(own) > _OWN_WORDS_OF_A_REPORT or any(map(str.isdigit, "".join(own))):
        return False
    if len(own) == len(spoken) < _WORDS_BY_THEMSELVES and not shares_words(question, others):
        return False
    return sum(word in others.manual for word in own) <= 1


def is_asked_for(question: str, others: OtherWords) -> bool:
    """Whether somebody asks for something to be done, and another tool was called with words of that."""
    return is_request(question) and shares_words(question, others)


def shares_words(question: str, others: OtherWords) -> bool:
    """Whether a question's words stand in the names, the calls or the results of other tools."""
    return not others.heard.isdisjoint(_spoken(question))
