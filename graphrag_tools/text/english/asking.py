"""Questions that ask for a yes or a no, by their form (English)."""

import re

_YES_OR_NO = re.compile(
    r"\W*(?:(?:and|so|but|ok|okay|hi|hello|hey|please)\W+)*"
    r"(?:is|isn['’]?t|are|aren['’]?t|was|were|can|could|does|doesn['’]?t|do|don['’]?t|did|will|would|should|has|have|may|must)\b",
    re.IGNORECASE,
)
_OR = re.compile(r"\bor\b(?! not\b)", re.IGNORECASE)


def asks_yes_or_no(question: str) -> bool:
    """Whether a question begins with its verb and offers no choice.

    >>> asks_yes_or_no("Can I use it under water?"), asks_yes_or_no("Is it silver or black?")
    (True, False)
    """
    return _YES_OR_NO.match(question) is not None and not _OR.search(question)
