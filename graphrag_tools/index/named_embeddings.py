"""Open the embeddings that an index names: those that run here, or that the user has named or trusted.

An index made by somebody else names what its builder wrote. A hosted provider would be sent every question, with the
user's key from the environment, and some providers fetch weights when they are opened.
"""

import contextlib

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings.identity import EmbeddingsInfo, fingerprint_of, revision_of, same_embeddings
from graphrag_tools.embeddings.providers import can_be_opened, is_local, open_embeddings, own_embeddings
from graphrag_tools.errors import ConfigError, IndexMismatch, NotTrusted
from graphrag_tools.index.trust import is_trusted, trust
from graphrag_tools.stores.place import IndexPlace


def open_named_embeddings(folder: IndexPlace, name: str) -> Embeddings:
    """Return the embeddings that index.json of a folder names; `open_embeddings` says what else raises.

    Raises:
        NotTrusted: They are not of this machine, and the user has neither built the index nor trusted it.
    """
    if not is_local(name) and not is_trusted(folder, name):
        raise NotTrusted(
            f"{folder}: this index names the embeddings {name}, which do not run on this machine, and it was not "
            f"built by you here. They would be sent your questions, or fetch what they need. If you trust it: "
            f"graphrag-tools trust {folder}; in Python, ManualIndex.open(folder, embeddings={name!r})."
        )
    return open_embeddings(name)


def remember_embeddings(folder: IndexPlace, name: str) -> None:
    """Remember that the user named the embeddings of an index; where that fails, the index asks for trust later."""
    if not is_local(name):
        with contextlib.suppress(ConfigError):
            trust(folder, name)


def matching_embeddings(folder: IndexPlace, built: EmbeddingsInfo, given: str | Embeddings | None) -> Embeddings:
    """Return the embeddings that an index was built with: those given, else those that it names.

    Raises:
        IndexMismatch: They are others, or the user's own and were not given.
        NotTrusted: As with `open_named_embeddings`.
    """
    if given is None and not can_be_opened(built.name):
        raise IndexMismatch(
            f"{folder}: built with embeddings of your own ({built.name}). Pass them: open(folder, embeddings=…)."
        )
    if isinstance(given, str) and given != built.name:
        raise IndexMismatch(_other_embeddings(folder, built, given))
    embeddings = _given_or_named(folder, built.name, given)
    if isinstance(given, str | None) and _is_installed_as_built(built):
        return embeddings
    if not same_embeddings(built.fingerprint, fingerprint_of(embeddings)):
        if isinstance(given, str | None):
            raise IndexMismatch(
                f"{folder}: its vectors were made with other weights of {built.name} than those that are in use now. "
                "Build it again."
            )
        raise IndexMismatch(_other_embeddings(folder, built, type(embeddings).__name__))
    return embeddings


def _is_installed_as_built(built: EmbeddingsInfo) -> bool:
    """Whether the weights come as a package whose version says that they are the same: then none need be loaded."""
    return ":" not in built.name and built.revision is not None and built.revision == revision_of(built.name)


def _given_or_named(folder: IndexPlace, name: str, given: str | Embeddings | None) -> Embeddings:
    if given is None:
        return open_named_embeddings(folder, name)
    return open_embeddings(given) if isinstance(given, str) else own_embeddings(given)


def _other_embeddings(folder: IndexPlace, built: EmbeddingsInfo, found: str) -> str:
    return (
        f"{folder}: found embeddings {found}, expected {built.name} ({built.dimension} dimensions) as it was built "
        "with. Open it with those, or build it again."
    )
