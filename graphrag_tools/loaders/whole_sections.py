"""Put into their section the parts that are no subjects of their own: a fault's causes and cures, "Step 1", "Step 2".

Alone, each is half an answer under a title that many others have, and search cannot tell what it is about.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphrag_tools.manual.pointers import ends_in_colon
from graphrag_tools.manual.sections import Block, Section
from graphrag_tools.text.labels import CURE_LABELS, FAULT_LABELS, STEP_LABEL

_STEP = re.compile(rf"{STEP_LABEL}\b", re.IGNORECASE)
_MOST_WORDS = 400
"""Of the parts together: longer ones are chapters, which are found better apart."""


def with_whole_sections(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections, parents first, with such parts as groups of blocks under their titles.

    Only parts without sections below them, which are two steps or more, or a cure with a fault or alone below it. Steps
    go to the section before them where that leads to them, being empty or ending in a colon, or where several
    procedures stand below one section; else to the section above.
    """
    known = {section.key: section for section in sections}
    below: dict[str, list[str]] = {}
    for section in sections:
        if section.parent is not None:
            below.setdefault(section.parent, []).append(section.key)
    for section in reversed(sections):
        children = [known[key] for key in below.get(section.key, ())]
        for host, parts in _hosts(section.key, children, below):
            known[host] = _whole(known[host], parts)
            taken = {part.key for part in parts}
            below[section.key] = [key for key in below[section.key] if key not in taken]
            for key in taken:
                del known[key]
    return tuple(known.values())


def _hosts(
    above: str, children: Sequence[Section], below: Mapping[str, Sequence[str]]
) -> list[tuple[str, list[Section]]]:
    """Return the sections that take parts, by key, each with these."""
    names = [child.title.casefold().strip(" :.?!") for child in children]
    if not CURE_LABELS.isdisjoint(names) and (len(names) == 1 or not FAULT_LABELS.isdisjoint(names)):
        told = CURE_LABELS | FAULT_LABELS
        parts = [child for child, name in zip(children, names, strict=True) if name in told]
        return [(above, parts)] if _may_be_parts(parts, below) else []
    runs = _runs_of_steps(children)
    several = sum(len(steps) > 1 for _, steps in runs) > 1
    hosts = ((_leading(before, below, several=several) or above, steps) for before, steps in runs if len(steps) > 1)
    return [(host, steps) for host, steps in hosts if _may_be_parts(steps, below)]


def _runs_of_steps(children: Sequence[Section]) -> list[tuple[Section | None, list[Section]]]:
    """Return the steps that follow each other, each run with the section before it."""
    runs: list[tuple[Section | None, list[Section]]] = []
    before: Section | None = None
    for child in children:
        if not _STEP.match(child.title):
            before = child
        elif runs and runs[-1][0] is before:
            runs[-1][1].append(child)
        else:
            runs.append((before, [child]))
    return runs


def _leading(before: Section | None, below: Mapping[str, Sequence[str]], *, several: bool) -> str:
    if before is None or below.get(before.key):
        return ""
    return before.key if several or not before.blocks or ends_in_colon(before.blocks[-1]) else ""


def _may_be_parts(parts: Sequence[Section], below: Mapping[str, Sequence[str]]) -> bool:
    words = sum(len(block.text.split()) for part in parts for block in part.blocks)
    return words <= _MOST_WORDS and not any(below.get(part.key) for part in parts)


def _whole(section: Section, parts: Sequence[Section]) -> Section:
    blocks = (block for part in parts for block in (Block("heading", part.title), *part.blocks))
    anchors = (anchor for part in parts for anchor in part.anchors)
    return replace(section, blocks=(*section.blocks, *blocks), anchors=(*section.anchors, *anchors))
