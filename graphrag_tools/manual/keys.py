"""Ids of menu items, and the keys under which their texts are stored: formatted and parsed here alone."""

import re
from typing import Literal, NamedTuple

from graphrag_tools.text.normalise import slug

KeyKind = Literal["block", "question"]
_SEPARATOR = "/"
_MARKS: dict[str, KeyKind] = {"#": "block", "?": "question"}
_MARK_OF = {kind: mark for mark, kind in _MARKS.items()}
_KEY = re.compile(r"(.*)([#?])([0-9]+)(?:\.([0-9]+))?", re.DOTALL)


def is_manual_id(text: str) -> bool:
    """Whether a text may be a manual's id: not an empty one, nor one with "/", at which the ids of items are parsed."""
    return bool(text) and _SEPARATOR not in text


def child_id(above: str, name: str) -> str:
    """Return the id of an item under another item or under its manual, before a repeated path is told apart."""
    return f"{above}{_SEPARATOR}{slug(name)}"


def manual_of(item_id: str) -> str:
    """Return the id of the manual that an item belongs to."""
    return item_id.partition(_SEPARATOR)[0]


class RecordKey(NamedTuple):
    """The key of a section's block, of a sentence in it, or of a question about the section, by its position.

    >>> str(RecordKey("faq?/battery", 2)), str(RecordKey("faq?/battery", 0, "question"))
    ('faq?/battery#2', 'faq?/battery?0')
    >>> str(RecordKey("faq?/battery", 2, sentence=1))
    'faq?/battery#2.1'
    """

    section: str
    position: int
    kind: KeyKind = "block"
    sentence: int | None = None

    @classmethod
    def parse(cls, key: str) -> "RecordKey":
        """Return what a key says. Raises ValueError for a text that is none.

        Nothing but numbers stands behind the mark, so that a section's id may hold marks as well.
        """
        # Nearly all are of blocks, and these are read sooner by hand; a cache of keys takes longer than either.
        above, _, numbers = key.rpartition("#")
        position, dot, sentence = numbers.partition(".")
        if numbers != key and key.isascii() and position.isdigit() and (sentence.isdigit() or not dot):
            return cls(above, int(position), "block", int(sentence) if dot else None)
        found = _KEY.fullmatch(key)
        if found is None:
            raise ValueError(f"{key!r} is no key of a block or a question.")
        section, mark, position, sentence = found.groups()
        return cls(section, int(position), _MARKS[mark], None if sentence is None else int(sentence))

    def __str__(self) -> str:
        """The key as it is stored."""
        sentence = "" if self.sentence is None else f".{self.sentence}"
        return f"{self.section}{_MARK_OF[self.kind]}{self.position}{sentence}"
