"""Word documents (.docx), read by mammoth: headings by their style, lists, tables, bold words, links.

Pictures are left out and nothing outside the file is opened.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.html.blocks import html_blocks
from graphrag_tools.loaders.reading import OpenLevels, read_text
from graphrag_tools.manual.sections import Block, Link, Manual, Section, Skipped, is_external
from graphrag_tools.text.normalise import tidy

_HEADING = re.compile(
    r"(?:<(?:section|span|a)\b[^>]*>\s*(?:</(?:span|a)>\s*)*)*<h(?P<level>[1-6])\b[^>]*>(?P<inner>.*?)</h(?P=level)>",
    re.DOTALL,
)
_ID = re.compile(r'\sid="([^"]+)"')
_WRAPPER = re.compile(r"</?(?:section|main|body|html)\b[^>]*>")


def headed_sections(html: str, untitled: str) -> tuple[Section, ...]:
    """Return a section per heading, nested by the headings' levels; text before the first is called `untitled`.

    Links to an id ("#wi-fi") lead to the section that has it, in its heading or in its text.
    """
    headings = list(_HEADING.finditer(html))
    ends = [*(match.start() for match in headings), len(html)]
    sections: list[Section] = []
    preface = html_blocks(_WRAPPER.sub("", html[: ends[0]]), untitled)
    if preface:
        sections.append(Section("preface", untitled, preface, anchors=tuple(_ID.findall(html[: ends[0]]))))
    levels = OpenLevels()
    for number, (match, end) in enumerate(zip(headings, ends[1:], strict=True)):
        level, body = int(match["level"]), html[match.end() : end]
        title = _text(match["inner"]) or "Untitled"
        sections.append(
            Section(
                key=str(number),
                title=title,
                blocks=html_blocks(_WRAPPER.sub("", body), title),
                parent=levels.above(level),
                anchors=tuple(_ID.findall(match.group(0) + body)),
            )
        )
        levels.open(level, str(number))
    return tuple(map(_with_targets, sections))


def _text(html: str) -> str:
    body = LexborHTMLParser(html).body
    return tidy(body.text()) if body is not None else ""


def _with_targets(section: Section) -> Section:
    """Let "#id" name an anchor as sections have it."""

    def known(links: Iterable[Link]) -> tuple[Link, ...]:
        return tuple(link if is_external(link.target) else Link(link.text, link.target.lstrip("#")) for link in links)

    return replace(section, blocks=tuple(replace(block, links=known(block.links)) for block in section.blocks))


DOCX_SUFFIXES = frozenset({".docx"})
_MOST_BYTES = 500_000_000
"""Of a file when unpacked: far more than a manual's text, far less than a zip bomb's."""


def load_docx(path: Path, manual_id: str) -> Manual:
    """Load one Word document. What mammoth could not read is in `Manual.skipped`.

    Raises:
        ConfigError: mammoth is not installed (the extra "docx").
        ManualError: The file is missing, no Word document, damaged, too large, or has no heading and no text.
    """
    try:
        import mammoth
    except ImportError as error:
        raise ConfigError("Word documents need mammoth: pip install 'graphrag-tools[docx]'") from error
    _check(path)
    try:
        with path.open("rb") as file:
            result = mammoth.convert_to_html(file, convert_image=_no_picture, external_file_access=False)
    except OSError as error:
        raise ManualError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except Exception as error:  # mammoth lets those of zip and XML readers through
        raise ManualError(f"{path}: is damaged, or no Word document ({type(error).__name__}: {error}).") from error
    sections = headed_sections(result.value, path.stem)
    if not sections:
        raise ManualError(f"{path}: no heading and no text found.")
    hung = tuple(replace(section, blocks=_options_hung(section.blocks)) for section in sections)
    messages = dict.fromkeys(message.message for message in result.messages)
    return Manual(manual_id, manual_id, hung, str(path), tuple(Skipped(path.name, said) for said in messages))


def _options_hung(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Hang options under the step before them that ends in a colon: Word's list styles have no levels in common."""
    hung: list[Block] = []
    lead_in: int | None = None
    for block in blocks:
        if block.kind == "option" and block.depth == lead_in:
            hung.append(replace(block, depth=block.depth + 1))
            continue
        lead_in = block.depth if block.text.endswith(":") else None
        hung.append(block)
    return tuple(hung)


def _check(path: Path) -> None:
    if not path.is_file():
        raise ManualError(f"{path}: no such file. Give the path of a manual.")
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise ManualError(f"{path}: no Word document ({error}). Is it an older .doc? Save it as .docx.") from error
    if unpacked > _MOST_BYTES:
        raise ManualError(f"{path}: {unpacked:,} bytes when unpacked; expected at most {_MOST_BYTES:,}.")


def _no_picture(_image: Any) -> list[Any]:
    return []


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
    "line_length_limit": 1_000_000,
}
# What docutils adds of its own: "Note" above each note, and its complaints, which are reported elsewhere.
_ADDED = re.compile(r'<p class="admonition-title">.*?</p>|<aside class="system-message".*?</aside>', re.DOTALL)
_COMPLAINT_LINK = re.compile(r'<a href="#system-message-\d+">(.*?)</a>', re.DOTALL)


def load_rst(path: Path, manual_id: str) -> Manual:
    """Load one reStructuredText file. What docutils finds wrong with it is in `Manual.skipped`.

    Raises:
        ConfigError: docutils is not installed (the extra "rst").
        ManualError: The file is missing, empty, not UTF-8, or has no heading and no text.
    """
    try:
        from docutils.core import publish_parts
    except ImportError as error:
        raise ConfigError("reStructuredText needs docutils: pip install 'graphrag-tools[rst]'") from error
    text = read_text(path)
    warnings = io.StringIO()
    try:
        parts = publish_parts(text, writer="html5", settings_overrides={**_SAFE, "warning_stream": warnings})
    except RecursionError as error:
        raise ManualError(f"{path}: nested too deep for docutils. Is it a manual?") from error
    sections = headed_sections(_COMPLAINT_LINK.sub(r"\1", _ADDED.sub("", parts["html_body"])), path.stem)
    if not sections:
        raise ManualError(f"{path}: no heading and no text found.")
    problems = [line for line in warnings.getvalue().splitlines() if line.startswith("<string>:")]
    skipped = tuple(Skipped(f"line {line.split(':')[1]}", line.split(":", 2)[2].strip()) for line in problems)
    return Manual(manual_id, manual_id, sections, str(path), skipped)
