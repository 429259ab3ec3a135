"""List the files of a saved site: its pages in reading order, and what is not read."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.folders.files import (
    NOT_PAGES,
    FileChoice,
    choose,
    folder_files,
    is_template,
    suffix_of,
)
from graphrag_tools.loaders.folders.globs import matches
from graphrag_tools.loaders.folders.paths import natural_order
from graphrag_tools.loaders.html.addresses import INDEX_STEMS
from graphrag_tools.loaders.html.contents_files import is_contents_file
from graphrag_tools.loaders.html.style_sheets import STYLE_SUFFIX
from graphrag_tools.loaders.sites.published import published_sources
from graphrag_tools.manual.sections import Skipped

HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_READ = HTML_SUFFIXES | {STYLE_SUFFIX}
_SOURCES = frozenset({".md", ".mdx", ".markdown", ".rst", ".adoc"})
_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?(?:---|\+\+\+)[ \t]*\r?\n")
_MOST_BESIDE = 4
_SHARE_BESIDE = 0.1
"""From this number and share on pages in source form beside a site are said to be unread: fewer are of the site."""


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """The pages of a folder by name (path below it), in reading order, the files of contents, and what is not read."""

    pages: dict[str, Path]
    skipped: tuple[Skipped, ...]
    contents: tuple[str, ...] = ()


def site_files(folder: Path, choice: FileChoice) -> SiteFiles:
    """Return the HTML files of a folder and its subfolders; hidden ones are passed over, links out of it reported.

    Raises:
        ManualError: There is no HTML file in the folder, or none that `choice` lets be read.
    """
    files = folder_files(folder)
    found = [name for name in files.names if suffix_of(name) in HTML_SUFFIXES]
    if not found:
        raise ManualError(f"{folder}: found {len(files.names)} files, none of them HTML (.html, .htm, .xhtml).")
    try:
        pages, left = choose(found, choice, folder)
    except ManualError as error:
        raise ManualError(f"{folder}: {error}") from error
    if not pages:
        raise ManualError(f"{folder}: all {len(found)} HTML files are left out; expected at least one that is read.")
    skipped = [Skipped(name, "is a link to outside the folder") for name in files.outside]
    contents = tuple(name for name in files.names if is_contents_file(name))
    unread = set(files.names) - set(contents)
    others = Counter(suffix_of(name) or "no suffix" for name in unread if suffix_of(name) not in _READ)
    for suffix in sorted(_SOURCES & others.keys()):
        if _are_many(others[suffix], len(found)):
            why = "NOT READ: most pages are HTML; build the folder that holds these as a manual of its own"
            skipped.append(Skipped(f"{others.pop(suffix)} {suffix} file(s)", why))
    if others:
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(others.items()))
        skipped.append(Skipped(f"{others.total()} other files", f"are no HTML: {kinds}"))
    ordered = {name: folder / name for name in sorted(pages, key=reading_order)}
    return SiteFiles(ordered, (*skipped, *left), contents)


def is_html_site(folder: Path, other_suffixes: Collection[str]) -> bool:
    """Whether a folder holds more HTML files than pages of other suffixes: the kind that it is then read as.

    Templates, which lie beside pages in source form, do not count. Where a generator makes pages out of the others, the
    HTML is part of the manual beside them, or none of it, however much it is: descriptions of an interface, mostly.
    HTML below front matter is itself what a generator makes pages of.
    """
    names = folder_files(folder).names
    others = [name for name in names if suffix_of(name) in other_suffixes]
    pages = [name for name in names if suffix_of(name) in HTML_SUFFIXES]
    if others:
        pages = [name for name in pages if not matches(name, NOT_PAGES) and not is_template(folder / name)]
    if len(pages) <= len(others) or 2 * sum(_has_front_matter(folder / name) for name in pages) > len(pages):
        return False
    return not _are_many(len(published_sources(folder, names, others)), len(pages))


def _has_front_matter(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _FRONT_MATTER.match(file.read(64)) is not None
    except OSError:
        return False


def _are_many(sources: int, pages: int) -> bool:
    return sources >= max(_MOST_BESIDE, _SHARE_BESIDE * pages)


def reading_order(name: str) -> tuple[object, ...]:
    """Sort key of a page's name: folder by folder, the index first, numbers by their value."""
    *folders, file = name.split("/")
    stem = file.rpartition(".")[0] or file
    return ([*map(natural_order, folders)], stem.casefold() not in INDEX_STEMS, natural_order(stem), name)
