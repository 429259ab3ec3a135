"""The raised characters of Unicode, for what pages print smaller and higher: "10²" is no 102, "15⁰ C" no 150 C."""

import re

_RAISED = str.maketrans("0123456789+-−)abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁾ªᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿºᵖʳˢᵗᵘᵛʷˣʸᶻ")
"""Those of Unicode; "a" and "o" are the ordinals of Spanish and Italian."""
_HAS_RAISED_FORM = re.compile(r"[a-pr-z]|\d+\)|(?=[\d+−-])[\d+−,\s-]++", re.ASCII)


def has_raised_form(words: str) -> bool:
    """Whether words are digits ("2", "2)") or a single letter; others ("st", "TM", "(1)") have no raised form here."""
    return _HAS_RAISED_FORM.fullmatch(words) is not None


def raised(words: str) -> str:
    """Return words with each character that has a raised form in it."""
    return words.translate(_RAISED)
