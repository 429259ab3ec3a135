"""Tell the steps of a procedure that are written as paragraphs with a label: "Step 1: Turn the shade."."""

import re
from collections.abc import Sequence
from dataclasses import replace

from graphrag_tools.manual.sections import Block
from graphrag_tools.text.labels import STEP_LABEL

_LABEL = re.compile(rf"(?P<label>{STEP_LABEL})(?P<end>\s?[.:)：．–—-](?!\d))?\s*(?=\S)", re.IGNORECASE)
"""With the sign that ends it; in "Step 1.2" none does."""
_FEWEST = 2


def with_labelled_steps(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks, paragraphs and options that are labelled as steps 1, 2, … being steps, without the labels.

    The label ends in a sign or is bold ("**Step 1** Turn …"); one that goes on in words ("Step 1 is the hardest") is
    none. Steps of a procedure count from 1 on; one alone, or a number left out, is a mention of a step.
    """
    steps: dict[int, Block] = {}
    procedure: dict[int, Block] = {}
    for at, block in enumerate(blocks):
        number, step = _step(block) or (0, block)
        if number == 1:
            procedure = {}
        if number == len(procedure) + 1:
            procedure[at] = step
            if number >= _FEWEST:
                steps |= procedure
    return tuple(steps.get(at, block) for at, block in enumerate(blocks))


def _step(block: Block) -> tuple[int, Block] | None:
    """Return the number of a block that is labelled as a step, with the step; None for any other."""
    label = _LABEL.match(block.text) if block.kind in ("paragraph", "option") else None
    if label is None:
        return None
    bold = next(iter(block.emphasis), "")
    if not label["end"] and bold != label["label"]:
        return None
    # The bold run that the label is, or begins.
    rest = bold[label.end() :] if block.text.startswith(bold) else bold
    emphasis = tuple(run for run in (rest, *block.emphasis[1:]) if run)
    bare = replace(block, kind="step", text=block.text[label.end() :], name="", emphasis=emphasis)
    return int(label["number"]), bare
