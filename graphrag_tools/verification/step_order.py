"""The order of steps: an answer may leave steps out, but may not swap them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphrag_tools.text.english.verbs import COMMAND_STEMS
from graphrag_tools.text.normalise import folded, sentences
from graphrag_tools.text.words import stem, stems
from graphrag_tools.verification.draft import Draft
from graphrag_tools.verification.evidence import Evidence, SourceSentence, stems_of

_SPLIT = re.compile(r"[;:]\s+|,\s+|(?<!\s)\s++(?:(?=(?:and|then|but)\b)|[->]\s+)|\(|\)")
_LEADS = re.compile(
    r"(?i)^(?:(?:and|then|next|now|first|firstly|second|third|finally|lastly|last|afterwards?|but|also|please|simply|just|"
    r"you (?:can|should|must|may|have to|need to|will need to)|to do (?:so|this)|step \d+)\b[\s,:]*)+"
)
_SUBORDINATE = re.compile(r"(?i)\b(?P<word>before|after|once)\b(?! that\b| this\b)\s+(?P<rest>[^,.;]+)(?:,\s*|\.?$)")
_GERUND = re.compile(r"\b(\w{2,})ing\b")
_EARLIER = re.compile(r"(?i)\b(?:before (?:that|this|doing so)|beforehand|but first)\b[\s,:]*")
_FIRST, _LAST = re.compile(r"(?i)^\W*(?:first(?:ly)?|to begin)\b"), re.compile(r"(?i)^\W*(?:finally|lastly|last)\b")
_NUMBERED = re.compile(r"(?im)^[ \t]*(?:step\s+)?(\d{1,3})[.):][ \t]+\S")
_ENOUGH = 0.5
_NEAR_BEST = 0.85


@dataclass(frozen=True, slots=True)
class _Place:
    procedure: int
    position: int
    stems: frozenset[str]
    text: str


def swapped_steps(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield each instruction of a draft that comes after one which the manual has later.

    Instructions are clauses that begin with a verb: one that begins a step of the source, or a common
    English one. "Before", "after", "once", "first" and "finally" are read (English), so that "tap B after
    tapping A" has A first. An instruction that fits several steps takes the place that breaks no order.
    """
    if _is_jumbled([int(number) for number in _NUMBERED.findall(draft.text)]):
        yield "The steps are not numbered in order"
    places = _places(evidence)
    verbs = COMMAND_STEMS | {_first_stem(place.text) for place in places}
    steps = frozenset(step for procedure in evidence.procedures for step in procedure)
    others = [one for one in evidence.sentences if not any(one.text in step for step in steps)]
    reached: dict[int, _Place] = {}
    for instruction in _instructions(draft.sentences, verbs, frozenset(folded(other.text) for other in others)):
        fitting = _fitting(instruction, places, others)
        if not fitting:
            continue
        onward = [place for place in fitting if place.position >= _position(reached, place.procedure)]
        if not onward:
            yield f"{instruction[:100]!r} comes before {reached[fitting[0].procedure].text[:100]!r} in the manual"
            return
        if len({place.procedure for place in onward}) == 1:
            reached[onward[0].procedure] = min(onward, key=lambda place: place.position)


def _is_jumbled(numbers: Sequence[int]) -> bool:
    """Whether a numbering goes back, other than to begin a further list at 1."""
    return any(later < earlier and not later == numbers[0] == 1 for earlier, later in pairwise(numbers))


def _position(reached: dict[int, _Place], procedure: int) -> int:
    return reached[procedure].position if procedure in reached else -1


def _places(evidence: Evidence) -> list[_Place]:
    """Return the clauses of each procedure's steps in order."""
    found: list[_Place] = []
    for number, steps in enumerate(evidence.procedures):
        texts = [text for step in steps for sentence in sentences(step) for text in _clauses(sentence, COMMAND_STEMS)]
        found += [_Place(number, at, frozenset(stems(text)), text) for at, text in enumerate(_in_time(texts))]
    return found


def _instructions(spoken: Iterable[str], verbs: frozenset[str], no_steps: frozenset[str]) -> list[str]:
    """Return the clauses of sentences that tell the reader to do something, in the order in which they are to be done.

    Sentences that the source has word for word among those that are no steps, as in a warning, have no order.
    """
    clauses: list[str] = []
    for sentence in spoken:
        found = _clauses(sentence, verbs) if folded(sentence) not in no_steps else []
        if _EARLIER.search(sentence) and clauses:
            clauses[-1:-1] = [_EARLIER.sub("", clause) for clause in found]
        else:
            clauses += found
    ordered = _in_time(clauses)
    return [clause for clause in ordered if _verb(clause, verbs)]


def _in_time(clauses: Sequence[str]) -> list[str]:
    """Move what is called first to the front and what is called last to the end, each where only one is."""
    ordered = list(clauses)
    for pattern, place in ((_FIRST, 0), (_LAST, len(ordered))):
        named = [clause for clause in ordered if pattern.match(clause)]
        if len(named) == 1:
            ordered.remove(named[0])
            ordered.insert(place, named[0])
    return ordered


def _clauses(sentence: str, verbs: frozenset[str]) -> list[str]:
    """Split a sentence where a new instruction begins; "before", "after" and "once" clauses go to their time."""
    earlier: list[str] = []
    later: list[str] = []

    def take(match: re.Match[str]) -> str:
        clause = _GERUND.sub(_imperative, re.sub(r"(?i)^you(?:'ve| have)?\s+", "", match["rest"]), count=1)
        if not _verb(clause, verbs):
            return match.group(0)
        (later if match["word"].lower() == "before" else earlier).append(clause)
        return " "

    main = _SUBORDINATE.sub(take, sentence)
    return [*earlier, *_split(main, verbs), *later]


def _split(sentence: str, verbs: frozenset[str]) -> list[str]:
    """Split before each verb; what leads to a verb ("From Settings", "press and") stays with it."""
    clauses: list[str] = []
    for piece in filter(str.strip, _SPLIT.split(sentence)):
        if clauses and not (_verb(piece, verbs) and _verb(clauses[-1], verbs) and len(stems_of(clauses[-1])) > 1):
            clauses[-1] = f"{clauses[-1]}, {piece}"
        else:
            clauses.append(piece.strip())
    return clauses


def _imperative(match: re.Match[str]) -> str:
    root = match[1]
    return root[:-1] if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls" else root


def _verb(clause: str, verbs: frozenset[str]) -> bool:
    """Whether a clause, or what follows its first words up to a comma ("From Settings, tap …"), is an instruction."""
    return any(_first_stem(piece) in verbs for piece in clause.split(", "))


def _first_stem(clause: str) -> str:
    found = re.search(r"\w+", _LEADS.sub("", clause.strip()))
    word = found.group(0).lower() if found else ""
    # "Deleting a book frees space" tells nobody to do it.
    return "" if word.endswith("ing") and stem(word) != word else stem(word)


def _fitting(instruction: str, places: Sequence[_Place], others: Sequence[SourceSentence]) -> list[_Place]:
    """Return the places that hold the best part of an instruction's words, rare words counting more.

    None where another sentence of the source, which is no step, holds more; or an option as much.
    """
    spoken = stems(instruction)
    frequency = Counter(word for place in places for word in place.stems)
    weights = {word: 1 / frequency[word] if word in frequency else 0.5 for word in spoken}
    total = sum(weights.values())
    if len(spoken) < 2 or not total:
        return []
    scores = [(sum(weights[word] for word in spoken & place.stems) / total, place) for place in places]
    best = max((score for score, _ in scores), default=0.0)
    for other in others:
        held = sum(weights[word] for word in spoken & other.stems) / total
        if held > best or (held == best and other.kind in ("option", "title")):
            return []
    return [place for score, place in scores if score >= max(_ENOUGH, _NEAR_BEST * best)]
