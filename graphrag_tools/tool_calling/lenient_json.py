"""Reading values that a model wrote as JSON, or nearly so: one pass, bounded depth, bounded work."""

import json
import re
from dataclasses import dataclass

from graphrag_tools.text.characters import without_halves

_MAX_DEPTH = 10
_STEPS_PER_CHARACTER = 8
_MAX_BARE = 200
_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_][\w-]*+")
_BARE = re.compile(rf"[^\s,{{}}\[\]()\"'<:`][^,{{}}\[\]()\"'\n<`]{{0,{_MAX_BARE}}}")
_CONSTANTS = {"true": True, "false": False, "null": None, "none": None, "undefined": None}
_CLOSING = {'"': '"', "'": "'", "“": "”"}
# What may follow a string; an apostrophe or an inner quote is followed by something else.
_AFTER_STRING = re.compile(r"\s*(?:[,:}\])]|\Z|</|<\||```|[\"']\w+[\"']\s*:)")
_PIECE = {mark: re.compile(rf"(?:[^{mark}\\]|\\.)*+", re.DOTALL) for mark in _CLOSING.values()}
_MARKER = re.compile(r"</|<\||<｜|```|\[/")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Read:
    """A value, and the position in the text at which it ends."""

    value: object
    end: int


class _Unreadable(Exception):
    """No value stands here."""


class _Cut(Exception):
    """The text ends within a string."""


class LenientReader:
    """Reads values at positions of one text.

    Beyond JSON it takes single and curly quotes, Python's literals, keys without quotes, trailing and
    missing commas, line breaks and unescaped quotes in strings, and brackets left open before the end
    of the text or a marker such as `</tool_call>`. A string that the end of the text cuts is left out:
    half a value is no value. All reads of one text share a budget, so that no text takes long.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._left = _STEPS_PER_CHARACTER * len(text) + 1_000

    @property
    def exhausted(self) -> bool:
        """Whether the budget is used up; every further read then finds nothing."""
        return self._left <= 0

    def read(self, position: int) -> Read | None:
        """Return the value that starts at a position, None where there is none."""
        self._at = position
        try:
            value = self._value(0)
        except (_Unreadable, _Cut):
            return None
        return Read(value, self._at)

    def _value(self, depth: int) -> object:
        self._spend(1)
        self._skip_space()
        start = self._text[self._at : self._at + 1]
        if start in ("{", "["):
            if depth >= _MAX_DEPTH:
                raise _Unreadable
            self._at += 1
            return self._object(depth + 1) if start == "{" else self._array(depth + 1)
        if start in _CLOSING and start:
            return self._string()
        return self._bare()

    def _object(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        try:
            while not self._closed("}"):
                key = self._key()
                self._expect(":")
                found[key] = self._value(depth)
        except _Cut:
            pass
        return found

    def _array(self, depth: int) -> list[object]:
        found: list[object] = []
        try:
            while not self._closed("]"):
                found.append(self._value(depth))
        except _Cut:
            pass
        return found

    def _closed(self, bracket: str) -> bool:
        """Step over commas and the closing bracket; the end and markers close whatever is open."""
        self._skip_space()
        while self._text.startswith(",", self._at):
            self._at += 1
            self._skip_space()
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        return self._at >= len(self._text) or _MARKER.match(self._text, self._at) is not None

    def _key(self) -> str:
        self._spend(1)
        if self._text[self._at] in _CLOSING:
            return self._string()
        if word := _WORD.match(self._text, self._at):
            self._at = word.end()
            return word[0]
        raise _Unreadable

    def _expect(self, mark: str) -> None:
        self._skip_space()
        if self._at >= len(self._text):
            raise _Cut
        if not self._text.startswith(mark, self._at):
            raise _Unreadable
        self._at += 1

    def _string(self) -> str:
        closing = _CLOSING[self._text[self._at]]
        start = self._at + 1
        first_end = None
        at = start
        while (end := self._piece_end(at, closing)) is not None:
            first_end = end if first_end is None else first_end
            if _AFTER_STRING.match(self._text, end + 1):
                break
            at = end + 1
        else:
            if first_end is None:
                self._at = len(self._text)
                raise _Cut
            end = first_end
        self._at = end + 1
        return _unescaped(self._text[start:end])

    def _piece_end(self, start: int, closing: str) -> int | None:
        """Return where the next closing quote stands; None where there is none."""
        piece = _PIECE[closing].match(self._text, start)
        end = piece.end() if piece else len(self._text)
        self._spend(1 + (end - start) // 8)
        return end if self._text.startswith(closing, end) else None

    def _bare(self) -> object:
        if number := _NUMBER.match(self._text, self._at):
            self._at = number.end()
            return _number(number[0])
        bare = _BARE.match(self._text, self._at)
        if bare is None:
            if self._at >= len(self._text):
                raise _Cut
            raise _Unreadable
        self._at = bare.end()
        word = bare[0].strip()
        return _CONSTANTS.get(word.lower(), word)

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self._at)
        if space:
            self._at = space.end()

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left <= 0:
            raise _Unreadable


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return without_halves(text)
    try:
        return without_halves(str(json.loads(f'"{text}"', strict=False)))
    except ValueError:
        return without_halves(_ESCAPE.sub(_character, text))


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return _ESCAPES.get(escape[2], escape[2])


def _number(text: str) -> object:
    try:
        found = float(text) if any(mark in text for mark in ".eE") else int(text)
    except ValueError:
        return text  # more digits than Python turns into a number
    return text if found in (float("inf"), float("-inf")) else found
