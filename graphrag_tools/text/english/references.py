"""English words of a line that points elsewhere, and of a paragraph that goes on from the one before it."""

import re

POINTING = frozenset(
    "additional also chapter detail details follow following further go guide information learn link links look more "
    "next page please read refer reference related section see subject topic topics visit".split()
)
"""Of a line that says nothing else: "See also", "For more information, refer to the section"."""
_GOING_ON = re.compile(
    r"(?:however|but|instead|otherwise|nevertheless|nonetheless|therefore|thus|hence|consequently|conversely|"
    r"in contrast|on the other hand|if not|if so|in (?:this|that|such a) case|in (?:these|those|such) cases|"
    r"for th(?:is|at) reason|alternatively|another (?:way|method|option|possibility)|"
    r"other (?:ways|methods|options|possibilities))\b",
    re.IGNORECASE,
)


def refers_back(text: str) -> bool:
    """Whether a text begins as one does that is nothing without the one before it."""
    return _GOING_ON.match(text) is not None
