"""Load HTML: one page, a fragment of one, or a saved help site (a folder of pages) as one manual.

Nothing of a page is run, nothing is fetched, and no file outside the folder is read.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.folders.files import EVERYTHING_FOR_OWNERS, FileChoice
from graphrag_tools.loaders.html.addresses import Addresses, page_of
from graphrag_tools.loaders.html.contents_files import contents_menus
from graphrag_tools.loaders.html.encoding import read_page_text
from graphrag_tools.loaders.html.hierarchy import Hierarchy, site_hierarchy
from graphrag_tools.loaders.html.page import HtmlPage, read_page
from graphrag_tools.loaders.html.repetition import without_repetitions, without_site_name, without_site_title
from graphrag_tools.loaders.html.sections import SiteSections
from graphrag_tools.loaders.html.site import site_files
from graphrag_tools.loaders.html.style_sheets import StyleSheet, style_sheets_of
from graphrag_tools.loaders.section_tree import make_manual
from graphrag_tools.loaders.source_file import not_read
from graphrag_tools.manual.sections import Manual, Skipped

_TEMPLATE = re.compile(r"\{[{%]")


def load_html(path: Path, manual_id: str, choice: FileChoice = EVERYTHING_FOR_OWNERS) -> Manual:
    """Load one HTML page, or a folder of them as one manual.

    Every heading is a section, below its page. What a page is below is told by the site's menus and by the contents of
    its help system (.hhc, Data/Tocs of Flare, toc.xml of JavaHelp), else by breadcrumbs,
    else by rel="up", else by folders and their index pages. Links between pages become see-also edges. Menus, banners,
    scripts, hidden elements and what most pages repeat are left out, as are pages without text; `Manual.skipped` counts
    them.

    Raises:
        ManualError: Nothing there, no HTML file in the folder, or no heading and no text in them.
    """
    is_site = path.is_dir()
    files = site_files(path, choice) if is_site else None
    folder = path if is_site else path.parent
    pages, skipped = _read(files.pages if files else {path.name: path}, style_sheets_of(folder))
    repeated: list[Skipped] = []
    addresses = Addresses(page.name for page in pages)
    addresses.add_urls({page.name: page.url for page in pages if page.url})
    if is_site:
        parts, named = without_site_title([page.sections for page in pages])
        titles = without_site_name([page.title for page in pages])
        pages = [
            replace(page, title=title, sections=own) for page, title, own in zip(pages, titles, parts, strict=True)
        ]
        pages, repeated = without_repetitions(pages)
        repeated = [*named, *repeated]
    contents = contents_menus(path, files.contents) if files else ()
    hierarchy = site_hierarchy(pages, addresses, contents) if is_site else Hierarchy()
    kept, empty = _with_text(pages, hierarchy)
    if not any(page.has_text for page in kept):
        found = "; ".join(report.why for report in [*skipped, *empty][:3])
        raise ManualError(f"{path}: no text found in {len(pages) + len(skipped)} HTML page(s) ({found}).")
    sections = SiteSections(kept, hierarchy, addresses).in_order()
    others = files.skipped if files else ()
    reports = (*others, *skipped, *_left_out(pages), *repeated, *empty)
    return make_manual(manual_id, sections, path, reports)


def _read(files: dict[str, Path], style_sheets: Callable[[Path], StyleSheet]) -> tuple[list[HtmlPage], list[Skipped]]:
    """Read all pages; one of several that cannot be read is reported."""
    pages: list[HtmlPage] = []
    skipped: list[Skipped] = []
    for name, file in files.items():
        try:
            text = read_page_text(file)
        except ManualError as error:
            if len(files) == 1:
                raise
            skipped.append(not_read(name, file, error))
            continue
        page = read_page(name, text.markup, style_sheets(file))
        if len(files) > 1 and _TEMPLATE.search(page.title):
            skipped.append(Skipped(name, "is a template of the site, whose title is still to be put in"))
            continue
        pages.append(page)
        if text.damaged:
            skipped.append(Skipped(name, f'{text.damaged} characters are damaged; kept as "\N{REPLACEMENT CHARACTER}"'))
    return pages, skipped


def _left_out(pages: Iterable[HtmlPage]) -> list[Skipped]:
    """Report the boilerplate of all pages, by kind."""
    counts: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for page in pages:
        counts.update(page.dropped)
        words.update(page.dropped_words)
    kinds = [f"{count} {kind} ({words[kind]} words)" for kind, count in sorted(counts.items())]
    return [Skipped("boilerplate", f"left out: {', '.join(kinds)}")] if kinds else []


def _with_text(pages: Sequence[HtmlPage], hierarchy: Hierarchy) -> tuple[list[HtmlPage], list[Skipped]]:
    """Return the pages that have text, or something with text below them, and reports of the rest."""
    needed: set[str] = set()
    for page in pages:
        place: str | None = page.name if page.has_text else None
        while place is not None and place not in needed:
            needed.add(place)
            needed.add(page_of(place))
            place = hierarchy.groups.get(place) if place in hierarchy.groups else _above(place, hierarchy)
    empty = [
        Skipped(page.name, "frames only; the pages that they show are read" if page.is_frameset else "no text")
        for page in pages
        if page.name not in needed
    ]
    return [page for page in pages if page.name in needed], empty


def _above(place: str, hierarchy: Hierarchy) -> str | None:
    """What a page, or else the page of a place, is below."""
    return hierarchy.parents.get(place if place in hierarchy.parents and "#" not in place else page_of(place))
