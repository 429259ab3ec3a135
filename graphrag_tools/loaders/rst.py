"""Load reStructuredText by docutils: nothing is included from other files, raw HTML is left out."""

import io
import re
from pathlib import Path
from typing import Any

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.headed_html import headed_sections
from graphrag_tools.loaders.section_tree import make_manual
from graphrag_tools.loaders.source_file import read_text
from graphrag_tools.manual.sections import Manual, Skipped
from graphrag_tools.text.characters import without_controls

RST_SUFFIXES = frozenset({".rst", ".rest"})
_SAFE: dict[str, Any] = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "halt_level": 5,
    "report_level": 2,
    "doctitle_xform": False,
    "initial_header_level": 1,
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "syntax_highlight": "none",
    "line_length_limit": 1_000_000,
}
# What docutils adds of its own: "Note" above each note, and its complaints, which are reported elsewhere.
_ADDED = re.compile(r'<p class="admonition-title">.*?</p>|<aside class="system-message".*?</aside>', re.DOTALL)
_COMPLAINT_LINK = re.compile(r'<a href="#system-message-\d+">(.*?)</a>', re.DOTALL)


def load_rst(path: Path, manual_id: str) -> Manual:
    """Load one reStructuredText file. What docutils finds wrong with it is in `Manual.skipped`.

    Raises:
        ConfigError: docutils is not installed (the extra "rst").
        ManualError: The file is missing, empty, not UTF-8, or has no heading and no text.
    """
    try:
        from docutils.core import publish_parts
    except ImportError as error:
        raise ConfigError("reStructuredText needs docutils: pip install 'graphrag-tools[rst]'") from error
    # Before docutils, which takes the backslash at the end of a terminal's sequence for one of its own.
    text = without_controls(read_text(path))
    warnings = io.StringIO()
    try:
        parts = publish_parts(text, writer="html5", settings_overrides={**_SAFE, "warning_stream": warnings})
    except RecursionError as error:
        raise ManualError(f"{path}: nested too deep for docutils. Is it a manual?") from error
    sections = headed_sections(_COMPLAINT_LINK.sub(r"\1", _ADDED.sub("", parts["html_body"])), path.stem)
    if not sections:
        raise ManualError(f"{path}: no heading and no text found.")
    problems = [line for line in warnings.getvalue().splitlines() if line.startswith("<string>:")]
    skipped = tuple(Skipped(f"line {line.split(':')[1]}", line.split(":", 2)[2].strip()) for line in problems)
    return make_manual(manual_id, sections, path, skipped)
