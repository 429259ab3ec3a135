"""Numbers of an answer, held against the sources': value, unit, what they count, limit and place must agree."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphrag_tools.text.english.fillers import GLUE
from graphrag_tools.text.english.units import LIMIT_WORDS
from graphrag_tools.verification.draft import Draft
from graphrag_tools.verification.evidence import Evidence
from graphrag_tools.verification.quantities import Quantity, quantities

_OTHER_SENTENCE = 0.3
_OTHER_CLAUSE = 0.5


def wrong_quantities(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield what is wrong with the numbers of a draft: unknown, with another unit, or about another thing.

    Digits count in any manual; units, spelled-out numbers and the words that end a phrase are English.
    """
    known = [
        replace(quantity, block=passage.block, sentence=passage.stems)
        for passage in evidence.sentences
        for quantity in quantities(passage.text)
    ]
    for sentence in draft.sentences:
        for quantity in quantities(sentence, strict=True):
            yield from _wrong(quantity, known, evidence)


def _wrong(quantity: Quantity, known: Sequence[Quantity], evidence: Evidence) -> Iterator[str]:
    same = [one for one in known if one.value == quantity.value and (one.unit == "th") == (quantity.unit == "th")]
    alike = [one for one in known if _is_alike(one, quantity)]
    if not same:
        # A number that only the question has is an assumption, not the manual's word.
        yield f"The number {quantity.written} is not in the manual's text."
    elif quantity.unit and not any(_same_unit(one, quantity) for one in same):
        yield f"The manual has {_spoken(same)}, not {quantity.written} {quantity.unit}."
    elif quantity.label and _has_label(known, quantity) and not _has_label(same, quantity):
        yield f"The manual does not say {quantity.label} {quantity.written}: there it is {_spoken(same)}."
    elif not quantity.unit and not any(_same_noun(one, quantity, evidence) for one in same):
        yield f"The manual does not say {quantity.written} {quantity.right[0]}: there it is {_spoken(same)}."
    elif quantity.bound and not _has_bound(same, quantity.bound, evidence):
        yield f"The manual does not make {quantity.written} {quantity.unit} a limit at {quantity.bound}."
    elif rival := _rival(quantity, [one for one in same if _is_alike(one, quantity)], alike):
        yield f"The manual has {_spoken([rival])} there, not {quantity.written} {quantity.unit}".rstrip() + "."


def _is_alike(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities measure the same kind of thing."""
    if one.unit or other.unit:
        return _same_unit(one, other)
    return bool(set(one.right) & set(other.right[:1]))


def _same_unit(one: Quantity, other: Quantity) -> bool:
    degrees = {one.unit[:1], other.unit[:1]} == {"°"} and "°" in (one.unit, other.unit)
    return one.unit == other.unit or degrees


def _has_label(known: Sequence[Quantity], stated: Quantity) -> bool:
    return any(one.label == stated.label for one in known)


def _has_bound(same: Sequence[Quantity], bound: str, evidence: Evidence) -> bool:
    """Whether a number is such a limit in the source: by the words next to it, or else by any word for it."""
    stated = {one.bound for one in same}
    return bound in stated or (stated == {""} and bool(evidence.stems & LIMIT_WORDS[bound]))


def _same_noun(one: Quantity, stated: Quantity, evidence: Evidence) -> bool:
    """Whether a number of the source goes with what the answer lets it go with."""
    noun = next((word for word in stated.right if word not in GLUE), None)
    if noun is None or noun in one.right or (one.label and one.label == stated.label):
        return True
    if one.right and not one.unit:
        return False
    return any(noun in passage.stems for passage in evidence.sentences if passage.block == one.block)


def _rival(stated: Quantity, same: Sequence[Quantity], alike: Sequence[Quantity]) -> Quantity | None:
    """Return the number that stands in the source where the answer has another one, None where the answer fits."""
    others = [one for one in alike if one.value != stated.value]
    if not others or not same:
        return None
    best = max(others, key=lambda one: fit(one, stated))
    own = max(fit(one, stated) for one in same)
    elsewhere = (
        _shared(best.sentence, stated.sentence) - max(_shared(one.sentence, stated.sentence) for one in same)
        >= _OTHER_SENTENCE
        or _shared(best.clause, stated.clause) - max(_shared(one.clause, stated.clause) for one in same)
        >= _OTHER_CLAUSE
    )
    return best if fit(best, stated) > (own if elsewhere else 1.3 * own + 0.3) else None


def fit(one: Quantity, stated: Quantity) -> float:
    """Return how well the words around two quantities agree: near ones count more, and so does the right side."""
    near = _agreement(one.left, stated.left) + _agreement(one.right, stated.right)
    across = _agreement(one.left, stated.right) + _agreement(one.right, stated.left)
    around = {*stated.left, *stated.right}
    local = len(around & {*one.left, *one.right}) / len(around) if around else 0.0
    return near + 0.5 * across + _shared(one.sentence, stated.sentence) + local


def _shared(source: frozenset[str], stated: frozenset[str]) -> float:
    return len(stated & source) / len(stated) if stated else 0.0


def _agreement(first: Sequence[str], second: Sequence[str]) -> float:
    return sum(1 / ((at + 1) * (second.index(word) + 1)) for at, word in enumerate(first) if word in second)


def _spoken(known: Sequence[Quantity]) -> str:
    said = (f"{one.written} {one.unit or next(iter(one.right), '')}".strip() for one in known)
    return " and ".join(list(dict.fromkeys(said))[:3])
