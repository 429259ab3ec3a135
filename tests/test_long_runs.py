"""Long runs of one character in what strangers write: patterns go through them once, not once for each character."""

import re
from importlib import import_module

import pytest

from graphrag_tools.loaders.asciidoc.inline import _INLINE
from graphrag_tools.loaders.documents.texts import _HARD_BREAK
from graphrag_tools.loaders.html.contents_files import _LIST
from graphrag_tools.loaders.markdown_text.partials import _INCLUDES
from graphrag_tools.loaders.markdown_text.tags import _IMPORT

_LENGTH = 300_000
"""Where each character begins a new look at all that follow, this takes minutes and not milliseconds."""


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("pattern", "run"),
    [
        ("serve.front_end_tasks._USER_LINE", "\n"),
        ("serve.front_end_tasks._USER_LINE", "- \n"),
        ("enrichment.descriptions._LIST_LINE", "\n"),
        ("abilities.judge._NUMBERING", "\n"),
        ("verification.names._OUR_LABEL", "\n"),
        ("loaders.markdown_text.parser._CAPTION", "\n"),
        ("loaders.markdown_text.parser._TOC_ENTRY", " "),
        ("loaders.markdown_text.tags._TASK", "\n"),
        ("loaders.pages.links._TEMPLATE", "{"),
        ("loaders.markdown_text.templates._ATTRIBUTE", "-"),
        ("loaders.markdown_text.tags._BRACED_ATTRIBUTE", "_a"),
        ("loaders.asciidoc.page._FOOTNOTE", " "),
        ("loaders.asciidoc.page._FOOTNOTE", "footnote:["),
        ("loaders.asciidoc.inline._XREF", "xref:a["),
        ("loaders.asciidoc.inline._XREF", "<<a, "),
        ("loaders.asciidoc.inline._XREF", "<<a,\t"),
        ("loaders.asciidoc.tables._SPEC", "1"),
        ("loaders.asciidoc.tables._ITALIC", "_a "),
        ("loaders.asciidoc.source._COMPARED", " "),
        ("loaders.asciidoc.source._NAMED", "\n[[a]]"),
        ("loaders.html.contents_files._STRING_OR_KEY", "'\\"),
        ("loaders.html.contents_files._STRING_OR_KEY", '"\\'),
        ("loaders.sites.config_sidebars._EXPORTED", "asidebar"),
        ("loaders.sites.config_sidebars._BRACKETS", '"\\'),
        ("loaders.sites.config_sidebars._BRACKETS", "'\\"),
        ("loaders.folders.files._VERSION_OR_DATE", "<dt"),
        ("loaders.rst.sphinx_markup._LABELLED", ".. _a:\n"),
        ("loaders.word.docx._TAG", "<"),
        ("loaders.xml_help.page._MARKUP", "<"),
        ("loaders.documents.texts._HARD_BREAK", " "),
        ("loaders.documents.texts._MARKDOWN", "["),
        ("loaders.documents.load._MARKS_BEHIND", " "),
        ("loaders.html.breadcrumbs._SEPARATOR", " "),
        ("loaders.html.breadcrumbs._SEPARATOR", "-"),
        ("loaders.rst.sphinx_markup._ROLE", ":a"),
        ("loaders.rst.sphinx_markup._ROLE_OR_LINK", ":a"),
        ("loaders.markdown_text.parser._HEADING", "# a "),
        ("loaders.markdown_text.parser._HEADING", "\n#  "),
        ("loaders.markdown_text.parser._DELIMITERS", "-"),
        ("loaders.markdown_text.jsx_values._BRACED", "a"),
        ("verification.wording._LINK", "a."),
        ("verification.wording._LINK", "["),
        ("verification.wording._LINK", "[]("),
        ("verification.wording._LINK", "a-"),
        ("verification.names._OMISSION", " "),
        ("verification.names._SET_OFF", "`"),
        ("verification.step_order._GERUND", "in"),
        ("text.characters.ARROW", " "),
        ("manual.taps._ARROW", " "),
        ("manual.taps._UNSPACED_WAY", "aa > "),
        ("serve.front_end_tasks._MERGED", "responses "),
        ("text.redaction._CREDENTIALS", "a://"),
        ("verification.names._OBJECT_END", " "),
        ("verification.step_order._SPLIT", " "),
        ("loaders.markdown_text.roles._TITLED", " "),
        ("loaders.markdown_text.roles._ARROWS", " "),
        ("loaders.markdown_text.roles._LABELLED", "(a)=\n"),
    ],
)
def test_long_run_takes_no_time(pattern: str, run: str) -> None:
    module, _, name = pattern.rpartition(".")
    compiled: re.Pattern[str] = getattr(import_module(f"graphrag_tools.{module}"), name)
    assert not [found[0] for found in compiled.finditer(f"x {run * (_LENGTH // len(run))}\0") if found[0].strip() == ""]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "run", ["btn:[", "kbd:[", "menu:a[", "menu:", "image:a[", "image:", "[[a,", "(((", "link:", "https://"]
)
def test_markup_of_asciidoc_that_is_never_closed_is_gone_through_once(run: str) -> None:
    text = run * (_LENGTH // len(run))
    assert not [pattern for pattern, _ in _INLINE if pattern.search(text)]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("run", ["<!--@include:", "{!a", "{{#include a", ":::{include}\n", '--8<--"'])
def test_inclusions_that_are_never_closed_are_gone_through_once(run: str) -> None:
    text = run * (_LENGTH // len(run))
    assert not [pattern for pattern in _INCLUDES if pattern.search(text)]


@pytest.mark.timeout(30)
def test_blanks_behind_what_is_in_bold_are_gone_through_once() -> None:
    assert not [pattern for pattern, _ in _INLINE if pattern.search(f"**a{' ' * _LENGTH}b")]


@pytest.mark.timeout(30)
def test_lines_of_blanks_are_gone_through_once() -> None:
    assert len(_HARD_BREAK.findall("   \n" * (_LENGTH // 4))) == _LENGTH // 4


@pytest.mark.timeout(30)
def test_lists_of_contents_that_nothing_follows_are_gone_through_once() -> None:
    assert _LIST.match("toc = [1]; " * (_LENGTH // 11)) is None
    assert _LIST.match("var toc = [1]; toc = [2]; window.a").group(1) == "[1]; toc = [2]"  # type: ignore[union-attr]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("behind", ["", " a", " {a} from"])
def test_blank_lines_behind_an_import_are_gone_through_once(behind: str) -> None:
    assert _IMPORT.search(f"import{behind}{chr(10) * _LENGTH}x") is None
