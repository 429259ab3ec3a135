"""The vector stores by name, and which of them has written a folder."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from graphrag_tools.errors import ConfigError
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.stores.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphrag_tools.stores.protocols import Batch, VectorStore

VectorStoreName = Literal["flat", "chroma"]
DEFAULT_VECTOR_STORE: VectorStoreName = "flat"


def check_vector_store(name: str) -> None:
    """Refuse the name of a store that is not known, or not installed.

    Raises:
        ConfigError: It is either.
    """
    known = get_args(VectorStoreName)
    if name not in known:
        raise ConfigError(f"vector store {name!r}: not known; expected {' or '.join(known)}.")
    if name == "chroma" and not _has_chroma():
        raise ConfigError(f"vector store chroma: not installed. Install it with: {install_extra('chroma')}")


def open_vector_store(
    folder: Path, fresh: VectorStoreName = DEFAULT_VECTOR_STORE, kept: Kept | None = None
) -> "VectorStore":
    """Open the vectors in a folder by the store that wrote them; one of the name `fresh` where there are none.

    A fresh flat one begins with what is kept of another.

    Raises:
        ConfigError: Chroma wrote them, and is not installed.
        StoreError: A file is damaged, or cannot be read.
    """
    from graphrag_tools.stores.chroma import DATABASE, ChromaVectorStore
    from graphrag_tools.stores.flat import FlatVectorStore
    from graphrag_tools.stores.flat_file import FILE

    if (folder / FILE).exists() or (fresh == "flat" and not (folder / DATABASE).exists()):
        return FlatVectorStore(folder, kept)
    if not _has_chroma():
        raise ConfigError(
            f"{folder}: these vectors are Chroma's, which is not installed. Install it with: "
            f"{install_extra('chroma')}, or build the index again, which then has vectors of its own."
        )
    return ChromaVectorStore(folder)


def write_batches(store: "VectorStore", batches: "Iterable[Batch]") -> None:
    """Add batches of records with their vectors, holding none of them where the store can do without.

    Raises:
        StoreError: The disk is full or read-only.
    """
    from graphrag_tools.stores.flat import FlatVectorStore

    if isinstance(store, FlatVectorStore):
        store.write_all(batches)
    else:
        for records, vectors in batches:
            store.write(records, vectors)


def _has_chroma() -> bool:
    return find_spec("chromadb") is not None
