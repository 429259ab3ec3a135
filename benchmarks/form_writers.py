"""Writers of a manual as people have theirs: the folders of site generators, help formats, Word and PDF."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.form_pages import (
    Chapter,
    Page,
    Tags,
    asciidoc,
    bold_runs,
    chapters,
    emphasised,
    markdown,
    rst,
    tagged,
)
from benchmarks.manual_pdf import write_pdf
from graphrag_tools.manual.sections import Block, Manual

Note = Callable[[str, str], str]
_UNDERLINES = "=-~^+"


def write_mkdocs(manual: Manual, folder: Path) -> Path:
    """Write pages with "!!! note", ordered by the nav of mkdocs.yml."""
    nav = ["site_name: Larkfield", "nav:"]
    for chapter in chapters(manual):
        name = chapter.index.name
        nav += [f"  - {chapter.index.title}:", f"      - {name}/index.md"]
        nav += [f'      - "{page.title}": {name}/{page.name}.md' for page in chapter.pages]
    _write(folder / "mkdocs.yml", "\n".join(nav))
    return _markdown_pages(manual, folder, "docs", _mkdocs_note)


def write_docusaurus(manual: Manual, folder: Path) -> Path:
    """Write MDX with front matter, components and a sidebar that is data."""
    items = []
    for one in chapters(manual):
        pages = ", ".join(f"'{one.index.name}/{page.name}'" for page in one.pages)
        link = f'link: {{type: "doc", id: "{one.index.name}/index"}}'
        items.append(f'    {{type: "category", label: "{one.index.title}", {link}, items: [{pages}]}},')
    sidebar = [
        "// @ts-check",
        "module.exports = {",
        "  // what readers see at the left",
        "  docs: [",
        *items,
        "  ],",
        "};",
    ]
    _write(folder / "sidebars.js", "\n".join(sidebar))
    _write(folder / "docusaurus.config.js", "module.exports = {};\n")

    def matter(page: Page, _at: int, _chapter: Chapter) -> str:
        return f'---\ntitle: "{page.title}"\n---\n\nimport Box from "@site/Box";\n\n'

    return _markdown_pages(
        manual, folder, "docs", lambda kind, text: f":::{kind}\n\n{text}\n\n:::", matter, suffix=".mdx", has_title=False
    )


def write_gitbook(manual: Manual, folder: Path) -> Path:
    """Write pages with hints, ordered by SUMMARY.md."""
    lines = ["# Table of contents", ""]
    for chapter in chapters(manual):
        name = chapter.index.name
        lines.append(f"* [{chapter.index.title}]({name}/README.md)")
        lines += [f"  * [{page.title}]({name}/{page.name}.md)" for page in chapter.pages]
    _write(folder / "SUMMARY.md", "\n".join(lines))
    kinds = {"note": "info", "tip": "success", "warning": "danger"}

    def note(kind: str, text: str) -> str:
        return f'{{% hint style="{kinds[kind]}" %}}\n{text}\n{{% endhint %}}'

    return _markdown_pages(manual, folder, "", note, index="README.md")


def write_jekyll(manual: Manual, folder: Path) -> Path:
    """Write one flat folder of pages that name their parents (just-the-docs)."""
    _write(folder / "_config.yml", "title: Larkfield\n")
    for at, chapter in enumerate(chapters(manual)):
        for place, page in enumerate((chapter.index, *chapter.pages)):
            matter = f'title: "{page.title}"\nnav_order: {place or at}\n'
            matter += f'parent: "{chapter.index.title}"\n' if place else "has_children: true\n"
            body = _page_markdown(page, lambda kind, text: f"{{: .{kind} }}\n{text}", has_title=False)
            _write(folder / "docs" / f"{at}-{page.name}.md", f"---\n{matter}---\n\n{body}")
    return folder


def write_starlight(manual: Manual, folder: Path) -> Path:
    """Write MDX below src/content/docs with the order in its front matter."""
    _write(folder / "astro.config.mjs", "export default {};\n")
    _write(folder / "README.md", "# How to build this site\n\nRun npm.\n")
    kinds = {"note": "note", "tip": "tip", "warning": "caution"}

    def matter(page: Page, at: int, _chapter: Chapter) -> str:
        order = f"sidebar:\n  order: {at}\n"
        return f'---\ntitle: "{page.title}"\n{order}---\n\nimport {{ Aside }} from "@astrojs/starlight/components";\n\n'

    def note(kind: str, text: str) -> str:
        return f'<Aside type="{kinds[kind]}">\n\n{text}\n\n</Aside>'

    return _markdown_pages(manual, folder, "src/content/docs", note, matter, suffix=".mdx", has_title=False)


def write_sphinx(manual: Manual, folder: Path) -> Path:
    """Write reStructuredText nested by its toctrees, with a theme template beside it."""
    _write(folder / "_templates" / "layout.html", "<title>{{ title }}</title>{% block body %}{% endblock %}")
    _write(folder / "conf.py", "project = 'Larkfield'\n")
    names = [chapter.index.name for chapter in chapters(manual)]
    entries = "\n".join(f"   {name}/index" for name in names)
    _write(folder / "index.rst", f".. toctree::\n   :maxdepth: 2\n\n{entries}\n")
    for chapter in chapters(manual):
        for page in (chapter.index, *chapter.pages):
            text = "".join(
                f"{section.title}\n{_UNDERLINES[level - 1] * len(section.title)}\n\n{rst(section.blocks)}\n"
                for level, section in page.sections
            )
            is_index = page is chapter.index
            listed = "\n".join(f"   {one.name}" for one in chapter.pages)
            toctree = f"\n.. toctree::\n   :hidden:\n\n{listed}\n" if is_index else ""
            _write(folder / chapter.index.name / f"{'index' if is_index else page.name}.rst", text + toctree)
    return folder


def write_asciidoc(manual: Manual, folder: Path) -> Path:
    """Write one file of AsciiDoc for each chapter."""
    for at, chapter in enumerate(chapters(manual), 1):
        pages = [(0, chapter.index), *((1, page) for page in chapter.pages)]
        text = "".join(
            f"{'=' * (level + deeper)} {section.title}\n\n{asciidoc(section.blocks)}\n"
            for deeper, page in pages
            for level, section in page.sections
        )
        _write(folder / f"{at:02}-{chapter.index.name}.adoc", f":toc:\n:icons: font\n\n{text}".removeprefix(":toc:\n"))
    return folder


def write_docbook_chunks(manual: Manual, folder: Path) -> Path:
    """Write the HTML that DocBook's stylesheets make: bars above and below, and the page above as a link."""
    for at, chapter in enumerate(chapters(manual), 1):
        for place, page in enumerate((chapter.index, *chapter.pages)):
            own = f"ch{at:02}" if not place else f"ch{at:02}s{place:02}"
            up = f"ch{at:02}.html" if place else "index.html"
            head = f'<title>{escape(page.title)}</title><link rel="home" href="index.html"><link rel="up" href="{up}">'
            cells = f"<td>Prev</td><th>{escape(page.title)}</th><td>Next</td>"
            bar = f'<div class="{{}}"><table><tr>{cells}</tr></table></div>'
            body = "".join(
                f"<h{min(level + 1, 6)}>{escape(section.title)}</h{min(level + 1, 6)}>{tagged(section.blocks, Tags())}"
                for level, section in page.sections
            )
            _write(
                folder / f"{own}.html",
                f"<html><head>{head}</head><body>{bar.format('navheader')}<div class=section>{body}</div>"
                f"{bar.format('navfooter')}</body></html>",
            )
    return folder


def write_mallard(manual: Manual, folder: Path) -> Path:
    """Write GNOME's help: pages that name the guide that they belong to."""
    tags = Tags(
        ordered="steps",
        unordered="list",
        item="item",
        bold="gui",
        item_paragraph=True,
        note=lambda kind, text: f'<note style="{kind}"><p>{text}</p></note>',
    )
    for at, chapter in enumerate(chapters(manual)):
        for place, page in enumerate((chapter.index, *chapter.pages)):
            kind = "topic" if place else "guide"
            link = f'<link type="guide" xref="{at:02}-{chapter.index.name}"/>' if place else ""
            body = ""
            open_levels: list[int] = []
            for level, section in page.sections:
                while open_levels and open_levels[-1] >= level:
                    body += "</section>"
                    open_levels.pop()
                if level > 1:
                    body += f'<section id="{level}-{len(body)}">'
                    open_levels.append(level)
                body += f"<title>{escape(section.title)}</title>{tagged(section.blocks, tags)}"
            body += "</section>" * len(open_levels)
            start = f'<page xmlns="http://projectmallard.org/1.0/" type="{kind}" id="{page.name}"><info>{link}</info>'
            text = f"{start}{body}</page>"
            name = f"{at:02}-{page.name}" if not place else f"{at:02}-{place:02}-{page.name}"
            _write(folder / f"{name}.page", text)
    return folder


def write_docx(manual: Manual, folder: Path) -> Path:
    """Write one Word document: headings and lists by their styles."""
    import docx

    document: Any = docx.Document()
    levels: dict[str, int] = {}
    for section in manual.sections:
        level = levels[section.key] = levels[section.parent] + 1 if section.parent is not None else 1
        document.add_heading(section.title, level)
        for block in section.blocks:
            if block.kind == "table":
                cells = block.text.split(" | ")
                row = document.add_table(1, len(cells)).rows[0]
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
                continue
            paragraph = document.add_paragraph(style=_word_style(block))
            label = f"**{block.text.partition(':')[0]}:** " if block.kind in ("note", "warning") else ""
            said = (
                f"**{block.text}**" if block.kind == "heading" else label + emphasised(block, lambda run: f"**{run}**")
            )
            for text, is_bold in bold_runs(said):
                paragraph.add_run(text).bold = is_bold
    folder.mkdir(parents=True, exist_ok=True)
    document.save(str(folder / "manual.docx"))
    return folder / "manual.docx"


def write_pdf_file(manual: Manual, folder: Path) -> Path:
    """Write a PDF with an outline."""
    folder.mkdir(parents=True, exist_ok=True)
    write_pdf(manual, folder / "manual.pdf")
    return folder / "manual.pdf"


FORMS: dict[str, Callable[[Manual, Path], Path]] = {
    "MkDocs": write_mkdocs,
    "Docusaurus, MDX": write_docusaurus,
    "GitBook": write_gitbook,
    "Jekyll": write_jekyll,
    "Starlight": write_starlight,
    "Sphinx": write_sphinx,
    "AsciiDoc": write_asciidoc,
    "DocBook, chunks": write_docbook_chunks,
    "Mallard": write_mallard,
    "Word": write_docx,
    "PDF": write_pdf_file,
}


def _word_style(block: Block) -> str | None:
    styles = {"step": "List Number", "option": "List Bullet"}
    if block.kind not in styles:
        return None
    return styles[block.kind] + (f" {block.depth + 1}" if block.depth else "")


def _mkdocs_note(kind: str, text: str) -> str:
    return f"!!! {kind}\n    {text}"


def _no_matter(_page: Page, _at: int, _chapter: Chapter) -> str:
    return ""


def _markdown_pages(  # noqa: PLR0913  # what the sites differ in
    manual: Manual,
    folder: Path,
    below: str,
    note: Note,
    matter: Callable[[Page, int, Chapter], str] = _no_matter,
    *,
    suffix: str = ".md",
    index: str = "",
    has_title: bool = True,
) -> Path:
    for at, chapter in enumerate(chapters(manual)):
        for place, page in enumerate((chapter.index, *chapter.pages)):
            name = (index or f"index{suffix}") if not place else f"{page.name}{suffix}"
            text = matter(page, place or at, chapter) + _page_markdown(page, note, has_title=has_title)
            _write(folder / below / chapter.index.name / name, text)
    return folder


def _page_markdown(page: Page, note: Note, *, has_title: bool = True) -> str:
    titled = page.sections if has_title else page.sections[1:]
    start = "" if has_title else markdown(page.sections[0][1].blocks, note) + "\n"
    return start + "".join(_with_heading(level, section.title, section.blocks, note) for level, section in titled)


def _with_heading(level: int, title: str, blocks: Sequence[Block], note: Note) -> str:
    return f"{'#' * level} {title}\n\n{markdown(blocks, note)}\n"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
