"""Polarity: find sentences of an answer that say the opposite of their source (English word lists)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from graphrag_tools.text.english.opposites import NEGATION, NO_NEGATION, OPPOSITES, PASSED_OVER, have_opposites
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.english.switching import switched_states
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import content_words, stem, words
from graphrag_tools.verification.draft import Draft
from graphrag_tools.verification.evidence import Evidence, SourceSentence, stems_of

_CLAUSE_END = re.compile(
    r"[,.;:()]|\b(?:and|but|when|while|before|after|if|unless|until|because|so that)\b", re.IGNORECASE
)
_ORDER = re.compile(r"\b(before|after)\b", re.IGNORECASE)
_NEAR_BEST = 0.85
_ENOUGH = 0.5
_COPIED = 0.75


@dataclass(frozen=True, slots=True)
class _Aligned:
    spoken: str
    passages: tuple[SourceSentence, ...]

    @property
    def source(self) -> str:
        return " ".join(passage.text for passage in self.passages)


def reversed_claims(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield each sentence of a draft whose best-matching sentence of the sources says the opposite.

    It does where one of the two negates a word that the other asserts, where the other has the opposite
    (on, off; open, close; left, right; …), or where "before" and "after" change places.
    """
    verbatim = {folded(passage.text) for passage in evidence.sentences}
    for sentence in draft.sentences:
        if folded(sentence) in verbatim:
            continue
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
    share = [len(spoken & passage.stems) / len(spoken) for passage in evidence.sentences]
    best = max(share, default=0.0)
    if best < _ENOUGH:
        return None
    near = [passage for passage, one in zip(evidence.sentences, share, strict=True) if one >= _NEAR_BEST * best]
    return _Aligned(clause, tuple(near))


def _is_reversed(aligned: _Aligned) -> bool:
    return (
        _is_negated(aligned)
        or _has_opposite(aligned)
        or _is_switched(aligned)
        or _is_turned_round(aligned)
        or _is_edited(aligned)
    )


def _is_negated(aligned: _Aligned) -> bool:
    """Whether a word that the answer negates is asserted wherever the near passages have it, or the other way round."""
    odd = len(_negations(aligned.spoken)) % 2
    negated, asserted = _negated(aligned.spoken), _asserted(aligned.spoken)
    passages = [(len(_negations(one.text)) % 2 != odd, one) for one in aligned.passages]
    for word in negated | asserted:
        having = [(differs, one) for differs, one in passages if word in one.stems]
        if having and all(
            differs and word in (_asserted(one.text) if word in negated else _negated(one.text))
            for differs, one in having
        ):
            return True
    return False


def _negations(text: str) -> list[re.Match[str]]:
    return list(NEGATION.finditer(NO_NEGATION.sub(" ", text)))


def _negated(text: str) -> set[str]:
    """Return the stems that the text's negations bear on: the next word of weight, and those passed over to it."""
    bare = NO_NEGATION.sub(" ", text)
    found: set[str] = set()
    for match in _negations(text):
        scope = _CLAUSE_END.split(bare[match.end() :], maxsplit=1)[0]
        for word in re.findall(r"\w+", scope.lower())[:6]:
            if word not in PASSED_OVER and word not in STOP_WORDS and not word.isdecimal():
                found.add(stem(word))
                break
        else:
            before = _CLAUSE_END.split(bare[: match.start()])[-1]
            found |= set([stem(word) for word in content_words(before)][-1:])
    return found - {stem(word) for word in STOP_WORDS}


def _asserted(text: str) -> set[str]:
    return set(stems_of(text)) - _negated(text)


def _has_opposite(aligned: _Aligned) -> bool:
    return have_opposites(_word_stems(aligned.spoken), _word_stems(aligned.source))


def _word_stems(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"\w+", text.lower())}


def _is_switched(aligned: _Aligned) -> bool:
    spoken, source = switched_states(aligned.spoken), switched_states(aligned.source)
    return bool(spoken and source) and not spoken & source


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


def _is_edited(aligned: _Aligned) -> bool:
    """Whether the answer is nearly word for word a sentence of the source, with an opposite or a negation put in."""
    spoken = words(aligned.spoken)
    edits: list[tuple[float, bool]] = []
    for passage in aligned.passages:
        matcher = SequenceMatcher(None, spoken, words(passage.text), autojunk=False)
        edits.append((matcher.ratio(), _turns(matcher, spoken, words(passage.text))))
    ratio, turned = max(edits)
    return ratio >= _COPIED and turned


def _turns(matcher: SequenceMatcher[str], spoken: list[str], source: list[str]) -> bool:
    for kind, start, end, source_start, source_end in matcher.get_opcodes():
        said, had = spoken[start:end], source[source_start:source_end]
        if kind == "replace" and any(_are_opposite(one, other) for one in said for other in had):
            return True
    return False


def _are_opposite(one: str, other: str) -> bool:
    pair = (stem(one), stem(other))
    if {one, other} in ({"on", "off"}, {"before", "after"}):
        return True
    return any((pair[0] in a and pair[1] in b) or (pair[0] in b and pair[1] in a) for a, b in OPPOSITES)
