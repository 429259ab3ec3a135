"""Read Word documents, OpenDocument texts, PDFs and plain texts of a folder, each as a page of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.folders.files import suffix_of
from graphrag_tools.loaders.html.page import PageSection
from graphrag_tools.loaders.pages.front_matter import FrontMatter
from graphrag_tools.loaders.pages.page import SourcePage, readable_name
from graphrag_tools.loaders.pdf.manual import PDF_SUFFIX, load_pdf
from graphrag_tools.loaders.plain_text import PLAIN_TEXT_SUFFIXES, load_plain_text
from graphrag_tools.loaders.section_tree import retargeted
from graphrag_tools.loaders.word.docx import DOCX_SUFFIXES, load_docx
from graphrag_tools.loaders.word.odt import ODT_SUFFIX, load_odt
from graphrag_tools.manual.sections import Manual, Section, is_external

DOCUMENT_SUFFIXES = DOCX_SUFFIXES | {PDF_SUFFIX, ODT_SUFFIX}
DOWNLOADS = (
    "**/{assets,static,public,img,images,media,downloads,files,attachments,datasheets}/**.{pdf,docx,odt}",
    "**/{_assets,_img,_images,_media,_downloads,_files,_attachments}/**.{pdf,docx,odt}",
)
"""Where folders keep what is downloaded: data sheets and forms, no pages."""
DOWNLOADS_OF_SITES = (*DOWNLOADS, "**/{pdf,pdfs,docs/pdf,documents,_static}/**.{pdf,docx,odt}")
"""The same where a site generator makes the pages."""
_LOADERS: dict[str, Callable[[Path, str], Manual]] = {
    **dict.fromkeys(DOCX_SUFFIXES, load_docx),
    PDF_SUFFIX: load_pdf,
    ODT_SUFFIX: load_odt,
}


def is_plain_text(name: str) -> bool:
    """Whether a file is a text by its name: "care.txt", "README"."""
    return suffix_of(name) in PLAIN_TEXT_SUFFIXES or name.rpartition("/")[2] == "README"


def document_page(folder: Path, name: str) -> SourcePage:
    """Return a document as a page, its sections as headings; links within it are left out.

    Raises:
        ManualError: It cannot be read, or the package that reads it is not installed.
    """
    try:
        manual = _LOADERS.get(suffix_of(name), load_plain_text)(folder / name, "document")
    except ConfigError as error:
        raise ManualError(str(error)) from error
    levels: dict[str, int] = {}
    parts: list[PageSection] = []
    for section in manual.sections:
        levels[section.key] = levels[section.parent] + 1 if section.parent is not None else 1
        parts.append(_part(section, levels[section.key]))
    title = manual.title if manual.title != manual.id else ""
    tops = [part for part in parts if part.level == 1]
    if title and tops[0].title == title and len(tops) > 1:  # what stands before the first heading
        parts[0] = replace(parts[0], level=0, title="")
    page = SourcePage(name, tuple(parts))
    if len(tops) > 1:
        return replace(page, matter=FrontMatter({"title": title or readable_name(page.stem)}))
    return page


def _part(section: Section, level: int) -> PageSection:
    blocks = (retargeted(one, lambda target: target if is_external(target) else "") for one in section.blocks)
    return PageSection(min(level, 9), section.title, (), tuple(blocks), section.page)
