"""Leave out the chapters of a manual that list what changed from version to version, as whole pages of these are.

An owner asks how the device works now: such a chapter has the words of all others, a line each, and answers nothing.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from graphrag_tools.manual.sections import Section, Skipped
from graphrag_tools.text.labels import CHANGE_TITLES

_VERSION = r"(?:v ?)?\d+\.\d+(?:\.\w+)*|\d{4}-\d{2}-\d{2}"
_IN_TITLE = re.compile(rf"(?<![\w.])(?:{_VERSION})\b", re.IGNORECASE)
_BEFORE_CHANGES = re.compile(rf"\W*(?:(?:version|release|rev(?:ision)?\.?) ?)?(?:{_VERSION})\b", re.IGNORECASE)
_FEWEST_VERSIONS = 2


def without_release_chapters(sections: Sequence[Section]) -> tuple[tuple[Section, ...], tuple[Skipped, ...]]:
    """Return the sections, parents first, without chapters of changes and all below them; those are reported.

    One is called so ("Revision history", "Lamp 2: Release notes") and lists two versions or dates at least, in titles
    or where lines begin: a device may have a change history of its own, to be opened. A manual of nothing else stays.
    """
    chapters: dict[str, list[Section]] = {}
    chapter_of: dict[str | None, str] = {}
    for section in sections:
        is_named = section.title.casefold().replace("-", " ").strip(" .:").endswith(CHANGE_TITLES)
        if chapter := chapter_of.get(section.parent, section.key if is_named else ""):
            chapter_of[section.key] = chapter
            chapters.setdefault(chapter, []).append(section)
    listing = [chapter for chapter in chapters.values() if _lists_versions(chapter)]
    gone = {section.key for chapter in listing for section in chapter}
    gone = _with_emptied_groups(gone, sections) if gone else gone
    if not gone or len(gone) == len(sections):
        return tuple(sections), ()
    reports = tuple(Skipped(chapter[0].title, "left out: a chapter of release notes") for chapter in listing)
    return tuple(section for section in sections if section.key not in gone), reports


def _with_emptied_groups(gone: set[str], sections: Sequence[Section]) -> set[str]:
    """Return what is gone, with the groups without text that have nothing left below them."""
    emptied = set(gone)
    holding: set[str | None] = set()
    parents = {section.parent for section in sections}
    for section in reversed(sections):  # what is below comes before what is above
        if section.key in parents and section.key not in holding and not section.blocks:
            emptied.add(section.key)
        if section.key not in emptied:
            holding.add(section.parent)
    return emptied


def _lists_versions(chapter: Sequence[Section]) -> bool:
    return sum(1 for _ in chain.from_iterable(map(_versions, chapter))) >= _FEWEST_VERSIONS


def _versions(section: Section) -> Iterator[str]:
    if found := _IN_TITLE.search(section.title):
        yield found[0]
    for block in section.blocks:
        if found := _BEFORE_CHANGES.match(block.text):
            yield found[0]
