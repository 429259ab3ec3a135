"""Bring loaded sections into a tree, by the levels of headings, and make a manual of them whose text is clean."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from graphrag_tools.loaders.block_kinds import with_labels_before_texts
from graphrag_tools.loaders.contents_rows import without_contents_rows
from graphrag_tools.loaders.labelled_steps import with_labelled_steps
from graphrag_tools.loaders.release_chapters import without_release_chapters
from graphrag_tools.loaders.whole_sections import with_whole_sections
from graphrag_tools.manual.sections import Block, Link, Manual, Section, Skipped
from graphrag_tools.text.characters import without_controls

_WORD = re.compile(r"[^\W①-⓿❶-➓]")
"""What counts the parts of a picture (①) says nothing without it."""


class OpenLevels:
    """What is open while headings are read in order: each is below the last one of a higher level (a lesser number)."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def above(self, level: int) -> str | None:
        """Return the key of what something of this level is below, None at the top; what is no higher is over."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        return self._open[-1][1] if self._open else None

    def open(self, level: int, key: str) -> None:
        """Let what follows at deeper levels be below this one."""
        self._open.append((level, key))


def free_key(key: str, taken: dict[str, int]) -> str:
    """Return the key, with "~2", "~3", … where it is taken; `taken` counts, so that many alike stay quick."""
    if key not in taken:
        return key
    while f"{key}~{taken[key] + 1}" in taken:
        taken[key] += 1
    taken[key] += 1
    return f"{key}~{taken[key]}"


def retargeted(block: Block, target: Callable[[str], str]) -> Block:
    """Return a block whose links lead where `target` says; those that it returns nothing for are left out."""
    if not block.links:
        return block
    links = (Link(link.text, target(link.target)) for link in block.links)
    return replace(block, links=tuple(link for link in links if link.target))


def make_manual(
    manual_id: str,
    sections: Iterable[Section],
    source: Path | str,
    skipped: Iterable[Skipped] = (),
    title: str = "",
    *,
    keep_releases: bool = False,
) -> Manual:
    """Return the manual of a loader's sections: every parent before its children, all text without controls.

    Every loader ends here, because this is where text that is not ours comes in: a terminal would obey the escape
    sequences in it, and marks of direction make a name read as another. `title` is the id where there is none. Chapters
    of release notes are left out unless they are to be kept.
    """
    ordered, moved = parents_first(sections)
    kept, left = (ordered, ()) if keep_releases else without_release_chapters(ordered)
    return Manual(
        id=manual_id,
        title=without_controls(title) or manual_id,
        sections=with_whole_sections(without_contents_rows(tuple(map(_clean_section, kept)))),
        source=without_controls(str(source)),
        skipped=tuple(
            Skipped(without_controls(one.where), without_controls(one.why)) for one in (*skipped, *moved, *left)
        ),
    )


def parents_first(sections: Iterable[Section]) -> tuple[tuple[Section, ...], tuple[Skipped, ...]]:
    """Return the sections with every parent before its children, reading order kept otherwise.

    A section whose parent does not exist, or is its own descendant, becomes a root and is reported.
    """
    by_key = {section.key: section for section in sections}
    placed: dict[str, Section] = {}
    reports: list[Skipped] = []
    for section in by_key.values():
        chain: dict[str, Section] = {}
        current: Section | None = section
        while current is not None and current.key not in placed:
            chain[current.key] = current
            problem = _parent_problem(current, by_key, chain)
            if problem:
                reports.append(Skipped(current.key, f"{problem}; kept as a root"))
                chain[current.key] = replace(current, parent=None)
                break
            current = by_key[current.parent] if current.parent is not None else None
        placed.update(reversed(chain.items()))
    return tuple(placed.values()), tuple(reports)


def _parent_problem(section: Section, by_key: dict[str, Section], chain: dict[str, Section]) -> str:
    if section.parent is None:
        return ""
    if section.parent not in by_key:
        return f"parent {section.parent!r} does not exist"
    return f"parent {section.parent!r} is its own descendant" if section.parent in chain else ""


def _clean_section(section: Section) -> Section:
    said: list[Block] = []
    for block in reversed([block for block in map(_clean_block, section.blocks) if block.text]):
        if _says_a_word(block) or (said and said[-1].depth > block.depth):
            said.append(block)
    blocks = with_labelled_steps(with_labels_before_texts(reversed(said)))
    return replace(
        section,
        title=without_controls(section.title).strip() or "Untitled",
        blocks=blocks,
        anchors=tuple(map(without_controls, section.anchors)),
        url=without_controls(section.url),
    )


def _says_a_word(block: Block) -> bool:
    """Whether a block has a letter or number, or is of a kind whose signs say something ("✓" in a table's row).

    What else has none is a separator of a site's layout ("<--->") or a sentence's end that lost its sentence.
    """
    return block.kind in ("code", "table") or _WORD.search(block.text) is not None


def _clean_block(block: Block) -> Block:
    return replace(
        block,
        text=without_controls(block.text).rstrip().lstrip("\n" if block.kind == "code" else None),
        name=without_controls(block.name).strip(),
        emphasis=tuple(bold for run in block.emphasis if (bold := without_controls(run).strip())),
        links=tuple(Link(without_controls(link.text), without_controls(link.target)) for link in block.links),
    )
