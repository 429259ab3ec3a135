"""OpenSearch as what keeps an index: two of its indices for each generation, a document that names the live one."""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from graphrag_tools.errors import ConfigError, IndexMismatch, IndexNotFound, StoreError
from graphrag_tools.index.backend import Sizes, StoredGraphs
from graphrag_tools.index.generation import Stores
from graphrag_tools.index.manifest import CACHE_NAME, FORMAT_VERSION, Manifest, WrittenFile
from graphrag_tools.index.publication import Publication
from graphrag_tools.place import StoreAddress
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.opensearch.candidates import CandidatesInOneCall
from graphrag_tools.stores.opensearch.client import SECONDS_TO_WRITE, Cluster
from graphrag_tools.stores.opensearch.credentials import PREFIX
from graphrag_tools.stores.opensearch.graph import OpenSearchGraphStore
from graphrag_tools.stores.opensearch.indices import WRITING, Document, GenerationIndex
from graphrag_tools.stores.opensearch.mappings import (
    KINDS,
    block_mappings,
    generation_of,
    index_name,
    section_mappings,
    settings,
)
from graphrag_tools.stores.opensearch.vectors import OpenSearchVectorStore
from graphrag_tools.stores.opensearch.words import OpenSearchLexicalStore
from graphrag_tools.stores.protocols import Record, VectorStore
from graphrag_tools.stores.questions import QuestionStores
from graphrag_tools.stores.vector_stores import VectorStoreName
from graphrag_tools.user_cache import user_cache
from graphrag_tools.vectors import Vector

SECONDS_BETWEEN_LOOKS = 2.0
"""How old what a reader knows of the live generation may be."""
_ALL = "all"
"""Stands for the manual of documents about a whole generation."""
_VOCABULARY, _MANIFEST = "vocabulary", "manifest"
_LOG = logging.getLogger(__name__)


class OpenSearchBackend:
    """An index on OpenSearch. Threads may share it; it is pickled and copied as its address."""

    may_be_away = True

    def __init__(self, place: StoreAddress) -> None:
        self.place = place
        self._looking = threading.Lock()
        self._stamp: str | None = None
        self._looked_at: float | None = None

    def __reduce__(self) -> tuple[type["OpenSearchBackend"], tuple[StoreAddress]]:
        """Pickle and copy as the address."""
        return OpenSearchBackend, (self.place,)

    def __deepcopy__(self, _memo: dict[int, object]) -> "OpenSearchBackend":
        """Copy as the address."""
        return OpenSearchBackend(self.place)

    def anew(self) -> "OpenSearchBackend":
        """Return one with connections of its own."""
        return OpenSearchBackend(self.place)

    def place_of(self, manifest: Manifest) -> str:
        """Return the address and the number of a generation."""
        return f"{self.place} generation {manifest.generation}"

    def manifest(self) -> Manifest:
        """Read the live manifest."""
        written = self._publication.read().manifest
        if written is None:
            raise IndexNotFound(
                f"{self.place}: no index is there. Build one: graphrag-tools build MANUAL --index {self.place}"
            )
        return self._parsed(written)

    def spare_manifest(self) -> Manifest | None:
        """Return the manifest that the newest finished generation holds."""
        for number in reversed(self.generations()):
            written = self._document(number, _MANIFEST)
            if written:
                return self._parsed(written)
        return None

    def stamp(self) -> Hashable | None:
        """Return what changed with the last publication, as it was at most some seconds ago.

        The first call asks the cluster; later ones let a thread ask it, so that no question waits for that. What was
        known stays where the cluster cannot be reached.
        """
        if self._looked_at is None:
            self._look()
        elif time.monotonic() - self._looked_at > SECONDS_BETWEEN_LOOKS and self._looking.acquire(blocking=False):
            threading.Thread(target=self._look_and_release, daemon=True, name="index-look").start()
        return self._stamp

    def look_now(self) -> None:
        """Ask the cluster which generation is live."""
        self._look()

    def generations(self) -> list[int]:
        """Return the numbers of the generations of which there is an index."""
        found = self._cluster.call(
            "GET", f"/{self.place.name}-*/_settings", absent={}, flat_settings="true", expand_wildcards="all"
        )
        return sorted({number for name in found if (number := generation_of(self.place.name, name)) is not None})

    def unfinished(self) -> list[int]:
        """Return those that hold no manifest, which is written last."""
        return [number for number in self.generations() if not self._document(number, _MANIFEST)]

    def check(self, live: Manifest) -> Iterator[str]:
        """Yield which indices of a generation are missing."""
        for kind in KINDS:
            name = index_name(self.place.name, kind, live.generation)
            if not self._cluster.call("HEAD", f"/{name}"):
                yield f"{self.place}: the index {name} is missing. Build again."

    def open_for_reading(self, live: Manifest) -> Stores:
        """Open the stores of a generation."""
        for missing in self.check(live):
            raise IndexNotFound(missing)
        return self._opened(live.generation)

    def open_graphs(self, generation: int) -> StoredGraphs | None:
        """Open the graphs of a generation."""
        return OpenSearchGraphStore(self._index("sections", generation))

    def open_vectors(self, live: Manifest) -> VectorStore | None:
        """Open the vectors of a generation; None where their index is missing."""
        if next(iter(self.check(live)), None):
            return None
        return OpenSearchVectorStore(self._index("blocks", live.generation))

    def lock(self, *, wait: bool = False) -> AbstractContextManager[None]:
        """Be the one builder; `Publication.building` says what is raised."""
        return self._publication.building(wait=wait)

    def sizes(self, live: Manifest) -> Sizes:
        """Return how many bytes the indices have, with their copies."""
        answer = self._cluster.call("GET", f"/{self.place.name}-*/_stats/store", expand_wildcards="all")
        sizes = {
            number: sum(
                stats["total"]["store"]["size_in_bytes"]
                for name, stats in answer["indices"].items()
                if generation_of(self.place.name, name) == number
            )
            for number in self.generations()
        }
        file = self.cache_file()
        cache = sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))
        return Sizes(sizes.get(live.generation, 0), cache, sum(sizes.values()) + cache)

    def cache_file(self) -> Path:
        """Return a file in the user's cache: this builder's own."""
        name = hashlib.sha256(str(self.place).encode()).hexdigest()[:16]
        folder = user_cache("opensearch") / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder / CACHE_NAME

    def begin(self, generation: int, vector_store: VectorStoreName) -> "OpenSearchGeneration":
        """Make the indices of a new generation."""
        del vector_store  # vectors are kept beside the words
        version, shards = self._cluster.major_version, _number("SHARDS", 1, least=1)
        for kind, mappings in zip(KINDS, (section_mappings(), block_mappings()), strict=True):
            name = index_name(self.place.name, kind, generation)
            body = {
                "settings": settings(version, shards),
                "mappings": mappings,
                "aliases": {f"{name}.{WRITING}": {}},
            }
            self._cluster.make_index(name, body)
        return OpenSearchGeneration(self, generation)

    def publish(self, manifest: Manifest) -> None:
        """Write a manifest into the generation, and make it the live one."""
        written = manifest.model_dump_json()
        self.write_document(manifest.generation, _MANIFEST, written)
        self._publication.publish(written, f"{manifest.generation} {uuid4().hex[:12]}")

    def delete(self, generations: Iterable[int]) -> list[int]:
        """Delete the indices of generations; readers that still search one open the live one instead."""
        deleted = list(generations)
        for number in deleted:
            for kind in KINDS:
                path = f"/{index_name(self.place.name, kind, number)}"
                self._cluster.call("DELETE", path, seconds=SECONDS_TO_WRITE, absent=None)
        return deleted

    def open_stores(self, generation: int) -> Stores:
        """Open the stores of a generation, to be written and checked."""
        sections, blocks = (self._index(kind, generation) for kind in KINDS)
        return Stores(
            graph=OpenSearchGraphStore(sections),
            sections=OpenSearchLexicalStore(sections, "section"),
            blocks=OpenSearchLexicalStore(blocks, "block"),
            vectors=OpenSearchVectorStore(blocks),
        )

    def open_questions(self, generation: int) -> QuestionStores:
        """Open what questions of models are found by, to be written."""
        return _questions(self._index("blocks", generation))

    def write_document(self, generation: int, name: str, content: str) -> None:
        """Keep a document about a whole generation in it."""
        source = {"kind": name, "manual": _ALL, "graph": {"json": content}}
        index = self._index("sections", generation)
        index.load([Document(name, _ALL, source)])

    def settle(self, generation: int) -> None:
        """Make what was loaded durable, visible and copied, and wait until all copies are there."""
        copies = self._copies()
        for kind in KINDS:
            name = index_name(self.place.name, kind, generation)
            self._cluster.call("POST", f"/{name}/_flush", seconds=SECONDS_TO_WRITE)
            self._cluster.call("POST", f"/{name}/_refresh", seconds=SECONDS_TO_WRITE)
            if copies:
                body = {"index": {"number_of_replicas": copies}}
                self._cluster.call("PUT", f"/{name}/_settings", body, seconds=SECONDS_TO_WRITE)
            self._cluster.wait_for_green(name)

    def _copies(self) -> int:
        health = self._cluster.call("GET", "/_cluster/health")
        return _number("COPIES", min(1, int(health["number_of_data_nodes"]) - 1), least=0)

    def _opened(self, generation: int) -> Stores:
        """Open the stores of a generation as they are searched: with questions of models, where there are any."""
        sections, blocks = (self._index(kind, generation) for kind in KINDS)
        kinds = ("block", "question") if blocks.count("question") else ("block",)
        words = [OpenSearchLexicalStore(blocks, kind) for kind in kinds]
        vectors = [OpenSearchVectorStore(blocks, kind) for kind in ("passage", "question_vector")[: len(kinds)]]
        graph, by_section = OpenSearchGraphStore(sections), OpenSearchLexicalStore(sections, "section")
        return Stores(
            graph=graph,
            sections=by_section,
            blocks=words[0],
            vectors=vectors[0],
            vocabulary=self._vocabulary(generation),
            at_once=CandidatesInOneCall(sections, blocks, graph, by_section, words, vectors),
        )

    def _vocabulary(self, generation: int) -> Vocabulary:
        written = self._document(generation, _VOCABULARY)
        try:
            return Vocabulary.model_validate_json(written) if written else Vocabulary()
        except ValidationError as error:
            raise StoreError(f"{self.place}: its vocabulary is damaged ({error}). Build again.") from error

    def _document(self, generation: int, name: str) -> str | None:
        (source,) = self._index("sections", generation).sources([(name, _ALL)])
        return str(source["graph"]["json"]) if source else None

    def _index(self, kind: str, generation: int) -> GenerationIndex:
        return GenerationIndex(self._cluster, index_name(self.place.name, kind, generation))

    def _parsed(self, written: str) -> Manifest:
        try:
            manifest = Manifest.model_validate_json(written)
        except ValidationError as error:
            raise IndexNotFound(
                f"{self.place}: its manifest cannot be read ({error.errors()[0]['msg']}). Build again."
            ) from error
        if manifest.format_version > FORMAT_VERSION:
            raise IndexMismatch(
                f"{self.place}: index format {manifest.format_version}; this version reads up to {FORMAT_VERSION}. "
                "Upgrade graphrag-tools, or build an index of another name."
            )
        return manifest

    def _look_and_release(self) -> None:
        try:
            self._look()
        except Exception as error:  # noqa: BLE001  # a thread that nobody waits for; the search says what is wrong
            _LOG.debug("%s: cannot be asked which generation is live (%s)", self.place, error)
        finally:
            self._looked_at = time.monotonic()
            self._looking.release()

    def _look(self) -> None:
        self._stamp = self._publication.stamp()
        self._looked_at = time.monotonic()

    @cached_property
    def _cluster(self) -> Cluster:
        return Cluster(self.place)

    @cached_property
    def _publication(self) -> Publication:
        return Publication(self._cluster)


class OpenSearchGeneration:
    """A generation that is being loaded."""

    def __init__(self, backend: OpenSearchBackend, number: int) -> None:
        self._backend = backend
        self._number = number

    @property
    def place(self) -> str:
        """The address and the generation's number."""
        return f"{self._backend.place} generation {self._number}"

    def open_stores(self) -> Stores:
        """Open its stores."""
        return self._backend.open_stores(self._number)

    def write_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Write how the manuals spell their words."""
        self._backend.write_document(self._number, _VOCABULARY, vocabulary.model_dump_json())

    def write_questions(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        """Write the questions of models and their vectors."""
        if records:
            questions = self._backend.open_questions(self._number)
            questions.words.write(records)
            questions.vectors.write(records, vectors)

    def finish(self) -> None:
        """Make it durable, visible and copied."""
        self._backend.settle(self._number)

    def files(self) -> dict[str, WrittenFile]:
        """Return none: what OpenSearch writes it checks itself."""
        return {}

    def discard(self) -> None:
        """Delete its indices, where the cluster can be reached; else the next build does."""
        try:
            self._backend.delete([self._number])
        except StoreError as error:
            _LOG.warning("%s: cannot be deleted now; the next build does it (%s)", self.place, error)


def _questions(blocks: GenerationIndex) -> QuestionStores:
    return QuestionStores(OpenSearchLexicalStore(blocks, "question"), OpenSearchVectorStore(blocks, "question_vector"))


def _number(name: str, default: int, *, least: int) -> int:
    given = os.environ.get(f"{PREFIX}{name}", "").strip()
    if not given:
        return max(default, least)
    if not given.isdecimal() or int(given) < least:
        raise ConfigError(f"{PREFIX}{name} is {given!r}; expected a whole number from {least} on.")
    return int(given)
