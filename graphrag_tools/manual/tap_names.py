"""Tell where the names of a way end in a text: by their bold type, their capitals and the words behind them."""

import re
from collections.abc import Sequence

from graphrag_tools.text.english.verbs import NAMES_FOLLOW
from graphrag_tools.text.labels import NAME_ENDS, TAP_VERBS, TAP_WORDS

_NAME_END = re.compile(
    r"\s(?:for|to|and|then|when|where|on|in|at|with|if|or|under|next|will|is|are|was|can|may|must|should|you|it|this|that|"
    rf"which|so|because|by|until|as|from|"
    rf"afterwards|instead|also|has|have|shows|opens|allows|lets|makes|{'|'.join(NAME_ENDS)}|und(?= [a-zäöü])|"
    rf"(?:en|et|y|e|a|i|и)(?= (?:{'|'.join(TAP_VERBS)})\b))\b|"
    r"\s(?:(?:sub-?)?menu (?:item|option|entry|command)|dialog(?:ue)?)s?\b|[,.:;()\[\]\"”]|’(?!\w)|$"
)
_ELEMENTS = frozenset("menu submenu window tab command option function operation button checkbox".split())
_BRACKET = re.compile(r"[()\[\]]")
_MARKS = ",.;:"  # "" is in it too
_MAX_NAME_WORDS = 7  # what is longer between two ">" is a sentence and names nothing to tap
_BEFORE_NAME = re.compile(
    rf"^(?:(?:{NAMES_FOLLOW}|{'|'.join(TAP_WORDS)}|men[uüú](?= \w)|"
    r"in|under|from|via|on|at|see|use|using|then|the|your|now|first|next|also|and|to)\b[ :]*)+",
    re.IGNORECASE,
)
_LONGEST_NAME = 300
_CAPITALS = "A-Z" + "".join(one for one in map(chr, range(0xC0, 0x530)) if one.isupper())
_TAIL = re.compile(
    rf"(?:^|[\s(\[\"“‘',:;.])(?P<name>[{_CAPITALS}0-9][^\s,:;()\"“]*"
    rf"(?: (?:[{_CAPITALS}0-9&+][^\s,:;()\"“]*|and|of|or|for))*)\s*$"
)
_QUOTES = " \"“”‘’'"
_OTHER_WAY = re.compile(
    r"(?:[*_\"”]? (?:or|oder|ou|o|или)|, (?:and|und|et|y|e|и)) [*_\"“]?(?=[^\W\d_a-zäöüß])"
    r"|[\"”]\W{1,9}(?:[^\W\d_]+ ){0,3}[\"“](?=[^\W\d_])"
)
"""Between the last name of a way and the first of another: "Tools > Night or Apps > Sleep", or as both are quoted."""


def name_before(text: str, emphasis: Sequence[str]) -> str:
    """Return the name that a text ends with: bold, or its last capitalised words without a verb before them."""
    bold = [name for name in emphasis if name and text.endswith(name)]
    if bold:
        return max(bold, key=len)
    match = _TAIL.search(text[-_LONGEST_NAME:])
    name = _BEFORE_NAME.sub("", match["name"]).strip() if match else ""
    return name if name[:1].isupper() else ""


def names_in(rest: str, emphasis: Sequence[str]) -> tuple[str, ...]:
    """Cut "Display > Screen timeout, and tap a time limit" after its last name."""
    *between, last = rest.split(" > ")
    names, runs = [piece.strip() for piece in between], emphasis
    if names and not _before_half_a_bracket(names[0]):
        names[0] = names[0].lstrip("([")
    for at, name in enumerate(names[1:], 1):
        if (end := _NAME_END.search(name)) and end.start() < len(name) and name[end.start()] in ".;":
            names, last = names[:at], name  # another sentence's way follows
            break
        other = _OTHER_WAY.search(name) or re.search(rf" \w{{1,4}} {re.escape(names[0])}$", name)
        if name not in emphasis and other:
            names, last = names[:at], name[: other.start()]
            break
        if (whole := _before_half_a_bracket(name)) != name:
            names, last = names[:at], whole  # another way: "Set > Lamp (or Bed > Lamp)"
            runs = emphasis if _starts_bold(whole, emphasis) else ()
            break
    if any(len(name.split()) > _MAX_NAME_WORDS or name[:1] in _MARKS for name in names):
        return ()
    if any(name[:1].islower() and (at == 0 or name not in emphasis) for at, name in enumerate(names)):
        return ()
    bold = runs if any(name in runs for name in (*names, last.strip(" .,:"))) or not names else ()
    name = _leading_name(last, bold or (runs if _starts_bold(last, runs) else ()))
    return tuple(one.strip(_QUOTES) for one in (*names, name) if one)


def _starts_bold(piece: str, emphasis: Sequence[str]) -> bool:
    return any(name and piece.startswith(name.strip(" .,:")) for name in emphasis)


def _leading_name(piece: str, emphasis: Sequence[str]) -> str:
    bold = [name.strip(" .,:") for name in emphasis if piece.startswith(name.strip(" .,:"))]
    if emphasis:
        return _before_half_a_bracket(max(bold, key=len, default=""))
    end = _NAME_END.search(piece)
    name = _without_element((piece[: end.start()] if end else piece).strip())
    return name if name[:1].isupper() and len(name.split()) <= _MAX_NAME_WORDS else ""


def _before_half_a_bracket(name: str) -> str:
    """Return what stands before a bracket that the name does not close, or has not opened."""
    opened: list[int] = []
    for bracket in _BRACKET.finditer(name):
        if bracket[0] in "([":
            opened.append(bracket.start())
        elif opened:
            opened.pop()
        else:
            return name[: bracket.start()].strip()
    return name[: opened[0]].strip() if opened else name


def _without_element(name: str) -> str:
    """Return a name whose words all have capitals without what it is the name of: "Insert Time" of "Insert Time menu".

    One word alone may go on so: "Start menu" stands in menus too.
    """
    words = name.split()
    end = next((at for at, word in enumerate(words) if not word[:1].isupper()), 0)
    return " ".join(words[:end]) if end > 1 and words[end] in _ELEMENTS else name
