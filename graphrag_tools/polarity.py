"""Polarity: an answer may not turn what its source says into the opposite (English word lists)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphrag_tools.characters import lines_of
from graphrag_tools.evidence import Evidence, Passage, stems_of
from graphrag_tools.manual import sentences
from graphrag_tools.words import STOP_WORDS, stem

_NEGATION = re.compile(
    r"\b(?:not|never|cannot|no|none|nothing|nobody|nowhere|neither|nor|without|hardly|\w+n't|dont|cant)\b",
    re.IGNORECASE,
)
# Negations that state a bound, add to what is said, or come in a pair that cancels out.
_NO_NEGATION = re.compile(
    r"\b(?:no|not|cannot|can't|never)\b(?: \w+){0,3} (?:more|larger|longer|later|less|fewer|higher|bigger|older) than\b"
    r"|\bnot only\b|\b(?:do not|don't|never) (?:forget|hesitate)\b|\bno (?:matter|doubt)\b|\bor not\b|\bif not\b",
    re.IGNORECASE,
)
_PASSED_OVER = frozenset(
    "need have has be been being able possible must allowed required necessary longer yet always really even should "
    "could will would want try make do any there to the a an is are was it".split()
)
_CLAUSE_END = re.compile(
    r"[,.;:()]|\b(?:and|but|when|while|before|after|if|unless|until|because|so that)\b", re.IGNORECASE
)
_OPPOSITES = tuple(
    (frozenset(map(stem, first.split())), frozenset(map(stem, second.split())))
    for first, second in (
        ("enable activate enables enabled", "disable deactivate disabled"),
        ("increase raise", "decrease reduce lower"),
        ("minimum least", "maximum most"),
        ("open", "close"),
        ("lock", "unlock"),
        ("left", "right"),
        ("up upward upwards", "down downward downwards"),
        ("top", "bottom"),
        ("upper", "lower"),
        ("show", "hide"),
        ("add insert", "remove"),
        ("plug", "unplug"),
        ("connect", "disconnect"),
        ("install", "uninstall"),
        ("forward", "back backward"),
        ("bright brighter", "dim dimmer dark darker"),
        ("warm warmer", "cool cooler"),
        ("large larger", "small smaller"),
        ("thick thicker", "thin thinner"),
        ("full", "empty"),
        ("dry", "wet"),
        ("above", "below"),
        ("always", "never"),
        ("more", "less fewer"),
        ("first", "last"),
        ("start", "stop"),
        ("include", "exclude"),
        ("allow", "block prevent forbid"),
        ("slow slower", "fast faster"),
        ("low", "high"),
        ("quiet quieter", "loud louder"),
        ("all every", "none"),
        ("possible", "impossible"),
        ("safe", "unsafe dangerous"),
    )
)
_SWITCHED = re.compile(
    r"\b(?:(?:turn|switch|power|put)(?:s|ed|ing)?\b(?:\W+\w+){0,5}?|is|are|was|stays|be|being|keep\w*(?:\W+\w+){1,3})\W+(?P<state>on|off)\b"
    r"|\b(?P<word>enabled?|activated?|disabled?|deactivated?|enabling|disabling)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\b(before|after)\b", re.IGNORECASE)
_NEAR_BEST = 0.85


@dataclass(frozen=True, slots=True)
class _Aligned:
    spoken: str
    passages: tuple[Passage, ...]

    @property
    def source(self) -> str:
        return " ".join(passage.text for passage in self.passages)


def reversed_claims(text: str, evidence: Evidence) -> Iterator[str]:
    """Yield each sentence of a plain text whose best-matching sentence of the sources says the opposite.

    It does where one of the two negates a word that the other asserts, where the other has the opposite
    (on, off; open, close; left, right; …), or where "before" and "after" change places.
    """
    for line in lines_of(text):
        for sentence in sentences(line):
            for clause in _clauses(sentence):
                aligned = _align(clause, evidence)
                if aligned and _is_reversed(aligned):
                    yield sentence[:160]
                    break


def _clauses(sentence: str) -> list[str]:
    """Return the sentence itself and, where it has several, its clauses of three content words or more."""
    parts = [part.strip() for part in re.split(r";|, (?:and |but |so |then )?|\band then\b|\bbut\b", sentence)]
    return list(dict.fromkeys([sentence, *(part for part in parts if len(stems_of(part)) >= 3)]))


def _align(clause: str, evidence: Evidence) -> _Aligned | None:
    """Return the clause and the sentences of the sources that say nearly all of it best; None where none does."""
    spoken = stems_of(clause)
    if len(spoken) < 2:
        return None
    share = [len(spoken & passage.stems) / len(spoken) for passage in evidence.passages]
    best = max(share, default=0.0)
    if best < 0.6:
        return None
    near = [passage for passage, one in zip(evidence.passages, share, strict=True) if one >= _NEAR_BEST * best]
    return _Aligned(clause, tuple(near))


def _is_reversed(aligned: _Aligned) -> bool:
    return _is_negated(aligned) or _has_opposite(aligned) or _is_switched(aligned) or _is_turned_round(aligned)


def _is_negated(aligned: _Aligned) -> bool:
    """Whether every near passage differs in negation, on a word that both have."""
    return all(
        len(_negations(aligned.spoken)) % 2 != len(_negations(passage.text)) % 2
        and bool(
            (_negated(aligned.spoken) & _asserted(passage.text)) or (_negated(passage.text) & _asserted(aligned.spoken))
        )
        for passage in aligned.passages
    )


def _negations(text: str) -> list[re.Match[str]]:
    return list(_NEGATION.finditer(_NO_NEGATION.sub(" ", text)))


def _negated(text: str) -> set[str]:
    """Return the stems that the text's negations bear on: the next word of weight, and those passed over to it."""
    bare = _NO_NEGATION.sub(" ", text)
    found: set[str] = set()
    for match in _negations(text):
        scope = _CLAUSE_END.split(bare[match.end() :], maxsplit=1)[0]
        for word in re.findall(r"\w+", scope.lower())[:6]:
            if word not in _PASSED_OVER and word not in STOP_WORDS:
                found.add(stem(word))
                break
        if match.group(0).lower() == "nothing":
            found |= {stem(word) for word in re.findall(r"\w+", bare[: match.start()].lower())[-1:]}
    return found - {stem(word) for word in STOP_WORDS}


def _asserted(text: str) -> set[str]:
    return set(stems_of(text)) - _negated(text)


def _has_opposite(aligned: _Aligned) -> bool:
    spoken, source = _word_stems(aligned.spoken), _word_stems(aligned.source)
    for pair in _OPPOSITES:
        for said, opposite in (pair, pair[::-1]):
            if spoken & said and not spoken & opposite and source & opposite and not source & said:
                return True
    return False


def _word_stems(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"\w+", text.lower())}


def _is_switched(aligned: _Aligned) -> bool:
    spoken, source = _states(aligned.spoken), _states(aligned.source)
    return bool(spoken and source) and not spoken & source


def _states(text: str) -> set[str]:
    found: set[str] = set()
    for match in _SWITCHED.finditer(text):
        word = (match["state"] or match["word"]).lower()
        found.add("off" if word.startswith(("off", "dis", "deact")) else "on")
        if re.match(r"\s+(?:or|and) (?:on|off)\b", text[match.end() :], re.IGNORECASE):
            found |= {"on", "off"}
    return found


def _is_turned_round(aligned: _Aligned) -> bool:
    """Whether what comes first in the answer comes second in the source, both saying so by "before" or "after"."""
    spoken = _first_and_second(aligned.spoken)
    for passage in aligned.passages:
        source = _first_and_second(passage.text)
        if spoken and source and _crossing(spoken, source) > _crossing(spoken, source[::-1]):
            return True
    return False


def _first_and_second(text: str) -> Sequence[frozenset[str]] | None:
    """Return what happens first and what second by the only "before" or "after" of a text; None where there is none."""
    parts = _ORDER.split(text)
    if len(parts) != 3:
        return None
    left, word, right = parts
    if not stems_of(left):
        # "Before A, B."
        right, _, left = right.partition(",")
    sides = (stems_of(left), stems_of(right))
    if not all(sides):
        return None
    return sides if word.lower() == "before" else sides[::-1]


def _crossing(first: Sequence[frozenset[str]], second: Sequence[frozenset[str]]) -> int:
    """Return how many words of each side stand on the other side."""
    return len((first[0] - first[1]) & second[1]) + len((first[1] - first[0]) & second[0])
