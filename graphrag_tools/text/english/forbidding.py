"""What only forbids, and questions that ask how to do a thing, which that does not answer (English)."""

import re

from graphrag_tools.text.english.asking import asks_how, is_request
from graphrag_tools.text.english.opposites import NEGATION

_FORBIDS = re.compile(
    r"\W*(?:(?:note|caution|warning|important|attention|danger)\W+)?(?:do not|don['’]?t|never|avoid)\b", re.I
)


def forbids(text: str) -> bool:
    """Whether a text begins by forbidding something.

    >>> forbids("CAUTION: Do not use headphones."), forbids("Use headphones. Never pull the cable.")
    (True, False)
    """
    return _FORBIDS.match(text) is not None


def asks_to_do(question: str) -> bool:
    """Whether a question asks how to do something, or for it to be done, and nothing in it is negated.

    >>> asks_to_do("how do i connect headphones"), asks_to_do("can i use headphones"), asks_to_do("how not to break it")
    (True, False, False)
    """
    return bool(asks_how(question) or is_request(question)) and not NEGATION.search(question)
