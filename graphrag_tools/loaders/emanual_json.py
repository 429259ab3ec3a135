"""Load e-manual JSON: an object of sections by id, with HTML fragments and a hierarchy, or flat text alone.

The format of the EMQAP data set (Nandy et al., Findings of EMNLP 2021). Both shapes load: sections
with `html`, `section_hierarchy` and `section_url`, and sections with only `id`, `title` and `text`.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import ftfy
from pydantic import BaseModel, ConfigDict, ValidationError

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.block_kinds import plain_blocks
from graphrag_tools.loaders.html.blocks import html_blocks
from graphrag_tools.loaders.pages.page import readable_name
from graphrag_tools.loaders.section_tree import make_manual, retargeted
from graphrag_tools.loaders.source_file import read_text
from graphrag_tools.manual.sections import Block, Manual, Section, Skipped, is_external
from graphrag_tools.text.normalise import tidy

_MOJIBAKE_SPACE = "Â\N{NO-BREAK SPACE}"
_STRAY_HALF = re.compile(r"Â(?=[\s<]|$)")
_WHAT_EACH_IS = re.compile(r"(?<=\w)(?:[-_ ]+(?:user|e?manual|corpus))+$", re.IGNORECASE)
"""Ends a file's name without saying of which device it is."""


class _RawSection(BaseModel):
    """One section as the file has it; other fields are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    title: str
    id: str = ""
    text: list[str] | str = []
    html: list[str] | str = []
    section_url: str = ""
    section_hierarchy: str = ""


def load_emanual_json(path: Path, manual_id: str) -> Manual:
    """Load one e-manual JSON file.

    Sections that lack a title, or repeat a key, are left out and reported in `Manual.skipped`. The manual's title is
    that of an entry "title" beside the sections, if there is one of words, else the file's name.

    Raises:
        ManualError: The file is missing, empty, no JSON, or holds no section at all.
    """
    text = read_text(path)
    entries = _parse(path, text)
    repair_stray = _MOJIBAKE_SPACE in text or "\\u00c2\\u00a0" in text
    sections: list[Section] = []
    skipped: list[Skipped] = []
    known: set[str] = set()
    title = ""
    for key, value in entries:
        if key == "title" and isinstance(value, str):
            title = tidy(_repaired(value, repair_stray))
            continue
        if key in known:
            skipped.append(Skipped(key, "repeats a key; the first section of that key is kept"))
            continue
        known.add(key)
        try:
            sections.append(_section(key, _RawSection.model_validate(value), repair_stray))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "section"
            skipped.append(Skipped(key, f"{where}: {first['msg']}"))
    if not sections:
        raise ManualError(
            f"{path}: no section found in {len(entries)} entries; expected an object of sections, "
            'each with "id", "title" and "text" or "html".'
        )
    named = title or readable_name(_WHAT_EACH_IS.sub("", path.stem))
    return make_manual(manual_id, _with_known_targets(sections), path, skipped, named)


def _parse(path: Path, text: str) -> list[tuple[str, Any]]:
    """Return the entries by key, repeated keys included."""
    try:
        raw = json.loads(text, object_pairs_hook=_Entries)
    except json.JSONDecodeError as error:
        raise ManualError(
            f"{path}, line {error.lineno}, column {error.colno}: broken JSON ({error.msg}). Is the file complete?"
        ) from error
    except RecursionError as error:
        raise ManualError(f"{path}: JSON nested too deep; expected an object of sections.") from error
    if isinstance(raw, list):
        return [(str(item.get("id", at)) if isinstance(item, dict) else str(at), item) for at, item in enumerate(raw)]
    if not isinstance(raw, _Entries):
        raise ManualError(f"{path}: found a JSON {type(raw).__name__}, expected an object of sections by id.")
    return raw.pairs


class _Entries(dict[str, Any]):
    """A JSON object that also keeps the entries whose key was repeated."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def _section(key: str, raw: _RawSection, repair_stray: bool) -> Section:
    title = tidy(_repaired(raw.title, repair_stray)) or key
    ancestors = raw.section_hierarchy.split(">")[:-1]
    page = raw.section_url.rsplit("/", 1)[-1]
    return Section(
        key=key,
        title=title,
        blocks=_blocks(raw, title, repair_stray),
        parent=ancestors[-1] if ancestors else None,
        anchors=(page,) if page else (),
        url=raw.section_url,
    )


def _blocks(raw: _RawSection, title: str, repair_stray: bool) -> tuple[Block, ...]:
    html = raw.html if isinstance(raw.html, str) else "".join(raw.html)
    if html.strip():
        blocks = html_blocks(_repaired(html, repair_stray), title)
        return tuple(retargeted(block, _page_target) for block in blocks)
    fragments = [raw.text] if isinstance(raw.text, str) else raw.text
    repaired = [_repaired(fragment, repair_stray) for fragment in fragments]
    if repaired and tidy(repaired[0]).casefold() == title.casefold():
        repaired = repaired[1:]
    return plain_blocks(repaired)


def _with_known_targets(sections: list[Section]) -> list[Section]:
    """Let a link to an anchor inside a page, which no section has, lead to the page."""
    anchors = {anchor for section in sections for anchor in section.anchors}

    def known(target: str) -> str:
        page = target.partition("#")[0]
        return page if target not in anchors and page in anchors else target

    return [replace(one, blocks=tuple(retargeted(block, known) for block in one.blocks)) for one in sections]


def _page_target(target: str) -> str:
    return target if is_external(target) else target.rsplit("/", 1)[-1]


def _repaired(text: str, repair_stray: bool) -> str:
    """Undo UTF-8 that was read as Latin-1; where a file has that, a lone "Â" is half a no-break space."""
    fixed = ftfy.fix_encoding(text)
    return _STRAY_HALF.sub(" ", fixed) if repair_stray else fixed
