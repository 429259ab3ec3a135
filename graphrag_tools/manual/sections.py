"""Manual, Section, Block: what loaders yield. Frozen, and free of input and output."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from graphrag_tools.text.normalise import fenced

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
CELL_BREAK = " | "
"""Between the cells of a table's row, which is a block."""
BlockKind = Literal["paragraph", "heading", "step", "option", "note", "warning", "table", "code"]


@dataclass(frozen=True, slots=True)
class Link:
    """A cross link as the source writes it: the words that carry it and the target they name."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Block:
    """A typed piece of a section, in reading order.

    `depth` is the nesting level (0 = top): the block that a block hangs under is the nearest earlier
    one of smaller depth, so that lead-in step → option → sub-option survives in a flat sequence.
    A `heading` block names the group of the blocks after it and is nested no deeper than they are. A `code` block
    (commands, configuration) keeps its lines and their indentation; the text of all others is one line.
    """

    kind: BlockKind
    text: str
    depth: int = 0
    name: str = ""
    """The setting that an option names ("Battery usage"); empty for every other block."""
    emphasis: tuple[str, ...] = ()
    """Words that the source sets in bold, in order: button and menu names."""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A unit of the manual with a title of its own.

    `key` is the loader's name for it, unique in the manual; `parent` is another section's key.
    `anchors` are the names under which links may point here.
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    parent: str | None = None
    anchors: tuple[str, ...] = ()
    url: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A piece of the source that a loader left out, and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Manual:
    """One manual: its sections in reading order, every parent before its children."""

    id: str
    title: str
    sections: tuple[Section, ...]
    source: str = ""
    language: str = ""
    """The code of its language where that is known; empty where it is to be told from the text."""
    skipped: tuple[Skipped, ...] = field(default=())


def written_block(block: Block) -> str:
    """Return a block as a line of a quotation; code keeps its lines, and a fence around them says that it is code."""
    if block.kind == "code":
        return fenced(block.text)
    return f"{'  ' * block.depth}- {block.text}" if block.depth else block.text


def characters_in(blocks: Iterable[Block]) -> int:
    """Return how many characters the texts of some blocks have."""
    return sum(len(block.text) for block in blocks)


def is_external(target: str) -> bool:
    """Whether a link's target is an address with a scheme (https:, mailto:) or host and so outside the manual."""
    return target.startswith("//") or _SCHEME.match(target) is not None


def nearest_lead_ins(blocks: Sequence[Block]) -> list[int | None]:
    """Return, for each block, the position of the block that it hangs under, None at the top.

    The heading of its group counts: it stands at the same depth, before it, after any lead-in. One pass
    with the open lead-ins on a stack, so that a section of 100,000 options stays quick.
    """
    nearest: list[int | None] = []
    above: list[int] = []
    for position, block in enumerate(blocks):
        while above and not _hangs_under(block, blocks[above[-1]]):
            above.pop()
        nearest.append(above[-1] if above else None)
        above.append(position)
    return nearest


def lead_ins(nearest: Sequence[int | None], position: int) -> Iterator[int]:
    """Yield the positions of all blocks that one block hangs under, nearest first, from `nearest_lead_ins`."""
    above = nearest[position]
    while above is not None:
        yield above
        above = nearest[above]


def _hangs_under(block: Block, earlier: Block) -> bool:
    heads_group = earlier.kind == "heading" and block.kind != "heading"
    return earlier.depth < block.depth or (heads_group and earlier.depth == block.depth)
