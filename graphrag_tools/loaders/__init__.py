"""Loaders: one file per format, and the choice among them by the look of the path."""

from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.emanual_json import load_emanual_json
from graphrag_tools.loaders.html import load_html
from graphrag_tools.loaders.html_files import HTML_SUFFIXES, is_html_site
from graphrag_tools.loaders.markdown import MARKDOWN_SUFFIXES, load_markdown
from graphrag_tools.loaders.path_csv import load_path_csv
from graphrag_tools.manual import Manual, slug

__all__ = ["load_emanual_json", "load_html", "load_manual", "load_markdown", "load_path_csv"]


def load_manual(path: str | Path, manual_id: str | None = None) -> Manual:
    """Load a manual in the format that its path shows: .json, .md, .html, a folder of either, or .csv.

    A folder that holds both Markdown and HTML is read as what it holds more files of, Markdown where that is equal.

    `manual_id` begins every item's id; by default it is the slug of the file's or folder's name.

    Raises:
        ManualError: The path does not exist, has no known format, or cannot be read as one.
    """
    source = Path(path)
    if not source.exists():
        raise ManualError(f"{source}: no such file or folder. Give the path of a manual.")
    resolved = source.resolve()
    identifier = slug(manual_id or (resolved.name if source.is_dir() else resolved.stem))
    suffix = source.suffix.lower()
    if is_html_site(source) if source.is_dir() else suffix in HTML_SUFFIXES:
        return load_html(source, identifier)
    if source.is_dir() or suffix in MARKDOWN_SUFFIXES:
        return load_markdown(source, identifier)
    if suffix == ".json":
        return load_emanual_json(source, identifier)
    if suffix == ".csv":
        return load_path_csv(source, identifier)
    raise ManualError(
        f"{source}: found the file type {suffix or '(none)'}; expected e-manual JSON (.json), Markdown (.md), "
        "HTML (.html, .htm, .xhtml), a folder of either, or a path CSV (.csv)."
    )
