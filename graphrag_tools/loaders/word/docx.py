"""Load Word documents (.docx) by mammoth: headings by their style, lists, tables, bold words, links.

Pictures are left out and nothing outside the file is opened. mammoth works in a process of its own
(own_process.py), because it takes seconds for each megabyte and some documents are made to take for ever.
"""

import re
import sys
import zipfile
from dataclasses import replace
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.headed_html import headed_sections
from graphrag_tools.loaders.own_process import (
    OutOfTime,
    ReaderEnded,
    limit_memory,
    reader_lines,
    start_clock,
)
from graphrag_tools.loaders.packed_file import PackedLimits, check_packed_file
from graphrag_tools.loaders.section_tree import make_manual
from graphrag_tools.loaders.source_file import check_file
from graphrag_tools.loaders.word.paragraphs import restyled
from graphrag_tools.loaders.word.styles import read_styles
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.manual.sections import Block, Manual, Skipped
from graphrag_tools.text.normalise import tidy

_HEADING = re.compile(r"<h[1-6]\b")
_TITLE = re.compile(r'<p class="manual-title">(.*?)</p>', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
DOCX_SUFFIXES = frozenset({".docx"})
_LIMITS = PackedLimits()
_STYLES = """
p[style-name='Title'] => p.manual-title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='TOC Heading'] => !
p[style-name^='toc '] => p.contents-line:fresh
p[style-name^='Contents '] => p.contents-line:fresh
p[style-name^='Code'] => pre:separator('\\n')
p[style-name^='Source Code'] => pre:separator('\\n')
p[style-name^='HTML Preformatted'] => pre:separator('\\n')
p[style-name^='Preformatted'] => pre:separator('\\n')
p[style-name='Note'] => div.note > p:fresh
p[style-name='Tip'] => div.note > p:fresh
p[style-name='Important'] => div.note > p:fresh
p[style-name='Warning'] => div.warning > p:fresh
p[style-name='Caution'] => div.warning > p:fresh
"""
"""What mammoth does not know by itself: the manual's name, Word's and LibreOffice's lines of contents, code, notes."""
_CONTENTS = re.compile(
    r'(?:<h[1-6]>(?:(?!</h[1-6]>).)*</h[1-6]>)?(?:<p class="contents-line">(?:(?!</p>).)*</p>)+', re.DOTALL
)
_STYLE_MESSAGE = re.compile(r"Unrecognised (?:paragraph|run|table) style")
_PROGRAM = "from graphrag_tools.loaders.word.docx import convert_to_stdout; convert_to_stdout({seconds})"


class _Converted(BaseModel):
    """One line of what the converting process says: HTML and what it could not read, or why there is none."""

    html: str = ""
    title: str = ""
    messages: tuple[str, ...] = ()
    problem: str = ""


def load_docx(path: Path, manual_id: str, limits: PackedLimits = _LIMITS) -> Manual:
    """Load one Word document. What mammoth could not read is in `Manual.skipped`.

    Raises:
        ConfigError: mammoth is not installed (the extra "docx").
        ManualError: The file is missing, no Word document, damaged, beyond the limits (16 MB of text, 500 MB, 10,000
            files in it, 30 s of processor time), or has no heading and no text.
    """
    if find_spec("mammoth") is None:
        raise ConfigError(f"Word documents need mammoth: {install_extra('docx')}")
    check_file(path)
    try:
        check_packed_file(path, limits)
    except (zipfile.BadZipFile, OSError) as error:
        raise ManualError(f"{path}: no Word document ({error}). Is the file complete?") from error
    converted = _convert(path, limits.seconds)
    sections = headed_sections(converted.html, converted.title or path.stem)
    if not sections:
        raise ManualError(f"{path}: no heading and no text found.")
    hung = (replace(section, blocks=_options_hung(section.blocks)) for section in sections)
    skipped = (Skipped(path.name, message) for message in converted.messages)
    return make_manual(manual_id, hung, path, skipped, converted.title)


def convert_to_stdout(seconds: float) -> None:
    """Convert the file that the command line names, and write a line of JSON: what the process of its own does."""
    limit_memory()
    start_clock(seconds)
    sys.stdout.write(_read(Path(sys.argv[1])).model_dump_json() + "\n")


def _convert(path: Path, seconds: float) -> _Converted:
    try:
        lines = list(reader_lines(_PROGRAM.format(seconds=seconds), path))
    except OutOfTime as error:
        raise ManualError(
            f"{path}: reading it takes more than {seconds:g} s of processor time; expected a manual that takes less. "
            "Split it at its chapters."
        ) from error
    except ReaderEnded as error:
        raise ManualError(f"{path}: reading it broke off ({error}). Is the file damaged? Save it anew.") from error
    converted = _Converted.model_validate_json(lines[-1])
    if converted.problem:
        raise ManualError(f"{path}: {converted.problem}")
    return converted


def _read(path: Path) -> _Converted:
    import mammoth

    try:
        styles = read_styles(path)
        with path.open("rb") as file:
            result = mammoth.convert_to_html(
                file,
                style_map=_STYLES,
                convert_image=_no_picture,
                external_file_access=False,
                transform_document=lambda document: restyled(document, styles),
            )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # mammoth lets those of zip and XML readers through
        # The system's errors have a number; one of mammoth's own says that a ZIP holds no document.
        if isinstance(error, OSError) and error.errno:
            return _Converted(problem=f"cannot be read ({error.strerror}).")
        return _Converted(problem=f"is damaged, or no Word document ({error}). Open it in Word and save it anew.")
    title, html = _without_title(_CONTENTS.sub("", result.value))
    # The text of a style that is not known is read all the same.
    lost = dict.fromkeys(one.message for one in result.messages if not _STYLE_MESSAGE.match(one.message))
    return _Converted(html=html, title=title, messages=tuple(lost))


def _without_title(html: str) -> tuple[str, str]:
    """Return what the first paragraph of style "Title" says, and the rest; none where a heading stands before it."""
    found = _TITLE.search(html)
    if found is None or _HEADING.search(html, 0, found.start()):
        return "", html
    title = tidy(unescape(_TAG.sub(" ", found[1])))
    return title, html[: found.start()] + html[found.end() :]


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


def _no_picture(_image: Any) -> list[Any]:
    return []
