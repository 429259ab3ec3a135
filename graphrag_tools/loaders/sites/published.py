"""Tell the pages that a site generator publishes from those beside them, as its configuration says."""

import posixpath
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from graphrag_tools.loaders.folders.data_files import data_of, mapping
from graphrag_tools.loaders.folders.globs import matches
from graphrag_tools.loaders.folders.paths import within
from graphrag_tools.loaders.sites.antora import DESCRIPTOR, PAGES_OF_MODULES
from graphrag_tools.loaders.sites.config_sidebars import HIDDEN_CONFIGS, site_places
from graphrag_tools.loaders.sites.jekyll_settings import JEKYLL_CONFIG
from graphrag_tools.loaders.sites.sidebars import DOCUSAURUS_CONFIG
from graphrag_tools.loaders.sites.sphinx_config import sphinx_settings
from graphrag_tools.loaders.source_file import text_or_nothing

_SITE_CONFIG = re.compile(
    r"(?:^|/)(?:docusaurus|astro|mint|docs|vocs|rspress)\.(?:config\.\w+|json)$|"
    r"(?:^|/)(?:_quarto\.ya?ml|mkdocs\.ya?ml|zensical\.toml)$"
)
_OWN_PATH = re.compile(r"\bpath\s*:\s*[\"'`](?!(?:\./)?(?:src/pages|blog)/?[\"'`])([^\"'`\n]*)")
_STARLIGHT = re.compile(r"(?:^|/)astro\.config\.\w+$")
_NUXT = re.compile(r"(?:^|/)nuxt\.config\.\w+$")
_OF_ANY = ((_STARLIGHT, "src/content/docs"), (_NUXT, "content"))
_NEXT = re.compile(r"(?:^|/)(?:next\.config\.\w+|source\.config\.ts)$")
_HUGO = re.compile(r"(?:^|/)(?:hugo|config|(?P<settings>config/[^/]+)/(?:hugo|config))\.(?:toml|ya?ml|json)$")
"""Hugo's settings may lie in a folder for each environment (`config/_default`, `config/production`)."""
_MKDOCS = re.compile(r"(?:^|/)mkdocs\.ya?ml$")
_OF_KEYS = ((_HUGO, "contentDir", "content"), (_MKDOCS, "docs_dir", "docs"), (JEKYLL_CONFIG, "source_dir", ""))
"""Where other configurations name it; that of Jekyll, which has none, is called as Hexo's, which has one."""
_ZENSICAL = re.compile(r"(?:^|/)zensical\.toml$")
_MDBOOK = re.compile(r"(?:^|/)book\.toml$")
_OF_TABLES = ((_ZENSICAL, "project", "docs_dir", "docs"), (_MDBOOK, "book", "src", "src"))
"""Where configurations in TOML name the folder of their pages, and how it is called by default."""
_PROGRAM = re.compile(r"\.(?:html?|xhtml)$", re.IGNORECASE)
_SOURCE_FOLDER = re.compile(r"\bsrcDir\s*:\s*[\"'`]\.?/?([^\"'`\n]*)")
_SPHINX = re.compile(r"(?:^|/)conf\.py$")
_FOLDERS_OF_SPHINX = frozenset({"source", "src", "docs", "doc", "sphinx"})
_GENERATORS = (_SITE_CONFIG, JEKYLL_CONFIG, _HUGO, _MDBOOK, _SPHINX, DESCRIPTOR)


def readmes_of_sites(names: Sequence[str]) -> set[str]:
    """Return the READMEs beside the configuration of a site generator: they tell how to build it.

    Jekyll takes a README as the home page where there is no other.
    """
    known = set(names)
    folders = {posixpath.dirname(name) for name in names if _SITE_CONFIG.search(name)}
    jekyll = {posixpath.dirname(name) for name in names if JEKYLL_CONFIG.search(name)}
    folders |= {one for one in jekyll if {posixpath.join(one, "index.md"), posixpath.join(one, "index.html")} & known}
    return {posixpath.join(folder, "README.md") for folder in folders}


def has_generator(names: Iterable[str]) -> bool:
    """Whether a site generator makes pages of the folder: documents in it are downloads then."""
    return any(config.search(name) for name in names for config in _GENERATORS)


def beside_site(folder: Path, names: Sequence[str], sources: Collection[str]) -> set[str]:
    """Return those of the sources that no site generator publishes.

    Docusaurus, Starlight, Nuxt, Nextra, Fumadocs, Hugo, Hexo, MkDocs, Zensical and mdBook read one folder, which counts
    if there are pages in it, Antora those called pages in its modules; Jekyll leaves out folders that begin with "_"
    and are no collection, and what its configuration excludes, as Sphinx does, which reads the folder of its
    configuration, as do VitePress and VuePress. Where most pages are published, READMEs anywhere else, what lies in the
    folders around them ("security policy"), and HTML that is no page of theirs are of the repository and its program.
    """
    beside: set[str] = set()
    published = _of_hidden_sites(folder, sources)
    for name in names:
        around = posixpath.dirname(name)
        if read := _content(folder, name, sources):
            beside |= within(_root_of(name), sources) - read
            published |= read
        elif DESCRIPTOR.search(name):
            pages = [posixpath.join(around, PAGES_OF_MODULES)]
            beside |= {one for one in within(around, sources) if not matches(one, pages)}
        elif JEKYLL_CONFIG.search(name):
            beside |= _left_by_jekyll(data_of(folder / name), around, sources)
        elif _SPHINX.search(name):
            globs = _with_contents(_texts(sphinx_settings(text_or_nothing(folder / name)).get("exclude_patterns")))
            beside |= {one for one in sources if matches(posixpath.relpath(one, around or "."), globs)}
            beside |= _beside_sphinx(around, sources)
            is_site = posixpath.basename(around) in _FOLDERS_OF_SPHINX and _indexes(around) & set(sources)
            published |= within(around, sources) if is_site else set()
    if published and 2 * len(published) >= len(sources):
        around_all = posixpath.commonpath([posixpath.dirname(one) for one in published])
        above = {"/".join(around_all.split("/")[:depth]) for depth in range(around_all.count("/") + 1)} - {around_all}
        beside |= {
            one for one in sources if _is_readme(one) or _PROGRAM.search(one) or posixpath.dirname(one) in above
        } - published
    return beside


def published_sources(folder: Path, names: Sequence[str], sources: Collection[str]) -> set[str]:
    """Return those of the sources that a generator publishes from the folder of its pages, or Jekyll from its own."""
    found: set[str] = set()
    for name in names:
        around = posixpath.dirname(name)
        if JEKYLL_CONFIG.search(name):
            found |= within(around, sources) - _left_by_jekyll(data_of(folder / name), around, sources)
        else:
            found |= _content(folder, name, sources)
    return found


def _of_hidden_sites(folder: Path, sources: Collection[str]) -> set[str]:
    """Return the sources that VitePress and VuePress publish, whose configuration lies in a hidden folder of theirs."""
    found: set[str] = set()
    for place in site_places(sources):
        for config in (folder / place / name for name in HIDDEN_CONFIGS):
            if config.is_file():
                inner = _SOURCE_FOLDER.search(text_or_nothing(config))
                found |= within(posixpath.normpath(posixpath.join(place, inner[1] if inner else "")), sources)
    return found


def _content(folder: Path, name: str, sources: Collection[str]) -> set[str]:
    """Return the sources in the folder that a configuration names for its pages."""
    content = _content_folder(folder, name)
    return within(posixpath.normpath(posixpath.join(_root_of(name), content)), sources) if content else set()


def _root_of(name: str) -> str:
    """Return the folder of the site that a configuration is of."""
    around = posixpath.dirname(name)
    hugo = _HUGO.search(name)
    return around.removesuffix(hugo["settings"] or "").rstrip("/") if hugo else around


def _beside_sphinx(root: str, sources: Collection[str]) -> set[str]:
    """Return the README of the folder that Sphinx reads, and what lies in the folders around it, which is none of it.

    A folder around it that has a page of its own (an index) is no wrapping of the site; one whose only page is a README
    is, however the folder of the site is called.
    """
    if not _indexes(root) & set(sources):
        return set()
    beside = {one for one in sources if posixpath.dirname(one) == root and _is_readme(one)}
    while root:
        wraps = posixpath.basename(root) in _FOLDERS_OF_SPHINX
        root = posixpath.dirname(root)
        around = {one for one in sources if posixpath.dirname(one) == root}
        if not (wraps or all(map(_is_readme, around))):
            break
        beside |= set() if around & _indexes(root) else around
    return beside


def _is_readme(name: str) -> bool:
    return posixpath.basename(name).lower() in ("readme.md", "readme.rst")


def _indexes(folder: str) -> set[str]:
    return {posixpath.join(folder, name) for name in ("index.rst", "index.md")}


def _content_folder(folder: Path, name: str) -> str:
    """Return the folder that a configuration names for its pages, beside itself; "" for any other file."""
    if fixed := next((place for config, place in _OF_ANY if config.search(name)), ""):
        return fixed
    if _NEXT.search(name):
        return _of_next(folder / name)
    if DOCUSAURUS_CONFIG.search(name):
        # Its configuration is a program: where it says anything of folders in its own, none is taken for granted.
        paths = set(_OWN_PATH.findall(text_or_nothing(folder / name))) or {"docs"}
        return paths.pop() if len(paths) == 1 and all(one == "docs" or one.startswith("../") for one in paths) else ""
    for config, key, default in _OF_KEYS:
        if config.search(name):
            named = posixpath.normpath(str(data_of(folder / name).get(key) or default)).strip("/")
            return "" if named == "." else named
    for config, table, key, default in _OF_TABLES:
        if config.search(name):
            return posixpath.normpath(str(mapping(data_of(folder / name).get(table)).get(key) or default)).strip("/")
    return ""


def _of_next(config: Path) -> str:
    """Return the folder of the pages that Nextra or Fumadocs makes with Next, "" where neither is at work."""
    text = text_or_nothing(config)
    if "fumadocs" in text:
        return "content/docs"
    places = ("content", "pages", "src/content", "src/pages") if "nextra" in text else ()
    return next((place for place in places if (config.parent / place).is_dir()), "")


def _left_by_jekyll(config: dict[str, Any], root: str, sources: Collection[str]) -> set[str]:
    collections = config.get("collections")
    included = _texts(config.get("include"))
    kept = {f"_{one}" for one in _texts(collections)} | {"_posts"} | {one.strip("/") for one in included}
    globs = _with_contents(_texts(config.get("exclude")))
    left: set[str] = set()
    for name in within(root, sources):
        below = posixpath.relpath(name, root or ".")
        hidden = any(part.startswith("_") and part not in kept for part in below.split("/")[:-1])
        if hidden or matches(below, globs):
            left.add(name)
    return left


def _with_contents(excluded: Iterable[str]) -> list[str]:
    """Return globs of the files and folders named, and of all below them."""
    return [glob for one in excluded for glob in (one.strip("/"), f"{one.strip('/')}/**")]


def _texts(value: Any) -> list[str]:
    """Return the names in a list or the keys of a mapping."""
    return [str(one) for one in value] if isinstance(value, list | dict) else []
