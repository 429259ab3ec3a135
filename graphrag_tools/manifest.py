"""index.json: which generation of an index is live, and what it was built from."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from graphrag_tools.coverage import CoverageModel
from graphrag_tools.errors import IndexMismatch, IndexNotFound
from graphrag_tools.model_text_report import ModelTextReport

FORMAT_VERSION = 1
MANIFEST_NAME = "index.json"
CACHE_NAME = "cache.sqlite"
LOCK_NAME = "build.lock"
GENERATIONS = "generations"


class ManualInfo(BaseModel):
    """What a build read from one manual."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    source: str
    sections: int
    options: int
    blocks: int
    sections_with_taps: int
    see_also: int
    unresolved_links: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


class EmbeddingsInfo(BaseModel):
    """The embeddings that an index was built with; the fingerprint is the vector of a fixed sentence."""

    model_config = ConfigDict(frozen=True)

    name: str
    dimension: int
    fingerprint: list[float]


class WrittenFile(BaseModel):
    """A file as a build left it; no checksum for one that its engine writes to while it is read."""

    model_config = ConfigDict(frozen=True)

    size: int
    crc32: int | None


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
    coverage: CoverageModel | None = None
    """None in an index that is too small to calibrate, or was built before there was this calibration."""
    model_texts: tuple[ModelTextReport, ...] = ()
    """What models wrote into the index."""

    @field_validator("coverage", mode="before")
    @classmethod
    def _of_this_kind(cls, value: object) -> object:
        """Leave out the calibration of an earlier version, which has other figures."""
        return None if isinstance(value, dict) and "covered" not in value else value


def generation_folder(index: Path, generation: int) -> Path:
    """Return where a generation's files are."""
    return index / GENERATIONS / f"{generation:06d}"


def read_manifest(index: Path) -> Manifest:
    """Read index.json.

    Raises:
        IndexNotFound: There is no folder, no index.json in it, or it is no whole one.
        IndexMismatch: It is of a newer format version.
    """
    file = index / MANIFEST_NAME
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        found = "no such folder" if not index.exists() else f"no {MANIFEST_NAME} in it"
        raise IndexNotFound(f"{index}: {found}. Build one: graphrag-tools build MANUAL --index {index}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexNotFound(f"{file}: cannot be read ({error}).") from error
    try:
        version = _Version.model_validate_json(text).format_version
        if version > FORMAT_VERSION:
            raise IndexMismatch(
                f"{index}: index format {version}; this version reads up to {FORMAT_VERSION}. "
                "Upgrade graphrag-tools, or build an index in another folder."
            )
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise IndexNotFound(f"{file}: is damaged ({error.errors()[0]['msg']}). Build the index again.") from error


def write_manifest(index: Path, manifest: Manifest) -> None:
    """Put a new index.json in place of the old one in one step that is whole even if the machine stops."""
    fresh = index / f"{MANIFEST_NAME}.new"
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(manifest.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(index / MANIFEST_NAME)
    finally:
        fresh.unlink(missing_ok=True)
