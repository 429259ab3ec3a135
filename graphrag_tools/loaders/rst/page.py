"""Read one page of reStructuredText by docutils: no program of the manual is run, raw HTML is left out.

Sphinx's own roles and directives are known (sphinx_markup.py). Includes are put in from the manual's folder alone.
"""

import io
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.html.page import headed_parts
from graphrag_tools.loaders.markdown_text.include_parts import part_by_options
from graphrag_tools.loaders.markdown_text.included_code import literal_part
from graphrag_tools.loaders.markdown_text.parser import MARKDOWN_SUFFIXES, markdown_html
from graphrag_tools.loaders.markdown_text.partials import Partials
from graphrag_tools.loaders.pages.page import SourcePage, without_list_headings
from graphrag_tools.loaders.rst.outputs import for_a_site
from graphrag_tools.loaders.rst.sphinx_markup import SphinxMarkup, sphinx_markup
from graphrag_tools.loaders.rst.substitutions import check_substitutions
from graphrag_tools.loaders.sites.sphinx_config import definitions_used
from graphrag_tools.machine.installing import install_extra
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
_UNKNOWN_TARGET = re.compile(
    r'(<span class="problematic"[^<>]*>)(?:`([^`]{1,500}?)(?:\s*&lt;[^`]{0,500})?`|(\w+))__?</span>'
)
"""A link to a place that this page lacks; another page may have it."""


_INCLUDE = re.compile(
    r"^(?P<indent>[ \t]*)\.\. include::[ \t]+(?P<name>\S+)[ \t]*\n(?P<options>(?:[ \t]+:[\w-]+:.*\n)*)", re.MULTILINE
)
_LITERAL = re.compile(
    r"^(?P<indent>[ \t]*)\.\. literalinclude::[ \t]+(?P<name>\S+)[ \t]*\n(?P<options>(?:[ \t]+:[\w-]+:.*(?:\n|\Z))*)",
    re.MULTILINE,
)
_DATA = re.compile(r"\A\s*+(?:(?>:\w[\w :-]*:(?![`\w]))[^\n]*\n(?:[ \t]++\S[^\n]*\n)*+)++(?=\s*\n|\Z)")
"""Fields at the begin of a page (":orphan:"), which are data about it."""
_QUOTATION = re.compile(r"<(/?)blockquote\b[^>]*>")
_MARK = "\ue002"
_PLACE = re.compile(rf"<p>{_MARK}(\d+){_MARK}</p>")
_HEADING = re.compile(r"<(/?)h([1-6])\b")
_BOLD = re.compile(r"<strong>[^<]*``[^<]*</strong>")
"""Code within bold, which reStructuredText does not have and people write."""
_MOST_DEEP = 5
_LONGEST_TEXT = 10_000
_LONG_WORD = re.compile(r"(?<!\S)\S{1000}")


def rst_page(
    name: str,
    text: str,
    partials: Partials,
    markup: SphinxMarkup,
    settings: Mapping[str, Any],
) -> SourcePage:
    """Return a page of reStructuredText. What docutils finds wrong with it is in `problems`.

    `settings` are those of the site's conf.py, as `sphinx_settings` reads them.

    Raises:
        ConfigError: docutils is not installed (the extra "rst").
        ManualError: It is nested too deep for docutils, or its substitutions write out too much.
    """
    try:
        from docutils.core import publish_parts
    except ImportError as error:
        raise ConfigError(f"reStructuredText needs docutils: {install_extra('rst')}") from error
    in_markdown: list[str] = []
    bare = _DATA.sub(lambda data: "\n" * data[0].count("\n"), text)  # complaints name lines of the file
    whole = _with_includes(for_a_site(bare), name, partials, in_markdown)
    whole += definitions_used(whole, settings)
    check_substitutions(name, whole)
    known = SphinxMarkup(markup.labels, markup.titles)
    warnings = io.StringIO()
    try:
        with sphinx_markup(whole, known):
            overrides = {**_SAFE, "warning_stream": warnings}
            parts = publish_parts(whole, parser=_parser(), writer="html5", settings_overrides=overrides)
    except RecursionError as error:
        raise ManualError(f"{name}: nested too deep for docutils. Is it a manual?") from error
    # What is indented is a quotation to docutils; people indent lists and paragraphs.
    html = _QUOTATION.sub(r"<\1div>", _COMPLAINT_LINK.sub(r"\1", _ADDED.sub("", parts["html_body"])))
    html = _UNKNOWN_TARGET.sub(_elsewhere, html)
    html = _BOLD.sub(lambda bold: bold[0].replace("``", ""), html)
    html = _PLACE.sub(lambda place: in_markdown[int(place[1])], html)
    complaints = [line for line in warnings.getvalue().splitlines() if line.startswith("<string>:")]
    problems = tuple(Skipped(f"line {line.split(':')[1]}", line.split(":", 2)[2].strip()) for line in complaints)
    parts = without_list_headings(headed_parts(html), known.lists)
    return SourcePage(name, parts, lists=tuple(known.lists), problems=problems)


def _elsewhere(link: re.Match[str]) -> str:
    from docutils.nodes import make_id

    words = link[2] or link[3]
    return f'{link[1]}<a href="label:{make_id(words)}">{words}</a></span>'


def _parser() -> Any:
    """Return docutils' parser, which takes what is longer than anybody's paragraph as it is written.

    docutils looks to the end of a text from each mark without an end, and of a word from each character.
    """
    from docutils import nodes
    from docutils.parsers.rst import Parser, states

    inliner = states.Inliner()
    parse = inliner.parse

    def bounded(text: str, lineno: int, memo: Any, parent: Any) -> tuple[list[Any], list[Any]]:
        if len(text) <= _LONGEST_TEXT and not _LONG_WORD.search(text):
            return parse(text, lineno, memo, parent)  # type: ignore[no-any-return]
        told = memo.reporter.warning("Longer than a paragraph or a word: taken as it is written.", line=lineno)
        return [nodes.Text(text)], [told]

    inliner.parse = bounded
    return Parser(inliner=inliner)


def _with_includes(text: str, name: str, partials: Partials, in_markdown: list[str], depth: int = 0) -> str:
    """Return the text with the files of the manual that it includes; docutils refuses the others.

    Those in Markdown are put behind `in_markdown` as HTML, and a mark with their number into the text.
    """

    if not depth:
        partials.begin(name)

    def included(match: re.Match[str]) -> str:
        found = partials.text_of(match["name"], name) if depth < _MOST_DEEP else ""
        if not found:
            return match[0]
        part = part_by_options(found, match["options"])
        if PurePosixPath(match["name"]).suffix.lower() in MARKDOWN_SUFFIXES:
            page = markdown_html(match["name"], part, partials, {})
            in_markdown.append(_HEADING.sub(lambda tag: f"<{tag[1]}h{min(int(tag[2]) + 1, 6)}", page.html))
            return f"\n{match['indent']}{_MARK}{len(in_markdown) - 1}{_MARK}\n"
        lines = _with_includes(for_a_site(_DATA.sub("", part)), name, partials, in_markdown, depth + 1).split("\n")
        return "\n".join(f"{match['indent']}{line}" if line else "" for line in lines) + "\n"

    def shown(match: re.Match[str]) -> str:
        code = literal_part(partials.code_of(match["name"], name), match["options"])
        lines = ("", "::", "", *(f"  {line}" for line in code.split("\n")), "")
        return "\n".join(f"{match['indent']}{line}" if line else "" for line in lines) if code else match[0]

    return _LITERAL.sub(shown, _INCLUDE.sub(included, text))
