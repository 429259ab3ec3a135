"""Mending an index from what it still holds: its graphs, its vectors, its cache. No source is read."""

from pathlib import Path

from langchain_core.embeddings import Embeddings

from graphrag_tools.build_lock import build_lock
from graphrag_tools.build_sources import Progress
from graphrag_tools.building import drop_generations, rebuild_stores
from graphrag_tools.checking import IndexReport, check_index, spare_manifest
from graphrag_tools.errors import IndexNotFound, StoreError
from graphrag_tools.manifest import read_manifest, write_manifest


def repair_index(folder: Path, embeddings: Embeddings | None = None, progress: Progress | None = None) -> IndexReport:
    """Mend what can be mended, and return what a check finds then; `repaired` says what was done.

    A lost index.json is written again from the newest generation. Damaged stores are built anew from the graphs. What
    no build needs any more is removed. Where a graph is lost, its damage stays in the report, with what to run.

    Raises:
        IndexNotFound: There is no index, nor anything left of one.
        IndexMismatch: It is of a newer format, or the embeddings are not those of the index.
        IndexLocked: A build is at work there.
        StoreError: The disk is full or read-only.
        ModelError: A vector is lost and the embeddings' server failed.
    """
    done: list[str] = []
    found = check_index(folder, embeddings)
    if found.generation is None:
        done.append(_restored_manifest(folder))
        found = check_index(folder, embeddings)
    lost: tuple[str, ...] = ()
    if found.damage:
        try:
            made = rebuild_stores(read_manifest(folder), folder, embeddings, progress)
            done.append(f"built generation {made.generation} from the stored graphs, without the sources")
        except StoreError as error:
            lost = (str(error),)
        found = check_index(folder, embeddings)
    if found.sound and found.unreferenced:
        with build_lock(folder):
            gone = drop_generations(folder, found.unreferenced)
        done.append(f"removed the generations {', '.join(map(str, gone)) or 'that nobody reads any more'}")
        found = check_index(folder, embeddings)
    return found.model_copy(update={"repaired": tuple(done), "damage": (*found.damage, *lost)})


def _restored_manifest(folder: Path) -> str:
    with build_lock(folder):
        spare = spare_manifest(folder)
        if spare is None:
            raise IndexNotFound(f"{folder}: no generation in it is whole. Build the index again.")
        write_manifest(folder, spare)
    return f"wrote index.json again from generation {spare.generation}"
