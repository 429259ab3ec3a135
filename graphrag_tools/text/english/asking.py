"""Questions that ask for a yes or a no, for a place, or to compare two things, by their form (English)."""

import re

from graphrag_tools.text.characters import ENDS_OF_QUESTIONS
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.english.verbs import VERBS

_YES_OR_NO = re.compile(
    r"\W*(?:(?:and|so|but|ok|okay|hi|hello|hey|please)\W+)*"
    r"(?:is|isn['’]?t|are|aren['’]?t|was|were|can|could|does|doesn['’]?t|do|don['’]?t|did|will|would|should|has|have|may|must)\b",
    re.IGNORECASE,
)
_OF_SOMEBODY = re.compile(
    r"\W*(?:(?:and|so|but|ok|okay|hi|hello|hey|please)\W+)*(?:can|could|will|would) you\b", re.IGNORECASE
)
_TO_BE_TOLD = re.compile(
    r"\W*(?:(?:and|so|but|ok|okay|hi|hello|hey|please|then)\W+)*"
    r"(?:how|what|which|where|when|who|whose|why|tell|show|explain|describe)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"\bhow (?:do|can|should|would|to)\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b(?! not\b)", re.IGNORECASE)


_OF_A_WHOLE = re.compile(
    r"\W*(?:(?:and|so|but|ok|okay|also)\W+)*"
    r"(?:is|isn['’]?t|can|can['’]?t|could|does|doesn['’]?t|will|won['’]?t|has|hasn['’]?t)\s+(?:it|this|that)\b"
    r"(?!\s+(?:be\b|\w+ed\b))",
    re.IGNORECASE,
)
_TROUBLE_OF_A_WHOLE = re.compile(
    r"\W*(?:(?:and|so|but|now|also)\W+)*(?:it|this)\s+"
    r"(?:won['’]?t|will not|doesn['’]?t|does not|can['’]?t|cannot|isn['’]?t|is not|keeps|never|always|stopped)\b",
    re.IGNORECASE,
)


_TO_GET_TO = re.compile(
    r"\W*+(?:(?:how|where)\s++(?:to|(?:do|can|could|should|would)\s++(?:i|you|we))\s++|(?:can|could)\s++i\s++|i\s++(?:want|need)\s++to\s++)?"
    r"(?:open|find|reach|access|launch|(?:get|go) (?:in)?to)\s++(?:(?:the|a|an|my)\s++)?(?P<thing>\w[^,;:.?!]{0,80}?)"
    r"(?:\s++(?:on|of)\s++(?:my|the|this)\s++\w++)?\W*+$",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\bwhere\b|\bhow (?:do|can) (?:i|you|we) (?:(?:find|reach|open) |get (?:to |there\b))",
    re.IGNORECASE,
)


def asks_how(question: str) -> bool:
    """Whether a question asks how something is done.

    >>> asks_how("how do i connect headphones"), asks_how("how to reset"), asks_how("how long does it take")
    (True, True, False)
    """
    return _HOW.search(question) is not None


def asks_where(question: str) -> bool:
    """Whether a question asks for the place of something, or the way to it.

    >>> asks_where("and where is it?"), asks_where("how do I find it"), asks_where("how do I turn it off?")
    (True, True, False)
    """
    return _WHERE.search(question) is not None


def thing_to_get_to(question: str) -> str:
    """Return what a question asks to open, to find or the way to, without the device that it is on; else nothing.

    >>> thing_to_get_to("How can I open email on my phone?"), thing_to_get_to("which port do I open?")
    ('email', '')
    """
    match = _TO_GET_TO.match(question)
    return match["thing"] if match else ""


def asks_yes_or_no(question: str) -> bool:
    """Whether a question begins with its verb and offers no choice.

    >>> asks_yes_or_no("Can I use it under water?"), asks_yes_or_no("Is it silver or black?")
    (True, False)
    """
    return _YES_OR_NO.match(question) is not None and not _OR.search(question)


def is_request(text: str) -> bool:
    """Whether a text asks for something to be done, and not to be told something.

    >>> is_request("Turn on flight mode"), is_request("Could you renew my loan?"), is_request("How do I renew a loan")
    (True, True, False)
    """
    if _OF_SOMEBODY.match(text):
        return True
    return not (text.rstrip().endswith(ENDS_OF_QUESTIONS) or _YES_OR_NO.match(text) or _TO_BE_TOLD.match(text))


def asks_what_it_is(question: str) -> bool:
    """Whether a question asks what "it" is, has or can do by itself, not what is done to it, or says what is wrong.

    >>> asks_what_it_is("is it waterproof"), asks_what_it_is("it won't charge"), asks_what_it_is("Can it be renamed?")
    (True, True, False)
    """
    return _OF_A_WHOLE.match(question) is not None or _TROUBLE_OF_A_WHOLE.match(question) is not None


_THING = r"(?:(?:the|a|an|my)\s+)?(?P<{}>[^,;?!]+?)"
_COMPARISONS = tuple(
    re.compile(form.format(_THING.format("first"), _THING.format("second")), re.IGNORECASE)
    for form in (
        r"\bdifferences?\s+between\s+{}\s+(?:and|or)\s+{}\s*[?.!]*$",
        r"\bcompar(?:e|ing)\s+{}\s+(?:and|with|to|vs\.?|versus)\s+{}\s*[?.!]*$",
        r"\bhow\s+(?:is|does|do|are)\s+{}\s+differ(?:ent)?\s+from\s+{}\s*[?.!]*$",
        r"^\W*(?:(?:what|which)\s+is\s+better\W+)?{}\s+(?:vs\.?|versus)\s+{}\s*[?.!]*$",
        r"^\W*(?:what|which)(?:\s+one)?\s+(?:is|should\s+i\s+use|do\s+i\s+need)(?:\s+better)?[\s,:]+{}\s+or\s+{}\s*[?.!]*$",
    )
)


def compared_things(question: str) -> tuple[str, str] | None:
    """Return the two things that a question asks to compare, None where it asks something else.

    >>> compared_things("What is the difference between sleep mode and standby?")
    ('sleep mode', 'standby')
    """
    plain = " ".join(question.split())
    match = next(filter(None, (form.search(plain) for form in _COMPARISONS)), None)
    return (match["first"].strip(), match["second"].strip()) if match else None


_AND = re.compile(r",?\s+and\s+(?=\S)", re.IGNORECASE)
_ARTICLES = frozenset({"the", "a", "an", "my"})


def joined_things(question: str) -> tuple[str, str] | None:
    """Return the questions after each of two things that one question joins by "and", None where it joins none.

    Whether they are two things, or one that is called so, as "copy and paste", its words do not tell.

    >>> joined_things("how do I turn on wifi and bluetooth?")
    ('how do I turn on wifi', 'how do I turn on bluetooth')
    """
    plain = " ".join(question.split()).rstrip(" ?.!")
    for between in _AND.finditer(plain):
        first, other = plain[: between.start()], plain[between.end() :]
        said, named = first.split(" "), other.split(" ")
        asking = [at for at, word in enumerate(said, 1) if word.lower() in STOP_WORDS | VERBS]
        if named[0].lower() in _ARTICLES:
            named = named[1:]
        elif named[0].lower() in STOP_WORDS | VERBS:
            continue
        if asking and asking[-1] < len(said) and named:
            return first, " ".join((*said[: asking[-1]], *named))
    return None
