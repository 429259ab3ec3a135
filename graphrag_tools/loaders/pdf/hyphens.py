"""Join a text with its next line, and undo the hyphen of a word that was broken there."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graphrag_tools.loaders.pdf.lines import TextLine
from graphrag_tools.loaders.pdf.pages import Piece
from graphrag_tools.text.unspaced import is_unspaced

_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+(?:[-‐‑][^\W\d_]+)*)[-‐‑\N{SOFT HYPHEN}]\Z")
_REST = re.compile(r"([^\W\d_]+)")
_SOFT = "\N{SOFT HYPHEN}"
_LONGEST_WORD = 100
_CONJUNCTION = re.compile(r"(?:and|und|oder|bzw\.|sowie|ou|och|eller|og|(?P<end>or|et))(?:\s|\Z)")
"""A hyphen before one of these stands for the end of a word that is said once: "input- and output level".

Some end words ("sens-" and "or"): they are taken for it where what stands before is a word.
"""
HYPHENS = ("-", "‐", "‑", _SOFT)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that stand whole somewhere in the document."""

    words: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[TextLine]) -> "Vocabulary":
        """Gather the words of all lines; the last word of a line that ends in a hyphen is none."""
        return cls(frozenset(word for line in lines for word in _words(line.text)))

    def has(self, word: str) -> bool:
        """Whether a word stands whole somewhere."""
        return word.casefold() in self.words

    def undone(self, start: str, end: str) -> bool:
        """Whether "start-" and "end" on the next line are one word without the hyphen.

        A word that the document writes one way elsewhere is written so. Else the hyphen goes, unless what follows
        begins with a capital ("Wi-" and "Fi").
        """
        if f"{start}-{end}".casefold() in self.words:
            return False
        return f"{start}{end}".casefold() in self.words or end[:1].islower()


def _words(text: str) -> list[str]:
    words = [word.replace("‑", "-").replace("‐", "-").casefold() for word in _WORD.findall(text.replace(_SOFT, ""))]
    return words[:-1] if text.endswith(HYPHENS) else words


def join_line(pieces: list[Piece], more: Sequence[Piece], words: Vocabulary) -> None:
    """Add the pieces of the next line to those of a text."""
    if not pieces or not more:
        pieces.extend(more)
        return
    last, following = pieces[-1], more[0]
    before, after = _end(pieces), "".join(piece.text for piece in more).lstrip()
    broken, rest = _BROKEN.search(before), _REST.match(after)
    if broken and rest:
        conjunction = _CONJUNCTION.match(after)
        meant = conjunction is not None and (conjunction["end"] is None or words.has(broken[1]))
        if meant and not words.has(broken[1] + rest[1]):
            pieces.append(Piece(" "))
            pieces.extend(more)
            return
        undone = before.endswith(_SOFT) or words.undone(broken[1].replace(_SOFT, ""), rest[1])
        text = last.text.rstrip()
        pieces[-1] = replace(last, text=text[:-1] if undone else text)
        pieces.append(replace(following, text=following.text.lstrip()))
        pieces.extend(more[1:])
        return
    if is_unspaced(before[-1:]) and is_unspaced(after[:1]):
        pieces[-1] = replace(last, text=last.text.rstrip())
    elif not before.endswith("/") or before.endswith(" /"):  # an address, or "and/or", breaks at its slash
        alike = (last.bold, last.link) == (following.bold, following.link)
        pieces.append(replace(last, text=" ") if alike else Piece(" "))
    pieces.extend(more)


def _end(pieces: Sequence[Piece]) -> str:
    """The last characters of a text: enough for a word, however long the text."""
    found = ""
    for piece in reversed(pieces):
        found = piece.text + found
        if len(found) >= _LONGEST_WORD:
            break
    return found.rstrip()[-_LONGEST_WORD:]
