"""Load Word documents (.docx) by mammoth: headings by their style, lists, tables, bold words, links.

Pictures are left out and nothing outside the file is opened.
"""

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders.headed_html import headed_sections
from graphrag_tools.loaders.source_file import check_file
from graphrag_tools.manual.sections import Block, Manual, Skipped

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
    _check_archive(path)
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
    return Manual(manual_id, manual_id, hung, str(path), tuple(Skipped(path.name, message) for message in messages))


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


def _check_archive(path: Path) -> None:
    check_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise ManualError(f"{path}: no Word document ({error}). Is it an older .doc? Save it as .docx.") from error
    if unpacked > _MOST_BYTES:
        raise ManualError(f"{path}: {unpacked:,} bytes when unpacked; expected at most {_MOST_BYTES:,}.")


def _no_picture(_image: Any) -> list[Any]:
    return []
