"""English words by which a paragraph goes on from the one before it."""

import re

_REFERRING = re.compile(
    r"(?:however|but|instead|otherwise|nevertheless|nonetheless|therefore|thus|hence|consequently|conversely|"
    r"in contrast|on the other hand|if not|if so|in (?:this|that|such a) case|in (?:these|those|such) cases|"
    r"for th(?:is|at) reason)\b",
    re.IGNORECASE,
)


def refers_back(text: str) -> bool:
    """Whether a text begins as one does that is nothing without the one before it."""
    return _REFERRING.match(text) is not None
