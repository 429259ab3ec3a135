"""The folder as what keeps an index: index.json, and a folder for each generation."""

import os
import shutil
from collections.abc import Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import GraphRAGToolsError, IndexNotFound, StoreError
from graphrag_tools.index.backend import Sizes, StoredGraphs
from graphrag_tools.index.files import check_file, check_files, delete_unless_read, make_leasable, written_files
from graphrag_tools.index.generation import (
    GRAPH_NAME,
    SECTIONS_NAME,
    VECTORS_NAME,
    LateVocabulary,
    Stores,
    open_stores,
    open_stores_for_reading,
    write_vocabulary,
)
from graphrag_tools.index.lock import build_lock
from graphrag_tools.index.manifest import (
    CACHE_NAME,
    MANIFEST_NAME,
    SPARE_NAME,
    Manifest,
    ManualInfo,
    WrittenFile,
    generation_folder,
    generation_numbers,
    read_manifest,
    write_manifest,
)
from graphrag_tools.index.words_file import WORDS_NAME, WordsFile, manuals_with_words, words_of
from graphrag_tools.search.manual_words import ManualWords, WordsOfManuals
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.chroma import DATABASE, compact
from graphrag_tools.stores.kept import Kept, places_beside
from graphrag_tools.stores.protocols import Record, VectorStore
from graphrag_tools.stores.questions import has_questions, write_questions
from graphrag_tools.stores.vector_stores import VectorStoreName, open_vector_store


@dataclass(slots=True)
class FolderGeneration:
    """A generation's folder that is being written."""

    folder: Path
    vector_store: VectorStoreName
    passages: int = 0
    """How many are kept of another generation."""
    _kept: Kept | None = None
    _whole: set[int] = field(default_factory=set)
    """The generations whose files this build has read and found as they were written."""

    @property
    def place(self) -> str:
        """Return the folder's path."""
        return str(self.folder)

    def open_stores(self) -> Stores:
        """Open its stores."""
        return open_stores(self.folder, vector_store=self.vector_store, kept=self._kept)

    def keep(self, live: Manifest | None, manuals: AbstractSet[str], infos: Sequence[ManualInfo]) -> AbstractSet[str]:
        """Take over manuals if the live generation is whole and has flat vectors, no questions, and room between them.

        Files that are never written again are linked and not copied.
        """
        from graphrag_tools.stores.flat_file import FILE, read_table
        from graphrag_tools.stores.sqlite import SqliteGraphStore

        if live is None:
            return frozenset()
        source = generation_folder(self.folder.parent.parent, live.generation)
        is_alike = self.vector_store == live.vector_store == "flat" and (source / WORDS_NAME).exists()
        if not manuals or not is_alike or has_questions(source):
            return frozenset()
        try:
            if live.generation not in self._whole:
                check_files(source, live.files)
                self._whole.add(live.generation)
            with closing(SqliteGraphStore(source / GRAPH_NAME)) as graphs:
                there = graphs.places()
        except GraphRAGToolsError:
            return frozenset()
        places = places_beside([info.id for info in infos], {manual: there[manual] for manual in manuals})
        if places is None:
            return frozenset()
        ranges = read_table(source / VECTORS_NAME / FILE).manuals
        self.passages = sum(stop - start for manual in manuals for start, stop in [ranges.get(manual, (0, 0))])
        self._kept = Kept(source, manuals, places)
        return manuals

    def parts(self, order: Sequence[str]) -> list[tuple[str, ...]]:
        """Return those parts of the words' stores that are not linked."""
        from graphrag_tools.stores.tantivy_parts import partition, parts_kept

        kept = {part.manuals for part in parts_kept(self._kept.below(SECTIONS_NAME))} if self._kept else set()
        return [part for part in partition(order) if part not in kept]

    def write_words(self, words: Iterable[tuple[str, ManualWords]]) -> None:
        """Write the file of the manuals' words."""
        with closing(WordsFile(self.folder, self._kept)) as file:
            for manual, of_manual in words:
                file.write(manual, of_manual)

    def words_of(self, manuals: Sequence[str]) -> WordsOfManuals:
        """Return what the file has of some manuals."""
        return words_of(self.folder, manuals)

    def words_before(self) -> tuple[Vocabulary, WordsOfManuals] | None:
        """Return what is in the folder of the other generation."""
        if self._kept is None:
            return None
        gone = [manual for manual in manuals_with_words(self._kept.folder) if manual not in self._kept.manuals]
        return LateVocabulary(self._kept.folder)(), words_of(self._kept.folder, gone)

    def write_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Write how the manuals spell their words."""
        write_vocabulary(self.folder, vocabulary)

    def write_questions(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        """Write the questions of models and their vectors."""
        write_questions(self.folder, records, vectors, self.vector_store)

    def finish(self) -> None:
        """Make Chroma's files as small as they can be."""
        for database in self.folder.rglob(DATABASE):
            compact(database)

    def files(self) -> dict[str, WrittenFile]:
        """Return the folder's files with their checksums."""
        return written_files(self.folder)

    def discard(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class FolderBackend:
    """An index in a folder."""

    place: Path
    may_be_away: bool = False
    _whole: set[int] = field(default_factory=set, compare=False)
    """The generations that were last found whole, for a build that holds the lock: each is read once."""
    _root: Path = field(init=False, compare=False, repr=False)
    """The same folder wherever the process goes: a daemon leaves the one that it was started in."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_root", self.place.absolute())

    def anew(self) -> "FolderBackend":
        """Return the same: nothing is open."""
        return self

    def look_now(self) -> None:
        """Do nothing: index.json is looked at each time."""

    def place_of(self, manifest: Manifest) -> str:
        """Return the path of a generation's folder."""
        return str(self._folder(manifest.generation))

    def manifest(self) -> Manifest:
        """Read index.json; `read_manifest` says what is raised."""
        return read_manifest(self._root)

    def spare_manifest(self) -> Manifest | None:
        """Return the manifest in the folder of the newest whole generation, else of the newest that has one."""
        found: list[Manifest] = []
        for number in reversed(self.generations()):
            try:
                manifest = read_manifest(generation_folder(self._root, number), SPARE_NAME)
            except IndexNotFound:
                continue
            if not list(self.check(manifest)):
                return manifest
            found.append(manifest)
        return found[0] if found else None

    def stamp(self) -> Hashable | None:
        """Return what changes when index.json is replaced; None while there is none."""
        try:
            found = (self._root / MANIFEST_NAME).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def generations(self) -> list[int]:
        """Return the numbers of the generations on disk."""
        return generation_numbers(self._root)

    def unfinished(self) -> list[int]:
        """Return those without a manifest of their own, which is written last."""
        return [number for number in self.generations() if not (self._folder(number) / SPARE_NAME).exists()]

    def check(self, live: Manifest) -> Iterator[str]:
        """Yield which files are missing, cut off, or not as they were written."""
        target = self._folder(live.generation)
        self._whole.discard(live.generation)
        is_whole = True
        for name, written in live.files.items():
            try:
                check_file(target, name, written)
            except GraphRAGToolsError as error:
                is_whole = False
                yield str(error)
        if is_whole:
            self._whole.add(live.generation)

    def open_for_reading(self, live: Manifest) -> Stores:
        """Open the stores of a generation; `open_stores_for_reading` says what is raised."""
        return open_stores_for_reading(self._folder(live.generation), live.files)

    def open_graphs(self, generation: int) -> StoredGraphs | None:
        """Open the file of a generation's graphs."""
        from graphrag_tools.stores.sqlite import SqliteGraphStore

        file = self._folder(generation) / GRAPH_NAME
        try:
            return SqliteGraphStore(file) if file.is_file() else None
        except StoreError:
            return None

    def open_vectors(self, live: Manifest) -> VectorStore | None:
        """Open the vectors of a generation, all files of which are as they were written."""
        target = self._folder(live.generation)
        try:
            for name, written in live.files.items():
                if name.startswith("vectors/") and live.generation not in self._whole:
                    check_file(target, name, written)
            return open_vector_store(target / "vectors")
        except GraphRAGToolsError:
            return None

    def lock(self, *, wait: bool = False) -> AbstractContextManager[None]:
        """Hold the folder's lock; `build_lock` says what is raised."""
        return build_lock(self._root, wait=wait)

    def sizes(self, live: Manifest) -> Sizes:
        """Return how many bytes the files have."""
        cache = sum(map(_bytes_of, self._root.glob(f"{CACHE_NAME}*")))
        return Sizes(_bytes_in(self._folder(live.generation)), cache, _bytes_in(self._root))

    def cache_file(self) -> Path:
        """Return the file beside the generations."""
        return self._root / CACHE_NAME

    def begin(self, generation: int, vector_store: VectorStoreName) -> FolderGeneration:
        """Make the folder of a new generation."""
        fresh = FolderGeneration(self._folder(generation), vector_store, _whole=self._whole)
        fresh.folder.mkdir(parents=True)
        try:
            make_leasable(fresh.folder)
        except BaseException:
            fresh.discard()
            raise
        return fresh

    def publish(self, manifest: Manifest) -> None:
        """Put a manifest into the generation's folder and in place of index.json."""
        write_manifest(self._folder(manifest.generation), manifest, SPARE_NAME)
        write_manifest(self._root, manifest)

    def delete(self, generations: Iterable[int]) -> list[int]:
        """Delete generations' folders, those that somebody reads excepted; return which were deleted."""
        return [number for number in generations if delete_unless_read(self._folder(number))]

    def _folder(self, generation: int) -> Path:
        return generation_folder(self._root, generation)


def _bytes_in(folder: Path) -> int:
    return sum(_bytes_of(Path(place, name)) for place, _, names in os.walk(folder) for name in names)


def _bytes_of(file: Path) -> int:
    """Return how many bytes a file has; one that another process's build deletes meanwhile has none."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
