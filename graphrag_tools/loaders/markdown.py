"""Load Markdown: every heading a section, a folder of files one manual.

Parsed by markdown-it (CommonMark and tables); each section's body goes through the same HTML reader
as every other format, so that lists, options and notes mean the same everywhere.
"""

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.html.blocks import html_blocks
from graphrag_tools.loaders.section_tree import OpenLevels, make_manual
from graphrag_tools.loaders.source_file import read_text
from graphrag_tools.manual.sections import Block, Link, Manual, Section, Skipped, is_external
from graphrag_tools.text.characters import without_controls
from graphrag_tools.text.normalise import tidy

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
_TEXT_TOKENS = frozenset({"text", "code_inline"})
_INDEX_STEMS = frozenset({"index", "readme"})
_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)


def load_markdown(path: Path, manual_id: str) -> Manual:
    """Load one Markdown file, or a folder of them (in name order) as one manual.

    In a subfolder, the first heading of `index.md` or `README.md` is the parent of the other files.
    Links between files and headings (GitHub's anchors) become see-also edges. Raw HTML is shown as text.

    Raises:
        ManualError: Nothing there, no Markdown file in the folder, or no heading and no text in them.
    """
    files, skipped = _markdown_files(path) if path.is_dir() else ([path], [])
    root = path if path.is_dir() else path.parent
    sections: list[Section] = []
    tops: dict[str, str] = {}
    for file in files:
        name = file.relative_to(root).as_posix()
        try:
            found = _file_sections(name, without_controls(read_text(file)), file.stem)
        except ManualError as error:
            if len(files) == 1:
                raise
            skipped.append(Skipped(name, str(error)))
            continue
        folder = posixpath.dirname(name)
        if found and file.stem.lower() in _INDEX_STEMS and folder:
            tops[folder] = found[0].key
        sections.extend(_under(found, tops.get(folder)))
    if not sections:
        raise ManualError(f"{path}: no heading and no text found in {len(files)} Markdown file(s).")
    return make_manual(manual_id, sections, path, skipped)


def _markdown_files(folder: Path) -> tuple[list[Path], list[Skipped]]:
    files: list[Path] = []
    skipped: list[Skipped] = []
    for file in sorted(folder.rglob("*"), key=_reading_order):
        name = file.relative_to(folder).as_posix()
        if not file.is_file() or any(part.startswith(".") for part in file.relative_to(folder).parts):
            continue
        if not file.resolve().is_relative_to(folder.resolve()):
            skipped.append(Skipped(name, "is a link to outside the folder"))
        elif file.suffix.lower() in MARKDOWN_SUFFIXES:
            files.append(file)
        else:
            skipped.append(Skipped(name, "is no Markdown file (.md, .markdown)"))
    if not files:
        found = f"{len(skipped)} other file(s)" if skipped else "nothing"
        raise ManualError(f"{folder}: found {found}, expected at least one Markdown file (.md, .markdown).")
    return files, skipped


def _reading_order(file: Path) -> tuple[str, bool, str]:
    return (file.parent.as_posix(), file.stem.lower() not in _INDEX_STEMS, file.name)


def _under(sections: list[Section], parent: str | None) -> list[Section]:
    """Hang the sections without a parent under the given one."""
    return [
        replace(section, parent=parent) if section.parent is None and section.key != parent else section
        for section in sections
    ]


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    title: str
    anchor: str


def _file_sections(name: str, text: str, stem: str) -> list[Section]:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_FRONT_MATTER.sub("", text, count=1))
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    anchors: Counter[str] = Counter()
    sections: list[Section] = []
    levels = OpenLevels()
    ends = [*starts, len(tokens)]
    if preface := _blocks(parser, tokens[: ends[0]], name, stem):
        sections.append(Section(key=name, title=stem, blocks=preface, anchors=(name,)))
    for start, end in zip(starts, ends[1:], strict=True):
        heading = _heading(tokens[start], tokens[start + 1], anchors)
        key = f"{name}#{heading.anchor}"
        sections.append(
            Section(
                key=key,
                title=heading.title,
                blocks=_blocks(parser, tokens[start + 3 : end], name, heading.title),
                parent=levels.above(heading.level),
                anchors=(key,) if sections else (key, name),
            )
        )
        levels.open(heading.level, key)
    return sections


def _heading(opening: Token, inline: Token, anchors: Counter[str]) -> _Heading:
    """Return level, title and GitHub's anchor (lower case, punctuation dropped, "-1" for a repetition)."""
    title = tidy("".join(_inline_text(piece) for piece in inline.children or []))
    plain = heading_anchor(title)
    anchor = plain
    while anchor in anchors:
        anchors[plain] += 1
        anchor = f"{plain}-{anchors[plain]}"
    anchors[anchor] = 0
    return _Heading(int(opening.tag[1:]), title or "Untitled", anchor)


def heading_anchor(title: str) -> str:
    """Return the anchor that Markdown's hosts give a heading: lower case, punctuation dropped, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _inline_text(piece: Token) -> str:
    return " " if piece.type in ("softbreak", "hardbreak") else piece.content if piece.type in _TEXT_TOKENS else ""


def _blocks(parser: MarkdownIt, tokens: list[Token], name: str, title: str) -> tuple[Block, ...]:
    html = parser.renderer.render(tokens, parser.options, {})
    return tuple(
        replace(block, links=tuple(Link(link.text, _target(link.target, name)) for link in block.links))
        for block in html_blocks(html, title)
    )


def _target(target: str, name: str) -> str:
    """Return a link's target as an anchor of this manual: "folder/file.md#heading"."""
    if is_external(target):
        return target
    page, _, anchor = unquote(target).partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(name), page)) if page else name
    return f"{file}#{anchor}" if anchor else file
