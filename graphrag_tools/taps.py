"""The way on the device itself, where the text gives it: "From Settings, tap Device care > Battery"."""

import re
from collections.abc import Iterable

from graphrag_tools.manual import Block

_VERB = r"(?:tap|touch|select|choose|press|click|open|go to)"
_FROM = re.compile(
    rf"\b[Ff]rom (?:the |a |an |your )?(?P<start>[^,.:;>]{{1,50}}), (?:and )?(?:then )?{_VERB} (?P<rest>\S.*)"
)
_GO_TO = re.compile(
    r"\b(?:[Gg]o to|[Oo]pen|[Nn]avigate to|(?:[Tt]ap|[Ss]elect|[Cc]lick|[Cc]hoose)(?= Settings >)) "
    r"(?P<rest>[^.:;>]{1,100}? > .*)"
)
_NAME_END = re.compile(r"\s(?:for|to|and|then|when|where|on|in|at|with|if|or|under|next)\b|[,.:;(]|$")
_MAX_NAME_WORDS = 7


def taps_in(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the first way that the blocks spell out, as the names to tap in order; () if none does."""
    return next((way for block in blocks if (way := tapped_names(block))), ())


def tapped_names(block: Block) -> tuple[str, ...]:
    """Return the names to tap that one block's text gives, its bold runs deciding where a name ends.

    A way is "From X, tap Y > Z …" or "Go to Y > Z …"; text that says nothing of the kind gives ().
    """
    if block.kind not in ("step", "paragraph", "option"):
        return ()
    if match := _FROM.search(block.text):
        names = _names(match["rest"], block.emphasis)
        return (match["start"].strip(), *names) if names else ()
    if match := _GO_TO.search(block.text):
        names = _names(match["rest"], block.emphasis)
        return names if len(names) > 1 else ()
    return ()


def _names(rest: str, emphasis: tuple[str, ...]) -> tuple[str, ...]:
    """Cut "Display > Screen timeout, and tap a time limit" after its last name."""
    *between, last = rest.split(" > ")
    names = [piece.strip() for piece in between]
    if any(len(name.split()) > _MAX_NAME_WORDS or name[:1].islower() or not name for name in names):
        return ()
    name = _leading_name(last, emphasis)
    return (*names, name) if name else tuple(names)


def _leading_name(piece: str, emphasis: tuple[str, ...]) -> str:
    bold = [name.strip(" .,:") for name in emphasis if piece.startswith(name.strip(" .,:"))]
    if emphasis:
        return max(bold, key=len, default="")
    end = _NAME_END.search(piece)
    name = piece[: end.start()] if end else piece
    return name if name[:1].isupper() else ""
