"""Whether there is anything to build: what the live generation was made of, compared with what would be built."""

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings_identity import embeddings_info
from graphrag_tools.errors import IndexNotFound, StoreError
from graphrag_tools.generation_files import check_files
from graphrag_tools.manifest import (
    FORMAT_VERSION,
    Manifest,
    ManualInfo,
    generation_folder,
    read_manifest,
    write_manifest,
)

# Raise it with a change to what is made of the same graphs: the texts searched by, the calibration, the stores.
_MADE_LIKE_THIS = 1
RECIPE = f"format {FORMAT_VERSION}, build {_MADE_LIKE_THIS}, package {importlib.metadata.version('graphrag-tools')}"


def live_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of the live generation, None where there is none that can be read.

    Raises:
        IndexMismatch: It is of a newer format.
    """
    try:
        return read_manifest(folder)
    except IndexNotFound:
        return None


def unchanged_manifest(
    folder: Path, wanted: Sequence[ManualInfo], named: str | Embeddings, embedder: Embeddings
) -> Manifest | None:
    """Return the manifest of the live generation if it is whole and is what a build would make, else None.

    Where a manual was only moved or renamed outside its text, index.json is brought up to date.

    Raises:
        ModelError: The embeddings' server failed, which is asked only where nothing else tells what it runs.
    """
    live = live_manifest(folder)
    if live is None or live.recipe != RECIPE or _contents(live.manuals) != _contents(wanted):
        return None
    found = embeddings_info(named, embedder, live.embeddings)
    if (found.name, found.fingerprint) != (live.embeddings.name, live.embeddings.fingerprint):
        return None
    try:
        check_files(generation_folder(folder, live.generation), live.files)
    except (IndexNotFound, StoreError):
        return None
    stored = [info.model_copy(update={"stored": was.stored}) for info, was in zip(wanted, live.manuals, strict=True)]
    infos = tuple(first_built(stored, live))
    current = live if infos == live.manuals else live.model_copy(update={"manuals": infos})
    if current is not live:
        write_manifest(folder, current)
    return current.model_copy(update={"unchanged": True})


def first_built(wanted: Sequence[ManualInfo], live: Manifest | None) -> list[ManualInfo]:
    """Return the manuals' infos with the time at which their content first came into the index."""
    known = {(info.id, info.content): info.built for info in live.manuals} if live else {}
    return [info.model_copy(update={"built": known.get((info.id, info.content)) or info.built}) for info in wanted]


def _contents(infos: Sequence[ManualInfo]) -> list[tuple[str, str]]:
    return [(info.id, info.content) for info in infos]
