"""Read one page of Markdown: CommonMark, tables, definition lists, HTML, and the dialects of site generators.

Parsed by markdown-it; the HTML that it writes goes through the reader of every other format, so that lists, options and
notes mean the same everywhere. Definition lists and footnotes come from mdit-py-plugins, because CommonMark has none.
"""

import re
from collections import ChainMap, Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from graphrag_tools.loaders.formulas import with_formulas_in_words
from graphrag_tools.loaders.html.page import headed_parts
from graphrag_tools.loaders.markdown_text.boxes import without_boxes
from graphrag_tools.loaders.markdown_text.code import CodeApart
from graphrag_tools.loaders.markdown_text.code_tags import with_fenced_code
from graphrag_tools.loaders.markdown_text.definitions import without_termless_definitions
from graphrag_tools.loaders.markdown_text.in_html import with_markdown_in_html
from graphrag_tools.loaders.markdown_text.included_code import with_included_code
from graphrag_tools.loaders.markdown_text.jsx_depth import with_flat_children
from graphrag_tools.loaders.markdown_text.jsx_values import tab_labels, without_braced_values
from graphrag_tools.loaders.markdown_text.loose_marks import with_blanks_after_marks
from graphrag_tools.loaders.markdown_text.marks import with_tight_bold, without_dialect_marks
from graphrag_tools.loaders.markdown_text.mdc import with_components_as_tags
from graphrag_tools.loaders.markdown_text.own_components import with_own_components
from graphrag_tools.loaders.markdown_text.partials import Partials
from graphrag_tools.loaders.markdown_text.roles import myst_labels, with_roles
from graphrag_tools.loaders.markdown_text.shown_data import with_shown_data
from graphrag_tools.loaders.markdown_text.table_headers import with_whole_headers
from graphrag_tools.loaders.markdown_text.tags import with_brackets, without_tags
from graphrag_tools.loaders.pages.front_matter import FrontMatter, split_front_matter, text_of
from graphrag_tools.loaders.pages.link_titles import UNTITLED_LINK
from graphrag_tools.loaders.pages.page import SourcePage, TocEntry, without_list_headings
from graphrag_tools.text.normalise import tidy
from graphrag_tools.text.spans import spans

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".mdown", ".mkd", ".mdoc", ".qmd"})
"""Those of Markdown and MDX as people abbreviate them, of Markdoc and of Quarto."""
_TEXT_TOKENS = frozenset({"text", "code_inline"})
_DELIMITERS = re.compile(r"^[ \t]*+(?=[|:-][ \t|:-]*--)[ \t|:-]++$", re.MULTILINE)
_HEADLESS_TABLE = re.compile(
    r"(\A|\n[ \t]*\n(?:\{:[^\n{}]*\}[ \t]*\n)?)"
    r"(?!\|[^\n]*\n[ \t|:]*+-[ \t|:-]*+(?:\n|\Z))((?:\|[^\n]*\|[ \t]*(?:\n|\Z)){2,})"
)
_TOCTREE, _TOCTREE_END = (re.compile(marks, re.MULTILINE) for marks in (r"^ *:{3,}\{toctree\}[^\n]*\n", r"^ *:{3,} *$"))
_TOC_ENTRY = re.compile(r"(?P<title>[^<>\n]+)<(?P<named>[^<>\n]+)>|(?P<target>[^\s:<>][^<>\n]*)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S.*)$", re.MULTILINE)
_AFTER_HTML = re.compile(
    r"(?<=>)[ \t]*\n(?= {0,3}#{1,6}[ \t]+\S)"
    r"|^ {0,3}</?(?:summary|br|hr|p|div|center|details|img|figure|figcaption)\b"
    r"[^<\n]{0,500}(?:<[^<\n]{0,500}){0,20}>[ \t]*\n"
    r"(?:[^\s<#|>*+\d-][^\n]*\n)?(?= {0,3}(?:[-*+]|1[.)])[ \t]+\S)",
    re.MULTILINE,
)
"""Before a heading or list below a line of HTML, of which it would be text until a blank line comes."""
_ANGLED_TARGET = re.compile(r"(?<=\]\()<([A-Za-z][^<>\n]{0,1000})>")
"""Where a link leads, in angle brackets for the blanks in it, which look like a tag: "[it](<My page.md>)"."""
_TARGETS_NAME = "|".join(
    (
        r"[^\[\]\n]{1,200}\.mdx?",
        r"#[^\[\]\s]{1,200}",
        r"(?<=^\[)[^\[\]\n]{1,200}(?=\]\([^()\s]{1,500}/\)$)",
        r"\w+(?:-\w+)+(?=\]\([^()\s]{1,500}/\))",
        r"[^\[\]\n]{1,200}(?=\]\([^()\s]{1,500} \"mention\"\))",
    )
)
_WORDLESS = re.compile(
    rf"^ {{0,3}}#[^\n]*$|(?<![!\\\]])\[(?P<name>{_TARGETS_NAME})?\]"
    r"\((?P<target>(?![a-z]+:)[^()\s]{0,300}?(?(name)(?P=name))(?:/|#[^()\s]{0,200})?)(?: \"mention\")?\)",
    re.MULTILINE,
)
"""A link that its target's title is to stand for: MyST's "[](lamp.md#care)"; GitBook's "[lamp.md](use/lamp.md)",
"[#care](lamp.md#care)", "[lamp-care](use/lamp-care/)", and "[lamp](use/lamp/)" on a line of its own."""
_SAFE_IN_TARGETS = "/:#?&=%@+,;~!$'*"
_TITLE_PUT_IN = re.compile(
    r"^#{1,6}[ \t]*+\{\{[^{}\n]{0,200}?\btitle\b[^{}\n]{0,200}\}\}[ \t]*+#*+[ \t]*+(?:\{:[^{}\n]*\}[ \t]*)?$",
    re.MULTILINE | re.IGNORECASE,
)
"""A heading that is the page's title as its site has it: "# {{ page.title }} #", with attributes behind it."""
_DATA_PUT_IN = re.compile(r"\{(?:\{\s*\$)?\s*front[mM]atter\.(\w+)\s*\}{1,2}")
"""A value of the page's own data, as MDX and VitePress put it in: "{frontMatter.description}"."""
_TITLE = re.compile(r"\s*#(#{1,5})?[ \t][^\n]*\n")
_WIKI_LINK = re.compile(
    r"(?P<embeds>!)?\[\[(?:(?P<first>(?![\"'^])(?=[^\[\]]*[^\W\d])[^\[\]|#\\\n]{1,200})|(?=#[^\]|]))"
    r"(?P<anchor>#[^\[\]|\\\n]{0,200})?"
    r"(?:\\?\|(?P<second>[^\[\]\n]{1,200}))?\]\](?!\()"
)
_FILE = re.compile(r"\.[A-Za-z]\w{1,5}$")
_NOTE_MARK = re.compile(r"(?<=[\w.,;:!?)*\"])\[\^(\d{1,3})\](?!:)")
_CAPTION = re.compile(r"^[ \t]*:caption:[ \t]*(\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MarkdownHtml:
    """A page of Markdown as HTML, what its front matter says, its headings' anchors, and the pages that it lists."""

    html: str
    matter: FrontMatter
    anchors: tuple[str, ...]
    lists: tuple[TocEntry, ...]


def markdown_page(name: str, text: str, partials: Partials, labels: Mapping[str, str] | None) -> SourcePage:
    """Return a page of Markdown, with what its front matter says and the partials that it uses.

    `labels` are the titles of the places of the manual that are labelled for links; None reads no roles of MyST, for
    text that was converted from a format which has none.
    """
    page = markdown_html(name, text, partials, labels)
    parts = without_list_headings(headed_parts(page.html), page.lists)
    return SourcePage(name, parts, page.matter, page.anchors, page.lists)


def markdown_html(name: str, text: str, partials: Partials, labels: Mapping[str, str] | None) -> MarkdownHtml:
    """Return a page of Markdown as HTML that has no dialect left, for the reader of every other format."""
    code = CodeApart() if labels is None else _code_apart_from_roles(text, labels)
    partials.begin(name)
    matter = split_front_matter(text)
    is_mdx = name.lower().endswith(".mdx")
    written = _as_shown if is_mdx else str

    def is_page(called: str) -> bool:
        return any(partials.find(f"{one}.md", name) is not None for one in (called, called.replace(" ", "-")))

    def prepared(raw: str) -> str:
        return _prepared(written(with_included_code(raw, name, partials)), code, is_page)

    body = partials.put_in(prepared(matter.body), name, lambda raw: prepared(split_front_matter(raw).body))
    body = _DATA_PUT_IN.sub(lambda value: matter.word(value[1].lower()), _TITLE_PUT_IN.sub("", body))
    tabs = tab_labels(body)
    body = with_flat_children(without_braced_values(body)) if is_mdx else body
    lists = tuple(
        entry
        for listed in spans(body, _TOCTREE, _TOCTREE_END)
        for entry in toc_entries(listed.inner, _heading_above(body[: listed.start]))
    )
    body = without_termless_definitions(_without_lost_notes(body))
    bare = without_tags(without_boxes(without_dialect_marks(with_formulas_in_words(body))), tabs, is_mdx=is_mdx)
    plain = code.with_code(with_tight_bold(bare))
    said = text_of(matter)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(deflist_plugin)
    parser.use(footnote_plugin)
    if is_mdx:
        parser.disable("code")  # MDX: what is indented stands in a component
    found: dict[str, Any] = {}
    tokens = _without_empty_headings(
        parser.parse(_below_title(plain, said, matter.word("title")) if said else plain, found)
    )
    anchors = _give_anchors(tokens)
    rendered = with_brackets(parser.renderer.render(tokens, parser.options, found))
    html = with_markdown_in_html(rendered, found.get("references", {}))
    return MarkdownHtml(html, matter, anchors, lists)


def _as_shown(raw: str) -> str:
    return with_shown_data(with_own_components(raw))


def _below_title(text: str, said: str, title: str) -> str:
    """Return a page's text with what its data say, below the heading that is its title where they do not give it."""
    heading = _TITLE.match(text)
    end = heading.end() if heading and not (title and heading[1]) else 0
    return f"{text[:end]}\n\n{said}\n\n{text[end:]}"


def _code_apart_from_roles(text: str, labels: Mapping[str, str]) -> CodeApart:
    known = ChainMap(myst_labels(text), labels)  # type: ignore[arg-type]  # it is only read
    return CodeApart(lambda line: with_roles(line, known))


def heading_anchor(title: str) -> str:
    """Return the anchor that Markdown's hosts give a heading: lower case, punctuation dropped, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def toc_entries(body: str, heading: str = "") -> list[TocEntry]:
    """Return what a toctree below a heading lists; its options are passed over."""
    caption = _CAPTION.search(body)
    entries = (_TOC_ENTRY.fullmatch(line.strip()) for line in body.splitlines())
    return [
        TocEntry(
            match["named"] or match["target"],
            caption[1].rstrip() if caption else heading,
            (match["title"] or "").rstrip(),
        )
        for match in entries
        if match and (match["named"] or match["target"]) != "self"
    ]


def _heading_above(text: str) -> str:
    """Return the last heading of a text, "" where that is of the page itself."""
    headings = _HEADING.findall(text)
    return headings[-1][1].rstrip(" \t#") if headings and len(headings[-1][0]) > 1 else ""


def _prepared(text: str, code: CodeApart, is_page: Callable[[str], bool]) -> str:
    headed = _HEADLESS_TABLE.sub(_with_empty_header, with_fenced_code(text))
    whole_rows = _DELIMITERS.sub(lambda row: re.sub(r"\|(?=\|)", "|-", row[0]), headed)  # kramdown's "--||--"
    bare = _AFTER_HTML.sub(r"\g<0>\n", with_components_as_tags(with_blanks_after_marks(code.without_code(whole_rows))))
    plain = _ANGLED_TARGET.sub(lambda target: quote(target[1], safe=_SAFE_IN_TARGETS), bare)
    plain = _WORDLESS.sub(lambda link: f"[{UNTITLED_LINK}]({link['target']})" if link["target"] else link[0], plain)
    return with_wiki_links(with_whole_headers(plain), is_page)


def with_wiki_links(text: str, is_page: Callable[[str], bool]) -> str:
    """Return a text whose links are those of Markdown, of pages by name too.

    A page that is embedded is linked, because it has its own place; pictures and other files are left out. `is_page`
    tells whether the folder has a page of that name.
    """
    return _WIKI_LINK.sub(lambda match: _wiki_link(match, is_page), text)


def _wiki_link(match: re.Match[str], is_page: Callable[[str], bool]) -> str:
    """Return a link of a wiki as one of Markdown.

    Written "[[Page]]", "[[Page|words]]", on GitHub "[[words|Page]]", in Obsidian "[[Page#Heading]]", "[[#Heading]]".
    """
    page = (match["first"] or "").strip()
    *_, heading = (match["anchor"] or "").split("#")
    if match["embeds"] and (_FILE.search(page) or not page):
        return ""
    words = (match["second"] or page or heading).strip()
    is_after_words = is_page(words) or (" " in page and " " not in words)
    if match["second"] and is_after_words and not is_page(page):
        page, words = words, page
    place = "" if heading.startswith("^") else heading.strip()  # "^" names a paragraph
    way = f"/{page.replace(' ', '-')}" if page else ""
    return f"[{words}]({quote(f'{way}#{place}' if place or not page else way, safe='/#')})"


def _without_lost_notes(text: str) -> str:
    """Return a text without the numbers of footnotes ("word[^1]") that it does not have."""
    return _NOTE_MARK.sub(lambda mark: mark[0] if f"[^{mark[1]}]:" in text else "", text)


def _with_empty_header(table: re.Match[str]) -> str:
    """Return the rows of kramdown's tables without a header below an empty one, which other dialects ask for."""
    columns = max(table[2].split("\n", 1)[0].count("|") - 1, 1)
    return f"{table[1]}{'|   ' * columns}|\n{'|---' * columns}|\n{table[2]}"


def _without_empty_headings(tokens: list[Token]) -> list[Token]:
    """Return the tokens without headings that have no words, which editors leave behind, but for a page's title."""
    empty: set[int] = set()
    for at, (opening, inline) in enumerate(pairwise(tokens)):
        if opening.type == "heading_open" and opening.tag != "h1" and not inline.content.strip():
            empty |= {at, at + 1, at + 2}
    return [token for at, token in enumerate(tokens) if at not in empty]


def _give_anchors(tokens: list[Token]) -> tuple[str, ...]:
    """Give each heading GitHub's anchor as its id ("-1" for a repetition), and a heading without text a title."""
    taken: Counter[str] = Counter()
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open" or opening.level != 0:
            continue
        children = inline.children or []
        title = tidy("".join(_inline_text(piece) for piece in children))
        if not title and not any(piece.type == "image" for piece in children):
            text = Token("text", "", 0)
            text.content = "Untitled"
            inline.children = [*children, text]
        anchor = plain = heading_anchor(title)
        while anchor in taken:
            taken[plain] += 1
            anchor = f"{plain}-{taken[plain]}"
        taken[anchor] = 0
        opening.attrSet("id", anchor or "untitled")
    return tuple(taken)


def _inline_text(piece: Token) -> str:
    return " " if piece.type in ("softbreak", "hardbreak") else piece.content if piece.type in _TEXT_TOKENS else ""
