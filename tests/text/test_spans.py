"""Spans between marks: what they hold, and that openings without an end are gone through once."""

import re
from collections.abc import Callable

import pytest

from graphrag_tools.loaders.markdown_text.code_tags import with_fenced_code
from graphrag_tools.loaders.markdown_text.in_html import with_markdown_in_html
from graphrag_tools.loaders.markdown_text.own_components import with_own_components
from graphrag_tools.loaders.markdown_text.tags import without_tags
from graphrag_tools.loaders.markdown_text.templates import without_template_tags
from graphrag_tools.loaders.rst.page import _DATA
from graphrag_tools.loaders.sites.sidebars import sidebar_entries
from graphrag_tools.loaders.xml_help.page import titles_in_xml
from graphrag_tools.text.spans import spans, with_spans_replaced
from graphrag_tools.tool_calling.leaked import leaked_calls

OPENING, CLOSING = re.compile(r"<(\w)>"), re.compile(r"</\w>")
_LENGTH = 200_000
"""Where each opening begins a new look at all that follow, this takes minutes and not milliseconds."""


def test_span_ends_at_the_next_closing_and_holds_no_other() -> None:
    found = list(spans("x<a>1<b>2</b>3</a><c>4</c>", OPENING, CLOSING))
    assert [(one.inner, one.whole) for one in found] == [("1<b>2", "<a>1<b>2</b>"), ("4", "<c>4</c>")]


def test_closing_depends_on_the_opening_and_one_that_is_missing_hides_no_other() -> None:
    text = "<a>1<b>2</b><a>3<b>4</b>"
    kept = with_spans_replaced(text, OPENING, lambda mark: re.compile(f"</{mark[1]}>"), lambda span: span.inner.upper())
    assert kept == "<a>12<a>34"


def test_text_between_spans_stays_as_it_is() -> None:
    assert with_spans_replaced("a<x>b</x>c</x>", OPENING, CLOSING) == "ac</x>"
    assert with_spans_replaced("nothing", OPENING, CLOSING) == "nothing"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("read", "opening"),
    [
        (lambda text: without_tags(text, {}, is_mdx=True), "{/*"),
        (lambda text: without_tags(text, {}, is_mdx=False), "{% comment %}\n"),
        (without_template_tags, "{% raw %}\n"),
        (lambda text: with_markdown_in_html(f"**{text}", {}), "<pre"),
        (lambda text: with_markdown_in_html(f"**{text}", {}), "<!--"),
        (with_fenced_code, "{% highlight c %}\n"),
        (with_fenced_code, "{{< tabpane >}}{{< tab >}}"),
        (with_fenced_code, "{{< tab /"),
        (lambda text: with_own_components(f"export <CodeBlock {text}"), "~"),
        (lambda text: sidebar_entries(text, "docs"), "/*"),
        (titles_in_xml, "<!--"),
        (titles_in_xml, "<!DOCTYPE"),
        (titles_in_xml, "<section "),
        (titles_in_xml, '<section id="a'),
        (titles_in_xml, "<keycombo"),
        (lambda text: leaked_calls(text, ["search_manual"]), "<think>"),
    ],
)
def test_openings_that_nothing_closes_take_no_time(read: Callable[[str], object], opening: str) -> None:
    read(opening * (_LENGTH // len(opening)))


@pytest.mark.timeout(30)
def test_fields_that_may_end_at_several_colons_are_tried_once() -> None:
    assert _DATA.search(":a:b:c: d\n" * 2_000 + "Text.") is None


def test_code_and_comments_in_html_keep_their_stars() -> None:
    html = "<p>**a**</p><pre>**b**</pre><!-- **c** --><code>**d**</code><pre>**e**"
    assert with_markdown_in_html(html, {}) == (
        "<p><strong>a</strong></p><pre>**b**</pre><!-- **c** --><code>**d**</code><pre><strong>e</strong>"
    )


def test_titles_of_divisions_stand_in_front_of_the_next() -> None:
    text = (
        '<book id="b"><info/><title>Lamp</title><chapter id="c"><section id="s"><title>On <em>it</em></title></section>'
    )
    assert titles_in_xml(text) == {"b": "Lamp", "s": "On it"}
