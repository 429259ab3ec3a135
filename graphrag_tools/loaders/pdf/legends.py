"""Tell the names of the parts in a picture from the steps of a procedure: numbered ones (English), lettered ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from graphrag_tools.loaders.pdf.line_groups import LineGroup
from graphrag_tools.loaders.pdf.pages import Piece
from graphrag_tools.text.english.verbs import COMMAND_STEMS, VERBS
from graphrag_tools.text.words import stem

_FEWEST = 3
_MOST_DIGITS = 2
_MOST_WORDS = 8
_USUAL_WORDS = 4
_FEW = 0.5
"""So many names may begin with a word that is a verb elsewhere: "Display", "Reset button"."""
_SENTENCE_END = (".", "!", "?", ":", ";", ",")
_OF_SENTENCES = frozenset("the a an your you it this that these if when until then please is are".split())


def with_named_parts(groups: Sequence[LineGroup]) -> list[LineGroup]:
    """Return the groups, the items of a legend ("1. Power button", "2. Display", …) as names behind their numbers."""
    found: list[LineGroup] = []
    for run in _runs(groups):
        if _is_legend(run):
            found += (replace(one, number=None, pieces=[Piece(f"{one.number} "), *one.pieces]) for one in run)
        else:
            found += run
    return found


def with_lettered_parts(groups: Sequence[LineGroup]) -> list[LineGroup]:
    """Return the groups, items whose capitals stand in a picture too as names behind these ("A. Lid").

    What stands in a picture is read as groups, or rows of a table, of nothing but capitals; these are left out.
    """
    lone = {letter for group in groups for letter in _lone_letters(group)}
    if lone.isdisjoint(group.letter for group in groups):
        return list(groups)
    return [
        replace(group, number=None, pieces=[Piece(f"{group.letter}. "), *group.pieces]) if group.letter else group
        for group in groups
        if not _lone_letters(group)
    ]


def without_numbers_of_pictures(groups: Sequence[LineGroup]) -> list[LineGroup]:
    """Return the groups without those of nothing but numbers that stand in a picture: items, or rows, name each."""
    named = {group.number for group in groups if group.kind == "item"}
    for group in groups:
        named.update(int(cells[0]) for cells in map(_cells, group.rows) if _is_entry(cells))
    lone = [(at, set(map(int, marks))) for at, one in enumerate(groups) if all(map(_is_number, marks := _marks(one)))]
    in_picture = {at: numbers for at, numbers in lone if numbers and numbers <= named}
    if len(set().union(*in_picture.values())) < _FEWEST:
        return list(groups)
    return [group for at, group in enumerate(groups) if at not in in_picture]


def _is_entry(cells: Sequence[str]) -> bool:
    return _is_number(cells[0]) and any(map(str.isalpha, "".join(cells[1:])))


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS


def _cells(row: Sequence[Sequence[Piece]]) -> list[str]:
    return ["".join(piece.text for piece in cell).strip() for cell in row]


def _marks(group: LineGroup) -> list[str]:
    """Return the words of a group that is no item of a list."""
    if group.kind == "item":
        return []
    return " ".join((group.text, *(cell for row in group.rows for cell in _cells(row)))).split()


def _lone_letters(group: LineGroup) -> list[str]:
    """Return the capitals of a group that has nothing else."""
    letters = _marks(group)
    return letters if all(len(one) == 1 and one.isupper() for one in letters) else []


def _runs(groups: Sequence[LineGroup]) -> Iterator[list[LineGroup]]:
    """Yield the groups, those together that are items whose numbers count on."""
    run: list[LineGroup] = []
    for group in groups:
        goes_on = bool(run) and _is_numbered(run[-1]) and group.number == (run[-1].number or 0) + 1
        if run and not (_is_numbered(group) and goes_on):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _is_numbered(group: LineGroup) -> bool:
    return group.kind == "item" and group.number is not None


def _is_legend(run: Sequence[LineGroup]) -> bool:
    """Whether items are short names, few of which begin as a command does."""
    if len(run) < _FEWEST or not all(map(_is_numbered, run)):
        return False
    texts = [one.text.strip() for one in run]
    words = [text.lower().split() for text in texts]
    if not all(words) or max(map(len, words)) > _MOST_WORDS or median(map(len, words)) > _USUAL_WORDS:
        return False
    commands = sum(first in VERBS or stem(first) in COMMAND_STEMS for first, *_ in words)
    said = any(
        text.endswith(_SENTENCE_END) or _OF_SENTENCES & set(rest) for text, rest in zip(texts, words, strict=True)
    )
    return not said and commands <= _FEW * len(run)
