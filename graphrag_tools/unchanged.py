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
from graphrag_tools.model_text_report import ModelTextReport
from graphrag_tools.model_texts import Writers

# Raise it with a change to what is made of the same graphs: the texts searched by, the calibration, the stores.
_MADE_LIKE_THIS = 1
RECIPE = f"format {FORMAT_VERSION}, build {_MADE_LIKE_THIS}, package {importlib.metadata.version('graphrag-tools')}"

_TEXTS = "; "


def live_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of the live generation, None where there is none that can be read.

    Raises:
        IndexMismatch: It is of a newer format.
    """
    try:
        return read_manifest(folder)
    except IndexNotFound:
        return None


def recipe_of(writers: Writers, written_before: Sequence[ModelTextReport] = ()) -> str:
    """Return what an index is made like: by this package, with texts by these models.

    Texts that stand in it from before, beside manuals that have none, are no recipe that a build asks for.
    """
    models = {"described by": writers.describe, "expanded by": writers.expand}
    named = "".join(f"{_TEXTS}{how} {model.name}" for how, model in models.items() if model)
    return f"{RECIPE}{named}{_TEXTS}texts of an earlier build" if written_before else f"{RECIPE}{named}"


def made_alike(manifest: Manifest) -> bool:
    """Whether an index was made by this package, whatever models wrote into it."""
    return manifest.recipe.partition(_TEXTS)[0] == RECIPE


def unchanged_manifest(
    folder: Path, wanted: Sequence[ManualInfo], recipe: str, named: str | Embeddings, embedder: Embeddings
) -> Manifest | None:
    """Return the manifest of the live generation if it is whole and is what a build would make, else None.

    Texts by models that a budget or a failure left out are still to be made. Where a manual was only moved or
    renamed outside its text, index.json is brought up to date.

    Raises:
        ModelError: The embeddings' server failed, which is asked only where nothing else tells what it runs.
    """
    live = live_manifest(folder)
    if live is None or live.recipe != recipe or _contents(live.manuals) != _contents(wanted):
        return None
    if any(told.left or told.failed for told in live.model_texts):
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
    told = tuple(one.model_copy(update={"calls": 0}) for one in current.model_texts)
    return current.model_copy(update={"unchanged": True, "model_texts": told})


def first_built(wanted: Sequence[ManualInfo], live: Manifest | None) -> list[ManualInfo]:
    """Return the manuals' infos with the time at which their content first came into the index."""
    known = {(info.id, info.content): info.built for info in live.manuals} if live else {}
    return [info.model_copy(update={"built": known.get((info.id, info.content)) or info.built}) for info in wanted]


def _contents(infos: Sequence[ManualInfo]) -> list[tuple[str, str]]:
    return [(info.id, info.content) for info in infos]
