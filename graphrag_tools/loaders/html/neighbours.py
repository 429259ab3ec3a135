"""Tell what blocks are by those beside them: rows of bold names, of counted steps, of settings, of questions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from graphrag_tools.loaders.block_kinds import TIGHT_TEXT, is_label, option_name, plain_option_name
from graphrag_tools.manual.sections import Block
from graphrag_tools.text.characters import ENDS_OF_QUESTIONS
from graphrag_tools.text.labels import CURE_LABELS, FAULT_LABELS

_ROW = 3
_MAX_QUESTION_LENGTH = 200
_NUMBERED = re.compile(rf"(?P<number>\d{{1,2}})(?:[.)]\s+(?=\S)|[.)](?={TIGHT_TEXT})|[、．）]\s*(?=\D))")
_NUMBER_IN_NAME = re.compile(r"\d+")
_DASHED = re.compile(r"(?P<name>[^\W\d_a-z][^.:;,!?–—\n]{0,39}?)\s+[-–—]\s+(?!https?:)(?=\S)")
_MAX_DASHED_WORDS = 5
_BEFORE_ARROW = re.compile(r"(?P<name>[^→➔⇒=>:.]{1,40}?)\s?(?:[→➔⇒]|=>)\s(?=(?:\S+\s+){3}\S)(?!.*(?:[→➔⇒]|=>))")
"""The name of a legend's row, "V12 → The voltage between both"; an entry of a menu has fewer words behind it."""
_AFTER_NAME = re.compile(r"\A((?: ?\([^()]*\))?)\s?(?:[:–—→➔⇒-]|=>)[\s.]*")
"""With the stop that a sentence has after a picture that stood between: "Home: [icon]. Return to …"."""


def told_by_neighbours(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks of a section with the kinds that those beside them give them."""
    return tuple(_with_options(_with_numbered_steps(_with_questions(_with_bold_text(blocks)))))


def _with_bold_text(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with bold paragraphs that name no group as text: those of a row of three, and the last one."""
    bold = [block.kind == "heading" and block.emphasis == (block.text,) for block in blocks]
    shown = list(blocks)
    start = 0
    for is_bold, run in groupby(bold):
        end = start + len(list(run))
        named = 0 if end == len(blocks) > 1 else 1
        if is_bold and (end - start >= _ROW or not named):
            for at in range(start, end - named):
                shown[at] = replace(blocks[at], kind="paragraph")
        start = end
    return shown


def _with_numbered_steps(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with paragraphs that count from 1 on ("1. Open …", "2. Press …") as steps."""
    run: list[int] = []
    steps: set[int] = set()
    for at, block in enumerate(blocks):
        number = _NUMBERED.match(block.text) if block.kind == "paragraph" and not _is_link(block) else None
        if number is None:
            run = [] if block.kind == "heading" else run
            continue
        run = (
            [*run, at] if run and int(number["number"]) == len(run) + 1 else [at] if int(number["number"]) == 1 else []
        )
        if len(run) > 1:
            steps.update(run)
    return [
        replace(block, kind="step", text=_NUMBERED.sub("", block.text, count=1)) if at in steps else block
        for at, block in enumerate(blocks)
    ]


def _is_link(block: Block) -> bool:
    return bool(block.links) and sum(len(link.text) for link in block.links) >= 0.8 * (len(block.text) - 4)


def _with_questions(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with bold paragraphs as headings, sentences too, where three and more have a plain one below.

    So are questions and complaints written, each with its answer: "The lamp does not light." A note or its label is no
    answer, and what stands below a label is no question.
    """
    bold = [block.emphasis == (block.text,) and block.kind in ("heading", "paragraph") for block in blocks]
    ends = ("heading", "note", "warning")
    asked = [at for at in range(len(blocks) - 1) if bold[at] and not bold[at + 1] and blocks[at + 1].kind not in ends]
    asked = [at for at in asked if not (at and blocks[at - 1].kind in ends[1:] and is_label(blocks[at - 1].text))]
    shown = list(blocks)
    for at in (*(asked if len(asked) >= _ROW else ()), *_counted_questions(blocks)):
        if len(blocks[at].text) <= _MAX_QUESTION_LENGTH and not blocks[at].depth:
            shown[at] = replace(blocks[at], kind="heading")
    return shown


def _counted_questions(blocks: Sequence[Block]) -> list[int]:
    """Return the places of a numbered list's questions, each with its answer in its item; [] where it has steps too."""
    steps = [at for at, block in enumerate(blocks) if block.kind == "step" and not block.depth]
    asked = [at for at in steps if blocks[at].text.endswith(ENDS_OF_QUESTIONS)]
    answered = sum(1 for at in asked if at + 1 < len(blocks) and blocks[at + 1].depth)
    return asked if len(asked) == len(steps) and answered >= _ROW else []


def _with_options(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with rows of three and more that say what a name means ("Name: what it does") as options.

    Names that differ by their number alone ("Figure 1: …") name no settings. Steps are options where the names are in
    capitals, as those of keys are: their numbers are those of a picture.
    """
    shown = list(blocks)
    for row in _named_rows(blocks):
        if len({_NUMBER_IN_NAME.sub("", name) for name in row.values()}) >= _ROW:
            for at, name in row.items():
                text = _AFTER_NAME.sub(r"\1: ", blocks[at].text[len(name) :])
                shown[at] = replace(blocks[at], kind="option", name=name, text=f"{name}{text}")
    return shown


def _named_rows(blocks: Sequence[Block]) -> Iterator[dict[int, str]]:
    """Yield the rows of named blocks, as places and names; blocks that hang under one of a row do not end it."""
    row: dict[int, str] = {}
    first = blocks[0] if blocks else None
    for at, block in enumerate(blocks):
        name = _name(block)
        if row and first and name and (block.kind, block.depth) == (first.kind, first.depth):
            row[at] = name
        elif not (row and first and block.depth > first.depth):
            yield row
            row, first = ({at: name} if name else {}), block
    yield row


def _name(block: Block) -> str:
    """Return the name that a paragraph begins with, or a step in capitals; "" for all else."""
    if block.kind not in ("paragraph", "step"):
        return ""
    name = option_name(block.text, block.emphasis) or plain_option_name(block.text) or _apart_name(block)
    if name.casefold() in FAULT_LABELS | CURE_LABELS or (block.kind == "step" and not name.isupper()):
        return ""
    return name


def _apart_name(block: Block) -> str:
    """Return the few words that a dash or arrow parts from what is said ("Cooler - switches it on"); none of links."""
    match = (_DASHED.match(block.text) or _BEFORE_ARROW.match(block.text)) if not block.links else None
    return match["name"] if match and len(match["name"].split()) <= _MAX_DASHED_WORDS else ""
