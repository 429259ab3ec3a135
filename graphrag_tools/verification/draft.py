"""Draft: the text of an answer that is to be checked, made plain and split into sentences once, for all checks."""

from dataclasses import dataclass

from graphrag_tools.text.characters import lines_of, plain
from graphrag_tools.text.normalise import sentences


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it was written, plain, and in the lines and sentences of the plain text without their marks."""

    written: str
    text: str
    lines: tuple[str, ...]
    sentences: tuple[str, ...]


def draft_of(written: str) -> Draft:
    """Return a text ready to be checked."""
    text = plain(written)
    lines = tuple(lines_of(text))
    return Draft(written, text, lines, tuple(sentence for line in lines for sentence in sentences(line)))
