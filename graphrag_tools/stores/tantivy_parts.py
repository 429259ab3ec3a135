"""Parts of a Tantivy index: segments that hold whole manuals, which another generation takes over by a link.

BM25 counts documents and words over all segments, so that a score is the same whatever the parts are. Tantivy itself
would count deleted documents until it merges, and estimates the words of what is left: so nothing is deleted in a
segment, whole ones are left out. `meta.json` is Tantivy's, and names the segments in the order of their documents.
"""

import json
import os
import shutil
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from graphrag_tools.machine.new_files import replacing
from graphrag_tools.stores.kept import Kept

META, _MANAGED, _PARTS = "meta.json", ".managed.json", "parts.json"
_MOST = 16
"""Each part is searched by itself, and one changed manual takes its whole part to be written: from some number on,
several manuals share one. Of 420,000 blocks, those in 64 parts take twice the time of those in 16."""


class Part(BaseModel):
    """Manuals, and the ids of the segments that hold them and nothing else."""

    manuals: tuple[str, ...]
    segments: tuple[str, ...]


_ALL_PARTS = TypeAdapter(list[Part])


def partition(manuals: Sequence[str]) -> list[tuple[str, ...]]:
    """Return manuals in their order, as they share a part: each where they are few, some together where there are more.

    Which ones begin a part depends on their ids and, by powers of two, on how many there are: a manual that comes or
    goes changes no part but its own.
    """
    share = 1
    while len(manuals) > _MOST * share:
        share *= 2
    parts: list[tuple[str, ...]] = []
    for manual in manuals:
        if parts and zlib.crc32(manual.encode()) % share:
            parts[-1] += (manual,)
        else:
            parts.append((manual,))
    return parts


def read_parts(folder: Path) -> list[Part]:
    """Return the parts of an index in their order; none of one that was written whole. Raises ValueError or OSError."""
    file = folder / _PARTS
    return _ALL_PARTS.validate_json(file.read_bytes()) if file.exists() else []


def parts_kept(kept: Kept) -> list[Part]:
    """Return the parts of an index that hold nothing but what is kept, and are to be parts of the new one as well."""
    wanted = set(partition(list(kept.places)))
    whole = [part for part in read_parts(kept.folder) if part.manuals in wanted]
    return [part for part in whole if kept.manuals >= set(part.manuals)]


def link_parts(kept: Kept, folder: Path) -> None:
    """Begin an index with those parts of another, by links to their files, which are never written again."""
    parts = parts_kept(kept)
    meta = json.loads((kept.folder / META).read_bytes())
    ids = {segment for part in parts for segment in part.segments}
    meta["segments"] = [segment for segment in meta["segments"] if segment["segment_id"] in ids]
    for segment in sorted(ids):
        for file in _files(kept.folder, segment):
            _link(file, folder / file.name)
    _write(folder, meta, parts)


def add_part(source: Path, manuals: Sequence[str], folder: Path, order: Sequence[str]) -> None:
    """Move the segments of an index into another, as a part: where the order has its manuals, else behind the rest."""
    meta, added = (json.loads((place / META).read_bytes()) for place in (folder, source))
    part = Part(manuals=tuple(manuals), segments=tuple(segment["segment_id"] for segment in added["segments"]))
    for segment in part.segments:
        for file in _files(source, segment):
            file.replace(folder / file.name)
    parts = [*read_parts(folder), part]
    if order:
        place = {manual: at for at, manual in enumerate(order)}
        parts.sort(key=lambda part: place[part.manuals[0]])
    by_id = {segment["segment_id"]: segment for segment in (*meta["segments"], *added["segments"])}
    meta["segments"] = [by_id[segment] for part in parts for segment in part.segments]
    meta["opstamp"] = max(meta["opstamp"], added["opstamp"])
    _write(folder, meta, parts)


def _files(folder: Path, segment: str) -> Iterator[Path]:
    return folder.glob(f"{segment.replace('-', '')}.*")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def _write(folder: Path, meta: object, parts: Sequence[Part]) -> None:
    managed = [file.name for file in sorted(folder.iterdir()) if file.is_file() and not file.name.startswith(".")]
    for name, content in (
        (_PARTS, _ALL_PARTS.dump_json(list(parts))),
        (_MANAGED, json.dumps(sorted({*managed, META} - {_PARTS})).encode()),
        (META, json.dumps(meta, indent=2).encode()),
    ):
        with replacing(folder / name) as out:
            out.write(content)
