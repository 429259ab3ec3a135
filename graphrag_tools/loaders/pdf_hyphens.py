"""Joining lines: hyphens that stand only because a line ended there are undone, by the document's own words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphrag_tools.loaders.pdf_columns import TextLine
from graphrag_tools.loaders.pdf_pages import Piece

_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+(?:[-‐‑][^\W\d_]+)*)[-‐‑\N{SOFT HYPHEN}]\Z")
_REST = re.compile(r"([^\W\d_]+)")
_SOFT = "\N{SOFT HYPHEN}"
HYPHENS = ("-", "‐", "‑", _SOFT)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that stand whole somewhere in the document."""

    words: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[TextLine]) -> "Vocabulary":
        """Gather the words of all lines; the last word of a line that ends in a hyphen is none."""
        return cls(frozenset(word for line in lines for word in _words(line.text)))

    def undone(self, start: str, end: str) -> bool:
        """Whether "start-" and "end" on the next line are one word without the hyphen.

        A word that the document writes one way elsewhere is written so. Else the hyphen goes, unless what follows
        begins with a capital ("Wi-" and "Fi").
        """
        if f"{start}-{end}".casefold() in self.words:
            return False
        return f"{start}{end}".casefold() in self.words or end[:1].islower()


def _words(text: str) -> list[str]:
    return [word.replace("‑", "-").replace("‐", "-").casefold() for word in _WORD.findall(text.replace(_SOFT, ""))]


def joined(pieces: Sequence[Piece], more: Sequence[Piece], words: Vocabulary) -> list[Piece]:
    """Return the pieces of a line and of the next as one text."""
    kept = list(pieces)
    following = list(more)
    if not kept or not following:
        return kept + following
    before = "".join(piece.text for piece in kept).rstrip()
    after = "".join(piece.text for piece in following).lstrip()
    broken, rest = _BROKEN.search(before), _REST.match(after)
    last = kept[-1]
    if before.endswith(HYPHENS) and broken and rest:
        start = broken[1].replace(_SOFT, "")
        undone = before.endswith(_SOFT) or words.undone(start, rest[1])
        text = last.text.rstrip()
        kept[-1] = Piece(text[:-1] if undone else text, last.bold, last.link)
        following[0] = Piece(following[0].text.lstrip(), following[0].bold, following[0].link)
    elif not (before.endswith("/") and not before.endswith(" /")):  # an address, or "and/or", breaks there
        alike = (last.bold, last.link) == (following[0].bold, following[0].link)
        kept.append(Piece(" ", last.bold, last.link) if alike else Piece(" "))
    return kept + following
