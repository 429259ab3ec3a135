"""ManualIndex: the built, searchable form of one or more manuals, opened for reading."""

import os
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings import can_be_opened
from graphrag_tools.embeddings.providers import is_english_only, is_local
from graphrag_tools.errors import ConfigError, IndexNotFound, StoreError
from graphrag_tools.index.backend import Backend
from graphrag_tools.index.backends import open_backend
from graphrag_tools.index.generation import Generation, check_counts
from graphrag_tools.index.manifest import Manifest, ManualInfo
from graphrag_tools.index.named_embeddings import matching_embeddings
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.names import NameMatch
from graphrag_tools.manual.sections import Manual
from graphrag_tools.progress import Progress
from graphrag_tools.search.hit import Hit
from graphrag_tools.search.mending import Mended
from graphrag_tools.stores.errors import GenerationGone
from graphrag_tools.stores.place import IndexPlace
from graphrag_tools.text.language import ENGLISH

if TYPE_CHECKING:
    from graphrag_tools.index.enricher import Enricher
    from graphrag_tools.index.retriever import ManualRetriever, SearchType
    from graphrag_tools.loaders.reading import Reading
    from graphrag_tools.manual.device_menu import Tap
    from graphrag_tools.stores.vector_stores import VectorStoreName

Result = TypeVar("Result")
_FORK_LOCKS: dict[int, threading.Lock] = {}
"""By process, because a lock that a thread of the parent held at the fork is never let go in the child."""


class ManualIndex:
    """An index on disk. Threads may share one; each call reads the generation that is live then."""

    def __init__(self, backend: Backend, generation: Generation, stamp: Hashable | None) -> None:
        """Use `ManualIndex.open` or `ManualIndex.build`."""
        self._backend = backend
        self._lock = threading.Lock()
        self._generation = generation
        self._stamp = stamp
        # As of now, because a daemon may leave the folder that it was started in.
        self._place = backend.place.absolute()
        self._closed = False
        self._process = os.getpid()
        self._parents: list[Generation] = []

    def __reduce__(self) -> tuple[object, tuple[IndexPlace, str | Embeddings]]:
        """Pickle and copy as the place: the copy opens its own stores, with embeddings by name if they have one."""
        name = self._generation.manifest.embeddings.name
        return ManualIndex.open, (self._place, name if can_be_opened(name) else self._generation.embeddings)

    @classmethod
    def open(cls, folder: str | IndexPlace, embeddings: str | Embeddings | None = None) -> "ManualIndex":
        """Open the index in a folder, with the embeddings that it names unless others are given.

        Raises:
            IndexNotFound: There is no index, or part of it is missing.
            IndexMismatch: It was built with other embeddings, or by a newer version.
            ConfigError: Its vectors are Chroma's, which is not installed.
            NotTrusted: It names embeddings that do not run here, and was neither built here nor trusted; naming them
                says that they are meant.
            StoreError: A file of it is damaged.
        """
        backend = open_backend(folder)
        stamp = backend.stamp()  # before the manifest: a build between the two is then noticed
        return cls(backend, _opened(backend, embeddings), stamp)

    @classmethod
    def build(  # noqa: PLR0913  # the last ones by name only
        cls,
        manuals: str | Path | Manual | Iterable[str | Path | Manual],
        folder: str | IndexPlace,
        *,
        embeddings: str | Embeddings | None = None,
        progress: Progress | None = None,
        enricher: "Enricher | None" = None,
        reading: "Reading | None" = None,
        vector_store: "VectorStoreName" = "flat",
        force: bool = False,
        wait: bool = False,
    ) -> "ManualIndex":
        """Build an index of the given manuals in a folder and open it.

        A manual is a path, "NAME=PATH" to choose its id, or a loaded `Manual`. The index that the folder
        held before answers until the new one is whole, and is replaced by it. `build_index` says what raises,
        and what `enricher`, `reading`, `vector_store`, `force` and `wait` mean.
        """
        from graphrag_tools.index.build import build_index

        build_index(
            manuals,
            folder,
            embeddings,
            progress,
            enricher=enricher,
            reading=reading,
            vector_store=vector_store,
            force=force,
            wait=wait,
        )
        return cls.open(folder, None if isinstance(embeddings, str) else embeddings)

    def add(
        self,
        *manuals: str | Path | Manual,
        progress: Progress | None = None,
        reading: "Reading | None" = None,
        wait: bool = False,
    ) -> None:
        """Add manuals, each in place of the one with its id. `add_manuals` says what raises."""
        from graphrag_tools.index.build import add_manuals

        add_manuals(manuals, self._place, self._live().embeddings, progress, reading=reading, wait=wait)

    def remove(self, *manuals: str, progress: Progress | None = None, wait: bool = False) -> None:
        """Take manuals out by their ids. `remove_manuals` says what raises."""
        from graphrag_tools.index.build import remove_manuals

        remove_manuals(manuals, self._place, self._live().embeddings, progress, wait=wait)

    @property
    def folder(self) -> IndexPlace:
        """Where it is: a folder, or an address, which as text has no password."""
        return self._backend.place

    def is_at(self, other: "ManualIndex") -> bool:
        """Whether both were opened at one place."""
        return self._place.resolve() == other._place.resolve()

    @property
    def manifest(self) -> Manifest:
        """What the live generation was built from, and how."""
        return self._live().manifest

    @property
    def manuals(self) -> tuple[ManualInfo, ...]:
        """What the index holds, manual by manual."""
        return self._live().manifest.manuals

    @property
    def embeddings_name(self) -> str:
        """The embeddings that the index was built with, as `build` was told of them."""
        return self._live().manifest.embeddings.name

    @property
    def knows_english_alone(self) -> bool:
        """Whether its embeddings were made from English text alone, as far as their name tells."""
        return is_english_only(self.embeddings_name)

    def language_of(self, manual: str | None = None) -> str:
        """Return the code of a manual's language; of all manuals where they share one, else "en"."""
        found = {info.language for info in self.manifest.manuals_within(manual)}
        return found.pop() if len(found) == 1 else ENGLISH

    def search(self, query: str, k: int = 5, manual: str | None = None) -> list[Hit]:
        """Return the k sections that fit a question best, best first; `HybridSearch.search` says what raises.

        Raises:
            ConfigError: There is no such manual.
        """

        def search(generation: Generation) -> list[Hit]:
            generation.check_manual(manual)
            return generation.search.search(query, k, manual)

        return self._read(search)

    def confidence(self, hits: Sequence[Hit]) -> float:
        """Return how probably the first hit of a search answers its question, 0 to 1; 0 where there is none.

        `standing` says from where on to answer, and below which to refuse.
        """
        return hits[0].confidence if hits else 0.0

    def mended(self, question: str) -> Mended:
        """Return a question as search understands it: spelled as the manual does, without the device's name."""
        return self._live().search.mended(question)

    def check_manual(self, manual: str | None) -> None:
        """Raise ConfigError if there is no such manual; None stands for all."""
        self._live().check_manual(manual)

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stemmed word over the manual's blocks."""
        return self._read(lambda generation: generation.search.idf(stem))

    def item(self, item_id: str) -> MenuItem:
        """Return an item by its exact id. Raises KeyError for an unknown one."""
        return self._read(lambda generation: generation.item(item_id))

    def item_of(self, hit: Hit) -> MenuItem:
        """Return the section of a hit: the one that search read, looked up again for a hit from a checkpoint.

        Raises:
            KeyError: The hit is from a checkpoint, and a rebuild has taken its section out.
        """
        return hit.item or self.item(hit.section_id)

    def __contains__(self, item_id: object) -> bool:
        """Whether an item has this id."""
        if not isinstance(item_id, str):
            return False
        return self._read(lambda generation: generation.stores.graph.item(item_id)) is not None

    def graph_of(self, item_id: str) -> MenuGraph:
        """Return the graph of the manual that an item belongs to. Raises KeyError for an unknown one."""
        return self._read(lambda generation: generation.graph_of(item_id))

    def section_of(self, item_id: str) -> MenuItem:
        """Return a section itself, or the one that an option belongs to. Raises KeyError for an unknown item."""
        return self.graph_of(item_id).section_of(item_id)

    def sections(self, manual: str | None = None) -> list[MenuItem]:
        """Return all sections in reading order, of one manual or of all.

        Raises:
            ConfigError: There is no such manual.
        """

        def sections(generation: Generation) -> list[MenuItem]:
            generation.check_manual(manual)
            graphs = [generation.graph(info.id) for info in generation.manifest.manuals_within(manual)]
            return [item for graph in graphs for item in graph.items if item.kind == "section"]

        return self._read(sections)

    def section_paths(self) -> list[tuple[str, ...]]:
        """Return the paths of all sections, manual by manual in reading order."""
        return [item.path for item in self.sections()]

    def resolve(self, text: str, manual: str | None = None) -> NameMatch:
        """Return which items a text means: an id, a path, a title or something near."""

        def resolve(generation: Generation) -> NameMatch:
            generation.check_manual(manual)
            return generation.resolve(text, manual)

        return self._read(resolve)

    def device_menu(self, manual: str | None = None) -> "tuple[Tap, ...]":
        """Return the device's own menu: the taps of a manual's items as a trie, or of all manuals' in one.

        Raises:
            ConfigError: There is no such manual.
        """
        from graphrag_tools.manual.device_menu import device_menu

        self.check_manual(manual)
        manuals = [manual] if manual else [info.id for info in self.manuals]
        return device_menu(item for one in manuals for item in self.graph_of(f"{one}/").items)

    @property
    def embeddings(self) -> Embeddings:
        """The embeddings that it was built with, and questions are searched with."""
        return self._live().embeddings

    def as_retriever(
        self,
        k: int = 5,
        manual: str | None = None,
        search_kwargs: "dict[str, Any] | None" = None,
        *,
        search_type: "SearchType" = "similarity",
        tags: list[str] | None = None,
    ) -> "ManualRetriever":
        """Return the search as a LangChain retriever of k documents.

        `search_type` and `search_kwargs` are where LangChain's vector stores take such options, by the same names:
        {"k": 3} counts before `k`. `ManualRetriever` says what each means.

        Raises:
            ConfigError: There is no such manual or option, or one that changes nothing for this type of search.
        """
        from graphrag_tools.index.retriever import ManualRetriever

        return ManualRetriever(
            index=self, k=k, manual=manual, search_kwargs=search_kwargs or {}, search_type=search_type, tags=tags
        )

    def close(self) -> None:
        """Let go of files and memory; a call after that raises StoreError."""
        self._closed = True
        self._generation.stores.close()

    def _live(self) -> Generation:
        """Return the generation that is live, opening the new one where the index has moved on."""
        if self._closed:
            raise StoreError(f"{self.folder}: this index was closed. Open it again.")
        if os.getpid() != self._process:
            self._open_after_fork()
        if self._backend.stamp() != self._stamp:
            self._move_on()
        return self._generation

    def _move_on(self) -> None:
        """Open what is live now; where it cannot be reached at this moment, keep what was opened before."""
        with self._lock:
            stamp = self._backend.stamp()
            if stamp is None or stamp == self._stamp:
                return
            try:
                self._generation = _opened(self._backend, self._generation.embeddings)
            except StoreError:
                if not self._backend.may_be_away:
                    raise
            else:
                self._stamp = stamp

    def _read(self, work: Callable[[Generation], Result]) -> Result:
        """Return what work reads of the live generation; where builds have deleted it meanwhile, of the one after."""
        generation = self._live()
        try:
            return work(generation)
        except GenerationGone:
            self._backend.look_now()
            self._move_on()
            if self._generation is generation:
                raise
            return work(self._generation)

    def _open_after_fork(self) -> None:
        """Open the stores anew in a process that was forked: the engines' threads and connections are the parent's.

        What was opened before is kept and never touched, because closing it would reach into the parent's files.
        """
        with _FORK_LOCKS.setdefault(os.getpid(), threading.Lock()):
            if os.getpid() == self._process:
                return
            # Another thread of the parent may have held it at the fork.
            self._lock = threading.Lock()
            self._backend = self._backend.anew()
            self._parents.append(self._generation)
            self._stamp = self._backend.stamp()
            name = self._generation.manifest.embeddings.name
            self._generation = _opened(self._backend, None if is_local(name) else self._generation.embeddings)
            self._process = os.getpid()


def _opened(backend: Backend, given: str | Embeddings | None) -> Generation:
    """Open what is live; where a build switched and then deleted it meanwhile, what is live then."""
    while True:
        manifest = backend.manifest()
        try:
            return _opened_generation(backend, manifest, given)
        except (IndexNotFound, StoreError):
            if backend.manifest().generation == manifest.generation:
                raise


def _opened_generation(backend: Backend, manifest: Manifest, given: str | Embeddings | None) -> Generation:
    embeddings = matching_embeddings(backend.place, manifest.embeddings, given)
    stores = backend.open_for_reading(manifest)
    items = manifest.sections + manifest.options
    try:
        place = backend.place_of(manifest)
        check_counts(place, stores, sections=manifest.sections, items=items, passages=manifest.passages)
    except BaseException:
        stores.close()
        raise
    return Generation(manifest, stores, embeddings)


def check_is_index(given: object) -> None:
    """Raise ConfigError for what is no open index, as its folder is none."""
    if not hasattr(given, "check_manual"):
        raise ConfigError(
            f"the index is a {type(given).__name__}; expected one that is open: index = ManualIndex.open('my-index')."
        )
