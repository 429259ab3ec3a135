"""A page of a folder as its source gives it: parts under headings, its data, and the pages that it lists below it."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import PurePosixPath

from graphrag_tools.loaders.folders.translations import without_language
from graphrag_tools.loaders.html.page import PageSection, top_sections
from graphrag_tools.loaders.pages.front_matter import FrontMatter
from graphrag_tools.manual.sections import Skipped
from graphrag_tools.text.normalise import tidy

INDEX_STEMS = frozenset({"index", "_index", "readme"})
MOST_LEVELS = 12
"""Of a site's navigation: what is nested deeper in its file is left out."""
_TITLE_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_NUMBER = re.compile(r"^\d++(?:\.\d++)*+[-_. ]++(?=\S)")
_MOST_WORDS = 12
_INNER_STOP = re.compile(r"[.!?] ")
_NUMBER_APART = re.compile(r"^\d++(?:\.\d++)*+[-_.]?[ ]++(?:[-_–][ ]++)?(?=\S)")


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A page that another lists below it (toctree): where it lies as written, and the caption of the list.

    A list without a caption has the heading that it stands under, if that is not the page's own.
    """

    target: str
    caption: str = ""
    title: str = ""


@dataclass(slots=True)
class NavEntry:
    """An entry of a site's navigation: a page by its name, a group by its title, or a page with others below it."""

    title: str = ""
    page: str = ""
    below: list["NavEntry"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as read: `name` is its path below the manual's folder, `anchors` the names of its headings in order."""

    name: str
    parts: tuple[PageSection, ...] = ()
    matter: FrontMatter = field(default_factory=FrontMatter)
    anchors: tuple[str, ...] = ()
    lists: tuple[TocEntry, ...] = ()
    problems: tuple[Skipped, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that the page lies in, "" for the manual's own."""
        parent = PurePosixPath(self.name).parent.as_posix()
        return "" if parent == "." else parent

    @property
    def stem(self) -> str:
        """The file's name without its suffix and the language before it ("_index.en.md")."""
        return PurePosixPath(without_language(self.name)[0]).stem

    @property
    def is_index(self) -> bool:
        """Whether it stands for its folder."""
        return self.stem.lower() in INDEX_STEMS

    @property
    def title(self) -> str:
        """What the page's data call it, "" where they are silent; a description in few words, if no heading does."""
        return self.given_title or plain_title(self._short_description())

    @property
    def given_title(self) -> str:
        """The title that the page's data give it, which no description is."""
        elsewhere = self.matter.below("sidebar").word("label") or self.matter.below("hero").word("name")
        return plain_title(self.matter.word("title", "linktitle", "sidebar_label") or elsewhere)

    def _short_description(self) -> str:
        description = self.matter.word("description").removesuffix(".")
        is_short = len(description.split()) <= _MOST_WORDS and not _INNER_STOP.search(description)
        has_heading = bool(self.parts and self.parts[0].title) and len(top_sections(self.parts)) == 1
        return description if is_short and self.matter.body.strip() and not has_heading else ""

    @property
    def position(self) -> float | None:
        """The place among its siblings that its data give."""
        found = self.matter.number("sidebar_position", "nav_order", "weight", "order", "position")
        return found if found is not None else self.matter.below("sidebar").number("order")


def without_list_headings(parts: Sequence[PageSection], lists: Iterable[TocEntry]) -> tuple[PageSection, ...]:
    """Return the parts of a page without headings that hold nothing but a list of pages, whose caption they are."""
    captions = {entry.caption for entry in lists}
    return tuple(
        part
        for part, following in zip_longest(parts, parts[1:])
        if part.blocks or part.title not in captions or (following is not None and following.level > part.level)
    )


def plain_title(written: str) -> str:
    """Return a title as front matter or a navigation gives it, without tags, entities and marks of code."""
    return tidy(html.unescape(_TITLE_TAG.sub("", written)).replace("`", ""))


def readable_name(name: str) -> str:
    """Return a file's or folder's name as a title: number and hyphens gone, a capital first.

    A name with blanks is written for people, its hyphens are those of words.

    >>> readable_name("02-wifi_setup"), readable_name("2-factor log-in"), readable_name("03 - Set up")
    ('Wifi setup', '2-factor log-in', 'Set up')
    """
    is_written = " " in name
    bare = (_NUMBER_APART if is_written else _NUMBER).sub("", name)
    words = (bare if is_written else re.sub(r"[-_]+", " ", bare)).strip() or name
    return words if any(letter.isupper() for letter in words) else words[:1].upper() + words[1:]
