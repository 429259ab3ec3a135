"""What the pages of a site share: what their places are called, and what its configuration defines for all."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphrag_tools.loaders.asciidoc import ASCIIDOC_SUFFIXES, asciidoc_page
from graphrag_tools.loaders.asciidoc_source import AsciiDocNames, titles_in
from graphrag_tools.loaders.markdown_text.parser import MARKDOWN_SUFFIXES, markdown_page
from graphrag_tools.loaders.markdown_text.partials import Partials
from graphrag_tools.loaders.markdown_text.roles import myst_labels
from graphrag_tools.loaders.pages.antora import Component, components
from graphrag_tools.loaders.pages.files import FolderFiles, suffix_of
from graphrag_tools.loaders.pages.folder_paths import is_below, nearest_folder
from graphrag_tools.loaders.pages.page import SourcePage
from graphrag_tools.loaders.pages.sphinx_config import sphinx_settings
from graphrag_tools.loaders.rst import RST_SUFFIXES, rst_page
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.loaders.sphinx_markup import SphinxMarkup, labels_in, page_titles
from graphrag_tools.loaders.xml_help import XML_HELP_SUFFIXES, titles_in_xml, xml_help_page


@dataclass(frozen=True, slots=True)
class SiteNames:
    """The names and definitions: a link without words of its own shows the title of what it leads to."""

    sphinx: SphinxMarkup
    settings: Mapping[str, Mapping[str, Any]]
    """What each conf.py sets, by its folder."""
    titles: Mapping[str, str]
    modules: Sequence[Component]

    @classmethod
    def of(cls, files: FolderFiles, texts: Mapping[str, str]) -> "SiteNames":
        """Return those of the pages to read."""
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

    def rst_page(self, name: str, text: str, partials: Partials) -> SourcePage:
        """Return a page of reStructuredText, given what the nearest conf.py above it sets."""
        settings = self.settings.get(nearest_folder(name, self.settings) or "", {})
        return rst_page(name, text, partials, self.sphinx, settings)

    def markdown_page(self, name: str, text: str, partials: Partials) -> SourcePage:
        """Return a page of Markdown, given the labels of all."""
        return markdown_page(name, text, partials, self.sphinx.labels)

    def asciidoc_page(self, name: str, text: str, partials: Partials) -> SourcePage:
        """Return a page of AsciiDoc, given the attributes of its component."""
        attributes = next((one.attributes for one in self.modules if is_below(name, one.root)), {})
        return asciidoc_page(name, text, partials, AsciiDocNames(attributes, self.titles))

    def xml_help_page(self, name: str, text: str, partials: Partials) -> SourcePage:
        """Return a page of Mallard, DocBook or DITA, given the titles of all."""
        return xml_help_page(name, text, partials, self.titles)
