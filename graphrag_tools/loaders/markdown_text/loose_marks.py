"""Give marks of Markdown the blank that CommonMark asks for and older readers did not: "##Care", "1.Open it"."""

import re

from graphrag_tools.loaders.block_kinds import TIGHT_TEXT

_HEADING = re.compile(
    r"^( {0,3}#{2,6})\u00a0*(?=[^\W_]|\*\*|[\[\"'“«(¿¡])(?!.*(?:[{;,]$|(?<!\()https?:))", re.MULTILINE
)
_TITLE = re.compile(r"^( {0,3}#)\u00a0*(?=[^\W\d_a-z])(?![^\n]*[#{;,=])", re.MULTILINE)
"""One mark alone begins tags and code too ("#lamp #jug"): where others are written so, or none has a blank."""
_WITH_BLANK = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_CLOSED = re.compile(r"^( {0,3}#{1,6} [^\n]*[^\s#])#{2,}[ \t]*$", re.MULTILINE)
_STEP = re.compile(rf"^( {{0,3}}(?P<number>\d{{1,2}}))(?:\.?[ºª] ?|[.)])(?=(?:\*\*)?{TIGHT_TEXT})", re.MULTILINE)
"""With a stop, or as an ordinal ("1.º Pulse")."""
_ITEM = re.compile(r"^ {0,3}-(?:[\u3040-\ud7af]|[^\W\d_a-z][^\W\d_A-Z]+ [^\W\d_])", re.MULTILINE)
_ITEMS = re.compile(r"^ {0,3}-[^\s-].*(?:\n(?:[ \t]*\n)? {0,3}-[^\s-].*)+", re.MULTILINE)
_TARGET = r"\((?:https?://|[\w./%-]+\.(?:md|html?|png|jpe?g|gif|svg|webp|pdf)\b)[^()\s]*(?:[ ]\"[^\"\n]*\")?\)"
_TARGETLESS = re.compile(r"(?P<begin>^[ \t]*)?!\[(?P<name>[^\[\]\n]+)\](?![\[(:])(?P<end>[ \t]*$)?", re.MULTILINE)
_APART = re.compile(rf"(?P<words>!?\[[^\[\]\n]*\]) (?={_TARGET})")


def with_blanks_after_marks(text: str) -> str:
    """Return Markdown, whose code is apart, with headings, steps, links and pictures as CommonMark wants them.

    Of a picture that has no target ("![Lamp icon]") the name is left, if there is text beside it.
    """
    lower = _HEADING.sub(r"\1 ", text)
    is_loose = lower != text or not _WITH_BLANK.search(text)
    headed = _CLOSED.sub(r"\1", _TITLE.sub(r"\1 ", lower) if is_loose else lower)
    whole = _APART.sub(r"\g<words>", with_blanks_in_lists(headed))
    return _TARGETLESS.sub(lambda picture: picture[0] if f"[{picture['name']}]:" in whole else _named(picture), whole)


def with_blanks_in_lists(text: str) -> str:
    """Return a text with a blank behind the numbers and hyphens that begin the lines of its lists.

    Steps are numbers that count from some number on, with a capital behind them or a sign of a script without capitals.
    """
    numbers = {int(step["number"]) for step in _STEP.finditer(text)}
    stepped = _STEP.sub(r"\1. ", text) if any(number + 1 in numbers for number in numbers) else text
    return _ITEMS.sub(_with_blanks_in_list, stepped)


def _named(picture: re.Match[str]) -> str:
    """Return the name of a picture without a target, nothing where it stands alone."""
    is_alone = picture["begin"] is not None and picture["end"] is not None
    return "" if is_alone else f"{picture['begin'] or ''}{picture['name']}{picture['end'] or ''}"


def _with_blanks_in_list(lines: re.Match[str]) -> str:
    """Return a run of lines that begin with "-" as a list, if one of them is words and no option of a command."""
    return re.sub(r"^( {0,3}-)", r"\1 ", lines[0], flags=re.MULTILINE) if _ITEM.search(lines[0]) else lines[0]
