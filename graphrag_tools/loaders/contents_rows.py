"""Leave out contents that somebody typed as a table: titles of the manual with the pages that they are printed on."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from graphrag_tools.manual.sections import Block, Section
from graphrag_tools.text.normalise import folded

_ENTRY = re.compile(r"(?P<title>.*\S)\s*\|\s*(?:[^\W\d]{1,8}\.?\s*)?(?P<page>\d{1,4})", re.DOTALL)
_FEWEST = 4
_MOSTLY = 0.6


def without_contents_rows(sections: Sequence[Section]) -> list[Section]:
    """Return the sections without such tables, the heading right above one, and those that hold nothing else."""
    titles = {folded(section.title) for section in sections}
    titles |= {folded(block.text) for section in sections for block in section.blocks if block.kind == "heading"}
    parents = {section.parent for section in sections}
    left = [(section, _without(section.blocks, titles)) for section in sections]
    return [
        replace(section, blocks=blocks)
        for section, blocks in left
        if blocks or not section.blocks or section.key in parents
    ]


def _without(blocks: Sequence[Block], titles: set[str]) -> tuple[Block, ...]:
    kept: list[Block] = []
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        row = list(run)
        if kind != "table" or not _is_contents(row, titles):
            kept.extend(row)
        elif kept and kept[-1].kind == "heading":
            kept.pop()
    return tuple(kept)


def _is_contents(rows: Sequence[Block], titles: set[str]) -> bool:
    """Whether rows are titles, most of them of the manual, with numbers of pages that never go back."""
    found = [entry for row in rows if (entry := _ENTRY.fullmatch(row.text))]
    pages = [int(entry["page"]) for entry in found]
    named = sum(folded(entry["title"]) in titles for entry in found)
    counts_on = all(page <= later for page, later in pairwise(pages))
    return len(found) >= max(_FEWEST, _MOSTLY * len(rows)) and counts_on and named >= _MOSTLY * len(found)
