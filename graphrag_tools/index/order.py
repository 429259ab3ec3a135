"""What is to be built: manuals, embeddings, texts of models, and how this package makes an index of them."""

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings import can_be_opened
from graphrag_tools.embeddings.calls import shown_name
from graphrag_tools.embeddings.identity import embeddings_info
from graphrag_tools.errors import IndexMismatch
from graphrag_tools.index.backend import Backend
from graphrag_tools.index.enricher import Enricher, ModelTextReport
from graphrag_tools.index.manifest import FORMAT_VERSION, Manifest
from graphrag_tools.index.named_embeddings import open_named_embeddings
from graphrag_tools.index.sources import ReadManual
from graphrag_tools.stores.vector_stores import DEFAULT_VECTOR_STORE, VectorStoreName, check_vector_store

# Raise it with a change to what is made of the same graphs: the texts searched by, the stores.
_MADE_LIKE_THIS = 8
RECIPE = f"format {FORMAT_VERSION}, build {_MADE_LIKE_THIS}, package {importlib.metadata.version('graphrag-tools')}"
_TEXTS = "; "


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """What is to be built: all manuals of the new generation, and which embeddings to use."""

    manuals: Sequence[ReadManual]
    named: str | Embeddings
    embedder: Embeddings
    recipe: str
    enricher: Enricher | None = None
    told: tuple[ModelTextReport, ...] = ()
    """What has been written into them before."""
    vector_store: VectorStoreName = DEFAULT_VECTOR_STORE
    anew: bool = False
    """Whether to do all over again what needs no embedding."""
    repairs: bool = False
    """Whether the other generations on disk may still be needed."""

    @property
    def makes_all(self) -> bool:
        """Whether no store is taken over from the live generation."""
        return self.anew or self.repairs or self.enricher is not None


def recipe_with(texts: str) -> str:
    """Return what an index is made like: by this package, with texts made like this."""
    return f"{RECIPE}{_TEXTS}{texts}" if texts else RECIPE


def is_of_this_package(manifest: Manifest) -> bool:
    """Whether an index was made by this package, whatever was written into it."""
    return manifest.recipe.partition(_TEXTS)[0] == RECIPE


def order_as_built(
    manuals: Sequence[ReadManual], backend: Backend, live: Manifest, given: Embeddings | None
) -> BuildOrder:
    """Order a build with the embeddings that the index has; given ones have to be those.

    Raises:
        ConfigError: The vector store is not there.
        IndexMismatch: Other embeddings are given, or none where the index has an object of one's own.
    """
    name = live.embeddings.name
    if given is None and not can_be_opened(name):
        raise IndexMismatch(f"{backend.place}: built with embeddings of your own ({name}). Pass them.")
    embedder = open_named_embeddings(backend.place, name) if given is None else given
    if embeddings_info(name, embedder, live.embeddings).fingerprint != live.embeddings.fingerprint:
        raise IndexMismatch(
            f"{backend.place}: found embeddings {shown_name(embedder)}, expected {name} "
            f"({live.embeddings.dimension} dimensions) as it was built with. Build the index again."
        )
    # Texts that stand beside manuals that have none are no recipe that a build asks for.
    texts = "texts of an earlier build" if live.model_texts else ""
    vector_store = live.vector_store or DEFAULT_VECTOR_STORE
    check_vector_store(vector_store)
    return BuildOrder(manuals, name, embedder, recipe_with(texts), told=live.model_texts, vector_store=vector_store)
