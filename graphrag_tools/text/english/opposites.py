"""Words that turn a statement round (English): negations, and pairs of opposites."""

import re
from collections.abc import Set

from graphrag_tools.text.words import stem, stems

NEGATION = re.compile(
    r"\b(?:not|never|cannot|no|none|nothing|nobody|nowhere|neither|nor|without|hardly|\w+n['’]t|dont|doesnt|cant|wont)\b",
    re.IGNORECASE,
)
NO_NEGATION = re.compile(
    r"\b(?:no|not|cannot|can't|never)\b(?: \w+){0,3} (?:more|larger|longer|later|less|fewer|higher|bigger|older) than\b"
    r"|\bnot only\b|\b(?:do not|don't|never) (?:forget|hesitate)\b|\bno (?:matter|doubt)\b|\bor not\b|\bif not\b",
    re.IGNORECASE,
)
"""Negations that state a bound, add to what is said, or come in a pair that cancels out."""
PASSED_OVER = frozenset(
    "need have has be been being able possible must allowed required necessary longer yet always really even should "
    "could will would want try make do any there to the a an is are was it".split()
)
"""Stand between a negation and the word that it bears on."""
OPPOSITES = tuple(
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
"""Stems of words, and of those that say the opposite. "On" and "off", "before" and "after" are not among them:
they say the opposite only in places of their own."""
DERIVING_PREFIXES = ("un", "re", "dis", "de", "mis", "non", "pre", "over", "under", "auto", "multi")
"""What makes one word another, mostly its opposite: "unblock", "disconnect", "redial"."""
_UNDOING_PREFIXES = ("un", "dis", "de")


def says_the_opposite(text: str, other: str) -> bool:
    """Whether a text has the opposite of a word of another one, and has not that word itself, nor the other it.

    >>> says_the_opposite("To unlink contacts:", "link a contact"), says_the_opposite("To link them:", "link a contact")
    (True, False)
    """
    said, others = stems(text), stems(other)
    undone = (_undoes(one, two) or _undoes(two, one) for one in said - others for two in others - said)
    return have_opposites(said, others) or any(undone)


def have_opposites(first: Set[str], second: Set[str]) -> bool:
    """Whether stems of one text have a word, and not its opposite, where those of another have that one alone."""
    return any(
        first & said and not first & opposite and second & opposite and not second & said
        for pair in OPPOSITES
        for said, opposite in (pair, pair[::-1])
    )


def _undoes(word: str, base: str) -> bool:
    return any(word == prefix + base for prefix in _UNDOING_PREFIXES)
