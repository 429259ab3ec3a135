"""Load a manual in the format that the look of its path shows."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.booklets import in_one_language
from graphrag_tools.loaders.emanual_json import load_emanual_json
from graphrag_tools.loaders.epub import EPUB_SUFFIX, load_epub
from graphrag_tools.loaders.folders.files import EVERYTHING_FOR_OWNERS, FileChoice, folder_files, suffix_of
from graphrag_tools.loaders.folders.unread import REMEDIES
from graphrag_tools.loaders.html.manual import load_html
from graphrag_tools.loaders.html.site import HTML_SUFFIXES, is_html_site
from graphrag_tools.loaders.pages.manual import load_pages
from graphrag_tools.loaders.pages.readers import PAGE_SUFFIXES
from graphrag_tools.loaders.path_csv import load_path_csv
from graphrag_tools.loaders.pdf.manual import PDF_SUFFIX, load_pdf
from graphrag_tools.loaders.plain_text import PLAIN_TEXT_SUFFIXES, load_plain_text
from graphrag_tools.loaders.source_file import check_stored, misnamed, text_or_nothing
from graphrag_tools.loaders.text_markup import markup_suffix
from graphrag_tools.loaders.word.docx import DOCX_SUFFIXES, load_docx
from graphrag_tools.loaders.word.odt import ODT_SUFFIX, load_odt
from graphrag_tools.loaders.xml_help.page import ANY_XML
from graphrag_tools.manual.sections import Manual
from graphrag_tools.text.normalise import slug

load_markdown = load_pages
load_rst = load_pages
_TEXT = ".txt"
_LOADERS: dict[str, Callable[[Path, str], Manual]] = {
    ".json": load_emanual_json,
    ".csv": load_path_csv,
    PDF_SUFFIX: load_pdf,
    EPUB_SUFFIX: load_epub,
    ODT_SUFFIX: load_odt,
    **dict.fromkeys(PAGE_SUFFIXES, load_pages),
    **dict.fromkeys(HTML_SUFFIXES, load_html),
    **dict.fromkeys(DOCX_SUFFIXES, load_docx),
    **dict.fromkeys(PLAIN_TEXT_SUFFIXES, load_plain_text),
}


_BOOKS = {PDF_SUFFIX, EPUB_SUFFIX, ODT_SUFFIX, *DOCX_SUFFIXES}
_LOOKED_INTO = {
    PDF_SUFFIX: {PDF_SUFFIX},
    EPUB_SUFFIX: {EPUB_SUFFIX},
    **dict.fromkeys(DOCX_SUFFIXES, DOCX_SUFFIXES),
    **dict.fromkeys(HTML_SUFFIXES, HTML_SUFFIXES),
    **dict.fromkeys(PLAIN_TEXT_SUFFIXES, PLAIN_TEXT_SUFFIXES | {".html"}),
}
"""Formats whose files are looked into, each with the suffixes that their content may mean."""
# Of an address that was made a path, one slash is left.
_WEB_ADDRESS = re.compile(r"(https?):/+", re.IGNORECASE)
_FILE_REMEDIES = {
    **REMEDIES,
    **dict.fromkeys((".mht", ".mhtml"), "save the page as HTML"),
    **dict.fromkeys((".zip", ".maff", ".tar", ".gz"), "unpack it and read the folder"),
}


def _lone_book(folder: Path) -> Path | None:
    """Return the book (PDF, EPUB, Word, OpenDocument) that is all that a folder holds of manuals."""
    manuals = [name for name in folder_files(folder).names if suffix_of(name) in _LOADERS]
    return folder / manuals[0] if len(manuals) == 1 and suffix_of(manuals[0]) in _BOOKS else None


def load_manual(path: str | Path, manual_id: str | None = None, choice: FileChoice = EVERYTHING_FOR_OWNERS) -> Manual:
    """Load a manual in the format that its path shows: .json, .md, .html, .pdf, .docx, .odt, .epub, .rst,
    .txt, .csv, or a folder; a file without a suffix (README) is a text.

    A folder holds pages of Markdown, MDX, reStructuredText, AsciiDoc, Mallard, DocBook, DITA, man and HTML, mixed;
    one that holds more HTML than all others is read as a saved site. `choice` says which of a folder's files are read;
    without one, change logs, release notes, blogs and chapters for contributors are left out, which `Manual.skipped`
    says. Of a file that says the same in several languages, one after the other, one is read (booklets.py).

    `manual_id` begins every item's id; by default it is the slug of the file's or folder's name.

    Raises:
        ConfigError: A PDF, and pypdfium2 is not installed.
        ManualError: The path does not exist, has no known format, or cannot be read as one.
    """
    source = Path(path).expanduser()
    if not os.path.exists(source):  # noqa: PTH110  # pathlib raises for what is too long to be a path, as a text is
        if _WEB_ADDRESS.match(str(path)):
            address = _WEB_ADDRESS.sub(r"\1://", str(path), count=1)
            raise ManualError(
                f"{address}: an address, and only files are read. Save the manual, and give the file's path."
            )
        raise ManualError(f"{source}: no such file or folder. Give the path of a manual.")
    check_stored(source)
    resolved = source.resolve()
    identifier = slug(manual_id or (resolved.name if source.is_dir() else resolved.stem))
    if source.is_dir():
        if book := _lone_book(source):
            return load_manual(book, identifier, choice)
        is_site = is_html_site(source, PAGE_SUFFIXES - {ANY_XML})
        return load_html(source, identifier, choice) if is_site else load_pages(source, identifier, choice)
    suffix = source.suffix.lower() or _TEXT
    load = _LOADERS.get(suffix)
    if load is None:
        remedy = f" To read it, {_FILE_REMEDIES[suffix]}." if suffix in _FILE_REMEDIES else ""
        raise ManualError(
            f"{source}: found the file type {suffix}; expected e-manual JSON (.json), Markdown (.md, "
            ".mdx), reStructuredText (.rst), AsciiDoc (.adoc), HTML (.html), a folder of these, PDF (.pdf), "
            f"Word (.docx), OpenDocument (.odt), EPUB (.epub), plain text (.txt) or a path CSV (.csv).{remedy}"
        )
    if suffix in _LOOKED_INTO and (kind := misnamed(source, _LOOKED_INTO[suffix])):
        raise ManualError(f"{source}: found another format than its name says: {kind}.")
    if suffix in PLAIN_TEXT_SUFFIXES and markup_suffix(text_or_nothing(source)):
        load = load_pages
    return in_one_language(load(source, identifier), choice.language)
