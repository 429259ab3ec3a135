"""Read one page of reStructuredText by docutils: no program of the manual is run, raw HTML is left out.

Sphinx's own roles and directives are known (sphinx_markup.py). Includes are put in from the manual's folder alone.
"""

import io
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.installing import install_extra
from graphrag_tools.loaders.html.page import headed_parts
from graphrag_tools.loaders.markdown_text.partials import Partials
from graphrag_tools.loaders.pages.page import SourcePage, without_list_headings
from graphrag_tools.loaders.pages.sphinx_config import definitions_used
from graphrag_tools.loaders.sphinx_markup import SphinxMarkup, sphinx_markup
from graphrag_tools.manual.sections import Skipped

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
    "math_output": "LaTeX",
    "line_length_limit": 1_000_000,
}
# What docutils adds of its own: "Note" above each note, and its complaints, which are reported elsewhere.
_ADDED = re.compile(
    r'<p class="admonition-title">.*?</p>|<section class="system-messages">.*?</section>|'
    r'<aside class="system-message".*?</aside>',
    re.DOTALL,
)
_COMPLAINT_LINK = re.compile(r'<a href="#system-message-\d+">(.*?)</a>', re.DOTALL)


_INCLUDE = re.compile(
    r"^(?P<indent>[ \t]*)\.\. include::[ \t]+(?P<name>\S+)[ \t]*\n(?:[ \t]+:[\w-]+:.*\n)*", re.MULTILINE
)
_QUOTATION = re.compile(r"<(/?)blockquote\b[^>]*>")
_MOST_DEEP = 5


def rst_page(
    name: str,
    text: str,
    partials: Partials,
    markup: SphinxMarkup | None = None,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> SourcePage:
    """Return a page of reStructuredText. What docutils finds wrong with it is in `problems`.

    `settings` are those of the site's conf.py, as `sphinx_settings` reads them.

    Raises:
        ConfigError: docutils is not installed (the extra "rst").
        ManualError: It is nested too deep for docutils.
    """
    try:
        from docutils.core import publish_parts
    except ImportError as error:
        raise ConfigError(f"reStructuredText needs docutils: {install_extra('rst')}") from error
    whole = _with_includes(text, name, partials)
    whole += definitions_used(whole, settings)
    known = SphinxMarkup(markup.labels, markup.titles) if markup else SphinxMarkup()
    warnings = io.StringIO()
    try:
        with sphinx_markup(whole, known):
            parts = publish_parts(whole, writer="html5", settings_overrides={**_SAFE, "warning_stream": warnings})
    except RecursionError as error:
        raise ManualError(f"{name}: nested too deep for docutils. Is it a manual?") from error
    # What is indented is a quotation to docutils; people indent lists and paragraphs.
    html = _QUOTATION.sub(r"<\1div>", _COMPLAINT_LINK.sub(r"\1", _ADDED.sub("", parts["html_body"])))
    complaints = [line for line in warnings.getvalue().splitlines() if line.startswith("<string>:")]
    problems = tuple(Skipped(f"line {line.split(':')[1]}", line.split(":", 2)[2].strip()) for line in complaints)
    parts = without_list_headings(headed_parts(html), known.lists)
    return SourcePage(name, parts, lists=tuple(known.lists), problems=problems)


def _with_includes(text: str, name: str, partials: Partials, depth: int = 0) -> str:
    """Return the text with the files of the manual that it includes; docutils refuses the others."""

    def included(match: re.Match[str]) -> str:
        found = partials.text_of(match["name"], name) if depth < _MOST_DEEP else ""
        if not found:
            return match[0]
        lines = _with_includes(found, name, partials, depth + 1).split("\n")
        return "\n".join(f"{match['indent']}{line}" if line else "" for line in lines) + "\n"

    return _INCLUDE.sub(included, text)
