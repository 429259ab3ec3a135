"""OpenSearch as what keeps an index: parts that generations share, and a document that names the live one."""

import base64
import hashlib
import logging
import threading
import time
from collections.abc import Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from functools import cached_property, partial
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import IndexNotFound, StoreError, first_problem
from graphrag_tools.index.backend import Sizes, StoredGraphs
from graphrag_tools.index.generation import Stores
from graphrag_tools.index.manifest import CACHE_NAME, Manifest, ManualInfo, WrittenFile, parse_manifest
from graphrag_tools.index.publication import Publication
from graphrag_tools.machine.user_cache import user_cache
from graphrag_tools.search.manual_words import ManualWords, WordsOfManuals
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.opensearch.candidates import CandidatesInOneCall
from graphrag_tools.stores.opensearch.client import Cluster
from graphrag_tools.stores.opensearch.generations import Generations
from graphrag_tools.stores.opensearch.graph import OpenSearchGraphStore
from graphrag_tools.stores.opensearch.indices import Document, GenerationIndex
from graphrag_tools.stores.opensearch.parts import Arrangement, Part, arrange
from graphrag_tools.stores.opensearch.vectors import OpenSearchVectorStore
from graphrag_tools.stores.opensearch.words import OpenSearchLexicalStore
from graphrag_tools.stores.place import StoreAddress
from graphrag_tools.stores.protocols import Record, VectorStore
from graphrag_tools.stores.questions import QuestionStores
from graphrag_tools.stores.vector_stores import VectorStoreName

SECONDS_BETWEEN_LOOKS = 2.0
"""How old what a reader knows of the live generation may be."""
_VOCABULARY, _MANIFEST = "vocabulary", "manifest"
_READ_AT_ONCE = 50
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
            written = self.about.read(number, _MANIFEST)
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
        return self.about.numbers()

    def unfinished(self) -> list[int]:
        """Return those that hold no manifest, which is written last."""
        return [number for number in self.generations() if not self.about.read(number, _MANIFEST)]

    def check(self, live: Manifest) -> Iterator[str]:
        """Yield which indices of a generation are missing."""
        for index in self.about.missing(live.generation):
            yield f"{self.place}: the index {index} is missing. Build again."

    def open_for_reading(self, live: Manifest) -> Stores:
        """Open the stores of a generation."""
        for missing in self.check(live):
            raise IndexNotFound(missing)
        return self._opened(live.generation)

    def open_graphs(self, generation: int) -> StoredGraphs | None:
        """Open the graphs of a generation."""
        return OpenSearchGraphStore(self.index("sections", generation))

    def open_vectors(self, live: Manifest) -> VectorStore | None:
        """Open the vectors of a generation; None where an index is missing."""
        if next(iter(self.check(live)), None):
            return None
        return OpenSearchVectorStore(self.index("blocks", live.generation))

    def lock(self, *, wait: bool = False) -> AbstractContextManager[None]:
        """Be the one builder; `Publication.building` says what is raised."""
        return self._publication.building(wait=wait)

    def sizes(self, live: Manifest) -> Sizes:
        """Return how many bytes the indices have, with their copies."""
        generation, every = self.about.sizes(live.generation)
        file = self.cache_file()
        cache = sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))
        return Sizes(generation, cache, every + cache)

    def cache_file(self) -> Path:
        """Return a file in the user's cache: this builder's own."""
        name = hashlib.sha256(str(self.place).encode()).hexdigest()[:16]
        folder = user_cache("opensearch") / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder / CACHE_NAME

    def begin(self, generation: int, vector_store: VectorStoreName) -> "OpenSearchGeneration":
        """Begin a new generation, whose parts are made when its manuals are known."""
        del vector_store  # vectors are kept beside the words
        self.about.begin(generation)
        return OpenSearchGeneration(self, generation)

    def publish(self, manifest: Manifest) -> None:
        """Write a manifest into the generation, and make it the live one."""
        written = manifest.model_dump_json()
        self.about.write(manifest.generation, _MANIFEST, written)
        self._publication.publish(written, f"{manifest.generation} {uuid4().hex[:12]}")

    def delete(self, generations: Iterable[int]) -> list[int]:
        """Delete generations with what no other has; readers that still search one open the live one instead."""
        deleted = list(generations)
        self.about.delete(deleted)
        return deleted

    def open_stores(self, generation: int) -> Stores:
        """Open the stores of a generation, to be written and checked."""
        sections, blocks = self._indices(generation)
        return Stores(
            graph=OpenSearchGraphStore(sections),
            sections=OpenSearchLexicalStore(sections, "section"),
            blocks=OpenSearchLexicalStore(blocks, "block"),
            vectors=OpenSearchVectorStore(blocks),
        )

    def index(self, kind: str, generation: int) -> GenerationIndex:
        """Return the indices of a kind of a generation."""
        return self.about.index(kind, self.about.parts(generation))

    def _indices(self, generation: int) -> tuple[GenerationIndex, GenerationIndex]:
        parts = self.about.parts(generation)
        return self.about.index("sections", parts), self.about.index("blocks", parts)

    @cached_property
    def about(self) -> Generations:
        """The generations on the cluster."""
        return Generations(self._cluster)

    def _opened(self, generation: int) -> Stores:
        """Open the stores of a generation as they are searched: with questions of models, where there are any."""
        sections, blocks = self._indices(generation)
        kinds = ("block", "question") if blocks.count("question") else ("block",)
        words = [OpenSearchLexicalStore(blocks, kind) for kind in kinds]
        vectors = [OpenSearchVectorStore(blocks, kind) for kind in ("passage", "question_vector")[: len(kinds)]]
        graph, by_section = OpenSearchGraphStore(sections), OpenSearchLexicalStore(sections, "section")
        vocabulary = self.vocabulary(generation)
        return Stores(
            graph=graph,
            sections=by_section,
            blocks=words[0],
            vectors=vectors[0],
            read_vocabulary=lambda: vocabulary,
            at_once=CandidatesInOneCall(sections, blocks, by_section, words, vectors),
        )

    def vocabulary(self, generation: int) -> Vocabulary:
        """Return how the manuals of a generation write their words."""
        written = self.about.read(generation, _VOCABULARY)
        try:
            return Vocabulary.model_validate_json(written) if written else Vocabulary()
        except ValidationError as error:
            what = first_problem(error)
            raise StoreError(f"{self.place}: its vocabulary is damaged ({what}). Build again.") from error

    def _parsed(self, written: str) -> Manifest:
        try:
            return parse_manifest(written, self.place, "of another name")
        except ValidationError as error:
            what = first_problem(error)
            raise IndexNotFound(f"{self.place}: its manifest cannot be read ({what}). Build again.") from error

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
        self._arranged = Arrangement((), ())
        self._before: tuple[int, Sequence[Part]] = (0, ())
        self.passages = 0

    @property
    def place(self) -> str:
        """The address and the generation's number."""
        return f"{self._backend.place} generation {self._number}"

    def keep(self, live: Manifest | None, manuals: AbstractSet[str], infos: Sequence[ManualInfo]) -> AbstractSet[str]:
        """Take over the parts of the live generation that hold nothing but what stays, and make those that are new."""
        about, before = self._backend.about, list[Part]()
        if live is not None and not any(about.missing(live.generation)):
            before = about.parts(live.generation)
        blocks = {info.id: info.blocks for info in infos}
        arranged = arrange(f"{self._number:06d}", before, manuals, blocks)
        about.make_parts(self._number, arranged)
        self._arranged = arranged
        if live is not None and arranged.kept:
            self._before = live.generation, before
            self.passages = OpenSearchVectorStore(about.index("blocks", arranged.kept)).count()
        return frozenset(manual for part in arranged.kept for manual in part.places)

    def parts(self, order: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the manuals of each part that is written."""
        del order  # they are in it
        return [tuple(part.places) for part in self._arranged.written]

    def write_words(self, words: Iterable[tuple[str, ManualWords]]) -> None:
        """Write a document of each manual's words."""
        self._sections.load(_words_document(manual, of_manual) for manual, of_manual in words)

    def words_of(self, manuals: Sequence[str]) -> WordsOfManuals:
        """Return what the documents of some manuals have."""
        return _words_of(self._sections, manuals)

    def words_before(self) -> tuple[Vocabulary, WordsOfManuals] | None:
        """Return what the documents of the live generation have."""
        generation, parts = self._before
        if not parts:
            return None
        kept = {part.name for part in self._arranged.kept}
        gone = [manual for part in parts if part.name not in kept for manual in part.places]
        return self._backend.vocabulary(generation), _words_of(self._backend.about.index("sections", parts), gone)

    def open_stores(self) -> Stores:
        """Open its stores."""
        return self._backend.open_stores(self._number)

    @cached_property
    def _sections(self) -> GenerationIndex:
        return self._backend.index("sections", self._number)

    def write_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Write how the manuals spell their words."""
        self._backend.about.write(self._number, _VOCABULARY, vocabulary.model_dump_json())

    def write_questions(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        """Write the questions of models and their vectors."""
        if records:
            questions = _questions(self._backend.index("blocks", self._number))
            questions.words.write(records)
            questions.vectors.write(records, vectors)

    def finish(self) -> None:
        """Make it durable, visible and copied."""
        self._backend.about.settle(self._number, self._arranged.written)

    def files(self) -> dict[str, WrittenFile]:
        """Return none: what OpenSearch writes it checks itself."""
        return {}

    def discard(self) -> None:
        """Delete what no other has of it, where the cluster can be reached; else the next build does."""
        try:
            self._backend.delete([self._number])
        except StoreError as error:
            _LOG.warning("%s: cannot be deleted now; the next build does it (%s)", self.place, error)


def _words_of(index: GenerationIndex, manuals: Sequence[str]) -> WordsOfManuals:
    return WordsOfManuals(index.name, partial(_read_words, index, manuals))


def _read_words(index: GenerationIndex, manuals: Sequence[str], part: str) -> Iterator[bytes]:
    for start in range(0, len(manuals), _READ_AT_ONCE):
        some = manuals[start : start + _READ_AT_ONCE]
        sources = index.sources([(f"w:{manual}", manual) for manual in some], f"graph.{part}")
        for manual, source in zip(some, sources, strict=True):
            try:
                yield base64.b64decode(source["graph"][part])
            except (KeyError, ValueError) as error:
                raise StoreError(f"{index.name}: the words of {manual} are damaged. Build again.") from error


def _words_document(manual: str, words: ManualWords) -> Document:
    told = {part: base64.b64encode(content).decode() for part, content in words.packed()._asdict().items()}
    return Document(f"w:{manual}", manual, {"kind": "words", "manual": manual, "graph": told})


def _questions(blocks: GenerationIndex) -> QuestionStores:
    return QuestionStores(OpenSearchLexicalStore(blocks, "question"), OpenSearchVectorStore(blocks, "question_vector"))
