"""Help sites made of the sample manual: what a web help looks like around the same text."""

import html
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from support.places import SAMPLE_MANUAL

from graphrag_tools.loaders import load_markdown
from graphrag_tools.manual.sections import Section

SAMPLE = SAMPLE_MANUAL
_COOKIES = '<div id="cookie-banner" class="cookie-banner"><p>We use cookies.</p><button>Accept all</button></div>'
_SCRIPTS = (
    "<script>document.title = 'run';</script><style>p { color: red }</style><noscript>Turn on scripts.</noscript>"
)
_FEEDBACK = '<div class="vote"><p>Was this page helpful?</p><button>Yes</button><button>No</button></div>'
_FOOTER = '<footer><p>© Larkfield 2026</p><ul><li><a href="https://larkfield.example">Shop</a></li></ul></footer>'
_REPEATED = '<div class="strip">Larkfield Page 7, software version 4</div>'


@dataclass(frozen=True)
class Part:
    """A section of the sample, its level and its text as HTML."""

    section: Section
    level: int
    body: str


def sample_parts() -> list[Part]:
    """All sections of the sample manual in order, with links as the Markdown files have them."""
    sections = iter(load_markdown(SAMPLE, "sample").sections)
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parts: list[Part] = []
    for file in sorted(SAMPLE.glob("*.md")):
        tokens = parser.parse(file.read_text(encoding="utf-8"))
        starts = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
        for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
            body = parser.renderer.render(tokens[start + 3 : end], parser.options, {})
            parts.append(Part(next(sections), int(tokens[start].tag[1]), body))
    return parts


def write_menu_site(folder: Path) -> None:
    """A page per chapter and per section of the second level; a menu of all pages on each, in another file order."""
    parts = sample_parts()
    pages: dict[str, list[Part]] = {}
    address: dict[str, str] = {}
    for number, part in enumerate(parts):
        if part.level <= 2:
            name = f"t{len(parts) - number:03}.html"
            pages[name] = []
        anchor = part.section.key.partition("#")[2]
        address[part.section.key] = name if not pages[name] else f"{name}#{anchor}"
        pages[name].append(part)
    menu = _menu(pages)
    for name, held in pages.items():
        text = "".join(
            f'<section id="{part.section.key.partition("#")[2]}"><h{part.level}>{html.escape(part.section.title)}'
            f'<a class="headerlink" href="#{part.section.key.partition("#")[2]}">¶</a></h{part.level}></section>'
            f"{_boxes(_linked(part, address), 'admonition')}"
            for part in held
        )
        _write(
            folder / name,
            held[0].section.title,
            f'<a class="skip" href="#main">Skip to main content</a>{_COOKIES}<header><p>Larkfield Help</p>'
            f'<form role="search"><input name="q"><button>Find</button></form></header><nav id="side">{menu}</nav>'
            f'<main id="main">{text}</main>{_FEEDBACK}{_FOOTER}',
        )


def _menu(pages: dict[str, list[Part]]) -> str:
    items: list[str] = []
    for name, held in pages.items():
        link = f'<a href="{name}">{html.escape(held[0].section.title)}</a>'
        if held[0].level == 1:
            items.append(f"<li>{link}<ul>")
        else:
            items[-1] += f"<li>{link}</li>"
    return f"<h2>Contents</h2><ul>{''.join(f'{item}</ul></li>' for item in items)}</ul>"


def write_breadcrumb_site(folder: Path) -> None:
    """A page per section in folders that say nothing, breadcrumbs above each; options as definitions, old markup."""
    parts = sample_parts()
    titles = {part.section.key: part.section.title for part in parts}
    parents = {part.section.key: part.section.parent for part in parts}
    name_of = {part.section.key: f"{'ab'[n % 2]}/{n + 1}.htm" for n, part in enumerate(parts)}
    (folder / "index.html").parent.mkdir(parents=True, exist_ok=True)
    links = [f'<li><a href="{name_of[part.section.key]}">{part.section.title}</a></li>' for part in parts[:2]]
    _write(folder / "index.html", "Help", f"<ul>{''.join(links)}</ul>{_FOOTER}")
    for part in parts:
        name = name_of[part.section.key]
        trail: list[str] = []
        above = part.section.parent
        while above is not None:
            trail.insert(0, f'<a href="{_from(name, name_of[above])}">{html.escape(titles[above])}</a>')
            above = parents[above]
        crumbs = " &gt; ".join(['<a href="../index.html">Home</a>', *trail, html.escape(part.section.title)])
        linked = _linked(part, {key: _from(name, page) for key, page in name_of.items()})
        _write(
            folder / name,
            f"{part.section.title} | Larkfield Help",
            f'<DIV CLASS="breadcrumb">{crumbs}</DIV>{_REPEATED}<H1>{html.escape(part.section.title)}</H1>'
            f'{_boxes(_definitions(linked), "callout")}<div style="display: none">Hidden text.</div>{_FOOTER}',
        )


def _linked(part: Part, address: dict[str, str]) -> str:
    file = part.section.key.partition("#")[0]

    def target(found: re.Match[str]) -> str:
        page, _, anchor = unquote(found[1]).partition("#")
        key = f"{posixpath.normpath(page) if page else file}#{anchor}"
        return f'href="{address.get(key, "gone.html")}"'

    return re.sub(r'href="([^":]*)"', target, part.body)


def _boxes(body: str, kind: str) -> str:
    """Quotations as note boxes, the label a title of its own for admonitions."""

    def box(found: re.Match[str]) -> str:
        label = found[1].rstrip(":")
        opened = f'<div class="{kind} {kind}-{label.lower()}">'
        if kind == "admonition":
            return f'{opened}<p class="admonition-title">{label}</p><p>'
        return f"{opened}<p><b>{found[1]}</b>"

    return re.sub(r"<blockquote>\s*<p><strong>(\w+:)</strong>", box, body).replace("</blockquote>", "</div>")


def _definitions(body: str) -> str:
    """Lists of options without nested ones as <dl>."""
    items = re.compile(r"<li>(?:<p>)?<strong>([^<]*)</strong>: ((?:(?!</?[uo]l|</?li).)*?)(?:</p>)?</li>", re.DOTALL)

    def definitions(found: re.Match[str]) -> str:
        if items.sub("", found[1]).strip():
            return found[0]
        return "<dl>" + items.sub(r"<dt>\1</dt><dd>\2</dd>", found[1]) + "</dl>"

    return re.sub(r"<ul>((?:(?!</?[uo]l>).)*)</ul>", definitions, body, flags=re.DOTALL)


def _from(page: str, target: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def _write(file: Path, title: str, body: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
        f"<body>{_SCRIPTS}{body}</body></html>",
        encoding="utf-8",
    )
