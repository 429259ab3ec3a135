"""Loaders: one file per format, and the choice among them by the look of the path."""

from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.docx import DOCX_SUFFIXES, load_docx
from graphrag_tools.loaders.emanual_json import load_emanual_json
from graphrag_tools.loaders.markdown import MARKDOWN_SUFFIXES, load_markdown
from graphrag_tools.loaders.path_csv import load_path_csv
from graphrag_tools.loaders.pdf import PDF_SUFFIX, load_pdf
from graphrag_tools.loaders.rst import RST_SUFFIXES, load_rst
from graphrag_tools.manual import Manual, slug

__all__ = [
    "load_docx",
    "load_emanual_json",
    "load_manual",
    "load_markdown",
    "load_path_csv",
    "load_pdf",
    "load_rst",
]


def load_manual(path: str | Path, manual_id: str | None = None) -> Manual:
    """Load a manual in the format that its path shows: .json, .md, a folder of .md, .pdf, .docx, .rst or .csv.

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
    suffix = source.suffix.lower()
    if source.is_dir() or suffix in MARKDOWN_SUFFIXES:
        return load_markdown(source, identifier)
    if suffix == ".json":
        return load_emanual_json(source, identifier)
    if suffix == ".csv":
        return load_path_csv(source, identifier)
    if suffix == PDF_SUFFIX:
        return load_pdf(source, identifier)
    if suffix in DOCX_SUFFIXES:
        return load_docx(source, identifier)
    if suffix in RST_SUFFIXES:
        return load_rst(source, identifier)
    raise ManualError(
        f"{source}: found the file type {suffix or '(none)'}; expected e-manual JSON (.json), Markdown (.md or "
        "a folder of .md files), PDF (.pdf), Word (.docx), reStructuredText (.rst) or a path CSV (.csv)."
    )
