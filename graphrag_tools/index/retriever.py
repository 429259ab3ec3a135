"""ManualRetriever: the sections that fit a question as LangChain documents, for chains that know retrievers alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import Field, SkipValidation

from graphrag_tools.embeddings.calls import embed_question, embed_texts
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex, check_is_index
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.search.hit import Hit, best_passage

SearchType = Literal["similarity", "similarity_score_threshold", "mmr"]
_FETCHED = 20
_FOR_ALL = frozenset({"k", "manual", "filter"})
_ALLOWED = {
    "similarity": _FOR_ALL,
    "similarity_score_threshold": _FOR_ALL | {"score_threshold"},
    "mmr": _FOR_ALL | {"fetch_k", "lambda_mult"},
}


@dataclass(frozen=True, slots=True)
class _Search:
    """What one search asks for, under the names that LangChain's vector stores have."""

    k: int
    manual: str | None
    score_threshold: float | None = None
    fetch_k: int = _FETCHED
    lambda_mult: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what is no number, or out of bounds."""
        for name, least, most in (("score_threshold", 0, 1), ("lambda_mult", 0, 1)):
            given = getattr(self, name)
            if given is not None and not (isinstance(given, int | float) and least <= given <= most):
                raise ConfigError(f"search_kwargs: {name} is {given!r}; expected a number from {least} to {most}.")
        for name in ("k", "fetch_k"):
            if not isinstance(given := getattr(self, name), int) or given < 1:
                raise ConfigError(f"search_kwargs: {name} is {given!r}; expected 1 or more.")


class ManualRetriever(BaseRetriever):
    """Hybrid search as a retriever: one document a section, best first; none for a query without a word.

    `page_content` is the section's text word for word, a block a line, its title where it has no text.
    `metadata` has id, source (the address, else the id), manual, menu_path, taps (a list, empty where the text gives
    none), option (the id of the option that fits best, or None), url, page and score, which compares within one
    search only.

    `search_type` and `search_kwargs` are those of LangChain's VectorStoreRetriever, and may be given per call as well:
    `retriever.invoke(question, k=3)`. "similarity" takes `k`, `manual`, and `filter`, which may be {"manual": id};
    "similarity_score_threshold" also `score_threshold`, the least cosine, 0 to 1, of a section's best passage with the
    question; "mmr" also `fetch_k` and `lambda_mult`: of the best fetch_k sections, those that fit and differ from
    each other. `ManualIndex.search` says what raises.
    """

    index: Annotated[ManualIndex, SkipValidation] = Field(exclude=True, repr=False)
    k: int = Field(default=5, ge=1)
    manual: str | None = None
    """The id of the one manual to search; None: all of the index."""
    search_type: str = "similarity"
    search_kwargs: dict[str, Any] = Field(default_factory=dict)
    """They count before the fields."""

    def model_post_init(self, context: Any) -> None:
        """Raise ConfigError for what search does not have, because it would change nothing without a word."""
        super().model_post_init(context)
        check_is_index(self.index)
        if self.search_type not in _ALLOWED:
            raise ConfigError(f"search_type is {self.search_type!r}; expected {', '.join(get_args(SearchType))}.")
        chosen = self._asked({})
        if self.search_type == "similarity_score_threshold" and chosen.score_threshold is None:
            raise ConfigError("search_kwargs has no score_threshold; expected a number from 0 to 1.")
        self.index.check_manual(chosen.manual)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - passed to every retriever
        **given: Any,
    ) -> list[Document]:
        return self._found(query, given)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002
        **given: Any,
    ) -> list[Document]:
        return await run_in_executor(None, self._found, query, given)

    def _found(self, query: str, given: Mapping[str, Any]) -> list[Document]:
        if not isinstance(query, str):
            raise ConfigError(
                f"a retriever is asked a text, and got {type(query).__name__}; in a chain whose input is a dict, take "
                'the question out of it first: itemgetter("question") | retriever.'
            )
        asked = self._asked(given)
        if self.search_type == "mmr":
            hits = self._apart(query, self.index.search(query, max(asked.k, asked.fetch_k), asked.manual), asked)
        else:
            hits = self.index.search(query, asked.k, asked.manual)
        least = asked.score_threshold
        return [document_of(self.index.item_of(hit), hit) for hit in hits if least is None or hit.cosine >= least]

    def _asked(self, given: Mapping[str, Any]) -> _Search:
        """Return what a call asks for. Raises ConfigError for an option that this type of search does not have."""
        chosen = {**self.search_kwargs, **{name: value for name, value in given.items() if value is not None}}
        allowed = _ALLOWED[self.search_type]
        if unknown := sorted(chosen.keys() - allowed):
            raise ConfigError(
                f"search_kwargs has {', '.join(unknown)}; expected {', '.join(sorted(allowed))} for {self.search_type}."
            )
        kept = chosen.pop("filter", None) or {}
        if not isinstance(kept, dict) or kept.keys() - {"manual"}:
            raise ConfigError(f"search_kwargs: filter is {kept!r}; expected {{'manual': id}}.")
        return _Search(**{"k": self.k, "manual": self.manual, **kept, **chosen})

    def _apart(self, query: str, hits: list[Hit], asked: _Search) -> list[Hit]:
        """Return k of the hits by maximal marginal relevance, over the vectors of their best passages."""
        import numpy as np
        from langchain_core.vectorstores.utils import maximal_marginal_relevance

        if not hits:
            return []
        passages = [best_passage(item, hit) or item.name for hit in hits for item in [self.index.item_of(hit)]]
        embeddings = self.index.embeddings
        vectors = embed_texts(embeddings, passages)
        asked_for = np.array(embed_question(embeddings, query))
        return [hits[at] for at in maximal_marginal_relevance(asked_for, vectors, asked.lambda_mult, asked.k)]


def document_of(item: MenuItem, hit: Hit) -> Document:
    """Return a section as a document."""
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
