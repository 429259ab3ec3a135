"""Find what an answer names that its manual does not have: menu paths and items out of thin air.

Made to count, not to guard: it shares nothing with the checks that answers pass on their way out, so that it
can catch those out as well. It accuses only where it is certain; what it misses, it misses for every way of
answering alike. The words that introduce a name ("tap", "open", …) are English.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from graphrag_tools.answer import Answer, ToolCallRecord
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.text.normalise import folded
from graphrag_tools.tools.tool_texts import DESCRIBE_NAME, PATH_NAME

_ARROW = re.compile(r"(?:(?<!\s)\s+)?(?:->|=>|[>→›»⟩])\s*")
_MARKS = re.compile(r"[*_`“”\"]+")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>")
_LETTER_FIRST = re.compile(r"[^\w\s]*\s*[^\W\d_]")
_LONGEST_NAME = 8
_INSTRUCTION = re.compile(
    r"\b(?:tap|tapping|press|pressing|open|opening|select|selecting|choose|choosing|click|touch|launch"
    r"|go to|navigate to|swipe to|scroll to|turn on|turn off|switch on|switch off|enable|disable|activate)"
    r"\s+(?:(?:on|onto|the|your|and|hold|to|option|button|menu)\s+)*",
    re.IGNORECASE,
)
_SET_OFF = re.compile(r"\*\*([^*\n]{2,60})\*\*|“([^”\n]{2,60})”|\"([^\"\n]{2,60})\"|`([^`\n]{2,60})`")
_CAPITALISED = re.compile(r"[A-Z][\w'’/+-]*(?:[ \t]+(?:(?:and|of|for|&|\+)[ \t]+)?[A-Z0-9][\w'’/+-]*)*")
_AND = re.compile(r"(?<!\s)\s+(?:and|&|\+)\s+")
_ENDS_A_NAME = frozenset(
    "tap press open select choose click touch launch go navigate swipe scroll turn switch enable disable then and or "
    "to from the a an if when in on at with your it this that step next now finally once after before note".split()
)
_EVERYWHERE = frozenset(("ok", "yes", "no", "enter", "home", "back", "menu", "i"))
"""Names that nearly every device has, whether its manual says so or not."""


class ManualNames:
    """Every name, way and line of text of an index, folded for comparison."""

    def __init__(self, index: ManualIndex) -> None:
        items = [item for info in index.manuals for item in index.graph_of(info.id).items]
        self._index = index
        self._paths = {item.path for item in items}
        self._names = {folded(name) for item in items for name in (item.name, *item.taps)}
        ways = [tuple(folded(name) for name in way) for item in items for way in (item.path, item.taps)]
        self._above = {(way[at], below) for way in ways for at in range(len(way)) for below in way[at + 1 :]}
        lines = [line for item in items if item.kind == "section" for line in _lines(item)]
        self._text = "\n".join(f" {folded(line)} " for line in lines)
        self._ways_in_text = "\n".join(_folded_way(line) for line in lines if _ARROW.search(line))

    def has_path(self, path: Sequence[str]) -> bool:
        """Whether an item has exactly this path."""
        return tuple(path) in self._paths

    def has_name(self, name: str) -> bool:
        """Whether a name is an item's, or stands somewhere in the text."""
        key = folded(name)
        return not key or key in self._names or f" {key} " in self._text

    def resolves(self, item: str) -> bool:
        """Whether a tool would find an item, or several, for this text, or the manual's text has it."""
        match = self._index.resolve(item)
        return match.total > 0 or self.has_name(item)

    def leads_to(self, above: str, below: str) -> bool:
        """Whether a name at the end of one text stands above a name at the start of the other.

        Where in the words a name begins and ends is not marked, so every reading is tried. A way that leaves
        out steps counts: it is short, not invented.
        """
        before, whole = _words(above), _words(below)
        after = _from_a_name(whole)
        if not before or not after:
            return True
        starts = {*_beginnings(whole), *_beginnings(after)}
        ends = [" ".join(before[-length:]) for length in range(1, min(_LONGEST_NAME, len(before)) + 1)]
        if any((end, start) in self._above for end in ends for start in starts):
            return True
        return any(f" {before[-1]} > {first} " in self._ways_in_text for first in (whole[0], after[0]))


def invented_names(answer: Answer, question: str, names: ManualNames) -> tuple[str, ...]:
    """Return what an answer names that exists nowhere in the manual, in order, each once.

    Looked at are its menu path and sources, the items that the model's tool calls name, each "A > B" in its
    text, and each name set off or capitalised that an instruction ("tap X", "open X") asks to use. A name
    that stands in the question is the asker's, not invented.
    """
    found = [
        *_in_facts(answer, names),
        *(item for call in answer.trace for item in _in_call(call, names)),
        *(way[:200] for way in ways_in(answer.text) if not _exists(way, names)),
        *_in_instructions(answer.text, question, names),
    ]
    return tuple(dict.fromkeys(found))


def ways_in(text: str) -> Iterator[str]:
    """Yield each sentence of a text that gives a way "A > B > C"; what compares with a number is none."""
    for line in _TAG.sub(" ", text).splitlines():
        for sentence in re.split(r"(?<=[.!?;])\s+", line):
            if any(_is_step(above, below) for above, below in pairwise(_pieces(sentence))):
                yield sentence.strip()


def _pieces(sentence: str) -> list[str]:
    return _ARROW.split(sentence.lstrip("> "))


def _is_step(above: str, below: str) -> bool:
    return bool(folded(above)) and _LETTER_FIRST.match(below) is not None


def _exists(way: str, names: ManualNames) -> bool:
    return all(names.leads_to(above, below) for above, below in pairwise(_pieces(way)) if _is_step(above, below))


def _in_facts(answer: Answer, names: ManualNames) -> Iterator[str]:
    for path in (answer.menu_path, *(source.path for source in answer.sources)):
        if path and not names.has_path(path):
            yield " > ".join(path)


def _in_call(call: ToolCallRecord, names: ManualNames) -> Iterator[str]:
    if call.by != "model" or call.tool not in (DESCRIBE_NAME, PATH_NAME):
        return
    for argument in ("item", "start"):
        item = call.arguments.get(argument)
        if isinstance(item, str) and item.strip() and not names.resolves(item):
            yield item[:120]


def _in_instructions(text: str, question: str, names: ManualNames) -> Iterator[str]:
    asked = f" {folded(question)} "
    for match in _INSTRUCTION.finditer(text):
        name = _name_at(text, match.end())
        key = folded(name)
        if key and key not in _EVERYWHERE and f" {key} " not in asked and not _has_name(name, names):
            yield name


def _has_name(name: str, names: ManualNames) -> bool:
    parts = _AND.split(name)
    return names.has_name(name) or (len(parts) > 1 and all(names.has_name(part) for part in parts))


def _name_at(text: str, start: int) -> str:
    """Return the name that begins at a position of a text, "" where none does."""
    if set_off := _SET_OFF.match(text, start):
        return next(group for group in set_off.groups() if group).strip(" .,:;")
    capitalised = _CAPITALISED.match(text, start)
    if not capitalised:
        return ""
    kept: list[str] = []
    for word in capitalised[0].split():
        if word[0].isupper() and word.casefold() in _ENDS_A_NAME:
            break
        kept.append(word)
    return " ".join(kept)


def _lines(section: MenuItem) -> Iterable[str]:
    yield from (*section.path, " > ".join(section.path), " > ".join(section.taps))
    yield from (block.text for block in section.blocks)


def _folded_way(line: str) -> str:
    return f" {' > '.join(folded(piece) for piece in _ARROW.split(line))} "


def _words(text: str) -> list[str]:
    return folded(_MARKS.sub(" ", text)).split()


def _beginnings(words: list[str]) -> list[str]:
    return [" ".join(words[:length]) for length in range(1, min(_LONGEST_NAME, len(words)) + 1)]


def _from_a_name(words: list[str]) -> list[str]:
    """Drop the words of an instruction from the start: "Display > tap Brightness"."""
    start = next((at for at, word in enumerate(words) if word not in _ENDS_A_NAME), len(words))
    return words[start:]
