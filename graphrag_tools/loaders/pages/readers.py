"""Read one page in the format of its file, given what the pages of its site share: titles of places, definitions."""

import html
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphrag_tools.loaders.asciidoc.page import ASCIIDOC_SUFFIXES, asciidoc_page
from graphrag_tools.loaders.asciidoc.source import AsciiDocNames, titles_in
from graphrag_tools.loaders.folders.files import FolderFiles, suffix_of
from graphrag_tools.loaders.folders.paths import is_below, nearest_folder
from graphrag_tools.loaders.html.page import read_page
from graphrag_tools.loaders.html.site import HTML_SUFFIXES
from graphrag_tools.loaders.man.page import MAN_SUFFIXES, man_page
from graphrag_tools.loaders.markdown_text.parser import MARKDOWN_SUFFIXES, markdown_page
from graphrag_tools.loaders.markdown_text.partials import Partials
from graphrag_tools.loaders.markdown_text.roles import myst_labels
from graphrag_tools.loaders.markdown_text.templates import without_template_tags
from graphrag_tools.loaders.pages.front_matter import FrontMatter, split_front_matter
from graphrag_tools.loaders.pages.page import SourcePage
from graphrag_tools.loaders.plain_text import PLAIN_TEXT_SUFFIXES
from graphrag_tools.loaders.rst.page import RST_SUFFIXES, rst_page
from graphrag_tools.loaders.rst.sphinx_markup import SphinxMarkup, labels_in, page_titles
from graphrag_tools.loaders.sites.antora import Component, components
from graphrag_tools.loaders.sites.sphinx_config import sphinx_settings
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.loaders.text_markup import markup_suffix
from graphrag_tools.loaders.xml_help.page import XML_HELP_SUFFIXES, titles_in_xml, xml_help_page
from graphrag_tools.text.spans import Span, with_spans_replaced

PAGE_SUFFIXES = MARKDOWN_SUFFIXES | RST_SUFFIXES | ASCIIDOC_SUFFIXES | XML_HELP_SUFFIXES | MAN_SUFFIXES
_FENCE = re.compile(r"^[ \t]*(`{3,}+|~{3,}+)[^\n`]*\n", re.MULTILINE)


def _page_suffix(name: str, text: str) -> str:
    """Return the suffix that says how a page is read: of a text file that of its markup."""
    suffix = suffix_of(name)
    return markup_suffix(text) if suffix in PLAIN_TEXT_SUFFIXES or not suffix else suffix


@dataclass(frozen=True, slots=True)
class PageReaders:
    """What the pages of a site share: a link without words of its own shows the title of the place that it leads to."""

    sphinx: SphinxMarkup
    settings: Mapping[str, Mapping[str, Any]]
    """What each conf.py sets, by its folder."""
    titles: Mapping[str, str]
    modules: Sequence[Component]

    @classmethod
    def of(cls, files: FolderFiles, texts: Mapping[str, str]) -> "PageReaders":
        """Return the readers of a folder's pages, given their texts by name."""
        in_rst = {name: text for name, text in texts.items() if suffix_of(name) in RST_SUFFIXES}
        labels: dict[str, str] = {}
        for name, text in texts.items():
            if name in in_rst:
                labels |= labels_in(text)
            elif suffix_of(name) in MARKDOWN_SUFFIXES:
                labels |= myst_labels(text)
        titles: dict[str, str] = {}
        for name, text in texts.items():
            if suffix_of(name) in ASCIIDOC_SUFFIXES:
                titles |= titles_in(name, text)
            elif suffix_of(name) in XML_HELP_SUFFIXES:
                titles |= titles_in_xml(text)
        configs = [name for name in files.names if posixpath.basename(name) == "conf.py"] if in_rst else []
        settings = {posixpath.dirname(name): sphinx_settings(text_or_nothing(files.folder / name)) for name in configs}
        return cls(SphinxMarkup(labels, page_titles(in_rst)), settings, titles, components(files.folder, files.names))

    def read(self, name: str, text: str, partials: Partials) -> SourcePage:
        """Return a page as its format has it.

        Raises:
            ConfigError: The package that reads the format is not installed.
            ManualError: It cannot be read.
        """
        suffix = _page_suffix(name, text)
        if suffix in MARKDOWN_SUFFIXES:
            return markdown_page(name, text, partials, self.sphinx.labels)
        if suffix in RST_SUFFIXES:
            settings = self.settings.get(nearest_folder(name, self.settings) or "", {})
            return rst_page(name, text, partials, self.sphinx, settings)
        if suffix in ASCIIDOC_SUFFIXES:
            attributes = next((one.attributes for one in self.modules if is_below(name, one.root)), {})
            return asciidoc_page(name, text, partials, AsciiDocNames(attributes, self.titles))
        if suffix in XML_HELP_SUFFIXES:
            return xml_help_page(name, text, self.titles)
        return _html_page(name, text) if suffix in HTML_SUFFIXES else man_page(name, text)


def _html_page(name: str, text: str) -> SourcePage:
    matter = split_front_matter(text)
    is_source = bool(matter.data)  # a page of Jekyll or Hugo
    plain = with_spans_replaced(matter.body if is_source else text, _FENCE, _fence_end, _as_code)
    body = without_template_tags(plain) if is_source else plain
    page = read_page(name, body)
    titled = FrontMatter({"title": page.title} if page.title and page.has_text else {})
    return SourcePage(name, page.sections, FrontMatter(matter.data) if matter.word("title") else titled)


def _fence_end(fence: re.Match[str]) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*{fence[1]}[ \t]*$", re.MULTILINE)


def _as_code(fence: Span) -> str:
    """Return code between fences, which generators know in HTML too, as HTML; its braces are of no template."""
    code = html.escape(fence.inner).replace("{", "&#123;")
    return f"<pre><code>{code}</code></pre>\n"
