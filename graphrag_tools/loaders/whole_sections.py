"""Put into their section the parts that are no subjects of their own: a fault's causes and cures, "Step 1", "Step 2".

Alone, each is half an answer under a title that many others have, and search cannot tell what it is about.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphrag_tools.manual.sections import Block, Section
from graphrag_tools.text.labels import CURE_LABELS, FAULT_LABELS, STEP_LABEL

_STEP = re.compile(rf"{STEP_LABEL}\b", re.IGNORECASE)
_MOST_WORDS = 400
"""Of the parts together: longer ones are chapters, which are found better apart."""


def with_whole_sections(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections, parents first, with such parts as groups of blocks under their titles.

    Only parts without sections below them, which are two steps or more, or a cure with a fault or alone below it.
    """
    known = {section.key: section for section in sections}
    below: dict[str, list[str]] = {}
    for section in sections:
        if section.parent is not None:
            below.setdefault(section.parent, []).append(section.key)
    for section in reversed(sections):
        parts = _parts([known[key] for key in below.get(section.key, ())], below)
        if parts:
            known[section.key] = _whole(known[section.key], parts)
            taken = {part.key for part in parts}
            below[section.key] = [key for key in below[section.key] if key not in taken]
            for key in taken:
                del known[key]
    return tuple(known.values())


def _parts(children: Sequence[Section], below: Mapping[str, Sequence[str]]) -> list[Section]:
    names = [child.title.casefold().strip(" :.?!") for child in children]
    steps = [child for child in children if _STEP.match(child.title)]
    has_cure = not CURE_LABELS.isdisjoint(names) and (len(names) == 1 or not FAULT_LABELS.isdisjoint(names))
    told = CURE_LABELS | FAULT_LABELS
    parts = [child for child, name in zip(children, names, strict=True) if name in told] if has_cure else steps
    words = sum(len(block.text.split()) for part in parts for block in part.blocks)
    whole = words <= _MOST_WORDS and not any(below.get(part.key) for part in parts)
    return parts if whole and (has_cure or len(steps) > 1) else []


def _whole(section: Section, parts: Sequence[Section]) -> Section:
    blocks = (block for part in parts for block in (Block("heading", part.title), *part.blocks))
    anchors = (anchor for part in parts for anchor in part.anchors)
    return replace(section, blocks=(*section.blocks, *blocks), anchors=(*section.anchors, *anchors))
