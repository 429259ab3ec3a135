"""index.json: which generation of an index is live, and what it was built from."""

import re
import zlib
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from graphrag_tools.embeddings.identity import EmbeddingsInfo
from graphrag_tools.errors import IndexMismatch, IndexNotFound, first_problem
from graphrag_tools.index.enricher import ModelTextReport
from graphrag_tools.machine.new_files import replacing
from graphrag_tools.stores.vector_stores import VectorStoreName
from graphrag_tools.text.language import ENGLISH, known_language

FORMAT_VERSION = 2
"""1 had its vectors in Chroma, which a version of that time would look for."""
MANIFEST_NAME = "index.json"
SPARE_NAME = ".index.json"
"""The same in the generation's own folder, in case the other is lost."""
CACHE_NAME = "cache.sqlite"
LOCK_NAME = "build.lock"
GENERATIONS = "generations"
_CHECKSUM = re.compile(rb',\n "crc32": (\d+)\n}\Z')


class ManualInfo(BaseModel):
    """What a build read from one manual."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    source: str
    language: Annotated[str, AfterValidator(known_language)] = ENGLISH
    sections: int
    options: int
    blocks: int
    sections_with_taps: int
    see_also: int
    unresolved_links: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    content: str = ""
    """`content_hash` of its graph; empty in an index of an earlier version, which counts as changed."""
    stored: str = ""
    """The same of the graph as it is stored, which what models write into it makes another."""
    loaded: str = ""
    """`source_hash` of what its loader yielded."""
    built: datetime | None = None
    """When this content was first built into the index."""


class WrittenFile(BaseModel):
    """A file as a build left it. Of one that its engine writes to while it is read, only the rest has a checksum."""

    model_config = ConfigDict(frozen=True)

    size: int
    crc32: int | None
    changing: tuple[tuple[int, int], ...] = ()
    """From where to where, in bytes, the engine may write to it; beyond `size` it may grow."""
    rest_crc32: int | None = None
    """The checksum of the first `size` bytes with zeros in place of those that may change."""


class _Version(BaseModel):
    """What every format of index.json has."""

    format_version: int


class Manifest(BaseModel):
    """The content of index.json."""

    model_config = ConfigDict(frozen=True)

    format_version: int = FORMAT_VERSION
    generation: int
    embeddings: EmbeddingsInfo
    manuals: tuple[ManualInfo, ...]
    files: dict[str, WrittenFile]
    """The generation's files by their path in its folder."""
    vector_store: VectorStoreName | None = None
    """What its vectors are in; None in an index of format 1, when nobody could choose."""
    passages: int | None = None
    """How many vectors there are; None in an index of an earlier version."""
    recipe: str = ""
    """What a build makes of the same content changes with this."""
    model_texts: tuple[ModelTextReport, ...] = ()
    """What models wrote into the index."""

    def manuals_within(self, manual: str | None) -> tuple[ManualInfo, ...]:
        """Return the manual with an id, none where there is none, and all for None."""
        return tuple(info for info in self.manuals if manual in (None, info.id))

    @property
    def sections(self) -> int:
        """How many sections its manuals have together."""
        return sum(info.sections for info in self.manuals)

    @property
    def options(self) -> int:
        """How many options they have."""
        return sum(info.options for info in self.manuals)


def generation_folder(index: Path, generation: int) -> Path:
    """Return where a generation's files are."""
    return index / GENERATIONS / f"{generation:06d}"


def generation_numbers(index: Path) -> list[int]:
    """Return the numbers of the generations on disk, whole or not, ascending."""
    found = (index / GENERATIONS).iterdir() if (index / GENERATIONS).is_dir() else iter(())
    return sorted(int(path.name) for path in found if path.name.isdecimal())


def read_manifest(index: Path, name: str = MANIFEST_NAME) -> Manifest:
    """Read index.json, or the spare one of a generation's folder.

    Raises:
        IndexNotFound: There is no folder, no index.json in it, or it is no whole one.
        IndexMismatch: It is of a newer format version.
    """
    file = index / name
    try:
        if file.is_fifo():  # to read it would wait for whoever writes
            raise _damaged(file, "it is a pipe")
        written = file.read_bytes()
    except FileNotFoundError as error:
        found = "no such folder" if not index.exists() else f"no {name} in it"
        raise IndexNotFound(f"{index}: {found}. Build one: graphrag-tools build MANUAL --index {index}") from error
    except NotADirectoryError as error:
        raise IndexNotFound(
            f"{index}: found a file; expected the folder of an index. "
            "Build one: graphrag-tools build MANUAL --index my-index"
        ) from error
    except OSError as error:
        raise IndexNotFound(f"{file}: cannot be read ({error}).") from error
    try:
        manifest = parse_manifest(written, index, "in another folder")
    except ValidationError as error:
        raise _damaged(file, first_problem(error)) from error
    if (checksum := _CHECKSUM.search(written)) and int(checksum[1]) != zlib.crc32(written[: checksum.start()]):
        raise _damaged(file, "its checksum has changed")
    return manifest


def parse_manifest(written: str | bytes, place: object, elsewhere: str) -> Manifest:
    """Return the manifest that a JSON document is; an error says that it is at `place`, and where another may be.

    Raises:
        IndexMismatch: It is of a newer format version, whatever else that holds.
        ValidationError: It is none.
    """
    version = _Version.model_validate_json(written).format_version
    if version > FORMAT_VERSION:
        raise IndexMismatch(
            f"{place}: index format {version}; this version reads up to {FORMAT_VERSION}. "
            f"Upgrade graphrag-tools, or build an index {elsewhere}."
        )
    return Manifest.model_validate_json(written)


def write_manifest(index: Path, manifest: Manifest, name: str = MANIFEST_NAME) -> None:
    """Put a new index.json in place of the old one in one step that is whole even if the machine stops."""
    document = manifest.model_dump_json(indent=1).encode().removesuffix(b"\n}")
    with replacing(index / name) as file:
        file.write(document + f',\n "crc32": {zlib.crc32(document)}\n}}'.encode())


def _damaged(file: Path, what: str) -> IndexNotFound:
    return IndexNotFound(f"{file}: is damaged ({what}). Mend it with graphrag-tools check --repair, or build again.")
