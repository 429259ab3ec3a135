"""Find the state, on or off, that a text tells to bring about or says there is (English)."""

import re

_SWITCHED = re.compile(
    r"\b(?:(?:turn|switch|power|put)(?:s|ed|ing)?\b(?:\W+\w+){0,5}?|is|are|was|stays|be|being|keep\w*(?:\W+\w+){1,3})\W+(?P<state>on|off)\b"
    r"|\b(?P<word>enabled?|activated?|disabled?|deactivated?|enabling|disabling)\b",
    re.IGNORECASE,
)
_OTHER_TOO = re.compile(r"\s+(?:or|and) (?:on|off)\b", re.IGNORECASE)


def switched_states(text: str) -> set[str]:
    """Return "on" and "off" as far as a text speaks of them; both for "on and off".

    >>> sorted(switched_states("Turn the fan off, or enable the timer."))
    ['off', 'on']
    """
    found: set[str] = set()
    for match in _SWITCHED.finditer(text):
        word = (match["state"] or match["word"]).lower()
        found.add("off" if word.startswith(("off", "dis", "deact")) else "on")
        if _OTHER_TOO.match(text, match.end()):
            found |= {"on", "off"}
    return found
