"""Bring loaded sections into a tree: by the levels of headings, every parent before its children, no cycles."""

from collections.abc import Iterable
from dataclasses import replace

from graphrag_tools.manual.sections import Section, Skipped


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
