"""Read what a site says about the order of its pages: mkdocs.yml, sidebars.js, SUMMARY.md, _category_.json, …"""

import os
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from graphrag_tools.loaders.asciidoc.source import with_attributes
from graphrag_tools.loaders.folders.data_files import data_of, mapping
from graphrag_tools.loaders.folders.files import stays_inside
from graphrag_tools.loaders.markdown_text.parser import with_wiki_links
from graphrag_tools.loaders.pages.front_matter import FrontMatter
from graphrag_tools.loaders.pages.page import INDEX_STEMS, MOST_LEVELS, NavEntry, plain_title
from graphrag_tools.loaders.sites.antora import Component, component_navigation, components
from graphrag_tools.loaders.sites.config_sidebars import config_navigation
from graphrag_tools.loaders.sites.dita_maps import map_navigation
from graphrag_tools.loaders.sites.folder_lists import folder_list_navigation
from graphrag_tools.loaders.sites.quarto import quarto_navigation
from graphrag_tools.loaders.sites.sidebars import SIDEBARS, own_sidebars, sidebar_entries
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.text.normalise import tidy

_WIKI = re.compile(
    r"https?://(?P<repository>[^/\s()]{1,200}/[^/\s()]{1,200}/[^/\s()]{1,200})/(?:wiki|-/wikis)(?:/(?P<page>[^#?\s]*)|(?![\w./-]))"
)
"""The address of a page of a wiki on GitHub or GitLab, which sidebars of its copies still name."""
_MKDOCS = ("mkdocs.yml", "mkdocs.yaml", "zensical.toml")

_CATEGORY_FILES = frozenset({"_category_.json", "_category_.yml", "_category_.yaml", "_dir.yml", ".navigation.yml"})
_OF_PROJECTS = (quarto_navigation, map_navigation, folder_list_navigation)


@dataclass(frozen=True, slots=True)
class Category:
    """What a folder's own file says about it."""

    label: str = ""
    position: float | None = None


def site_navigations(folder: Path, names: Mapping[str, object]) -> list[list[NavEntry]]:
    """Return the navigations that files of the folder give, in the order in which they count where they place as many.

    That of mkdocs.yml or Zensical's zensical.toml, which may also lie beside the folder that it names as its docs_dir;
    else Antora's; else Docusaurus' sidebars, beside the folder docs; else the sidebar of VitePress, VuePress, Starlight
    or Mintlify; else Quarto's; else a map of DITA; else the lists in folders; else SUMMARY.md of GitBook and mdBook, or
    the sidebar of Docsify and of GitHub's wikis. `names` are the files below the folder.
    """
    readers = (_of_mkdocs, _of_modules, _sidebars, _of_config, *_OF_PROJECTS, _of_summaries)
    return [entries for read in readers for entries in read(folder, names) if entries]


def fullest(navigations: Iterable[list[NavEntry]], page_at: Callable[[str, str], str]) -> list[NavEntry]:
    """Return the navigation that places most pages, the first of several that place as many, [] for none.

    `page_at` finds the page that a path means.
    """
    return max(navigations, key=lambda entries: len(placed_pages(entries, page_at)), default=[])


def placed_pages(entries: Sequence[NavEntry], page_at: Callable[[str, str], str]) -> set[str]:
    """Return the pages that a navigation places."""
    found = {page_at(entry.page, "") for entry in entries if entry.page}
    return found.union(*(placed_pages(entry.below, page_at) for entry in entries)) - {""}


def _of_mkdocs(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    configs = sorted((name for name in names if _is_mkdocs(name)), key=lambda name: (name.count("/"), name))
    for name in configs:
        yield _mkdocs(folder / name, posixpath.dirname(name), folder, None)
    for beside in (folder.parent / name for name in _MKDOCS):
        if beside.is_file():
            yield _mkdocs(beside, "", folder, folder.resolve().name)


def _of_modules(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    modules = components(folder, list(names))
    yield [entry for one in modules for entry in component_navigation(one, _navigation_texts(folder, one))]


def _of_config(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    yield config_navigation(folder, names)


def _of_summaries(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    for name in sorted((name for name in names if is_summary(name)), key=lambda name: (name.count("/"), name)):
        above = posixpath.dirname(name)
        stems = {posixpath.splitext(one)[0].replace(" ", "-") for one in names if posixpath.dirname(one) == above}
        yield _summary(text_or_nothing(folder / name), above, stems)


def _navigation_texts(folder: Path, component: Component) -> dict[str, str]:
    texts = ((name, text_or_nothing(folder / name)) for name in component.navigation)
    return {name: with_attributes(text, component.attributes) for name, text in texts}


def _sidebars(folder: Path, names: Mapping[str, object]) -> Iterator[list[NavEntry]]:
    sites = {name: posixpath.dirname(name) for name in names if posixpath.basename(name) in SIDEBARS}
    sites |= own_sidebars(folder, names)
    for name in sorted(sites, key=lambda one: one.count("/")):
        yield sidebar_entries(text_or_nothing(folder / name), posixpath.join(sites[name], "docs"))
    beside = [folder.parent / name for name in sorted(SIDEBARS)] if folder.resolve().name == "docs" else []
    for file in beside:
        if file.is_file():
            yield sidebar_entries(text_or_nothing(file), "")


def is_summary(name: str) -> bool:
    """Whether a file is a table of contents for a site generator, and so no page."""
    return posixpath.basename(name) in ("SUMMARY.md", "_sidebar.md", "_Sidebar.md")


def folder_categories(folder: Path, names: Mapping[str, object]) -> dict[str, Category]:
    """Return what Docusaurus' _category_.json or _category_.yml say, or Nuxt Content's .navigation.yml, by folder."""
    found: dict[str, Category] = {}
    places = {posixpath.dirname(name) for name in names}
    hidden = (posixpath.join(place, ".navigation.yml") for place in sorted(places))
    beside = [one for one in hidden if (folder / one).is_file() and stays_inside(folder / one, folder.resolve())]
    for name in [*beside, *names]:
        if posixpath.basename(name) not in _CATEGORY_FILES:
            continue
        matter = FrontMatter(data_of(folder / name))
        found[posixpath.dirname(name)] = Category(
            matter.word("label") or matter.word("title"), matter.number("position")
        )
    return found


def _is_mkdocs(name: str) -> bool:
    return posixpath.basename(name) in _MKDOCS


def _mkdocs(config: Path, above: str, folder: Path, docs_folder: str | None) -> list[NavEntry]:
    """Return the nav of a config file in the folder `above`, or of one beside a folder that is called `docs_folder`."""
    data = data_of(config)
    data = mapping(data.get("project")) if config.suffix == ".toml" else data
    nav = data.get("nav")
    if not isinstance(nav, list):
        return []
    docs = str(data.get("docs_dir") or "docs")
    if docs_folder is not None and posixpath.normpath(docs) != docs_folder:
        return []
    start = "" if docs_folder is not None else posixpath.normpath(posixpath.join(above, docs))
    if (locale := _default_locale(data)) is not None:
        return [_in_any_language(entry, posixpath.join(start, locale)) for entry in _entries(nav, "", folder)]
    return list(_entries(nav, start, folder))


def _default_locale(data: dict[str, Any]) -> str | None:
    """Return the first language of a site whose documents lie in a folder for each, None where they do not."""
    plugins = data.get("plugins")
    named = plugins if isinstance(plugins, list) else [plugins]
    settings: dict[str, Any] = next(
        (one["i18n"] for one in named if isinstance(one, dict) and isinstance(one.get("i18n"), dict)), {}
    )
    listed = settings.get("languages")
    languages = (
        [one for one in listed if isinstance(one, dict) and one.get("locale")] if isinstance(listed, list) else []
    )
    if settings.get("docs_structure") != "folder" or not languages:
        return None
    return str(next((one for one in languages if one.get("default")), languages[0])["locale"])


def _in_any_language(entry: NavEntry, home: str) -> NavEntry:
    """Return an entry whose page is found below the folder of the language that is read; a home page below `home`."""
    page = entry.page and (posixpath.join(home, entry.page) if _is_index(entry.page) else f"/{entry.page}")
    return NavEntry(entry.title, page, [_in_any_language(inner, home) for inner in entry.below])


def _entries(items: list[Any], start: str, folder: Path, depth: int = 0) -> Iterator[NavEntry]:
    for item in items if depth < MOST_LEVELS else []:
        title, value = next(iter(item.items()), ("", None)) if isinstance(item, dict) else ("", item)
        if isinstance(value, str) and "://" not in value:
            page = posixpath.normpath(posixpath.join(start, value))
            if os.path.isdir(folder / page):  # noqa: PTH112  # a name may be none that a file can have
                page = posixpath.join(page, "index.md")
            yield NavEntry(plain_title(str(title)), page)
        elif isinstance(value, list):
            below = list(_entries(value, start, folder, depth + 1))
            page = ""
            if below and below[0].page and _is_index(below[0].page) and not below[0].below:
                page = below.pop(0).page
            yield NavEntry(plain_title(str(title)), page, below)


def _is_index(name: str) -> bool:
    return posixpath.splitext(posixpath.basename(name))[0].lower() in INDEX_STEMS


def _summary(text: str, above: str, stems: Set[str]) -> list[NavEntry]:
    """Read GitBook's table of contents: nested lists of links, headings and plain items as groups.

    `stems` are the pages in its folder, without suffix and with hyphens for blanks, as wikis name them.
    """
    with_links = with_wiki_links(text, lambda called: posixpath.join(above, called.replace(" ", "-")) in stems)
    tokens = MarkdownIt("commonmark").parse(with_links)
    wikis = Counter(wiki["repository"].lower() for wiki in _WIKI.finditer(text))
    own = {one for one, times in wikis.items() if times == max(wikis.values())}
    roots: list[NavEntry] = []
    open_items: list[NavEntry] = []
    group: NavEntry | None = None
    is_first_heading = True
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            title = _plain(tokens[at + 1])
            group = None if is_first_heading and token.tag == "h1" else NavEntry(title)
            if group is not None:
                roots.append(group)
            is_first_heading = False
        elif token.type == "list_item_open":
            entry = NavEntry()
            siblings = open_items[-1].below if open_items else group.below if group is not None else roots
            siblings.append(entry)
            open_items.append(entry)
        elif token.type == "list_item_close":
            open_items.pop()
        elif token.type == "inline" and open_items and not open_items[-1].title:
            open_items[-1].title = _plain(token)
            open_items[-1].page = _page_of(token, above, own, stems)
        elif token.type == "inline" and not open_items and (page := _page_of(token, above, own, stems)):
            roots.append(NavEntry(_plain(token), page))
    return roots


def _plain(inline: Token) -> str:
    return tidy("".join(piece.content for piece in inline.children or [] if piece.type in ("text", "code_inline")))


def _page_of(inline: Token, above: str, own_wikis: Set[str], stems: Set[str]) -> str:
    """Return the page that an entry links; that of a wiki which others are linked more often than is another's.

    The root of Docsify's site ("/README.md") is the folder of its list, where that has the page.
    """
    links = (piece.attrGet("href") for piece in inline.children or [] if piece.type == "link_open")
    target = next((str(link) for link in links if link), "")
    if wiki := _WIKI.match(target):
        return unquote(wiki["page"] or "Home") if wiki["repository"].lower() in own_wikis else ""
    if not target or "://" in target:
        return ""
    path = target.partition("#")[0]
    below = posixpath.join(above, path.lstrip("/"))
    return posixpath.normpath(below if posixpath.splitext(below)[0] in stems else posixpath.join(above, path))
