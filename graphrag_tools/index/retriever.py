"""ManualRetriever: the sections that fit a question as LangChain documents, for chains that know retrievers alone."""

from collections.abc import Mapping
from typing import Annotated, Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import Field, SkipValidation

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.search.hit import Hit

_SEARCH_KWARGS = frozenset({"k", "manual"})


def check_search_kwargs(given: Mapping[str, object]) -> None:
    """Raise ConfigError for an option that search does not have, because it would change nothing without a word."""
    if unknown := sorted(given.keys() - _SEARCH_KWARGS):
        raise ConfigError(f"search_kwargs has {', '.join(unknown)}; expected {', '.join(sorted(_SEARCH_KWARGS))}.")


class ManualRetriever(BaseRetriever):
    """Hybrid search as a retriever: one document a section, best first; none for a query without a word.

    `page_content` is the section's text word for word, a block a line, its title where it has no text.
    `metadata` has id, source (the address, else the id), manual, menu_path, taps (a list, empty where the text gives
    none), option (the id of the option that fits best, or None), url, page and score, which compares within one
    search only. `k` may be given per call: `retriever.invoke(question, k=3)`. `ManualIndex.search` says what raises.
    """

    index: Annotated[ManualIndex, SkipValidation] = Field(exclude=True, repr=False)
    k: int = Field(default=5, ge=1)
    manual: str | None = None
    """The id of the one manual to search; None: all of the index."""
    search_kwargs: dict[str, Any] = Field(default_factory=dict)
    """`k` and `manual` by the name that LangChain's vector stores have for them; they count before the fields."""

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - passed to every retriever
        k: int | None = None,
    ) -> list[Document]:
        return self._found(query, k)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002
        k: int | None = None,
    ) -> list[Document]:
        return await run_in_executor(None, self._found, query, k)

    def _found(self, query: str, k: int | None) -> list[Document]:
        check_search_kwargs(self.search_kwargs)
        chosen = {"k": self.k, "manual": self.manual, **self.search_kwargs, **({} if k is None else {"k": k})}
        hits = self.index.search(query, **chosen)
        return [_document(self.index.item_of(hit), hit) for hit in hits]


def _document(item: MenuItem, hit: Hit) -> Document:
    metadata: dict[str, Any] = {
        "id": item.id,
        "source": item.url or item.id,
        "manual": item.manual,
        "menu_path": item.menu_path,
        "taps": list(item.taps),
        "option": hit.item_id if hit.item_id != item.id else None,
        "url": item.url,
        "page": item.page,
        "score": hit.score,
    }
    text = "\n".join(f"{'  ' * block.depth}{block.text}" for block in item.blocks)
    return Document(id=item.id, page_content=text or item.name, metadata=metadata)
