"""Load pages in source form: one file, or a folder of them as one manual."""

import posixpath
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.folders.files import (
    EVERYTHING_FOR_OWNERS,
    PARTIALS,
    FileChoice,
    FolderFiles,
    choose,
    folder_files,
    is_template,
    left_out,
    suffix_of,
)
from graphrag_tools.loaders.folders.globs import matches
from graphrag_tools.loaders.folders.unread import check_unread
from graphrag_tools.loaders.html.encoding import read_page_text
from graphrag_tools.loaders.html.repetition import without_site_title
from graphrag_tools.loaders.html.site import HTML_SUFFIXES
from graphrag_tools.loaders.man.page import MAN_SUFFIXES
from graphrag_tools.loaders.markdown_text.partials import Partials, named_pieces
from graphrag_tools.loaders.pages.documents import (
    DOCUMENT_SUFFIXES,
    DOWNLOADS,
    DOWNLOADS_OF_SITES,
    document_page,
    is_plain_text,
)
from graphrag_tools.loaders.pages.exports import without_exports
from graphrag_tools.loaders.pages.front_matter import is_draft
from graphrag_tools.loaders.pages.link_titles import with_titles_of_links
from graphrag_tools.loaders.pages.links import PageLinks
from graphrag_tools.loaders.pages.page import NavEntry, SourcePage, readable_name
from graphrag_tools.loaders.pages.readers import PAGE_SUFFIXES, PageReaders
from graphrag_tools.loaders.pages.sections import page_sections, placed_sections
from graphrag_tools.loaders.pages.tree import PageTree
from graphrag_tools.loaders.plain_text import PLAIN_TEXT_SUFFIXES
from graphrag_tools.loaders.section_tree import make_manual
from graphrag_tools.loaders.sites.addresses import site_addresses
from graphrag_tools.loaders.sites.antora import components
from graphrag_tools.loaders.sites.dita_references import with_references_filled
from graphrag_tools.loaders.sites.document_types import with_declared_words
from graphrag_tools.loaders.sites.jekyll_settings import with_settings_filled
from graphrag_tools.loaders.sites.jekyll_texts import JekyllTexts
from graphrag_tools.loaders.sites.navigation import (
    folder_categories,
    fullest,
    is_summary,
    placed_pages,
    site_navigations,
)
from graphrag_tools.loaders.sites.published import beside_site, has_generator, readmes_of_sites
from graphrag_tools.loaders.source_file import not_read, read_text, text_or_nothing
from graphrag_tools.loaders.text_markup import markup_suffix
from graphrag_tools.loaders.xml_help.page import ANY_XML, is_xml_help
from graphrag_tools.manual.sections import Manual, Section, Skipped
from graphrag_tools.text.characters import without_controls
from graphrag_tools.text.normalise import slug

_IN_FOLDERS = PAGE_SUFFIXES | HTML_SUFFIXES | DOCUMENT_SUFFIXES


def load_pages(path: Path, manual_id: str, choice: FileChoice = EVERYTHING_FOR_OWNERS) -> Manual:
    """Load one page in source form, or a folder of them, Word documents and PDFs among them, as one manual.

    Every heading is a section, below its page. What a page is below is told by the site's navigation (mkdocs.yml,
    SUMMARY.md), by the toctree that lists it, by the parent that its front matter names, else by folders, whose
    index.md or README.md is the page of the folder. Links between pages become see-also edges. Partials stand where
    they are used. What `choice` leaves out is said in `Manual.skipped`.

    Raises:
        ManualError: Nothing there, no page in the folder, most of its pages are in formats that are not read, or there
            is no heading and no text in them.
    """
    if not path.is_dir():
        return _lone_page(path, manual_id)
    files = folder_files(path)
    chosen = _chosen(files, choice)
    documents = [name for name in chosen.names if _is_document(name, path)]
    texts, unreadable = _texts(path, tuple(name for name in chosen.names if name not in set(documents)))
    drafts = _drafts(texts, choice)
    texts = {name: text for name, text in texts.items() if name not in drafts}
    texts = with_references_filled(path, files.names, with_declared_words(path, files.names, texts))
    texts = with_settings_filled(path, files.names, texts)
    for site in JekyllTexts.of(path, files.names, choice.language):
        texts = {name: site.put_in(name, text) for name, text in texts.items()}
    included, _ = _texts(path, tuple(sorted(chosen.partials)), allow_none=True)
    pieces, _ = _texts(path, named_pieces(files.names, {**texts, **included}), allow_none=True)
    pages, empty = _pages(texts, Partials({**pieces, **included, **texts}), PageReaders.of(files, texts))
    for name in documents:
        try:
            pages.append(document_page(path, name))
        except ManualError as error:
            unreadable.append(not_read(name, path / name, error))
    navigations = site_navigations(path, dict.fromkeys(files.names))
    page_at = PageLinks(pages, {}).page_at
    pages, exports = without_exports(pages, choice.includes, placed_pages(fullest(navigations, page_at), page_at))
    if not pages:
        found = "; ".join(f"{one.where}: {one.why}" for one in [*unreadable, *empty][:3])
        raise ManualError(
            f"{path}: no heading and no text found in {len(chosen.names)} page(s){f' ({found})' if found else ''}."
        )
    unpublished = left_out([(name, "drafts, which --include reads") for name in sorted(drafts)])
    skipped = [*chosen.skipped, *unpublished, *exports, *unreadable, *empty]
    keep = bool(choice.include)
    return make_manual(manual_id, _sections(path, files, pages, navigations), path, skipped, keep_releases=keep)


def _lone_page(path: Path, manual_id: str) -> Manual:
    text = without_controls(read_text(path))
    if suffix_of(path.name) == ANY_XML and not is_xml_help(text):
        raise ManualError(f"{path}: is no page of DocBook, Mallard or DITA; other XML is not read.")
    readers = PageReaders.of(FolderFiles(path.parent, ()), {path.name: text})
    page = readers.read(path.name, text, Partials({}))
    if not page.parts and not page.title:
        raise ManualError(f"{path}: no heading and no text found.")
    links = PageLinks([page], {page.name: _places(page)})
    sections = page_sections(page, page.title, path.stem, lambda written: links.target(written, page.name))
    return make_manual(manual_id, with_titles_of_links(sections), path, page.problems)


@dataclass(frozen=True, slots=True)
class _Chosen:
    names: tuple[str, ...]
    partials: frozenset[str]
    skipped: tuple[Skipped, ...]


def _chosen(files: FolderFiles, choice: FileChoice) -> _Chosen:
    """Divide the files of a folder into pages, partials, and what is not read; plain texts are pages of no others."""
    templates = [name for name in files.names if suffix_of(name) in HTML_SUFFIXES and is_template(files.folder / name)]
    found = [name for name in files.names if _is_page(name, files.folder) and not is_summary(name)]
    found = found or [name for name in files.names if is_plain_text(name)]
    downloads = DOWNLOADS_OF_SITES if has_generator(files.names) else DOWNLOADS
    found = [name for name in found if not matches(name, downloads) or choice.includes(name)]
    sources = [name for name in found if name not in set(templates)]
    modules = components(files.folder, files.names)
    partials = frozenset(
        name
        for name in sources
        if (_is_partial(name) and not choice.names_partial(name)) or any(one.is_piece(name) for one in modules)
    )
    own_readmes = readmes_of_sites(files.names)
    beside = beside_site(files.folder, files.names, sources) if not choice.include else set()
    candidates = [name for name in sources if name not in partials | own_readmes | beside]
    commands = _beside_others(candidates, choice)
    candidates = [name for name in candidates if name not in commands]
    try:
        names, left = choose(candidates, choice, files.folder)
    except ManualError as error:
        raise ManualError(f"{files.folder}: {error}") from error
    kept = set(names)
    others = check_unread(files, names, [*templates, *(name for name in sources if name not in kept)])
    outside = (Skipped(name, "is a link to outside the folder") for name in files.outside)
    of_site = left_out(
        [
            *((name, "files of the site itself") for name in sorted(beside - partials)),
            *((name, "pages of the Unix manual beside others") for name in sorted(commands)),
        ]
    )
    chosen = [Skipped(f"{len(partials)} file(s)", "are partials; read where pages include them")] if partials else []
    return _Chosen(tuple(names), partials, (*others, *outside, *left, *of_site, *chosen))


def _beside_others(names: list[str], choice: FileChoice) -> set[str]:
    """Return the pages of the Unix manual where most pages are others: they say once more what those say."""
    commands = {name for name in names if suffix_of(name) in MAN_SUFFIXES}
    return {name for name in commands if not choice.includes(name)} if 2 * len(commands) < len(names) else set()


def _is_page(name: str, folder: Path) -> bool:
    suffix = suffix_of(name)
    if suffix in PLAIN_TEXT_SUFFIXES:
        return bool(markup_suffix(text_or_nothing(folder / name)))
    return suffix in _IN_FOLDERS and (suffix != ANY_XML or is_xml_help(text_or_nothing(folder / name)))


def _is_document(name: str, folder: Path) -> bool:
    return suffix_of(name) in DOCUMENT_SUFFIXES or (is_plain_text(name) and not _is_page(name, folder))


def _is_partial(name: str) -> bool:
    return matches(name, PARTIALS) and not name.rpartition("/")[2].lower().startswith("_index.")


def _texts(folder: Path, names: tuple[str, ...], *, allow_none: bool = False) -> tuple[dict[str, str], list[Skipped]]:
    """Read the files; one of several that cannot be read is reported."""
    texts: dict[str, str] = {}
    skipped: list[Skipped] = []
    for name in names:
        try:
            is_html = suffix_of(name) in HTML_SUFFIXES
            text = read_page_text(folder / name).markup if is_html else read_text(folder / name)
            texts[name] = without_controls(text)
        except ManualError as error:
            if len(names) == 1 and not allow_none:
                raise
            skipped.append(not_read(name, folder / name, error))
    return texts, skipped


def _drafts(texts: Mapping[str, str], choice: FileChoice) -> set[str]:
    """Return the pages that are not to be published yet, none where all are such or one is asked for."""
    drafts = {name for name, text in texts.items() if is_draft(text) and not choice.includes(name)}
    return drafts if len(drafts) < len(texts) else set()


def _pages(
    texts: Mapping[str, str], partials: Partials, readers: PageReaders
) -> tuple[list[SourcePage], list[Skipped]]:
    pages: list[SourcePage] = []
    damaged: list[Skipped] = []
    for name, text in texts.items():
        try:
            pages.append(readers.read(name, text, partials))
        except ManualError as error:
            damaged.append(Skipped(name, f"NOT READ: {error}"))
    elsewhere = partials.standing_elsewhere() & set(texts)
    pages = [page for page in pages if page.name not in elsewhere]
    parts, named = without_site_title([page.parts for page in pages], above_others=True)
    pages = [replace(page, parts=own) for page, own in zip(pages, parts, strict=True)]
    damaged.extend(named)
    kept = [page for page in pages if page.parts or page.title]
    names = {page.name for page in kept}
    if elsewhere:
        damaged.append(Skipped(f"{len(elsewhere)} file(s)", "stand in the pages that include them"))
    reports = damaged + [Skipped(f"{page.name}, {one.where}", one.why) for page in pages for one in page.problems]
    return kept, [*reports, *(Skipped(page.name, "no heading and no text") for page in pages if page.name not in names)]


def _sections(
    folder: Path, files: FolderFiles, pages: list[SourcePage], navigations: Sequence[list[NavEntry]]
) -> list[Section]:
    names = dict.fromkeys(files.names)
    links = PageLinks(pages, {page.name: _places(page) for page in pages}, site_addresses(folder, files.names))
    titles = {page.name: page.title or _first_heading(page) for page in pages}
    tree = PageTree(pages, folder_categories(folder, names), titles, links.page_at)
    roots = tree.roots(fullest(navigations, links.page_at))
    several = len(pages) > 1
    sections = {
        page.name: page_sections(
            page,
            page.given_title
            or tree.nav_titles.get(page.name, "")
            or page.title
            or (_name_as_title(page, folder, names) if several else ""),
            _place_of(page, folder) if page.is_index else page.stem,
            lambda written, name=page.name: links.target(written, name),  # type: ignore[misc]
        )
        for page in pages
    }
    return with_titles_of_links(placed_sections(roots, sections))


def _places(page: SourcePage) -> tuple[str, ...]:
    return tuple(name for part in page.parts for name in part.ids)


def _first_heading(page: SourcePage) -> str:
    return next((part.title for part in page.parts if part.title), "")


def _name_as_title(page: SourcePage, folder: Path, names: Container[str]) -> str:
    """Return the name of a page's file as its title where its headings give none, "" where they do.

    In a wiki only a heading of the first level does, because wikis show the name above the page. Of several such
    headings the first is the page's title where it says what the file is called: "# Mouse keys" of mouse_keys.md.
    """
    levels = [part.level for part in page.parts if part.level]
    if levels.count(1) > 1 and levels[0] == 1 and _words(page.stem) == _words(_first_heading(page)):
        return _first_heading(page)
    is_in_wiki = any(posixpath.join(page.folder, own) in names for own in ("_Sidebar.md", "_Footer.md"))
    is_alone = not is_in_wiki and levels.count(min(levels, default=0)) == 1
    if levels and levels[0] == min(levels) and (min(levels) == 1 or is_alone):
        return ""
    return _place_of(page, folder) if page.is_index else readable_name(page.stem)


def _words(name: str) -> set[str]:
    return set(slug(name).split("-"))


def _place_of(page: SourcePage, folder: Path) -> str:
    """Return the name of the folder that a page lies in, as a title."""
    return readable_name((page.folder or folder.resolve().name).rpartition("/")[2])
