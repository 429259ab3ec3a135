"""Protocols of what keeps the generations of an index: a folder, or a server; builders and readers go through them."""

from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.index.generation import Stores
from graphrag_tools.index.manifest import Manifest, ManualInfo, WrittenFile
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.search.manual_words import ManualWords, WordsOfManuals
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.place import IndexPlace
from graphrag_tools.stores.protocols import Record, VectorStore
from graphrag_tools.stores.vector_stores import VectorStoreName


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of a generation, of what was paid for once, and of all that is kept."""

    generation: int
    cache: int
    total: int


class StoredGraphs(Protocol):
    """The graphs of a generation, read one by one."""

    def whole(self, manual: str) -> MenuGraph:
        """Return one manual's graph held whole. Raises KeyError for an unknown manual."""

    def close(self) -> None:
        """Let go of files and connections."""


class FreshGeneration(Protocol):
    """A generation that is being written, and that nobody reads yet."""

    passages: int
    """How many passages it has taken over."""

    @property
    def place(self) -> str:
        """What it is called in messages."""

    def keep(self, live: Manifest | None, manuals: AbstractSet[str], infos: Sequence[ManualInfo]) -> AbstractSet[str]:
        """Take over what the live generation has of some manuals, as it stands there, and return which.

        Called first; without a live generation nothing is taken over. `infos` are of all manuals of the new one, in
        order. The words of those that it returns are taken over as far as `parts` does not name them.
        """

    def parts(self, order: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the manuals whose words are still to be written, those in one that are to be written at once."""

    def write_words(self, words: Iterable[tuple[str, ManualWords]]) -> None:
        """Write the words of the manuals that are not taken over; called once."""

    def words_of(self, manuals: Sequence[str]) -> WordsOfManuals:
        """Return the words of some manuals in their order, when those that are not taken over have been written."""

    def words_before(self) -> tuple[Vocabulary, WordsOfManuals] | None:
        """Return the vocabulary of the live generation, and the words of its manuals that are not taken over.

        None where no manual is taken over.
        """

    def open_stores(self) -> Stores:
        """Open its stores, to be written once and then to be checked; the caller closes them."""

    def write_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Write how the manuals spell their words."""

    def write_questions(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        """Write the questions of models and their vectors; called once, with none where there are none."""

    def finish(self) -> None:
        """Make what was written last, and ready to be read."""

    def files(self) -> dict[str, WrittenFile]:
        """Return its files, if it has any, with their checksums; called when nothing of it is open any more."""

    def discard(self) -> None:
        """Delete it. It does not raise, for it is called where something has failed."""


class Backend(Protocol):
    """The generations of one index, and which of them is live. What is read of one is never changed."""

    @property
    def place(self) -> IndexPlace:
        """Where it is, to be shown."""

    @property
    def may_be_away(self) -> bool:
        """Whether it may be out of reach for a while, in which readers keep what they have open."""

    def anew(self) -> "Backend":
        """Return the same without what was opened, for a process that was forked."""

    def look_now(self) -> None:
        """Have `stamp` tell what is live at this moment."""

    def place_of(self, manifest: Manifest) -> str:
        """Return what a generation is called in messages."""

    def manifest(self) -> Manifest:
        """Return the manifest of the live generation.

        Raises:
            IndexNotFound: There is none that can be read.
            IndexMismatch: It is of a newer format.
        """

    def spare_manifest(self) -> Manifest | None:
        """Return the manifest of the newest whole generation, for where that of the live one is lost."""

    def stamp(self) -> Hashable | None:
        """Return what changes with each publication, at once and so perhaps seconds old; None while there is none."""

    def generations(self) -> list[int]:
        """Return the numbers of the generations that are kept, whole or not, ascending."""

    def unfinished(self) -> list[int]:
        """Return the numbers of those that no build has finished. Under the lock, when none is at work."""

    def check(self, live: Manifest) -> Iterable[str]:
        """Yield what is lost or damaged of a generation, as far as that is told without opening its stores."""

    def open_for_reading(self, live: Manifest) -> Stores:
        """Open the stores of a generation.

        Raises:
            IndexNotFound, StoreError: Part of it is missing or damaged, or an engine cannot open it.
        """

    def open_graphs(self, generation: int) -> StoredGraphs | None:
        """Open what a generation has of graphs; None where it has none that can be read."""

    def open_vectors(self, live: Manifest) -> VectorStore | None:
        """Open the vectors of a generation; None where they are damaged."""

    def lock(self, *, wait: bool = False) -> AbstractContextManager[None]:
        """Keep other builders out; with `wait`, as soon as none is at work there.

        Raises:
            IndexLocked: Another builder is at work there.
            ConfigError: The place holds something else.
        """

    def sizes(self, live: Manifest) -> Sizes:
        """Return how much room is taken."""

    def cache_file(self) -> Path:
        """Return the file that keeps vectors and texts that were paid for."""

    def begin(self, generation: int, vector_store: VectorStoreName) -> FreshGeneration:
        """Begin a new generation. Under the lock."""

    def publish(self, manifest: Manifest) -> None:
        """Make a finished generation the live one in one step, or put another manifest of the live one in its place.

        Raises:
            IndexLocked: Somebody else has published meanwhile.
        """

    def delete(self, generations: Iterable[int]) -> list[int]:
        """Delete generations, those that somebody reads excepted; return which were deleted. Under the lock."""
