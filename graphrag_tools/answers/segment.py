"""The segment of a long quote that answers: some 150 words from where search found it, no procedure cut."""

import re
from collections.abc import Iterable, Iterator, Sequence

from graphrag_tools.manual.pointers import leads_on
from graphrag_tools.manual.sections import Block, lead_ins, nearest_lead_ins
from graphrag_tools.text.english.opposites import says_the_opposite
from graphrag_tools.text.english.references import refers_back

_PURPOSE = re.compile(r"To (?P<verb>\w+)\b[^.]*:$")
_PARTING_PROCEDURES = frozenset({"paragraph", "heading", "table", "option"})
_PARTING_KINDS = frozenset({"step", "heading"})
_MOST_WORDS = 150
_MOST_WORDS_OF_TITLE = 12
MOST_CHARACTERS = 6_000
"""Of an answer."""
_LITTLE_MORE = 30
"""What would be left of a text with so few more words is shown too: a last sentence is often the one that matters."""


def answering_segment(blocks: Sequence[Block], best: int, taken: int = 0) -> list[int]:
    """Return the positions of the blocks to show, given that of the block that fits the question best.

    All where they are short enough, or little more. Else as much as fits, from the first block on where that reaches
    the best one, else from the best one on. A procedure, the steps in a row with what leads to them and hangs under
    them, is shown whole or not at all, so that one with the best block in it may be longer; of what else hangs under a
    text and is too long, what leads to the best block and what follows it. Warnings before it stay,
    but for those that other steps or a heading part from it: they are of another job. Of a list that is too long the
    line that leads to it stays: without it an item ("RF 20 for films") may be one of another list. `taken` are words
    that are shown already.
    """
    room = _MOST_WORDS - taken
    pieces = list(_pieces(blocks))
    words = [sum(len(blocks[at].text.split()) for at in piece) for piece in pieces]
    if sum(words) <= room + _LITTLE_MORE:
        return list(range(len(blocks)))
    at_best = next(number for number, piece in enumerate(pieces) if best in piece)
    lead = _lead_to(blocks, pieces, at_best)
    start = next((first for first in (0, lead) if sum(words[first : at_best + 1]) <= room), at_best)
    end = at_best + 1
    while end < len(pieces) and sum(words[start : end + 1]) <= room:
        end += 1
    shown = [at for piece in pieces[start:end] for at in piece]
    if words[at_best] > room and blocks[best].depth and all(blocks[at].kind != "step" for at in pieces[at_best]):
        shown = _within(blocks, pieces[at_best], best, room)
    elif _length(blocks, pieces[at_best]) > MOST_CHARACTERS:
        shown = _from_best(blocks, pieces[at_best], best)
    kept = _warnings(blocks[: shown[0]]).union([pieces[lead][0]] if lead < start else ())
    return sorted(kept) + shown


def _from_best(blocks: Sequence[Block], piece: range, best: int) -> list[int]:
    """Return the positions of a piece too long for any answer from its best block on, with its beginning if it fits."""
    begins = [piece[0]] if piece[0] < best and _length(blocks, (piece[0], best)) <= MOST_CHARACTERS else []
    return [*begins, *range(best, piece.stop)]


def _within(blocks: Sequence[Block], piece: range, best: int, room: int) -> list[int]:
    """Return the positions of what leads to the best block of a piece without steps, and as much from it on as fits."""
    leading = sorted(at for at in lead_ins(nearest_lead_ins(blocks), best) if at in piece)
    shown = [*leading, best]
    left = room - sum(len(blocks[at].text.split()) for at in shown)
    for at in range(best + 1, piece.stop):
        left -= len(blocks[at].text.split())
        if left < 0:
            break
        shown.append(at)
    return shown


def _length(blocks: Sequence[Block], positions: Iterable[int]) -> int:
    return sum(len(blocks[at].text) for at in positions)


def _warnings(before: Sequence[Block]) -> set[int]:
    """Return the positions of the warnings for what follows.

    They stand at the beginning of the text, at that of the group that it ends in, or last of all.
    """
    parting = [at for at, block in enumerate(before) if at and block.kind in _PARTING_KINDS]
    first, last = (parting[0], parting[-1]) if parting else (len(before), -1)
    group = max((at for at in parting if before[at].kind == "heading"), default=-1)
    begun = next((at for at in parting if at > group), len(before))
    return {
        at
        for at, block in enumerate(before)
        if block.kind == "warning" and (not first < at < last or group < at < begun)
    }


def only_procedure(blocks: Sequence[Block]) -> int | None:
    """Return the position of the first of two steps or more, None where there are none or several procedures."""
    steps = [[at for at in piece if blocks[at].kind == "step"] for piece in _procedures(blocks)]
    return steps[0][0] if len(steps) == 1 and len(steps[0]) > 1 else None


def undoing(question: str, blocks: Sequence[Block]) -> set[int]:
    """Return the positions of procedures that are for the opposite of what is asked ("To unlink contacts:").

    None where no other procedure stands beside them. What else a lead-in says may be the opposite of a word in the
    question ("Turn the bottom plate" for the top cover), and its steps be needed all the same.
    """
    procedures = _procedures(blocks)
    purposes = [_PURPOSE.match(blocks[piece[0]].text) for piece in procedures]
    opposed = [
        piece
        for piece, purpose in zip(procedures, purposes, strict=True)
        if purpose and says_the_opposite(purpose["verb"], question)
    ]
    return {at for piece in opposed for at in piece} if len(opposed) < len(procedures) else set()


def _procedures(blocks: Sequence[Block]) -> list[range]:
    return [piece for piece in _pieces(blocks) if any(blocks[at].kind == "step" for at in piece)]


def _lead_to(blocks: Sequence[Block], pieces: Sequence[range], item: int) -> int:
    """Return the piece that leads to the list which one is an item of, the piece itself where it is none of a list."""
    first = item
    while first and len(pieces[first]) == 1 and _is_item(blocks[pieces[first][0]]):
        first -= 1
    leading, *items = (blocks[at] for at in pieces[first])
    return first if first < item and leads_on(leading) and all(map(_is_item, items)) else item


def _is_item(block: Block) -> bool:
    """Whether a text is an item of a list: it is no sentence."""
    return block.kind == "paragraph" and not block.text.endswith((".", "!", "?", ":", ";"))


def _is_title(blocks: Sequence[Block], at: int) -> bool:
    """Whether a line stands alone before a text, as a title of it does ("Rename many files (Ctrl+M)")."""
    line, text = blocks[at], blocks[at + 1]
    alone = not at or not _is_item(blocks[at - 1])
    heads = alone and _is_item(line) and len(line.text.split()) <= _MOST_WORDS_OF_TITLE
    return heads and text.kind == "paragraph" and not _is_item(text) and line.depth == text.depth


def _pieces(blocks: Sequence[Block]) -> Iterator[range]:
    """Yield what is not to be parted: a procedure, or a block with what hangs under it, behind what leads to it.

    A paragraph that speaks of what is before it ("However, …", "Another way is …") stays behind it, as code and notes,
    and the title of code ("config.toml") behind the sentence before it.
    """
    start = 0
    within = _within_procedures(blocks)
    for at in range(1, len(blocks) + 1):
        if at == len(blocks) or not (at in within or _goes_on(*blocks[at - 1 : at + 2]) or _is_title(blocks, at - 1)):
            yield range(start, at)
            start = at


def _within_procedures(blocks: Sequence[Block]) -> set[int]:
    """Return the positions behind a step, up to the next one, where but notes, warnings and code part the two."""
    within: set[int] = set()
    last = len(blocks)
    for at, block in enumerate(blocks):
        if block.kind == "step":
            within.update(range(last + 1, at + 1))
            last = at
        elif block.kind in _PARTING_PROCEDURES and not block.depth:
            last = len(blocks)
    return within


def _goes_on(before: Block, block: Block, following: Block | None = None) -> bool:
    if block.kind == "paragraph" and before.kind in ("paragraph", "step") and refers_back(block.text):
        return True
    is_title_of_code = following is not None and following.kind == "code" and _is_item(block)
    if before.kind == "paragraph" and (block.kind == "note" or (is_title_of_code and not _is_item(before))):
        return True
    in_procedure = block.kind == "step" and (before.kind == "paragraph" or before.depth > block.depth)
    return in_procedure or block.kind == "code" or block.depth > 0 or before.kind == "heading" or leads_on(before)
