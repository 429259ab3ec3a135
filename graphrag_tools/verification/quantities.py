"""Quantities: numbers with their units or nouns, as an answer states them and as its sources do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphrag_tools.text.english.opposites import NEGATION
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.english.units import (
    BREAKS,
    DEGREES,
    MODIFIERS,
    MULTIPLES,
    NUMBER_NAMES,
    ORDINAL_ENDINGS,
    ORDINALS,
    TENS,
    TIES,
    UNITS,
)
from graphrag_tools.text.words import stem

_TOKEN = re.compile(r"°[CF]?\b|%|(?<![\w.,)])-\d[\d.,:]*(?<=\d)|\d+(?:[.,:]\d+)*|[^\W\d_][\w]*(?:'[^\W\d_]+)?|\S")
_HALF_DAY = re.compile(r"\b([ap])\.\s?m\b\.?", re.IGNORECASE)
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LIST_LINKS = frozenset({",", "or", "and", "to", "-", "/", "through"})
_LIMIT = re.compile(
    r"(?:(?P<least>at least|(?:more|larger|longer|higher|greater|later|older) than|minimum of|above)"
    r"|up to|at most|(?:less|fewer|smaller|shorter|lower) than|maximum of|below|under)(?: about| the)?$"
)
_LIMIT_AFTER = re.compile(
    r"(?:\w+ )?or (?:(?P<least>more|longer|larger|higher|later)|less|fewer|shorter|lower|smaller)\b"
)
_WINDOW = 3


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in canonical form, its unit ("" where none is known), the stems around it, nearest first.

    `label` is the stem of the word right before it ("level 5"); an ordinal has the unit "th". `bound` is
    "most" or "least" where the text makes the number a limit.
    """

    value: str
    written: str
    unit: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    sentence: frozenset[str]
    label: str = ""
    bound: str = ""
    clause: frozenset[str] = frozenset()
    block: int = -1


def quantities(text: str, *, strict: bool = False) -> list[Quantity]:
    """Return the quantities of one sentence in order; `strict` takes "one" for a number only before a unit."""
    tokens = _TOKEN.findall(_HALF_DAY.sub(r"\1m", text))
    found: list[Quantity] = []
    following: tuple[int, Quantity] | None = None
    everything = frozenset(_content(tokens))
    for at in reversed(range(len(tokens))):
        value, width = _value(tokens, at, strict=strict)
        if not value:
            continue
        unit, after = _unit(tokens, at + width)
        right = tuple(_content(_until_break(tokens[after:]))[:_WINDOW])
        linked = following is not None and set(map(str.lower, tokens[at + width : following[0]])) <= _LIST_LINKS
        if following is not None and linked and not unit:
            unit, right = following[1].unit, right or following[1].right
        left = tuple(_content(tokens[:at])[-_WINDOW:][::-1])
        quantity = Quantity(
            value,
            " ".join(tokens[at : at + width]),
            unit,
            left,
            right,
            everything,
            _label(tokens, at),
            bound=_bound(tokens, at, after),
            clause=_clause(tokens, at),
        )
        found.append(quantity)
        following = (at, quantity)
    return found[::-1]


def _label(tokens: Sequence[str], at: int) -> str:
    word = tokens[at - 1].lower() if at else ""
    return stem(word) if word.isalpha() and word not in STOP_WORDS and word not in TIES else ""


def _bound(tokens: Sequence[str], at: int, after: int) -> str:
    """Return "most" or "least" where words next to a number say so, "" elsewhere."""
    before, behind = " ".join(tokens[max(at - 4, 0) : at]).lower(), " ".join(tokens[after : after + 3]).lower()
    if match := _LIMIT.search(before) or _LIMIT_AFTER.match(behind):
        least = bool(match["least"])
        return "most" if least == bool(NEGATION.search(before)) else "least"
    return ""


def _clause(tokens: Sequence[str], at: int) -> frozenset[str]:
    """Return the stems between the commas around a number."""
    ends = [place for place, token in enumerate(tokens) if token in ",;:()"]
    start = max((place for place in ends if place < at), default=-1) + 1
    stop = min((place for place in ends if place > at), default=len(tokens))
    return frozenset(_content(tokens[start:stop]))


def _value(tokens: Sequence[str], at: int, *, strict: bool) -> tuple[str, int]:
    """Return the canonical number that starts at a token and how many tokens it takes; "" where there is none."""
    token, word = tokens[at], tokens[at].lower()
    following = tokens[at + 1].lower() if at + 1 < len(tokens) else ""
    before = [earlier.lower() for earlier in tokens[max(at - 2, 0) : at] if earlier != "-"]
    found = ""
    if token[-1].isdigit() and not token[0].isalpha():
        found = _canonical(token)
    elif word in NUMBER_NAMES and before[-1:] and before[-1] in TENS:
        found = ""
    elif word in ("one", "a", "an"):
        found = (
            "1"
            if following in UNITS
            or (word == "one" and not strict and following.isalpha() and following not in BREAKS | {"of"})
            else ""
        )
    elif word in TENS:
        return _tens(tokens, at)
    elif word in NUMBER_NAMES:
        found = str(NUMBER_NAMES[word])
    elif word in ORDINALS and following not in (",", "step", "tap"):
        found = str(ORDINALS[word])
    elif word in MULTIPLES:
        found = word
    return found, 1


def _tens(tokens: Sequence[str], at: int) -> tuple[str, int]:
    """Return "twenty", "twenty-one" or "twenty one" as a number, and its tokens."""
    tens = TENS[tokens[at].lower()]
    width = 3 if tokens[at + 1 : at + 2] == ["-"] else 2
    ones = NUMBER_NAMES.get("".join(tokens[at + width - 1 : at + width]).lower(), 0)
    return (str(tens + ones), width) if 1 <= ones <= 9 else (str(tens), 1)


def _canonical(number: str) -> str:
    whole = number.replace(",", "") if _THOUSANDS.fullmatch(number) else number.replace(",", ".")
    return whole[:-2] if re.fullmatch(r"-?\d+\.0", whole) else whole


def _unit(tokens: Sequence[str], at: int) -> tuple[str, int]:
    """Return the unit after a number, "" where there is none, and where the words after it begin."""
    if tokens[at - 1].lower() in ORDINALS:
        return "th", at
    for position in range(at, min(at + 3, len(tokens))):
        token = tokens[position]
        if token in ORDINAL_ENDINGS and position == at:
            return "th", at + 1
        if unit := UNITS.get(token) or (UNITS.get(token.lower(), "") if len(token) > 1 else ""):
            return unit, position + 1
        if token != "-" and token.lower() not in MODIFIERS:
            break
    return ("°", at + 1) if DEGREES & set(tokens[at : at + 1]) else ("", at)


def _until_break(tokens: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for token in tokens:
        if token.lower() in BREAKS or token in ",.;:!?()":
            break
        kept.append(token)
    return kept


def _content(tokens: Sequence[str]) -> list[str]:
    lower = (token.lower() for token in tokens if token[0].isalpha())
    return [stem(word) for word in lower if word not in STOP_WORDS and word not in UNITS and word not in NUMBER_NAMES]
