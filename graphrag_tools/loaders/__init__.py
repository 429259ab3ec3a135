"""Load manuals: one file or folder per format, chosen by the look of the path."""

from collections.abc import Callable
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.docx import DOCX_SUFFIXES, load_docx
from graphrag_tools.loaders.emanual_json import load_emanual_json
from graphrag_tools.loaders.html.manual import load_html
from graphrag_tools.loaders.html.site import HTML_SUFFIXES, is_html_site
from graphrag_tools.loaders.pages.manual import PAGE_SUFFIXES, load_pages
from graphrag_tools.loaders.path_csv import load_path_csv
from graphrag_tools.loaders.pdf.manual import PDF_SUFFIX, load_pdf
from graphrag_tools.loaders.rst import RST_SUFFIXES, load_rst
from graphrag_tools.manual.sections import Manual
from graphrag_tools.text.normalise import slug

__all__ = [
    "load_docx",
    "load_emanual_json",
    "load_html",
    "load_manual",
    "load_markdown",
    "load_path_csv",
    "load_pdf",
    "load_rst",
]
load_markdown = load_pages
_LOADERS: dict[str, Callable[[Path, str], Manual]] = {
    ".json": load_emanual_json,
    ".csv": load_path_csv,
    PDF_SUFFIX: load_pdf,
    **dict.fromkeys(PAGE_SUFFIXES, load_pages),
    **dict.fromkeys(HTML_SUFFIXES, load_html),
    **dict.fromkeys(DOCX_SUFFIXES, load_docx),
    **dict.fromkeys(RST_SUFFIXES, load_rst),
}


def load_manual(path: str | Path, manual_id: str | None = None) -> Manual:
    """Load a manual in the format that its path shows: .json, .md, .html, .pdf, .docx, .rst, .csv, or a folder.

    A folder holds Markdown or HTML; one with both is read as what it holds more files of, Markdown where that is equal.

    `manual_id` begins every item's id; by default it is the slug of the file's or folder's name.

    Raises:
        ConfigError: A PDF, and pypdfium2 is not installed.
        ManualError: The path does not exist, has no known format, or cannot be read as one.
    """
    source = Path(path)
    if not source.exists():
        raise ManualError(f"{source}: no such file or folder. Give the path of a manual.")
    resolved = source.resolve()
    identifier = slug(manual_id or (resolved.name if source.is_dir() else resolved.stem))
    if source.is_dir():
        return load_html(source, identifier) if is_html_site(source) else load_pages(source, identifier)
    suffix = source.suffix.lower()
    load = _LOADERS.get(suffix)
    if load is None:
        raise ManualError(
            f"{source}: found the file type {suffix or '(none)'}; expected e-manual JSON (.json), Markdown (.md), HTML "
            "(.html), a folder of either, PDF (.pdf), Word (.docx), reStructuredText (.rst) or a path CSV (.csv)."
        )
    return load(source, identifier)
